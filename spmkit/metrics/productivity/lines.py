"""Productivity lines: what each rep brought in, beside the time that went into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed
from spmkit.expressions import count, period_of, total
from spmkit.metrics.activities.lines import activity_lines
from spmkit.metrics.productivity.headcount import ATTRIBUTES, asked_periods, headcount_lines
from spmkit.periods import Period

KEY = ["rep_id", "period", "starts_on"]
_HEADS = ["headcount", "fte", "ramped_fte", "active_weeks", "active_days", "leave_days"]
_HOURS = ["selling_hours", "worked_hours"]


def productivity_lines(
    data: SalesData, period: str | Sequence[str] | None = None, *, activities: Any = None
) -> pd.DataFrame:
    """One row a rep and period: bookings, wins, headcount, hours and meetings.

    Bookings are the amounts of the opportunities that were won, at the owner
    that each names; what plans credit (splits, overlays, reversals, the owner
    on the day of closing) is in :func:`spmkit.quota_lines`. Who brought in bookings
    without being a rep of the period (a leaver, a manager without a quota,
    a stranger) has a row with a headcount of 0, so that totals are complete.
    A rep who moved has one row an assignment. Measure by ``period``: headcounts of
    several periods add up, people do not.

    Parameters
    ----------
    data
        An open source.
    period
        As for :func:`spmkit.headcount_lines`.
    activities
        Activity lines with categories of one's own, ``activity_lines(data, {…})``; none takes
        the source's, where it has any.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`spmkit.headcount_lines` with ``bookings`` (in the reporting
        currency; 0 of who won nothing, null where no win has an amount), ``wins``,
        ``selling_hours`` and ``worked_hours`` (null where no activity says how long it took),
        ``meetings`` (held with a customer; null where activities do not tell), ``active_rep``
        and ``productive_rep`` (the ``rep_id`` of who was there, of who won something).

    Raises
    ------
    DataError
        Where a period begins after ``as_of``, or currencies are mixed without rates.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": 90.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> productivity_lines(data, "2026Q3")[["rep_id", "bookings", "headcount"]].values.tolist()
    [['ada', 90.0, 1.0], ['bo', 0.0, 1.0]]
    """
    periods = asked_periods(data, period)
    heads = headcount_lines(data, [one.label for one in periods])
    spells = moved_spells(data)
    lines = _with_bookings(heads, _bookings(data, periods, spells))
    lines = _named(lines, assignment_spells(data))
    return _with_time(lines, _time(data, periods, spells, activities))


def won_deals(data: SalesData) -> Any:
    """The won opportunities, narrowed to what counting and adding them up needs."""
    deals = nw.from_native(data.opportunities).lazy().filter(nw.col("outcome") == "won")
    own = [name for name in ("currency",) if name in deals.collect_schema().names()]
    complete = completed(deals, "opportunities", "closed_on", "amount")
    return complete.select("opportunity_id", "rep_id", "closed_on", "amount", *own)


def moved_spells(data: SalesData) -> pd.DataFrame:
    """The assignments of the reps who moved; nobody else needs a join to find theirs."""
    spells = assignment_spells(data)
    spells = spells[spells.duplicated("rep_id", keep=False)]
    first, last = spells["starts_on"].dt.date, spells["ends_on"].dt.date
    return pd.DataFrame({"rep_id": spells["rep_id"], "starts_on": first, "_to": last})


def by_assignment(
    frame: Any, day: str, data: SalesData, periods: Sequence[Period], spells: pd.DataFrame
) -> Any:
    """Group a lazy frame of reps by rep, period and assignment, as of a day of each row."""
    dated = frame.with_columns(period_of(nw.col(day), periods).alias("period"))
    dated = dated.filter(~nw.col("period").is_null())
    if spells.empty:
        return dated.with_columns(nw.lit(None, nw.Date).alias("starts_on")).group_by(*KEY)
    joined = dated.join(like(spells, frame, data.connection), on="rep_id", how="left")
    start, end = nw.col("starts_on").cast(nw.Date), nw.col("_to").cast(nw.Date)
    inside = (nw.col(day) >= start) & (nw.col(day) <= end)
    return joined.filter(start.is_null() | inside).with_columns(start).group_by(*KEY)


def keyed(found: Any) -> pd.DataFrame:
    """Collect sums by rep, period and assignment, their keys typed as in the head counts."""
    small = to_pandas(found)
    starts = pd.to_datetime(small["starts_on"]).astype("datetime64[s]")
    return small.assign(starts_on=starts).astype({"rep_id": "object", "period": "object"})


def _bookings(data: SalesData, periods: Sequence[Period], spells: pd.DataFrame) -> pd.DataFrame:
    won = in_one_currency(data, won_deals(data), "closed_on", ["amount"])
    grouped = by_assignment(won, "closed_on", data, periods, spells)
    wins = nw.len().cast(nw.Int64).alias("wins")
    return keyed(grouped.agg(wins, total(nw.col("amount")).alias("bookings")))


def _with_bookings(heads: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    """Join what was won; who won without being a rep of the period adds no head."""
    heads = heads.astype({"rep_id": "object", "period": "object"})
    lines = heads.merge(booked, on=KEY, how="outer", indicator="_in")
    lines = lines.assign(wins=lines["wins"].fillna(0).astype("Int64"))
    nobody = lines.pop("_in") == "right_only"
    lines.loc[nobody, _HEADS] = lines.loc[nobody, _HEADS].fillna(0)
    lines["bookings"] = lines["bookings"].mask(lines["wins"] == 0, 0.0)
    a_rep = lines["rep_id"].where(lines["rep_id"] != NOT_IN_REPS)
    return lines.assign(
        active_rep=a_rep.where(lines["active_days"] > 0),
        productive_rep=a_rep.where(lines["wins"] > 0),
    )


def _named(lines: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Say of whom no head is counted who they were, so that their bookings stay in their team."""
    moved = spells.duplicated("rep_id", keep=False)
    known = spells.assign(starts_on=spells["starts_on"].where(moved))
    known = known.set_index(["rep_id", "starts_on"])[["rep", *ATTRIBUTES]]
    keys = pd.MultiIndex.from_frame(lines[["rep_id", "starts_on"]])
    there = known.reindex(keys).set_axis(lines.index)
    filled = {
        name: lines[name].astype("object").fillna(there[name]) for name in ("rep", *ATTRIBUTES)
    }
    return lines.assign(**filled).assign(rep=filled["rep"].fillna(lines["rep_id"]))


def _time(
    data: SalesData, periods: Sequence[Period], spells: pd.DataFrame, activities: Any
) -> pd.DataFrame:
    if activities is None and "activities" not in data:
        return pd.DataFrame(columns=[*KEY, *_HOURS, "meetings", "told"])
    lines = nw.from_native(activity_lines(data) if activities is None else activities).lazy()
    first, last = min(one.start for one in periods), max(one.end for one in periods)
    lines = lines.filter((nw.col("day") >= nw.lit(first)) & (nw.col("day") <= nw.lit(last)))
    kept = lines.select("rep_id", "day", *_HOURS, "meeting_held_external")
    meeting = nw.col("meeting_held_external")
    return keyed(
        by_assignment(kept, "day", data, periods, spells).agg(
            *[total(nw.col(name)).alias(name) for name in _HOURS],
            count(meeting).alias("meetings"),
            meeting.count().cast(nw.Int64).alias("told"),
        )
    )


def _with_time(lines: pd.DataFrame, time: pd.DataFrame) -> pd.DataFrame:
    """Join the hours; a rep without meetings has none only where activities tell of meetings."""
    told = time.pop("told").sum() > 0
    joined = lines.merge(time, on=KEY, how="left")
    meetings = joined["meetings"].astype("Int64").fillna(0)
    logs = joined[_HOURS].notna().groupby([joined["rep_id"], joined["period"]]).transform("any")
    spent = joined[_HOURS].mask(logs & joined[_HOURS].isna(), 0.0)  # before or after moving: none
    joined = joined.assign(**spent)
    return joined.assign(meetings=meetings if told else pd.array([pd.NA] * len(joined), "Int64"))

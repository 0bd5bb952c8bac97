"""The actions as they were agreed: who they are for, whose they are, when they are judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.owners import reps_meant
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.review.opening import Review

DONE, DROPPED = "done", "dropped"
_READ = (
    *("action_id", "rep_id", "gap", "action", "owner", "due_on", "metric"),
    *("baseline", "target", "review_on", "status"),
)


def agreed_actions(data: SalesData) -> pd.DataFrame:
    """The rows of ``actions`` with names in place of ids.

    Parameters
    ----------
    data
        An open source.

    Returns
    -------
    pandas.DataFrame
        The columns of ``actions``; ``rep`` and ``owner`` are names, ``left_on`` the day on which
        the rep left, ``state`` the status in small letters (``open`` without one).

    Raises
    ------
    DataError
        Where there is no table ``actions``, or an owner may be several people.
    """
    agreed: pd.DataFrame = data.fact("agreed actions", lambda: _agreed(data))
    return agreed


def _agreed(data: SalesData) -> pd.DataFrame:
    rows = to_pandas(completed(required(data, "actions"), "actions", *_READ).select(*_READ))
    days = {name: _days(rows[name]) for name in ("due_on", "review_on")}
    numbers = {name: rows[name].astype("float64") for name in ("baseline", "target")}
    people = to_pandas(completed(nw.from_native(data.reps).lazy(), "reps", "name", "left_on"))
    people = people.set_index(people["rep_id"].astype("object"))
    names = people["name"].astype("object").fillna(people["rep_id"])
    meant = reps_meant(data, [str(owner) for owner in rows["owner"].dropna().unique()])
    rep, owner = (rows[name].astype("object") for name in ("rep_id", "owner"))
    return rows.assign(
        **days,
        **numbers,
        rep=rep.map(names).fillna(rep).fillna("nobody"),
        owner=owner.replace(meant).map(names).fillna(owner),
        left_on=rep.map(_days(people["left_on"])),
        state=rows["status"].astype("object").fillna("open").str.strip().str.casefold(),
    ).astype(dict.fromkeys(["rep_id", "metric", "gap", "action"], "object"))


def left_reps(data: SalesData) -> set[str]:
    """``rep_id`` of those who are no longer there on the data's day."""
    people = to_pandas(completed(nw.from_native(data.reps).lazy(), "reps", "left_on"))
    gone = _days(people["left_on"]) <= pd.Timestamp(data.as_of)
    return set(people.loc[gone, "rep_id"])


def _days(column: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(column).astype("datetime64[s]")


def due_now(rows: pd.DataFrame, review: Review) -> pd.Series[bool]:
    """Which actions to list: the open ones, and of the others those due or judged lately."""
    over = rows["state"].isin([DONE, DROPPED])
    last = rows[["due_on", "review_on"]].max(axis=1)
    return ~over | (last >= pd.Timestamp(review.periods.now.start))


def judged_now(rows: pd.DataFrame, review: Review) -> pd.Series[bool]:
    """Which actions this review judges.

    An action is judged in the review of the last period that is complete on its ``review_on``;
    without that day, in the one of the period in which it was due. None before it was due.
    """
    now, day, due = review.periods.now, rows["review_on"], rows["due_on"]
    start, end = pd.Timestamp(now.start), pd.Timestamp(now.end)
    told = (day > end) & (day <= _next_end(review)) & ~(due > end)
    untold = day.isna() & (due >= start) & (due <= end)
    return (told | untold) & review.periods.complete


def _next_end(review: Review) -> pd.Timestamp:
    """The day up to which no later period is complete."""
    now = review.periods.now
    try:
        return pd.Timestamp(review.data.calendar.containing(now.end + timedelta(days=1)).end)
    except ValueError:  # a calendar of the quota lines has a last period
        return pd.Timestamp.max


def due_period(due: Any, review: Review) -> str:
    """The period in which an action was due; the review's own where it is none of the trend."""
    periods = review.periods
    day = (periods.now.end if pd.isna(due) else due.date(),)
    made = f"periods of {' '.join(periods.trend)}"
    calendar = review.data.calendar
    known = review.data.fact(made, lambda: [calendar.period(label) for label in periods.trend])
    inside = [period.label for period in known if period.start <= day[0] <= period.end]
    return inside[0] if inside else periods.now.label

"""The panel: what each rep was asked for and sold, period by period, and on what territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.credits import of_kind
from spmkit.attainment.factors import held_potential, held_territories
from spmkit.attainment.lines import quota_lines
from spmkit.attainment.quotas import issued_quotas
from spmkit.attainment.relief import presence
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.lines import periods_with_quotas
from spmkit.periods import DAY, Grain, Period, as_date, parsed

COLUMNS = (
    *("period", "step", "season", "rep_id", "rep", "territory_id", "region", "segment", "role"),
    *("manager_id", "manager", "quota", "issued_quota", "credited", "potential"),
    *("tenure_periods", "present"),
)
_DESCRIBED = ["rep", "region", "segment", "role", "manager_id", "manager"]
_STILL = 4  # periods after which a rep without a quota is no longer taken to carry one


def quota_panel(data: SalesData, ahead: str | None = None) -> pd.DataFrame:
    """One row a rep who carries a quota and complete period, oldest first.

    Periods before the first quota are there too, as far as sales reach back: what
    is expected rests on sales. Reps who never had a quota of their own (managers,
    specialists) are left out, and so are vacant seats. A rep who moved within a
    period stands on the territory held on its last day; who holds several holds
    them as one. The potential is the one that the data has now: where it was mended after the
    fact, a back-test knows more than was known then.

    Parameters
    ----------
    data
        An open source with ``quotas``.
    ahead
        A period that is not over, such as the next one; its rows stand last, with who will be
        there by what is known now, and nothing credited.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``step`` (its order, from 0; periods that are not asked for before one ahead
        count), ``season`` (its place within the fiscal year),
        ``rep_id``, ``rep``, ``territory_id`` (several joined by "+"; null where none is known),
        ``region``, ``segment``, ``role``, ``manager_id``, ``manager``, ``quota`` (effective),
        ``issued_quota``, ``credited``, ``potential`` (null is unknown, 0 is none),
        ``tenure_periods`` (whole ones since hire, at the middle of the period) and ``present``
        (share of its selling days at work).

    Raises
    ------
    DataError
        Where no complete period has quotas, or ``ahead`` is over.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quota_panel(data, "2026Q4")[["period", "rep_id", "quota", "credited"]].values.tolist()
    [['2026Q3', 'ada', 100.0, 90.0], ['2026Q4', 'ada', nan, nan]]
    """
    wanted = _asked(data, ahead)
    past = _past_periods(data, wanted.grain if wanted else "quarter")
    lines = _credited(data, past)
    periods = past if wanted is None else [*past, wanted]
    if wanted is not None:
        lines = pd.concat([lines, _coming(data, wanted, lines)], ignore_index=True)
    placed = _placed(lines, data, periods)
    ordered = placed.sort_values(["step", "rep_id"], ignore_index=True)[list(COLUMNS)]
    return ordered.astype(dict.fromkeys(["rep_id", "territory_id", *_DESCRIBED], "object"))


def _asked(data: SalesData, ahead: str | None) -> Period | None:
    if ahead is None:
        return None
    period = data.calendar.period(ahead)
    if data.calendar.is_complete(period, data.as_of):
        raise DataError(f"{ahead} is over ({data.as_of}): name a period that is ahead.")
    return period


def _past_periods(data: SalesData, grain: Grain) -> list[Period]:
    """The complete periods from the first with quotas, or with sales, on; without gaps."""
    known = [data.calendar.period(label) for label in periods_with_quotas(data)]
    if not known:
        raise DataError(
            "unavailable: needs quotas of a complete period. Add a file quotas.csv, or map one in "
            'spmkit.toml: [quotas] from = "your_file.csv".'
        )
    first = min(known[0].start, _first_sales(data, grain))
    complete = [
        one
        for one in data.calendar.between(first, data.as_of, grain)
        if data.calendar.is_complete(one, data.as_of) and one.start >= first
    ]
    if not complete:
        raise DataError(f"No {grain} with quotas is over by {data.as_of}: nothing was reached yet.")
    return complete


def _first_sales(data: SalesData, grain: Grain) -> date:
    """The first day after the period in which sales begin: that one may not be there whole."""
    days = to_pandas(of_kind(data, "direct").select(nw.col("credited_on").min()))["credited_on"]
    if days.isna().all():
        return date.max
    begun = as_date(days.iloc[0])
    try:
        return data.calendar.containing(begun, grain).end + DAY
    except ValueError:  # before a company's own periods begin
        return date.max


def _credited(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Quota and credit of each rep and period, described as on the last assignment in it."""
    lines = quota_lines(data, [period.label for period in periods])
    lines = lines[lines["rep_id"].notna() & ~lines["rep_id"].isin([NOT_IN_REPS])]
    carried = lines.loc[lines["issued_quota"].notna(), "rep_id"].unique()
    grouped = lines[lines["rep_id"].isin(carried)].groupby(["period", "rep_id"], sort=False)
    money = grouped[["quota", "issued_quota", "credited"]].sum(min_count=1)
    return money.join(grouped[_DESCRIBED].last()).reset_index()


def _coming(data: SalesData, period: Period, past: pd.DataFrame) -> pd.DataFrame:
    """Who will carry a quota: who did lately or was hired into such a role, and has not left."""
    spells = assignment_spells(data)
    spells = spells[spells["starts_on"] <= pd.Timestamp(period.end)]
    last = spells.sort_values("starts_on").drop_duplicates("rep_id", keep="last")
    lately = past["period"].drop_duplicates().tail(_STILL)
    carrying = past[past["period"].isin(lately) & past["issued_quota"].notna()]
    new = ~last["rep_id"].isin(past["rep_id"]) & last["role"].isin(carrying["role"].dropna())
    manages = last["rep_id"].isin(spells["manager_id"].dropna())
    gone = last["rep_id"].map(_days(data, "left_on")) < pd.Timestamp(period.start)
    seats = last[~gone & (last["rep_id"].isin(carrying["rep_id"]) | (new & ~manages))]
    quotas = issued_quotas(data, [period]).groupby("rep_id")["issued_quota"].sum(min_count=1)
    issued = seats["rep_id"].map(quotas).astype("float64")
    found = seats[["rep_id", *_DESCRIBED]].assign(period=period.label, issued_quota=issued)
    return found.assign(quota=issued, credited=np.nan)


def _placed(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Add the place in time, the territory with its potential, tenure and presence."""
    order = {period.label: step for step, period in enumerate(periods)}
    order[periods[-1].label] += _skipped(data, periods)
    lines = lines.assign(
        step=lines["period"].map(order).astype("int64"),
        season=lines["period"].map({p.label: _season(p) for p in periods}).astype("int64"),
    )
    held = pd.concat([held_potential(data, p).assign(period=p.label) for p in periods])
    lines = lines.merge(held.drop(columns="accounts"), on=["rep_id", "period"], how="left")
    territories = {p.label: held_territories(data, p) for p in periods}
    there, keys = presence(data, periods), list(zip(lines["rep_id"], lines["period"], strict=True))
    present = pd.Series([there.get(key, 1.0) for key in keys], index=lines.index, dtype="float64")
    lines = lines.assign(
        territory_id=pd.Series([territories[p].get(rep) for rep, p in keys], dtype="object"),
        present=present,
        tenure_periods=_tenure(lines, data, periods),
    )
    return lines[(present > 0) | lines["quota"].notna() | (lines["credited"] != 0)]


def _skipped(data: SalesData, periods: Sequence[Period]) -> int:
    """How many periods lie between the last complete one and one that is asked for ahead."""
    if len(periods) < 2 or periods[-1].start <= periods[-2].end + DAY:
        return 0
    try:
        found = data.calendar.between(periods[-2].end + DAY, periods[-1].end, periods[-1].grain)
    except ValueError:  # periods of a company's own end somewhere
        return 0
    return sum(one.start < periods[-1].start for one in found)


def _season(period: Period) -> int:
    """The place within the fiscal year; of a company's own periods the quarter of the calendar."""
    try:
        return parsed(period.label)[1] + 1
    except ValueError:
        return (period.start.month - 1) // 3 + 1


def _tenure(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.Series[float]:
    middle = {p.label: pd.Timestamp(p.start) + (p.end - p.start) / 2 for p in periods}
    length = {p.label: p.days for p in periods}
    since = lines["rep_id"].map(_days(data, "hired_on")).astype("datetime64[s]")
    days: Any = (lines["period"].map(middle).astype("datetime64[s]") - since).dt.days
    whole: pd.Series[float] = np.floor(days / lines["period"].map(length)).clip(lower=0)
    return whole


def _days(data: SalesData, column: str) -> pd.Series[Any]:
    """A day of each rep, such as that of hire; null where it is not known."""
    reps = to_pandas(nw.from_native(data.reps).lazy()).set_index("rep_id")
    known = reps[column] if column in reps else pd.Series(pd.NaT, index=reps.index)
    return pd.to_datetime(known).astype("datetime64[s]")

"""How many reps there were, day by day, and how much of a full one each was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

Days: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

ATTRIBUTES = ["manager_id", "manager", "team", "region", "role", "segment"]
_EVER = (pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01"))
POLICY, UNDECLARED = "[quotas] ramp", "none declared: each counts in full"


def headcount_lines(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """One row a rep and period: the days on the payroll as a share of the period's.

    The headcount of a team is the sum: the average of its daily headcounts,
    which a count on the last day is not. A rep who moved has one row an
    assignment. People who manage others and carry no quota of their own are
    no reps here; narrow down by ``role`` to leave out others. A running
    period counts to ``as_of``.

    A rep on leave is on the payroll, so ``headcount`` and ``fte`` count the
    leave; ``ramped_fte`` and ``active_weeks`` do not.

    Parameters
    ----------
    data
        An open source. A rep without ``hired_on`` was always there, one without ``left_on`` is
        still there, an empty ``fte`` is full time.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``, ``period_days``, ``starts_on`` (of the assignment; null
        of a rep with one only; 1900-01-01 of the first of several, which holds for all days before
        the second), ``active_days``, ``leave_days``, ``headcount``, ``fte``,
        ``ramped_fte``, ``ramp`` (what it rests on: the declared ``[quotas] ramp``, a share for
        each month since hire, or nothing, and then every rep counts in full),
        ``active_weeks``, and the attributes ``manager_id``, ``manager``, ``team``, ``region``,
        ``role``, ``segment``.

    Raises
    ------
    DataError
        Where a period begins after ``as_of``.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "hired_on": ["2020-01-01",
    ...         "2026-08-16"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "open"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> headcount_lines(data, "2026Q3")[["rep_id", "active_days", "headcount"]].values.tolist()
    [['ada', 92, 1.0], ['bo', 46, 0.5]]
    """
    spells = _employed(data)
    leaves = _leaves(data)
    ramp = np.array([float(share) for share in data.settings.quotas.get("ramp", ())])
    found = [_counted(spells, leaves, ramp, one, data.as_of) for one in asked_periods(data, period)]
    return pd.concat(found, ignore_index=True)


def employed_in(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """The ``rep_id`` and ``period`` of each headcount line, once, without counting any days."""
    spells = _employed(data)
    first, last = (spells[name].to_numpy()[:, None] for name in ("first", "last"))
    starts = np.array([one.start for one in periods], dtype="datetime64[s]")
    ends = np.array([min(one.end, data.as_of) for one in periods], dtype="datetime64[s]")
    rows, places = np.nonzero((first <= ends) & (last >= starts))
    labels = np.array([one.label for one in periods], dtype="object")
    cells = {"rep_id": spells["rep_id"].to_numpy()[rows], "period": labels[places]}
    return pd.DataFrame(cells).drop_duplicates(ignore_index=True)


def asked_periods(data: SalesData, period: str | Sequence[str] | None) -> list[Period]:
    """The periods of some labels; of none the last complete one.

    Raises
    ------
    DataError
        Where one begins after ``as_of``.
    """
    if period is None:
        return [data.calendar.last_complete(data.as_of)]
    labels = [period] if isinstance(period, str) else period
    periods = [data.calendar.period(label) for label in labels]
    for one in periods:
        if one.start > data.as_of:
            raise DataError(f"{one.label} starts after as_of ({data.as_of}).")
    return periods


def _employed(data: SalesData) -> pd.DataFrame:
    """The assignments of reps, bounded by hire and leaving."""
    reps = to_pandas(nw.from_native(data.reps).lazy())
    left = reps.set_index("rep_id")["left_on"] if "left_on" in reps else pd.Series(dtype="object")
    spells = assignment_spells(data)
    spells = spells[~spells["rep_id"].isin({NOT_IN_REPS, *_only_managers(data, spells)})]
    moved = spells.duplicated("rep_id", keep=False)
    gone = pd.to_datetime(spells["rep_id"].map(left)).astype("datetime64[s]").fillna(_EVER[1])
    hired = spells["hired_on"].fillna(_EVER[0])
    return spells.assign(
        first=np.maximum(spells["starts_on"], hired),
        last=np.minimum(spells["ends_on"], gone),
        hired=spells["hired_on"],
        share=pd.to_numeric(spells["fte"]).astype("float64").fillna(1.0),
        starts_on=spells["starts_on"].where(moved),
    ).reset_index(drop=True)


def _only_managers(data: SalesData, spells: pd.DataFrame) -> set[Any]:
    """Those under whom others work, and who have no quota of their own."""
    managers = set(spells["manager_id"].dropna())
    if "quotas" not in data or not managers:
        return managers
    quotas = nw.from_native(data.quotas).lazy()
    columns = quotas.collect_schema().names()
    if "rep_id" not in columns:
        return managers
    if "level" in columns:
        quotas = quotas.filter(nw.col("level").fill_null("rep") == "rep")
    return managers - set(to_pandas(quotas.select("rep_id").unique())["rep_id"].dropna())


def _leaves(data: SalesData) -> pd.DataFrame:
    if "leaves" not in data:
        return pd.DataFrame(columns=["rep_id", "first", "last"])
    rows = to_pandas(nw.from_native(data.leaves).lazy())
    ends = rows["ends_on"] if "ends_on" in rows else pd.Series(pd.NaT, index=rows.index)
    return pd.DataFrame(
        {
            "rep_id": rows["rep_id"],
            "first": pd.to_datetime(rows["starts_on"]).astype("datetime64[s]"),
            "last": pd.to_datetime(ends).astype("datetime64[s]").fillna(_EVER[1]),
        }
    )


def _counted(
    spells: pd.DataFrame, leaves: pd.DataFrame, ramp: Any, period: Period, as_of: date
) -> pd.DataFrame:
    days = pd.date_range(period.start, min(period.end, as_of)).astype("datetime64[s]").to_numpy()
    there = _between(spells["first"], spells["last"], days)
    some = there.any(axis=1)
    spells, there = spells.iloc[np.flatnonzero(some)], there[some]
    away = _away(spells["rep_id"], leaves, days) & there
    ramped = ((there & ~away) * _ramped(spells["hired"], ramp, days)).mean(axis=1)
    headcount = there.mean(axis=1)
    lines = pd.DataFrame(
        {
            "rep_id": spells["rep_id"],
            "rep": spells["rep"],
            "period": period.label,
            "period_days": len(days),
            "starts_on": spells["starts_on"],
            "active_days": there.sum(axis=1),
            "leave_days": away.sum(axis=1),
            "headcount": headcount,
            "fte": headcount * spells["share"],
            "ramped_fte": ramped * spells["share"],
            "ramp": POLICY if len(ramp) else UNDECLARED,
            "active_weeks": (there.sum(axis=1) - away.sum(axis=1)) / 7,
        }
    )
    return lines.assign(**{name: spells[name] for name in ATTRIBUTES}).reset_index(drop=True)


def _between(first: pd.Series[Any], last: pd.Series[Any], days: Any) -> Days:
    """A row a spell, a column a day: whether the day lies in the spell."""
    starts = first.astype("datetime64[s]").to_numpy()[:, None]
    ends = last.astype("datetime64[s]").to_numpy()[:, None]
    inside: Days = (days >= starts) & (days <= ends)
    return inside


def _away(rep_ids: pd.Series[Any], leaves: pd.DataFrame, days: Any) -> Days:
    """A row a spell, a column a day: whether the rep was on leave; leaves may overlap."""
    rows = pd.DataFrame({"rep_id": rep_ids.to_numpy(), "row": range(len(rep_ids))})
    held = leaves[(leaves["first"] <= days[-1]) & (leaves["last"] >= days[0])].merge(rows)
    begins = np.searchsorted(days, held["first"].to_numpy(), side="left")
    ends = np.searchsorted(days, held["last"].to_numpy(), side="right")
    steps = np.zeros((len(rep_ids), len(days) + 1), dtype="int32")
    np.add.at(steps, (held["row"].to_numpy(int), begins), 1)
    np.add.at(steps, (held["row"].to_numpy(int), ends), -1)
    away: Days = steps.cumsum(axis=1)[:, :-1] > 0
    return away


def _ramped(hired: pd.Series[Any], ramp: Any, days: Any) -> Any:
    """What a declared ramp asks for on each day: a share for each month since hire, then 1."""
    dates = pd.DatetimeIndex(days)
    since = pd.DatetimeIndex(hired.fillna(_EVER[0]))
    months = (dates.year.to_numpy() - since.year.to_numpy()[:, None]) * 12
    months = months + dates.month.to_numpy() - since.month.to_numpy()[:, None]
    months = months - (dates.day.to_numpy() < since.day.to_numpy()[:, None])
    return np.append(ramp, 1.0)[np.clip(months, 0, len(ramp))]

"""Effective quota: as issued, or a full quota less what hire, leave and ramp take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.selling import selling_dates
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

_EVER = (pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01"))


def effective(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Turn the quota of each line into the effective one, by the basis that is declared.

    Issued quotas are usually prorated and ramped already, so nothing is taken
    off unless ``[quotas] basis = "full"``. Then a selling day counts 0 before
    hire, on leave and after leaving, what the ramp asks for in that month after
    hire, and 1 else; a quota keeps the mean over the period's selling days.
    """
    if data.settings.quota_basis != "full":
        return lines
    shares = _shares(data, periods)
    keys = zip(lines["rep_id"], lines["period"], strict=True)
    return lines.assign(quota=lines["quota"] * [shares.get(key, 1.0) for key in keys])


def presence(data: SalesData, periods: Sequence[Period]) -> dict[tuple[str, str], float]:
    """The share of a period's selling days that a rep is there: hired, not left, not on leave.

    Reps who are there throughout, and periods without a selling day, have no entry.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "hired_on": ["2026-08-15"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> {key: round(share, 2) for key, share in
    ...     presence(data, [data.calendar.period("2026Q3")]).items()}
    {('ada', '2026Q3'): 0.5}
    """
    away = _absences(data, to_pandas(nw.from_native(data.reps).lazy()))
    region = data.settings.calendar.get("holidays")
    found = {}
    for period in periods:
        days = selling_dates(period.start, period.end, region)
        touching = (pd.Timestamp(period.start), pd.Timestamp(period.end))
        for rep, spells in away.items() if len(days) else ():
            if any(first <= touching[1] and last >= touching[0] for first, last in spells):
                found[rep, period.label] = float(_present(days, spells).mean())
    return found


def _shares(data: SalesData, periods: Sequence[Period]) -> dict[tuple[str, str], float]:
    """The share of a full quota that is left, of each rep from whom something is taken."""
    reps = to_pandas(nw.from_native(data.reps).lazy())
    away = _absences(data, reps)
    hired = reps.set_index("rep_id").get("hired_on", pd.Series(dtype="object")).dropna()
    since = {str(rep): day for rep, day in pd.to_datetime(hired).items()}
    ramp = np.array([float(share) for share in data.settings.quotas.get("ramp", ())])
    region = data.settings.calendar.get("holidays")
    found = {}
    for period in periods:
        days = selling_dates(period.start, period.end, region)
        for rep in away.keys() | since.keys() if len(days) else ():
            weights = _present(days, away.get(rep, [])) * _ramped(days, since.get(rep), ramp)
            found[rep, period.label] = float(weights.mean())
    return found


def _absences(
    data: SalesData, reps: pd.DataFrame
) -> Mapping[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """The spells in which a rep did not work: before hire, after leaving, on leave."""
    day = pd.Timedelta(days=1)
    spells = [
        _spells(reps, None, "hired_on").assign(last=lambda spell: spell["last"] - day),
        _spells(reps, "left_on", None).assign(first=lambda spell: spell["first"] + day),
    ]
    if "leaves" in data:
        leaves = to_pandas(nw.from_native(data.leaves).lazy())
        spells.append(_spells(leaves, "starts_on", "ends_on"))
    return {
        str(rep): list(zip(group["first"], group["last"], strict=True))
        for rep, group in pd.concat(spells).groupby("rep_id")
    }


def _spells(rows: pd.DataFrame, first: str | None, last: str | None) -> pd.DataFrame:
    """The spells of a table; without one end, or with it empty, a spell is open there."""
    ends = [
        pd.to_datetime(rows[name]) if name in rows else pd.Series(pd.NaT, index=rows.index)
        for name in (first, last)
    ]
    bounded = pd.DataFrame({"rep_id": rows["rep_id"], "first": ends[0], "last": ends[1]})
    some = bounded.dropna(subset=["first", "last"], how="all")
    filled = some.astype({"first": "datetime64[s]", "last": "datetime64[s]"})
    return filled.fillna({"first": _EVER[0], "last": _EVER[1]})


def _present(
    days: pd.DatetimeIndex, away: Sequence[tuple[pd.Timestamp, pd.Timestamp]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    present = np.ones(len(days))
    for first, last in away:
        present[(days >= first) & (days <= last)] = 0.0
    return present


def _ramped(
    days: pd.DatetimeIndex,
    hired: pd.Timestamp | None,
    ramp: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What the ramp asks for on each day: a share for each month since hire, then all."""
    if hired is None or not len(ramp):
        return np.ones(len(days))
    months = (days.year - hired.year) * 12 + days.month - hired.month - (days.day < hired.day)
    month = np.clip(months.to_numpy(), 0, len(ramp))
    asked: np.ndarray[tuple[int], np.dtype[np.float64]] = np.append(ramp, 1.0)[month]
    return asked

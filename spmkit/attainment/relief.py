"""Effective quota: as issued, or a full quota less what hire, leave and ramp take away."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.quality import to_pandas


def effective(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    """Turn the quota of each line into the effective one, by the basis that is declared.

    Issued quotas are usually prorated and ramped already, so nothing is taken
    off unless ``[quotas] basis = "full"``: then each selling day before hire, on
    leave or after leaving takes its share off, and a ramp its own.
    """
    if data.settings.quota_basis != "full":
        return lines
    reps = to_pandas(nw.from_native(data.reps).lazy())
    away = _absences(data, reps)
    ramp = [float(share) for share in data.settings.quotas.get("ramp", ())]
    hired = (
        reps.set_index("rep_id")["hired_on"] if "hired_on" in reps else pd.Series(dtype="object")
    )
    share = [
        _share(line.period_start, line.period_end, away.get(line.rep_id, []))
        * _ramp_share(line.period_start, line.period_end, hired.get(line.rep_id), ramp)
        for line in lines.itertuples()
    ]
    return lines.assign(quota=lines["quota"] * share)


def _absences(
    data: SalesData, reps: pd.DataFrame
) -> dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """Days on which a rep did not work, as spells: before hire, after leaving, on leave."""
    ever = (pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01"))
    spells = []
    if "hired_on" in reps:
        hired = reps.dropna(subset=["hired_on"])
        until = pd.to_datetime(hired["hired_on"]) - pd.Timedelta(days=1)
        spells.append(pd.DataFrame({"rep_id": hired["rep_id"], "a": ever[0], "b": until}))
    if "left_on" in reps:
        left = reps.dropna(subset=["left_on"])
        since = pd.to_datetime(left["left_on"]) + pd.Timedelta(days=1)
        spells.append(pd.DataFrame({"rep_id": left["rep_id"], "a": since, "b": ever[1]}))
    if "leaves" in data:
        leaves = to_pandas(nw.from_native(data.leaves).lazy())
        ends = pd.to_datetime(leaves["ends_on"]) if "ends_on" in leaves else pd.NaT
        spells.append(
            pd.DataFrame(
                {"rep_id": leaves["rep_id"], "a": pd.to_datetime(leaves["starts_on"]), "b": ends}
            )
        )
    if not spells:
        return {}
    found = pd.concat(spells).fillna({"b": ever[1]})
    return {
        str(rep): [(a, b) for a, b in zip(group["a"], group["b"], strict=True)]
        for rep, group in found.groupby("rep_id")
    }


def _share(
    start: pd.Timestamp, end: pd.Timestamp, away: list[tuple[pd.Timestamp, pd.Timestamp]]
) -> float:
    days = pd.bdate_range(start, end)
    if not len(days) or not away:
        return 1.0
    absent = pd.Series(data=False, index=days)
    for first, last in away:
        absent |= (days >= first) & (days <= last)
    return 1.0 - float(absent.mean())


def _ramp_share(start: pd.Timestamp, end: pd.Timestamp, hired: object, ramp: list[float]) -> float:
    """The mean over the days since hire of what the ramp asks for, a share for each month."""
    if not ramp or hired is None or pd.isna(hired):  # type: ignore[call-overload]
        return 1.0
    since = pd.Timestamp(hired)  # type: ignore[arg-type]
    days = [day for day in pd.bdate_range(start, end) if day >= since]
    months = [
        (d.year - since.year) * 12 + d.month - since.month - (d.day < since.day) for d in days
    ]
    shares = [ramp[month] if month < len(ramp) else 1.0 for month in months]
    return sum(shares) / len(shares) if shares else 1.0

"""What changes from one set of quotas to another, to the cent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.rounding import cents_of
from spmkit.data import DataError

NUMBERED = re.compile(r"\d{1,13}(\.\d+)?")
"""An amount of a file: digits, and a point before parts of it."""

_SEAT = ["rep_id", "territory_id", "level", "kind", "component"]
_TOLD = ["rep", "probability"]


@dataclass(frozen=True)
class QuotaChanges:
    """The changes of each seat, the ones that moved most first, and of the whole.

    Parameters
    ----------
    seats
        ``rep_id``, ``rep`` (the name), ``territory_id``, ``component``, ``period_start`` (of the
        new quota, of a removed seat the old one), ``old_chance`` and ``new_chance`` (to reach it,
        as far as the two say), ``old``, ``new``, ``change``, ``change_share`` (of the old;
        NaN without one), ``share_of_moves`` (of all changes, up and down alike) and ``what``
        (``changed``, ``unchanged``, ``added``, ``removed``).
    total
        ``fact``, ``value``, ``unit`` and ``n``.
    """

    seats: pd.DataFrame
    total: pd.DataFrame


def compare_quotas(
    old: pd.DataFrame, new: pd.DataFrame, names: tuple[str, str] = ("old", "new")
) -> QuotaChanges:
    """Compare two sets of rep quotas seat by seat.

    Where both have quotas of the same periods, those are compared; where each
    has one period and they differ, seats are compared across them. Of several
    versions the highest counts. Quotas of several components are compared one by
    one, unless one side names none and the other only one.

    Parameters
    ----------
    old, new
        ``quota`` and ``rep_id`` or ``territory_id`` (of a vacant seat), and optionally ``level``,
        ``kind``, ``component``, ``version``, ``period_start``, ``rep`` (the name),
        ``probability`` (to reach the quota) and ``row``. Lines of teams, of the company and of
        overlays are left out.
    names
        What messages call the two.

    Raises
    ------
    DataError
        Where a seat stands twice, a quota is no amount, or no period is in both.

    Examples
    --------
    >>> old = pd.DataFrame({"rep_id": ["ada", "bo"], "quota": [100.0, 50.0]})
    >>> new = pd.DataFrame({"rep_id": ["ada", "cy"], "quota": [110.1, 60.0]})
    >>> found = compare_quotas(old, new)
    >>> found.seats[["rep_id", "change", "what"]].values.tolist()
    [['cy', 60.0, 'added'], ['bo', -50.0, 'removed'], ['ada', 10.1, 'changed']]
    >>> found.total.set_index("fact")["value"][["old total", "new total", "change"]].tolist()
    [150.0, 170.1, 20.1]
    """
    before, after = _alike(_lines(old, names[0]), _lines(new, names[1]))
    before, after, key = _same_periods(before, after, names)
    for lines, name in ((before, names[0]), (after, names[1])):
        _refuse_twice(lines, key, name)
    merged = before.merge(after, on=key, how="outer", suffixes=("_old", "_new"), indicator="side")
    return _changes(merged)


def _lines(quotas: pd.DataFrame, name: str) -> pd.DataFrame:
    if "quota" not in quotas or not {"rep_id", "territory_id"} & set(quotas):
        raise DataError(f"{name}: quotas need the columns quota and rep_id or territory_id.")
    numbers = quotas["row"] if "row" in quotas else np.arange(len(quotas)) + 1
    lines = quotas.reindex(columns=[*_SEAT, *_TOLD, "version", "period_start", "quota"]).assign(
        row=numbers
    )
    lines["level"] = lines["level"].astype("object").fillna("rep")
    lines["kind"] = lines["kind"].astype("object").fillna("direct")
    lines["period_start"] = lines["period_start"].astype("string").astype("object").fillna("")
    lines = lines[(lines["level"] == "rep") & (lines["kind"] == "direct")]
    texts = {column: lines[column].astype("object").fillna("") for column in _SEAT}
    texts["territory_id"] = texts["territory_id"].where(texts["rep_id"] == "", "")
    lines = lines.assign(**texts, cents=[_cents(name, *pair) for pair in _pairs(lines)])
    lines["version"] = lines["version"].astype("float64").fillna(0.0)
    newest = lines.groupby([*_SEAT, "period_start"])["version"].transform("max")
    return lines[lines["version"] == newest].drop(columns=["version", "quota", "level", "kind"])


def _alike(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where one side names no component and the other only one, it is the same."""
    named = [set(lines["component"]) for lines in (old, new)]
    if {""} in named and max(map(len, named)) == 1:
        component = max(named[0] | named[1], default="")
        return old.assign(component=component), new.assign(component=component)
    return old, new


def _pairs(lines: pd.DataFrame) -> list[tuple[Any, Any]]:
    return list(zip(lines["row"], lines["quota"], strict=True))


def _cents(name: str, row: int, quota: Any) -> int:
    try:
        amount = float(quota)
    except (TypeError, ValueError):
        amount = np.nan
    if not 0 <= amount < 1e13:
        raise DataError(f"{name}, row {row}: quota is {quota!r}; write an amount at or above 0.")
    return cents_of(amount)


def _same_periods(
    old: pd.DataFrame, new: pd.DataFrame, names: tuple[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """The lines to compare, and the columns by which they belong together."""
    key = ["rep_id", "territory_id", "component"]
    starts = [sorted(set(lines["period_start"])) for lines in (old, new)]
    both = set(starts[0]) & set(starts[1])
    if both:
        old, new = (lines[lines["period_start"].isin(both)] for lines in (old, new))
        return old, new, [*key, "period_start"]
    if max(map(len, starts)) > 1:
        raise DataError(
            f"{names[0]} and {names[1]} have no period_start in common, and one has several "
            f"({', '.join(starts[0][-3:])}; {', '.join(starts[1][-3:])}). Leave one period in each."
        )
    return old, new, key


def _refuse_twice(lines: pd.DataFrame, key: list[str], name: str) -> None:
    twice = lines[lines.duplicated(key, keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    same = twice[(twice[key] == first[key]).all(axis=1)]
    rows = ", ".join(str(row) for row in same["row"])
    who = first["rep_id"] or first["territory_id"]
    raise DataError(
        f"{name}, rows {rows}: {who!r} has more than one quota of the same period and version. "
        "Keep one of them, or give the later one a higher version."
    )


def _changes(merged: pd.DataFrame) -> QuotaChanges:
    old, new = (merged[f"cents_{side}"].fillna(0).astype("int64") for side in ("old", "new"))
    change = new - old
    what = merged["side"].astype("str").map({"left_only": "removed", "right_only": "added"})
    moves = float(change.abs().sum())
    if "period_start" not in merged:
        merged["period_start"] = merged["period_start_new"].fillna(merged["period_start_old"])
    seats = pd.DataFrame(
        {
            "rep_id": merged["rep_id"].replace("", None),
            "rep": merged["rep_new"].where(merged["rep_new"].notna(), merged["rep_old"]),
            "territory_id": merged["territory_id"].replace("", None),
            **{name: merged[name].replace("", None) for name in ("component", "period_start")},
            **{f"{side}_chance": merged[f"probability_{side}"] for side in ("old", "new")},
            "old": (old / 100).where(what != "added"),
            "new": (new / 100).where(what != "removed"),
            "change": change / 100,
            "change_share": (change / old.where(old > 0)).where(what != "removed"),
            "share_of_moves": change.abs() / (moves or np.nan),
            "what": what.fillna("changed").mask(what.isna() & (change == 0), "unchanged"),
        }
    )
    order = seats.assign(size=-change.abs()).sort_values(["size", "rep_id", "territory_id"])
    return QuotaChanges(seats.loc[order.index].reset_index(drop=True), _total(seats, old, new))


def _total(seats: pd.DataFrame, old: pd.Series[Any], new: pd.Series[Any]) -> pd.DataFrame:
    before, after = int(old.sum()), int(new.sum())
    rows: list[tuple[str, float, str, int]] = [
        ("old total", before / 100, "money", int(seats["old"].notna().sum())),
        ("new total", after / 100, "money", int(seats["new"].notna().sum())),
        ("change", (after - before) / 100, "money", len(seats)),
        ("change as a share", after / before - 1 if before else np.nan, "percent", len(seats)),
    ]
    change = new - old
    for what in ("added", "removed", "changed", "unchanged"):
        held = seats["what"] == what
        rows.append((what, int(change[held].sum()) / 100, "money", int(held.sum())))
    for side, moved in (("up", change > 0), ("down", change < 0)):
        rows.append((f"moved {side}", int(change[moved].sum()) / 100, "money", int(moved.sum())))
    return pd.DataFrame(rows, columns=["fact", "value", "unit", "n"])

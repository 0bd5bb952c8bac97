"""Cases counted in their engine by group, day and ending: all that a curve needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.engine import collected, key_type, lazy_columns

Floats: TypeAlias = NDArray[np.float64]
By: TypeAlias = "str | Sequence[str] | None"

DAYS, ENDING, ROWS, GROUP = "__days", "__ending", "__rows", "__group"


def own_keys(by: By, own: Sequence[str]) -> list[str]:
    """Name the group columns, which must not be called what the result's own columns are."""
    keys = [by] if isinstance(by, str) else list(by or [])
    if clash := [key for key in keys if key in own]:
        raise ValueError(f"by: {clash[0]!r} is a column of the result; rename it in the frame.")
    return keys


def counted_by_flag(
    frame: Any, days: str, ended: str, keys: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count by a flag; ``ended`` becomes the only ending, and no flag is no days."""
    counts, groups = counted(frame, days, nw.col(ended).cast(nw.Boolean), keys, ended)
    flag = counts[ENDING].astype("boolean")
    counts[DAYS] = counts[DAYS].where(flag.notna())
    counts[ENDING] = flag.map({True: "ended", False: None}).astype("object")
    return counts, groups


def counted(
    frame: Any, days: str, ending: nw.Expr, keys: Sequence[str], column: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count rows by group, day and ending in the frame's engine; number the groups."""
    lazy = lazy_columns(frame, list(dict.fromkeys([*keys, days, column])))
    named = lazy.select(*keys, nw.col(days).cast(nw.Float64).alias(DAYS), ending.alias(ENDING))
    found = collected(named.group_by(*keys, DAYS, ENDING).agg(nw.len().alias(ROWS)))
    typed = {key: found[key].astype(key_type(frame, lazy, key)) for key in keys}
    counts = pd.DataFrame(
        {
            **typed,
            DAYS: found[DAYS].to_numpy("float64", na_value=np.nan),
            ENDING: found[ENDING].astype("object").where(found[ENDING].notna(), None),
            ROWS: found[ROWS].astype("int64"),
        }
    )
    counts[GROUP] = _group_numbers(counts, keys)
    impossible = ~(np.isfinite(counts[DAYS]) & (counts[DAYS] >= 0))
    counts[DAYS] = counts[DAYS].mask(impossible)
    groups = counts.drop_duplicates(GROUP).set_index(GROUP)[list(keys)].sort_index()
    return counts[[GROUP, DAYS, ENDING, ROWS]], groups


def _group_numbers(counts: pd.DataFrame, keys: Sequence[str]) -> Any:
    return counts.groupby(list(keys), dropna=False, observed=True).ngroup() if keys else 0


def by_group(
    counts: pd.DataFrame,
    groups: pd.DataFrame,
    keys: Sequence[str],
    made: Callable[[pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Make the rows of each group, in the groups' order, and write its keys before them."""
    if not keys:
        return made(counts)
    if counts.empty:
        return pd.concat([groups, made(counts).iloc[:0]], axis=1)
    parts = {number: made(part) for number, part in counts.groupby(GROUP)}
    numbers = np.repeat(list(parts), [len(part) for part in parts.values()])
    shown = groups.reindex(numbers).reset_index(drop=True)
    return pd.concat([shown, pd.concat(parts.values(), ignore_index=True)], axis=1)


def life_table(part: pd.DataFrame, endings: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """The days of a group, how many were at risk on each, and how many ended in each way."""
    used = part[part[DAYS].notna()]
    days, place = np.unique(used[DAYS].to_numpy("float64"), return_inverse=True)
    rows = used[ROWS].to_numpy("float64")
    ended = [np.bincount(place, rows * (used[ENDING] == way), len(days)) for way in endings]
    ways = np.array(ended, dtype="float64").reshape(len(endings), len(days))
    seen = np.bincount(place, rows, len(days)).astype("float64")
    return days, np.cumsum(seen[::-1])[::-1], ways


def log_log_bounds(share: Floats, error: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Bounds that stay between 0 and 1; null for a share of 0 or 1, which has no error."""
    inside = (share > 0) & (share < 1) & np.isfinite(error)
    known = np.where(inside, share, 0.5)
    reach = normal_quantile(confidence) * np.where(inside, error, 0.0) / (known * -np.log(known))
    bounds = known ** np.exp(reach), known ** np.exp(-reach)
    low, high = (np.where(inside, bound, np.nan) for bound in bounds)
    return low, high


def normal_quantile(confidence: float) -> float:
    """How many standard errors an interval reaches to each side."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def whole_days(days: Floats) -> pd.Series[Any]:
    """Days as whole numbers where they are."""
    shown = pd.Series(days)
    return shown.astype("int64") if (shown % 1 == 0).all() else shown

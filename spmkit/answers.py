"""What an engine answered becomes measured columns: divided, judged, bounded, cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.intervals import wilson_interval
from spmkit.units import Result, Share, Unit

OK = "ok"
ZERO_DENOMINATOR = "undefined: zero denominator"
NO_ROWS = "undefined: no rows"
NO_VALUE = "undefined: no value"

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One metric of a call: what it asks of the engine, and under which names.

    Parameters
    ----------
    name
        The metric's column.
    unit
        Its unit.
    columns
        The columns that it reads.
    result
        What the metric returned.
    place
        Its position in the call, which keeps the names of two metrics apart.
    """

    name: str
    unit: Unit
    columns: tuple[str, ...]
    result: Result
    place: int

    @property
    def value(self) -> str:
        """The aggregate itself, or what is divided."""
        return f"__value_{self.place}"

    @property
    def over(self) -> str:
        """What it is divided by."""
        return f"__over_{self.place}"

    @property
    def rows(self) -> str:
        """The count behind it; metrics that read the same columns share one."""
        if isinstance(self.result, Share):
            return self.over
        return "__rows_" + "\x1f".join(sorted(self.columns))


def measured_columns(
    asked: Asked, found: pd.DataFrame, confidence: float | None
) -> dict[str, pd.Series[Any]]:
    """Make the columns ``m``, ``m_n``, ``m_status`` and, with a confidence, the bounds.

    Parameters
    ----------
    asked
        The metric.
    found
        The engine's answer, one row a group.
    confidence
        Level of the interval, or None for none.
    """
    rows = _floats(asked, found[asked.rows])
    over = None if isinstance(asked.result, nw.Expr) else _floats(asked, found[asked.over])
    value = _defined(asked, _floats(asked, found[asked.value]), over, rows)
    columns = {
        asked.name: _cast(asked, value),
        f"{asked.name}_n": pd.Series(rows.astype("int64")),
        f"{asked.name}_status": pd.Series(_status(value, over, rows), dtype="str"),
    }
    return columns if confidence is None else columns | _bounds(asked, found, confidence)


def sorted_by(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Sort by group, null last; without keys there is one row."""
    if not keys:
        return frame
    return frame.sort_values(list(keys), na_position="last", ignore_index=True)


def _floats(asked: Asked, column: pd.Series[Any]) -> Floats:
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{asked.name} gives no number: {error}") from error


def _defined(asked: Asked, value: Floats, over: Floats | None, rows: Floats) -> Floats:
    """Divide where there is a denominator; what is no finite number becomes null."""
    if over is not None:
        value = np.where(over == 0, np.nan, value) / np.where(over == 0, 1.0, over)
    elif asked.unit.name != "count":
        # Engines call the sum of nothing 0; only a count may say so.
        value[rows == 0] = np.nan
    value[~np.isfinite(value)] = np.nan
    return value


def _status(value: Floats, over: Floats | None, rows: Floats) -> list[str]:
    zero = np.zeros(len(value), dtype=bool) if over is None else over == 0
    met = [np.isfinite(value), rows == 0, zero]
    return [str(text) for text in np.select(met, [OK, NO_ROWS, ZERO_DENOMINATOR], NO_VALUE)]


def _cast(asked: Asked, value: Floats) -> pd.Series[Any]:
    if asked.unit.dtype == "float64":
        return pd.Series(value)
    try:
        return pd.Series(value).astype(asked.unit.dtype)
    except TypeError as error:
        raise ValueError(
            f"{asked.name} is a Count but gives fractions: annotate it as Number or Multiple."
        ) from error


def _bounds(asked: Asked, found: pd.DataFrame, confidence: float) -> dict[str, pd.Series[Any]]:
    low = high = np.full(len(found), np.nan)
    if isinstance(asked.result, Share):
        hits, of = (_floats(asked, found[name]) for name in (asked.value, asked.over))
        low, high = wilson_interval(hits, of, confidence)
    return {f"{asked.name}_low": pd.Series(low), f"{asked.name}_high": pd.Series(high)}

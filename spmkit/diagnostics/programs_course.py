"""How those in a program moved against the others, period by period around its start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.diagnostics.programs_history import Wave, one_row_each, people
from spmkit.diagnostics.programs_panels import pooled

_FEWEST_POINTS = 3  # of a line before the start


def wave_course(
    panel: pd.DataFrame, several: Sequence[Wave], confidence: float = 0.95
) -> pd.DataFrame:
    """Each rep against the own mean before, those in a program less those without it.

    Parameters
    ----------
    panel
        Rows of :func:`program_panel`.
    several
        Waves of one program.
    confidence
        Such as 0.95.

    Returns
    -------
    pandas.DataFrame
        ``relative`` (0 is the first period in the program), ``value``, ``low``, ``high`` (Welch),
        ``treated`` and ``control``. Periods with fewer than two reps on a side are left out.
    """
    around = [place - wave.first for wave in several for place in (*wave.before, *wave.after)]
    rows = [_told(panel, several, step, confidence) for step in sorted(set(around))]
    columns = ["relative", "value", "low", "high", "treated", "control"]
    return pd.DataFrame([row for row in rows if row], columns=columns)


def _told(
    panel: pd.DataFrame, several: Sequence[Wave], step: int, confidence: float
) -> dict[str, Any] | None:
    sides = _sides([_moved(panel, n, wave, step) for n, wave in enumerate(several)])
    if sides is None:
        return None
    from scipy.stats import ttest_ind

    found = ttest_ind(*sides, equal_var=False)
    low, high = found.confidence_interval(confidence)
    value = float(sides[0].mean() - sides[1].mean())
    size = {"treated": len(sides[0]), "control": len(sides[1])}
    return {"relative": step, "value": value, "low": float(low), "high": float(high)} | size


def _moved(panel: pd.DataFrame, number: int, wave: Wave, step: int) -> pd.DataFrame:
    found = people(number, wave)
    place = wave.first + step
    seen = [place] if place in (*wave.before, *wave.after) else []
    value = pooled(panel, seen) - pooled(panel, wave.before)
    return found.assign(value=value.reindex(found.index)).dropna(subset=["value"]).reset_index()


def _sides(rows: Sequence[pd.DataFrame]) -> tuple[Any, Any] | None:
    """The values of those in it and of the others; None with fewer than two on a side."""
    filled = [one for one in rows if len(one)]
    if not filled:
        return None
    found = one_row_each(pd.concat(filled), ["value"])
    inside = found["treated"].astype(bool)
    own, others = (found.loc[flag, "value"].to_numpy("float64") for flag in (inside, ~inside))
    spread = np.ptp(own) + np.ptp(others) if min(len(own), len(others)) > 1 else 0.0
    return (own, others) if spread > 0 else None


def trend_before(panel: pd.DataFrame, several: Sequence[Wave]) -> float:
    """How often chance alone would part the two sides' slopes before the start as far (Welch's p).

    Null where fewer than three periods before are known. Every rep is one slope, so that what a
    rep's periods share makes nothing look sure.
    """
    from scipy.stats import ttest_ind

    sides = _sides([_slopes(panel, n, wave) for n, wave in enumerate(several)])
    return float("nan") if sides is None else float(ttest_ind(*sides, equal_var=False).pvalue)


def _slopes(panel: pd.DataFrame, number: int, wave: Wave) -> pd.DataFrame:
    each = {place: pooled(panel, [place]) for place in wave.before}
    table = pd.DataFrame(each).dropna()  # who lacks a period has another line
    found = people(number, wave)
    if table.shape[1] < _FEWEST_POINTS:
        return found.assign(value=np.nan).iloc[:0].reset_index()
    steps = table.columns.to_numpy("float64") - table.columns.to_numpy("float64").mean()
    slope = table.mul(steps, axis=1).sum(axis=1) / (steps**2).sum()
    return found.assign(value=slope.reindex(found.index)).dropna(subset=["value"]).reset_index()

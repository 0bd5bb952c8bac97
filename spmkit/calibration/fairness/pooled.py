"""Rank correlations over many periods: ranks within each period, reps redrawn as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, no_effect
from spmkit.correlations import spearman
from spmkit.intervals import Floats, refuse_confidence
from spmkit.redraws import redrawn_interval

RANK_MARGIN = 0.3
"""A rank correlation this small does not matter."""

RANKS = "rank correlation"


def pooled_spearman(
    rows: pd.DataFrame,
    left: str,
    right: str,
    within: str = "step",
    confidence: float = 0.95,
) -> Effect:
    """The rank correlation of two columns within periods, over all periods together.

    A rep is in many periods and stays much the same in all of them, so fifty reps in twelve
    quarters are not six hundred. Ranks are taken within each period, which takes off its season,
    its level and its luck; the interval redraws reps, each with all periods.

    Parameters
    ----------
    rows
        A row a rep and period with ``rep_id``, the two columns and the one to rank within; a row
        with a null in either is left out.
    left, right
        Columns of numbers.
    within
        The column of the periods.
    confidence
        Such as 0.95.

    Returns
    -------
    Effect
        The interval of one period is Fisher's for ranks, as :func:`spmkit.fairness_correlations`
        gives it. ``insufficient n`` below 8 reps.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": [*"abcdefghij"] * 2, "step": [0] * 10 + [1] * 10,
    ...     "attainment": [*range(10), *range(10)], "potential": [*range(10), *range(10, 0, -1)]})
    >>> found = pooled_spearman(rows, "attainment", "potential")
    >>> found.value, found.n, found.reps
    (0.0, 20, 10)

    References
    ----------
    Field and Welsh 2007 (redrawing clusters), doi 10.1111/j.1467-9868.2007.00593.x.
    """
    refuse_confidence(confidence)
    whole = rows.dropna(subset=[left, right])
    reps = int(whole["rep_id"].nunique())
    if reps < FEWEST_REPS:
        return no_effect("insufficient n", len(whole), reps)
    if len(whole[within].unique()) == 1:
        found = spearman(_numbers(whole[left]), _numbers(whole[right]), confidence)
        return Effect(found.value, found.low, found.high, found.n, reps, found.status)
    sums = _Sums(whole, left, right, within)
    value = float(sums.correlation(np.ones((1, reps)))[0])
    if np.isnan(value):
        return no_effect("undefined: no variation", len(whole), reps)
    low, high = redrawn_interval(sums.correlation, reps, confidence)
    return Effect(value, low, high, len(whole), reps)


class _Sums:
    """What each rep adds to each period, so that redrawing reps is a matter of products."""

    def __init__(self, rows: pd.DataFrame, left: str, right: str, within: str) -> None:
        ranks = rows.groupby(within)[[left, right]].rank(pct=True).to_numpy("float64") - 0.5
        self._shape = (rows["rep_id"].nunique(), rows[within].nunique())
        rep, period = (pd.factorize(rows[name], sort=True)[0] for name in ("rep_id", within))
        self._place = rep * self._shape[1] + period
        one, other = ranks.T
        self._first = [self._added(part) for part in (np.ones(len(rows)), one, other)]
        self._second = [self._added(part) for part in (one * one, other * other, one * other)]

    def _added(self, part: Floats) -> Floats:
        size = self._shape[0] * self._shape[1]
        sums = np.bincount(self._place, part, minlength=size).reshape(self._shape)
        return np.asarray(sums, dtype=np.float64)

    def correlation(self, counts: Floats) -> Floats:
        """The correlation of each redraw, about each period's own mean."""
        n, one, other = (counts @ part for part in self._first)
        n = np.maximum(n, 1)
        squares = [counts @ part for part in self._second]
        means = (one * one / n, other * other / n, one * other / n)
        parts = zip(squares, means, strict=True)
        left, right, both = ((sums - mean).sum(axis=1) for sums, mean in parts)
        spread = np.sqrt(np.maximum(left, 0) * np.maximum(right, 0))
        known = spread > 1e-9
        found: Floats = np.divide(both, spread, out=np.full(len(both), np.nan), where=known)
        return found


def _numbers(values: pd.Series[Any]) -> Floats:
    return values.to_numpy("float64", na_value=np.nan)

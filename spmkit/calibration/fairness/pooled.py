"""Rank correlations over many periods: ranks within each period, reps left out as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, no_effect
from spmkit.calibration.fairness.left_out import left_out_bounds
from spmkit.correlations import spearman
from spmkit.intervals import Floats, refuse_confidence

RANK_MARGIN = 0.3
"""A rank correlation this small does not matter."""

RANKS = "rank correlation"
_PERFECT = 1 - 1e-9  # beyond it Fisher's z has no number


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
    its level and its luck; the interval is that of Fisher's z with each rep left out in turn, all
    periods at once.

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
    Fisher 1921 (z); MacKinnon, Nielsen and Webb 2023, doi 10.1016/j.jeconom.2022.04.001 (clusters
    left out in turn).
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
    value = float(sums.correlation()[0])
    if np.isnan(value):
        return no_effect("undefined: no variation", len(whole), reps)
    low, high = _bounds(value, sums.correlation_without_each(), confidence)
    return Effect(value, low, high, len(whole), reps)


def _bounds(value: float, without: Floats, confidence: float) -> tuple[float, float]:
    """Fisher's z, on which a correlation is about normal; without variation there are none."""
    if np.isnan(without).any():
        return np.nan, np.nan
    whole, parts = (np.arctanh(np.clip(one, -_PERFECT, _PERFECT)) for one in (value, without))
    low, high = left_out_bounds(float(whole), parts, confidence)
    return float(np.tanh(low)), float(np.tanh(high))


class _Sums:
    """What each rep adds to each period, so that leaving reps out is a matter of products."""

    def __init__(self, rows: pd.DataFrame, left: str, right: str, within: str) -> None:
        ranks = rows.groupby(within)[[left, right]].rank(pct=True).to_numpy("float64") - 0.5
        self._shape = (rows["rep_id"].nunique(), rows[within].nunique())
        rep, period = (pd.factorize(rows[name], sort=True)[0] for name in ("rep_id", within))
        self._place = rep * self._shape[1] + period
        one, other = ranks.T
        columns = (np.ones(len(rows)), one, other, one * one, other * other, one * other)
        self._parts = [self._added(column) for column in columns]

    def _added(self, part: Floats) -> Floats:
        size = self._shape[0] * self._shape[1]
        sums = np.bincount(self._place, part, minlength=size).reshape(self._shape)
        return np.asarray(sums, dtype=np.float64)

    def correlation(self) -> Floats:
        """The correlation of all reps, about each period's own mean."""
        return _correlation(*(part.sum(axis=0, keepdims=True) for part in self._parts))

    def correlation_without_each(self) -> Floats:
        """The same without each rep in turn."""
        return _correlation(*(part.sum(axis=0) - part for part in self._parts))


def _correlation(
    n: Floats, one: Floats, other: Floats, ones: Floats, others: Floats, both: Floats
) -> Floats:
    """From counts, sums, squares and products, a column a period and a row a correlation."""
    n = np.maximum(n, 1)
    left, right, joint = (
        (squares - sums / n).sum(axis=1)
        for squares, sums in ((ones, one * one), (others, other * other), (both, one * other))
    )
    spread = np.sqrt(np.maximum(left, 0) * np.maximum(right, 0))
    known = spread > 1e-9
    found: Floats = np.divide(joint, spread, out=np.full(len(joint), np.nan), where=known)
    return found


def _numbers(values: pd.Series[Any]) -> Floats:
    return values.to_numpy("float64", na_value=np.nan)

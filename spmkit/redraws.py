"""Intervals of statistics that are no aggregate of an engine: how often each row is drawn."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from spmkit.intervals import Floats, refuse_confidence
from spmkit.resampling import DRAWS, FEWEST_CLUSTERS, MOST_UNDEFINED

Statistic: TypeAlias = Callable[[Floats], Floats]
_AT_ONCE = 1_000_000  # numbers


def redrawn_interval(
    statistic: Statistic, n: int, confidence: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Bound a statistic by 1,000 resamples of n rows, told as how often each row was drawn.

    Counts instead of rows: what is sorted or summed once need not be again.

    Parameters
    ----------
    statistic
        Takes a matrix of counts, a row a resample and a column a row of the data, and gives a
        number a resample; NaN where it is undefined.
    n
        Rows of the data.
    confidence
        Such as 0.95.
    seed
        The same seed gives the same bounds.

    Returns
    -------
    tuple of floats
        Percentiles, set wider for few rows as :func:`spmkit.bootstrap_interval` does; NaN with
        fewer than 8 rows, or where more than 5 % of the resamples are undefined.

    Examples
    --------
    >>> values = np.array([6.0, 8.0, 9.0, 10.0, 10.0, 11.0, 12.0, 14.0])
    >>> low, high = redrawn_interval(lambda counts: counts @ values / counts.sum(axis=1), 8)
    >>> round(low), round(high)
    (8, 12)
    """
    refuse_confidence(confidence)
    if n < FEWEST_CLUSTERS:
        return np.nan, np.nan
    rng = np.random.default_rng(seed)
    at_once = max(1, min(DRAWS, _AT_ONCE // n))
    sizes = [min(at_once, DRAWS - first) for first in range(0, DRAWS, at_once)]
    drawn = [statistic(rng.multinomial(n, [1 / n] * n, size).astype("float64")) for size in sizes]
    values = np.concatenate(drawn)
    if np.isnan(values).mean() > MOST_UNDEFINED:
        return np.nan, np.nan
    tail = _tail(confidence, n)
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _tail(confidence: float, n: int) -> float:
    """The share cut off at each end: percentiles of n rows are too narrow by √((n−1)/n)."""
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, n - 1) * np.sqrt(n / (n - 1))
    return NormalDist().cdf(-float(reach))

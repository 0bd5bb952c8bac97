"""How two columns go together, with an interval: the same words wherever it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from spmkit.intervals import Floats, refuse_confidence

FEWEST_PAIRS = 5  # fewer say nothing: the interval covers nearly every correlation


@dataclass(frozen=True)
class Correlation:
    """A correlation, its bounds, the rows behind it and ``ok`` or why there is none."""

    value: float
    low: float
    high: float
    n: int
    status: str


def pearson(left: Floats, right: Floats, confidence: float = 0.95) -> Correlation:
    """Correlate two columns as they are; one far value can make or break it.

    Parameters
    ----------
    left, right
        Values of the same rows; a row with a null in either is left out.
    confidence
        Such as 0.95.

    Examples
    --------
    >>> found = pearson(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0, 4.0, 4.0]))
    >>> round(found.value, 3), found.n
    (0.97, 5)
    """
    left, right = _complete(left, right)
    return _judged(left, right, confidence, _RankAndTaken(ranked=False, taken=0))


def spearman(left: Floats, right: Floats, confidence: float = 0.95) -> Correlation:
    """Correlate the ranks of two columns: whether more of one goes with more of the other.

    Takes and returns what :func:`pearson` does; the interval is wider, as ranks need
    (Bonett and Wright 2000, doi 10.1007/BF02294183).

    Examples
    --------
    >>> found = spearman(np.arange(6.0), np.array([1.0, 2.0, 4.0, 8.0, 16.0, 15.0]))
    >>> round(found.value, 3), found.status
    (0.943, 'ok')
    """
    left, right = _complete(left, right)
    return _judged(_ranks(left), _ranks(right), confidence, _RankAndTaken(ranked=True, taken=0))


def partial_spearman(
    left: Floats, right: Floats, given: Floats, confidence: float = 0.95
) -> Correlation:
    """Correlate the ranks of two columns, what other columns explain of both taken out.

    Parameters
    ----------
    left, right
        Values of the same rows.
    given
        The other columns, side by side; rows with any null are left out.
    confidence
        Such as 0.95.

    Examples
    --------
    >>> size = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    >>> noise = np.array([0.0, 5.0, 1.0, 4.0, 2.0, 6.0, 3.0])
    >>> partial_spearman(size, size * 2, noise[:, None]).status
    'ok'
    """
    whole = ~np.isnan(np.column_stack([left, right, given])).any(axis=1)
    ranks = [_ranks(column) for column in given[whole].T]
    design = np.column_stack([np.ones(int(whole.sum())), *ranks])
    rest = [_residuals(design, _ranks(column[whole])) for column in (left, right)]
    return _judged(rest[0], rest[1], confidence, _RankAndTaken(ranked=True, taken=len(ranks)))


@dataclass(frozen=True)
class _RankAndTaken:
    """Whether ranks are correlated, and how many columns were taken out before."""

    ranked: bool
    taken: int


def _complete(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    whole = ~(np.isnan(left) | np.isnan(right))
    return left[whole], right[whole]


def _ranks(values: Floats) -> Floats:
    return np.asarray(pd.Series(values).rank(), dtype=np.float64)


def _residuals(design: Floats, values: Floats) -> Floats:
    if not len(values):
        return values
    fitted = np.linalg.lstsq(design, values, rcond=None)[0]
    rest: Floats = np.asarray(values - design @ fitted, dtype=np.float64)
    rest[np.abs(rest) < 1e-9] = 0.0  # what is explained in full has no rest, not a tiny one
    return rest


def _judged(left: Floats, right: Floats, confidence: float, how: _RankAndTaken) -> Correlation:
    refuse_confidence(confidence)
    n = len(left)
    if n - how.taken < FEWEST_PAIRS:
        return Correlation(np.nan, np.nan, np.nan, n, "insufficient n")
    if min(np.ptp(left), np.ptp(right)) <= 1e-12:
        return Correlation(np.nan, np.nan, np.nan, n, "undefined: no variation")
    value = float(np.clip(np.corrcoef(left, right)[0, 1], -1, 1))
    low, high = _bounds(value, n, confidence, how)
    return Correlation(value, low, high, n, "ok")


def _bounds(value: float, n: int, confidence: float, how: _RankAndTaken) -> tuple[float, float]:
    """Fisher's z; a perfect correlation has no bounds: that few rows agree proves no more."""
    if abs(value) > 1 - 1e-12:
        return np.nan, np.nan
    wider = 1 + value**2 / 2 if how.ranked else 1.0
    half = NormalDist().inv_cdf((1 + confidence) / 2) * np.sqrt(wider / (n - 3 - how.taken))
    middle = np.arctanh(value)
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))

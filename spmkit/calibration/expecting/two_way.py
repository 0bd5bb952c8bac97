"""Intervals of what is summed over territories and periods: both are redrawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.intervals import Floats, refuse_confidence

FEWEST_PERIODS, FEWEST_SEATS = 5, 8
"""With fewer no interval is given: what hit all at once in so few says little of the next."""
_DRAWS = 2_000
Ratio: TypeAlias = Callable[..., Floats]


@dataclass(frozen=True)
class Redrawn:
    """Bounds of a number, and the share of the draws in which it is above zero."""

    low: float
    high: float
    above: float


def by_seat_and_period(rows: pd.DataFrame, seat: pd.Series, names: Sequence[str]) -> list[Floats]:
    """Sums of columns as matrices, a row a territory and a column a period."""
    keys = [pd.factorize(seat)[0], pd.factorize(rows["step"])[0]]
    shape = (keys[0].max() + 1, keys[1].max() + 1)
    found = []
    for name in names:
        sums = np.zeros(shape)
        np.add.at(sums, tuple(keys), rows[name].to_numpy("float64"))
        found.append(sums)
    return found


def two_way_interval(
    ratio: Ratio, sums: Sequence[Floats], confidence: float = 0.9, seed: int = 0
) -> Redrawn:
    """Bound a ratio of sums by redrawing territories and periods at once.

    What is seen of a method is few periods, each of which hit all territories
    alike; to redraw territories alone would take those periods for granted.

    Parameters
    ----------
    ratio
        Takes an array of each sum, a number a draw.
    sums
        As :func:`by_seat_and_period` gives them.
    confidence
        Such as 0.9. Percentiles are set wider for few periods, as Student's t is.
    seed
        The same gives the same.

    Examples
    --------
    >>> sums = [np.full((10, 6), 2.0), np.full((10, 6), 4.0)]
    >>> found = two_way_interval(lambda part, whole: part / whole, sums)
    >>> found.low, found.high, found.above
    (0.5, 0.5, 1.0)

    References
    ----------
    Owen 2007, doi 10.1214/07-AOAS122 (redrawing rows and columns).
    """
    refuse_confidence(confidence)
    seats, periods = sums[0].shape
    if seats < FEWEST_SEATS or periods < FEWEST_PERIODS:
        return Redrawn(np.nan, np.nan, np.nan)
    rng = np.random.default_rng(seed)
    drawn = [rng.multinomial(n, [1 / n] * n, _DRAWS).astype("float64") for n in (seats, periods)]
    totals = [((drawn[0] @ matrix) * drawn[1]).sum(axis=1) for matrix in sums]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = ratio(*totals)
    known = values[np.isfinite(values)]
    tail = _tail(confidence, periods)
    low, high = np.quantile(known, [tail, 1 - tail])
    return Redrawn(float(low), float(high), float((known > 0).mean()))


def _tail(confidence: float, n: int) -> float:
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, n - 1) * np.sqrt(n / (n - 1))
    return NormalDist().cdf(-float(reach))


def share_interval(
    hits: NDArray[np.bool_], periods: Floats, confidence: float = 0.95
) -> tuple[float, float]:
    """Bound a share of rows whose periods hit them alike: Student's t over the periods' shares.

    Examples
    --------
    >>> hits = np.tile([True, True, False, True], 6)
    >>> low, high = share_interval(hits, np.repeat(np.arange(6), 4))
    >>> round(low, 2), round(high, 2)
    (0.75, 0.75)
    """
    from scipy.stats import t

    _, place = np.unique(periods, return_inverse=True)
    n = np.bincount(place).astype("float64")
    if len(n) < FEWEST_PERIODS:
        return np.nan, np.nan
    share = float(hits.mean())
    off = np.bincount(place, hits.astype("float64")) - n * share
    count = len(n)
    error = np.sqrt(count / (count - 1) * (off**2).sum()) / n.sum()
    reach = float(t.ppf((1 + confidence) / 2, count - 1)) * float(error)
    return max(share - reach, 0.0), min(share + reach, 1.0)

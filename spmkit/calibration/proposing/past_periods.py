"""Means over the errors of the past, where those of one period rise and fall together."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.intervals import Floats

FEWEST_PERIODS = 5
"""Of fewer past periods no bounds are given."""


@dataclass(frozen=True)
class PastMean:
    """A mean over past errors with its bounds.

    Parameters
    ----------
    value, low, high
        The mean and its bounds, NaN where there are too few to say.
    periods
        How many past periods there are; None where they are not known.
    """

    value: float
    low: float
    high: float
    periods: int | None

    @property
    def few(self) -> str:
        """Why there are no bounds; empty where there are, or where periods are not known."""
        if self.periods is None or self.periods >= FEWEST_PERIODS:
            return ""
        return f"insufficient n: {self.periods} past periods"


def periods_of(expectation: Expectation) -> Floats | None:
    """The period of each past error, in the order of the errors; None where it is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> seats = pd.DataFrame({"expected": [100.0], "spread": [20.0]})
    >>> periods_of(Expectation(seats, np.array([0.0]))) is None
    True
    """
    found = getattr(expectation, "periods", None)
    return None if found is None else np.asarray(found, "float64")


def past_mean(values: Floats, periods: Floats | None, confidence: float = 0.95) -> PastMean:
    """Take the mean of a value an error, with bounds that hold where periods have shocks.

    What all seats of one period have in common is one chance, not one a seat: the
    errors of a period count as one draw, weighted by how many they are (Student's t of
    the periods). Where periods are not known, the errors count as independent.

    Parameters
    ----------
    values
        One an error of the past.
    periods
        The period of each, as :func:`periods_of` gives them; None: not known.
    confidence
        Of the bounds.

    Examples
    --------
    Twenty errors, but five periods in which all were alike.

    >>> values, periods = np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], 4), np.repeat(np.arange(5.0), 4)
    >>> found = past_mean(values, periods)
    >>> [round(one, 2) for one in (found.value, found.low, found.high)], found.periods
    ([3.0, 1.04, 4.96], 5)
    >>> past_mean(values[:16], periods[:16]).few
    'insufficient n: 4 past periods'
    >>> alone = past_mean(values, None)
    >>> [round(one, 2) for one in (alone.low, alone.high)]
    [2.32, 3.68]

    References
    ----------
    Liang and Zeger 1986 (clustered errors), doi 10.1093/biomet/73.1.13.
    """
    from scipy.special import stdtrit

    mean = float(values.mean())
    place = np.arange(len(values)) if periods is None else _places(periods)
    count = int(place.max()) + 1
    known = None if periods is None else count
    if count < (2 if periods is None else FEWEST_PERIODS):
        return PastMean(mean, np.nan, np.nan, known)
    off = np.bincount(place, weights=values - mean)
    error = sqrt(count / (count - 1) * float(off @ off)) / len(values)
    half = float(stdtrit(count - 1, (1 + confidence) / 2)) * error
    return PastMean(mean, mean - half, mean + half, known)


def _places(periods: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.unique(periods, return_inverse=True)[1]

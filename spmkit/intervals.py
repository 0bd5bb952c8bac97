"""Closed intervals of shares and of their differences."""

from __future__ import annotations

from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]


def refuse_confidence(confidence: float) -> None:
    """Raise unless a confidence lies between 0 and 1.

    Raises
    ------
    ValueError
        With the form that is meant.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; write a share, such as 0.95 for 95 %.")


def wilson_interval(hits: ArrayLike, of: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Bound a share of counts by Wilson's score interval.

    Unlike the textbook ± it holds its level for few cases and near 0 and 1,
    and never leaves the range from 0 to 1.

    Parameters
    ----------
    hits
        Counts of successes.
    of
        Counts of trials; 0 gives null bounds.
    confidence
        Such as 0.95.

    Returns
    -------
    tuple of arrays
        Lower and upper bounds.

    Examples
    --------
    >>> low, high = wilson_interval([17], [58], 0.95)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.19], [0.42])

    References
    ----------
    Wilson 1927; Brown, Cai, DasGupta 2001, doi 10.1214/ss/1009213286.
    """
    refuse_confidence(confidence)
    n = np.where(np.asarray(of, dtype=float) > 0, np.asarray(of, dtype=float), np.nan)
    share = np.asarray(hits, dtype=float) / n
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    # The bounds touch the share itself at 0 and 1; rounding must not put it outside.
    low = np.clip((middle - half) / scale, 0, share)
    high = np.clip((middle + half) / scale, share, 1)
    return low, high


def difference_interval(
    now: tuple[ArrayLike, ArrayLike, ArrayLike], before: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[Floats, Floats]:
    """Bound the difference of two estimates from their own bounds.

    Newcombe's hybrid (square-and-add): exact to the level for shares with
    Wilson bounds. It takes the two for independent; where the same reps stand
    behind both, it is rather too wide.

    Parameters
    ----------
    now, before
        Estimate, lower bound, upper bound.

    Returns
    -------
    tuple of arrays
        Lower and upper bounds of now − before; null where any part is.

    Examples
    --------
    >>> low, high = difference_interval(([0.7], [0.5682], [0.8058]), ([0.6], [0.4904], [0.7004]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.066], [0.252])

    References
    ----------
    Newcombe 1998, method 10, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    value, low, high = (np.asarray(part, dtype=float) for part in now)
    earlier, earlier_low, earlier_high = (np.asarray(part, dtype=float) for part in before)
    change = value - earlier
    below = np.sqrt((value - low) ** 2 + (earlier_high - earlier) ** 2)
    above = np.sqrt((high - value) ** 2 + (earlier - earlier_low) ** 2)
    return change - below, change + above

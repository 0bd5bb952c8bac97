"""What is known with an error is pulled towards its peers, the further the larger the error."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

FEWEST = 4
"""Below four values how far they truly differ cannot be estimated at all."""


def shrunken(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Pull each value towards the mean of all by its share of error; with what stays unsure.

    The true values are taken to be normal about one mean, each seen with a
    normal error of known size. How far they truly differ is what the values
    vary beyond their errors; that this is an estimate is in the second array.

    Parameters
    ----------
    values, errors
        At least four values, and the standard error of each.

    Returns
    -------
    tuple of arrays
        The shrunken values and their standard deviations.

    Examples
    --------
    >>> middle, spread = shrunken(np.array([0.6, 0.9, 1.0, 1.1, 1.4]), np.full(5, 0.2))
    >>> middle.round(2).tolist()
    [0.69, 0.92, 1.0, 1.08, 1.31]

    References
    ----------
    Efron and Morris 1975, doi 10.1080/01621459.1975.10479864; Morris 1983 (unequal errors and
    the variance), doi 10.1080/01621459.1983.10477920.
    """
    count, noise = len(values), errors**2
    if count < FEWEST:
        raise ValueError(f"{count} values: shrinking needs at least {FEWEST}.")
    between = max(float(values.var(ddof=1) - noise.mean()), 0.0)
    whole = noise + between
    centre = _centre(values, whole)
    noisy = np.divide(noise, whole, out=np.zeros(count), where=whole > 0)
    pull = (count - 3) / (count - 1) * noisy
    unequal = np.divide(whole.mean(), whole, out=np.ones(count), where=whole > 0)
    estimated = 2 / (count - 3) * pull**2 * unequal * (values - centre) ** 2
    variance = noise * (1 - (count - 1) / count * pull) + estimated
    return centre + (1 - pull) * (values - centre), np.sqrt(variance)


def _centre(values: Floats, whole: Floats) -> float:
    """The mean, the better known weighing more; plain where one is known without error."""
    weights = 1 / whole if (whole > 0).all() else np.ones(len(values))
    return float(np.average(values, weights=weights))

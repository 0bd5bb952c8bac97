"""Whether a distribution has two humps."""

from __future__ import annotations

import numpy as np

from spmkit.intervals import Floats

_GRID, _DRAWS, _STEPS = 512, 300, 30
_TAIL = 0.05  # of the values at each end: whoever is out there makes no hump


def two_humps(values: Floats, seed: int = 0) -> float:
    """The probability of such humps where there is one in truth: small means two or more.

    Values are smoothed until one hump is left; the smoothing that takes is large where there
    are two. How large chance makes it is drawn from the smoothed values themselves. A rep or two
    far out make no hump: only those in the middle nine tenths count.

    Parameters
    ----------
    values
        At least two.
    seed
        The same seed gives the same probability.

    Returns
    -------
    float
        Silverman's p; rather too large than too small.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> one, two = rng.normal(0, 1, 80), np.append(rng.normal(-2, 0.5, 40), rng.normal(2, 0.5, 40))
    >>> two_humps(one) > 0.1, two_humps(two) < 0.05
    (True, True)

    References
    ----------
    Silverman 1981, doi 10.1111/j.2517-6161.1981.tb01155.x; Hall and York 2001, Statistica Sinica
    11 (a range for the humps).
    """
    spread = float(values.std(ddof=1))
    if not spread > 1e-9:
        return 1.0
    middle = np.quantile(values, [_TAIL, 1 - _TAIL])
    width = _critical(values, spread, middle)
    rng = np.random.default_rng(seed)
    mean = values.mean()
    shrink = 1 / np.sqrt(1 + (width / spread) ** 2)
    several = 0
    for _ in range(_DRAWS):
        drawn = rng.choice(values, len(values)) + width * rng.normal(size=len(values))
        several += _humps(mean + shrink * (drawn - mean), width, middle) > 1
    return several / _DRAWS


def _critical(values: Floats, spread: float, within: Floats) -> float:
    """The least smoothing that leaves one hump."""
    low, high = 0.01 * spread, 2 * spread
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _humps(values, middle, within) > 1:
            low = middle
        else:
            high = middle
    return high


def _humps(values: Floats, width: float, within: Floats) -> int:
    """The humps within a range of the values smoothed with a normal curve."""
    first, last = values.min() - 3 * width, values.max() + 3 * width
    counts, edges = np.histogram(values, _GRID, (first, last))
    reach = np.arange(-_GRID // 2, _GRID // 2) * (edges[1] - edges[0]) / width
    smooth = np.convolve(counts, np.exp(-(reach**2) / 2), "same")
    place = (edges[1:-2] + edges[2:-1]) / 2  # of all but the ends
    higher = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:])
    return int((higher & (place >= within[0]) & (place <= within[1])).sum())

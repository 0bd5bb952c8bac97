"""The one probability, or the one multiple, at which quotas sum to what they should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.guardrails import Limits
from spmkit.calibration.proposing.policy import COMMON
from spmkit.intervals import Floats

Curve: TypeAlias = Callable[[float], Floats]
_FARTHEST = 1e12
_HALVINGS = 200


@dataclass(frozen=True)
class Level:
    """How much is asked of everyone.

    Parameters
    ----------
    place
        Of the curve: 0 asks what every error of the past was above, 1 what none was.
    before, after
        What is asked of each seat in cents, before its limits and within them.
    """

    place: float
    before: Floats
    after: Floats


def curve_of(expectation: Expectation, scale: Floats, basis: str) -> Curve:
    """Give what is asked of each seat in cents as a rising function of one number.

    On the basis of a common probability p the number is 1 − p from 0 to 1.
    Beyond it lies what no error of the past reaches: below 0 the lowest quotas
    shrink to nothing at −1, above 1 each seat is asked the highest and a common
    share of its expectation more. On the other basis it is the multiple of the
    expectation, less 1.

    Parameters
    ----------
    expectation
        The seats and their distribution.
    scale
        By what each seat's quota is multiplied: a ramp.
    basis
        ``common probability`` or ``proportional``.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}),
    ...     np.array([-1.0, 0.0, 1.0]))
    >>> curve = curve_of(ahead, np.ones(1), "common probability")
    >>> [float(curve(place)[0]) for place in (-1, 0, 0.5, 1, 1.5)]
    [0.0, 8000.0, 10000.0, 12000.0, 17000.0]
    """
    expected = expectation.seats["expected"].to_numpy("float64") * scale * 100
    spread = expectation.seats["spread"].to_numpy("float64") * scale * 100
    places = np.linspace(0.0, 1.0, len(expectation.errors))

    def common(place: float) -> Floats:
        error = np.interp(place, places, expectation.errors)  # ends beyond 0 and 1 stay
        asked: Floats = np.maximum(expected + spread * error, 0.0)
        if place < 0:
            return asked * (1 + place)
        return asked + max(place - 1, 0.0) * expected

    def proportional(place: float) -> Floats:
        return (1 + place) * expected

    return common if basis == COMMON else proportional


def reconciled(curve: Curve, found: Limits, total: int) -> Level:
    """Find the number at which what is asked, within its limits, sums to a total.

    By halving: the sum never falls where the number rises, but it may stand
    still, which stops faster ways.

    Parameters
    ----------
    curve
        As :func:`curve_of` gives it.
    found
        Limits with room for the total.
    total
        In cents.

    Examples
    --------
    >>> bounds = Limits(np.zeros(2, "int64"), np.array([6_000, 90_000]), np.zeros(2, bool),
    ...     np.zeros(2, bool))
    >>> level = reconciled(lambda place: (1 + place) * np.array([5_000.0, 5_000.0]), bounds, 14_000)
    >>> round(level.place, 9), level.after.round(3).tolist()
    (0.6, [6000.0, 8000.0])
    """

    def asked(place: float) -> float:
        return float(np.clip(curve(place), found.low, found.high).sum())

    below, above = -1.0, 1.0
    while asked(above) < total and above < _FARTHEST:
        below, above = above, above * 2
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        if not below < middle < above:
            break
        below, above = (below, middle) if asked(middle) >= total else (middle, above)
    before = curve(above)
    return Level(above, before, np.asarray(np.clip(before, found.low, found.high)))

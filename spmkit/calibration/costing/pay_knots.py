"""The corners of a pay curve: made from tiers, cut at a threshold, held below a cap."""

from __future__ import annotations

from math import inf, isinf, log
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from spmkit.calibration.proposing.policy_checks import is_number
from spmkit.data import DataError
from spmkit.intervals import Floats
from spmkit.units import whole_percent

Knots: TypeAlias = tuple[tuple[float, float], ...]
"""Attainment and payout over target of each corner, in order; two at one attainment a cliff."""
_NORMAL = NormalDist()
_TO_THE_CENT = 1e-9  # of quota: credit of just a step's amount reaches the step
_MOST = {"tiers": 5, "points": 10}  # attainment: 120 for 120 % is none


def refuse_pairs(name: str, value: object) -> None:
    """Refuse what is no list of pairs of an attainment, in rising order, and a number above zero.

    Raises
    ------
    DataError
        With the pair and the form.

    Examples
    --------
    >>> refuse_pairs("tiers", [[1.0, 2.0]])
    """
    if not isinstance(value, list | tuple):
        raise DataError(f"{name} is {value!r}; write pairs, such as {name} = [[1.0, 2.0]].")
    for pair in value:
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(map(is_number, pair))):
            raise DataError(f"{name} has {pair!r}; write a pair of numbers, such as [1.0, 2.0].")
        if not 0 <= pair[0] <= _MOST[name]:
            raise DataError(
                f"{name} has {list(pair)}; an attainment is a number from 0 to {_MOST[name]}, such "
                "as 1.2 for 120 % of quota."
            )
        if not 0 <= pair[1] <= 100:
            raise DataError(
                f"{name} has {list(pair)}; the second number is a multiple from 0 to 100, such as "
                "1.5."
            )
    _refuse_order(name, value)


def _refuse_order(name: str, pairs: list[list[float]] | tuple[tuple[float, float], ...]) -> None:
    attained = [pair[0] for pair in pairs]
    if attained != sorted(attained):
        raise DataError(f"{name} are not in order: write the lowest attainment first.")
    for one in set(attained):
        if attained.count(one) > (1 if name == "tiers" else 2):
            raise DataError(f"{name} has the attainment {one:g} more than once.")
    if len(attained) > 1 and attained[-1] == attained[-2]:
        raise DataError(
            f"{name} end with a cliff at {attained[-1]:g}: add one beyond it, which says how pay "
            "goes on."
        )


def refuse_falling(knots: Knots) -> None:
    """Refuse a curve by which selling more earns less.

    Raises
    ------
    DataError
        With the attainment at which pay falls.

    Examples
    --------
    >>> refuse_falling(((0.0, 0.0), (1.0, 1.0)))
    """
    for place in range(1, len(knots)):
        (_, before), (attained, after) = knots[place - 1], knots[place]
        if after < before - 1e-12:
            raise DataError(
                f"pay falls from {whole_percent(before)} to {whole_percent(after)} of target at an "
                f"attainment of {whole_percent(attained)}: selling more would earn less. Raise the "
                "rate or payout there."
            )


def marginal_knots(tiers: Knots) -> Knots:
    """The corners where each rate holds for what lies in its tier.

    Examples
    --------
    >>> marginal_knots(((1.0, 2.0),))
    ((0.0, 0.0), (1.0, 1.0), (2.0, 3.0))
    """
    starts, rates = _with_base(tiers)
    paid, found = 0.0, [(starts[0], 0.0)]
    for start, end, rate in zip(starts, [*starts[1:], starts[-1] + 1], rates, strict=True):
        paid += rate * (end - start)
        found.append((end, paid))
    return tuple(found)


def retroactive_knots(tiers: Knots) -> Knots:
    """The corners where reaching a tier pays its rate on everything.

    Examples
    --------
    >>> retroactive_knots(((1.0, 1.5),))
    ((0.0, 0.0), (1.0, 1.0), (1.0, 1.5), (2.0, 3.0))
    """
    starts, rates = _with_base(tiers)
    found = []
    for start, end, rate in zip(starts, [*starts[1:], starts[-1] + 1], rates, strict=True):
        found += [(start, rate * start), (end, rate * end)]
    return tuple(found)


def _with_base(tiers: Knots) -> tuple[list[float], list[float]]:
    base = () if tiers and tiers[0][0] == 0 else ((0.0, 1.0),)
    whole = [(float(start), float(rate)) for start, rate in (*base, *tiers)]
    return [start for start, _ in whole], [rate for _, rate in whole]


def from_threshold(knots: Knots, threshold: float) -> Knots:
    """The corners from a threshold on, which is one.

    Examples
    --------
    >>> from_threshold(((0.0, 0.0), (1.0, 1.0)), 0.5)
    ((0.5, 0.5), (1.0, 1.0))
    """
    if threshold <= knots[0][0]:
        return knots
    later = tuple(knot for knot in knots if knot[0] > threshold)
    return ((threshold, float(payout_at(knots, np.array(threshold)))), *later)


def below_cap(knots: Knots, cap: float) -> Knots:
    """The corners of the same curve that stays at a cap once it is there.

    Examples
    --------
    >>> below_cap(((0.0, 0.0), (1.0, 1.0), (2.0, 3.0)), 2.0)
    ((0.0, 0.0), (1.0, 1.0), (1.5, 2.0), (2.5, 2.0))
    """
    lower = tuple(knot for knot in knots if knot[1] < cap)
    above = [knot for knot in knots if knot[1] >= cap]
    if not above and _slope(knots) <= 0:
        return knots
    (start, paid) = lower[-1] if lower else above[0]
    end, most = above[0] if above else (start + 1, paid + _slope(knots))
    reached = end if most == paid else start + (end - start) * (cap - paid) / (most - paid)
    return (*lower, (reached, cap), (reached + 1, cap))


def stretched(knots: Knots, factor: float) -> Knots:
    """The corners with what is paid beyond the payout at quota times a factor.

    Examples
    --------
    >>> stretched(((0.0, 0.0), (2.0, 2.0)), 1.5)
    ((0.0, 0.0), (1.0, 1.0), (2.0, 2.5))
    """
    further = [] if knots[-1][0] > 1 else [(2.0, float(payout_at(knots, np.array(2.0))))]
    at_quota = float(payout_at(knots, np.array(1.0)))
    lower = [knot for knot in knots if knot[0] <= 1]
    middle = [] if (1.0, at_quota) in lower else [(1.0, at_quota)]
    upper = [(a, at_quota + factor * (p - at_quota)) for a, p in [*knots, *further] if a > 1]
    return (*lower, *middle, *upper)


def payout_at(knots: Knots, attainment: Floats) -> Floats:
    """The payout at attainments; a step is reached at just its attainment.

    Examples
    --------
    >>> payout_at(((0.5, 0.5), (1.0, 1.0)), np.array([0.4, 0.5, 2.0])).tolist()
    [0.0, 0.5, 2.0]
    """
    starts, values, slopes = straight_parts(knots)
    place = np.searchsorted(starts, attainment + _TO_THE_CENT, side="right") - 1
    beyond = np.maximum(attainment - starts[place], 0.0)
    return np.asarray(np.where(place < 0, 0.0, values[place] + slopes[place] * beyond))


def straight_parts(knots: Knots) -> tuple[Floats, Floats, Floats]:
    """Where each straight part begins, the payout there and its slope; the last has no end.

    Examples
    --------
    >>> [part.tolist() for part in straight_parts(((0.5, 0.0), (1.0, 1.0)))]
    [[0.5, 1.0], [0.0, 1.0], [2.0, 2.0]]
    """
    attained, payout = np.array(knots, "float64").T
    width, rise = np.diff(attained), np.diff(payout)
    slopes = np.divide(rise, width, out=np.zeros_like(rise), where=width > 0)
    slopes = np.append(slopes, slopes[-1] if len(slopes) else 0.0)
    last = np.append(width > 0, True)  # of two corners at one attainment the later counts
    return attained[last], payout[last], slopes[last]


def paid_before(knots: Knots) -> Floats:
    """The payout just before each straight part begins: what a cliff is measured from.

    Examples
    --------
    >>> paid_before(((0.5, 0.5), (1.0, 1.0), (1.0, 1.5), (2.0, 2.5))).tolist()
    [0.0, 1.0, 2.5]
    """
    first: dict[float, float] = {}
    for attained, payout in knots:
        first.setdefault(attained, payout)
    return np.array([0.0, *list(first.values())[1:]], "float64")


def _slope(knots: Knots) -> float:
    """How pay goes on after the last corner."""
    if len(knots) < 2:
        return 0.0
    (start, paid), (end, most) = knots[-2:]
    return (most - paid) / (end - start)


def mean_payout(knots: Knots, spread: float, mean: float) -> float:
    """What is paid on average where attainment is log-normal.

    Parameters
    ----------
    knots
        The corners of a curve.
    spread
        Standard deviation of the logarithm of attainment, above 0.
    mean
        Mean attainment.

    Examples
    --------
    >>> round(mean_payout(((0.0, 0.0), (1.0, 1.0)), 0.3, 1.2), 6)
    1.2

    References
    ----------
    Partial expectation of the log-normal distribution, summed over the straight parts.
    """
    starts, values, slopes = (part.tolist() for part in straight_parts(knots))
    ends: list[float] = [*starts[1:], inf]
    total: float = sum(
        (value - slope * start) * (_share(end, spread, mean) - _share(start, spread, mean))
        + slope * mean * (_share(end, spread, mean, 1) - _share(start, spread, mean, 1))
        for start, end, value, slope in zip(starts, ends, values, slopes, strict=True)
    )
    return total


def _share(attainment: float, spread: float, mean: float, power: int = 0) -> float:
    """The share of all reps (power 0) or of all sales (1) below an attainment."""
    if isinf(attainment):
        return 1.0
    if attainment <= 0:
        return 0.0
    return _NORMAL.cdf((log(attainment / mean) + (0.5 - power) * spread**2) / spread)

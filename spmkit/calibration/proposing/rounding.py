"""Amounts in whole cents that sum to just what they should: rounding loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spmkit.intervals import Floats

Cents: TypeAlias = NDArray[np.int64]
NO_LIMIT = 9_000_000_000_000_000
"""In cents: what stands for no upper limit; above it floats are no longer whole cents."""


def cents_of(amount: float, factor: float = 1.0, more: float = 0.0) -> int:
    """An amount times a factor, and a share more, in whole cents: halves up, as they are written.

    Examples
    --------
    >>> cents_of(1.005), cents_of(100.0, 1.1), cents_of(0.5, more=0.15), cents_of(-2.5)
    (101, 11000, 58, -250)
    """
    written, times, share = (Decimal(repr(float(one))) for one in (amount, factor, more))
    return int((written * times * (1 + share) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def whole_sum(cents: Cents) -> int:
    """Sum cents without a limit of size: many of ``NO_LIMIT`` are more than 64 bits hold.

    Examples
    --------
    >>> whole_sum(np.full(2_000, NO_LIMIT))
    18000000000000000000
    """
    return sum(cents.tolist())


def shared_out(totals: ArrayLike, weights: Floats) -> Cents:
    """Share totals out by weights, a row a total, by largest remainder: each row sums to its total.

    Parameters
    ----------
    totals
        Whole cents at or above zero.
    weights
        A row a total (or one row for all), at or above zero; a row of zeros shares out evenly.

    Returns
    -------
    array of whole numbers
        Of equal remainders the one that stands first gets the cent.

    Examples
    --------
    >>> shared_out([10_000], np.array([[1.0, 1.0, 1.0]])).tolist()
    [[3334, 3333, 3333]]

    References
    ----------
    The method of the largest remainder (Hamilton); Balinski and Young 1982, Fair Representation.
    """
    whole = np.asarray(totals, dtype=np.int64)[:, None]
    weights = np.broadcast_to(weights, (len(whole), weights.shape[-1]))
    sums = weights.sum(axis=1, keepdims=True)
    even = np.full(weights.shape, 1 / weights.shape[1])
    wanted = whole * np.divide(weights, sums, out=even, where=sums > 0)
    floors = np.floor(wanted).astype(np.int64)
    left = whole - floors.sum(axis=1, keepdims=True)
    # what weighs nothing gets nothing: its remainder stands behind all others
    counted = (weights > 0) | (sums <= 0)
    order = np.argsort(-np.where(counted, wanted - floors, -1.0), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    last = counted.sum(axis=1, keepdims=True)  # a float may round up: then the last gives back
    given_back = (place >= last + left) & (place < last)
    return np.asarray(floors + (place < left) - given_back, dtype=np.int64)


@dataclass(frozen=True)
class Rounded:
    """Amounts on a grid, and the same with what the grid left over: these sum to the total."""

    on_grid: Cents
    exact: Cents


def to_grid(wanted: Floats, total: int, step: int, low: Cents, high: Cents) -> Rounded:
    """Round amounts to multiples of a step within limits so that they sum to a total.

    By largest remainder. Where the total is no multiple of the step, what is
    left stands on the largest amount that has room for it; limits between
    which there is no multiple leave their amount to the cent.

    Parameters
    ----------
    wanted
        In cents, within the limits, summing to about the total.
    total
        In cents; the limits must leave room for it.
    step
        In cents.
    low, high
        The limits of each, in cents.

    Raises
    ------
    ValueError
        Where the limits leave no room for the total.

    Examples
    --------
    >>> none, no_limit = np.zeros(3, "int64"), np.full(3, NO_LIMIT)
    >>> found = to_grid(np.array([1250.0, 2450.0, 1350.0]), 5050, 100, none, no_limit)
    >>> found.on_grid.tolist(), found.exact.tolist()
    ([1300, 2400, 1300], [1300, 2450, 1300])
    """
    if not whole_sum(low) <= total <= whole_sum(high):
        raise ValueError(f"the limits leave no room for {total} cents.")
    lowest, highest = -(-low // step) * step, high // step * step
    between = lowest <= highest
    alone = np.clip(np.floor(wanted + 0.5).astype(np.int64), low, high)
    floors = np.clip(np.floor(wanted / step).astype(np.int64) * step, lowest, highest)
    amounts = np.where(between, floors, alone)
    order = np.argsort(-(wanted - floors), kind="stable")
    amounts = _stepped(amounts, total, step, order, highest)
    amounts = -_stepped(-amounts, -total, step, order[::-1], -lowest)
    return Rounded(amounts, _filled(amounts, total, low, high))


def _stepped(amounts: Cents, total: int, step: int, order: NDArray[np.intp], most: Cents) -> Cents:
    """Hand out whole steps in order, as often as it takes, to those with room for one."""
    amounts = amounts.copy()
    while (count := (total - int(amounts.sum())) // step) > 0:
        taking = order[amounts[order] + step <= most[order]][:count]
        if not len(taking):
            break
        amounts[taking] += step
    return amounts


def _filled(amounts: Cents, total: int, low: Cents, high: Cents) -> Cents:
    """Put what is left on the largest amount with room, or on as few as can hold it."""
    left = total - int(amounts.sum())
    room = high - amounts if left > 0 else amounts - low
    order: Sequence[int] = np.argsort(-amounts, kind="stable").tolist()
    whole = [place for place in order if room[place] >= abs(left)]
    exact = amounts.copy()
    for place in whole[:1] or order:
        moved = min(int(room[place]), abs(left)) * (1 if left > 0 else -1)
        exact[place] += moved
        left -= moved
    return exact

"""The limits that a policy sets to each quota, and whether they leave room for the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.rounding import NO_LIMIT, Cents, cents_of, whole_sum
from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.intervals import Floats

SHOWN = 3


class InfeasiblePolicyError(DataError):
    """Limits and pins that leave no room for the goal; ``nearest_total`` is what they can hold."""

    def __init__(self, message: str, nearest_total: float) -> None:
        super().__init__(message)
        self.nearest_total = nearest_total


@dataclass(frozen=True)
class Limits:
    """The limits of each seat in cents, and which rule sets them.

    Parameters
    ----------
    low, high
        The least and the most; of a pinned seat both are the pin.
    pinned
        Whether the quota is settled.
    at_minimum
        Whether the least is the minimum quota, not what was asked for last.
    """

    low: Cents
    high: Cents
    pinned: np.ndarray[tuple[int], np.dtype[np.bool_]]
    at_minimum: np.ndarray[tuple[int], np.dtype[np.bool_]]


def seat_names(seats: pd.DataFrame) -> list[str]:
    """What each seat is called: by rep_id, a vacant one by its territory.

    Where a rep is called as the territory is, the vacant seat is ``territory …``.

    Examples
    --------
    >>> seat_names(pd.DataFrame({"rep_id": ["1", None, None], "territory_id": ["t1", "1", "2"]}))
    ['1', 'territory 1', '2']
    """
    reps = [None if pd.isna(rep) else str(rep) for rep in seats["rep_id"].astype("object")]
    places = (
        seats["territory_id"].astype("object") if "territory_id" in seats else [None] * len(reps)
    )
    known = set(reps)
    return [
        rep or (f"territory {place}" if str(place) in known else str(place))
        for rep, place in zip(reps, places, strict=True)
    ]


def limits(seats: pd.DataFrame, policy: Policy, last: Floats) -> Limits:
    """Find the least and the most that a policy allows each seat.

    A last quota of zero or none sets no limit: no change is a share of it.

    Parameters
    ----------
    seats
        With ``rep_id`` and, where seats are vacant, ``territory_id``.
    policy
        ``max_increase``, ``max_decrease``, ``minimum_quota`` and ``pins``.
    last
        The last quota of each seat; NaN where there is none that can be compared.

    Raises
    ------
    DataError
        Where a floor is above a cap, or a pin is nobody's; the message says whose.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"]})
    >>> found = limits(seats, Policy(max_increase=0.2, pins={"bo": 50}), np.array([100.0, 90.0]))
    >>> found.high.tolist(), found.pinned.tolist()
    ([12000, 5000], [False, True])
    """
    names = seat_names(seats)
    pins = _pins(names, policy)
    compared = np.where(last > 0, last, np.nan) * 100
    fall = np.nan if policy.max_decrease is None else 1 - policy.max_decrease
    rise = np.nan if policy.max_increase is None else 1 + policy.max_increase
    floor = np.nan_to_num(np.ceil(np.round(compared * fall, 4)))
    cap = np.nan_to_num(np.floor(np.round(compared * rise, 4)), nan=NO_LIMIT)
    minimum = cents_of(policy.minimum_quota)
    free = np.isnan(pins)
    _refuse_crossed(names, policy, cap, free & (minimum > cap))
    low = np.where(free, np.maximum(floor, minimum), pins)
    high = np.where(free, cap, pins)
    return Limits(
        low.astype(np.int64), high.astype(np.int64), ~free, free & (minimum > 0) & (minimum > floor)
    )


def _pins(names: Sequence[str], policy: Policy) -> Floats:
    known = set(names)
    for seat in policy.pins:
        if seat not in known:
            raise DataError(
                f"{policy.source}: [pins] {seat!r} has no seat in this period."
                f"{nearest(str(seat), names) if len(names) <= 50 else _close(str(seat), names)} "
                "Correct the rep_id (of a vacant seat the territory_id) or take the pin out."
            )
    return np.array(
        [cents_of(policy.pins[name]) if name in policy.pins else np.nan for name in names]
    )


def _close(word: str, names: Sequence[str]) -> str:
    """Name one that is near; thousands are no help."""
    said = nearest(word, names)
    return said if said.startswith(" Did") else ""


def _refuse_crossed(
    names: Sequence[str],
    policy: Policy,
    cap: Floats,
    crossed: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    if not crossed.any():
        return
    places = np.flatnonzero(crossed)
    whose = ", ".join(f"{names[place]} (at most {money(cap[place])})" for place in places[:SHOWN])
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    raise DataError(
        f"{policy.source}: minimum_quota is {policy.minimum_quota:,.2f}, above what max_increase "
        f"({policy.max_increase}) allows to {whose}{more}. A minimum_quota of at most "
        f"{money(cap[crossed].min())} can hold; or raise max_increase, or pin these quotas."
    )


def refuse_no_room(found: Limits, total: int, policy: Policy, most: int) -> None:
    """Refuse limits that leave no room for a total.

    Parameters
    ----------
    found
        The limits.
    total
        What the quotas should sum to, in cents.
    policy
        Named in the message.
    most
        What quotas within the limits can sum to and still be reached, in cents.

    Raises
    ------
    InfeasiblePolicyError
        With the keys, the remedy and the nearest total that can hold.

    Examples
    --------
    >>> bounds = limits(pd.DataFrame({"rep_id": ["ada"]}), Policy(pins={"ada": 50}),
    ...     np.array([np.nan]))
    >>> refuse_no_room(bounds, 4_000, Policy(), 5_000)
    Traceback (most recent call last):
    spmkit.calibration.proposing.guardrails.InfeasiblePolicyError: the policy: the pins alone sum
    to 50.00, above the 40.00 that goal × (1 + over_assignment) gives. The nearest total that can
    hold is 50.00, a goal of 50.00. Raise the goal or lower [pins].
    """
    least, highest = whole_sum(found.low), whole_sum(found.high)
    pinned = whole_sum(found.low[found.pinned])
    if pinned > total:
        raise _without_room(policy, ("the pins alone", "lower [pins]"), pinned, total, least)
    if least > total:
        words = "the floors of max_decrease and minimum_quota, with the pins,"
        raise _without_room(policy, (words, "lower the floors or [pins]"), least, total, least)
    if highest < total:
        caps = ("the caps of max_increase, with the pins,", "raise max_increase or [pins]")
        every = ("the pins, of every seat,", "raise [pins]")
        said = every if found.pinned.all() else caps
        raise _without_room(policy, said, highest, total, most)


def _without_room(
    policy: Policy, words: tuple[str, str], sums: int, total: int, holds: int
) -> InfeasiblePolicyError:
    side, goal = ("above", "Raise") if sums > total else ("below", "Lower")
    return InfeasiblePolicyError(
        f"{policy.source}: {words[0]} sum to {money(sums)}, {side} the {money(total)} that "
        f"goal × (1 + over_assignment) gives. The nearest total that can hold is {money(holds)}, "
        f"a goal of {money(holds / (1 + policy.over_assignment))}. {goal} the goal or {words[1]}.",
        holds / 100,
    )


def money(cents: float) -> str:
    """Write cents as money.

    Examples
    --------
    >>> money(123_456_789)
    '1,234,567.89'
    """
    return f"{cents / 100:,.2f}"

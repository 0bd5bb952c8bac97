"""Quotas of all seats to the cent: reconciled to the goal, within limits, on the grid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.proposing.guardrails import (
    InfeasiblePolicyError,
    Limits,
    limits,
    money,
    refuse_no_room,
    seat_names,
)
from spmkit.calibration.proposing.policy import COMMON, Policy
from spmkit.calibration.proposing.quota_request import Request
from spmkit.calibration.proposing.reconciliation import Curve, Level, curve_of, reconciled
from spmkit.calibration.proposing.rounding import Rounded, cents_of, to_grid, whole_sum
from spmkit.data import DataError
from spmkit.intervals import Floats

_CLOSE = 1e-9


@dataclass(frozen=True)
class Allotment:
    """The quotas and what they came from, in cents.

    Parameters
    ----------
    level
        How much is asked of everyone, before and within the limits.
    limits
        The limits.
    ramped
        Seats of which the ramp asks another part than is expected.
    rounded
        On the grid, and with what the grid left over: the quotas.
    """

    level: Level
    limits: Limits
    ramped: NDArray[np.bool_]
    rounded: Rounded

    @property
    def quotas(self) -> Floats:
        """The quotas in money."""
        return self.rounded.exact / 100

    @property
    def free(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Seats that neither a limit nor a pin holds."""
        level, found = self.level, self.limits
        return np.asarray(~found.pinned & (level.before == level.after))


def allotted(request: Request, policy: Policy) -> Allotment:
    """Find the quotas under a policy, the request's own or one with less in it.

    Raises
    ------
    DataError
        Where limits and pins contradict each other or leave no room for the goal.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": [100.0, 50.0], "spread": 10.0})
    >>> asked = request_of(Expectation(seats, np.array([-1.0, 1.0])), 150.0, Policy(), None)
    >>> allotted(asked, asked.policy).quotas.tolist()
    [100.0, 50.0]
    """
    found = limits(request.expectation.seats, policy, request.last)
    seats = request.expectation.seats
    curve = curve_of(request.expectation, scale_of(seats, policy), policy.basis)
    most = _most(found, curve, policy)
    refuse_no_room(found, request.total, policy, most)
    level = reconciled(curve, found, request.total)
    step = cents_of(policy.rounding)
    _refuse_unreached(level, request, step, most)
    rounded = to_grid(level.after, request.total, step, found.low, found.high)
    done = Allotment(level, found, _ramped(seats, policy) != 1, rounded)
    if policy.basis == COMMON and done.free.any():
        _refuse_beyond(request, done, most)
    return done


def _most(found: Limits, curve: Curve, policy: Policy) -> int:
    """What the quotas can sum to, nobody beyond what some error of the past reaches."""
    if policy.basis != COMMON:
        return whole_sum(found.high)
    return int(np.clip(curve(1.0), found.low, found.high).sum())


def _refuse_unreached(level: Level, request: Request, step: int, most: int) -> None:
    """Refuse a ramp that leaves nothing to ask of anybody, and a grid that holds no quota."""
    source, seats = request.policy.source, len(level.after)
    if level.after.sum() < request.total - 1:
        raise InfeasiblePolicyError(
            f"{source}: ramp asks nothing of any seat that has room, and the goal is not reached. "
            f"The nearest total that can hold is {money(most)}. Raise the shares of "
            "ramp, lower the goal or give seats without a ramp.",
            most / 100,
        )
    if step > max(request.total / seats, 1):
        raise DataError(
            f"{source}: rounding is {money(step)}, above the mean quota of "
            f"{money(request.total / seats)}. Write a finer one, such as a hundredth of it."
        )


def _refuse_beyond(request: Request, done: Allotment, most: int) -> None:
    """Refuse limits and pins that leave to the others what no error of the past reaches."""
    held = int((~done.free).sum())
    if not held or done.level.place <= 1 + _CLOSE:
        return
    raise InfeasiblePolicyError(
        f"{request.policy.source}: limits and pins hold {held} of {len(done.ramped)} seats, and "
        "the rest would be asked for more than any error of the past reaches. The nearest total "
        f"that can hold is {money(most)}, a goal of "
        f"{money(most / (1 + request.policy.over_assignment))}. Lower the goal, or raise "
        "max_increase or [pins].",
        most / 100,
    )


def scale_of(seats: pd.DataFrame, policy: Policy) -> Floats:
    """By what each quota is multiplied beside the level: the ramp, and what is left to skill.

    Parameters
    ----------
    seats
        Of an expectation. Those that a method has made (they have ``history_periods``) are ramped
        already where the rep is new, so a ramp of the policy needs their ``ramp_effect``.
    policy
        What is decided.

    Raises
    ------
    DataError
        Where the ramp would be taken off twice, or a rep's own effect is not known.

    Examples
    --------
    Half of a full quota is asked of a new rep who is expected to sell 0.4 of a ramped one's.

    >>> seats = pd.DataFrame({"tenure_periods": [0, 9], "ramp_effect": [0.4, 1.0]})
    >>> scale_of(seats, Policy(ramp=(0.5,))).tolist()
    [1.25, 1.0]
    >>> made = pd.DataFrame({"rep_id": ["ada"], "tenure_periods": [0], "history_periods": [0]})
    >>> scale_of(made, Policy(ramp=(0.5,)))
    Traceback (most recent call last):
    spmkit.data.errors.DataError: the policy: ramp would be taken off twice: what is expected of
    'ada' is ramped already, and by how much is not known (no ramp_effect). Take ramp out of the
    policy.
    """
    return _ramped(seats, policy) * left_to_skill(seats, policy)


def _ramped(seats: pd.DataFrame, policy: Policy) -> Floats:
    """The ramp's share of a full quota; what the expectation takes off for the ramp is undone."""
    share = ramp_shares(seats, policy)
    effect = np.full(len(seats), np.nan)
    if "ramp_effect" in seats:
        effect = seats["ramp_effect"].to_numpy("float64", na_value=np.nan)
    known = effect > 0
    _refuse_ramped_twice(seats, ~np.isnan(share) & ~known, policy)
    return np.where(np.isnan(share), 1.0, share / np.where(known, effect, 1.0))


def _refuse_ramped_twice(seats: pd.DataFrame, unknown: NDArray[np.bool_], policy: Policy) -> None:
    """Refuse a ramp on seats that a method has ramped by nobody knows how much."""
    if "history_periods" not in seats:
        return
    made = unknown & seats["history_periods"].notna().to_numpy()
    if made.any():
        first = seat_names(seats[made])[0]
        raise DataError(
            f"{policy.source}: ramp would be taken off twice: what is expected of {first!r} is "
            "ramped already, and by how much is not known (no ramp_effect). Take ramp out of the "
            "policy."
        )


def ramp_shares(seats: pd.DataFrame, policy: Policy) -> Floats:
    """The part of a full quota that the ramp asks of each seat; NaN where it has ended.

    Examples
    --------
    >>> ramp_shares(pd.DataFrame({"tenure_periods": [0, 1, 2, None]}), Policy(ramp=(0.25, 0.5)))
    array([0.25, 0.5 ,  nan,  nan])
    """
    if not policy.ramp or "tenure_periods" not in seats:
        return np.full(len(seats), np.nan)
    tenure = seats["tenure_periods"].to_numpy("float64", na_value=np.nan)
    ramping = (tenure >= 0) & (tenure < len(policy.ramp))
    place = np.where(ramping, tenure, 0).astype("int64")
    return np.where(ramping, np.array(policy.ramp, dtype="float64")[place], np.nan)


def left_to_skill(seats: pd.DataFrame, policy: Policy) -> Floats:
    """By what a quota is multiplied so that a part of the rep's own effect is not asked again.

    Raises
    ------
    DataError
        Where the seats have no ``rep_effect`` and the policy leaves a part of it.

    Examples
    --------
    >>> left_to_skill(pd.DataFrame({"rep_effect": [1.21, 1.0]}), Policy(residual_share=0.5))
    array([0.90909091, 1.        ])
    """
    if policy.residual_share == 1:
        return np.ones(len(seats))
    if "rep_effect" not in seats:
        raise DataError(
            f"{policy.source}: residual_share is {policy.residual_share}, and the method that the "
            "past speaks for has no effect of reps that a part could be left of. Write "
            "residual_share = 1, or take it out."
        )
    own = seats["rep_effect"].to_numpy("float64", na_value=np.nan)
    return np.asarray(np.where(own > 0, own, 1.0) ** (policy.residual_share - 1))


def common_probability(found: Allotment, policy: Policy) -> float:
    """The probability that all seats share which nothing else holds; NaN where there is none.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> seats = pd.DataFrame({"rep_id": ["ada"], "expected": [100.0], "spread": [10.0]})
    >>> asked = request_of(Expectation(seats, np.array([-1.0, 1.0])), 105.0, Policy(), None)
    >>> round(common_probability(allotted(asked, asked.policy), asked.policy), 6)
    0.25
    """
    if policy.basis != COMMON or not found.free.any():
        return np.nan
    return float(min(max(1 - found.level.place, 0.0), 1.0))


def without_rules(policy: Policy) -> Policy:
    """The policy without limits, pins, ramp, share of skill, grid and basis: the goal alone.

    Examples
    --------
    >>> without_rules(Policy(over_assignment=0.1, rounding=100)).rounding
    0.01
    """
    bare = without_limits(policy)
    return replace(bare, rounding=0.01, ramp=(), residual_share=1.0, basis=COMMON)


def without_limits(policy: Policy) -> Policy:
    """The policy without limits and pins.

    Examples
    --------
    >>> without_limits(Policy(max_increase=0.1, rounding=100)).rounding
    100
    """
    return replace(policy, max_increase=None, max_decrease=None, minimum_quota=0.0, pins={})


def probability_under(request: Request, policy: Policy) -> float:
    """The probability that all seats would share under another policy.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> asked = request_of(ahead, 200.0, Policy(pins={"bo": 80}), None)
    >>> round(probability_under(asked, without_limits(asked.policy)), 9)
    0.5
    """
    return common_probability(allotted(request, policy), policy)

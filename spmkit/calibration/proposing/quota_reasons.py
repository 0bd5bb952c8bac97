"""Why a quota is what it is: short codes a seat, and a sentence that a rep can check."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.allotment import (
    Allotment,
    common_probability,
    left_to_skill,
    probability_under,
    ramp_shares,
    without_limits,
)
from spmkit.calibration.proposing.policy import COMMON, Policy
from spmkit.calibration.proposing.quota_request import Request
from spmkit.intervals import Floats
from spmkit.units import whole_percent

JOINT = "; "
_TAKES_UP = "takes up what limits and pins of others leave"
_SKILL = "of the rep's own effect a part is left to the rep"
_MUCH = 0.05  # of the common probability


def reason_codes(request: Request, found: Allotment) -> list[str]:
    """The reasons of each seat, joined: what made the quota first, then what is not known.

    Parameters
    ----------
    request, found
        What the quotas came from, and the quotas.

    Examples
    --------
    >>> from spmkit.calibration.proposing.allotment import allotted
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> asked = request_of(ahead, 200.01, Policy(pins={"bo": 80}, rounding=10), None)
    >>> reason_codes(asked, allotted(asked, asked.policy))
    ['expectation; takes up what limits and pins of others leave; rounding remainder of 0.01',
     'pinned']
    """
    policy, seats = request.policy, request.expectation.seats
    flags = [
        *_made(policy, found),
        (_TAKES_UP, found.free & _shifted(request, found)),
        *_adjusted(policy, seats, found),
        *_unknown(request),
    ]
    rows = np.array([np.broadcast_to(np.asarray(flag), len(seats)) for _, flag in flags])
    words = [_each(word, len(seats)) for word, _ in flags]
    return [
        JOINT.join(word[seat] for word, flag in zip(words, rows, strict=True) if flag[seat])
        for seat in range(len(seats))
    ]


def _each(word: str | list[str], seats: int) -> list[str]:
    return [word] * seats if isinstance(word, str) else word


def _made(policy: Policy, found: Allotment) -> list[tuple[str, Any]]:
    limits, level = found.limits, found.level
    capped = ~limits.pinned & (level.before > level.after)
    raised = ~limits.pinned & (level.before < level.after)
    fallen = f"raised to the floor of {whole_percent(-(policy.max_decrease or 0))}"
    return [
        ("expectation", found.free),
        (f"capped at +{whole_percent(policy.max_increase)}", capped),
        (fallen, raised & ~limits.at_minimum),
        (f"raised to the minimum of {policy.minimum_quota:,.2f}", raised & limits.at_minimum),
        ("pinned", limits.pinned),
    ]


def _shifted(request: Request, found: Allotment) -> bool:
    """Whether rules that hold others change what is left to the free seats by much."""
    own = common_probability(found, request.policy)
    free = probability_under(request, without_limits(request.policy))
    return bool(abs(own - free) >= _MUCH)


def _adjusted(policy: Policy, seats: pd.DataFrame, found: Allotment) -> list[tuple[Any, Any]]:
    ramp = ramp_shares(seats, policy)
    ramped = ~np.isnan(ramp) & ~found.limits.pinned
    left = found.rounded.exact - found.rounded.on_grid
    off = (found.rounded.on_grid % max(round(policy.rounding * 100), 1) != 0) & ~found.limits.pinned
    return [
        ([f"ramped: {whole_percent(share)} of a full quota" for share in ramp], ramped),
        (_SKILL, (left_to_skill(seats, policy) != 1) & ~found.limits.pinned),
        ("no step of the grid within the limits", off),
        ([f"rounding remainder of {cents / 100:,.2f}" for cents in left], left != 0),
    ]


def _unknown(request: Request) -> list[tuple[str, Any]]:
    """What is not known of a seat, which limits or the expectation would need."""
    seats = request.expectation.seats
    tenure, potential = (_numbers(seats, name) for name in ("tenure_periods", "potential"))
    vacant = seats["rep_id"].isna().to_numpy()
    limited = request.policy.max_increase is not None or request.policy.max_decrease is not None
    pinned = seats["rep_id"].isin(list(request.policy.pins)).to_numpy()
    unlimited = limited & ~vacant & ~pinned
    new = (_numbers(seats, "history_periods") == 0) if "history_periods" in seats else tenure == 0
    return [
        (_earlier(seats), unlimited & (request.last > 0) & ~_same(seats)),
        ("vacant seat", vacant),
        ("new seat: no history", new & ~vacant),
        ("no last quota of a whole period: no limit holds", unlimited & np.isnan(request.last)),
        ("last quota was 0: no limit holds", unlimited & (request.last == 0)),
        *_partly_known(seats),
        ("no potential known", np.isnan(potential) & ("potential" in seats)),
        ("no potential", potential == 0),
    ]


def _partly_known(seats: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Of whom some accounts have no potential given: the sum is the least it can be."""
    unknown, accounts = (_numbers(seats, f"potential_{name}") for name in ("unknown", "accounts"))
    words = [
        f"potential is the least it can be: that of {few:.0f} of {all_of:.0f} accounts is not known"
        for few, all_of in zip(unknown, accounts, strict=True)
    ]
    return [(words, unknown > 0)]


def _same(seats: pd.DataFrame) -> Any:
    """Of whom the last quota is one of the period that limits are to be shares of."""
    if "last_period" not in seats:
        return np.ones(len(seats), dtype=bool)
    return seats["last_period"].isna().to_numpy()


def _earlier(seats: pd.DataFrame) -> list[str]:
    periods = seats.get("last_period", pd.Series("", index=seats.index))
    return [
        f"limits hold against the quota of {one}, the last of a whole period" for one in periods
    ]


def _numbers(seats: pd.DataFrame, name: str) -> Floats:
    if name not in seats:
        return np.full(len(seats), np.nan)
    return seats[name].to_numpy("float64", na_value=np.nan)


def sentences(seats: pd.DataFrame, policy: Policy) -> list[str]:
    """A sentence a seat: the quota, what is expected, why they differ, and the chance.

    Parameters
    ----------
    seats
        As :func:`propose` gives them.
    policy
        Whose basis is named.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada"], "rep": ["Ada"], "quota": [105.0],
    ...     "expected": [100.0], "low": [80.0], "high": [130.0], "probability": [0.44],
    ...     "reasons": ["capped at +20 %"]})
    >>> sentences(seats, Policy())
    ['Ada: quota 105.00. Expected are 100 (80 to 130 with a probability of 80 %); capped at +20 %.
    The chance to reach the quota is 44 %.']
    """
    basis = "all seats at one probability" if policy.basis == COMMON else "one multiple for all"
    return [_sentence(seat, basis) for seat in seats.to_dict("records")]


def _sentence(seat: dict[Any, Any], basis: str) -> str:
    who = seat.get("rep")
    named = who if isinstance(who, str) else seat["rep_id"]
    called = f"Vacant seat {seat.get('territory_id')}" if pd.isna(seat["rep_id"]) else named
    why = seat["reasons"].replace("expectation", basis, 1)
    chance = whole_percent(seat["probability"])
    return (
        f"{called}: quota {seat['quota']:,.2f}. Expected are {seat['expected']:,.0f} "
        f"({seat['low']:,.0f} to {seat['high']:,.0f} with a probability of 80 %); {why}. "
        + (
            f"Nobody sells there: were the seat filled, the chance would be {chance}."
            if pd.isna(seat["rep_id"])
            else f"The chance to reach the quota is {chance}."
        )
    )

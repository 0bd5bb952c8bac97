"""Quotas for a period ahead, proposed from what is expected, a goal and a policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.allotment import Allotment, allotted
from spmkit.calibration.proposing.guardrail_costs import guardrail_costs
from spmkit.calibration.proposing.guardrails import InfeasiblePolicyError
from spmkit.calibration.proposing.policy import COMMON, PROPORTIONAL, Policy
from spmkit.calibration.proposing.proposal_facts import proposal_facts
from spmkit.calibration.proposing.quota_reasons import reason_codes, sentences
from spmkit.calibration.proposing.quota_request import Request, request_of
from spmkit.intervals import Floats

_SIDES = {"common": COMMON, "proportional": PROPORTIONAL}


@dataclass(frozen=True)
class Proposal:
    """Quotas that are proposed, why, and what they cost.

    Parameters
    ----------
    seats
        One row a seat: the expectation's columns, ``low`` and ``high`` (what holds its sales with
        80 %), ``last_quota``, ``quota``, ``change`` (share of the last), ``probability`` (to reach
        it), ``quota_to_expected``, ``reasons`` and ``sentence``; ``asked`` and ``limited`` are the
        quota before and within its limits, ``on_grid`` before what rounding left over.
    sides
        The same seats on both bases: quota, probability and quota over expectation at one common
        probability, and at one common multiple.
    total
        Facts of the whole: ``fact``, ``value``, ``unit``, ``low``, ``high``, ``n``, ``status``.
    costs
        One row a rule: see :func:`guardrail_costs`.
    fingerprint
        A hash of all that the quotas follow from.
    request
        What they were proposed from.
    """

    seats: pd.DataFrame
    sides: pd.DataFrame
    total: pd.DataFrame
    costs: pd.DataFrame
    fingerprint: str
    request: Request


def propose(
    expectation: Expectation,
    goal: float,
    policy: Policy | None = None,
    last_quotas: pd.DataFrame | None = None,
) -> Proposal:
    """Propose quotas that sum to goal × (1 + over-assignment) to the cent.

    All seats that nothing else holds get one common probability to reach their
    quota. That asks more of a steady seat than of a lumpy one with the same
    expectation, whose middle lies below its mean; ``sides`` shows what one
    common multiple of the expectation would ask instead.

    Parameters
    ----------
    expectation
        The seats of the period ahead. Optional columns ``baseline`` and ``…_effect`` (factors) go
        to the rationale; ``ramp_effect`` is taken off where the policy has a ramp of its own.
    goal
        The plan of the period.
    policy
        What is decided; none is a policy without rules.
    last_quotas
        ``rep_id`` and ``last_quota``, as :func:`last_quotas` gives them; needed where the policy
        limits the change.

    Returns
    -------
    Proposal
        The same for the same input, whatever the order of its rows.

    Raises
    ------
    DataError
        Where policy, goal or seats contradict each other; the message names the remedy, and the
        total that could hold where one is near (:class:`InfeasiblePolicyError`).

    Examples
    --------
    Bo's sales come in lumps, Ada's do not; both are expected to sell 100.

    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": [10.0, 40.0]})
    >>> errors = np.array([-1.0, -0.5, -0.5, 0.0, 2.0])
    >>> found = propose(Expectation(seats, errors), 175.0, Policy(rounding=1))
    >>> found.seats[["rep_id", "quota", "quota_to_expected"]].values.tolist()
    [['ada', 95.0, 0.95], ['bo', 80.0, 0.8]]
    >>> found.sides[["common_quota", "proportional_quota"]].values.tolist()
    [[95.0, 88.0], [80.0, 87.0]]

    References
    ----------
    Normalised split-conformal prediction: Papadopoulos et al. 2002, doi 10.1007/3-540-36755-1_29.
    """
    request = request_of(expectation, goal, policy or Policy(), last_quotas)
    found = allotted(request, request.policy)
    seats = _seats(request, found)
    return Proposal(
        seats=seats,
        sides=_sides(request),
        total=proposal_facts(request, found),
        costs=guardrail_costs(request, found),
        fingerprint=request.fingerprint,
        request=request,
    )


def _seats(request: Request, found: Allotment) -> pd.DataFrame:
    ahead, last = request.expectation, request.last
    low, high = ahead.interval(0.8)
    seats = ahead.seats.assign(
        low=low,
        high=high,
        last_quota=last,
        asked=np.round(found.level.before) / 100,
        limited=np.round(found.level.after) / 100,
        on_grid=found.rounded.on_grid / 100,
        **_told(ahead, found.quotas),
        change=found.quotas / np.where(last > 0, last, np.nan) - 1,
        reasons=pd.Series(reason_codes(request, found), dtype="object"),
    )
    return seats.assign(sentence=pd.Series(sentences(seats, request.policy), dtype="object"))


def _told(ahead: Expectation, quotas: Floats) -> dict[str, Any]:
    expected = ahead.seats["expected"].to_numpy("float64")
    probability = ahead.probability(quotas)
    return {"quota": quotas, "probability": probability, "quota_to_expected": quotas / expected}


def _sides(request: Request) -> pd.DataFrame:
    """Both bases side by side, under the same rules; null where the other one leaves no room."""
    seats = request.expectation.seats
    kept = [name for name in ("rep_id", "rep", "territory_id", "expected") if name in seats]
    columns: dict[str, Any] = {}
    for side, basis in _SIDES.items():
        try:
            quotas = allotted(request, replace(request.policy, basis=basis)).quotas
        except InfeasiblePolicyError:  # of the basis that was not chosen
            quotas = np.full(len(seats), np.nan)
        told = _told(request.expectation, quotas)
        columns |= {f"{side}_{name}": values for name, values in told.items()}
    return seats[kept].assign(**columns)

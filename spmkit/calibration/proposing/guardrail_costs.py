"""What each rule of a policy costs in accuracy: how much better quotas were without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.allotment import (
    Allotment,
    allotted,
    probability_under,
    without_rules,
)
from spmkit.calibration.proposing.guardrails import InfeasiblePolicyError
from spmkit.calibration.proposing.past_periods import past_mean, periods_of
from spmkit.calibration.proposing.policy import PROPORTIONAL, Policy
from spmkit.calibration.proposing.quota_request import Request
from spmkit.intervals import Floats, refuse_confidence
from spmkit.units import whole_percent

COLUMNS = (
    *("guardrail", "detail", "binds", "n", "loss_without", "loss", "rise", "low", "high"),
    *("rise_share", "spread_without", "spread", "spread_rise", "errors", "status"),
)
_FEWEST_ERRORS = 5


def guardrail_costs(request: Request, found: Allotment, confidence: float = 0.95) -> pd.DataFrame:
    """Compare the quotas to those without each rule, all else the same.

    The loss is the pinball loss to be expected at the common probability that
    the goal leaves where there is no rule at all: quotas at one common
    probability make it least, so a limit can only raise it, and all rules
    together too. A pin may lower it: it takes its seat out of the limits.

    Parameters
    ----------
    request, found
        What the quotas came from, and the quotas.
    confidence
        Of the bounds of the rise.

    Returns
    -------
    pandas.DataFrame
        A row a rule that the policy has: ``guardrail``, ``detail``, ``binds`` (seats that it
        holds, or changes where it is no limit), ``n`` (all seats), ``loss_without``, ``loss`` and
        ``rise`` (money a seat), ``low`` and ``high`` (from the errors of the past, those of one
        period taken as one: see :func:`past_mean`), ``rise_share`` (of ``loss_without``),
        ``spread_without``, ``spread`` and ``spread_rise`` (standard deviation of the probability
        to reach quota), ``errors`` (how many) and ``status``. The last row takes all together.

    Examples
    --------
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> asked = request_of(ahead, 200.0, Policy(pins={"bo": 80}), None)
    >>> costs = guardrail_costs(asked, allotted(asked, asked.policy))
    >>> costs[["guardrail", "binds", "spread_without", "spread"]].round(2).values.tolist()
    [['pin: bo', 1, 0.0, 0.24], ['all together', 2, 0.0, 0.24]]
    """
    refuse_confidence(confidence)
    level = 1 - probability_under(request, without_rules(request.policy))
    own = _Judged(request, found.quotas, level)
    rows = []
    for name, detail, without in _without_each(request.policy):
        try:
            other = _Judged(request, allotted(request, without).quotas, level)
        except InfeasiblePolicyError:
            other = None
        binds = _binds(name, found, own, other)
        rows.append({"guardrail": name, "detail": detail, **_row(own, other, confidence), **binds})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def expected_loss(expectation: Expectation, quotas: Floats, level: float) -> Floats:
    """The mean pinball loss of quotas in money a seat, were each error of the past to come again.

    Parameters
    ----------
    expectation
        The distribution.
    quotas
        In money.
    level
        Of the quantile that a quota is: 1 less the probability to reach it.

    Returns
    -------
    array
        One value an error; their mean is the loss to be expected.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}),
    ...     np.array([-1.0, 1.0]))
    >>> expected_loss(ahead, np.array([110.0]), 0.5).tolist()
    [15.0, 5.0]
    """
    expected = expectation.seats["expected"].to_numpy("float64")
    spread = expectation.seats["spread"].to_numpy("float64")
    needed = (quotas - expected) / spread
    order = np.argsort(needed, kind="stable")
    needed, spread = needed[order], spread[order]
    weights = np.concatenate([[0.0], np.cumsum(spread)])
    products = np.concatenate([[0.0], np.cumsum(spread * needed)])
    errors = expectation.errors
    below = np.searchsorted(needed, errors, side="right")
    over = errors * weights[below] - products[below]
    short = products[-1] - products[below] - errors * (weights[-1] - weights[below])
    return np.asarray((level * over + (1 - level) * short) / len(quotas))


class _Judged:
    """A set of quotas with its loss by error and its probabilities."""

    def __init__(self, request: Request, quotas: Floats, level: float) -> None:
        self.quotas = quotas
        self.losses = expected_loss(request.expectation, quotas, level)
        self.periods = periods_of(request.expectation)
        self.spread = float(np.std(request.expectation.probability(quotas)))


def _without_each(policy: Policy) -> Iterator[tuple[str, str, Policy]]:
    """Each rule of a policy by name, what it says, and the policy without it."""
    nothing = without_rules(policy)
    said = [
        ("max_increase", f"at most +{whole_percent(policy.max_increase)} on the last quota"),
        ("max_decrease", f"at most {whole_percent(-(policy.max_decrease or 0))} on the last quota"),
        ("minimum_quota", f"at least {policy.minimum_quota:,.2f}"),
        ("ramp", ", ".join(whole_percent(share) for share in policy.ramp)),
        ("residual_share", f"{whole_percent(policy.residual_share)} of a rep's own effect asked"),
        ("rounding", f"to multiples of {policy.rounding:,.2f}"),
        ("basis", PROPORTIONAL),
    ]
    for name, detail in said:
        if getattr(policy, name) != getattr(nothing, name):
            yield name, detail, replace(policy, **{name: getattr(nothing, name)})
    for seat, amount in sorted(policy.pins.items()):
        others = {name: pin for name, pin in policy.pins.items() if name != seat}
        yield f"pin: {seat}", f"settled at {amount:,.2f}", replace(policy, pins=others)
    if policy.written != nothing.written:
        yield "all together", "the goal alone", nothing


def _row(own: _Judged, other: _Judged | None, confidence: float) -> dict[str, Any]:
    told = {"n": len(own.quotas), "loss": float(own.losses.mean()), "spread": own.spread}
    told["errors"] = len(own.losses)
    if other is None:
        return {**told, "status": "undefined: without it the others leave no room for the goal"}
    risen = own.losses - other.losses
    rise, before = float(risen.mean()), float(other.losses.mean())
    found = past_mean(risen, own.periods, confidence)
    few = "" if len(risen) >= _FEWEST_ERRORS else "insufficient n"
    low, high = (np.nan, np.nan) if few else (found.low, found.high)
    return {
        **told,
        "loss_without": before,
        "rise": rise,
        "low": low,
        "high": high,
        "rise_share": rise / before if before > 0 else np.nan,
        "spread_without": other.spread,
        "spread_rise": own.spread - other.spread,
        "status": few or found.few or "ok",
    }


def _binds(name: str, found: Allotment, own: _Judged, other: _Judged | None) -> dict[str, int]:
    """Seats that a rule holds; of one that is no limit those whose quota it changes."""
    low, level = found.limits, found.level
    held = {
        "max_increase": ~low.pinned & (level.before > level.after),
        "max_decrease": ~low.pinned & (level.before < level.after) & ~low.at_minimum,
        "minimum_quota": ~low.pinned & (level.before < level.after) & low.at_minimum,
        "ramp": found.ramped,
    }
    if name in held:
        return {"binds": int(held[name].sum())}
    if name.startswith("pin: "):
        return {"binds": 1}
    changed = own.quotas != other.quotas if other else np.ones(len(own.quotas), dtype=bool)
    return {"binds": int(changed.sum())}

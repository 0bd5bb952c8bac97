"""What is to be said of a whole set of proposed quotas: goal, level, chance, and how they agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.allotment import (
    Allotment,
    common_probability,
    probability_under,
    scale_of,
    without_rules,
)
from spmkit.calibration.proposing.past_periods import past_mean, periods_of
from spmkit.calibration.proposing.policy import COMMON
from spmkit.calibration.proposing.quota_request import Request
from spmkit.calibration.proposing.reconciliation import curve_of
from spmkit.intervals import wilson_interval

_FEWEST_ERRORS = 5
_COLUMNS = ("fact", "value", "unit", "low", "high", "n", "status")


def proposal_facts(request: Request, found: Allotment, confidence: float = 0.95) -> pd.DataFrame:
    """Facts of a set of quotas, one row each.

    Vacant seats have quotas, but nobody sells there: they count in the total, and in nothing that
    is expected.

    Parameters
    ----------
    request, found
        What the quotas came from, and the quotas.
    confidence
        Of the bounds of the common probability: Student's t of the past periods, whose errors
        rise and fall together (fewer than five give none); Wilson over the errors where their
        periods are not known.

    Returns
    -------
    pandas.DataFrame
        ``fact``, ``value``, ``unit`` (as :class:`spmkit.Unit` names it), ``low``, ``high``, ``n``
        and ``status``.

    Examples
    --------
    >>> from spmkit.calibration.proposing.allotment import allotted
    >>> from spmkit.calibration.proposing.quota_request import request_of
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.policy import Policy
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> asked = request_of(ahead, 180.0, Policy(over_assignment=0.1, probability=0.5), None)
    >>> facts = proposal_facts(asked, allotted(asked, asked.policy)).set_index("fact")["value"]
    >>> facts[["total", "expected over goal", "common probability"]].round(3).tolist()
    [198.0, 1.111, 0.513]
    >>> facts["goal at the probability asked for"].round(2)
    np.float64(181.82)
    """
    rows = [*_amounts(request, found), *_chances(request, found, confidence), *_asked(request)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(fact: str, value: float, unit: str, n: int, status: str = "ok") -> dict[str, Any]:
    told = {"fact": fact, "value": value, "unit": unit, "low": np.nan, "high": np.nan, "n": n}
    return {**told, "status": status}


def _amounts(request: Request, found: Allotment) -> list[dict[str, Any]]:
    seats, goal, exact = request.expectation.seats, request.goal, found.rounded.exact
    vacant, n = seats["rep_id"].isna().to_numpy(), len(seats)
    expected, filled = float(seats.loc[~vacant, "expected"].sum()), int((~vacant).sum())
    return [
        _row("seats", float(n), "count", n),
        _row("vacant seats", float(vacant.sum()), "count", n),
        _row("goal", goal, "money", n),
        _row("over-assignment", request.policy.over_assignment, "percent", n),
        _row("total", int(exact.sum()) / 100, "money", n),
        _row("on vacant seats", int(exact[vacant].sum()) / 100, "money", int(vacant.sum())),
        _row("pinned", int(exact[found.limits.pinned].sum()) / 100, "money", n),
        _row("expected", expected, "money", filled),
        _row("expected over goal", expected / goal, "percent", filled),
        _row("total over expected", request.total / 100 / (expected or np.nan), "percent", filled),
    ]


def _chances(request: Request, found: Allotment, confidence: float) -> list[dict[str, Any]]:
    filled = request.expectation.seats["rep_id"].notna().to_numpy()
    probability = request.expectation.probability(found.quotas)[filled]
    n, held = int(filled.sum()), int((~found.free).sum())
    mean, spread = (probability.mean(), probability.std()) if n else (np.nan, np.nan)
    bare = probability_under(request, without_rules(request.policy))
    return [
        _common(request, found, confidence),
        _row("common probability without rules", bare, "percent", len(request.expectation.errors)),
        _row("participation to expect", float(mean), "percent", n),
        _row("spread of the probability", float(spread), "points", n),
        _row("seats held by a limit or pin", float(held), "count", len(filled)),
    ]


def _common(request: Request, found: Allotment, confidence: float) -> dict[str, Any]:
    errors = len(request.expectation.errors)
    value = common_probability(found, request.policy)
    status = _of_common(request, found, errors)
    row = _row("common probability", value, "percent", errors, status)
    if status != "ok":
        return row
    low, high, few = _bounds(request.expectation, value, confidence)
    return {**row, "low": low, "high": high, "status": few or status}


def _bounds(ahead: Expectation, value: float, confidence: float) -> tuple[float, float, str]:
    """Bounds of a probability, and why there are none."""
    periods = periods_of(ahead)
    if periods is None:
        return (*_wilson(value, len(ahead.errors), confidence), "")
    at_least = ahead.errors >= np.quantile(ahead.errors, 1 - value) - 1e-12
    found = past_mean(at_least.astype("float64"), periods, confidence)
    low, high = (value + end - found.value for end in (found.low, found.high))
    if found.periods and low == high:  # the periods do not differ: each counts as one that did
        low, high = _wilson(value, found.periods, confidence)
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)), found.few


def _wilson(value: float, n: int, confidence: float) -> tuple[float, float]:
    low, high = wilson_interval([value * n], [n], confidence)
    return float(low[0]), float(high[0])


def _of_common(request: Request, found: Allotment, errors: int) -> str:
    if request.policy.basis != COMMON:
        return "undefined: the basis is proportional"
    if not found.free.any():
        return "undefined: limits or pins hold every seat"
    if not 0 <= found.level.place <= 1:
        side = "above" if found.level.place > 1 else "below"
        return f"undefined: the total lies {side} all that the {errors} errors of the past reach"
    return "ok" if errors >= _FEWEST_ERRORS else "insufficient n"


def _asked(request: Request) -> list[dict[str, Any]]:
    """Where a probability is asked for: the goal that would give it, without limits and pins."""
    policy, ahead = request.policy, request.expectation
    if policy.probability is None:
        return []
    curve = curve_of(ahead, scale_of(ahead.seats, policy), COMMON)
    total = float(curve(1 - policy.probability).sum()) / 100
    n = len(ahead.seats)
    goal = total / (1 + policy.over_assignment)
    return [
        _row("probability asked for", policy.probability, "percent", n),
        _row("total at the probability asked for", total, "money", n),
        _row("goal at the probability asked for", goal, "money", n),
    ]

"""How one quota came about, in steps whose amounts add up to it to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.allotment import ramp_shares, scale_of
from spmkit.calibration.proposing.guardrails import seat_names
from spmkit.calibration.proposing.policy import COMMON, Policy
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.proposing.rounding import cents_of
from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.units import MINUS

FACTORS = {
    "potential_effect": "the potential of the territory",
    "role_effect": "role and segment",
    "trend_effect": "the growth of the company",
    "territory_effect": "what the territory has given beyond its potential",
    "season_effect": "the part of the year",
    "rep_effect": "what of the rep's own selling the next quota counts on, as the past served best",
    "ramp_effect": "the first periods after hire",
    "present_effect": "the selling days at work",
}
"""Columns of factors that an expectation may bring, in this order, and what each stands for."""


def rationale(proposal: Proposal, seat: str) -> pd.DataFrame:
    """Lay out a seat's quota: inputs, model, adjustments, quota.

    Parameters
    ----------
    proposal
        As :func:`propose` gives it. Columns ``baseline`` and ``…_effect`` of its seats become
        steps of their own; without them the steps begin with the expectation.
    seat
        The rep_id, of a vacant seat the territory_id.

    Returns
    -------
    pandas.DataFrame
        ``part`` (``input``, ``model``, ``adjustment``), ``step``, ``factor`` (NaN where it is
        none), ``amount``, ``running`` (the sum so far) and ``words``. The amounts sum to the
        quota.

    Raises
    ------
    DataError
        Where there is no such seat.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.policy import Policy
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": [120.0, 80.0], "spread": 20.0,
    ...     "baseline": 100.0, "potential_effect": [1.2, 0.8]})
    >>> found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 210.0, Policy(rounding=10))
    >>> rationale(found, "ada")[["step", "amount", "running"]].values.tolist()
    [['baseline', 100.0, 100.0], ['potential', 20.0, 120.0], ['goal', 5.0, 125.0],
     ['rounding', 5.0, 130.0]]
    """
    names = seat_names(proposal.seats)
    if seat not in names:
        raise DataError(f"{seat!r} has no seat in this proposal.{nearest(seat, names)}")
    row = proposal.seats.iloc[names.index(seat)].to_dict()
    steps = [*_model(row), *_adjustments(proposal, row)]
    found = pd.DataFrame(steps, columns=["part", "step", "factor", "running", "words"])
    cents = found["running"].to_numpy("int64")
    found = found.assign(amount=np.diff(cents, prepend=0) / 100, running=cents / 100)
    kept = (found["amount"] != 0) | (found.index == 0)
    columns = ["part", "step", "factor", "amount", "running", "words"]
    return found.loc[kept, columns].reset_index(drop=True)


def _model(row: dict[Any, Any]) -> Iterator[tuple[str, str, float, int, str]]:
    """From the baseline by its factors to the expectation; what they leave out is a step too."""
    running, baseline = np.nan, row.get("baseline", np.nan)
    if baseline is not None and np.isfinite(baseline):
        running = float(baseline)
        words = "what a seat like all others sells in a usual period, ramped and at work throughout"
        yield "input", "baseline", np.nan, cents_of(running), words
        for name, stands_for in FACTORS.items():
            factor = row.get(name, np.nan)
            if factor is not None and np.isfinite(factor):
                running *= factor
                step, share = name.removesuffix("_effect"), _change(factor)
                yield "model", step, factor, cents_of(running), f"for {stands_for}: {share}"
    expected = cents_of(row["expected"])
    known = np.isfinite(running)
    words = "what else the model knows" if known else "what the seat is expected to sell"
    yield "model", "other" if known else "expectation", np.nan, expected, words


def _adjustments(
    proposal: Proposal, row: dict[Any, Any]
) -> Iterator[tuple[str, str, float, int, str]]:
    policy = proposal.request.policy
    share = float(ramp_shares(pd.DataFrame([row]), policy)[0])
    scale = _scale(row, replace(policy, residual_share=1.0))
    if np.isfinite(share):
        words = f"the ramp of the policy asks {share:.0%} of a full quota in this period since hire"
        yield "adjustment", "ramp", scale, cents_of(row["expected"], scale), words
    yield from _left(policy, row)
    yield "adjustment", "goal", np.nan, cents_of(row["asked"]), _goal_words(proposal)
    pinned = row["reasons"].startswith("pinned")
    limit = "the quota is settled" if pinned else row["reasons"].split("; ")[0]
    if not pinned and isinstance(of := row.get("last_period"), str):
        limit = (
            f"{limit} on {row['last_quota']:,.2f}, the quota of {of}: the last of a whole period"
        )
    yield "adjustment", "pin" if pinned else "limit", np.nan, cents_of(row["limited"]), limit
    grid = f"rounded to multiples of {proposal.request.policy.rounding:,.2f}"
    yield "adjustment", "rounding", np.nan, cents_of(row["on_grid"]), grid
    left = "what rounding left over of the total stands on this seat"
    yield "adjustment", "rounding remainder", np.nan, cents_of(row["quota"]), left


def _scale(row: dict[Any, Any], policy: Policy) -> float:
    return float(scale_of(pd.DataFrame([row]), policy)[0])


def _left(policy: Policy, row: dict[Any, Any]) -> Iterator[tuple[str, str, float, int, str]]:
    """What of the rep's own effect is not asked again."""
    scale = _scale(row, replace(policy, ramp=()))
    if scale != 1:
        words = (
            f"{policy.residual_share:.0%} of what the rep sold beyond the territory is asked again"
        )
        running = cents_of(row["expected"], _scale(row, policy))
        yield "adjustment", "skill", scale, running, words


def _goal_words(proposal: Proposal) -> str:
    """What is asked of everyone, so that the quotas sum to what the goal needs."""
    request = proposal.request
    facts = proposal.total.set_index("fact")["value"]
    total = f"all quotas sum to {facts['total']:,.2f}, expected are {facts['expected']:,.2f}"
    if request.policy.basis != COMMON:
        return f"{total}: everyone is asked the same multiple of the expectation"
    probability = facts["common probability"]
    if not np.isfinite(probability):
        return f"{total}: limits or pins hold every seat"
    return f"{total}: every seat has the same chance of {probability:.0%}, but for limits and pins"


def _change(factor: float) -> str:
    share = f"{abs(factor - 1):.1%}".replace("%", " %")
    return f"{MINUS if factor < 1 else '+'}{share}"

"""From the goal to the quotas that reps carry, step by step, exact to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.proposing.allotment import allotted, ramp_shares, without_limits
from spmkit.calibration.proposing.guardrails import InfeasiblePolicyError
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.proposing.quota_request import Request
from spmkit.calibration.proposing.rounding import Cents, cents_of

_FULL = 0.999  # of a ramped seat: who is expected to sell less of one ramps
_WHOLE = "whole"
_Step = tuple[str, int, str]


def quota_steps(proposal: Proposal) -> pd.DataFrame:
    """What stands between a goal and the quotas that reps carry.

    Over-assignment adds to the goal, vacant seats carry a part of it that nobody
    sells. The ramp and limits add nothing: they move quota from some seats to
    others, which is shown as what is taken off and who takes it up.

    Parameters
    ----------
    proposal
        As :func:`propose` gives it, changes by hand in it or not.

    Returns
    -------
    pandas.DataFrame
        In order: ``step``, ``value``, ``start``, ``end`` and ``kind`` (``whole``, ``gain``,
        ``loss``); the steps between two wholes sum to their difference, to the cent.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.policy import Policy
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> found = quota_steps(propose(ahead, 180.0, Policy(over_assignment=0.1, pins={"bo": 80})))
    >>> found[["step", "value"]].values.tolist()
    [['goal', 180.0], ['over-assignment', 18.0], ['limits and pins take off 1 seat', -19.0],
     ['others take up limits and pins', 19.0], ['quotas of 2 reps', 198.0]]
    """
    steps = [*_steps(proposal)]
    rows, running = [], 0
    for step, cents, kind in steps:
        start, running = (0, cents) if kind == _WHOLE else (running, running + cents)
        if cents or kind == _WHOLE:
            kind = kind or ("gain" if cents > 0 else "loss")
            rows.append((step, cents / 100, start / 100, running / 100, kind))
    return pd.DataFrame(rows, columns=["step", "value", "start", "end", "kind"])


def _steps(proposal: Proposal) -> Iterator[_Step]:
    request, seats = proposal.request, proposal.seats
    quotas, vacant = _cents(seats["quota"]), seats["rep_id"].isna().to_numpy()
    yield "goal", cents_of(request.goal), _WHOLE
    yield "over-assignment", request.total - cents_of(request.goal), ""
    yield from _ramp(request)
    yield from _limits(request)
    yield "changed by hand", int(quotas.sum()) - request.total, ""
    if vacant.any():
        yield "quotas of all seats", int(quotas.sum()), _WHOLE
        yield f"on {_seats(vacant, 'vacant seat')}", -int(quotas[vacant].sum()), ""
    yield f"quotas of {_seats(~vacant, 'rep')}", int(quotas[~vacant].sum()), _WHOLE


def _ramp(request: Request) -> Iterator[_Step]:
    """What new reps are asked less than ramped ones, and the others more for it."""
    seats, free = request.expectation.seats, without_limits(request.policy)
    share = seats.get("ramp_effect", pd.Series(1.0, index=seats.index)).fillna(1.0)
    ramping = (share < _FULL).to_numpy() | ~np.isnan(ramp_shares(seats, free))
    money = ["expected", "spread"]
    full = seats.assign(**seats[money].div(share.where(share > 0, 1.0), axis=0), ramp_effect=1.0)
    unramped = replace(request, expectation=replace(request.expectation, seats=full))
    flat, ramped = _quotas(unramped, replace(free, ramp=())), _quotas(request, free)
    if ramping.any() and flat is not None and ramped is not None:
        yield from _moved("the ramp", ramped - flat, ramping)


def _limits(request: Request) -> Iterator[_Step]:
    """What caps, floors and pins hold back or add, and the others take up."""
    free, ruled = _quotas(request, without_limits(request.policy)), _quotas(request, request.policy)
    if free is not None and ruled is not None:
        held = ~allotted(request, request.policy).free
        yield from _moved("limits and pins", ruled - free, held)


def _quotas(request: Request, policy: Policy) -> Cents | None:
    """The quotas in cents; None where that policy leaves no room for the goal."""
    try:
        return allotted(request, policy).rounded.exact
    except InfeasiblePolicyError:
        return None


def _moved(rule: str, by: Cents, whose: NDArray[np.bool_]) -> Iterator[_Step]:
    """Two steps that cancel out: what a rule moves off, or onto, some seats, and who makes up."""
    moved = int(by[whose].sum())
    said, others = ("take off", "take up") if moved < 0 else ("put on", "are spared by")
    if rule.startswith("the"):
        said = said.replace("take", "takes").replace("put", "puts")
    yield f"{rule} {said} {_seats(whose, 'seat')}", moved, ""
    yield f"others {others} {rule}", int(by[~whose].sum()), ""


def _cents(values: pd.Series[float]) -> Cents:
    return np.round(values.to_numpy("float64") * 100).astype(np.int64)


def _seats(of: NDArray[np.bool_], noun: str) -> str:
    return f"{of.sum():,} {noun}" if of.sum() == 1 else f"{of.sum():,} {noun}s"

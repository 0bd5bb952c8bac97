"""Decided adjustments put into a proposal, with the trail of what each one moved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.adjustment_log import ACCEPTED, REFUSED, adjustment_log
from spmkit.calibration.proposing.guardrails import seat_names
from spmkit.calibration.proposing.policy import RECONCILED
from spmkit.calibration.proposing.proposal import Proposal, propose
from spmkit.calibration.proposing.rounding import cents_of
from spmkit.data import DataError
from spmkit.data.errors import nearest

_TOLD = ["requested", "reason", "decision", "decided_by"]


@dataclass(frozen=True)
class Adjusted:
    """A proposal with decided adjustments in it.

    Parameters
    ----------
    proposal
        With the quotas after the decisions.
    trail
        One row a seat: ``rep_id``, ``territory_id``, ``period``, ``before``, ``after``,
        ``effect`` (after less before), ``requested``, ``reason``, ``decision``, ``decided_by``
        (null where nobody asked) and ``what`` (``decided``, ``refused``, ``taken up``: the seat
        makes up for others, ``unchanged``).
    total
        ``fact``, ``value``, ``unit``, ``n``.
    """

    proposal: Proposal
    trail: pd.DataFrame
    total: pd.DataFrame


def apply_adjustments(proposal: Proposal, log: pd.DataFrame, period: str) -> Adjusted:
    """Put the decisions of a log into a proposal.

    Where the policy's ``adjustments`` are ``reconciled`` the quotas decided
    are settled and the others take up the difference, so the total stays; where
    they are ``as decided`` the total moves by what was decided.

    Parameters
    ----------
    proposal
        As :func:`propose` gives it.
    log
        As :func:`adjustment_log` takes it; rows of other periods are left alone.
    period
        The period of the proposal.

    Raises
    ------
    DataError
        Where a row is wrong, names nobody, or what was decided leaves no room for the goal.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 200.0)
    >>> log = pd.DataFrame({"rep_id": ["ada"], "period": "2026Q4", "requested": [90.0],
    ...     "reason": "a key account left", "decision": "accepted", "decided_by": "Mo"})
    >>> done = apply_adjustments(found, log, "2026Q4")
    >>> done.trail[["rep_id", "before", "after", "what"]].values.tolist()
    [['ada', 100.0, 90.0, 'decided'], ['bo', 100.0, 110.0, 'taken up']]
    """
    checked = adjustment_log(log)
    asked = checked[checked["period"] == period].set_index("rep_id")
    names = seat_names(proposal.seats)
    for seat, row in zip(asked.index, asked["row"], strict=True):
        if seat not in names:
            raise DataError(f"row {row}: {seat!r} has no seat in {period}.{nearest(seat, names)}")
    before = dict(zip(names, proposal.seats["quota"], strict=True))
    decided = {
        str(row["rep_id"]): _decided(row, before[row["rep_id"]])
        for row in asked.reset_index().to_dict("records")
        if row["decision"] != REFUSED
    }
    after = _after(proposal, decided)
    trail = _trail(proposal, after, asked, period)
    return Adjusted(after, trail, _total(proposal, trail))


def _decided(row: Mapping[Any, Any], before: float) -> float:
    """The quota after a decision; a part must lie between what stood and what was asked."""
    asked = row["requested"]
    effect = asked - before if row["decision"] == ACCEPTED else row["effect"]
    after = cents_of(before + effect) / 100
    between = min(before, asked) < after < max(before, asked)
    if row["decision"] != ACCEPTED and not between:
        raise DataError(
            f"row {row['row']}: a part of the way from {before:,.2f} to the {asked:,.2f} asked for "
            f"lies between them, and an effect of {effect:,.2f} does not lead there."
        )
    told = row["effect"]
    if row["decision"] == ACCEPTED and pd.notna(told) and cents_of(told) != cents_of(effect):
        raise DataError(
            f"row {row['row']}: accepted means a change of {effect:,.2f}, and effect says "
            f"{told:,.2f}. Leave effect empty, or write part as the decision."
        )
    return after


def _after(proposal: Proposal, decided: Mapping[str, float]) -> Proposal:
    request = proposal.request
    if not decided:
        return proposal
    if request.policy.adjustments != RECONCILED:
        return _as_decided(proposal, decided)
    policy = replace(request.policy, pins={**request.policy.pins, **decided})
    reps = request.expectation.seats["rep_id"]
    last = (
        pd.DataFrame({"rep_id": reps, "last_quota": request.last}) if request.knows_last else None
    )
    found = propose(request.expectation, request.goal, policy, last)
    return replace(found, seats=_marked(found.seats, decided))


def _as_decided(proposal: Proposal, decided: Mapping[str, float]) -> Proposal:
    names = pd.Series(seat_names(proposal.seats), index=proposal.seats.index)
    quota = names.map(dict(decided)).fillna(proposal.seats["quota"]).astype("float64")
    amounts = np.asarray(quota, dtype=np.float64)
    last, expected = proposal.seats["last_quota"], proposal.seats["expected"]
    seats = proposal.seats.assign(
        quota=quota,
        limited=quota.where(names.isin(list(decided)), proposal.seats["limited"]),
        on_grid=quota.where(names.isin(list(decided)), proposal.seats["on_grid"]),
        probability=proposal.request.expectation.probability(amounts),
        quota_to_expected=quota / expected,
        change=quota / last.where(last > 0) - 1,
    )
    told = f"{proposal.fingerprint} {sorted(decided.items())!r}"
    mark = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return replace(proposal, seats=_marked(seats, decided), fingerprint=mark)


def _marked(seats: pd.DataFrame, decided: Mapping[str, float]) -> pd.DataFrame:
    """Say of each quota decided by hand that it is."""
    held = pd.Series(seat_names(seats), index=seats.index).isin(list(decided))
    words = "pinned; adjusted by decision"
    sentence = seats["sentence"] + " It was adjusted by decision."
    return seats.assign(
        reasons=seats["reasons"].mask(held, words), sentence=seats["sentence"].mask(held, sentence)
    )


def _trail(proposal: Proposal, after: Proposal, asked: pd.DataFrame, period: str) -> pd.DataFrame:
    seats = proposal.seats
    names = pd.Series(seat_names(seats), index=seats.index)
    told = asked.reindex(names)[_TOLD].set_axis(seats.index)
    effect = _cents(after.seats["quota"]) - _cents(seats["quota"])
    what = pd.Series("unchanged", index=seats.index).mask(effect != 0, "taken up")
    what = what.mask(told["decision"].notna(), "decided").mask(
        told["decision"] == REFUSED, "refused"
    )
    own = {"rep_id": seats["rep_id"], "territory_id": seats.get("territory_id"), "period": period}
    amounts = {"before": seats["quota"], "after": after.seats["quota"], "effect": effect / 100}
    return pd.DataFrame({**own, **amounts, **told, "what": what}).reset_index(drop=True)


def _cents(quotas: pd.Series[float]) -> pd.Series[Any]:
    return pd.Series(np.round(quotas * 100), index=quotas.index).astype("int64")


def _total(proposal: Proposal, trail: pd.DataFrame) -> pd.DataFrame:
    before, after = (_cents(trail[name]) for name in ("before", "after"))
    decided, others = trail["what"] == "decided", trail["what"].isin(["taken up", "refused"])
    effect = after - before
    rows: list[tuple[str, float, str, int]] = [
        ("total before", int(before.sum()) / 100, "money", len(trail)),
        ("total after", int(after.sum()) / 100, "money", len(trail)),
        ("decided", int(effect[decided].sum()) / 100, "money", int(decided.sum())),
        ("taken up by others", int(effect[others].sum()) / 100, "money", int(others.sum())),
        ("off the goal", (int(after.sum()) - proposal.request.total) / 100, "money", len(trail)),
    ]
    return pd.DataFrame(rows, columns=["fact", "value", "unit", "n"])

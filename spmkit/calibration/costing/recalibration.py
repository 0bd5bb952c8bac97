"""Mid-period: where each seat will end as seen now, and which quotas that calls into question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.drift import Drift, drift_alarm
from spmkit.calibration.costing.pace_errors import Pace, reforecast
from spmkit.calibration.costing.scenario_table import Plan
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy_checks import refuse_number
from spmkit.calibration.proposing.rounding import Cents, shared_out
from spmkit.data import DataError
from spmkit.intervals import Floats
from spmkit.units import whole_percent

FELL, ROSE, REACHED = "fell", "rose", "reached"
_KEPT = ("rep_id", "rep", "territory_id")
_PAID = {"expected payout": "expected cost", "P90 of payout": "P90"}
_NEW = ("expected_before", "so_far", "usual_by_now", "run_rate", "run_rate_weighs", "expected")


@dataclass(frozen=True)
class ChangeLimits:
    """Which probabilities call a quota into question, and whether the sum must stay.

    Parameters
    ----------
    low, high
        A seat whose probability of reaching quota fell below, or rose above, is changed to just
        there.
    neutral
        Whether the quotas must sum to what they did: then what some give up others take over,
        and the side that asks for more gets only so much.

    Raises
    ------
    DataError
        Where a limit is no probability, or the lower one is not below the other.

    Examples
    --------
    >>> ChangeLimits(low=0.2).high
    0.9
    """

    low: float = 0.1
    high: float = 0.9
    neutral: bool = True

    def __post_init__(self) -> None:
        refuse_number("low", self.low, 0, 1, "0.1 for 10 %")
        refuse_number("high", self.high, 0, 1, "0.9 for 90 %")
        if self.low >= self.high:
            raise DataError(f"low ({self.low}) is not below high ({self.high}): swap them.")


@dataclass(frozen=True)
class Recalibration:
    """A running period as seen now, and the changes of quotas that are proposed.

    Parameters
    ----------
    seats
        One row a seat: ``rep_id``, ``rep``, ``territory_id`` (those that there are),
        ``expected_before``, ``so_far``, ``usual_by_now``, ``run_rate``, ``run_rate_weighs``,
        ``expected`` (the whole period as seen now), ``low`` and ``high`` (what holds it with
        80 %), ``quota``, ``probability_before``, ``probability``, ``proposed``, ``change``,
        ``probability_after`` and ``why``.
    drift
        Whether the level itself is off.
    costs
        ``fact``, ``before``, ``after``, ``change``, ``unit``, ``n`` and ``status``: what changing
        does to the sum of quotas, to the share expected to reach them, to how far sales are to
        miss them (over expected sales), and to pay.
    expectation
        Of the whole period as seen now.
    sentence
        What is proposed, or why nothing is.
    """

    seats: pd.DataFrame
    drift: Drift
    costs: pd.DataFrame
    expectation: Expectation
    sentence: str


def recalibrate(
    plan: Plan, so_far: Floats, pace: Pace, limits: ChangeLimits | None = None
) -> Recalibration:
    """Re-forecast a running period, and propose changes where a quota has lost its sense.

    A quota that moves is a promise broken, so only those are named whose chance
    crossed a limit since they were set, and they move just to it. A quota that is
    reached already is never raised. Where all seats together are off, nothing is
    moved between them: that is a question of the level. Where the past is too short to
    tell, the sum at least is not moved.

    Parameters
    ----------
    plan
        The quotas of the period and what was expected before it; with curve and shock for costs.
    so_far
        Credited by now, in the order of the seats.
    pace
        What :func:`pace_errors` learnt from past periods at the same share elapsed.
    limits
        Which chances call a quota into question.

    Raises
    ------
    DataError
        Where too few periods are over to know how far a re-forecast is off.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rows = [(step, 100.0, 50 + one, 100 + one + two) for step in range(6)
    ...     for one, two in rng.normal(0, 8, (10, 2))]
    >>> past = pd.DataFrame(rows, columns=["step", "expected", "credited_by", "credited"])
    >>> from spmkit.calibration.costing.pace_errors import pace_errors
    >>> seats = pd.DataFrame({"rep_id": list("abcd"), "expected": 100.0, "spread": 12.0})
    >>> plan = Plan(Expectation(seats, np.linspace(-2, 2, 41)), np.full(4, 100.0), 400.0)
    >>> found = recalibrate(plan, np.array([50.0, 20.0, 80.0, 52.0]), pace_errors(past, 0.5))
    >>> found.seats["why"].tolist()
    ['within the limits', 'fell below 10 %', 'rose above 90 %', 'within the limits']
    >>> round(float(found.seats["proposed"].sum()), 2), found.sentence
    (400.0, '2 of 4 quotas are to change (1 fell, 1 rose); the sum stays.')

    References
    ----------
    Bouwens and Kroos 2011, doi 10.1016/j.jacceco.2010.07.002 (what raising a reached one teaches).
    """
    limits = limits or ChangeLimits()
    now = reforecast(plan.expectation, so_far, pace)
    drift = drift_alarm(plan.expectation, so_far, pace)
    before, chance = (one.probability(plan.quotas) for one in (plan.expectation, now))
    what = _crossed(plan, now, (before, chance), limits)
    moves = np.zeros(len(what), "int64")
    if not _a_level_question(drift, limits):
        moves = _moves(plan.quotas, now, what, limits)
    proposed = np.where(moves == 0, plan.quotas, (_cents(plan.quotas) + moves) / 100)
    low, high = now.interval()
    seats = now.seats[[name for name in (*_KEPT, *_NEW) if name in now.seats]].assign(
        low=low,
        high=high,
        quota=plan.quotas,
        probability_before=before,
        probability=chance,
        proposed=proposed,
        change=moves / 100,
        probability_after=now.probability(proposed),
        why=[_why(one, limits) for one in what],
    )
    costs = _costs(replace(plan, expectation=now), proposed, pace)
    return Recalibration(seats, drift, costs, now, _said(seats, what, drift, limits))


def _a_level_question(drift: Drift, limits: ChangeLimits) -> bool:
    """Whether what is off is common to all; where that cannot be told the sum is not moved."""
    return drift.common or (drift.verdict == "cannot tell" and not limits.neutral)


def _crossed(
    plan: Plan, now: Expectation, chances: tuple[Floats, Floats], limits: ChangeLimits
) -> list[str]:
    """Of each seat what happened since its quota was set."""
    before, chance = chances
    reached = now.seats["so_far"].to_numpy() >= plan.quotas
    seats = plan.expectation.seats
    vacant = seats["rep_id"].isna().to_numpy() if "rep_id" in seats else np.zeros(len(seats), bool)
    cases = [
        (np.isnan(chance), "no quota"),
        (vacant, "vacant"),
        (reached, REACHED),
        ((chance < limits.low) & (before < limits.low), "low from the start"),
        ((chance > limits.high) & (before > limits.high), "high from the start"),
        (chance < limits.low, FELL),
        (chance > limits.high, ROSE),
    ]
    named = np.select([case for case, _ in cases], [name for _, name in cases], "within")
    return [str(one) for one in named]


def _why(what: str, limits: ChangeLimits) -> str:
    said = {
        FELL: f"fell below {whole_percent(limits.low)}",
        ROSE: f"rose above {whole_percent(limits.high)}",
        REACHED: "reached already: not raised",
        "within": "within the limits",
        "low from the start": f"below {whole_percent(limits.low)} from the start",
        "high from the start": f"above {whole_percent(limits.high)} from the start",
        "vacant": "the seat is vacant",
    }
    return said.get(what, what)


def _moves(quotas: Floats, now: Expectation, what: list[str], limits: ChangeLimits) -> Cents:
    """By how much each quota is to change, in cents."""
    kind, whole = np.array(what), _cents(quotas)
    down = np.where(kind == FELL, np.minimum(_cents(now.quota_at(limits.low)) - whole, 0), 0)
    up = np.where(kind == ROSE, np.maximum(_cents(now.quota_at(limits.high)) - whole, 0), 0)
    if limits.neutral:
        moved = min(-int(down.sum()), int(up.sum()))
        down = -shared_out([moved], -down.astype("float64"))[0] if moved else down * 0
        up = shared_out([moved], up.astype("float64"))[0] if moved else up * 0
    return np.asarray(down + up, "int64")


def _cents(amounts: Floats) -> Cents:
    return np.round(np.nan_to_num(amounts) * 100).astype("int64")


def _said(seats: pd.DataFrame, what: list[str], drift: Drift, limits: ChangeLimits) -> str:
    if drift.common:
        return (
            f"{drift.sentence} What is off is common to all, so it is a question of the level: no "
            "quota is moved from one seat to another."
        )
    if _a_level_question(drift, limits):
        return f"{drift.sentence} So no change of the sum is proposed."
    moved = int((seats["change"] != 0).sum())
    fell, rose = what.count(FELL), what.count(ROSE)
    if moved:
        kept = "; the sum stays" if limits.neutral else ""
        return f"{moved} of {len(what)} quotas are to change ({fell} fell, {rose} rose){kept}."
    if fell or rose:
        side, missing = (fell, "rose, to take over") if fell else (rose, "fell, to be relieved by")
        return (
            f"No change: {side} of {len(what)} {'fell' if fell else 'rose'}, and none {missing} "
            "what would move. Let the sum change, or leave them."
        )
    return f"No change: no chance crossed a limit since the quotas were set ({len(what)} seats)."


def _costs(plan: Plan, proposed: Floats, pace: Pace) -> pd.DataFrame:
    """Each fact before and after; ``plan`` has what is expected now."""
    pair = [_facts(plan, quotas, pace) for quotas in (plan.quotas, proposed)]
    rows = []
    for fact, (before, unit, status) in pair[0].items():
        after = pair[1][fact][0]
        told = {"fact": fact, "before": before, "after": after, "change": after - before}
        rows.append({**told, "unit": unit, "n": len(proposed), "status": status})
    return pd.DataFrame(rows)


def _facts(plan: Plan, quotas: Floats, pace: Pace) -> dict[str, tuple[float, str, str]]:
    ahead = plan.expectation
    asked = np.isfinite(quotas)
    chance = ahead.probability(quotas)[asked]
    return {
        "sum of quotas": (float(quotas[asked].sum()), "money", "ok"),
        "participation to expect": (float(chance.mean()), "percent", "ok"),
        "expected miss": (_miss(ahead, quotas, asked), "percent", "ok"),
        **_paid(plan, quotas, pace),
    }


def _miss(ahead: Expectation, quotas: Floats, asked: Any) -> float:
    """How far sales are to miss quotas, either way, over expected sales."""
    seats = ahead.seats[asked]
    expected, spread = (seats[name].to_numpy("float64") for name in ("expected", "spread"))
    errors = np.quantile(ahead.errors, (np.arange(200) + 0.5) / 200)[:, None]
    off = np.abs(expected + spread * errors - quotas[asked]).mean(axis=0)
    return float(off.sum() / expected.sum())


def _paid(plan: Plan, quotas: Floats, pace: Pace) -> dict[str, tuple[float, str, str]]:
    """Payout on average and in a bad case; of the common shock what is left of the period."""
    if plan.unpriced or plan.curve is None or plan.shock is None:
        return dict.fromkeys(_PAID, (np.nan, "money", plan.unpriced))
    shock, left = plan.shock, 1 - pace.share
    parts = {name: getattr(shock, name) * left for name in ("value", "low", "high")}
    found = payout_cost(plan.expectation, quotas, plan.curve, replace(shock, **parts))
    facts = found.facts.set_index("fact")
    return {
        name: (float(facts["value"][fact]), "money", str(facts["status"][fact]))
        for name, fact in _PAID.items()
    }

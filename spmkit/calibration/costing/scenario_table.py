"""What each scenario would do to a set of quotas: their chance, and their cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.common_shock import CommonShock
from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.scenario_form import Scenario
from spmkit.calibration.costing.scenarios import Accelerator, Growth, PotentialShock
from spmkit.calibration.costing.staff_scenarios import Joiner, Leaver
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError
from spmkit.intervals import Floats

AS_IT_IS = "as it is"
_COSTS = ("expected_cost", "cost_p50", "cost_p90")


@dataclass(frozen=True)
class Plan:
    """A set of quotas for a period ahead, and what is expected of it.

    Parameters
    ----------
    expectation
        With ``target_pay``, where costs are asked for.
    quotas
        In the order of its seats.
    goal
        What the quotas sum to.
    curve, shock
        What is paid for which attainment, and the common shock; none asks for no costs.
    """

    expectation: Expectation
    quotas: Floats
    goal: float
    curve: PayCurve | None = None
    shock: CommonShock | None = None

    def __post_init__(self) -> None:
        """Refuse quotas that are not those of the seats, and a goal that is none.

        Raises
        ------
        DataError
            With what does not fit.
        """
        if len(self.quotas) != len(self.expectation.seats):
            seats = len(self.expectation.seats)
            raise DataError(f"{len(self.quotas)} quotas for {seats} seats: give one a seat.")
        if not (np.isfinite(self.goal) and self.goal > 0):
            raise DataError(f"goal is {self.goal!r}; write the sum of the quotas, above 0.")

    @property
    def unpriced(self) -> str:
        """Why no cost can be given; empty where one can."""
        seats = self.expectation.seats
        if self.curve is None or self.shock is None:
            return "no costs: no pay curve or common shock is given"
        known = "target_pay" in seats and bool((seats["target_pay"] > 0).any())
        return "" if known else "no costs: the target pay of no seat is known"


def scenario_table(plan: Plan, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Put scenarios beside what is expected as it is.

    Each is seen twice: with the quotas as they are (what happens if nobody acts),
    and with quotas set anew to the same goal at one common probability (what acting
    can still do).

    Parameters
    ----------
    plan
        The quotas and what is expected.
    scenarios
        Such as :class:`Growth`; see :func:`usual_scenarios`.

    Returns
    -------
    pandas.DataFrame
        A row a scenario, the first ``as it is``: ``scenario``, ``sentence``, ``seats`` (with a
        rep), ``goal``, ``expected`` (sum), ``expected_to_goal``; of the quotas as they are
        ``participation`` (mean probability of reaching them), ``probability_spread`` (its standard
        deviation), ``expected_cost``, ``cost_p50``, ``cost_p90``; of quotas set anew
        ``common_probability``, ``expected_cost_anew``, ``cost_p50_anew``, ``cost_p90_anew``; and
        ``status``.

    Raises
    ------
    DataError
        Where a scenario names a rep, role or territory that is not there.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> plan = Plan(ahead, np.array([95.0, 95.0]), 190.0)
    >>> found = scenario_table(plan, [Growth(-0.1), Leaver("bo")])
    >>> found[["expected", "common_probability", "participation"]].round(2).values.tolist()
    [[200.0, 0.56, 0.56], [180.0, 0.44, 0.44], [150.0, 0.22, 0.56]]

    References
    ----------
    Practice of sales planning; the probabilities are those of :class:`Expectation`.
    """
    seen = [(AS_IT_IS, "What is expected.", plan.expectation, plan.curve)]
    for scenario in scenarios:
        ahead, sentence = scenario.applied(plan.expectation)
        curve = plan.curve and scenario.paid(plan.curve)
        seen.append((type(scenario).__name__, sentence, ahead, curve))
    rows = [
        {"scenario": name, "sentence": sentence, **_row(plan, ahead, curve)}
        for name, sentence, ahead, curve in seen
    ]
    return pd.DataFrame(rows)


def usual_scenarios(expectation: Expectation) -> list[Scenario]:
    """Scenarios worth a look for any seats: a tenth more and less, the largest seat, pay.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "territory_id": ["t1", "t2"],
    ...     "expected": [100.0, 50.0], "spread": 20.0})
    >>> [type(one).__name__ for one in usual_scenarios(Expectation(seats, np.zeros(1)))]
    ['Growth', 'Growth', 'PotentialShock', 'Leaver', 'Joiner', 'Accelerator', 'Accelerator']
    """
    seats = expectation.seats
    largest = seats[seats["rep_id"].notna()].nlargest(1, "expected")
    reps = largest["rep_id"].tolist()
    held = largest["territory_id"].dropna().tolist() if "territory_id" in seats else []
    shocks = [PotentialShock(str(one).split("+"), -0.3) for one in held]
    people = [Leaver(str(rep)) for rep in reps] + ([Joiner()] if reps else [])
    pay = [Accelerator(0.75), Accelerator(1.25)]
    return [Growth(-0.1), Growth(0.1), *shocks, *people, *pay]


def _row(plan: Plan, ahead: Expectation, curve: PayCurve | None) -> dict[str, Any]:
    new = len(ahead.seats) - len(plan.quotas)
    kept = np.append(plan.quotas, np.full(new, np.nan))
    anew, common = _set_anew(ahead, plan.goal)
    held = _held(ahead)
    chance = ahead.probability(kept)[held & np.isfinite(kept)]
    expected = float(ahead.seats["expected"].sum())
    priced = replace(plan, expectation=ahead, quotas=kept, curve=curve)
    after = {f"{name}_anew": cost for name, cost in _costs(replace(priced, quotas=anew)).items()}
    return {
        "seats": int(held.sum()),
        "goal": plan.goal,
        "expected": expected,
        "expected_to_goal": expected / plan.goal,
        "participation": float(chance.mean()) if len(chance) else np.nan,
        "probability_spread": float(chance.std()) if len(chance) else np.nan,
        **_costs(priced),
        "common_probability": common,
        **after,
        "status": _status(common, new, plan),
    }


def _held(ahead: Expectation) -> np.ndarray[Any, np.dtype[np.bool_]]:
    seats = ahead.seats
    return seats["rep_id"].notna().to_numpy() if "rep_id" in seats else np.ones(len(seats), bool)


def _set_anew(ahead: Expectation, goal: float) -> tuple[Floats, float]:
    """Quotas of one common probability that sum to a goal, and it; NaN beyond all past errors."""
    from scipy.optimize import brentq

    if not ahead.quota_at(1.0).sum() < goal < ahead.quota_at(0.0).sum():
        expected = ahead.seats["expected"].to_numpy("float64")
        return expected * (goal / expected.sum()), np.nan
    place = float(brentq(lambda one: float(ahead.quota_at(one).sum()) - goal, 0.0, 1.0))
    quotas = ahead.quota_at(place)
    quotas = quotas * (goal / quotas.sum())
    return quotas, float(np.median(ahead.probability(quotas)))


def _costs(plan: Plan) -> dict[str, float]:
    if plan.unpriced or plan.curve is None or plan.shock is None:
        return dict.fromkeys(_COSTS, np.nan)
    found = payout_cost(plan.expectation, plan.quotas, plan.curve, plan.shock)
    facts = ("expected cost", "P50", "P90")
    return {name: found.fact(fact) for name, fact in zip(_COSTS, facts, strict=True)}


def _status(common: float, new: int, plan: Plan) -> str:
    if np.isnan(common):
        return "undefined: the goal lies beyond all that past errors reach"
    if plan.unpriced:
        return plan.unpriced
    return "as they are, the quotas leave out who joins" if new else "ok"

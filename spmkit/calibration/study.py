"""A study of a company's quotas: what is asked of its data, each answer worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from spmkit.calibration.company_facts import (
    accounts_without_potential,
    changed_quotas,
    plan_of,
    unassigned_potential,
)
from spmkit.calibration.costing.common_shock import CommonShock, common_shock
from spmkit.calibration.costing.cost import PayoutCost, payout_cost
from spmkit.calibration.costing.pace_errors import pace_errors
from spmkit.calibration.costing.paced import paced_lines, running_period
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.recalibration import Recalibration, recalibrate
from spmkit.calibration.costing.scenario_table import Plan
from spmkit.calibration.costing.target_pay import target_pay, with_target_pay
from spmkit.calibration.evidence import Evidence, own_lines
from spmkit.calibration.expecting.ahead import Ahead, expected_ahead, periods_between
from spmkit.calibration.expecting.backtest import Backtest
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.calibration.expecting.scores import method_scores
from spmkit.calibration.fairness.fairness_lines import FairnessEvidence
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.proposed import backtest_of, method_of, proposal_of
from spmkit.calibration.proposing.adjustments import Adjusted, apply_adjustments
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.verdict import verdict
from spmkit.calibration.win_rates import WIN_RATE, with_win_rates
from spmkit.data import DataError, SalesData

_GIVEN = ("T1", "T2", "T3", "T4")


@dataclass(frozen=True)
class Study:
    """The quotas of a period judged, and those of the period ahead proposed.

    Parameters
    ----------
    data
        An open source with quotas.
    period
        The label of the period that is judged.
    ahead
        The label of the one that quotas are proposed for; empty where none is known.
    goal
        Its plan; NaN takes what is expected as the goal.
    policy
        What the company has declared.
    curve
        How quota attainment is paid; None where it is not declared.
    adjustments
        A log of quotas changed by hand, as :func:`adjustment_log` takes it; None where none is
        kept.
    named, given
        The period that was asked for, and whether a goal was.
    """

    data: SalesData
    period: str
    ahead: str
    goal: float
    policy: Policy = field(default_factory=Policy)
    curve: PayCurve | None = None
    adjustments: pd.DataFrame | None = None
    named: str = ""
    given: bool = True

    @cached_property
    def whole_panel(self) -> pd.DataFrame:
        """The panel with the period ahead."""
        return quota_panel(self.data, self.ahead or None)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """The complete periods up to the one that is judged."""
        rows = self.whole_panel
        steps = rows.loc[rows["period"] == self.period, "step"]
        if steps.empty:
            raise DataError(f"{self.period} has no quota of a rep that could be judged.")
        kept: pd.DataFrame = rows[rows["step"] <= steps.iloc[0]]
        return kept

    @cached_property
    def tested(self) -> Backtest | None:
        """The back-test of all methods; None where the past is too short for one."""
        return backtest_of(self.panel)

    @cached_property
    def fairness(self) -> pd.DataFrame:
        """The battery of fairness over all periods."""
        return self._fairness(0.95)

    def _fairness(self, confidence: float) -> pd.DataFrame:
        criteria = self.policy.criteria
        panel = self.skilled_panel
        skill = WIN_RATE if WIN_RATE in panel else None
        evidence = FairnessEvidence(criteria=criteria, skill=skill)
        margin = criteria.fairness_margin
        return fairness_tests(panel, evidence, margin=margin, confidence=confidence)

    @cached_property
    def skilled_panel(self) -> pd.DataFrame:
        """The panel with what tells skill by other means than quotas: win rates, where known."""
        return with_win_rates(self.data, self.panel)

    @cached_property
    def strict(self) -> pd.DataFrame:
        """The same with wider intervals, for what is said of several tests at once."""
        known = self.fairness["effect"].notna() & self.fairness["test"].isin(_GIVEN)
        return self._fairness(1 - 0.05 / max(int(known.sum()), 1))

    @cached_property
    def evidence(self) -> Evidence:
        """What the verdict is made of."""
        plan, assigned = plan_of(self.data, self.period)
        unknown, accounts = accounts_without_potential(self.data)
        return Evidence(
            panel=self.panel,
            period=self.period,
            tested=self.tested,
            fairness=self.fairness,
            criteria=self.policy.criteria,
            plan=plan,
            assigned=assigned,
            unassigned=unassigned_potential(self.data, self.period),
            unknown=unknown,
            accounts=accounts,
            changed=changed_quotas(self.data, self.period),
            cost=None if isinstance(self.cost, str) else self.cost,
            cost_of=self.ahead,
            method=self.method,
            strict=self.strict,
        )

    @cached_property
    def expected(self) -> Ahead | str:
        """What is expected of the period ahead, or why nothing can be."""
        if not self.ahead:
            return (
                f"The periods are the company's own and end with {self.period}: what comes after "
                "is not known, so nothing can be proposed. Declare a calendar, or name the period "
                "ahead."
            )
        try:
            return expected_ahead(self.whole_panel, self.method)
        except DataError as error:
            return str(error)

    @cached_property
    def method(self) -> str:
        """The method that the next quotas rest on."""
        return method_of(self.tested)

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The verdict on the quotas of the period, as :func:`verdict` gives it."""
        return verdict(self.evidence)

    @cached_property
    def scores(self) -> pd.DataFrame | None:
        """How the methods did, as :func:`method_scores` gives it; None without a back-test."""
        return None if self.tested is None else method_scores(self.tested)

    @property
    def proposal(self) -> Proposal | str:
        """The quotas proposed, what was decided by hand in them, or why there are none."""
        return self.before_changes if isinstance(self.adjusted, str) else self.adjusted.proposal

    @cached_property
    def before_changes(self) -> Proposal | str:
        """The quotas proposed before any was changed by hand, or why there are none."""
        if isinstance(self.expected, str):
            return self.expected
        try:
            return proposal_of(self.data, self.whole_panel, self.expected, self.asked, self.policy)
        except DataError as error:
            return str(error)

    @property
    def asked(self) -> float:
        """The goal, in cents; without one what is expected in sum."""
        if not np.isnan(self.goal):
            return self.goal
        if isinstance(self.expected, str):
            return float("nan")
        return round(float(self.expected.expectation.seats["expected"].sum()), 2)

    @property
    def expected_is_goal(self) -> bool:
        """Whether no goal was given, and what is expected stands for it."""
        return bool(np.isnan(self.goal))

    @cached_property
    def shock(self) -> CommonShock:
        """What hits all at once, as past sums show it that were expected as far ahead."""
        return common_shock(own_lines(self.evidence_ahead))

    @property
    def evidence_lines(self) -> Evidence:
        """As much of the evidence as the lines of the back-test need."""
        return Evidence(self.panel, self.period, self.tested, pd.DataFrame(), method=self.method)

    @cached_property
    def evidence_ahead(self) -> Evidence:
        """The same of expectations made as many periods ahead as the next quotas are.

        Where the past is too short to make any, there is no line: it cannot be told how far sums
        so far ahead are off.
        """
        between = periods_between(self.whole_panel) if self.ahead else 0
        if not between or self.tested is None:
            return self.evidence_lines
        tested = backtest_of(self.panel, self.method, between)
        return replace(self.evidence_lines, tested=tested)

    @cached_property
    def adjusted(self) -> Adjusted | str:
        """The proposal with the decisions of the log in it, or why there is none."""
        if self.adjustments is None:
            return "No log of changes by hand is kept. Name one: adjustments.csv."
        if isinstance(self.before_changes, str):
            return self.before_changes
        try:
            return apply_adjustments(self.before_changes, self.adjustments, self.ahead)
        except DataError as error:
            return str(error)

    @cached_property
    def running(self) -> Recalibration | str:
        """The period ahead as seen now, where it has begun and its quotas are known."""
        if isinstance(self.expected, str):
            return self.expected
        try:
            return _recalibrated(self, self.expected.expectation)
        except DataError as error:
            return str(error)

    @cached_property
    def cost(self) -> PayoutCost | str:
        """What the proposed quotas cost in variable pay, or what is missing to say so."""
        if self.curve is None:
            return "unavailable: needs a pay curve. Declare one in policy.toml: [pay]."
        if isinstance(self.proposal, str):
            return self.proposal
        try:
            pay = target_pay(self.data, self.ahead)
            ready = with_target_pay(self.proposal.request.expectation, pay)
            return payout_cost(
                ready, self.proposal.seats["quota"].to_numpy("float64"), self.curve, self.shock
            )
        except DataError as error:
            return str(error)


def _recalibrated(study: Study, expectation: Expectation) -> Recalibration:
    """Re-forecast the period ahead from what is in by now."""
    now = running_period(study.data, study.ahead)
    quotas = expectation.seats["rep_id"].map(now.credited.set_index("rep_id")["quota"])
    if not (quotas > 0).any():
        raise DataError(f"No quota of {study.ahead} is known yet: what runs has nothing to change.")
    seats = expectation.seats[(quotas > 0).to_numpy()].reset_index(drop=True)
    asked = np.asarray(quotas[quotas > 0], "float64")
    lines = paced_lines(study.data, own_lines(study.evidence_lines), now.elapsed)
    ready = with_pay(study, replace(expectation, seats=seats))
    plan = Plan(ready, asked, float(asked.sum()), study.curve, study.shock)
    return recalibrate(plan, now.so_far(seats), pace_errors(lines, now.elapsed))


def with_pay(study: Study, expectation: Expectation) -> Expectation:
    """The seats with target pay; as they are where it is not known: then no cost is given."""
    if study.curve is None:
        return expectation
    try:
        return with_target_pay(expectation, target_pay(study.data, study.ahead))
    except DataError:
        return expectation

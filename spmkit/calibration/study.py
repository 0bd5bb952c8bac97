"""A study of a company's quotas: what is asked of its data, each answer worked out once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.factors import held_territories
from spmkit.attainment.plans import plan_lines, quota_releases
from spmkit.calibration.costing.common_shock import CommonShock, common_shock
from spmkit.calibration.costing.cost import PayoutCost, payout_cost
from spmkit.calibration.costing.pay_curve import PayCurve, read_pay_curve
from spmkit.calibration.costing.target_pay import target_pay, with_target_pay
from spmkit.calibration.evidence import Evidence, own_lines
from spmkit.calibration.expecting.ahead import Ahead, expected_ahead
from spmkit.calibration.expecting.backtest import Backtest, backtest
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.calibration.expecting.scores import CALIBRATED, method_ahead
from spmkit.calibration.fairness.fairness_lines import FairnessEvidence
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.proposing.compared_quotas import last_quotas
from spmkit.calibration.proposing.policy import Policy, read_policy
from spmkit.calibration.proposing.proposal import Proposal, propose
from spmkit.calibration.proposing.vacant_seats import vacant_territories, with_vacant
from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas
from spmkit.periods import DAY, Period


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
    """

    data: SalesData
    period: str
    ahead: str
    goal: float
    policy: Policy = field(default_factory=Policy)
    curve: PayCurve | None = None

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
        return _tested(self.panel)

    @cached_property
    def fairness(self) -> pd.DataFrame:
        """The battery of fairness over all periods."""
        return fairness_tests(self.panel, FairnessEvidence(criteria=self.policy.criteria))

    @cached_property
    def evidence(self) -> Evidence:
        """What the verdict is made of."""
        plan, assigned = _plan(self.data, self.period)
        return Evidence(
            panel=self.panel,
            period=self.period,
            tested=self.tested,
            fairness=self.fairness,
            criteria=self.policy.criteria,
            plan=plan,
            assigned=assigned,
            unassigned=unassigned_potential(self.data, self.period),
            changed=_changed(self.data, self.period),
            cost=None if isinstance(self.cost, str) else self.cost.facts,
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
            return expected_ahead(self.whole_panel, method_of(self.tested))
        except DataError as error:
            return str(error)

    @cached_property
    def proposal(self) -> Proposal | str:
        """The quotas proposed, or why there are none."""
        if isinstance(self.expected, str):
            return self.expected
        try:
            return _proposal(self.data, self.whole_panel, self.expected, self.asked, self.policy)
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
        """What hits all at once, as past sums show it."""
        return common_shock(own_lines(self.evidence_lines))

    @property
    def evidence_lines(self) -> Evidence:
        """As much of the evidence as the lines of the back-test need."""
        return Evidence(self.panel, self.period, self.tested, pd.DataFrame())

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


def open_study(
    data: SalesData, period: str = "", ahead: str = "", goal: float = 0.0, policy: str = ""
) -> Study:
    """Ask about the quotas of a period and of the one ahead.

    Parameters
    ----------
    data
        An open source with quotas.
    period
        The period that is judged; empty for the last complete one. One that is not over is the
        one that quotas are proposed for, and the last complete one of its kind is judged.
    ahead
        The one that quotas are proposed for; empty for the one after the last complete one.
    goal
        Its plan; 0 takes what is expected.
    policy
        A file with what is declared (see :func:`read_policy`), with a table ``[pay]`` for cost;
        empty for the file policy.toml beside the data, where there is one.

    Raises
    ------
    DataError
        Where there are no quotas, or the goal is below zero.

    Examples
    --------
    >>> data = spm.open_data(spm.shipped("datasets") / "sample")
    >>> study = open_study(data)
    >>> study.period, study.ahead
    ('2026Q3', '2026Q4')
    """
    if "quotas" not in data:
        raise DataError(
            "unavailable: needs quotas. Add a file quotas.csv, or map one in spmkit.toml: "
            '[quotas] from = "your_file.csv".'
        )
    if not goal >= 0:
        raise DataError(f"goal is {goal}; write an amount, or 0 for what is expected.")
    calendar = data.calendar
    judged = calendar.period(period) if period else calendar.last_complete(data.as_of)
    last = calendar.last_complete(data.as_of, judged.grain)
    if not calendar.is_complete(judged, data.as_of):
        ahead, judged = ahead or judged.label, last
    file = Path(policy) if policy else beside(data)
    declared = read_policy(file) if file else Policy()
    return Study(
        data,
        judged.label,
        ahead or _after(data, last),
        goal or float("nan"),
        declared,
        _curve(file),
    )


def _after(data: SalesData, last: Period) -> str:
    """The period after one; empty where a company's own periods end with it."""
    try:
        return data.calendar.containing(last.end + DAY, last.grain).label
    except ValueError:
        return ""


def beside(data: SalesData) -> Path | None:
    """The file policy.toml beside the data, where there is one."""
    if data.source is None:
        return None
    folder = data.source if data.source.is_dir() else data.source.parent
    file = folder / "policy.toml"
    return file if file.is_file() else None


def _curve(file: Path | None) -> PayCurve | None:
    """The curve of a policy's file, where it declares one."""
    if file is None or "pay" not in tomllib.loads(file.read_text("utf-8-sig")):
        return None
    return read_pay_curve(file)


def proposed(data: SalesData, period: str, goal: float, policy: Policy | None = None) -> Proposal:
    """Propose the quotas of a period ahead, those of vacant territories among them.

    Parameters
    ----------
    data
        An open source with quotas.
    period
        A period that is not over.
    goal
        Its plan.
    policy
        What the company has declared; None is a policy without rules.

    Raises
    ------
    DataError
        Where the past is too short, or the policy cannot hold.

    Examples
    --------
    >>> data = spm.open_data(spm.shipped("datasets") / "sample")
    >>> found = proposed(data, "2026Q4", 21e6)
    >>> round(float(found.seats["quota"].sum()), 2)
    21000000.0
    """
    panel = quota_panel(data, period)
    found = expected_ahead(panel, method_of(_tested(panel)))
    return _proposal(data, panel, found, goal, policy or Policy())


def method_of(tested: Backtest | None) -> str:
    """The method for the next quotas; the calibrated one where nothing can be tested."""
    try:
        return CALIBRATED if tested is None else method_ahead(tested)
    except ValueError:
        return CALIBRATED


def _tested(panel: pd.DataFrame) -> Backtest | None:
    """The back-test of a panel; None where the past is too short for one."""
    try:
        return backtest(panel)
    except ValueError:
        return None


def _proposal(
    data: SalesData, panel: pd.DataFrame, found: Ahead, goal: float, policy: Policy
) -> Proposal:
    ahead = str(panel["period"].iloc[-1])
    seats = found.expectation.seats.drop(columns="last_quota")
    vacant = vacant_territories(data, data.calendar.period(ahead))
    ready = with_vacant(Expectation(seats, found.expectation.errors), vacant)
    past = panel[panel["credited"].notna()]
    return propose(ready, goal, policy, last_quotas(past, ahead, policy.compared_with))


def _plan(data: SalesData, period: str) -> tuple[float, float]:
    """The company's plan and the rep quotas below it; NaN where there is none."""
    lines = plan_lines(data, period)
    whole = lines[lines["level"] == "company"]
    if whole.empty:
        return float("nan"), float("nan")
    return float(whole["plan"].sum()), float(whole["assigned"].sum())


def _changed(data: SalesData, period: str) -> float:
    """How many quotas of a period were issued again after their release; NaN where not dated."""
    try:
        releases = quota_releases(data, period)
    except DataError:
        return float("nan")
    return float((releases["versions"] > 1).sum())


def unassigned_potential(data: SalesData, period: str) -> float:
    """The share of the potential that no rep holds on a period's last day; NaN without any.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a", "b"], "rep_id": ["ada", None],
    ...         "potential": [300.0, 100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> unassigned_potential(data, "2026Q3")
    0.25
    """
    if "accounts" not in data:
        return float("nan")
    accounts = nw.from_native(data.accounts).lazy()
    there = accounts.collect_schema().names()
    if "potential" not in there:
        return float("nan")
    kept = [name for name in ("territory_id", "rep_id") if name in there]
    sums = to_pandas(accounts.group_by(kept).agg(nw.col("potential").sum()))
    whole = float(sums["potential"].sum())
    if not whole > 0:
        return float("nan")
    held = _held(data, period, sums)
    return float(sums.loc[~held, "potential"].sum()) / whole


def _held(data: SalesData, period: str, sums: pd.DataFrame) -> pd.Series[bool]:
    territories = held_territories(data, data.calendar.period(period))
    if territories and "territory_id" in sums:
        known = {one for joined in territories.values() for one in joined.split("+")}
        return sums["territory_id"].isin(known)
    return sums["rep_id"].notna() if "rep_id" in sums else pd.Series(data=False, index=sums.index)

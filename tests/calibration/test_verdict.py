"""The verdict: each criterion by hand, what is declared and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.costing.common_shock import assumed_shock
from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.evidence import Evidence, three_numbers
from spmkit.calibration.expecting.backtest import backtest
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.proposing.policy import Criteria
from spmkit.calibration.verdict import counts, verdict


@pytest.fixture(scope="module")
def panel():
    return simulated(World(reps=40, quarters=16, seed=4)).panel


@pytest.fixture(scope="module")
def evidence(panel):
    return {"panel": panel, "tested": backtest(panel), "fairness": fairness_tests(panel)}


def judged(evidence, period="2023Q4", criteria=None, **more):
    found = Evidence(period=period, criteria=criteria or Criteria(), **{**evidence, **more})
    return verdict(found).set_index("name")


def test_what_is_not_declared_cannot_be_told_and_says_where_to_declare_it(evidence):
    found = judged(evidence)
    for name, key in (("level", "participation"), ("stability", "stability_cap")):
        assert found["verdict"][name] == "cannot tell"
        assert key in found["note"][name]


def test_participation_is_counted_and_held_against_the_policy(panel, evidence):
    now = panel[(panel["period"] == "2023Q4") & (panel["quota"] > 0)]
    share = sum(row.credited >= row.quota for row in now.itertuples()) / len(now)
    found = judged(evidence, criteria=Criteria(participation=0.98))
    assert found["value"]["participation"] == pytest.approx(share)
    assert found["verdict"]["participation"] == "fail"
    near = judged(evidence, criteria=Criteria(participation=round(share, 2)))
    assert near["verdict"]["participation"] == "cannot tell"  # forty reps: ± 15 points
    assert near["note"]["participation"] == "Too few reps."


def test_the_level_is_quotas_over_what_was_to_be_expected(panel, evidence):
    lines = evidence["tested"].lines
    mine = lines[(lines["method"] == "calibrated") & (lines["period"] == "2023Q4")]
    found = three_numbers(Evidence(period="2023Q4", **evidence))
    assert found["coverage"] == pytest.approx(mine["issued"].sum() / mine["expected"].sum())
    assert found["low"] < found["coverage"] < found["high"]
    assert found["periods"] == 7


@pytest.mark.parametrize(
    ("plan", "assigned", "told"),
    [
        (100.0, 106.0, "pass"),
        (100.0, 100.0, "pass"),
        (100.0, 99.0, "fail"),
        (0.0, 5.0, "cannot tell"),
    ],
)
def test_quotas_must_hold_the_whole_plan(evidence, plan, assigned, told):
    found = judged(evidence, plan=plan, assigned=assigned)
    assert found["verdict"]["reconciliation"] == told


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "pass"), (0.05, "fail"), (np.nan, "cannot tell")]
)
def test_potential_without_a_rep_fails_and_unknown_potential_is_not_none(evidence, share, told):
    assert judged(evidence, unassigned=share)["verdict"]["unassigned potential"] == told


@pytest.fixture(scope="module")
def cost():
    seats = pd.DataFrame({"expected": 100.0, "spread": 20.0, "target_pay": [10.0] * 12})
    ahead = Expectation(seats, np.linspace(-1, 1, 21))
    return payout_cost(ahead, np.full(12, 100.0), PayCurve(), assumed_shock(0.1))


@pytest.mark.parametrize(("budget", "told"), [(200.0, "pass"), (60.0, "fail")])
def test_what_quotas_cost_is_held_against_budget_and_reserve(evidence, cost, budget, told):
    criteria = Criteria(budget=budget, reserve=10.0)
    found = judged(evidence, criteria=criteria, cost=cost, cost_of="2024Q1")
    assert found["verdict"]["affordability"] == told
    assert "2024Q1" in found["measure"]["affordability"]


def test_a_cost_without_a_budget_cannot_be_judged(evidence, cost):
    assert judged(evidence, cost=cost)["verdict"]["affordability"] == "cannot tell"


def test_one_test_of_many_that_fails_by_chance_is_no_unfairness(panel, evidence):
    tests = evidence["fairness"]
    calm = tests.assign(verdict="cannot tell")
    one = tests.assign(verdict=["fail"] + ["cannot tell"] * (len(tests) - 1))
    found = judged({**evidence, "fairness": one}, strict=calm)
    assert found["verdict"]["fairness"] == "cannot tell"
    assert judged({**evidence, "fairness": one}, strict=one)["verdict"]["fairness"] == "fail"


def test_who_sold_more_last_year_may_attain_more(evidence):
    tests = evidence["fairness"].assign(verdict="cannot tell")
    skilled = tests["name"] == "last year's sales"
    up = tests.assign(
        verdict=tests["verdict"].where(~skilled, "fail"),
        effect=tests["effect"].where(~skilled, 0.5),
    )
    down = up.assign(effect=up["effect"].where(~skilled, -0.5))
    assert judged({**evidence, "fairness": up})["verdict"]["fairness"] == "cannot tell"
    assert judged({**evidence, "fairness": down})["verdict"]["fairness"] == "fail"


@pytest.mark.parametrize(
    ("changed", "told"), [(2.0, "pass"), (20.0, "fail"), (np.nan, "cannot tell")]
)
def test_changes_by_hand_have_a_cap(evidence, changed, told):
    found = judged(evidence, changed=changed, criteria=Criteria(exception_share=0.1))
    assert found["verdict"]["exceptions"] == told


def test_last_years_quotas_are_no_better_than_last_year(evidence):
    found = judged(evidence)
    assert found["verdict"]["discrimination"] in {"fail", "cannot tell"}
    assert found["high"]["discrimination"] <= 0.02


def test_a_fair_and_lucky_set_of_quotas_fails_where_luck_is_asked_again(panel):
    long = simulated(World(reps=80, quarters=24, seed=4)).panel
    found = judged({"panel": long, "tested": None, "fairness": fairness_tests(long)}, "2025Q4")
    assert found["verdict"]["no luck tax"] == "fail"
    assert "last year's" in found["note"]["no luck tax"]


def test_without_a_back_test_its_criteria_cannot_be_told(panel, evidence):
    found = judged({**evidence, "tested": None})
    for name in ("discrimination", "honest probabilities", "level"):
        assert found["verdict"][name] == "cannot tell"


def test_every_line_is_counted_once(evidence):
    found = verdict(Evidence(period="2023Q4", **evidence))
    assert sum(counts(found).values()) == len(found)
    assert set(found["verdict"]) <= {"pass", "fail", "cannot tell"}
    assert found["criterion"].drop_duplicates().tolist() == [f"C{n}" for n in range(1, 11)]


def test_a_period_without_any_quota_is_no_pass(evidence):
    found = judged(evidence, "2020Q1", Criteria(participation=0.6, exception_share=0.1))
    assert "pass" not in set(found["verdict"][["level", "participation", "exceptions"]])


def test_a_declared_participation_without_expectations_is_no_obstacle(evidence):
    criteria = Criteria(participation=0.6)
    given = {"plan": 100.0, "assigned": 110.0, "criteria": criteria}
    found = judged({**evidence, "tested": None}, **given)
    assert found["verdict"]["level"] == "cannot tell"
    assert "spread" in found["note"]["level"]
    assert "sales of" in judged(evidence, **given)["note"]["level"]

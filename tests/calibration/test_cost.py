"""What quotas cost: by hand, against closed forms, and on a company whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import seats_ahead

from spmkit.calibration.costing.affordability import affordability
from spmkit.calibration.costing.common_shock import CommonShock, assumed_shock, common_shock
from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.cost_sensitivity import Steps, cost_sensitivity
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.target_pay import target_pay, with_target_pay
from spmkit.calibration.expecting.backtest import backtest
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.methods import methods
from spmkit.calibration.expecting.scores import scored_lines
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.data import DataError, open_data

CURVE = PayCurve(threshold=0.5, tiers=((1.0, 2.0),))
SOME = assumed_shock(0.1)
UNKNOWN = CommonShock(np.nan, np.nan, np.nan, 3, "insufficient n")


def ahead(count=40, spread=0.3, **columns):
    """Seats of one size whose sales are log-normal about it."""
    normal = np.random.default_rng(5).standard_normal(20_000)
    normal = np.concatenate([normal, -normal])
    errors = (np.exp(spread * normal - spread**2 / 2) - 1) / spread
    seats = pd.DataFrame({"rep_id": [f"r{n:02}" for n in range(count)], "expected": 100.0})
    seats = seats.assign(spread=100 * spread, target_pay=10.0).assign(**columns)
    return Expectation(seats, errors)


def hundred(expectation):
    return np.full(len(expectation.seats), 100.0)


def test_worked_by_hand():
    seats = pd.DataFrame(
        {"rep_id": ["ada", "bo"], "expected": [100.0, 200.0], "spread": [60.0, 20.0]}
    ).assign(target_pay=[10.0, 30.0])
    found = payout_cost(
        Expectation(seats, np.array([-1.0, 0.0, 1.0])), np.array([100.0, 160.0]), CURVE, SOME
    )
    # ada at 40, 100 and 160 % is paid 0, 1 and 2.2; bo at 112.5, 125 and 137.5 % 1.25, 1.5, 1.75
    assert found.seats["payout_index"].tolist() == pytest.approx([3.2 / 3, 1.5])
    assert found.seats["below_half"].tolist() == pytest.approx([1 / 3, 0])
    assert found.fact("target pay") == found.fact("cost at target") == 40
    assert found.fact("expected cost") == pytest.approx(32 / 3 + 45)
    assert found.fact("Jensen gap") == pytest.approx(32 / 3 + 5)
    assert found.fact("gap by level") == pytest.approx(15)
    assert found.fact("gap by spread") == pytest.approx(32 / 3 - 10)
    assert found.fact("below half of target") == pytest.approx(1 / 6)
    assert set(found.facts["status"]) == {"ok", "assumed", "insufficient n"}


@pytest.mark.parametrize(("spread", "paid"), [(0.05, 1.02), (0.1, 1.04), (0.2, 1.08), (0.3, 1.11)])
def test_the_published_payouts(spread, paid):
    expectation = ahead(3, spread)
    found = payout_cost(expectation, hundred(expectation), CURVE, SOME)
    assert round(found.fact("payout over target"), 2) == paid
    row = found.facts.set_index("fact").loc["payout over target"]
    assert row["low"] < CURVE.expected(spread) < row["high"]


def test_the_same_seed_gives_the_same_whatever_the_order():
    expectation = seats_ahead(60, target_pay=np.arange(60) + 1.0)
    quotas = expectation.quota_at(0.6)
    order = np.random.default_rng(1).permutation(60)
    turned = Expectation(expectation.seats.iloc[order], expectation.errors)
    one = payout_cost(expectation, quotas, CURVE, SOME, seed=4)
    two = payout_cost(turned, quotas[order], CURVE, SOME, seed=4)
    assert one.totals.tolist() == two.totals.tolist()
    pd.testing.assert_frame_equal(one.facts, two.facts)
    assert two.seats["rep_id"].tolist() == turned.seats["rep_id"].tolist()
    other = payout_cost(expectation, quotas, CURVE, SOME, seed=5)
    assert one.totals.tolist() != other.totals.tolist()
    assert one.fact("expected cost") == other.fact("expected cost")


def test_a_common_shock_moves_the_bad_case_and_not_the_mean():
    expectation = ahead(200)
    quotas = hundred(expectation)
    found = [payout_cost(expectation, quotas, CURVE, assumed_shock(s)) for s in (0, 0.05, 0.15)]
    assert len({one.fact("expected cost") for one in found}) == 1
    assert [one.totals.mean() for one in found] == pytest.approx(
        [found[0].fact("expected cost")] * 3, rel=0.01
    )
    reserves = [one.fact("P90 less P50") / one.fact("P50") for one in found]
    assert reserves[0] < 0.05 < reserves[1] < 0.15 < reserves[2]


def test_the_draws_come_off_as_a_common_shock_and_own_ones_make_them():
    expectation = ahead(400)
    shock = 0.08
    totals = payout_cost(expectation, hundred(expectation), PayCurve(), assumed_shock(shock)).totals
    own = 0.3**2 / 400
    assert totals.std() / totals.mean() == pytest.approx(np.sqrt(shock**2 + own), rel=0.05)


def test_the_bounds_of_the_bad_case_take_in_those_of_the_shock():
    expectation = ahead(100)
    wide = CommonShock(0.1, 0.03, 0.2, 8, "ok")
    row = payout_cost(expectation, hundred(expectation), CURVE, wide).facts.set_index("fact")
    ends = [
        payout_cost(expectation, hundred(expectation), CURVE, assumed_shock(s)).fact("P90")
        for s in (0.03, 0.2)
    ]
    assert row.loc["P90", "low"] < ends[0] < row.loc["P90", "value"] < ends[1]
    assert ends[1] < row.loc["P90", "high"]


def test_who_cannot_be_counted_is_left_out_and_said():
    pay = [10.0, np.nan, 10.0, 0.0, 10.0]
    expectation = ahead(5, target_pay=pay)
    seats = expectation.seats.assign(rep_id=["a", "b", "c", "d", None])
    found = payout_cost(
        Expectation(seats, expectation.errors), np.array([100, 100, np.nan, 100, 100]), CURVE, SOME
    )
    assert found.left_out.to_dict() == {
        "undefined: no target pay": 1,
        "undefined: no quota above zero": 1,
        "undefined: target pay is 0": 1,
        "undefined: the seat is vacant": 1,
    }
    assert found.fact("target pay") == 10
    assert found.seats["expected_payout"].notna().tolist() == [True] + [False] * 4


def test_without_a_known_shock_the_mean_stands_and_the_range_does_not():
    expectation = ahead()
    found = payout_cost(expectation, hundred(expectation), CURVE, UNKNOWN)
    assert found.fact("expected cost") == pytest.approx(400 * CURVE.expected(0.3), rel=0.01)
    assert np.isnan(found.fact("P90"))
    assert len(found.totals) == 0
    verdict = affordability(found, 1_000.0)
    assert verdict.verdict == "cannot tell"
    assert "the common shock is not known" in verdict.sentence


def test_few_past_errors_give_no_range():
    expectation = Expectation(ahead().seats, np.linspace(-1, 1, 5))
    found = payout_cost(expectation, hundred(expectation), CURVE, SOME)
    status = found.facts.set_index("fact")["status"]
    assert status["P90"] == status["expected cost"] == "insufficient n"
    assert np.isnan(found.fact("P90"))


def test_bad_input_is_refused():
    expectation = ahead(2)
    with pytest.raises(DataError, match="3 quotas for 2 seats"):
        payout_cost(expectation, np.ones(3), CURVE, SOME)
    with pytest.raises(DataError, match="no seat has target pay and a quota above zero"):
        payout_cost(expectation, np.zeros(2), CURVE, SOME)
    with pytest.raises(DataError, match="target_pay is below zero"):
        payout_cost(ahead(2, target_pay=-1.0), np.ones(2), CURVE, SOME)
    with pytest.raises(ValueError, match="write a number from 0 to 2"):
        assumed_shock(10)


def test_affordable_means_bounds_and_all():
    expectation = ahead(100)
    shock = CommonShock(0.1, 0.08, 0.12, 9, "ok")
    found = payout_cost(expectation, hundred(expectation), CURVE, shock)
    row = found.facts.set_index("fact").loc["P90"]
    verdicts = [
        affordability(found, round(budget), 100.0).verdict
        for budget in (row["high"] - 99, row["value"] - 100, row["low"] - 101)
    ]
    assert verdicts == ["pass", "cannot tell", "fail"]
    told = affordability(found, None)
    assert told.verdict == "cannot tell"
    assert "no budget is declared" in told.sentence


def test_pay_that_is_not_known_cannot_pass_and_may_fail():
    pay = np.where(np.arange(40) == 0, np.nan, 10.0)
    expectation = ahead(40, target_pay=pay)
    found = payout_cost(expectation, hundred(expectation), CURVE, SOME)
    ample = affordability(found, 10_000.0)
    assert ample.verdict == "cannot tell"
    assert "Target pay of 1 seat is not known." in ample.sentence
    assert affordability(found, 100.0).verdict == "fail"


def test_a_tornado_moves_one_part_at_a_time():
    expectation = ahead(50)
    found = cost_sensitivity(
        expectation, hundred(expectation), CURVE, CommonShock(0.1, 0.05, 0.2, 9, "ok"), Steps()
    ).set_index("part")
    assert found.index[0] == "over-assignment"
    assert found.loc["over-assignment", "expected_low"] > found.loc["over-assignment", "expected"]
    for part in ("spread", "accelerator"):
        row = found.loc[part]
        assert row["expected_low"] < row["expected"] < row["expected_high"]
    # a quarter more on what is beyond quota: 2 x E[(a - 1)+] of 0.1192 at a spread of 0.3
    risen = found.loc["accelerator", "expected_high"] - found.loc["accelerator", "expected"]
    assert risen == pytest.approx(500 * 0.25 * 2 * 0.1192, rel=0.02)
    shock = found.loc["common shock"]
    assert shock["swing"] == 0
    assert shock["p90_low"] < shock["p90"] < shock["p90_high"]
    with pytest.raises(DataError, match="write a number from 0 to 0.99"):
        Steps(spread=20)


def periods(shock, count, rng, spread=0.4):
    """Past periods of 60 seats that a common shock of a size hit."""
    expected = rng.lognormal(4, 0.5, 60)
    rows = []
    for step in range(count):
        own = 1 + spread * rng.standard_normal(60)
        sold = expected * own * np.exp(shock * rng.standard_normal())
        rows.append(
            pd.DataFrame({"step": step, "expected": expected, "credited": sold}).assign(
                spread=expected * np.sqrt(spread**2 + shock**2)
            )
        )
    return pd.concat(rows)


@pytest.mark.parametrize("shock", [0.0, 0.15])
def test_the_common_shock_is_found_and_its_interval_holds(shock):
    rng = np.random.default_rng(0)
    found = [common_shock(periods(shock, 8, rng)) for _ in range(60)]
    assert np.sqrt(np.mean([one.value**2 for one in found])) == pytest.approx(shock, abs=0.04)
    assert np.mean([one.low <= shock <= one.high for one in found]) >= 0.9
    assert {one.n for one in found} == {8}


def test_few_periods_tell_no_common_shock():
    found = common_shock(periods(0.1, 4, np.random.default_rng(0)))
    assert (found.n, found.known) == (4, False)
    assert found.status == "insufficient n: 4 past periods, and 5 are needed"
    alone = periods(0.1, 8, np.random.default_rng(0)).groupby("step").head(1)
    assert not common_shock(alone).known


def test_lines_of_several_methods_are_refused():
    lines = periods(0.1, 6, np.random.default_rng(0))
    with pytest.raises(DataError, match="several methods"):
        common_shock(lines.assign(method=["a", "b"] * 180))
    with pytest.raises(DataError, match="no column 'spread'"):
        common_shock(lines.drop(columns="spread"))


def test_last_years_quotas_pay_more_than_calibrated_ones_of_the_same_sum():
    paid = {"last_year": [], "calibrated": []}
    for seed in range(2):
        panel = simulated(World(reps=60, quarters=18, seed=seed)).panel
        competing = [method for method in methods(panel) if method.name in paid]
        lines = scored_lines(backtest(panel, competing))
        sums = lines.pivot_table("even", "step", "method", aggfunc="sum")
        assert sums["last_year"].to_numpy() == pytest.approx(sums["calibrated"].to_numpy())
        index = pd.Series(CURVE.payout(lines["credited"] / lines["even"]), index=lines.index)
        for name, value in index.groupby(lines["method"]).mean().items():
            paid[name].append(value)
    last, calibrated = np.mean(paid["last_year"]), np.mean(paid["calibrated"])
    assert 1.1 < calibrated < 1.3 < last < 1.6


def test_target_pay_of_a_period_ahead():
    reps = pd.DataFrame(
        {
            "rep_id": ["ada", "bo", "cy"],
            "ote": [100.0, 100.0, None],
            "base_pay": [60.0, 120.0, 50.0],
            "left_on": ["2027-02-14", None, None],
        }
    )
    won = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"], "outcome": "open"})
    data = open_data({"reps": reps, "opportunities": won}, settings={"as_of": "2026-10-02"})
    pay = target_pay(data, "2027Q1")
    assert pay.set_index("rep_id")["target_pay"].to_dict() == pytest.approx(
        {"ada": 10 * 45 / 90, "bo": np.nan, "cy": np.nan}, nan_ok=True
    )
    seats = ahead(2, rep_id=["ada", None]).seats.drop(columns="target_pay")
    found = with_target_pay(Expectation(seats, np.array([0.0])), pay)
    assert found.seats["target_pay"].tolist() == pytest.approx([5, np.nan], nan_ok=True)
    with pytest.raises(DataError, match="'ada' more than once"):
        with_target_pay(found, pd.concat([pay, pay]))
    without = open_data(
        {"reps": reps[["rep_id"]], "opportunities": won}, settings={"as_of": "2026-10-02"}
    )
    with pytest.raises(DataError, match="needs reps with ote and base_pay"):
        target_pay(without, "2027Q1")

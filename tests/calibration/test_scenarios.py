"""Scenarios: what each does to the seats, to the chances and to the cost."""

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import seats_ahead
from hypothesis import given
from hypothesis import strategies as st

from spmkit.calibration.costing.common_shock import assumed_shock
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.scenario_table import Plan, scenario_table, usual_scenarios
from spmkit.calibration.costing.scenarios import Accelerator, Growth, PotentialShock
from spmkit.calibration.costing.staff_scenarios import Joiner, Leaver
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError

CURVE = PayCurve(threshold=0.5, tiers=((1.0, 2.0),))
AHEAD = seats_ahead(24, target_pay=10_000.0, role="rep")
GOAL = round(float(AHEAD.seats["expected"].sum()) * 0.95, 2)


def plan(**changed):
    quotas = AHEAD.seats["expected"].to_numpy() * 0.95
    parts = {"expectation": AHEAD, "quotas": quotas, "goal": GOAL}
    return Plan(**{**parts, "curve": CURVE, "shock": assumed_shock(0.1), **changed})


def test_growth_scales_every_seat():
    found, sentence = Growth(0.1).applied(AHEAD)
    for name in ("expected", "spread"):
        assert found.seats[name].tolist() == pytest.approx((AHEAD.seats[name] * 1.1).tolist())
    assert sentence == "Every seat sells 10 % more than expected."


def test_a_shock_moves_the_territories_that_are_named_and_those_that_share_a_seat_in_part():
    seats = AHEAD.seats.assign(territory_id=["t1", "t2+t3", None, *AHEAD.seats["territory_id"][3:]])
    found, sentence = PotentialShock(("t1", "t3"), -0.36, elasticity=0.5).applied(
        Expectation(seats, AHEAD.errors)
    )
    moved = (found.seats["expected"] / seats["expected"]).round(9).tolist()
    assert moved[:4] == [0.8, 0.9, 1, 1]
    assert set(moved[4:]) == {1}
    potential = (found.seats["potential"] / seats["potential"]).round(9).tolist()
    assert potential[:3] == [0.64, 0.82, 1]
    assert sentence == "Potential of t1, t3 is 36 % less; their sales follow."


def test_a_leaver_empties_the_seat_and_is_paid_nothing():
    found, sentence = Leaver("r003", coverage=0.25).applied(AHEAD)
    row, before = found.seats.iloc[3], AHEAD.seats.iloc[3]
    assert row["rep_id"] is None
    assert row["expected"] == pytest.approx(before["expected"] / 4)
    assert row["spread"] == pytest.approx(before["spread"] / 2)
    assert sentence == "Rep 3 leaves; 25 % of what the seat was to sell is covered."
    table = scenario_table(plan(), [Leaver("r003", 0.25)])
    assert table["seats"].tolist() == [24, 23]
    assert table.loc[1, "expected_cost"] < table.loc[0, "expected_cost"]
    assert Leaver("r003", coverage=0).applied(AHEAD)[0].seats["expected"].min() > 0


def test_a_joiner_sells_what_the_ramp_leaves_of_ramped_peers():
    ramped = AHEAD.seats[AHEAD.seats["tenure_periods"] >= 3]
    found, _ = Joiner("new", ramp=0.5).applied(AHEAD)
    row = found.seats.iloc[-1]
    assert len(found.seats) == 25
    assert row["expected"] == pytest.approx(ramped["expected"].median() / 2)
    assert row["spread"] > 0.5 * ramped["spread"].median()
    assert row["target_pay"] == 10_000
    assert pd.isna(row["territory_id"])
    table = scenario_table(plan(), [Joiner("new", 0.5)])
    assert table.loc[1, "status"] == "as they are, the quotas leave out who joins"
    assert table.loc[1, "expected_cost"] == table.loc[0, "expected_cost"]
    assert table.loc[1, "common_probability"] > table.loc[0, "common_probability"]
    assert Joiner("new", target_pay=7.0).applied(AHEAD)[0].seats["target_pay"].iloc[-1] == 7


def test_an_accelerator_changes_the_cost_alone():
    table = scenario_table(plan(), [Accelerator(0.5)]).set_index("scenario")
    same = ["expected", "participation", "common_probability"]
    assert table.loc["as it is", same].tolist() == table.loc["Accelerator", same].tolist()
    for name in ("expected_cost", "cost_p90", "cost_p90_anew"):
        assert table.loc["Accelerator", name] < table.loc["as it is", name]


def test_the_base_stands_first_and_quotas_set_anew_are_level():
    table = scenario_table(plan(), usual_scenarios(AHEAD))
    assert table["scenario"].iloc[0] == "as it is"
    assert len(table) == 8
    assert (table["goal"] == GOAL).all()
    base = table.iloc[0]
    assert base["expected"] == pytest.approx(AHEAD.seats["expected"].sum())
    assert base["participation"] == pytest.approx(
        AHEAD.probability(AHEAD.seats["expected"].to_numpy() * 0.95).mean()
    )
    anew = AHEAD.quota_at(base["common_probability"])
    assert anew.sum() == pytest.approx(GOAL, rel=0.02)
    less, more = table.iloc[1], table.iloc[2]
    for name in ("common_probability", "participation", "cost_p50", "cost_p90", "expected_cost"):
        assert less[name] < base[name] < more[name]


def test_a_shock_spreads_the_chances_until_quotas_are_set_anew():
    names = tuple(AHEAD.seats["territory_id"][:6])
    table = scenario_table(plan(), [PotentialShock(names, -0.4)])
    assert table.loc[1, "probability_spread"] > 1.3 * table.loc[0, "probability_spread"]
    assert table.loc[1, "sentence"].startswith("Potential of 6 territories is 40 % less")


def test_what_cannot_be_told_is_said():
    beyond = scenario_table(plan(goal=GOAL * 10), [])
    assert np.isnan(beyond.loc[0, "common_probability"])
    assert beyond.loc[0, "status"] == "undefined: the goal lies beyond all that past errors reach"
    free = scenario_table(plan(curve=None), [Accelerator(0.5)])
    assert free["cost_p90"].isna().all()
    assert free.loc[1, "status"] == "no costs: no pay curve or common shock is given"
    unknown = Expectation(AHEAD.seats.assign(target_pay=np.nan), AHEAD.errors)
    status = scenario_table(plan(expectation=unknown), []).loc[0, "status"]
    assert status == "no costs: the target pay of no seat is known"


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_growth_after_growth_is_growth(one, two):
    found, _ = Growth(two).applied(Growth(one).applied(AHEAD)[0])
    both, _ = Growth((1 + one) * (1 + two) - 1).applied(AHEAD)
    assert found.seats["expected"].tolist() == pytest.approx(both.seats["expected"].tolist())


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (lambda: Leaver("r0003").applied(AHEAD), "no rep 'r0003' among the seats. Did you mean"),
        (lambda: Leaver("zzz").applied(AHEAD), "Known: r000, r001, .* and 16 more"),
        (lambda: PotentialShock(("x9",), 0.1).applied(AHEAD), "no territory 'x9' among the seats"),
        (lambda: PotentialShock("t001", 0.1), "no list of ids"),
        (lambda: PotentialShock((), 0.1), "no list of ids"),
        (lambda: Joiner("r001").applied(AHEAD), "a rep 'r001' already"),
        (lambda: Joiner(role="boss").applied(AHEAD), "no role 'boss' among the seats. Known: rep"),
        (lambda: Growth(10.5), "rate is 10.5; write a number from -0.9 to 10"),
        (lambda: Growth(-1), "rate is -1"),
        (lambda: Leaver("r001", coverage=50), "coverage is 50; write a number from 0 to 1"),
        (lambda: Joiner(ramp=25), "ramp is 25"),
        (lambda: Accelerator(-1), "factor is -1"),
        (lambda: plan(quotas=np.ones(3)), "3 quotas for 24 seats"),
        (lambda: plan(goal=0.0), "goal is 0.0"),
    ],
)
def test_bad_input_is_refused(scenario, said):
    with pytest.raises(DataError, match=said):
        scenario()


def test_seats_without_territories_have_no_shock():
    seats = AHEAD.seats.drop(columns="territory_id")
    ahead = Expectation(seats, AHEAD.errors)
    with pytest.raises(DataError, match="no column 'territory_id'"):
        PotentialShock(("t1",), 0.1).applied(ahead)
    names = [type(one).__name__ for one in usual_scenarios(ahead)]
    assert "PotentialShock" not in names
    vacant = Expectation(AHEAD.seats.assign(rep_id=None), AHEAD.errors)
    with pytest.raises(DataError, match="whom a joiner could be like"):
        Joiner().applied(vacant)

"""The steps to a quota add up to it to the cent, with or without the model's factors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import last_of, seats_ahead

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.rationale import rationale
from spmkit.data import DataError


def with_factors(ahead):
    rng = np.random.default_rng(5)
    count = len(ahead.seats)
    factors = {
        name: rng.uniform(0.7, 1.4, count)
        for name in ("potential_effect", "season_effect", "territory_effect", "rep_effect")
    }
    product = np.prod(list(factors.values()), axis=0)
    return Expectation(
        ahead.seats.assign(**factors, baseline=ahead.seats["expected"] / product), ahead.errors
    )


@pytest.mark.parametrize("ahead", [seats_ahead(20), with_factors(seats_ahead(20))])
def test_the_steps_of_every_seat_add_up_to_its_quota(ahead):
    policy = Policy(
        rounding=500,
        max_increase=0.15,
        max_decrease=0.2,
        minimum_quota=3_000,
        ramp=(0.25, 0.5),
        pins={"r003": 44_444.44},
    )
    found = propose(ahead, 1_600_000.37, policy, last_of(ahead))
    for seat in found.seats["rep_id"]:
        steps = rationale(found, seat)
        quota = found.seats.set_index("rep_id")["quota"][seat]
        assert round(steps["amount"].mul(100).round().sum()) == round(quota * 100)
        assert steps["running"].iloc[-1] == quota
        assert (steps["words"] != "").all()


def test_a_sheet_worked_by_hand():
    seats = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "expected": [126.0, 74.0],
            "spread": 20.0,
            "baseline": [100.0, 74.0],
            "potential_effect": [1.2, 1.0],
            "season_effect": [1.05, 1.0],
        }
    )
    ahead = Expectation(seats, np.linspace(-2, 2, 41))
    last = pd.DataFrame({"rep_id": ["ada", "bo"], "last_quota": [100.0, 90.0]})
    sheet = rationale(propose(ahead, 220.0, Policy(max_increase=0.2), last), "ada")
    assert sheet["step"].tolist() == ["baseline", "potential", "season", "goal", "limit"]
    assert sheet["amount"].tolist() == [100.0, 20.0, 6.0, 26.0, -32.0]
    assert sheet["running"].tolist() == [100.0, 120.0, 126.0, 152.0, 120.0]
    assert sheet["factor"].tolist()[1:3] == [1.2, 1.05]
    assert sheet["words"].tolist()[1] == "for the potential of the territory: +20.0 %"
    assert sheet["words"].tolist()[-1] == "capped at +20 %"


def test_without_a_model_the_sheet_begins_with_the_expectation():
    sheet = rationale(propose(seats_ahead(), 1_000_000.0), "r000")
    assert sheet["step"].tolist() == ["expectation", "goal"]
    assert sheet["part"].tolist() == ["model", "adjustment"]


def test_what_factors_leave_out_is_a_step():
    seats = pd.DataFrame({"rep_id": ["ada"], "expected": 100.0, "spread": 20.0, "baseline": 90.0})
    ahead = Expectation(seats.assign(rep_effect=np.nan), np.linspace(-2, 2, 41))
    sheet = rationale(propose(ahead, 100.0), "ada")
    assert sheet[["step", "amount"]].values.tolist() == [["baseline", 90.0], ["other", 10.0]]


def test_a_ramp_of_the_policy_stands_behind_the_expectations_own():
    seats = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "expected": [40.0, 100.0],
            "spread": [8.0, 20.0],
            "baseline": 100.0,
            "ramp_effect": [0.4, 1.0],
            "tenure_periods": [0.0, 9.0],
        }
    )
    found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 125.0, Policy(ramp=(0.25,)))
    sheet = rationale(found, "ada")
    assert sheet[["step", "running"]].values.tolist() == [
        ["baseline", 100.0],
        ["ramp", 40.0],
        ["ramp", 25.0],
    ]


def test_a_seat_that_is_not_there_is_said():
    with pytest.raises(DataError, match=r"'r00' has no seat.*Did you mean"):
        rationale(propose(seats_ahead(), 1_000_000.0), "r00")


def test_a_limit_against_an_earlier_quota_names_its_period():
    seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 200.0, "spread": 20.0})
    last = pd.DataFrame({"rep_id": ["ada", "bo"], "last_quota": [100.0, 190.0]})
    ahead = Expectation(seats.assign(last_period=["2026Q2", None]), np.linspace(-2, 2, 41))
    found = propose(ahead, 330.0, Policy(max_increase=0.2), last)
    (limit,) = rationale(found, "ada").query("step == 'limit'")["words"]
    assert limit == ("capped at +20 % on 100.00, the quota of 2026Q2: the last of a whole period")
    reasons = found.seats.set_index("rep_id")["reasons"]
    assert "limits hold against the quota of 2026Q2" in reasons["ada"]
    assert "limits hold" not in reasons["bo"]

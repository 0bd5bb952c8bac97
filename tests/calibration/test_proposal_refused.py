"""What cannot be proposed is refused, with the key, the remedy and what can still hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import seats_ahead

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.guardrails import InfeasiblePolicyError
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.data import DataError


@pytest.mark.parametrize(
    ("policy", "goal", "said", "nearest"),
    [
        (Policy(pins={"ada": 150.0}), 100.0, "the pins alone sum to 150.00", 150.0),
        (Policy(pins={"ada": 150.0}, minimum_quota=30), 100.0, "the pins alone", 180.0),
        (Policy(max_decrease=0.1), 100.0, "the floors of max_decrease", 180.0),
        (Policy(minimum_quota=80), 100.0, "and minimum_quota", 160.0),
        (
            Policy(max_increase=0.2),
            500.0,
            "the caps of max_increase, with the pins, sum to 240.00, below",
            240.0,
        ),
        (Policy(pins={"ada": 10, "bo": 20}), 90.0, "the pins, of every seat, sum to 30.00", 30.0),
        (Policy(pins={"ada": 10}), 200.0, "limits and pins hold 1 of 2 seats", 150.0),
        (Policy(ramp=(0.0,)), 90.0, "ramp asks nothing", 0.0),
    ],
)
def test_what_leaves_no_room_says_the_key_the_remedy_and_what_can_hold(policy, goal, said, nearest):
    seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    ahead = Expectation(seats.assign(tenure_periods=0.0), np.linspace(-2, 2, 41))
    last = pd.DataFrame({"rep_id": ["ada", "bo"], "last_quota": 100.0})
    with pytest.raises(InfeasiblePolicyError) as error:
        propose(ahead, goal, policy, last)
    assert said in str(error.value)
    assert "nearest total that can hold" in str(error.value)
    assert error.value.nearest_total == pytest.approx(nearest)


def test_contradictions_name_key_and_seat():
    seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    ahead = Expectation(seats, np.linspace(-2, 2, 41))
    last = pd.DataFrame({"rep_id": ["ada", "bo"], "last_quota": [100.0, 40.0]})
    crossed = Policy(max_increase=0.2, minimum_quota=60, source="policy.toml")
    with pytest.raises(DataError, match=r"policy\.toml: minimum_quota.*bo \(at most 48\.00\)"):
        propose(ahead, 200.0, crossed, last)
    assert propose(ahead, 200.0, Policy(max_increase=2.0, minimum_quota=60), last)
    with pytest.raises(DataError, match=r"\[pins\] 'adda' has no seat.*Did you mean 'ada'"):
        propose(ahead, 200.0, Policy(pins={"adda": 5}))
    with pytest.raises(DataError, match="no last quotas are given"):
        propose(ahead, 200.0, Policy(max_increase=0.2))
    with pytest.raises(DataError, match="above the mean quota"):
        propose(ahead, 200.0, Policy(rounding=500))


@pytest.mark.parametrize("goal", [0, -5, float("nan"), float("inf"), "1000", True, 1e14])
def test_a_goal_that_is_no_plan_is_refused(goal):
    with pytest.raises(DataError, match="write the plan of the period"):
        propose(seats_ahead(), goal)


def test_seats_that_stand_twice_or_have_no_number_are_refused():
    seats = pd.DataFrame({"rep_id": ["ada", "ada"], "expected": 100.0, "spread": 20.0})
    with pytest.raises(DataError, match="'ada' has more than one seat"):
        propose(Expectation(seats, np.array([0.0])), 100.0)
    endless = seats.assign(rep_id=["a", "b"], expected=[np.inf, 1.0])
    with pytest.raises(DataError, match="must be finite"):
        propose(Expectation(endless, np.array([0.0])), 100.0)
    with pytest.raises(DataError, match="no seats"):
        propose(Expectation(seats.iloc[:0], np.array([0.0])), 100.0)
    twice = pd.DataFrame({"rep_id": ["b", "b"], "last_quota": 1.0})
    with pytest.raises(DataError, match="'b' more than once"):
        propose(Expectation(seats.assign(rep_id=["a", "b"]), np.array([0.0])), 100.0, None, twice)


def test_hostile_names_are_names():
    names = ["=cmd()", "", " ", "'; drop table reps", "名前", "a" * 500]
    seats = pd.DataFrame({"rep_id": names, "rep": names, "expected": 100.0, "spread": 20.0})
    found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 600.0, Policy(pins={"=cmd()": 90}))
    assert found.seats["quota"].sum() == pytest.approx(600)
    assert set(found.seats["rep_id"]) == set(names)
    assert found.seats.set_index("rep_id")["quota"]["=cmd()"] == 90

"""Ramp and skill are taken off once; the goal at a probability gives that probability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import fact, seats_ahead

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.rationale import rationale
from spmkit.data import DataError

EVEN = np.linspace(-2, 2, 41)


def made(**columns):
    """Two seats as a method gives them, Ada new."""
    seats = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "expected": [40.0, 100.0],
            "spread": [8.0, 20.0],
            "tenure_periods": [0.0, 9.0],
            "history_periods": [0, 9],
        }
    )
    return Expectation(seats.assign(**columns), EVEN)


def test_a_ramp_on_seats_that_are_ramped_already_is_refused():
    with pytest.raises(DataError, match=r"taken off twice: .*'ada'.*Take ramp out"):
        propose(made(), 125.0, Policy(ramp=(0.25,)))
    unknown = made(ramp_effect=[np.nan, 1.0])
    with pytest.raises(DataError, match="taken off twice"):
        propose(unknown, 125.0, Policy(ramp=(0.25,)))


def test_a_ramp_is_taken_off_once_where_the_own_one_is_known_or_there_is_none():
    found = propose(made(ramp_effect=[0.4, 1.0]), 125.0, Policy(ramp=(0.25,)))
    assert found.seats["quota"].tolist() == [25.0, 100.0]
    ramped_all = made(tenure_periods=[3.0, 9.0])
    assert propose(ramped_all, 140.0, Policy(ramp=(0.25,))).seats["quota"].tolist() == [40.0, 100.0]
    by_hand = made().seats.drop(columns="history_periods")
    found = propose(Expectation(by_hand, EVEN), 110.0, Policy(ramp=(0.25,)))
    assert found.seats["quota"].tolist() == [10.0, 100.0]


def test_a_part_of_skill_needs_an_effect_of_reps():
    with pytest.raises(DataError, match="no effect of reps.*residual_share = 1"):
        propose(made(), 140.0, Policy(residual_share=0.5))


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(ramp=(0.25, 0.5, 0.75)),
        Policy(residual_share=0.0),
        Policy(ramp=(0.25, 0.5, 0.75), residual_share=0.0, over_assignment=0.1),
    ],
)
def test_the_goal_at_a_probability_gives_it(policy):
    rng = np.random.default_rng(4)
    ahead = seats_ahead(24)
    tenure = ahead.seats["tenure_periods"]
    effects = {
        "ramp_effect": np.where(tenure < 3, 0.5, 1.0),
        "rep_effect": rng.uniform(0.6, 1.5, 24),
        "history_periods": 3,
    }
    ahead = replace(ahead, seats=ahead.seats.assign(**effects))
    policy = replace(policy, probability=0.6)
    goal = fact(propose(ahead, 1e6, policy).total, "goal at the probability asked for")
    found = propose(ahead, round(goal, 2), policy)
    assert fact(found.total, "common probability") == pytest.approx(0.6, abs=1e-4)


def test_skill_is_a_step_of_a_ramping_seat_too():
    ahead = made(ramp_effect=[0.4, 1.0], rep_effect=[1.25, 1.0])
    found = propose(ahead, 120.0, Policy(ramp=(0.25,), residual_share=0.0))
    sheet = rationale(found, "ada").set_index("step")
    assert sheet["running"][["ramp", "skill"]].tolist() == [25.0, 20.0]
    assert found.seats["quota"].tolist() == [20.0, 100.0]

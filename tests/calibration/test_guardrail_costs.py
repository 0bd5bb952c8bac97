"""The cost of each rule: what the loss rises by, computed the long way too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import last_of, seats_ahead
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.allotment import allotted
from spmkit.calibration.proposing.guardrail_costs import expected_loss, guardrail_costs
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.quota_request import request_of


@given(st.integers(0, 20), st.floats(0.0, 1.0))
def test_the_loss_is_that_of_every_seat_with_every_error(seed, level):
    rng = np.random.default_rng(seed)
    ahead = seats_ahead(7, seed)
    quotas = rng.uniform(0, 2e5, 7)
    seats = ahead.seats
    sold = seats["expected"].to_numpy() + np.outer(ahead.errors, seats["spread"].to_numpy())
    missed = sold - quotas
    slow = np.where(missed > 0, level * missed, (level - 1) * missed).mean(axis=1)
    assert expected_loss(ahead, quotas, level) == pytest.approx(slow, rel=1e-9, abs=1e-6)


def test_the_loss_is_scikit_learns():
    from sklearn.metrics import mean_pinball_loss

    ahead = Expectation(
        pd.DataFrame({"expected": [100.0], "spread": [20.0]}), np.linspace(-2, 2, 9)
    )
    sold = 100 + 20 * ahead.errors
    theirs = mean_pinball_loss(sold, np.full(9, 90.0), alpha=0.4)
    assert expected_loss(ahead, np.array([90.0]), 0.4).mean() == pytest.approx(theirs)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([None, 0.05, 0.3]), st.sampled_from([None, 0.05, 0.3]), st.floats(0.7, 1.3))
def test_a_limit_never_makes_quotas_better(rise, fall, share):
    ahead = seats_ahead(15)
    last = last_of(ahead).assign(last_quota=lambda f: f["last_quota"].fillna(80_000.0))
    total = float(last["last_quota"].sum())
    policy = Policy(max_increase=rise, max_decrease=fall, pins={"r003": 60_000})
    try:
        found = propose(ahead, total * share, policy, last)
    except ValueError:
        return
    limits = found.costs[found.costs["guardrail"].str.startswith("max_")]
    assert (limits["rise"].dropna() > -0.01).all()
    assert found.costs["guardrail"].iloc[-1] == "all together"
    assert found.costs["rise"].iloc[-1] >= found.costs["rise"].max() - 0.01


def test_what_binds_nowhere_costs_nothing():
    ahead = seats_ahead()
    goal = float(ahead.seats["expected"].sum())
    found = propose(ahead, goal, Policy(minimum_quota=1.0, max_increase=9.0), last_of(ahead))
    costs = found.costs.set_index("guardrail")
    assert costs["binds"].tolist() == [0, 0, 0]
    assert costs["rise"].abs().max() == 0
    assert costs["spread_rise"].abs().max() == 0


def test_each_rule_has_its_row_with_how_many_seats_it_binds():
    ahead = seats_ahead(20)
    last = last_of(ahead)
    policy = Policy(
        rounding=1000,
        max_increase=0.1,
        max_decrease=0.1,
        minimum_quota=2_000,
        ramp=(0.2, 0.4),
        pins={"r004": 30_000, "r009": 90_000},
        basis="proportional",
    )
    found = propose(ahead, 1_500_000.0, policy, last)
    costs = found.costs.set_index("guardrail")
    assert costs.index.tolist() == [
        *("max_increase", "max_decrease", "minimum_quota", "ramp", "rounding", "basis"),
        *("pin: r004", "pin: r009", "all together"),
    ]
    reasons = found.seats["reasons"]
    assert costs["binds"]["max_increase"] == reasons.str.contains("capped at").sum() > 0
    assert costs["binds"]["max_decrease"] == reasons.str.contains("raised to the floor").sum() > 0
    assert costs["binds"]["ramp"] == (ahead.seats["tenure_periods"] < 2).sum() > 0
    assert (costs["n"] == 20).all()
    assert (costs["errors"] == 200).all()
    assert (costs["low"] <= costs["rise"] + 1e-9).all()
    assert (costs["rise"] <= costs["high"] + 1e-9).all()


def test_without_one_rule_the_others_may_leave_no_room():
    """A pin below its floor keeps the floors within the total; without it nothing holds."""
    seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    ahead = Expectation(seats, np.linspace(-2, 2, 41))
    last = pd.DataFrame({"rep_id": ["ada", "bo"], "last_quota": 100.0})
    asked = request_of(ahead, 140.0, Policy(max_decrease=0.1, pins={"ada": 20}), last)
    costs = guardrail_costs(asked, allotted(asked, asked.policy)).set_index("guardrail")
    assert costs["status"]["pin: ada"].startswith("undefined: without it")
    assert np.isnan(costs["rise"]["pin: ada"])
    assert costs["status"]["all together"] == "ok"


def test_no_rule_no_row():
    assert propose(seats_ahead(), 1_000_000.0).costs.empty

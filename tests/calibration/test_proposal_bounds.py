"""Bounds over the errors of the past: those of one period are one draw, not many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from calibration.seats_ahead import seats_ahead

from spmkit.calibration.costing.common_shock import assumed_shock
from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.past_periods import past_mean
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose


def shocked(periods, each=30, seed=0, *, known=True):
    """Errors of which half is common to a period."""
    rng = np.random.default_rng(seed)
    errors = (rng.normal(size=(periods, 1)) + rng.normal(size=(periods, each))) / np.sqrt(2)
    steps = np.repeat(np.arange(float(periods)), each) if known else None
    return Expectation(seats_ahead(20).seats.assign(target_pay=10.0), errors.ravel(), steps)


def common(ahead):
    goal = round(float(ahead.quota_at(0.5).sum()), 2)
    return propose(ahead, goal).total.set_index("fact").loc["common probability"]


def test_the_mean_worked_by_hand():
    values, periods = np.array([1.0, 1.0, 4.0, 2.0, 3.0, 1.0]), np.array([0, 0, 1, 2, 3, 4.0])
    found = past_mean(values, periods)
    # off by period: −2, 2, 0, 1, −1; √(5/4 · 10) ÷ 6, times Student's 2.776 of 4
    assert found.value == 2
    assert found.high - 2 == pytest.approx(2.7764 * np.sqrt(12.5) / 6, abs=1e-3)


def test_one_error_a_period_is_the_usual_interval():
    values = np.random.default_rng(1).normal(size=30)
    alone, by_period = past_mean(values, None), past_mean(values, np.arange(30.0))
    assert (alone.low, alone.high) == pytest.approx((by_period.low, by_period.high))


def test_the_bounds_hold_what_they_say_where_periods_have_shocks():
    held = {True: 0, False: 0}
    for seed in range(200):
        for known in held:
            ahead = shocked(12, seed=seed, known=known)
            rate = (ahead.errors >= 0).astype("float64")
            found = past_mean(rate, ahead.periods)
            held[known] += found.low <= 0.5 <= found.high
    assert held[True] >= 180
    assert held[False] <= 120


def test_the_common_probability_is_less_sure_by_periods():
    by_period, alone = common(shocked(8)), common(shocked(8, known=False))
    assert by_period["value"] == alone["value"]
    assert by_period["high"] - by_period["low"] > 2 * (alone["high"] - alone["low"])
    assert by_period["status"] == "ok"
    assert 0 <= by_period["low"] < by_period["value"] < by_period["high"] <= 1


def test_few_periods_give_no_bounds():
    found = common(shocked(4))
    assert np.isnan([found["low"], found["high"]]).all()
    assert found["status"] == "insufficient n: 4 past periods"
    assert found["value"] == pytest.approx(0.5, abs=0.01)


def test_periods_that_do_not_differ_make_nothing_certain():
    ahead = seats_ahead(20)
    each = Expectation(ahead.seats, np.tile([-1.0, 1.0], 6), np.repeat(np.arange(6.0), 2))
    found = common(each)
    assert found["low"] < 0.3
    assert found["high"] > 0.7


def test_costs_of_rules_and_of_pay_are_by_period_too():
    wide, narrow = shocked(8), shocked(8, known=False)
    goal = round(float(wide.quota_at(0.4).sum()), 2)
    policy = Policy(pins={"r001": 1.0})
    rows = [propose(one, goal, policy).costs.iloc[0] for one in (wide, narrow)]
    assert rows[0]["rise"] == pytest.approx(rows[1]["rise"])
    assert rows[0]["high"] - rows[0]["low"] != pytest.approx(rows[1]["high"] - rows[1]["low"])
    quotas, curve = wide.seats["expected"].to_numpy(), PayCurve(tiers=((1.0, 2.0),))
    paid = [
        payout_cost(one, quotas, curve, assumed_shock(0.1)).facts.set_index("fact")
        for one in (wide, narrow, shocked(3))
    ]
    spans = [one["high"]["expected cost"] - one["low"]["expected cost"] for one in paid]
    assert spans[0] > 2 * spans[1]
    assert np.isnan(spans[2])
    assert paid[2]["status"]["expected cost"] == "insufficient n: 3 past periods"
    many = replace(shocked(60), seats=wide.seats)  # 1,800 errors, of which 1,000 are taken
    status = payout_cost(many, quotas, curve, assumed_shock(0.1)).facts.set_index("fact")["status"]
    assert status["expected cost"] == "ok"

"""What lies behind a verdict: shape against policy, what attainment follows, bridges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from calibration.companies import company, company_tables
from calibration.seats_ahead import last_of, seats_ahead

import spmkit as spm
from spmkit.calendar import Calendar
from spmkit.calibration import Criteria, Policy, propose
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.calibration.explaining.followed import given_points, smooth_lines
from spmkit.calibration.explaining.month_grid import ALL, month_grid
from spmkit.calibration.explaining.policy_curve import (
    declared_curve,
    declared_shares,
    reached_curve,
)
from spmkit.calibration.explaining.quota_steps import quota_steps
from spmkit.calibration.explaining.size_buckets import size_buckets
from spmkit.calibration.explaining.slow_down import early_credit, slow_down
from spmkit.calibration.proposing.phasing import days_of


def one_period(attained, **columns):
    names = [f"r{place:03}" for place in range(len(attained))]
    told = {"period": "2026", "step": 0, "season": 1, "rep_id": names, "quota": 100.0}
    return pd.DataFrame({**told, "credited": 100.0 * np.asarray(attained), **columns})


# ---- shape against policy ----


def test_the_curve_is_the_share_at_or_above():
    found = reached_curve(one_period([0.5, 0.8, 0.9, 1.0, 1.0, 1.1, 1.2, 1.6]))
    at_quota = found[found["attainment"] == 1.0].iloc[0]
    assert at_quota["share"] == 5 / 8  # exactly at quota counts
    assert at_quota["low"] < 5 / 8 < at_quota["high"]
    assert found["share"].is_monotonic_decreasing


def test_of_seven_reps_there_is_no_curve():
    assert reached_curve(one_period(np.linspace(0.5, 1.5, 7))).empty


def test_the_declared_curve_goes_through_what_is_declared():
    for spread in (0.2, 0.5):
        found = declared_curve(Criteria(participation=0.65), spread)
        assert np.interp(1.0, found["attainment"], found["share"]) == pytest.approx(0.65, abs=0.01)
    assert declared_curve(Criteria(), 0.3).empty
    assert declared_curve(Criteria(participation=0.6), float("nan")).empty


def test_what_is_declared_below_is_drawn_as_what_is_above():
    found = declared_shares(Criteria(below_threshold=(0.05, 0.1), at_excellence=(0.05, 0.2)))
    assert found[["attainment", "low", "high"]].values.tolist() == [
        [0.5, 0.9, 0.95],
        [1.2, 0.05, 0.2],
    ]
    assert declared_shares(Criteria()).empty


# ---- what attainment follows ----


def sized(slope, n=60):
    rng = np.random.default_rng(3)
    size = np.exp(rng.normal(14, 0.6, n))
    attained = (size / size.mean()) ** slope * np.exp(rng.normal(0, 0.15, n))
    return one_period(attained, potential=size, territory_id=[f"t{i}" for i in range(n)])


@pytest.mark.parametrize("slope", [0.0, -0.5])
def test_the_smooth_line_shows_what_attainment_follows(slope):
    line = smooth_lines(given_points(sized(slope)))
    first, last = line.iloc[0], line.iloc[-1]
    apart = last["high"] < first["low"]
    assert apart == (slope < 0)
    assert (line["low"] <= line["relative"]).all()
    assert (line["relative"] <= line["high"]).all()


def test_points_never_stand_over_quota_and_name_what_is_known():
    panel = sized(0.0)
    assert given_points(panel)["given"].unique().tolist() == ["potential"]
    more = given_points(panel.assign(tenure_periods=np.arange(60) % 9))
    assert more["given"].unique().tolist() == ["potential", "periods since hire"]
    assert given_points(panel.drop(columns="potential")).empty
    assert given_points(panel.assign(potential=0.0)).empty  # no potential is not unknown potential


def test_the_boxes_hold_fifths_and_see_who_is_asked_too_much():
    found = size_buckets(given_points(sized(-0.5))).set_index("bucket")
    assert found["n"].tolist() == [12, 36, 12]
    assert found["high"]["largest fifth"] < found["low"]["smallest fifth"]
    assert size_buckets(given_points(sized(0.0, n=20))).empty  # fifths of four


# ---- slow-down ----


def sold(seed, held_back=0.0):
    """A company whose reps, once ahead, leave a part of what is left of the period unsold."""
    panel = simulated(World(reps=80, quarters=13, seed=seed)).panel
    early = np.random.default_rng(seed).beta(12, 6, len(panel))
    parts = panel[["rep_id", "period"]].assign(first=panel["credited"] * early)
    ahead = parts["first"] > panel["quota"] * 0.66
    left = (panel["credited"] - parts["first"]) * np.where(ahead, 1 - held_back, 1.0)
    return slow_down(panel.assign(credited=parts["first"] + left), parts).set_index("label")


def test_a_planted_slow_down_is_found_and_none_is_made_up():
    label = "last third of a period"
    quiet = [sold(seed).loc[label] for seed in range(8)]
    planted = [sold(seed, held_back=0.35).loc[label] for seed in range(8)]
    assert sum(row["verdict"] == "fail" for row in quiet) == 0
    assert sum(row["verdict"] == "fail" for row in planted) >= 7
    assert abs(np.mean([row["effect"] for row in quiet])) < 0.06


def test_the_year_needs_periods_to_look_back_on():
    panel = simulated(World(reps=20, quarters=4, seed=1)).panel
    parts = panel[["rep_id", "period"]].assign(first=panel["credited"] / 2)
    found = slow_down(panel, parts)
    assert (found["verdict"] == "cannot tell").all()
    assert (found["status"] == "insufficient n").all()


def test_what_came_early_is_never_more_than_all():
    data = company(company_tables())
    labels = ["2022Q3", "2022Q4"]
    early = early_credit(data, labels).merge(spm.quota_lines(data, labels), on=["rep_id", "period"])
    assert len(early)
    assert (early["first"] <= early["credited"] + 0.01).all()


# ---- from the goal to the quotas ----


def ended(steps):
    """Each whole is where the steps before it lead, to the cent."""
    cents = (steps[["value", "start", "end"]] * 100).round().astype("int64")
    running = 0
    for row, kind in zip(cents.itertuples(), steps["kind"], strict=True):
        if kind == "whole" and running:
            assert row.value == running
        running = row.end
    return running / 100


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(over_assignment=0.137, rounding=1000),
        Policy(max_increase=0.05, max_decrease=0.05, over_assignment=0.01),
        Policy(over_assignment=0.05, ramp=(0.3, 0.6)),
    ],
)
def test_the_steps_sum_to_the_quotas_to_the_cent(policy):
    ahead = seats_ahead()
    seats = ahead.seats.assign(
        tenure_periods=np.arange(len(ahead.seats)),
        ramp_effect=np.where(np.arange(len(ahead.seats)) < 2, 0.5, 1.0),
    )
    found = propose(replace(ahead, seats=seats), 1_000_000.0, policy, last_of(ahead))
    steps = quota_steps(found)
    filled = found.seats["rep_id"].notna()
    assert ended(steps) == pytest.approx(found.seats.loc[filled, "quota"].sum(), abs=0.001)
    moved = steps[steps["step"].str.contains("ramp")]
    assert len(moved) == 2
    assert moved["value"].sum() == 0


def test_vacant_seats_come_off_what_reps_carry():
    seats = pd.DataFrame(
        {
            "rep_id": ["ada", None],
            "territory_id": ["t1", "t2"],
            "expected": [100.0, 50.0],
            "spread": [20.0, 10.0],
        }
    )
    steps = quota_steps(propose(Expectation(seats, np.linspace(-2, 2, 41)), 150.0))
    assert steps["step"].tolist() == [
        "goal",
        "quotas of all seats",
        "on 1 vacant seat",
        "quotas of 1 rep",
    ]
    assert steps["value"].tolist() == [150.0, 150.0, -50.0, 100.0]


# ---- months ----


def test_the_months_sum_to_the_quotas_to_the_cent():
    calendar = Calendar()
    days = days_of(calendar.period("2026Q4"), calendar)
    seats = pd.DataFrame(
        {"rep_id": ["a", "b", "c"], "region": ["N", "S", None], "quota": [100.01, 200.02, 33.33]}
    )
    cells = month_grid(seats, days, {"2026M12": 2.0})
    sums = cells.groupby("group")["quota"].sum().round(2)
    assert sums.to_dict() == {"N": 100.01, "S": 200.02, "none known": 33.33, ALL: 333.36}
    whole = cells[cells["group"] == ALL]
    assert whole["share"].sum() == pytest.approx(1.0)
    december = whole[whole["part"] == "2026M12"].iloc[0]
    assert december["share"] > december["even"]

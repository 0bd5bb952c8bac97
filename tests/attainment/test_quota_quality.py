"""Quotas against pay, plan, release, sales and chance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm


def test_every_engine_gives_the_numbers_worked_by_hand(engine):
    frame = pd.DataFrame(
        {
            "quota": [100.0, 150.0, None],
            "target_earnings": [25.0, None, 10.0],
            "assigned": [60.0, 60.0, None],
            "plan": [100.0, None, 50.0],
            "lead_days": [14.0, -3.0, -10.0],
        }
    )
    metrics = [spm.quota_to_ote, spm.over_assignment, spm.publication_lead_time]
    found = spm.measure(engine(frame), metrics).iloc[0]
    names = ["quota_to_ote", "over_assignment", "publication_lead_time"]
    assert found[names].tolist() == pytest.approx([4.0, -0.4, -3.0])


def test_without_pay_plan_and_release_they_are_undefined():
    frame = pd.DataFrame(
        {"quota": [5.0], "target_earnings": [0.0], "assigned": [5.0], "plan": [0.0]}
    ).assign(lead_days=np.nan)
    found = spm.measure(
        frame, [spm.quota_to_ote, spm.over_assignment, spm.publication_lead_time]
    ).iloc[0]
    assert found["quota_to_ote_status"] == "undefined: zero denominator"
    assert found["over_assignment_status"] == "undefined: zero denominator"
    assert found["publication_lead_time_status"] == "undefined: no rows"


def test_allocation_error_by_hand():
    # Scaled by 300 ÷ 200: 150, 75, 75, 0 against 150, 50, 90, 10.
    lines = pd.DataFrame(
        {
            "rep_id": ["a", "b", "b", "c", "d", "e", None],
            "quota": [100.0, 30.0, 20.0, 50.0, 0.0, None, 9.0],
            "credited": [150.0, 50.0, 0.0, 90.0, 10.0, 99.0, 9.0],
        }
    )
    found = spm.allocation_error(lines).iloc[0]
    assert found[["allocation_error", "n", "zero_quotas"]].tolist() == [
        pytest.approx((0 + 25 + 15 + 10) / 300),
        4,
        1,
    ]


@pytest.mark.parametrize(
    ("quota", "credited", "status"),
    [
        ([], [], "undefined: no rows"),
        ([0.0], [5.0], "undefined: zero total"),
        ([5.0], [0.0], "undefined: zero total"),
        ([5.0, 5.0], [9.0, -1.0], "undefined: negative amounts"),
    ],
)
def test_allocation_error_is_undefined_with_a_reason(quota, credited, status):
    reps = [str(i) for i in range(len(quota))]
    lines = pd.DataFrame({"rep_id": reps, "quota": quota, "credited": credited})
    found = spm.allocation_error(lines).iloc[0]
    assert found["status"] == status
    assert math.isnan(found["allocation_error"])


_MONEY = st.one_of(st.none(), st.integers(0, 20).map(float))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), _MONEY, _MONEY), max_size=25))
def test_allocation_error_is_that_of_plain_loops(rows):
    lines = pd.DataFrame(rows, columns=["rep_id", "quota", "credited"]).astype(
        {"quota": "float64", "credited": "float64"}
    )
    sums: dict[str, list[float]] = {}
    for rep, quota, credited in rows:
        if quota is not None and credited is not None:
            own = sums.setdefault(rep, [0.0, 0.0])
            own[0] += quota
            own[1] += credited
    asked, sold = (sum(own[k] for own in sums.values()) for k in (0, 1))
    found = spm.allocation_error(lines)
    if not asked or not sold:
        assert found["allocation_error"].isna().all()
        return
    missed = sum(abs(own[0] * sold / asked - own[1]) for own in sums.values())
    row = found.iloc[0]
    assert row["allocation_error"] == pytest.approx(missed / sold)
    if not math.isnan(row["low"]):
        assert 0 <= row["low"] <= row["high"] <= 2


def noisy(between, within, reps=200, periods=6):
    rng = np.random.default_rng(5)
    own = np.repeat(rng.normal(0, between, reps), periods)
    season = np.tile(rng.normal(0, 0.5, periods), reps)
    log = own + season + rng.normal(0, within, reps * periods)
    return pd.DataFrame(
        {
            "rep_id": np.repeat(np.arange(reps), periods),
            "period": np.tile(np.arange(periods), reps),
            "rep_quota": 100.0,
            "rep_credited": 100 * np.exp(log),
        }
    )


@pytest.mark.parametrize(("between", "ratio"), [(0.0, 1.0), (0.3, math.sqrt(2))])
def test_noise_floor_ratio_finds_what_was_planted(between, ratio):
    found = spm.noise_floor_ratio(noisy(between, 0.3)).iloc[0]
    assert found["noise"] == pytest.approx(0.3, rel=0.05)
    assert found["noise_floor_ratio"] == pytest.approx(ratio, rel=0.08)
    assert found["low"] < found["noise_floor_ratio"] < found["high"]


def test_noise_floor_ratio_with_noise_given_by_hand():
    lines = pd.DataFrame({"rep_id": list("abcdef"), "period": "q", "rep_quota": 1.0}).assign(
        rep_credited=[*np.exp([-2.0, -1.0, 0.0, 1.0, 2.0]), 0.0]
    )
    found = spm.noise_floor_ratio(lines, noise=0.5).iloc[0]
    assert found["noise_floor_ratio"] == pytest.approx(math.sqrt(10 / 4) / 0.5)
    assert found[["n", "left_out"]].tolist() == [5, 1]


def test_noise_needs_a_second_period_reps_and_some_noise():
    once = noisy(0.3, 0.3, periods=1)
    assert spm.noise_floor_ratio(once)["status"].tolist() == ["insufficient n"]
    few = noisy(0.3, 0.3, reps=3)
    assert spm.noise_floor_ratio(few)["noise_floor_ratio"].isna().all()
    still = noisy(0.3, 0.0)
    assert spm.noise_floor_ratio(still)["status"].tolist() == ["undefined: no noise"]
    with pytest.raises(ValueError, match="noise is 0"):
        spm.noise_floor_ratio(once, noise=0)


def test_every_existing_metric_says_how_to_read_it():
    from importlib import import_module

    from spmkit.declaration import is_metric, metric_traits

    attainment = import_module("spmkit.attainment")
    found = {
        name: metric_traits(getattr(attainment, name))
        for name in attainment.__all__
        if is_metric(getattr(attainment, name))
    }
    assert len(found) >= 22
    assert found["pace"].timing == found["required_lift"].timing == "leading"
    assert found["attainment"].better == "higher"
    assert found["participation_rate"].better == "target"

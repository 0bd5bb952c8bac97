"""Recalibration: the re-forecast, the alarm, and the changes it does and does not propose."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.costing.common_shock import assumed_shock
from spmkit.calibration.costing.drift import drift_alarm
from spmkit.calibration.costing.pace_errors import Pace, pace_errors, reforecast, still_to_come
from spmkit.calibration.costing.paced import paced_lines, running_period
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.recalibration import ChangeLimits, recalibrate
from spmkit.calibration.costing.scenario_table import Plan
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError, open_data

DEAL = 15.0
SIZES = np.random.default_rng(3).lognormal(4.6, 0.5, 40)


def period(rng, skill=0.3, shock=0.05, share=0.45):
    """What 40 seats of known expectation sold by the middle of a period, and in all of it."""
    by_now = np.clip(share + 0.03 * rng.standard_normal(), 0.1, 0.9)
    pull = np.exp(skill * rng.standard_normal(40) - skill**2 / 2 + shock * rng.standard_normal())
    early, late = (rng.gamma(part * SIZES * pull / DEAL, DEAL) for part in (by_now, 1 - by_now))
    return early, early + late


def past(rng, count=8, **how):
    rows = []
    for step in range(count):
        early, whole = period(rng, **how)
        rows.append(pd.DataFrame({"step": step, "expected": SIZES, "credited_by": early}))
        rows[-1]["credited"] = whole
    return pd.concat(rows, ignore_index=True)


def before(spread=0.45):
    seats = pd.DataFrame({"rep_id": [f"r{n:02}" for n in range(40)], "expected": SIZES})
    errors = np.random.default_rng(0).standard_normal(400)
    return Expectation(seats.assign(spread=spread * SIZES, target_pay=10.0), errors)


def plan(**changed):
    parts = {"expectation": before(), "quotas": np.round(SIZES, 2)}
    return Plan(**{**parts, "goal": float(np.round(SIZES, 2).sum()), **changed})


def test_what_is_still_to_come_by_hand():
    expected, so_far = np.array([100.0, 300.0]), np.array([10.0, -5.0])
    # k is 0.5 x 200 = 100: (1 - 0.4) x 100 x (10 + 100) / (40 + 100), and for 0 of 120
    by_hand = [60 * 110 / 140, 180 * 100 / 220]
    assert still_to_come(expected, so_far, 0.4, 0.5).tolist() == pytest.approx(by_hand)
    assert still_to_come(expected, so_far, 0.4, np.inf).tolist() == [60, 180]
    assert still_to_come(expected, so_far, 0.4, 0.0).tolist() == pytest.approx([15, 0])


def test_the_past_chooses_between_run_rate_and_expectation():
    lucky = past(np.random.default_rng(0), 10, skill=0.0)
    assert pace_errors(lucky, 0.5).weight == np.inf
    skilled = past(np.random.default_rng(0), 10, skill=1.2)
    assert pace_errors(skilled, 0.5).weight <= 0.5


def test_a_re_forecast_beats_expectation_and_run_rate_and_its_range_holds():
    rng = np.random.default_rng(2)
    missed, inside = np.zeros(3), []
    for _ in range(25):
        pace = pace_errors(past(rng), 0.5)
        so_far, whole = period(rng)
        found = reforecast(before(), so_far, pace)
        left = so_far + (1 - pace.share) * SIZES
        guesses = (found.seats["expected"].to_numpy(), left, so_far / pace.share)
        missed += [np.abs(whole - guess).sum() for guess in guesses]
        low, high = found.interval(0.8)
        inside.append(((whole >= low) & (whole <= high)).mean())
    assert missed[0] < 0.99 * missed[1] < 0.85 * missed[2]
    assert 0.75 < np.mean(inside) < 0.85


def test_what_the_past_teaches():
    found = pace_errors(past(np.random.default_rng(5)), 0.5)
    assert found.share == pytest.approx(0.45, abs=0.03)
    assert (found.n, len(found.drifts)) == (320, 8)
    assert found.misses["combined"] <= min(found.misses["expectation"], found.misses["run_rate"])


def test_few_past_periods_take_the_share_of_the_days():
    found = pace_errors(past(np.random.default_rng(5), 3), 0.5)
    assert found.share == 0.5
    assert len(found.drifts) == 0
    alarm = drift_alarm(before(), 0.2 * SIZES, found)
    assert (alarm.verdict, alarm.common, alarm.n) == ("cannot tell", False, 0)
    assert "cannot be told from 0 past periods: 5 are needed" in alarm.sentence


def test_an_alarm_is_false_in_one_of_twenty_and_right_when_all_fall():
    rng = np.random.default_rng(0)
    false, right = [], []
    for _ in range(200):
        pace = pace_errors(past(rng, 6), 0.5)
        so_far, _whole = period(rng)
        false.append(drift_alarm(before(), so_far, pace).verdict == "fail")
        right.append(drift_alarm(before(), so_far * 0.5, pace).common)
    assert sum(false) <= 16
    assert sum(right) >= 180


def test_one_seat_alone_is_no_common_drift():
    pace = Pace(0.5, 1.0, None, np.log([0.95, 1.05, 1.0, 0.97, 1.03]), 100, {})
    so_far = 0.5 * SIZES
    so_far[0] += SIZES.sum()
    found = drift_alarm(before(), so_far, pace)
    assert (found.verdict, found.common) == ("fail", False)
    assert found.ratio == pytest.approx(3)


def test_where_all_fall_no_quota_is_moved_and_the_level_is_named():
    pace = pace_errors(past(np.random.default_rng(1)), 0.5)
    so_far = np.full(40, 0.5) * pace.share * SIZES
    so_far[3] = 3 * pace.share * SIZES[3]
    for limits in (ChangeLimits(0.2, 0.8), ChangeLimits(0.2, 0.8, neutral=False)):
        found = recalibrate(plan(), so_far, pace, limits)
        assert found.drift.common
        assert (found.seats["change"] == 0).all()
        assert found.seats["proposed"].tolist() == found.seats["quota"].tolist()
        assert "it is a question of the level" in found.sentence
        assert (found.costs["change"].dropna() == 0).all()


def moved(neutral, behind=(0, 2), ahead=(5,), count=8):
    """Seats as usual but for some far behind and some far ahead."""
    pace = pace_errors(past(np.random.default_rng(1), count), 0.5)
    so_far = pace.share * SIZES
    so_far[list(behind)] = 0.0
    so_far[list(ahead)] = 0.97 * SIZES[list(ahead)]
    return pace, recalibrate(plan(), so_far, pace, ChangeLimits(0.15, 0.85, neutral=neutral))


def test_only_those_move_whose_chance_crossed_a_limit_and_just_to_it():
    _, found = moved(neutral=False)
    assert found.seats.index[found.seats["change"] < 0].tolist() == [0, 2]
    assert found.seats.index[found.seats["change"] > 0].tolist() == [5]
    assert found.seats["probability_after"][[0, 2]].tolist() == pytest.approx([0.15] * 2, abs=0.01)
    assert found.seats["probability_after"][5] == pytest.approx(0.85, abs=0.01)
    assert found.sentence == "3 of 40 quotas are to change (2 fell, 1 rose)."


def test_a_neutral_change_keeps_the_sum_to_the_cent():
    _, found = moved(neutral=True)
    cents = (found.seats["change"] * 100).round().astype("int64")
    assert cents.sum() == 0
    assert (cents != 0).sum() == 3
    facts = found.costs.set_index("fact")
    assert facts.loc["sum of quotas", "change"] == pytest.approx(0, abs=1e-6)
    assert facts.loc["expected miss", "after"] < facts.loc["expected miss", "before"]
    assert facts.loc["expected payout", "status"].startswith("no costs")


def test_a_neutral_change_needs_both_sides():
    _, found = moved(neutral=True, ahead=())
    assert (found.seats["change"] == 0).all()
    assert found.sentence.startswith("No change: 2 of 40 fell, and none rose")


def test_nothing_off_changes_nothing():
    _, found = moved(neutral=False, behind=(), ahead=())
    assert (found.seats["change"] == 0).all()
    assert found.sentence == (
        "No change: no chance crossed a limit since the quotas were set (40 seats)."
    )


def test_the_sum_is_not_moved_where_a_common_drift_cannot_be_told():
    _, open_sum = moved(neutral=False, count=3)
    assert open_sum.drift.verdict == "cannot tell"
    assert (open_sum.seats["change"] == 0).all()
    assert open_sum.sentence.endswith("So no change of the sum is proposed.")
    _, kept = moved(neutral=True, count=3)
    assert (kept.seats["change"] != 0).any()


def test_a_quota_reached_is_not_raised_and_one_that_was_off_from_the_start_not_moved():
    pace = pace_errors(past(np.random.default_rng(1)), 0.5)
    so_far = pace.share * SIZES
    so_far[0] = 1.2 * SIZES[0]
    quotas = np.round(SIZES, 2)
    quotas[1], quotas[2], quotas[3] = 3 * SIZES[1], 0.3 * SIZES[2], np.nan
    seats = before().seats
    seats.loc[4, "rep_id"] = None
    so_far[4] = 0.0
    asked = plan(expectation=Expectation(seats, before().errors), quotas=quotas)
    found = recalibrate(asked, so_far, pace, ChangeLimits(neutral=False))
    assert found.seats["why"][:5].tolist() == [
        "reached already: not raised",
        "below 10 % from the start",
        "reached already: not raised",
        "no quota",
        "the seat is vacant",
    ]
    assert (found.seats["change"][:5] == 0).all()
    assert np.isnan(found.seats["proposed"][3])


def test_changes_are_priced_with_what_is_left_of_the_common_shock():
    pace, _ = moved(neutral=True)
    so_far = pace.share * SIZES
    so_far[:4], so_far[4:8] = 0.0, 0.97 * SIZES[4:8]
    curve = PayCurve(threshold=0.5, tiers=((1.0, 2.0),))
    asked = plan(curve=curve, shock=assumed_shock(0.2))
    facts = recalibrate(asked, so_far, pace, ChangeLimits(0.15, 0.85)).costs.set_index("fact")
    assert (facts["status"] == "ok").all()
    paid = facts.loc["expected payout"]
    assert paid["after"] < paid["before"]  # those ahead were to be paid twice on what they shed
    bad = facts.loc["P90 of payout"]
    assert 1 < bad["before"] / paid["before"] < 1.4


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.05, 0.4), st.booleans())
def test_no_change_goes_past_its_limit_and_neutral_ones_sum_to_nothing(seed, low, neutral):
    rng = np.random.default_rng(seed)
    pace = pace_errors(past(np.random.default_rng(1)), 0.5)
    so_far = period(rng, skill=0.8, shock=0.0)[0]
    found = recalibrate(plan(), so_far, pace, ChangeLimits(low, 1 - low, neutral=neutral))
    seats = found.seats
    cents = (seats["change"] * 100).round().astype("int64")
    assert not neutral or cents.sum() == 0
    down, up = seats[seats["change"] < 0], seats[seats["change"] > 0]
    assert (down["probability_after"] <= low + 0.01).all()
    assert (up["probability_after"] >= 1 - low - 0.01).all()
    assert (up["so_far"] < up["quota"]).all()
    assert seats["proposed"].to_numpy() == pytest.approx(
        (seats["quota"] + seats["change"]).to_numpy()
    )


def test_bad_input_is_refused():
    lines = past(np.random.default_rng(0))
    for elapsed in (0, 1, 50):
        with pytest.raises(DataError, match=f"the elapsed share is {elapsed}"):
            pace_errors(lines, elapsed)
    with pytest.raises(DataError, match="no column 'credited_by'"):
        pace_errors(lines.drop(columns="credited_by"), 0.5)
    pace = pace_errors(lines, 0.5)
    with pytest.raises(DataError, match="3 seats for 40"):
        reforecast(before(), np.zeros(3), pace)
    few = pace_errors(lines.head(5), 0.5)
    with pytest.raises(DataError, match="5 re-forecasts of past periods are too few"):
        recalibrate(plan(), np.zeros(40), few)
    with pytest.raises(DataError, match="low \\(0.9\\) is not below high"):
        ChangeLimits(low=0.9, high=0.1)
    with pytest.raises(DataError, match="low is 10; write a number from 0 to 1"):
        ChangeLimits(low=10)
    nothing = pace_errors(lines.head(0), 0.5)
    assert (nothing.n, nothing.errors, nothing.share) == (0, None, 0.5)


def company(as_of):
    won = pd.DataFrame(
        {
            "opportunity_id": ["o1", "o2", "o3", "o4"],
            "rep_id": ["ada", "ada", "bo", "ada"],
            "outcome": "won",
            "closed_on": ["2026-04-20", "2026-06-20", "2026-06-29", "2026-07-10"],
            "amount": [10.0, 20.0, 40.0, 5.0],
        }
    )
    quotas = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"] * 2,
            "period_start": ["2026-04-01"] * 2 + ["2026-07-01"] * 2,
            "period_end": ["2026-06-30"] * 2 + ["2026-09-30"] * 2,
            "quota": [30.0, 40.0, 35.0, 45.0],
        }
    )
    reps = pd.DataFrame({"rep_id": ["ada", "bo"]})
    tables = {"reps": reps, "opportunities": won, "quotas": quotas}
    return open_data(tables, settings={"as_of": as_of})


def test_what_was_in_by_the_same_share_of_past_periods():
    lines = pd.DataFrame({"period": ["2026Q2", "2026Q2"], "rep_id": ["bo", "ada"]})
    data = company("2026-08-14")
    assert paced_lines(data, lines, 0.5)["credited_by"].tolist() == [0, 10]
    assert paced_lines(data, lines, 0.95)["credited_by"].tolist() == [0, 30]
    assert paced_lines(data, lines.head(0), 0.5).empty


def test_a_running_period_is_read_to_date():
    found = running_period(company("2026-08-14"), "2026Q3")
    assert found.elapsed == pytest.approx(0.5, abs=0.01)
    assert found.so_far(pd.DataFrame({"rep_id": ["bo", "ada", "cy"]})).tolist() == [0, 5, 0]
    with pytest.raises(DataError, match="2026Q3 is over"):
        running_period(company("2026-10-02"), "2026Q3")
    with pytest.raises(DataError, match="2026Q3 starts after as_of"):
        running_period(company("2026-06-30"), "2026Q3")

"""The titles of charts and tables say the finding, whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit import narrative


def bands(*reps):
    limits = [np.nan, 0.5, 0.8, 1.0, 1.2, np.nan]
    names = ["below 50 %", "50–80 %", "80–100 %", "100–120 %", "120 % and more"]
    return pd.DataFrame({"band": names, "low": limits[:-1], "high": limits[1:], "reps": reps})


@pytest.mark.parametrize(
    ("reps", "told"),
    [
        ((0, 2, 15, 9, 1), "15 of 27 reps"),
        ((0, 2, 15, 9, 1), "80–100 %"),
        ((0, 0, 1, 0, 0), "1 of 1 rep "),
        ((0, 0, 0, 4, 1), "All 5 reps reached"),
        ((0, 0, 0, 0, 0), "No rep"),
    ],
)
def test_the_distribution_s_title(reps, told):
    assert told in narrative.distribution_title(bands(*reps))


def test_a_band_without_a_lower_end_is_below_its_upper_one():
    said = narrative.distribution_title(bands(3, 0, 1, 0, 0))
    assert "3 of 4 reps stopped below 50 %" in said


def test_one_rep_who_reached_quota_is_not_all_reps():
    assert "All 1" not in narrative.distribution_title(bands(0, 0, 0, 1, 0))


def test_the_title_of_the_ranks_gives_the_middle_and_nine_in_ten():
    attained = [1.5, 1.3, 1.2, 1.1, 0.92, 0.9, 0.8, 0.7, 0.61, 0.2]
    ranks = pd.DataFrame({"attainment": attained, "share": np.arange(1, 11) / 10})
    said = narrative.ranks_title(ranks)
    assert said.index("91 %") < said.index("61 %")
    assert "No rep" in narrative.ranks_title(ranks.head(0))


def credited(**amounts):
    return pd.DataFrame({"group": [*amounts], "credited": [*amounts.values()]})


@pytest.mark.parametrize("shares", [[-0.2, -0.1], [float("inf")], [float("nan")]])
def test_no_deal_is_a_share_of_credit_that_was_taken_back(shares):
    assert "%" not in narrative.largest_title(pd.DataFrame({"share": shares}))


def test_the_title_of_credited_groups():
    assert "East brought 60 %" in narrative.credited_title(credited(West=4.0, East=6.0), "region")
    assert "Nothing" in narrative.credited_title(credited(West=0.0, East=0.0), "region")


def trend(*attainment, seasons=None):
    labels = [f"202{4 + i // 4}Q{i % 4 + 1}" for i in range(len(attainment))]
    same = [(len(attainment) - 1 - i) % 4 == 0 for i in range(len(attainment))]
    columns = {"period": labels, "attainment": attainment, "same_season": same}
    return pd.DataFrame(columns).astype({"attainment": "float64"})


@pytest.mark.parametrize(
    ("attainment", "told"),
    [
        ((0.9, 1.0, 1.0, 1.0, 0.8), "10 points below 2024Q1"),
        ((0.9, 1.0, 1.0, 1.0, 0.91), "1 point above 2024Q1"),
    ],
)
def test_the_trend_s_title_compares_with_the_same_season_alone(attainment, told):
    said = narrative.trend_title(trend(*attainment))
    assert said.startswith("2025Q1")
    assert told in said


@pytest.mark.parametrize("attainment", [(0.8,), (0.9, 0.8), (None, 1.0, 1.0, 1.0, 0.8)])
def test_without_the_season_before_the_trend_is_not_compared(attainment):
    assert "point" not in narrative.trend_title(trend(*attainment))


def test_an_empty_trend_is_said():
    assert narrative.trend_title(trend()) != ""


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([0.06, 0.04, 0.02], "3 largest deals are 12 %"),
        ([0.06], "largest deal is 6 %"),
        ([], "No deal"),
    ],
)
def test_the_title_of_the_largest_deals(shares, told):
    assert told in narrative.largest_title(pd.DataFrame({"share": shares}, dtype="float64"))


def curve(*credit):
    reps = np.arange(len(credit) + 1) / max(len(credit), 1)
    return pd.DataFrame({"reps": reps, "credit": [0.0, *credit]})


def test_the_title_of_concentration_speaks_of_the_best_fifth():
    ten = curve(0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
    assert "50 %" in narrative.concentration_title(ten)
    five = curve(0.4, 0.6, 0.8, 0.9, 1.0)
    assert "40 %" in narrative.concentration_title(five)


@pytest.mark.parametrize("credit", [(), (1.0,), (0.5, 1.0)])
def test_of_too_few_reps_there_is_no_best_fifth(credit):
    said = narrative.concentration_title(curve(*credit))
    assert "Too few" in said
    assert "%" not in said

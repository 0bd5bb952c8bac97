"""The frames that a calibration page draws: on the scale of what matters, with lines that fit."""

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.expecting.backtest import backtest
from spmkit.calibration.expecting.scores import method_scores
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.frames import (
    fairness_effects,
    method_errors,
    quota_potential,
    ratchet_changes,
    skill_effects,
)


@pytest.fixture(scope="module")
def panel():
    return simulated(World(reps=40, quarters=20, seed=6)).panel


@pytest.fixture(scope="module")
def tested(panel):
    return backtest(panel)


def test_effects_are_multiples_of_their_margins(panel):
    fairness = fairness_tests(panel)
    drawn = fairness_effects(fairness)
    known = fairness[fairness["effect"].notna() & fairness["low"].notna()]
    known = known[known["margin"].notna() & ~known["test"].isin(["T7", "T9"])]
    assert len(drawn) == len(known)
    assert drawn["label"].is_unique
    inside = (drawn["low"] > -1) & (drawn["high"] < 1)
    assert (drawn.loc[inside, "verdict"] == "pass").all()


def test_skills_are_drawn_the_best_first_and_last_year_is_the_zero(tested):
    drawn = skill_effects(method_scores(tested))
    assert drawn["effect"].is_monotonic_decreasing
    assert "last year" not in set(drawn["label"])
    assert (drawn["low"] <= drawn["effect"]).all()


def test_errors_are_drawn_of_few_methods_in_words(tested):
    drawn = method_errors(tested)
    assert set(drawn["method"]) == {"calibrated", "the company's own", "last year", "three years"}
    assert (drawn["error"] > 0).all()


def test_quotas_in_proportion_have_a_slope_of_one(panel):
    even = panel.assign(quota=panel["potential"] * 0.2)
    points, lines = quota_potential(even, "2024Q4")
    assert len(points) == 40
    assert lines["line"].tolist()[0] == "quotas, 1.00"
    ends = lines[lines["line"].str.startswith("quotas")]
    assert (ends["quota"] / ends["potential"]).to_numpy() == pytest.approx(0.2)
    assert lines["line"].str.startswith("sales").sum() == 2


def test_without_potential_nothing_is_drawn(panel):
    points, lines = quota_potential(panel.assign(potential=np.nan), "2024Q4")
    assert points.empty
    assert lines.empty


def test_last_years_sales_again_are_a_slope_near_one(panel):
    points, lines = ratchet_changes(panel)
    assert len(points) >= 20
    slope = float(lines["line"].iloc[0].split()[-1])
    assert slope == pytest.approx(1.0, abs=0.25)
    assert points["cause"].mean() == pytest.approx(0, abs=1e-9)


def test_a_short_past_has_no_ratchet_to_draw(panel):
    points, lines = ratchet_changes(panel[panel["step"] < 6])
    assert isinstance(points, pd.DataFrame)
    assert lines.empty

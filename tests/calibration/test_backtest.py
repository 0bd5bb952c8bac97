"""The back-test: equal goals, the past alone, and a loss where a method loses."""

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.expecting.backtest import backtest, first_scored
from spmkit.calibration.expecting.methods import Method, methods
from spmkit.calibration.expecting.scores import (
    brier_skill,
    errors_by_period,
    method_scores,
    picked_method,
    reliability,
    scored_lines,
)
from spmkit.calibration.expecting.simulator import World, simulated


@pytest.fixture(scope="module")
def company():
    return simulated(World(reps=60, quarters=20, seed=3))


@pytest.fixture(scope="module")
def found(company):
    return backtest(company.panel)


@pytest.fixture(scope="module")
def scores(found):
    return method_scores(found).set_index("method")


def test_every_method_is_given_the_same_goal(found):
    lines = found.lines[found.lines["method"] != "company"]
    sums = lines.pivot_table("quota", "method", "step", "sum")
    assert sums.to_numpy() == pytest.approx(np.tile(found.goals["goal"], (len(sums), 1)))


def test_all_are_scored_on_the_same_rows_at_the_sum_of_sales(found):
    lines = scored_lines(found)
    assert len(set(lines.groupby("method").size())) == 1
    sums = lines.groupby(["method", "step"])[["even", "credited"]].sum()
    assert sums["even"].to_numpy() == pytest.approx(sums["credited"].to_numpy())


def test_the_error_is_the_sum_of_misses_over_sales(found, scores):
    lines = scored_lines(found)
    one = lines[lines["method"] == "flat"]
    worked = sum(abs(row.even - row.credited) for row in one.itertuples())
    assert scores["error"]["flat"] == pytest.approx(worked / one["credited"].sum())
    assert scores["low"]["flat"] < scores["error"]["flat"] < scores["high"]["flat"]


def test_the_calibrated_method_beats_what_companies_do(scores):
    assert scores["skill_low"]["calibrated"] > 0
    assert scores["error"]["calibrated"] < scores["error"]["company"]
    assert scores["pinball"].idxmin() == "calibrated"


def test_quotas_of_a_probability_are_reached_with_it(found):
    lines = found.lines[found.lines["method"] == "calibrated"]
    reached = (lines["credited"] >= lines["quota_at"]).mean()
    assert reached == pytest.approx(0.6, abs=0.05)
    assert 0.75 < method_scores(found).set_index("method")["covered"]["calibrated"] < 0.85


def test_the_pinball_loss_is_that_of_scikit_learn(found, scores):
    from sklearn.metrics import mean_pinball_loss

    lines = scored_lines(found)
    one = lines[lines["method"] == "calibrated"]
    other = mean_pinball_loss(one["credited"], one["quota_at"], alpha=0.4) / one["credited"].mean()
    assert scores["pinball"]["calibrated"] == pytest.approx(other)


def test_a_method_that_knows_nothing_loses(company):
    rng = np.random.default_rng(0)
    guess = Method("guess", "guessed", {"": lambda h: rng.uniform(1, 100, len(h.ahead))})
    kept = [m for m in methods(company.panel) if m.name in {"last_year", "company"}]
    found = method_scores(backtest(company.panel, [*kept, guess])).set_index("method")
    assert found["skill_high"]["guess"] < 0


def test_where_the_potential_is_shuffled_its_share_is_worth_nothing(company):
    rng = np.random.default_rng(0)
    panel = company.panel.copy()
    lands = panel["territory_id"].unique()
    mixed = dict(zip(lands, rng.permutation(lands), strict=True))
    by = panel.drop_duplicates("territory_id").set_index("territory_id")["potential"]
    panel["potential"] = panel["territory_id"].map(mixed).map(by)
    scores = method_scores(backtest(panel)).set_index("method")
    assert scores["error"]["potential_share"] > scores["error"]["flat"]
    assert scores["error"]["calibrated"] < scores["error"]["years_mean"] * 1.05


def test_what_is_picked_is_picked_on_the_past(found):
    errors = errors_by_period(found).pivot_table("error", "period", "method", sort=False)
    picked = picked_method(found)
    assert picked["method"].isna().tolist() == [True] + [False] * (len(picked) - 1)
    assert picked["method"].iloc[3] == errors.iloc[:3].mean().idxmin()
    assert picked["error"].iloc[3] == errors.iloc[3][picked["method"].iloc[3]]


def test_reliability_counts_every_line_once(found):
    tenths = reliability(found)
    lines = found.lines[found.lines["method"] == "calibrated"]
    known = lines["issued_probability"].notna() & (lines["issued"] > 0)
    assert tenths["n"].sum() == known.sum()
    assert tenths["said"].is_monotonic_increasing
    assert np.ptp(tenths["said"]) > 0.3
    assert (tenths["low"] <= tenths["reached"]).all()
    assert (tenths["reached"] <= tenths["high"]).all()


def test_the_brier_skill_is_worked_from_its_definition(found):
    lines = found.lines[found.lines["method"] == "calibrated"].dropna(subset=["issued"])
    lines = lines[lines["issued"] > 0]
    hit = lines["credited"].round(2) >= lines["issued"].round(2)
    off = (lines["issued_probability"] - hit) ** 2
    worked = 1 - off.mean() / (hit.mean() * (1 - hit.mean()))
    value, low, high, n = brier_skill(found)
    assert value == pytest.approx(worked)
    assert low < value < high
    assert n == len(lines)


@pytest.mark.parametrize(("steps", "first"), [(6, 5), (10, 5), (12, 6), (24, 12), (60, 12)])
def test_half_of_the_periods_stand_before_the_first_that_is_scored(steps, first):
    assert first_scored(steps) == first


def test_chances_of_the_companys_quotas_tell_more_than_one_for_all(found):
    value, low, _, _ = brier_skill(found)
    assert value > low > 0
    lines = found.lines[found.lines["method"] == "calibrated"]
    assert lines.groupby("step")["issued_probability"].nunique().min() > 10


def test_the_company_and_the_simple_methods_keep_their_own_shares(found):
    lines = found.lines.dropna(subset=["issued", "quota"])
    own = lines[lines["method"] == "company"]
    sums = own.groupby("step")[["quota", "issued"]].transform("sum")
    share = own["quota"] / sums["quota"]
    assert share.to_numpy() == pytest.approx((own["issued"] / sums["issued"]).to_numpy())


def test_of_few_periods_no_interval_is_given(company):
    panel = company.panel[company.panel["step"] < 9]
    scores = method_scores(backtest(panel))
    assert set(scores["status"]) == {"insufficient n"}
    assert set(scores["periods"]) == {4}


def test_too_short_a_past_is_refused(company):
    short = company.panel[company.panel["step"] < 5]
    with pytest.raises(ValueError, match="5 periods are too few"):
        backtest(short)


def test_a_period_ahead_is_not_scored(company):
    panel = company.panel.copy()
    panel["credited"] = panel["credited"].where(panel["step"] < 19)
    kept = [one for one in methods(panel) if one.name == "flat"]
    assert backtest(panel, kept).goals["period"].iloc[-1] == "2024Q3"


def test_without_quotas_the_goal_is_last_year_and_the_company_is_left_out(company):
    bare = company.panel.assign(quota=np.nan)
    found = backtest(bare)
    assert set(found.goals["basis"]) == {"last year plus 5 %"}
    assert "company" not in set(method_scores(found)["method"])


def test_reversals_below_zero_are_counted_and_not_fitted(company):
    panel = company.panel.copy()
    panel.loc[panel.index[::97], "credited"] = -5_000.0
    lines = backtest(panel).lines
    assert (lines["credited"] < 0).any()
    assert np.isfinite(lines.loc[lines["method"] == "calibrated", "quota"]).all()


def test_few_seats_have_no_interval_and_say_so():
    panel = simulated(World(reps=5, quarters=16, moves=0.0, leaves=0.0)).panel
    found = method_scores(backtest(panel))
    assert set(found["status"]) == {"insufficient n"}
    assert found["low"].isna().all()
    assert isinstance(found, pd.DataFrame)

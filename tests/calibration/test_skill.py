"""Skill against territory: what is found of a known truth, and what cannot be told."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.fairness.connected import NOT_TOLD, connected_sets, identifiability
from spmkit.calibration.fairness.crossed import crossed_effects
from spmkit.calibration.fairness.skill import shrinkage_factor, skill


def company(moving=1.0, reps=60, periods=12, seed=0, noise=0.25):
    """Reps of known skill on territories of known worth; a share of them moves on half-way."""
    rng = np.random.default_rng(seed)
    talent, worth = rng.normal(0, 0.2, reps), rng.normal(0, 0.2, reps)
    place = np.tile(np.arange(reps), (periods, 1))
    movers = np.arange(round(moving * reps))
    if len(movers) > 1:
        place[periods // 2 :, movers] = np.roll(movers, -1)
    season = rng.normal(0, 0.2, periods)[:, None]
    sold = 10 + season + talent + worth[place] + rng.normal(0, noise, (periods, reps))
    panel = pd.DataFrame(
        {
            "period": np.repeat(np.arange(periods), reps).astype(str),
            "step": np.repeat(np.arange(periods), reps),
            "season": 1,
            "rep_id": np.tile([f"r{rep:03}" for rep in range(reps)], periods),
            "territory_id": np.char.add("T", place.ravel().astype(str)),
            "quota": 100.0,
            "credited": np.exp(sold).ravel(),
        }
    )
    return panel, talent


def published(require, name):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    return pd.read_csv(Path(root) / name)


def test_the_batting_averages_of_efron_and_morris(require):
    batting = published(require, "EfronMorris.csv")["y"].to_numpy("float64")
    mean = batting.mean()
    noise = mean * (1 - mean)  # of one time at bat
    between = ((batting - mean) ** 2).sum() / (len(batting) - 3) - noise / 45
    k = float(shrinkage_factor(between, noise, 45))
    assert mean == pytest.approx(0.265, abs=5e-4)
    assert k == pytest.approx(0.212, abs=1e-3)
    assert mean + k * (batting[0] - mean) == pytest.approx(0.294, abs=5e-4)  # Clemente


def test_the_growing_pigs_of_the_statsmodels_documentation(require):
    pigs = published(require, "dietox.csv")
    columns = np.column_stack([np.ones(len(pigs)), pigs["Time"]])
    found = crossed_effects(pigs["Weight"].to_numpy(), columns, [pd.factorize(pigs["Pig"])[0]])
    assert found.slopes == pytest.approx([15.724, 6.943], abs=6e-4)
    assert found.variances[0] == pytest.approx(40.394, abs=2e-3)
    assert found.noise == pytest.approx(11.3669, abs=1e-4)
    assert -found.deviance / 2 == pytest.approx(-2404.7754, abs=1e-4)


def test_the_sleepless_of_lme4_with_an_intercept_each(require):
    # lmer(Reaction ~ Days + (1 | Subject)): REML criterion 1786.5, SD 37.12 and 30.99.
    sleep = published(require, "sleepstudy.csv")
    columns = np.column_stack([np.ones(len(sleep)), sleep["Days"]])
    subject = pd.factorize(sleep["Subject"])[0]
    found = crossed_effects(sleep["Reaction"].to_numpy(), columns, [subject])
    assert found.slopes == pytest.approx([251.405, 10.467], abs=1e-3)
    assert np.sqrt([found.variances[0], found.noise]) == pytest.approx([37.12, 30.99], abs=5e-3)
    assert found.deviance == pytest.approx(1786.465, abs=1e-3)


def test_the_sleepless_of_lme4_with_a_slope_each(require):
    # What stands in statsmodels, against which the effects above are held, gives lme4's numbers.
    from statsmodels.formula.api import mixedlm

    sleep = published(require, "sleepstudy.csv")
    fit = mixedlm("Reaction ~ Days", sleep, groups="Subject", re_formula="~Days").fit(reml=True)
    spread = np.sqrt(np.diag(fit.cov_re))
    assert -2 * fit.llf == pytest.approx(1743.628, abs=1e-3)
    assert fit.fe_params.to_numpy() == pytest.approx([251.405, 10.467], abs=1e-3)
    assert spread == pytest.approx([24.741, 5.922], abs=2e-3)
    assert fit.cov_re.iloc[0, 1] / spread.prod() == pytest.approx(0.066, abs=1e-3)
    assert np.sqrt(fit.scale) == pytest.approx(25.592, abs=1e-3)
    assert fit.random_effects[308].to_numpy() == pytest.approx([2.2586, 9.1990], abs=5e-3)


def test_crossed_effects_are_those_of_the_dense_model():
    from statsmodels.regression.mixed_linear_model import MixedLM

    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 12, 200), rng.integers(0, 10, 200)
    outcome = 5 + rng.normal(0, 1, 12)[one] + rng.normal(0, 0.7, 10)[other]
    outcome = outcome + rng.normal(0, 0.5, 200)
    found = crossed_effects(outcome, np.ones((200, 1)), [one, other])
    parts = {"one": "0 + C(one)", "other": "0 + C(other)"}
    data = pd.DataFrame({"y": outcome, "one": one, "other": other, "all": 1})
    dense = MixedLM.from_formula("y ~ 1", data, groups="all", vc_formula=parts).fit(reml=True)
    assert found.variances == pytest.approx(dense.vcomp, rel=0.01)
    assert found.noise == pytest.approx(dense.scale, rel=0.01)
    assert found.deviance == pytest.approx(-2 * dense.llf, abs=0.01)


def test_draws_spread_as_the_known_mean_and_error_of_a_balanced_case():
    group = np.repeat(np.arange(40), 5)
    rng = np.random.default_rng(1)
    outcome = rng.normal(0, 1, 40)[group] + rng.normal(0, 1, 200)
    found = crossed_effects(outcome, np.ones((200, 1)), [group])
    draws = found.drawn(6000)[0]
    k = float(shrinkage_factor(found.variances[0], found.noise, 5))
    own = outcome.reshape(40, 5).mean(axis=1) - outcome.mean()
    assert found.effects[0] == pytest.approx(k * own, abs=1e-6)
    assert draws.mean(axis=0) == pytest.approx(found.effects[0], abs=0.04)
    # The variance of an effect with the mean known, and a little for the mean.
    error = np.sqrt(found.variances[0] * (1 - k) + found.variances[0] * k / 40)
    assert draws.std(axis=0).mean() == pytest.approx(error, rel=0.03)


def test_few_values_count_less():
    found = shrinkage_factor(0.04, 0.16, np.array([1, 4, 12]))
    assert found.tolist() == pytest.approx([0.2, 0.5, 0.75])
    assert np.isnan(shrinkage_factor(0.0, 0.0, 3))


def test_skill_and_territory_are_told_apart_where_all_move():
    panel, talent = company()
    found = skill(panel)
    assert found.parts["spread"].to_numpy() == pytest.approx([0.2, 0.2, 0.25], abs=0.07)
    assert np.corrcoef(found.reps["effect"], talent)[0, 1] > 0.75
    assert set(found.reps["status"]) == {"ok"}
    assert found.identifiability.verdict == "pass"
    assert found.identifiability.largest == 60


def test_the_intervals_hold_as_often_as_they_say():
    held, placed = [], []
    for seed in range(6):
        panel, talent = company(seed=seed)
        reps = skill(panel, confidence=0.8).reps
        truth = talent - talent.mean()
        held += ((reps["low"] <= truth) & (truth <= reps["high"])).tolist()
        rank = (-talent).argsort().argsort() + 1
        placed += ((reps["rank_low"] <= rank) & (rank <= reps["rank_high"])).tolist()
    assert 0.72 < np.mean(held) < 0.88
    assert 0.72 < np.mean(placed) < 0.92


def test_where_nobody_moved_rep_and_territory_are_one():
    panel, talent = company(moving=0.0)
    alone = skill(panel)
    assert alone.parts["part"].tolist() == ["rep and territory", "noise"]
    assert alone.parts["spread"].iloc[0] == pytest.approx(np.hypot(0.2, 0.2), abs=0.06)
    assert set(alone.reps["status"]) == {NOT_TOLD}
    assert alone.territories.empty
    assert alone.identifiability.sentence.endswith(f"one territory: {NOT_TOLD}.")
    assert np.corrcoef(alone.reps["effect"], talent)[0, 1] < 0.85


def test_a_territory_that_changed_hands_tells_its_two_reps_apart():
    panel, _ = company(moving=0.0)
    later = (panel["step"] >= 6) & panel["rep_id"].isin(["r000", "r001"])
    panel.loc[later, "rep_id"] = panel["rep_id"] + "b"  # a successor on each of two territories
    found = skill(panel)
    assert found.identifiability.moved == 0
    assert found.identifiability.handed_over == 2
    told = found.reps.loc[found.reps["status"] == "ok", "rep_id"]
    assert sorted(told) == ["r000", "r000b", "r001", "r001b"]


def test_the_best_tenth_is_a_probability_that_sums_to_its_places():
    reps = skill(company()[0]).reps
    assert reps["top_tenth"].sum() == pytest.approx(6, abs=0.01)
    assert reps["top_tenth"].max() < 1
    assert (reps["rank_low"] <= reps["rank"]).all()
    assert (reps["rank"] <= reps["rank_high"]).all()


def test_money_changes_no_effect():
    panel, _ = company()
    other = skill(panel.assign(credited=panel["credited"] * 1000)).reps
    assert other["effect"].to_numpy() == pytest.approx(skill(panel).reps["effect"], abs=1e-4)


def test_potential_and_ramp_are_taken_off_first():
    panel, talent = company()
    rng = np.random.default_rng(5)
    size = panel["territory_id"].map(dict.fromkeys(panel["territory_id"].unique(), 1.0))
    size = size * np.exp(panel["territory_id"].str[1:].astype(int) % 7 / 5)
    tenure = panel["step"] + rng.integers(0, 2, 60)[panel["rep_id"].str[1:].astype(int)] * 8
    ramp = np.where(tenure < 3, 0.5, 1.0)
    known = panel.assign(
        potential=size, tenure_periods=tenure, credited=panel["credited"] * size**0.7 * ramp
    )
    plain, cleared = skill(panel), skill(known)
    assert np.corrcoef(plain.reps["effect"], cleared.reps["effect"])[0, 1] > 0.97
    assert np.corrcoef(cleared.reps["effect"], talent)[0, 1] > 0.75


def test_sets_are_linked_by_territories_in_common():
    pairs = pd.DataFrame(
        {"rep_id": ["a", "b", "b", "c", "d"], "territory_id": ["T1", "T1", "T2", "T2", "T9"]}
    )
    assert connected_sets(pairs).to_dict() == {"a": 0, "b": 0, "c": 0, "d": 1}
    found = identifiability(pairs)
    assert (found.moved, found.handed_over, found.sets, found.largest) == (1, 2, 2, 3)
    assert found.moved_share == 0.25
    assert found.verdict == "pass"
    assert "1 of 4 reps (25 %)" in found.sentence
    several = pd.DataFrame({"rep_id": ["a", "b", "c"], "territory_id": ["T1+T2", "T2", "T3"]})
    assert connected_sets(several).to_dict() == {"a": 0, "b": 0, "c": 1}


def test_a_few_moves_link_too_few_reps_to_tell():
    found = identifiability(company(moving=0.1)[0])
    assert (found.moved, found.largest) == (6, 6)
    assert found.verdict == "cannot tell"


def test_without_territories_nothing_is_told_from_them():
    panel, _ = company()
    for bare in (panel.drop(columns="territory_id"), panel.assign(territory_id=None)):
        found = skill(bare)
        assert found.identifiability.reps == 0
        assert found.parts["part"].tolist() == ["rep and territory", "noise"]
        assert set(found.reps["status"]) == {NOT_TOLD}


def test_too_little_gives_empty_frames_and_the_reason():
    assert skill(company(reps=7)[0]).status == "insufficient n"
    one = skill(company(periods=1, moving=0.0)[0])
    assert (one.status, len(one.reps)) == ("insufficient n", 0)
    with pytest.raises(ValueError, match="no column credited"):
        skill(company()[0].drop(columns="credited"))


def test_zero_sales_and_absence_have_no_logarithm():
    panel, _ = company()
    panel["present"] = 1.0
    panel.loc[panel.index[:3], "credited"] = [0.0, -10.0, np.nan]
    panel.loc[panel.index[3], "present"] = 0.2
    assert skill(panel).reps["periods"].sum() == len(panel) - 4

"""Bounds from each rep left out in turn: by hand, far out in the tail, and how often they lie."""

import numpy as np
import pandas as pd
import pytest
from calibration.rep_years import company, rep_years
from scipy.stats import t

from spmkit.calibration.fairness.attained import attained_rows
from spmkit.calibration.fairness.left_out import left_out_bounds, left_out_freedom
from spmkit.calibration.fairness.part_gap import part_gap
from spmkit.calibration.fairness.pooled import pooled_spearman
from spmkit.calibration.fairness.tests_of_fairness import given_strictly
from spmkit.calibration.verdict_lines import failures


def test_the_bounds_of_a_mean_are_those_of_student():
    values = np.random.default_rng(0).normal(size=40)
    without = (values.sum() - values) / 39
    low, high = left_out_bounds(values.mean(), without, 0.95)
    half = t.ppf(0.975, 39) * values.std(ddof=1) / np.sqrt(40)
    assert (high - low) / 2 == pytest.approx(half, rel=0.02)  # some degrees of freedom fewer
    assert (high - low) / 2 >= half


def test_one_rep_who_makes_all_the_spread_is_hardly_any_evidence():
    moved = np.append(np.full(49, 0.01), 5.0)
    assert left_out_freedom(moved) < 3
    assert left_out_freedom(np.tile([0.1, -0.1], 25)) == 49


def test_far_out_the_bounds_of_a_correlation_grow_as_student_has_it():
    rows = attained_rows(company(reps=60, years=4))
    halves = []
    for confidence in (0.95, 0.99999):
        found = pooled_spearman(rows, "attainment", "potential", confidence=confidence)
        low, high = np.arctanh([found.low, found.high])
        halves.append((high - low) / 2)
    # A thousand redraws would end at the widest of them, about a third less.
    assert halves[1] / halves[0] > t.ppf(1 - 0.5e-5, 59) / t.ppf(0.975, 59) * 0.99


def first_quarters(panel):
    """One period of each rep, of another rep in each period."""
    rep = panel["rep_id"].str[1:].astype(int)
    return (rep % panel["step"].nunique() == panel["step"]).to_numpy()


def test_lumpy_first_quarters_are_no_hard_quotas():
    gaps, logs = [], []
    for seed in range(40):
        sold = 100 * np.random.default_rng(seed).gamma(4.0, 0.25, (6, 60))
        panel = rep_years(sold, 100.0)
        early = first_quarters(panel)
        gaps.append(part_gap(attained_rows(panel), early).value)
        usual = panel[~early].groupby("rep_id")["credited"].mean()
        logs.append(np.log(panel.loc[early, "credited"]).mean() - np.log(usual).mean())
    assert abs(np.mean(gaps)) < 0.03
    assert np.mean(logs) < -0.08  # what the mean of logarithms makes of the same fair quotas


def test_a_hard_ramp_is_found_and_too_few_are_not_judged():
    panel = rep_years(100 * np.random.default_rng(1).lognormal(0, 0.2, (6, 60)), 100.0)
    early = first_quarters(panel)
    panel.loc[early, "quota"] = 150.0
    found = part_gap(attained_rows(panel), early)
    assert found.high < 0
    assert found.value == pytest.approx(-np.log(1.5), abs=0.1)
    few = early & panel["rep_id"].isin(["r000", "r001"]).to_numpy()
    assert part_gap(attained_rows(panel), few).status == "insufficient n"


def test_fair_companies_rarely_fail_by_all_tests_together():
    companies = [company(reps=40, years=3, seed=seed) for seed in range(20)]
    failed = sum(len(failures(given_strictly(panel))) > 0 for panel in companies)
    assert failed <= 4  # of 20 at 5 %; five come by chance in one case of 400


def test_attaining_more_after_a_surprise_may_be_skill_and_less_is_luck_taxed():
    lines = pd.DataFrame(
        {"name": "last year's surprise", "effect": [0.4, -0.4], "verdict": "fail", "test": "T2"}
    )
    assert failures(lines)["effect"].tolist() == [-0.4]

"""Whether quotas follow potential, and whether attainment leans on what no rep can change."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import spmkit as spm


def test_elasticity_against_scipy_and_its_difference():
    from scipy import stats

    rng = np.random.default_rng(3)
    potential = rng.lognormal(0, 0.6, 30)
    lines = pd.DataFrame(
        {
            "potential": potential,
            "rep_quota": potential**0.9 * rng.lognormal(0, 0.1, 30),
            "rep_credited": potential**0.5 * rng.lognormal(0, 0.3, 30),
        }
    )
    lines.loc[30] = [1.0, 1.0, 0.0]
    lines.loc[31] = [None, 1.0, 1.0]
    found = spm.quota_potential_elasticity(lines).set_index("of")
    known = np.log(lines.iloc[:30])
    expected = stats.linregress(known["potential"], known["rep_quota"])
    half = stats.t.ppf(0.975, 28) * expected.stderr
    assert found.loc["quota", ["slope", "low", "high"]].tolist() == pytest.approx(
        [expected.slope, expected.slope - half, expected.slope + half]
    )
    assert found.loc["difference", "slope"] == pytest.approx(
        found.loc["quota", "slope"] - found.loc["sales", "slope"]
    )
    assert found["n"].tolist() == [30] * 3
    assert found["left_out"].tolist() == [2] * 3


@pytest.mark.parametrize(
    ("potential", "status"),
    [([1.0, 2.0], "insufficient n"), ([3.0] * 6, "undefined: no variation")],
)
def test_elasticity_is_undefined_with_a_reason(potential, status):
    lines = pd.DataFrame({"potential": potential, "rep_quota": 1.0, "rep_credited": 2.0})
    found = spm.quota_potential_elasticity(lines)
    assert found["status"].tolist() == [status] * 3
    assert found[["slope", "low", "high"]].isna().all(axis=None)


def fair_lines(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "rep_quota": rng.lognormal(3, 0.5, n),
            "rep_credited": rng.lognormal(3, 0.5, n),
            "potential": rng.lognormal(3, 0.5, n),
            "tenure_years": rng.random(n) * 8,
        }
    )


def test_partial_correlation_is_the_textbook_one():
    from scipy import stats

    lines = fair_lines(40)
    found = spm.fairness_correlations(lines).set_index("factor")
    reached = lines["rep_credited"] / lines["rep_quota"]
    ap, at, pt = (
        stats.spearmanr(x, y).statistic
        for x, y in (
            (reached, lines["potential"]),
            (reached, lines["tenure_years"]),
            (lines["potential"], lines["tenure_years"]),
        )
    )
    assert found.loc["potential", "correlation"] == pytest.approx(ap)
    partial = (ap - at * pt) / math.sqrt((1 - at**2) * (1 - pt**2))
    assert found.loc["potential", "partial"] == pytest.approx(partial)
    assert found.loc["potential", "partial_low"] < partial < found.loc["potential", "partial_high"]


def test_verdicts():
    few = spm.fairness_correlations(fair_lines(20), ["potential"])["verdict"].iloc[0]
    many = spm.fairness_correlations(fair_lines(2000), ["potential"])["verdict"].iloc[0]
    tilted = fair_lines(60).assign(rep_credited=lambda f: f["potential"] * f["rep_quota"])
    assert [few, many] == ["cannot tell", "pass"]
    assert spm.fairness_correlations(tilted, ["potential"])["correlation"].iloc[0] == 1.0
    tilted.loc[0, "rep_credited"] = 0.0
    assert spm.fairness_correlations(tilted, ["potential"])["verdict"].iloc[0] == "fail"


@pytest.mark.parametrize("name", ["quota", "rep_quota", "issued_quota"])
def test_a_quota_is_never_a_factor(name):
    lines = fair_lines(20).assign(quota=1.0, issued_quota=1.0)
    with pytest.raises(ValueError, match=f"'{name}' is a quota"):
        spm.fairness_correlations(lines, ["potential", name])


def test_factors_that_are_no_numbers_or_none_are_refused():
    lines = fair_lines(20).assign(region="North")
    for names, said in (
        (["region"], "'region' is no"),
        (["size"], "'size' is no"),
        ([], "no fact"),
    ):
        with pytest.raises(ValueError, match=said):
            spm.fairness_correlations(lines, names)


def test_fairness_of_few_has_no_number():
    found = spm.fairness_correlations(fair_lines(4)).iloc[0]
    assert found[["status", "partial_status"]].tolist() == ["insufficient n"] * 2
    assert found[["correlation", "partial", "low", "partial_high"]].isna().all()
    assert found["verdict"] == "cannot tell"

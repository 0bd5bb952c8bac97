"""The battery of fairness, its parts, and what it says when there is little to go by."""

import numpy as np
import pandas as pd
import pytest
from calibration.rep_years import company, last_years_sales, rep_years
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.fairness.attained import attained_rows, fiscal_years, relative_attainment
from spmkit.calibration.fairness.chance import noise_floor
from spmkit.calibration.fairness.equivalence import band_verdict, equivalence_verdict
from spmkit.calibration.fairness.fairness_lines import FairnessEvidence
from spmkit.calibration.fairness.humps import two_humps
from spmkit.calibration.fairness.pooled import pooled_spearman
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.proposing.policy import Criteria


def lines_of(found, test):
    return found[found["test"] == test].set_index("name")


def test_the_verdict_is_that_of_two_one_sided_tests():
    assert equivalence_verdict(-0.29, 0.29, 0.3) == "pass"
    assert equivalence_verdict(0.05, 0.25, 0.3) == "pass"  # there, but too small to matter
    assert equivalence_verdict(0.05, 0.35, 0.3) == "fail"
    assert equivalence_verdict(-0.6, -0.4, 0.3) == "fail"
    assert equivalence_verdict(-0.31, 0.1, 0.3) == "cannot tell"
    assert equivalence_verdict(np.nan, np.nan, 0.3) == "cannot tell"


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0.01, 1))
def test_turning_the_sign_turns_no_verdict(middle, half, margin):
    low, high = middle - half, middle + half
    assert equivalence_verdict(low, high, margin) == equivalence_verdict(-high, -low, margin)


def test_a_band_is_kept_left_or_neither():
    assert band_verdict(0.55, 0.65, (0.55, 0.65)) == "pass"
    assert band_verdict(0.66, 0.7, (0.55, 0.65)) == "fail"
    assert band_verdict(0.6, 0.7, (0.55, 0.65)) == "cannot tell"
    assert band_verdict(np.nan, np.nan, (0, 1)) == "cannot tell"


def test_attainment_needs_a_quota_above_zero_and_a_period_that_is_over():
    panel = rep_years([[90.0, 50.0, 70.0, 0.0]], [[100.0, 0.0, np.nan, 100.0]])
    panel.loc[len(panel)] = ["2021", 1, 1, "r000", 100.0, np.nan]
    assert attained_rows(panel)["attainment"].tolist() == [0.9, 0.0]


def test_a_fiscal_year_begins_where_the_season_starts_anew():
    panel = pd.DataFrame({"step": [0, 1, 2, 3, 4, 5], "season": [3, 4, 1, 2, 3, 4]})
    assert fiscal_years(panel).tolist() == [0, 0, 1, 1, 1, 1]
    assert fiscal_years(panel.assign(season=1)).tolist() == [0, 1, 2, 3, 4, 5]


def test_relative_attainment_worked_by_hand():
    # Everybody: 300 of 200 in the first period, 100 of 200 in the second.
    panel = rep_years([[100.0, 200.0], [80.0, 20.0]], 100.0)
    found = relative_attainment(attained_rows(panel)).set_index("rep_id")["relative"]
    assert found["r000"] == pytest.approx(np.log(180 / (150 + 50)))
    assert found["r001"] == pytest.approx(np.log(220 / 200))


def test_one_period_is_the_plain_rank_correlation():
    panel = company(years=1)
    rows = attained_rows(panel)
    found = pooled_spearman(rows, "attainment", "potential")
    ranks = rows[["attainment", "potential"]].rank()
    assert found.value == pytest.approx(np.corrcoef(ranks.T)[0, 1])
    assert (found.n, found.reps) == (60, 60)


def test_the_same_ranks_in_every_period_are_no_more_than_one_period_tells():
    # The same sixty reps twenty times over: the interval must stay that of sixty.
    once = company(years=1)
    many = pd.concat([once.assign(step=step) for step in range(20)])
    widths = []
    for panel in (once, many):
        found = pooled_spearman(attained_rows(panel), "attainment", "potential")
        widths.append(found.high - found.low)
    assert widths[1] == pytest.approx(widths[0], rel=0.25)


def test_levels_of_periods_make_no_correlation():
    # Both columns rise from period to period; within one there is nothing.
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"rep_id": np.tile(np.arange(60), 6), "step": np.repeat(np.arange(6), 60)})
    rows = rows.assign(
        attainment=rows["step"] + 0.1 * rng.normal(size=360),
        potential=rows["step"] + 0.1 * rng.normal(size=360),
    )
    found = pooled_spearman(rows, "attainment", "potential")
    assert abs(found.value) < 0.15
    assert found.low < 0 < found.high


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1000))
def test_money_and_the_order_of_rows_change_nothing(seed, factor):
    panel = company(reps=20, years=2, seed=seed)
    other = panel.assign(quota=panel["quota"] * factor, credited=panel["credited"] * factor)
    other = other.sample(frac=1, random_state=seed)
    found, same = (
        pooled_spearman(attained_rows(one), "attainment", "potential") for one in (panel, other)
    )
    assert (found.value, found.low, found.high) == pytest.approx((same.value, same.low, same.high))


def test_fair_quotas_pass_and_follow_skill():
    found = fairness_tests(company(reps=120, years=6, seed=1), FairnessEvidence(skill="win_rate"))
    assert lines_of(found, "T1")["verdict"].tolist() == ["pass", "pass"]
    assert lines_of(found, "T6").loc["win_rate", "verdict"] == "pass"
    assert lines_of(found, "T7").loc["period to period", "verdict"] == "pass"
    assert not found["name"].str.startswith("region ").any()


def test_flat_quotas_follow_potential_and_fail():
    panel = company()
    found = lines_of(fairness_tests(panel.assign(quota=100.0)), "T1")
    assert found["verdict"].tolist() == ["fail", "fail"]
    assert (found["low"] > 0.3).all()


def test_the_region_with_the_high_quotas_is_named_and_no_other():
    found = lines_of(fairness_tests(company(unfair=1.3)), "T4")
    assert found.loc["region", "verdict"] == "fail"
    named = [name for name in found.index if name.startswith("region ")]
    assert named == ["region South"]
    assert found.loc["region South", "effect"] == pytest.approx(-np.log(1.3), abs=0.1)
    assert "too high" in found.loc["region South", "note"]


def test_a_share_of_many_equal_groups_passes_and_of_few_reps_cannot_be_told():
    large = company(reps=400, years=4)
    small = company(reps=16, years=1)
    verdicts = [
        lines_of(fairness_tests(one), "T4").loc["region", "verdict"] for one in (large, small)
    ]
    assert verdicts == ["pass", "cannot tell"]


def test_ramping_reps_with_full_quotas_stand_out():
    panel = company(reps=80, years=4)
    rng = np.random.default_rng(1)
    new = rng.random(80) < 0.3
    tenure = np.where(new, 0.0, 8.0) + np.arange(4)[:, None]
    ramping = tenure.ravel() < 3
    panel = panel.assign(tenure_periods=tenure.ravel())
    panel["credited"] *= np.where(ramping, 0.6, 1.0)
    found = lines_of(fairness_tests(panel), "T3")
    assert found.loc["ramping against ramped", "verdict"] == "fail"
    assert found.loc["ramping against ramped", "effect"] == pytest.approx(np.log(0.6), abs=0.15)


def test_sensitive_groups_are_compared_but_never_named():
    panel = company(reps=80, unfair=1.5)
    panel["band"] = panel["region"].map({"South": "secret"}).fillna("other")
    found = fairness_tests(panel, FairnessEvidence(sensitive=("band",)))
    line = lines_of(found, "T5").loc["band"]
    assert line["verdict"] == "fail"
    assert "secret" not in found.drop(columns=["n"]).to_string()


def test_without_evidence_the_tests_say_what_they_need():
    found = fairness_tests(company())
    assert lines_of(found, "T5")["status"].tolist() == ["needs a column named on purpose"]
    assert "win_rate" in lines_of(found, "T6")["status"].iloc[0]
    assert "trail of the quotas" in lines_of(found, "T10")["status"].iloc[0]
    assert (found.loc[found["status"].str.startswith("needs"), "verdict"] == "cannot tell").all()
    assert found["test"].unique().tolist() == [f"T{number}" for number in range(1, 11)]


def test_a_bare_panel_of_seven_reps_cannot_be_told_anything():
    panel = company(reps=7)[["period", "step", "season", "rep_id", "quota", "credited"]]
    found = fairness_tests(panel)
    assert set(found["verdict"]) == {"cannot tell"}
    assert found["effect"].isna().all()


def test_potential_of_zero_is_ranked_and_unknown_potential_is_not():
    panel = company(reps=40, years=1)
    panel.loc[:9, "potential"] = 0.0
    panel.loc[10:14, "potential"] = np.nan
    found = lines_of(fairness_tests(panel), "T1")
    assert found["n"].tolist() == [35, 25]  # the slope needs a logarithm


def test_the_shape_is_held_against_what_is_declared():
    declared = Criteria(participation=0.5, below_threshold=(0.0, 0.1), at_excellence=(0.6, 0.9))
    found = lines_of(
        fairness_tests(company(reps=300, years=6), FairnessEvidence(criteria=declared)), "T9"
    )
    assert found.loc[["at quota", "below 50 %"], "verdict"].tolist() == ["pass", "pass"]
    assert found.loc["at 120 % or more", "verdict"] == "fail"
    assert found.loc["two humps", "verdict"] == "pass"
    bare = lines_of(fairness_tests(company()), "T9")
    assert bare.loc["at quota", ["verdict", "note"]].tolist() == [
        "cannot tell",
        "No share is declared.",
    ]


def test_a_share_of_none_is_not_known_to_be_zero():
    panel = company(reps=20, years=1).assign(quota=1e9)
    line = lines_of(fairness_tests(panel), "T9").loc["at quota"]
    assert line["effect"] == 0
    assert line["high"] == pytest.approx(0.161, abs=1e-3)  # Wilson's, of none of 20


def test_two_kinds_of_quotas_make_two_humps():
    rng = np.random.default_rng(0)
    two = np.append(rng.normal(-0.6, 0.15, 40), rng.normal(0.6, 0.15, 40))
    assert two_humps(two) < 0.02
    assert two_humps(np.full(20, 0.3)) == 1.0
    false = sum(two_humps(np.random.default_rng(seed).normal(size=60)) < 0.05 for seed in range(40))
    assert false <= 6


def test_changes_by_hand_are_held_against_the_quotas_that_would_have_stood():
    panel = company(reps=40, years=2)
    quota, sold = panel["quota"], panel["credited"]
    for before, after, verdict in ((sold, quota, "fail"), (quota, sold, "pass")):
        trail = panel.assign(before=before, after=after, what="decided")
        found = fairness_tests(panel.assign(quota=after), FairnessEvidence(adjustments=trail))
        assert lines_of(found, "T10")["verdict"].tolist() == [verdict]


def test_last_years_sales_as_quota_fail_the_growth_test_and_tax_luck():
    rng = np.random.default_rng(0)
    sold = 100 * np.exp(rng.normal(0, 0.3, (5, 60)))
    found = lines_of(fairness_tests(rep_years(sold, last_years_sales(sold))), "T2")
    assert found.loc["last year's growth", "verdict"] == "fail"
    assert found.loc["last year's growth", "high"] < -0.3
    assert found.loc["last year's surprise", "verdict"] == "fail"


def test_the_noise_floor_is_one_where_all_is_chance_and_above_where_skill_is_left():
    rng = np.random.default_rng(0)
    chance = 100 * np.exp(rng.normal(0, 0.3, (8, 60)))
    skilled = chance * np.exp(rng.normal(0, 0.5, 60))
    found = [noise_floor(rep_years(sold, 100.0)) for sold in (chance, skilled)]
    assert [one["verdict"] for one in found] == ["pass", "fail"]
    assert found[0]["noise"] == pytest.approx(0.3, abs=0.03)
    with pytest.raises(ValueError, match="write 1.25"):
        noise_floor(rep_years(chance, 100.0), most=0.9)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        (FairnessEvidence(sensitive=("age",)), "'age' is no column of the panel"),
        (FairnessEvidence(skill="region"), "'region' is no column of numbers"),
        (FairnessEvidence(adjustments=pd.DataFrame({"rep_id": []})), "no column 'period'"),
    ],
)
def test_evidence_that_is_not_there_is_refused(evidence, message):
    with pytest.raises(ValueError, match=message):
        fairness_tests(company(reps=20, years=1), evidence)


def test_a_frame_that_is_no_panel_and_a_margin_in_percent_are_refused():
    with pytest.raises(ValueError, match="no column season"):
        fairness_tests(company().drop(columns="season"))
    with pytest.raises(ValueError, match="margin is 30"):
        fairness_tests(company(), margin=30)

"""Quotas against pay, plan, potential, sales, chance and the calendar."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError, open_data

SETTINGS = {"as_of": "2026-10-02"}
Q3 = (date(2026, 7, 1), date(2026, 9, 30))


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


def quotas(**changed):
    """Two reps and a vacant seat under a leader with a team's plan, in a company with one."""
    columns = {
        "rep_id": ["ada", "bo", None, "cy", "cy", "cy"],
        "territory_id": [None, None, "t9", None, None, None],
        "level": [None, "rep", "rep", "team", "company", "rep"],
        "period_start": [Q3[0]] * 6,
        "period_end": [Q3[1]] * 6,
        "quota": [70.0, 50.0, 30.0, 100.0, 140.0, 10.0],
        "released_on": [
            date(2026, 6, 17),
            date(2026, 7, 11),
            date(2026, 7, 1),
            *[date(2026, 1, 1)] * 3,
        ],
        "version": [1.0] * 6,
    }
    return pd.DataFrame(columns | changed)


def frames(**changed):
    reps = {
        "rep_id": ["ada", "bo", "cy"],
        "name": ["Ada", "Bo", "Cy"],
        "manager_id": ["cy", "cy", None],
    }
    deals = {"opportunity_id": ["o1"], "rep_id": ["ada"], "outcome": ["won"], "amount": [90.0]}
    deals["closed_on"] = [date(2026, 7, 11)]
    return {
        "reps": pd.DataFrame(reps),
        "opportunities": pd.DataFrame(deals),
        "quotas": quotas(),
    } | changed


def opened(**changed):
    return open_data(frames(**changed), settings=SETTINGS)


def _native(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def test_every_engine_gives_the_plans_and_releases_worked_by_hand(engine):
    native = {name: _native(engine, frame) for name, frame in frames().items()}
    data = open_data(native, settings=SETTINGS)
    plans = spm.plan_lines(data)
    assert plans[["level", "rep_id", "plan", "assigned"]].to_numpy().tolist() == [
        ["company", "cy", 140.0, 160.0],
        ["team", "cy", 100.0, 130.0],
    ]
    assert plans["vacant"].fillna(-1).tolist() == [30.0, -1.0]
    over = spm.measure(plans, spm.over_assignment, by="level")["over_assignment"]
    assert over.tolist() == pytest.approx([20 / 140, 0.3])
    releases = spm.quota_releases(data).set_index("rep_id")["lead_days"]
    assert releases.loc[["ada", "bo", "cy"]].tolist() == [14.0, -10.0, 181.0]
    assert len(releases) == 4  # plans of team and company are nobody's own quota


def test_it_agrees_with_the_review():
    from spmkit.review import over_assignment

    data = opened()
    company_plan = spm.plan_lines(data).query("level == 'company'")
    found = spm.measure(company_plan, spm.over_assignment)["over_assignment"].iloc[0]
    assert found == pytest.approx(over_assignment(data, data.calendar.period("2026Q3")))


def test_a_plan_without_quotas_below_it_is_undefined():
    data = opened(quotas=quotas().iloc[4:5])
    plans = spm.plan_lines(data)
    assert plans[["assigned", "vacant"]].isna().all(axis=None)
    assert math.isnan(spm.measure(plans, spm.over_assignment)["over_assignment"].iloc[0])


def test_without_quotas_or_releases_it_says_what_is_missing():
    no_quotas = {k: v for k, v in frames().items() if k != "quotas"}
    for lines in (spm.plan_lines, spm.quota_releases, spm.quota_factors):
        with pytest.raises(DataError, match="unavailable: needs quotas"):
            lines(open_data(no_quotas, settings=SETTINGS))
    with pytest.raises(DataError, match=r"needs quotas.released_on"):
        spm.quota_releases(company())


def test_the_first_release_counts_and_one_after_as_of_is_not_known():
    again = (
        quotas()
        .iloc[[1, 1, 0]]
        .assign(
            version=[1.0, 2.0, 1.0],
            released_on=[date(2026, 6, 30), date(2026, 8, 1), date(2026, 11, 1)],
        )
    )
    found = spm.quota_releases(opened(quotas=again))
    assert found[["rep_id", "versions", "lead_days"]].to_numpy().tolist() == [["bo", 2, 1.0]]


def test_releases_of_another_period_are_not_in_it():
    assert spm.quota_releases(opened(), "2026Q2").empty


def factor_frames(**changed):
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "hired_on": [date(2025, 7, 1), date(2026, 8, 1)]})
    deals = pd.DataFrame(
        {
            "opportunity_id": ["o1", "o2", "o3", "o4"],
            "rep_id": ["ada", "ada", "ada", "bo"],
            "outcome": "won",
            "amount": [90.0, 60.0, 40.0, 20.0],
            "closed_on": [date(2026, 7, 1), date(2025, 8, 1), date(2024, 9, 30), date(2025, 9, 30)],
        }
    )
    accounts = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d"],
            "rep_id": ["bo", "ada", "ada", None],
            "territory_id": ["t1", "t1", "t2", "t3"],
            "potential": [100.0, 50.0, None, 7.0],
            "churned_on": [None, date(2026, 8, 1), None, None],
        }
    )
    terms = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "period_start": [Q3[0]] * 2,
            "period_end": [Q3[1]] * 2,
            "quota": [100.0, 50.0],
        }
    )
    given = {"reps": reps, "opportunities": deals, "accounts": accounts, "quotas": terms}
    return given | changed


def spells():
    return pd.DataFrame(
        {
            "territory_id": ["t1", "t1", "t2", "t1"],
            "rep_id": ["ada", "bo", "bo", "ada"],
            "starts_on": [date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(2025, 1, 1)],
            "ends_on": [None, None, None, date(2025, 12, 31)],
            "share": [0.6, 0.4, None, 1.0],
        }
    )


def test_every_engine_gives_the_factors_worked_by_hand(engine):
    given = factor_frames(territory_assignments=spells())
    native = {name: _native(engine, frame) for name, frame in given.items()}
    found = spm.quota_factors(open_data(native, settings=SETTINGS), "2026Q3").set_index("rep_id")
    assert found["potential"].tolist() == pytest.approx([90.0, 60.0])  # 60 and 40 % of 150
    assert found["accounts"].tolist() == pytest.approx([1.2, 0.8 + 1])
    assert found["last_year"].tolist() == [60.0, 20.0]
    assert found["last_year_growth"].fillna(-1).tolist() == pytest.approx([0.5, -1])
    assert found["tenure_years"].round(3).fillna(-1).tolist() == [0.999, -1]
    assert found["rep_credited"].tolist() == [90.0, 0.0]


def test_without_territories_the_accounts_owners_count():
    found = spm.quota_factors(open_data(factor_frames(), settings=SETTINGS)).set_index("rep_id")
    assert found["potential"].tolist() == [50.0, 100.0]  # lost in August: there in July
    assert found["accounts"].tolist() == [2.0, 1.0]


def test_factors_that_the_tables_lack_are_null():
    given = factor_frames()
    del given["accounts"]
    found = spm.quota_factors(open_data(given, settings=SETTINGS))
    assert found[["potential", "accounts"]].isna().all(axis=None)


def test_factors_of_a_running_period_are_refused():
    terms = factor_frames()["quotas"].assign(
        period_start=date(2026, 10, 1), period_end=date(2026, 12, 31)
    )
    with pytest.raises(DataError, match="2026Q4 is not over"):
        spm.quota_factors(open_data(factor_frames(quotas=terms), settings=SETTINGS), "2026Q4")


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

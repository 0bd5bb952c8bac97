"""Plans above quotas, the days of their release, and the factors that a quota may follow."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from company import company

import spmkit as spm
from spmkit.data import DataError, open_data

SETTINGS = {"as_of": "2026-10-02"}
Q3 = (date(2026, 7, 1), date(2026, 9, 30))


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

"""Pace and what is still to do: sums by hand, and nothing is told that no quota holds."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from rep_history import course_of
from three_reps import NOW, REPS, SALES, quotas, three, won

from spmkit import narrative, review
from spmkit.data import open_data


def course(rep="ada", period="2026Q3", **changed):
    return review.open_course(review.open_person(three(**changed), period, rep))


def by_name(rows):
    return rows.set_index("horizon").to_dict("index")


def test_each_horizon_by_hand():
    rows = by_name(review.horizons(course()))
    assert list(rows) == ["2026 to date", "2026Q3"]
    year, quarter = rows.values()
    assert (year["credited"], year["quota"], year["gap"]) == (200.0, 200.0, 0.0)
    assert (year["periods"], year["with_quota"]) == (3, 2)
    assert (quarter["credited"], quarter["quota"], quarter["gap"]) == (80.0, 100.0, 20.0)
    assert quarter["attainment"] == 0.8
    # 66 weekdays from July to September ask for 100: 20 behind are 13.2 of them
    assert quarter["ahead_days"] == pytest.approx(-20 * 66 / 100)
    assert narrative.pace_words(quarter) == "20 behind, 13 working days"
    assert narrative.pace_words(year) == "on pace"


def test_the_longest_horizon_comes_first_and_a_year_is_not_told_twice():
    rows = review.horizons(course_of())
    assert rows["horizon"].tolist() == ["Last four quarters", "2026 to date", "2026Q2"]
    assert review.horizons(course_of(period="2025Q4"))["horizon"].tolist() == [
        "2025 to date",
        "2025Q4",
    ]
    assert review.horizons(course_of(period="2026Q1"))["horizon"].tolist() == [
        "Last four quarters",
        "2026Q1",
    ]


def test_a_month_is_told_where_quotas_are_given_by_months():
    months = [("2026-07-01", "2026-07-31"), ("2026-08-01", "2026-08-31")]
    lines = quotas(*[("ada", days, 30.0) for days in [*months, ("2026-09-01", "2026-09-30")]])
    rows = by_name(review.horizons(course(quotas=lines)))
    assert rows["2026M09"]["quota"] == 30.0
    assert rows["2026M09"]["credited"] == 0.0
    assert rows["2026Q3"]["quota"] == 90.0


def test_credit_of_periods_without_a_quota_is_not_held_against_one():
    sales = won(("ada", "2026-02-11", 500.0), ("ada", "2026-07-11", 70.0))
    year = by_name(review.horizons(course(opportunities=sales)))["2026 to date"]
    assert (year["credited"], year["quota"]) == (70.0, 200.0)


def test_what_a_week_must_bring_by_hand():
    later = quotas(("ada", ("2026-10-01", "2026-12-31"), 112.0))
    lines = pd.concat([three().quotas.df(), later])
    asked = review.required(course(quotas=lines))
    # 312 are asked, 200 credited; 66 weekdays are left
    assert (asked.left, asked.days, asked.unknown) == (112.0, 66, [])
    assert asked.a_week == pytest.approx(112 / 66 * 5)
    assert asked.best == "2026Q2"
    assert asked.best_a_week == pytest.approx(120 / 65 * 5)


def test_where_the_later_quotas_are_not_known_that_is_said():
    asked = review.required(course("bo"))
    assert asked.unknown == ["2026Q4"]
    assert (asked.quota, asked.credited, asked.left) == (100.0, 90.0, 10.0)
    said = narrative.required_said(
        asked.left, asked.a_week, "31 Dec 2026", "", asked.best_a_week, asked.unknown
    )
    assert said.startswith("10 by 31 Dec 2026")
    assert said.endswith("2026Q4 has no quota yet.")


def test_without_a_day_left_no_rate_is_told():
    asked = review.required(course_of(period="2025Q4"))
    assert asked.days == 0
    assert math.isnan(asked.a_week)
    said = narrative.required_said(5.0, asked.a_week, "31 Dec 2025", "", math.nan, [])
    assert said == "Nothing: 5 of the quotas was not reached, and no day is left."


def test_a_running_period_asks_for_what_usually_has_come_by_now():
    halfway = course_of(period="2026Q3", as_of="2026-08-15")
    rows = by_name(review.horizons(halfway))
    running = rows["2026Q3 to date"]
    assert halfway.running.label == "2026Q3"
    assert 0 < running["expected"] < 100.0
    assert running["ahead"] == pytest.approx(-running["expected"])
    assert review.required(halfway).until.isoformat() == "2026-12-31"


@pytest.mark.parametrize("quota", [None, pd.DataFrame({"rep_id": ["bo"]})])
def test_without_a_quota_nothing_is_told_but_the_credit(quota):
    lines = None if quota is None else quotas(("bo", NOW, 50.0))
    found = course(quotas=lines)
    row = review.horizons(found).iloc[-1]
    assert row["credited"] == 80.0
    assert row[["quota", "attainment", "gap", "ahead"]].isna().all()
    assert narrative.pace_words(row) == "–"
    assert math.isnan(review.required(found).left)


def test_a_quota_of_zero_is_no_rate():
    row = review.horizons(course(quotas=quotas(("ada", NOW, 0.0), ("bo", NOW, 50.0)))).iloc[-1]
    assert row["quota"] == 0.0
    assert pd.isna(row["attainment"])
    assert pd.isna(row["ahead_days"])


def test_the_rows_of_quotas_add_up_to_each_quota_shown():
    found = course_of()
    rows = review.quota_rows(found, found.past)
    own = found.own[found.own["period"].isin([one.label for one in found.past])]
    own = own.groupby("period")["quota"].sum()
    assert rows.groupby("period")["effective"].sum().to_dict() == own.to_dict()


def test_of_rows_that_overlap_only_those_that_count_are_told():
    third = [("2026-07-01", "2026-07-31"), ("2026-08-01", "2026-08-31"), ("2026-09-01", NOW[1])]
    lines = pd.concat(
        [quotas(*[("ada", days, 40.0) for days in third]), quotas(("ada", NOW, 100.0))]
    )
    old = quotas(("ada", NOW, 90.0)).assign(version=1)
    found = course(quotas=pd.concat([lines.assign(version=2), old]))
    rows = review.quota_rows(found, found.past)
    assert rows["quota"].tolist() == [100.0]
    assert rows["version"].tolist() == [2]
    assert found.person.now["quota"] == 100.0


def test_a_prorated_quota_is_told_with_its_share():
    hired = REPS.assign(hired_on=["2026-08-17", None, None])
    settings = {"as_of": "2026-10-02", "quotas": {"basis": "full"}}
    tables = {"reps": hired, "opportunities": SALES, "quotas": quotas(("ada", NOW, 100.0))}
    person = review.open_person(open_data(tables, settings=settings), "2026Q3", "ada")
    found = review.open_course(person)
    row = review.quota_rows(found, found.past).iloc[0]
    assert row["quota"] == 100.0
    assert 0 < row["share"] < 1
    assert row["effective"] == pytest.approx(person.now["quota"])

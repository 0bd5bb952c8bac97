"""Effective quota, by hand: 2026Q3 has 66 weekdays, 64 of them no public holiday of the US."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company

import spmkit as spm
from spmkit.attainment.selling import selling_dates

FULL = {"quotas": {"basis": "full"}}


def reps(**columns):
    return pd.DataFrame({"rep_id": ["ada", "bo"]} | {k: [v, None] for k, v in columns.items()})


def quota_of_ada(settings=FULL, **tables):
    lines = spm.quota_lines(company(settings, **tables), "2026Q3")
    assert lines.loc[lines["rep_id"] == "bo", "quota"].tolist() == [50.0]
    assert lines.loc[lines["rep_id"] == "ada", "issued_quota"].sum() == 100.0
    return lines.loc[lines["rep_id"] == "ada", "quota"].sum()


def leaves(*spells):
    return pd.DataFrame([{"rep_id": "ada", "starts_on": a, "ends_on": b} for a, b in spells])


def test_as_issued_nothing_is_taken_off():
    assert quota_of_ada({}, reps=reps(hired_on="2026-08-17")) == 100.0


@pytest.mark.parametrize(
    ("tables", "present"),
    [
        ({"reps": reps(hired_on="2026-08-17")}, 33),
        ({"reps": reps(hired_on="2026-07-01")}, 66),
        ({"reps": reps(left_on="2026-07-31")}, 23),
        ({"reps": reps(hired_on="2026-08-17", left_on="2026-08-21")}, 5),
        ({"reps": reps(hired_on="2026-10-01")}, 0),
        ({"leaves": leaves(("2026-09-01", "2026-09-15"))}, 55),
        ({"leaves": leaves(("2026-08-17", None))}, 33),
        ({"leaves": leaves(("2026-09-05", "2026-09-06"))}, 66),
        ({"leaves": leaves(("2026-09-01", "2026-09-15"), ("2026-09-10", "2026-09-16"))}, 54),
        ({"leaves": leaves(("2026-05-01", "2026-06-30"))}, 66),
        ({"reps": reps(left_on="2026-07-31"), "leaves": leaves(("2026-07-27", "2026-08-07"))}, 18),
    ],
)
def test_a_full_quota_keeps_the_share_of_selling_days_worked(tables, present):
    assert quota_of_ada(**tables) == pytest.approx(100.0 * present / 66)


def test_holidays_are_no_selling_days():
    settings = FULL | {"calendar": {"holidays": "US"}}
    hired = reps(hired_on="2026-08-17")  # 32 of 64: without 3 July before, without 7 September
    assert quota_of_ada(settings, reps=hired) == pytest.approx(100.0 * 32 / 64)
    away = leaves(("2026-09-07", "2026-09-07"))
    assert quota_of_ada(settings, leaves=away) == 100.0


def test_a_ramp_asks_for_less_in_each_month_after_hire():
    settings = {"quotas": {"basis": "full", "ramp": [0.25, 0.5]}}
    # from 3 to 31 August 21 days at a quarter, September's 2 first days too, 20 at a half
    asked = (21 + 2) * 0.25 + 20 * 0.5
    assert quota_of_ada(settings, reps=reps(hired_on="2026-08-03")) == pytest.approx(
        100.0 * asked / 66
    )
    assert quota_of_ada(settings, reps=reps(hired_on="2025-08-03")) == 100.0


def test_a_ramp_and_a_leave_take_each_day_once():
    settings = {"quotas": {"basis": "full", "ramp": [0.5]}}
    tables = {"reps": reps(hired_on="2026-07-01"), "leaves": leaves(("2026-07-01", "2026-07-31"))}
    assert quota_of_ada(settings, **tables) == pytest.approx(100.0 * 43 / 66)


def test_nominal_attainment_is_of_the_quota_as_issued():
    data = company(FULL, reps=reps(hired_on="2026-08-17"))
    lines = spm.quota_lines(data, "2026Q3").query("rep_id == 'ada'")
    found = spm.measure(lines, [spm.attainment, spm.nominal_attainment]).iloc[0]
    assert found[["attainment", "nominal_attainment"]].tolist() == pytest.approx([1.8, 0.9])


def test_a_rep_away_all_period_has_a_quota_of_zero_and_no_ratio():
    lines = spm.quota_lines(company(FULL, leaves=leaves(("2026-06-01", None))), "2026Q3")
    ada = lines.set_index("rep_id").loc["ada"]
    assert ada["quota"] == 0.0
    assert pd.isna(ada["rep_quota"])


def test_the_rules_say_which_basis():
    assert "without relief" in " ".join(spm.quota_rules(company()))
    assert "prorated by selling days" in " ".join(spm.quota_rules(company(FULL)))


@pytest.mark.parametrize("region", [None, "US", "DE-BY"])
def test_selling_dates_are_the_days_that_selling_days_counts(region):
    start, end = pd.Timestamp("2025-11-03").date(), pd.Timestamp("2026-05-08").date()
    assert len(selling_dates(start, end, region)) == spm.selling_days(start, end, region)

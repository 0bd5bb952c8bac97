"""Which quota lines count: version, length, level and calendar, of whom and of how much."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company
from quotas_of_ada import q3, quotas

import spmkit as spm
from spmkit.data import DataError

QUARTERS = (
    ("2026-01-01", "2026-03-31"),
    ("2026-04-01", "2026-06-30"),
    ("2026-07-01", "2026-09-30"),
    ("2026-10-01", "2026-12-31"),
)


def quota_of(frame, period="2026Q3", rep="ada", **settings):
    lines = spm.quota_lines(company(settings, quotas=frame), period)
    return lines.loc[lines["rep_id"] == rep, "quota"].sum(min_count=1)


def test_the_highest_version_counts_that_was_released_by_as_of():
    frame = quotas(
        q3(100.0, version=1, released_on="2026-07-01"),
        q3(90.0, version=2, released_on="2026-10-02"),
        q3(10.0, version=3, released_on="2026-10-03"),
    )
    assert quota_of(frame) == 90.0


def test_a_line_released_later_than_as_of_leaves_no_quota():
    lines = spm.quota_lines(company(quotas=quotas(q3(100.0, released_on="2026-10-03"))), "2026Q3")
    assert lines["quota"].isna().all()
    assert lines["credited"].tolist() == [90.0, 60.0]


def test_versions_are_numbers_not_texts():
    assert quota_of(quotas(q3(1.0, version=9), q3(2.0, version=10))) == 2.0


def test_a_higher_version_with_other_dates_takes_the_place_of_what_it_overlaps():
    frame = quotas(
        q3(92.0, version=1),
        ("2026-07-01", "2026-08-15", 40.0, {"version": 2}),
        ("2026-08-16", "2026-09-30", 30.0, {"version": 2}),
    )
    assert quota_of(frame) == 70.0


@pytest.mark.parametrize(("period", "expected"), [("2026Q3", 30.0), ("2026", 150.0)])
def test_annual_and_quarterly_lines_are_alternatives(period, expected):
    frame = quotas(
        ("2026-01-01", "2026-12-31", 150.0), *[(start, end, 30.0) for start, end in QUARTERS]
    )
    assert quota_of(frame, period) == expected


def test_quarterly_lines_are_summed_for_a_fiscal_year():
    frame = quotas(
        *[
            (start, end, quota)
            for (start, end), quota in zip(QUARTERS, (10, 20, 30, 40), strict=True)
        ]
    )
    assert quota_of(frame, "2026") == 100.0


def test_monthly_lines_are_summed_to_the_quarter_and_not_beside_a_quarterly_one():
    months = [("2026-07-01", "2026-07-31", 10.0), ("2026-08-01", "2026-08-31", 20.0)]
    assert quota_of(quotas(*months, ("2026-09-01", "2026-09-30", 30.0))) == 60.0
    assert quota_of(quotas(*months, q3(70.0))) == 70.0


def test_two_lines_that_follow_each_other_are_summed_whatever_their_lengths():
    frame = quotas(("2026-07-01", "2026-08-05", 40.0), ("2026-08-06", "2026-09-30", 60.0))
    assert quota_of(frame) == 100.0


def test_only_annual_lines_and_a_quarter_asked_is_an_error_with_the_remedy():
    data = company(quotas=quotas(("2026-01-01", "2026-12-31", 150.0)))
    with pytest.raises(DataError, match="longer than 2026Q3. Ask for the period that they cover"):
        spm.quota_lines(data, "2026Q3")
    with pytest.raises(DataError, match="longer than 2026Q2"):
        spm.quota_lines(data, ["2026Q2", "2026Q3"])
    assert spm.quota_lines(data, "2026")["quota"].sum() == 150.0


def test_a_rep_with_only_an_annual_line_among_quarterly_ones_has_no_quota_of_the_quarter():
    frame = pd.concat(
        [quotas(("2026-01-01", "2026-12-31", 150.0)), quotas(q3(50.0)).assign(rep_id="bo")]
    )
    lines = spm.quota_lines(company(quotas=frame), "2026Q3").set_index("rep_id")
    assert lines["quota"].isna().to_dict() == {"ada": True, "bo": False}
    assert spm.measure(lines.reset_index(), spm.attainment)["attainment"].tolist() == [1.2]


def test_lines_across_the_fiscal_quarter_are_an_error_not_a_missing_quota():
    data = company(quotas=quotas(("2026-08-01", "2026-10-31", 150.0)))
    with pytest.raises(DataError, match=r"lie across 2026Q3 .* Set year_starts under \[calendar\]"):
        spm.quota_lines(data, "2026Q3")


def test_a_period_end_that_is_the_next_start_is_an_error():
    data = company(quotas=quotas(("2026-07-01", "2026-10-01", 150.0)))
    with pytest.raises(DataError, match="longer than 2026Q3"):
        spm.quota_lines(data, "2026Q3")


def test_without_period_end_a_line_lasts_as_the_starts_are_apart():
    starts = ["2026-01-01", "2026-04-01", "2026-07-01", "2026-08-10"]
    frame = pd.DataFrame({"rep_id": ["ada"] * 3 + ["bo"], "period_start": starts, "quota": 30.0})
    assert quota_of(frame) == 30.0
    assert quota_of(frame, rep="bo") == 30.0
    with pytest.raises(DataError, match="longer than 2026M07"):
        spm.quota_lines(company(quotas=frame), "2026M07")


def test_one_start_without_an_end_is_an_error():
    frame = pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01", "quota": [30.0]})
    with pytest.raises(DataError, match="give period_end"):
        spm.quota_lines(company(quotas=frame), "2026Q3")


@pytest.mark.parametrize("level", ["team", "company"])
def test_lines_of_other_levels_are_never_added(level):
    frame = quotas(q3(100.0), q3(1000.0, level=level))
    assert quota_of(frame) == 100.0
    data = company(quotas=frame)
    period = [data.calendar.period("2026Q3")]
    assert spm.issued_quotas(data, period, level=level)["issued_quota"].tolist() == [1000.0]


def test_an_annual_plan_of_the_company_does_not_stop_a_quarter_of_the_reps():
    frame = quotas(q3(100.0), ("2026-01-01", "2026-12-31", 900.0, {"level": "company"}))
    assert quota_of(frame) == 100.0


def test_a_territory_beside_the_rep_neither_doubles_credit_nor_splits_quota():
    frame = quotas(q3(60.0, territory_id="T1"), q3(40.0, territory_id="T2"))
    lines = spm.quota_lines(company(quotas=frame), "2026Q3")
    ada = lines[lines["rep_id"] == "ada"]
    assert ada[["quota", "credited", "rep_credited"]].values.tolist() == [[100.0, 90.0, 90.0]]


def test_quotas_of_several_people_who_are_not_in_reps_are_all_counted():
    frame = pd.concat(
        [
            quotas(q3(10.0, version=1), q3(12.0, version=2)).assign(rep_id="Zed"),
            quotas(q3(20.0, version=1)).assign(rep_id="Yara"),
        ]
    )
    data = company(quotas=frame)
    lines = spm.quota_lines(data, "2026Q3")
    assert lines.loc[lines["rep_id"] == "not in reps", "issued_quota"].tolist() == [32.0]
    assert "quarantined" not in set(data.quality().query("table == 'quotas'")["status"])


def test_a_vacant_seat_has_an_issued_quota_and_nothing_else():
    frame = pd.concat([quotas(q3(100.0)), quotas(q3(60.0, territory_id="T9")).assign(rep_id=None)])
    owners = {"rep_id": [None, "ada", "bo", "bo"]}
    changed = company().opportunities.df().assign(**owners)
    lines = spm.quota_lines(company(quotas=frame, opportunities=changed), "2026Q3")
    lines = lines.set_index("rep")
    assert lines.loc["vacant: T9", "issued_quota"] == 60.0
    assert lines.loc["vacant: T9", ["quota", "credited", "rep_quota"]].isna().all()
    assert lines.loc["nobody", "credited"] == 90.0  # never on the vacant seat
    assert pd.isna(lines.loc["nobody", "quota"])


def test_two_vacant_seats_do_not_double_what_is_nobodys():
    frame = pd.concat([quotas(q3(60.0, territory_id=t)).assign(rep_id=None) for t in ("T1", "T2")])
    changed = company().opportunities.df().assign(rep_id=None)
    lines = spm.quota_lines(company(quotas=frame, opportunities=changed), "2026Q3")
    assert lines["credited"].sum() == 150.0
    assert lines["issued_quota"].sum() == 120.0


@pytest.mark.parametrize(
    ("quota", "status"), [(0.0, "undefined: zero denominator"), (None, "undefined: no rows")]
)
def test_no_quota_and_a_quota_of_zero_are_two_facts(quota, status):
    lines = spm.quota_lines(company(quotas=quotas(q3(quota))), "2026Q3")
    found = lines.set_index("rep_id").loc["ada"]
    assert found["credited"] == 90.0
    assert pd.isna(found["rep_quota"])
    assert pd.isna(found["quota"]) == (quota is None)
    measured = spm.measure(lines[lines["rep_id"] == "ada"], spm.attainment)
    assert measured["attainment_status"].tolist() == [status]


def test_a_negative_quota_is_set_aside():
    data = company(quotas=pd.concat([quotas(q3(-5.0)), quotas(q3(9.0)).assign(rep_id="bo")]))
    assert data.quality().query("table == 'quotas' and status == 'quarantined'")[
        "reason"
    ].tolist() == ["quota is negative"]
    assert spm.quota_lines(data, "2026Q3")["quota"].sum() == 9.0


def test_periods_of_the_quota_lines():
    starts = ["2026-02-28", "2026-05-31", "2026-08-31"]
    frame = pd.DataFrame({"rep_id": "ada", "period_start": starts, "quota": [10.0, 20.0, 30.0]})
    data = company({"calendar": {"periods": "quotas"}}, quotas=frame)
    lines = spm.quota_lines(data, "2026-05-31")
    assert lines[["rep_id", "quota", "credited"]].values.tolist()[0] == ["ada", 20.0, 90.0]
    assert lines["period_end"].dt.strftime("%m-%d").unique().tolist() == ["08-30"]


def test_a_four_four_five_quarter():
    # 2026 starts on Monday 29 December 2025; its third quarter on 29 June 2026
    frame = quotas(
        ("2026-06-29", "2026-07-26", 10.0),
        ("2026-07-27", "2026-08-23", 20.0),
        ("2026-08-24", "2026-09-27", 40.0),
    )
    data = company({"calendar": {"pattern": "4-4-5"}}, quotas=frame)
    lines = spm.quota_lines(data, "2026Q3").set_index("rep_id")
    assert lines.loc["ada", ["quota", "credited"]].tolist() == [70.0, 90.0]


def test_a_fiscal_year_is_named_by_its_end():
    data = company(
        {"calendar": {"year_starts": "07-01"}}, quotas=quotas(("2026-07-01", "2026-09-30", 100.0))
    )
    lines = spm.quota_lines(data, "2027Q1")
    assert lines.set_index("rep_id").loc["ada", "quota"] == 100.0

"""When quota was reached: first crossing, reversals after it, never."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company

import spmkit as spm


def credits(*lines):
    return pd.DataFrame(
        [
            {"credit_id": f"c{i}", "rep_id": rep, "credited_on": day, "amount": amount}
            | dict(*more)
            for i, (rep, day, amount, *more) in enumerate(lines)
        ]
    )


def opened(*lines, **tables):
    deals = pd.DataFrame({"opportunity_id": ["o"], "rep_id": "ada", "outcome": "open"})
    return company(**{"opportunities": deals, "credits": credits(*lines)} | tables)


def crossings(*lines, **tables):
    return spm.quota_crossings(opened(*lines, **tables), "2026Q3").set_index("rep_id")


def test_the_first_crossing_counts_and_a_later_reversal_does_not_undo_it():
    found = crossings(
        ("ada", "2026-07-10", 60.0),
        ("ada", "2026-08-15", 40.0),
        ("ada", "2026-08-20", -50.0),
        ("ada", "2026-09-29", 50.0),
    )
    assert f"{found.loc['ada', 'reached_on']:%m-%d}" == "08-15"
    assert found.loc["ada", "reached_share"] == pytest.approx(46 / 92)


def test_a_reversal_of_the_same_day_counts_before_the_crossing():
    found = crossings(("ada", "2026-07-10", 100.0), ("ada", "2026-07-10", -1.0))
    assert pd.isna(found.loc["ada", "reached_on"])


def test_who_never_reached_quota_is_censored():
    found = crossings(("ada", "2026-07-10", 100.0), ("bo", "2026-07-10", 49.99))
    assert found["reached_share"].isna().to_dict() == {"ada": False, "bo": True}
    measured = spm.measure(found.reset_index(), spm.time_to_quota)
    assert pd.isna(measured["time_to_quota"].iloc[0])  # the median of two is half censored


def test_the_median_exists_where_more_than_half_reached_quota():
    lines = pd.DataFrame({"reached_share": [0.5, 0.7, 1.0, None], "rep_quota": [1.0] * 4})
    assert spm.measure(lines, spm.time_to_quota)["time_to_quota"].tolist() == pytest.approx([0.85])


def test_reps_without_a_quota_are_no_part_of_it():
    lines = pd.DataFrame({"reached_share": [0.5, None], "rep_quota": [1.0, None]})
    assert spm.measure(lines, spm.time_to_quota)["time_to_quota"].tolist() == [0.5]


def test_a_sum_of_floats_reaches_quota_to_the_cent():
    quota = pd.DataFrame(
        {
            "rep_id": ["ada"],
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [0.3],
        }
    )
    found = crossings(("ada", "2026-07-10", 0.1), ("ada", "2026-07-11", 0.2), quotas=quota)
    assert f"{found.loc['ada', 'reached_on']:%m-%d}" == "07-11"


def test_credit_of_a_component_without_a_quota_does_not_reach_it():
    quota = pd.DataFrame(
        {
            "rep_id": ["ada"],
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [100.0],
            "component": "new",
        }
    )
    found = crossings(
        ("ada", "2026-07-10", 500.0, {"component": "renewal"}),
        ("ada", "2026-07-20", 100.0, {"component": "new"}),
        quotas=quota,
    )
    assert f"{found.loc['ada', 'reached_on']:%m-%d}" == "07-20"


def test_a_rep_who_moved_reaches_the_whole_quota():
    spells = pd.DataFrame(
        {"rep_id": "ada", "starts_on": ["2026-01-01", "2026-08-15"], "region": ["North", "South"]}
    )
    found = crossings(
        ("ada", "2026-07-10", 60.0), ("ada", "2026-09-01", 40.0), rep_assignments=spells
    )
    assert f"{found.loc['ada', 'reached_on']:%m-%d}" == "09-01"


def test_progress_is_by_day_within_the_period():
    data = opened(
        ("ada", "2026-06-30", 9.0),
        ("ada", "2026-07-10", 60.0),
        ("ada", "2026-07-10", 5.0),
        ("ada", "2026-08-01", -15.0),
        ("bo", "2026-07-10", 1.0),
        ("bo", "2026-07-11", 7.0, {"credit_type": "overlay"}),
    )
    found = spm.credit_progress(data, "2026Q3")
    assert found[["rep_id", "credited", "cumulative"]].values.tolist() == [
        ["ada", 65.0, 65.0],
        ["ada", -15.0, 50.0],
        ["bo", 1.0, 1.0],
    ]
    both = spm.credit_progress(data, ["2026Q2", "2026Q3"])
    assert both["cumulative"].tolist() == [9.0, 65.0, 50.0, 1.0]

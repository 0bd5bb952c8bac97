"""Quotas that cover a part of a period, and quotas of people whom reps does not know."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm
from spmkit.data import DataError
from spmkit.lines import periods_with_quotas


def months(*starts, rep="ada", quota=10.0):
    days = pd.to_datetime(pd.Series(starts))
    ends = (days + pd.offsets.MonthEnd(0)).dt.date
    return pd.DataFrame(
        {"rep_id": rep, "period_start": days.dt.date, "period_end": ends, "quota": quota}
    )


def test_two_months_of_quota_are_not_held_against_a_quarter():
    data = company(quotas=months("2026-07-01", "2026-08-01"))
    with pytest.raises(DataError, match=r"only 62 of the 92 days of 2026Q3"):
        spm.quota_lines(data, "2026Q3")
    assert periods_with_quotas(data) == []


def test_the_months_that_are_covered_can_be_measured():
    data = company(quotas=months("2026-07-01", "2026-08-01"))
    lines = spm.quota_lines(data, "2026M07").set_index("rep_id")
    assert lines.loc["ada", "quota"] == 10.0
    assert lines.loc["ada", "credited"] == 90.0


def test_a_rep_who_joined_late_keeps_the_quota_where_others_cover_the_quarter():
    quotas = pd.concat(
        [months("2026-07-01", "2026-08-01", "2026-09-01"), months("2026-09-01", rep="bo")]
    )
    lines = spm.quota_lines(company(quotas=quotas), "2026Q3").set_index("rep_id")
    assert lines["quota"].to_dict() == {"ada": 30.0, "bo": 10.0}


def test_a_stranger_s_quota_is_not_met_by_another_stranger_s_sales():
    quotas = pd.DataFrame(
        {
            "rep_id": ["ada", "Mia Lange"],
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [100.0, 50.0],
        }
    )
    sold = opportunities(rep_id=["ada", "ada", "Karl Fremd", "bo"])
    lines = spm.quota_lines(company(quotas=quotas, opportunities=sold), "2026Q3")
    assert spm.measure(lines, spm.attainment)["attainment"].iloc[0] == pytest.approx(0.9)
    stranger = lines.set_index("rep_id").loc["not in reps"]
    assert stranger["issued_quota"] == 50.0
    assert pd.isna(stranger["quota"])
    assert stranger["credited"] == 60.0

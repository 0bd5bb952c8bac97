"""The time to the first deal: by hand, with those who still wait, on every engine."""

from __future__ import annotations

import pandas as pd
import pytest
from new_hires import DEALS, progress, quotas
from staff import days, deals, native, reps, staff, values

import spmkit as spm

FIRST = ["rep_id", "first_deal_on", "first_deal_days", "first_deal_closed"]


def test_first_deals_on_every_engine(engine):
    found = spm.first_deal_lines(staff(engine, opportunities=deals(DEALS)))
    assert values(found, *FIRST) == [
        ["ada", "2024-01-01", 0, True],
        ["bo", "2025-03-01", 45, True],
        ["cy", None, 1065, False],
        ["di", None, 184, False],
        ["eve", None, None, None],
    ]
    assert found["first_deal_status"].tolist() == ["ok"] * 4 + ["undefined: no hired_on"]
    lines = native(engine(found[["first_deal_days", "first_deal_closed"]].iloc[1:4]))
    # one of three after 45 days: the curve stays at two thirds
    median = spm.time_to_first_deal(lines).iloc[0]
    assert median[["n", "ended"]].tolist() == [3, 1]
    assert pd.isna(median["median"])
    assert median["status"] == "undefined: fewer than half ended"


def test_the_median_counts_those_who_still_wait():
    lines = pd.DataFrame(
        {"first_deal_days": [30, 60, 90, 200], "first_deal_closed": [True, True, False, False]}
    )
    # 3/4 are left after 30 days, 1/2 after 60; the mean of the finishers is 45
    assert spm.time_to_first_deal(lines)["median"].tolist() == [60.0]


def test_hires_before_the_data_begin_have_no_first_deal_to_be_seen():
    data = staff(
        opportunities=deals(DEALS).query("created_on >= @pd.Timestamp('2024-06-01').date()")
    )
    found = spm.first_deal_lines(data).set_index("rep_id")
    assert found["first_deal_status"][["ada", "bo"]].tolist() == [
        "undefined: hired before the data begin",
        "ok",
    ]
    assert found.loc["ada", ["first_deal_on", "first_deal_days"]].isna().all()


def test_credits_of_the_source_are_asked_for_and_read():
    credits = pd.DataFrame(
        {
            "credit_id": ["c1", "c2", "c3"],
            "opportunity_id": ["o1", "o1", "o3"],
            "rep_id": ["di", "bo", "di"],
            "credited_on": days("2026-04-20", "2025-03-01", "2026-04-20"),
            "amount": [5.0, 55.0, 5.0],
        }
    )
    data = staff(opportunities=deals(DEALS), credits=credits)
    for needs in (
        lambda: spm.first_deal_lines(data),
        lambda: spm.ramp_progress(data, quotas()),
    ):
        with pytest.raises(spm.DataError, match="credits=spm.credit_lines"):
            needs()
    found = spm.first_deal_lines(data, spm.credit_lines(data)).set_index("rep_id")
    # di's share is of a deal created before di came, and of one that was lost
    assert pd.isna(found["first_deal_on"]["di"])
    assert found["first_deal_days"]["bo"] == 45
    given = spm.first_deal_lines(data, spm.credit_lines(data).df())
    pd.testing.assert_frame_equal(given.set_index("rep_id"), found)


@pytest.mark.parametrize("absent", ["created_on", "closed_on", "amount"])
def test_a_missing_column_is_named(absent):
    bare = deals([("ada", "2024-02-01", None, 1.0, "open")]).drop(columns=absent)
    with pytest.raises(spm.DataError, match=f"unavailable: needs opportunities.{absent}"):
        spm.first_deal_lines(staff(opportunities=bare))


def test_nobody_hired():
    data = staff(reps=reps(hired_on=[None] * 5), opportunities=deals(DEALS))
    found = spm.first_deal_lines(data)
    assert found["first_deal_days"].isna().all()
    median = spm.time_to_first_deal(found).iloc[0]
    assert median["n"] == 0
    assert pd.isna(median["median"])
    assert spm.ramp_progress(data, quotas()).empty
    lines = spm.ramp_lines(progress([1.0]), spm.rep_tenure(data))
    assert lines["ramp_months"].isna().all()
    assert spm.measure(spm.new_hire_lines(lines), spm.new_hire_failure).iloc[0, 1] == 0

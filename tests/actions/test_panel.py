"""Values by rep and period: each kind of lines by hand, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from three_reps import QUOTAS, SALES, quotas, three

import spmkit as spm
from spmkit.data import DataError

PERIODS = ["2026Q2", "2026Q3"]


def rows(panel):
    return [tuple(row) for row in panel[["rep_id", "period", "value"]].itertuples(index=False)]


def test_attainment_by_hand():
    found = spm.rep_panel(three(), spm.attainment, PERIODS)
    assert rows(found) == [
        ("ada", "2026Q2", 1.2),
        ("ada", "2026Q3", 0.8),
        ("bo", "2026Q2", 0.6),
        ("bo", "2026Q3", 1.2),
        ("cy", "2026Q3", 0.2),
    ]


def test_what_closed_and_what_was_created_count_in_their_own_period():
    deals = SALES.assign(outcome=["won", "lost", "won", "lost", "lost", "lost"])
    data = three(opportunities=deals)
    # Ada: of one that closed before one was won, of two that closed now one.
    assert rows(spm.rep_panel(data, spm.win_rate, PERIODS))[:2] == [
        ("ada", "2026Q2", 1.0),
        ("ada", "2026Q3", 0.5),
    ]
    # Ada's 70 was created on 11 June, thirty days before it closed.
    found = rows(spm.rep_panel(data, spm.pipeline_created, PERIODS))
    created = {(rep, period): value for rep, period, value in found}
    assert created == {
        ("ada", "2026Q2"): 70.0,
        ("ada", "2026Q3"): 10.0,
        ("bo", "2026Q2"): 30.0,
        ("bo", "2026Q3"): 60.0,
        ("cy", "2026Q3"): 10.0,
    }


ACTIVITIES = pd.DataFrame(
    {
        "activity_id": ["a1", "a2", "a3"],
        "rep_id": "ada",
        "type": "call",
        "started_at": ["2026-05-01 09:00:00", "2026-08-01 09:00:00", "2026-08-01 10:00:00"],
        "minutes": [60.0, 90.0, 30.0],
        "category": ["admin", "selling", "admin"],
    }
)


def test_time_of_single_reps_only_where_it_may_be_shown():
    data = three(activities=ACTIVITIES)
    found = spm.rep_panel(data, spm.admin_time_share, PERIODS)
    assert rows(found) == [("ada", "2026Q2", 1.0), ("ada", "2026Q3", 0.25)]
    barred = spm.open_data(
        {"reps": data.reps.df(), "opportunities": SALES, "activities": ACTIVITIES},
        settings={"as_of": "2026-10-02", "individual_activity": False},
    )
    with pytest.raises(DataError, match="of single reps is not shown"):
        spm.rep_panel(barred, spm.admin_time_share, PERIODS)


def test_meetings_come_from_productivity_lines():
    met = ACTIVITIES.assign(type="meeting", external=True)
    found = spm.rep_panel(three(activities=met), spm.meetings_per_rep_week, PERIODS)
    ada = found[(found["rep_id"] == "ada") & (found["period"] == "2026Q3")]
    assert ada["value"].iloc[0] == pytest.approx(2 / (92 / 7), rel=0.02)


def test_coverage_is_that_of_the_day_of_the_data():
    ahead = quotas(("ada", ("2026-10-01", "2026-12-31"), 50.0))
    ahead_one = {"opportunity_id": "o9", "outcome": "open", "closed_on": None, "amount": 100.0}
    open_one = SALES.iloc[:1].assign(**ahead_one, expected_close_on="2026-11-01")
    deals = pd.concat([SALES, open_one], ignore_index=True)
    data = three(opportunities=deals, quotas=pd.concat([QUOTAS, ahead]))
    assert rows(spm.rep_panel(data, spm.pipeline_coverage, PERIODS)) == [("ada", "2026Q3", 2.0)]
    with pytest.raises(DataError, match=r"of the day of the data alone, not of 2026Q2"):
        spm.rep_panel(data, spm.pipeline_coverage, ["2026Q2"])
    with pytest.raises(DataError, match="no quota of 2026Q4 is known"):
        spm.rep_panel(three(opportunities=deals), spm.pipeline_coverage, PERIODS)


@pytest.mark.parametrize("metric", [spm.stage_conversion, spm.participation_rate])
def test_what_is_not_measured_by_rep_and_period_is_refused(metric):
    with pytest.raises(DataError, match="is not measured by rep and period"):
        spm.rep_panel(three(), metric, PERIODS)


def test_a_missing_table_is_named():
    with pytest.raises(DataError, match="needs activities"):
        spm.rep_panel(three(), spm.selling_time_share, PERIODS)


@pytest.mark.parametrize("name", ["", "measure", "gap_breakdown", "Calendar", "run_report"])
def test_a_name_that_is_no_metric_is_refused(name):
    with pytest.raises(DataError, match="is no metric"):
        spm.asked_metric(name)

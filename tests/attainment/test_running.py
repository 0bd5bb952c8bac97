"""A running period, by hand: on 2026-08-14, 33 of the 66 weekdays of 2026Q3 have passed."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company

import spmkit as spm

AS_OF = {"as_of": "2026-08-14"}


def past(quarters, early=20.0, late=80.0):
    """A quarter each: some in its first month, the rest in its last."""
    starts = pd.date_range(end="2026-04-01", periods=quarters, freq="QS")
    days = [day for start in starts for day in (start, start + pd.DateOffset(months=2, days=9))]
    return pd.DataFrame(
        {"closed_on": [f"{day:%Y-%m-%d}" for day in days], "amount": [early, late] * quarters}
    )


def running(quarters=0, settings=None, **tables):
    now = pd.DataFrame({"closed_on": ["2026-07-20"], "amount": [10.0]})
    deals = pd.concat([past(quarters), now] if quarters else [now], ignore_index=True)
    deals = deals.assign(opportunity_id=[f"o{i}" for i in deals.index], rep_id="ada", outcome="won")
    quota = pd.DataFrame(
        {
            "rep_id": ["ada"],
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [100.0],
        }
    )
    data = company(AS_OF | (settings or {}), **{"opportunities": deals, "quotas": quota} | tables)
    return spm.quota_lines(data, "2026Q3")


RUNNING = [
    spm.pace,
    spm.run_rate_projection,
    spm.required_run_rate,
    spm.required_lift,
    spm.attainment,
]


def test_a_running_period_has_no_totals_of_reps():
    lines = running()
    assert lines["complete"].tolist() == [False]
    assert lines[["rep_quota", "rep_credited", "miss_streak"]].isna().all(axis=None)
    found = spm.measure(lines, [spm.participation_rate, spm.median_attainment]).iloc[0]
    assert found[["participation_rate", "median_attainment"]].isna().all()


@pytest.mark.parametrize("quarters", [0, 3])
def test_without_four_periods_of_history_the_pace_is_by_selling_days(quarters):
    lines = running(quarters)
    assert lines[["days_elapsed", "days_left"]].values.tolist() == [[33, 33]]
    assert lines["expected_share"].tolist() == lines["elapsed_share"].tolist() == [0.5]
    found = spm.measure(lines, RUNNING).iloc[0]
    assert found["pace"] == pytest.approx(10 / 50)
    assert found["run_rate_projection"] == pytest.approx(20.0)


@pytest.mark.parametrize("quarters", [4, 9])
def test_with_history_the_pace_follows_how_credit_came_in(quarters):
    lines = running(quarters)
    assert lines["expected_share"].tolist() == pytest.approx([0.2])
    found = spm.measure(lines, RUNNING).iloc[0]
    assert found["pace"] == pytest.approx(0.5)
    assert found["run_rate_projection"] == pytest.approx(50.0)
    assert found["required_run_rate"] == pytest.approx(90 / 33)
    assert found["required_lift"] == pytest.approx(9.0)
    assert found["attainment"] == pytest.approx(0.1)


def test_overlay_credits_are_no_part_of_the_season():
    overlay = pd.DataFrame(
        {
            "credit_id": [f"c{i}" for i in range(4)],
            "rep_id": "bo",
            "credited_on": past(4)["closed_on"][::2].to_list(),
            "amount": 1000.0,
            "credit_type": "overlay",
        }
    )
    assert running(4, credits=overlay)["expected_share"].tolist() == pytest.approx([0.2])


def test_periods_in_which_nothing_was_credited_are_not_counted():
    deals = past(5)
    gone = deals["closed_on"].str.startswith(("2026-04", "2026-06"))
    found = running(
        0,
        opportunities=pd.concat(
            [deals[~gone], pd.DataFrame({"closed_on": ["2026-07-20"], "amount": [10.0]})],
            ignore_index=True,
        ).assign(opportunity_id=lambda f: [f"o{i}" for i in f.index], rep_id="ada", outcome="won"),
    )
    assert found["expected_share"].tolist() == pytest.approx([0.2])


def test_holidays_are_left_out_of_the_days():
    lines = running(0, {"calendar": {"holidays": "US"}})
    assert lines[["days_elapsed", "days_left"]].values.tolist() == [[32, 32]]


def test_on_the_last_day_the_period_is_complete():
    lines = running(0, {"as_of": "2026-09-30"})
    assert lines["complete"].tolist() == [True]
    assert lines[["days_elapsed", "days_left", "expected_share"]].values.tolist() == [[66, 0, 1]]
    found = spm.measure(lines, RUNNING).iloc[0]
    assert found["pace"] == pytest.approx(0.1)
    assert pd.isna(found["required_run_rate"])
    assert pd.isna(found["required_lift"])


def test_nothing_is_required_once_the_quota_is_reached():
    lines = running().assign(credited=120.0)
    found = spm.measure(lines, RUNNING).iloc[0]
    assert found[["required_run_rate", "required_lift"]].tolist() == [0.0, 0.0]


def test_a_lift_from_nothing_is_undefined():
    found = spm.measure(running().assign(credited=0.0), RUNNING).iloc[0]
    assert pd.isna(found["required_lift"])
    assert found["required_run_rate"] == pytest.approx(100 / 33)
    # Where more was reversed than credited a lift would be negative, and mean nothing.
    reversed_ = spm.measure(running().assign(credited=-20.0), spm.required_lift).iloc[0]
    assert pd.isna(reversed_["required_lift"])


def test_on_a_first_day_that_is_no_selling_day_nothing_has_elapsed():
    quota = pd.DataFrame(
        {
            "rep_id": ["ada"],
            "period_start": "2026-08-01",
            "period_end": "2026-08-31",
            "quota": [100.0],
        }
    )
    deals = pd.DataFrame(
        {
            "opportunity_id": ["o"],
            "rep_id": "ada",
            "outcome": "won",
            "amount": [5.0],
            "closed_on": "2026-08-01",
        }
    )  # a Saturday
    data = company({"as_of": "2026-08-01"}, quotas=quota, opportunities=deals)
    found = spm.measure(spm.quota_lines(data, "2026M08"), RUNNING).iloc[0]
    assert found[["pace", "run_rate_projection"]].isna().all()

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from spmkit import attainment_explorer, open_data
from spmkit.widgets.attainment_source import source_of


def opened(
    as_of="2026-10-02", quota_periods=(("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-09-30"))
):
    """Two reps with quotas, one without, over the quarters given."""
    quotas = [
        {"rep_id": rep, "period_start": start, "period_end": end, "quota": 100.0}
        for start, end in quota_periods
        for rep in ("ada", "bo")
    ]
    won = pd.DataFrame(
        {
            "opportunity_id": ["o1", "o2", "o3", "o4"],
            "rep_id": ["ada", "ada", "bo", "cy"],
            "outcome": "won",
            "closed_on": ["2026-06-30", "2026-07-01", "2026-09-30", "2026-08-01"],
            "amount": [40.0, 120.0, 80.0, 30.0],
        }
    )
    reps = pd.DataFrame(
        {
            "rep_id": ["ada", "bo", "cy"],
            "name": ["Ada Byron", "Bo Li", "Cy Ode"],
            "region": ["East", "West", "West"],
        }
    )
    tables = {"reps": reps, "opportunities": won, "quotas": pd.DataFrame(quotas)}
    return open_data(tables, settings={"as_of": as_of})


@pytest.fixture
def source():
    return source_of(opened())


def test_complete_periods_are_offered_the_latest_first(source):
    assert [period.label for period in source.periods] == ["2026Q3", "2026Q2"]


def test_a_running_period_is_not_offered():
    running = source_of(opened(as_of="2026-09-29"))
    assert [period.label for period in running.periods] == ["2026Q2"]
    with pytest.raises(ValueError, match="'2026Q3', which is not among 2026Q2"):
        attainment_explorer(opened(as_of="2026-09-29"), "2026Q3")


def test_a_rep_is_one_row_with_attainment_where_there_is_a_quota(source):
    reps = source.reps("2026Q3").set_index("rep")
    assert reps["attainment"].dropna().to_dict() == {"Ada Byron": 1.2, "Bo Li": 0.8}
    assert reps["credited"].to_dict() == {"Ada Byron": 120.0, "Bo Li": 80.0, "Cy Ode": 30.0}
    assert reps["quota"].isna().to_dict() == {"Ada Byron": False, "Bo Li": False, "Cy Ode": True}


def test_groups_at_a_threshold(source):
    groups = source.groups("2026Q3", "region", 0.8).set_index("region")
    assert groups["participation_rate"].to_dict() == {"East": 1.0, "West": 1.0}
    assert groups["participation_rate_n"].to_dict() == {"East": 1, "West": 1}
    everyone = source.groups("2026Q3", None, 1.0).iloc[0]
    assert (everyone["participation_rate"], everyone["attainment"]) == (0.5, 1.0)
    assert 0 < everyone["participation_rate_low"] < 0.5 < everyone["participation_rate_high"] < 1


def test_credits_are_those_of_the_period(source):
    credits = source.credit_lines("2026Q3").sort_values("credited_on")
    assert credits["opportunity_id"].tolist() == ["o2", "o4", "o3"]
    assert pd.Timestamp(credits["credited_on"].iloc[0]).date() == date(2026, 7, 1)


def test_credits_add_up_to_what_a_rep_is_credited_with(source):
    summed = source.credit_lines("2026Q3").groupby("rep_id")["amount"].sum().to_dict()
    assert summed == source.reps("2026Q3").set_index("rep_id")["credited"].to_dict()


def test_the_panel_opens_on_data():
    panel = attainment_explorer(opened(), by="region")
    assert "1 of 2 reps (50.0%" in panel.headline.value
    assert "1 without a quota not counted" in panel.headline.value
    panel.period.value = "2026Q2"
    assert "0 of 2 reps" in panel.headline.value
    assert "Ada Byron: 1 credit line, 40 in all" in panel.credits.value

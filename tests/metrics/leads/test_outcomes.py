"""Lead outcomes: how long each lead waited, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st
from lead_tables import BUSINESS, DEALS, LEADS, WAITED, outcomes, written

from spmkit.data import DataError
from spmkit.metrics.leads.outcomes import lead_outcomes


def test_hours_run_to_the_touch_or_to_the_end_of_the_last_day():
    found = outcomes()
    assert written(found["waited_hours"]) == [pytest.approx(hours) for hours in WAITED]
    assert written(found["response_hours"]) == [*WAITED[:3], None, None, None, WAITED[6], None]
    assert found["touched"].tolist() == [True, True, True, False, False, True, True, False]
    assert found["age_hours"].tolist()[4:6] == [0.5, 4 * 24 + 12.0]
    assert found["age_days"].tolist() == [125, 123, 119, 35, 0, 4, 2, 1]
    assert found["created_period"].tolist() == ["2026Q2"] * 3 + ["2026Q3", "2026Q4"] + [
        "2026Q3",
        "2026Q3",
        "2026Q4",
    ]


def test_conversion_value_and_defects():
    found = outcomes()
    assert written(found["converted"]) == [True] * 4 + [False, None, False, False]
    assert written(found["won"]) == [True, True, True, False, False, None, False, False]
    # o4 was there eight days before l4: no conversion took that long.
    assert written(found["conversion_days"]) == [2, 0, 35, None, None, None, None, None]
    assert written(found["value_share"]) == [0.5, 0.5, 1, 1, None, None, None, None]
    assert written(found["won_amount"]) == [90, 90, 60, None, None, None, None, None]
    assert written(found["won_value"]) == [45, 45, 60, 0, 0, None, 0, 0]
    assert found["won_value"].sum() == 150  # what was won, once
    both = "touched before it was created; its opportunity is not in opportunities"
    assert written(found["defect"]) == [None] * 5 + [both] + [None] * 2


def test_each_defect_is_said_alone_too():
    leads = LEADS.iloc[[5, 5]].assign(lead_id=["a", "b"], opportunity_id=[None, "o9"])
    leads = leads.assign(first_touch_at=[datetime(2026, 9, 28, 11), None])
    found = outcomes(company(leads=leads, opportunities=DEALS))
    assert found["defect"].tolist() == [
        "touched before it was created",
        "its opportunity is not in opportunities",
    ]


def test_business_hours_are_those_of_selling_days():
    found = outcomes(business_hours=(9, 17))
    assert written(found["waited_hours"]) == BUSINESS
    holiday = company(settings={"calendar": {"holidays": "US"}}, leads=LEADS, opportunities=DEALS)
    # Labor Day, Monday 7 September 2026, is one day less for l4.
    assert outcomes(holiday, business_hours=(9, 17))["waited_hours"][3] == 7.0 + 24 * 8


@pytest.mark.parametrize("hours", [(17, 9), (9, 9), (-1, 8), (9, 25)])
def test_hours_that_are_no_part_of_a_day_are_refused(hours):
    with pytest.raises(ValueError, match="opening and closing hour"):
        outcomes(business_hours=hours)


def test_without_a_table_of_leads():
    with pytest.raises(DataError, match="unavailable: needs leads"):
        lead_outcomes(company())


def test_columns_that_the_source_lacks():
    bare = pd.DataFrame({"lead_id": ["l1"], "created_at": ["2026-09-01"]})
    deals = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada", "outcome": "open"})
    found = outcomes(company(leads=bare, opportunities=deals))
    assert found[["touched", "converted", "won"]].to_numpy().tolist() == [[False] * 3]
    assert found["waited_hours"].tolist() == [32 * 24.0]
    assert found[["response_hours", "rep_id", "source", "region"]].isna().all(axis=None)


def test_the_attributes_are_those_of_the_day_of_creation():
    spells = pd.DataFrame(
        {
            "rep_id": ["bo", "bo"],
            "starts_on": ["2026-01-01", "2026-08-01"],
            "region": ["South", "West"],
        }
    )
    data = company(leads=LEADS, opportunities=DEALS, rep_assignments=spells)
    found = outcomes(data, attributes=("region",))
    assert written(found["region"]) == [
        *["North", "North", "South", "West", "North", None, None, "West"]
    ]
    assert "team" not in found


def test_a_touch_after_the_last_day_has_not_happened_yet():
    leads = LEADS.iloc[[4]].assign(first_touch_at=[datetime(2026, 10, 3, 0, 10)])
    for hours in (None, (0, 24)):
        found = outcomes(company(leads=leads, opportunities=DEALS), business_hours=hours)
        assert found["touched"].tolist() == [False]
        assert found["waited_hours"].tolist() == [0.5]


MOMENTS = st.datetimes(datetime(2026, 8, 20), datetime(2026, 10, 2, 23, 59, 59)).map(
    lambda moment: moment.replace(microsecond=0)
)
ROWS = st.lists(
    st.tuples(
        MOMENTS,
        st.one_of(st.none(), MOMENTS),
        st.sampled_from([None, "o1", "o2", "o3", "o4", "o5", "o9"]),
    ),
    min_size=1,
    max_size=12,
)
_END = datetime(2026, 10, 3)


def slow_hours(start, end):
    """Count the seconds between 9 and 17 of weekdays, one day after another."""
    seconds, day = 0.0, start.date()
    while day <= end.date():
        opens = datetime(day.year, day.month, day.day, 9)
        if day.weekday() < 5:
            shared = min(end, opens + timedelta(hours=8)) - max(start, opens)
            seconds += max(shared.total_seconds(), 0.0)
        day += timedelta(days=1)
    return seconds / 3600


def slow_line(row, rows, clock):
    created, touch, opportunity = row
    waited = clock(created, touch or _END)
    outcome = dict(zip(DEALS["opportunity_id"], DEALS["outcome"], strict=True)).get(opportunity)
    amount = dict(zip(DEALS["opportunity_id"], DEALS["amount"], strict=True)).get(opportunity)
    unknown = opportunity is not None and outcome is None
    sharing = sum(other[2] == opportunity for other in rows)
    return {
        "touched": touch is not None,
        "waited_hours": None if touch and touch < created else waited,
        "converted": None if unknown else outcome not in (None, "void"),
        "won_value": None if unknown else amount / sharing if outcome == "won" else 0.0,
    }


@settings(max_examples=25, deadline=None)
@given(ROWS, st.booleans())
def test_random_leads_against_plain_loops(rows, business):
    clock = slow_hours if business else lambda a, b: (b - a).total_seconds() / 3600
    leads = pd.DataFrame(rows, columns=["created_at", "first_touch_at", "opportunity_id"])
    leads = leads.assign(
        lead_id=[f"l{n:02}" for n in range(len(rows))],
        first_touch_at=pd.to_datetime(leads["first_touch_at"]),
        opportunity_id=leads["opportunity_id"].astype("string"),
    )
    data = company(leads=leads, opportunities=DEALS)
    found = outcomes(data, business_hours=(9, 17) if business else None, attributes=())
    for number, row in enumerate(rows):
        for column, value in slow_line(row, rows, clock).items():
            [shown] = written(found[column][number : number + 1])
            assert shown == (value if value is None else pytest.approx(value)), column

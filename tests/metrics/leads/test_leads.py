"""Leads: how long each waited, what became of it, and the metrics over them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError
from spmkit.metrics.leads.handling import (
    lead_conversion,
    lead_conversion_within,
    lead_response_time,
    lead_win_rate,
    response_within,
    source_value_per_lead,
    touched_response_median,
)
from spmkit.metrics.leads.outcomes import lead_outcomes

METRICS = [
    lead_conversion,
    partial(lead_conversion_within, within_days=30),
    lead_win_rate,
    touched_response_median,
    response_within,
    source_value_per_lead,
]
# as_of is Friday 2 October 2026. o1 was won for 90, o2 lost, o3 won for 60, o4 is open, o5 void.
LEADS = pd.DataFrame(
    {
        "lead_id": ["l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"],
        "source": ["Web", "Web", "Fair", "Fair", "Web", "Web", "Fair", None],
        "rep_id": ["ada", "ada", "bo", "bo", "ada", "Zed", None, "bo"],
        "created_at": [
            datetime(2026, 5, 30, 9, 0, 0),  # a Saturday
            datetime(2026, 6, 1, 16, 30, 0),
            datetime(2026, 6, 5, 16, 45, 0),  # a Friday
            datetime(2026, 8, 28, 10, 0, 0),
            datetime(2026, 10, 2, 23, 30, 0),
            datetime(2026, 9, 28, 12, 0, 0),
            datetime(2026, 9, 30, 8, 0, 0),
            datetime(2026, 10, 1, 0, 0, 0),
        ],
        "first_touch_at": [
            datetime(2026, 5, 30, 10, 0, 0),  # one hour
            datetime(2026, 6, 2, 9, 15, 0),  # 16 hours and 45 minutes
            datetime(2026, 6, 8, 9, 15, 0),  # 64.5 hours over a weekend
            None,
            None,
            datetime(2026, 9, 28, 11, 0, 0),  # before it was created
            datetime(2026, 9, 30, 8, 20, 30),  # 20.5 minutes
            None,
        ],
        "opportunity_id": ["o1", "o1", "o3", "o4", None, "o9", "o5", None],
    }
)
DEALS = opportunities(
    opportunity_id=["o1", "o2", "o3", "o4", "o5"],
    rep_id=["ada", "ada", "bo", "bo", "bo"],
    outcome=["won", "lost", "won", "open", "void"],
    amount=[90.0, 40.0, 60.0, 10.0, 1000.0],
    created_on=["2026-06-01", "2026-06-10", "2026-07-10", "2026-08-20", "2026-10-01"],
    closed_on=["2026-07-11", "2026-08-01", "2026-08-20", None, "2026-10-02"],
)
WAITED = [1.0, 16.75, 64.5, 35 * 24 + 14.0, 0.5, None, 20.5 / 60, 48.0]
# Of one hour each in the shop's time, 9 to 17 on weekdays: l1 none (Saturday), l2 half and a
# quarter, l3 a quarter and a quarter, l4 7 hours of 28 August and 25 days, l5 none (at night).
BUSINESS = [0.0, 0.75, 0.5, 7.0 + 25 * 8, 0.0, None, 0.0, 16.0]


def outcomes(data=None, **options):
    data = data or company(leads=LEADS, opportunities=DEALS)
    return lead_outcomes(data, **options).df().sort_values("lead_id").reset_index(drop=True)


def written(column):
    return [None if pd.isna(value) else value for value in column]


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


def test_metrics_by_hand():
    found = spm.measure(outcomes(), METRICS, confidence=0.95).iloc[0]
    # l6 has an opportunity that nobody knows: 4 of the 7 others have one.
    assert found["lead_conversion"] == pytest.approx(4 / 7)
    assert found["lead_conversion_n"] == 7
    # 30 days old are l1 to l4; l4's days are not known; of l1, l2, l3 two took at most 30 days.
    assert found["lead_conversion_within_30"] == pytest.approx(2 / 3)
    assert found["lead_win_rate"] == pytest.approx(3 / 7)
    assert found["touched_response_median"] == pytest.approx((1.0 + 16.75) / 2)
    # Older than an hour: all but l5; l6 contradicts itself; l1 and l7 of six are in time.
    assert found[["response_within", "response_within_n"]].tolist() == pytest.approx([2 / 6, 6])
    assert found["source_value_per_lead"] == pytest.approx(150 / 7)
    assert 0 < found["response_within_low"] < found["response_within_high"] < 1


def test_value_by_source_does_not_count_a_shared_opportunity_twice():
    found = spm.measure(outcomes(), [source_value_per_lead], by="source")
    assert found["source_value_per_lead"].tolist() == pytest.approx([60 / 3, 90 / 3, 0])
    assert found["source_value_per_lead_n"].tolist() == [3, 3, 1]


def test_response_time_keeps_those_who_wait():
    leads = pd.DataFrame(
        {
            "source": ["Web"] * 5 + ["Fair"] * 3,
            "waited_hours": [1.0, 2.0, 3.0, 50.0, 60.0, 5.0, 6.0, 7.0],
            "touched": [True, True, True, False, False, True, False, False],
        }
    )
    found = lead_response_time(leads, by="source").set_index("source")
    # Web: survival 0.8, 0.6, 0.4 after 1, 2, 3 hours. Fair: 2/3 after 5, then only those who wait.
    assert found.loc["Web", "median"] == 3.0
    assert pd.isna(found.loc["Fair", "median"])
    assert found["n"].to_dict() == {"Fair": 3, "Web": 5}
    assert found["ended"].to_dict() == {"Fair": 1, "Web": 3}
    # The plain median of those touched would say two hours of Web, and five of Fair.
    plain = leads.assign(response_hours=leads["waited_hours"].where(leads["touched"]))
    measured = spm.measure(plain, touched_response_median, by="source")
    assert measured["touched_response_median"].tolist() == [5.0, 2.0]


def test_response_time_over_the_lines_leaves_contradictions_out():
    found = lead_response_time(lead_outcomes(company(leads=LEADS, opportunities=DEALS)))
    assert found["n"].tolist() == [7]
    assert found["ended"].tolist() == [4]


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


@pytest.mark.parametrize("hours", [None, (9, 17)])
def test_no_leads_at_all(hours):
    none = company(leads=LEADS.iloc[:0], opportunities=DEALS)
    found = spm.measure(lead_outcomes(none, business_hours=hours), METRICS).iloc[0]
    values = [name.removesuffix("_status") for name in found.index if name.endswith("_status")]
    assert found[values].isna().all()


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


def test_every_engine_gives_the_same(engine):
    deals = DEALS.assign(
        created_on=pd.to_datetime(DEALS["created_on"]).dt.date,
        closed_on=[None if pd.isna(day) else date.fromisoformat(day) for day in DEALS["closed_on"]],
    )
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]})
    frames = {"reps": reps, "opportunities": deals, "leads": LEADS}
    given = {name: engine_frame(engine, frame) for name, frame in frames.items()}
    data = spm.open_data(given, settings={"as_of": "2026-10-02"})
    for hours, waited in ((None, WAITED), ((9, 17), BUSINESS)):
        lines = lead_outcomes(data, business_hours=hours)
        expected = outcomes(business_hours=hours)
        assert written(expected["waited_hours"]) == waited
        by_source = spm.measure(lines, METRICS, by=["source", "created_period"])
        hand = spm.measure(expected, METRICS, by=["source", "created_period"])
        pd.testing.assert_frame_equal(by_source, hand)
    found = spm.measure(lead_outcomes(data), METRICS).iloc[0]
    assert found["response_within"] == pytest.approx(2 / 6)
    assert found["source_value_per_lead"] == pytest.approx(150 / 7)
    assert lead_response_time(lead_outcomes(data))["n"].tolist() == [7]


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


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


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100)), min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_a_longer_limit_never_lowers_the_share_of_those_old_enough(rows):
    leads = pd.DataFrame(rows, columns=["touched", "waited_hours"]).assign(age_hours=200.0)
    leads["response_hours"] = leads["waited_hours"].where(leads["touched"], np.nan)
    limits = [partial(response_within, hours=hours) for hours in (0.5, 1.5, 24.0, 100.0)]
    shares = spm.measure(leads, limits).iloc[0][
        [f"response_within_{hours}" for hours in (0.5, 1.5, 24.0, 100.0)]
    ]
    assert shares.is_monotonic_increasing
    assert shares.iloc[-1] == pytest.approx(leads["touched"].mean())

"""Conversion, response and value of leads: the metrics by hand and on every engine."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st
from lead_tables import BUSINESS, DEALS, LEADS, WAITED, outcomes, written

import spmkit as spm
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


@pytest.mark.parametrize("hours", [None, (9, 17)])
def test_no_leads_at_all(hours):
    none = company(leads=LEADS.iloc[:0], opportunities=DEALS)
    found = spm.measure(lead_outcomes(none, business_hours=hours), METRICS).iloc[0]
    values = [name.removesuffix("_status") for name in found.index if name.endswith("_status")]
    assert found[values].isna().all()


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

"""Leads: answers by hand, the planted slow source, scores that say something and that do not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import assert_stands_alone, rows

import spmkit
from spmkit.data import DataError, open_data
from spmkit.diagnostics import leads, leads_score, open_diagnosis
from spmkit.narrative import leads as words
from spmkit.reports.diagnostics_parts import leads as parts

DEALS = pd.DataFrame(
    {
        "opportunity_id": ["o1", "o2", "o3"],
        "rep_id": "ada",
        "outcome": ["won", "lost", "open"],
        "amount": [90.0, 40.0, 10.0],
        "created_on": ["2026-01-10", "2026-02-01", "2026-09-20"],
        "closed_on": ["2026-03-01", "2026-04-01", None],
    }
)


def came(*leads_given):
    """Leads of (source, hours until the answer or None, opportunity or None)."""
    start = pd.Timestamp("2026-01-05 09:00")
    rows_of = [
        (
            f"l{number}",
            source,
            "ada",
            start,
            None if hours is None else start + pd.Timedelta(hours=hours),
            deal,
        )
        for number, (source, hours, deal) in enumerate(leads_given)
    ]
    columns = ["lead_id", "source", "rep_id", "created_at", "first_touch_at", "opportunity_id"]
    frame = pd.DataFrame(rows_of, columns=columns)
    return frame.astype({"first_touch_at": "datetime64[us]", "opportunity_id": "str"}).assign(
        opportunity_id=frame["opportunity_id"]
    )


def opened(lead_rows=None, deals=DEALS):
    tables = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": deals}
    if lead_rows is not None:
        tables["leads"] = lead_rows
    return open_diagnosis(open_data(tables, settings={"as_of": "2026-10-02"}))


BY_HAND = came(
    ("Web", 0.5, "o1"),
    ("Web", 2.0, None),
    ("Web", 4.0, None),
    ("Fair", 30.0, "o2"),
    ("Fair", None, None),
    ("Fair", None, None),
    (None, 1.0, None),
)


@pytest.fixture(scope="module")
def sample():
    return open_diagnosis(spmkit.open_data(spmkit.shipped("datasets") / "sample"))


# By hand


def test_answers_by_hand_with_those_never_given_still_waiting():
    found = leads.response_times(opened(BY_HAND)).set_index("source")
    assert found.loc["Web", "median"] == 2.0
    assert np.isnan(found.loc["Fair", "median"])  # two of three still wait
    assert found.loc["Fair", ["n", "touched"]].tolist() == [3, 1]
    assert found["within"].round(3).to_dict() == {"Fair": 0.0, "Web": 0.333, "not given": 1.0}


def test_within_what_is_promised():
    found = leads.response_times(opened(BY_HAND), within_hours=2.0).set_index("source")
    assert found.loc["Web", "within"] == pytest.approx(2 / 3)


def test_the_curve_rises_to_the_share_that_is_ever_answered():
    curve = leads.response_curves(opened(BY_HAND))
    web, fair = (curve[curve["source"] == name] for name in ("Web", "Fair"))
    assert web["hours"].tolist() == [0.5, 2.0, 4.0]
    assert web["answered"].round(3).tolist() == [0.333, 0.667, 1.0]
    assert fair["answered"].max() == pytest.approx(1 / 3)


def test_yields_by_hand():
    found = leads.source_yields(opened(BY_HAND)).set_index("source")
    assert found.loc["Web", ["conversion", "win_rate", "value"]].astype(float).round(
        3
    ).tolist() == [
        0.333,
        0.333,
        30.0,
    ]
    assert found.loc["Fair", "value"] == 0.0  # lost is nought, not unknown
    assert found["value_low"].isna().all()  # of one rep there is no interval
    assert found["conversion_90_n"].to_dict() == {"Web": 3, "Fair": 3, "not given": 1}


def test_the_interval_of_the_value_is_of_the_metric_itself(sample):
    found = leads.source_yields(sample)
    assert (found["value_low"] < found["value"]).all()
    assert (found["value"] < found["value_high"]).all()
    lines = spmkit.lead_outcomes(sample.data, attributes=()).df()
    ours = lines[lines["created_period"].isin(sample.window)]
    for row in found.to_dict("records"):
        values = ours.loc[ours["source"] == row["source"], "won_value"]
        assert row["value"] == pytest.approx(values.mean())


# Properties


@given(st.lists(st.one_of(st.none(), st.floats(0.1, 500)), min_size=1, max_size=30))
@settings(max_examples=10)
def test_a_lead_never_answered_never_shortens_the_wait(hours):
    given_leads = [("Web", hour, None) for hour in hours]
    before = leads.response_times(opened(came(*given_leads))).iloc[0]
    after = leads.response_times(opened(came(*given_leads, ("Web", None, None)))).iloc[0]
    median = np.inf if np.isnan(before["median"]) else before["median"]
    later = np.inf if np.isnan(after["median"]) else after["median"]
    assert later >= median
    assert after["within"] <= before["within"]


# The sample company, and one with nothing planted


def test_the_planted_slow_source_is_named_first(sample):
    path = spmkit.shipped("datasets") / "sample" / "truth.json"
    slow = json.loads(path.read_text(encoding="utf-8"))["planted"]["slow_response_source"]
    times = leads.response_times(sample)
    assert times["source"].iloc[0] == slow
    assert times.loc[times["slowest"], "source"].tolist() == [slow]
    assert words.response_title(times).startswith(f"{slow} leads wait longest")


def test_where_no_source_is_slower_none_is_named():
    random = np.random.default_rng(5)
    hours = random.lognormal(1.0, 1.0, 200)
    sources = random.choice(["Web", "Fair", "Mail"], 200)
    given_leads = [(str(s), float(h), None) for s, h in zip(sources, hours, strict=True)]
    times = leads.response_times(opened(came(*given_leads)))
    assert not times["slowest"].any()
    assert words.response_title(times).startswith("Of no source")


# Scores


def scored(chances, of=40, seed=2):
    """Deals closed in the window, of each chance as many, with the score that it is."""
    random = np.random.default_rng(seed)
    chance = np.repeat(chances, of)
    won = random.random(len(chance)) < chance
    ids = [f"o{number}" for number in range(len(chance))]
    outcome = np.where(won, "won", "lost")
    dates = {"created_on": "2026-07-01", "closed_on": "2026-08-20"}
    return pd.DataFrame({"opportunity_id": ids, "rep_id": "ada", "outcome": outcome, **dates})


def test_a_score_that_is_the_chance_rises_and_holds():
    chances = np.array([0.05, 0.25, 0.45, 0.65, 0.95])
    deals = scored(chances, of=200).assign(score=np.repeat(chances * 100, 200))
    bands = leads_score.score_bands(opened(deals=deals))
    assert bands["band"].tolist() == ["0–10", "20–30", "40–50", "60–70", "90–100"]
    assert not bands["off"].any()
    trend = leads_score.score_trend(bands)
    assert trend["slope"] == pytest.approx(0.1, abs=0.015)
    assert "holds in every band" in words.score_title(bands, trend)


def test_a_score_drawn_by_lot_says_nothing():
    deals = scored(np.full(10, 0.4))
    score = np.random.default_rng(9).uniform(0, 100, len(deals))
    bands = leads_score.score_bands(opened(deals=deals.assign(score=score)))
    title = words.score_title(bands, leads_score.score_trend(bands))
    assert "cannot be told" in title
    assert "would mostly be seen" in title


def test_the_trend_is_rarely_found_where_there_is_none():
    random = np.random.default_rng(11)
    at = pd.DataFrame({"start": range(0, 100, 10), "n": 50})
    found = [
        leads_score.score_trend(at.assign(win_rate=random.binomial(50, 0.4, 10) / 50))["p"]
        for _ in range(300)
    ]
    assert sum(p < 0.05 for p in found) <= 27  # fifteen are to be expected


def test_a_score_beyond_its_range_lies_in_the_outer_bands():
    deals = scored(np.full(2, 0.5), of=2).assign(score=[-5, 100, 140, 7])
    bands = leads_score.score_bands(opened(deals=deals))
    assert bands[["band", "n"]].values.tolist() == [["0–10", 2], ["90–100", 2]]
    assert not bands["enough"].any()


def test_one_band_makes_no_trend():
    bands = pd.DataFrame({"start": [10], "n": [50], "win_rate": [0.4], "off": False})
    trend = leads_score.score_trend(bands)
    assert np.isnan(trend["p"])
    assert "cannot be told" in words.score_title(bands, trend)


# What is missing, and hostile


def test_without_leads_and_scores_there_are_two_lines_that_name_them():
    stack = parts.leads_parts(opened())
    assert len(stack) == 2
    assert "leads" in str(stack[0])
    assert "score" in str(stack[1])


def test_leads_of_another_time_are_a_line():
    old = BY_HAND.assign(created_at=pd.Timestamp("2020-01-01"), first_touch_at=pd.NaT)
    assert "No lead came in" in str(parts.leads_parts(opened(old))[0])


def test_leads_that_nobody_answered_have_no_median_and_a_title():
    times = leads.response_times(opened(came(("Web", None, None), ("Fair", None, None))))
    assert times["median"].isna().all()
    assert "fewer than half answered" in words.response_title(times)


def test_a_promise_of_no_hours_is_refused():
    with pytest.raises(DataError, match="above 0"):
        parts._handled(opened(BY_HAND), 0.0)


def test_the_charts_stand_alone_and_carry_hostile_names():
    hostile = "</script><b>"
    given_leads = BY_HAND.assign(source=BY_HAND["source"].replace("Web", hostile))
    deals = DEALS.assign(score=[50, 20, 10])
    stack = parts.leads_parts(opened(given_leads, deals))
    charts = [part for part in stack if hasattr(part, "to_dict") and hasattr(part, "layer")]
    assert len(charts) == 2
    for chart in charts:
        assert_stands_alone(chart.to_dict())
    assert len(rows(charts[0].to_dict())) < 500
    assert not any(hostile in str(part) for part in stack if isinstance(part, str))

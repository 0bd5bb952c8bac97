"""The funnel: four deals worked by hand, sums that add up, and the planted bottleneck."""

from __future__ import annotations

import json

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import assert_stands_alone, rows

import spmkit
from spmkit.charts import funnel as drawings
from spmkit.data import DataError, open_data
from spmkit.diagnostics import funnel, funnel_curve, funnel_value, open_diagnosis
from spmkit.metrics.stages import stage_visits
from spmkit.narrative import funnel as words
from spmkit.narrative import funnel_value as values
from spmkit.reports.diagnostics_parts import funnel as parts

STAGES = ["Discovery", "Offer", "Legal"]
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["o1", "o2", "o3", "o4", "o5"],
        "rep_id": "ada",
        "type": ["new", "new", "new", None, "renewal"],
        "outcome": ["won", "lost", "open", "no_decision", "lost"],
        "amount": [100.10, 40.20, 30.30, None, 900.0],
        "created_on": ["2026-07-01", "2026-07-01", "2026-07-11", "2026-07-05", "2026-07-01"],
        "closed_on": ["2026-08-20", "2026-08-10", None, "2026-07-25", "2026-08-01"],
        "stage": ["Legal", "Offer", "Offer", "Discovery", "Discovery"],
    }
)
WALKS = {
    "o1": [("2026-07-01", "Discovery"), ("2026-07-11", "Offer"), ("2026-08-10", "Legal")],
    "o2": [("2026-07-01", "Discovery"), ("2026-07-21", "Offer")],
    "o3": [("2026-07-11", "Discovery"), ("2026-09-12", "Offer")],
    "o4": [("2026-07-05", "Discovery")],
    "o5": [("2026-07-01", "Discovery")],
}


def logged(walks):
    lines = [
        (deal, day, "stage", before, stage)
        for deal, steps in walks.items()
        for before, (day, stage) in zip([None, *[s for _, s in steps]], steps, strict=False)
    ]
    columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    return pd.DataFrame(lines, columns=columns)


def opened(deals=DEALS, walks=WALKS, stages=STAGES, **tables):
    given_tables = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": deals} | tables
    if walks is not None:
        given_tables["opportunity_history"] = logged(walks)
    options = {"as_of": "2026-10-02"} | ({"stages": stages} if stages else {})
    return open_diagnosis(open_data(given_tables, settings=options))


@pytest.fixture(scope="module")
def sample():
    return open_diagnosis(spmkit.open_data(spmkit.shipped("datasets") / "sample"))


@pytest.fixture(scope="module")
def truth():
    path = spmkit.shipped("datasets") / "sample" / "truth.json"
    return json.loads(path.read_text(encoding="utf-8"))["planted"]


# By hand


def test_what_came_in_got_past_and_was_lost_by_hand():
    found = funnel_value.stage_leaks(opened()).set_index("stage")
    amounts = found[["entered", "past", "lost", "open"]]
    assert amounts.loc["Discovery"].tolist() == [170.6, 170.6, 0.0, 0.0]
    assert amounts.loc["Offer"].tolist() == [170.6, 100.1, 40.2, 30.3]
    assert amounts.loc["Legal"].tolist() == [100.1, 100.1, 0.0, 0.0]
    assert found["entered_n"].tolist() == [4, 3, 1]
    assert found["lost_n"].tolist() == [1, 1, 0]  # o4 without a decision, o2 lost; no renewal
    assert found.loc["Discovery", ["unknown_n", "lost_unknown_n"]].tolist() == [1, 1]
    assert found["won_n"].tolist() == [0, 0, 1]


def test_the_funnel_says_how_many_have_no_amount():
    found = " ".join(
        str(one.to_dict()) for one in parts.funnel_parts(opened()) if hasattr(one, "to_dict")
    )
    assert "; 1 have no amount and are in none" in found


def test_conversion_of_each_stage_by_hand():
    found = funnel.funnel_stages(opened()).set_index("stage")
    assert found["stage_conversion"].round(3).tolist() == [0.75, 0.333, 1.0]
    assert found["decided_stage_conversion"].tolist() == [0.75, 0.5, 1.0]
    assert found["stage_decided_share_n"].tolist() == [4, 3, 1]


def test_the_ways_from_each_stage_sum_to_one():
    found = funnel.funnel_transitions(opened())
    assert found.groupby("stage")["share"].sum().round(9).eq(1).all()
    assert set(found["direction"]) == {"forward", "lost", "no_decision", "won"}


def test_days_count_those_still_there():
    found = funnel.stage_latency(opened(), waiting=["Legal"]).set_index("stage")
    # Discovery: 10, 20, 63 and 20 days; Offer: 30, 20 and, still there, 20.
    assert found.loc["Discovery", "median"] == 20
    assert found.loc["Offer", ["n", "still_there"]].tolist() == [3, 1]
    assert found["waiting"].tolist() == [False, False, True]
    assert not found["slowest"].any()


def test_wins_by_age_by_hand():
    found = funnel_curve.won_by_age(opened()).iloc[-1]
    assert found["closed_rate"] == pytest.approx(1 / 3)  # the open one is in no naive rate
    assert found["n"] == 4


# Properties


CASES = st.lists(
    st.tuples(
        st.sampled_from(["won", "lost", "no_decision", "open"]),
        st.one_of(st.none(), st.integers(0, 10**7)),
        st.lists(st.sampled_from(STAGES), min_size=0, max_size=4),
    ),
    min_size=1,
    max_size=12,
)


@given(CASES)
@settings(max_examples=10)
def test_the_parts_add_up_to_what_was_created_to_the_cent(cases):
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"o{n}" for n in range(len(cases))],
            "rep_id": "ada",
            "outcome": [outcome for outcome, _, _ in cases],
            "amount": [None if cents is None else cents / 100 for _, cents, _ in cases],
            "created_on": "2026-07-01",
            "closed_on": [None if outcome == "open" else "2026-08-20" for outcome, _, _ in cases],
        }
    ).astype({"amount": "float64"})
    walks = {
        f"o{n}": [(f"2026-07-{2 * day + 1:02}", stage) for day, stage in enumerate(path)]
        for n, (_, _, path) in enumerate(cases)
    }
    walks["o0"] = walks["o0"] or [("2026-07-01", STAGES[0])]
    found = funnel_value.stage_leaks(opened(deals, walks))
    cents = (found[["entered", "past", "lost", "open"]] * 100).round().astype("int64")
    assert (cents["entered"] == cents[["past", "lost", "open"]].sum(axis=1)).all()
    assert (found["entered_n"] == found[["past_n", "lost_n", "open_n"]].sum(axis=1)).all()
    ends = found[["won_n", "lost_n", "open_n"]].to_numpy().sum()
    assert ends == len(cases)
    created = round(deals["amount"].sum() * 100)
    assert round(found[["won", "lost", "open"]].to_numpy().sum() * 100) == created


# The sample company


def test_the_planted_bottleneck_is_named_first(sample, truth):
    latency = funnel.stage_latency(sample)
    assert latency.loc[latency["slowest"], "stage"].tolist() == [truth["bottleneck_stage"]]
    assert words.latency_title(latency).startswith(truth["bottleneck_stage"])


def test_where_no_stage_is_slower_none_is_named():
    random = np.random.default_rng(7)
    deals, walks = [], {}
    for number in range(120):
        days = np.cumsum(random.integers(1, 12, 4))
        dates = [str(pd.Timestamp("2026-07-01") + pd.Timedelta(days=int(d))) for d in days]
        walks[f"o{number}"] = list(zip([d[:10] for d in dates[:3]], STAGES, strict=True))
        deals.append((f"o{number}", "ada", "won", 10.0, dates[0][:10], dates[3][:10]))
    columns = ["opportunity_id", "rep_id", "outcome", "amount", "created_on", "closed_on"]
    latency = funnel.stage_latency(opened(pd.DataFrame(deals, columns=columns), walks))
    assert not latency["slowest"].any()
    assert words.latency_title(latency).startswith("No stage is surely slower")


def test_the_leaks_of_the_sample_add_up_to_the_pipeline_created(sample):
    found = funnel_value.stage_leaks(sample)
    made = spmkit.opportunity_lines(sample.data).df()
    new = made[~made["renewal"] & made["created_period"].isin(sample.window)]
    parts_of = found[["won", "lost", "open"]].to_numpy().sum()
    assert parts_of == pytest.approx(new["amount"].sum(), abs=0.005)
    assert found[["won_n", "lost_n", "open_n"]].to_numpy().sum() == len(new)


# What is missing


def test_without_a_log_wins_by_age_stand_and_one_line_names_the_table():
    stack = parts.funnel_parts(opened(walks=None))
    assert "opportunity_history" in str(stack[0])
    assert len(stack) == 2  # too few deals for a curve: one line more
    assert "no win curve is drawn" in str(stack[1])


def test_without_an_order_of_stages_the_line_says_what_to_write():
    assert "stages = [" in str(parts.funnel_parts(opened(stages=None))[0])


def test_a_waiting_stage_that_is_not_declared_is_refused_with_the_nearest():
    with pytest.raises(DataError, match="Legal"):
        funnel.stage_latency(opened(), waiting=["Legall"])
    assert "Did you mean" in str(parts.funnel_parts(opened(), "Legall")[0])


def test_lost_ones_without_amounts_have_no_value_lost():
    bare = DEALS.assign(amount=[100.0, None, 30.0, None, None])
    found = funnel_value.stage_leaks(opened(bare))
    assert "cannot be told" in values.leak_title(found)
    offer = found[found["stage"] == "Offer"].iloc[0]
    assert values.leak_label(offer) == "amount unknown · 33 % of 3"


def test_a_deal_of_which_the_log_knows_no_stage_is_counted_apart():
    walks = {deal: steps for deal, steps in WALKS.items() if deal != "o2"}
    found = funnel_value.stage_leaks(opened(DEALS.assign(stage=None), walks))
    assert found["stage"].tolist() == [*STAGES, funnel_value.UNKNOWN_STAGE]
    assert found.iloc[-1][["entered", "lost", "entered_n"]].tolist() == [40.2, 40.2, 1]


# What is drawn and said


def test_the_charts_stand_alone_and_carry_hostile_names():
    hostile = "</script><b>"
    deals = DEALS.assign(stage=DEALS["stage"].replace("Offer", hostile))
    walks = {d: [(day, hostile if s == "Offer" else s) for day, s in w] for d, w in WALKS.items()}
    stack = parts.funnel_parts(opened(deals, walks, ["Discovery", hostile, "Legal"]))
    charts = [part for part in stack if hasattr(part, "to_dict")]
    assert len(charts) == 3
    for chart in charts:
        assert_stands_alone(chart.to_dict())
    assert not any(hostile in str(part) for part in stack if isinstance(part, str))


def test_the_matrix_has_its_ends_in_the_order_of_the_stages(sample):
    chart = parts._ways(sample).to_dict()
    order = chart["layer"][0]["encoding"]["x"]["sort"]
    assert order[-3:] == ["won", "lost", "no decision"]
    assert order.index("Discovery") < order.index("Proposal")


def test_a_curve_of_many_days_is_drawn_with_as_many_points_as_can_be_seen():
    days = np.arange(1000)
    curve = pd.DataFrame({"days": days, "ending": "won", "incidence": days / 2000})
    chart = drawings.incidence_lines(curve.assign(low=0.0, high=0.6), "Won", "By age").to_dict()
    assert len(rows(chart)) < 200


def test_visits_are_those_of_the_whole_log_that_began_in_the_window(sample):
    """The shortcut that leaves out what had closed before changes nothing."""
    begun = nw.col("entered_on").cast(nw.Date) >= nw.lit(sample.start.date())
    new = nw.col("type").fill_null("new") != "renewal"
    whole = nw.from_native(stage_visits(sample.data)).lazy()
    asked = whole.filter(~nw.col("place").is_null(), begun, new)
    found = nw.from_native(funnel.visits_since(sample)).lazy()
    columns = found.collect_schema().names()
    keys = ["opportunity_id", "place", "visit", "entered_on"]
    one, other = (
        frame.select(*columns).to_native().df().sort_values(keys, ignore_index=True)
        for frame in (found, asked)
    )
    pd.testing.assert_frame_equal(one, other)
    assert len(one)

"""How likely an open opportunity is to be won, by its score or by what its stage has led to."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

DAY, EARLY = date(2026, 8, 31), date(2026, 7, 19)  # before the first closing
DEALS = [  # owner, outcome, closed; stage, amount and score as they are now
    ("l1", "ada", "lost", "2026-08-01", "Archived", 5.0, 0.0),
    ("l2", "ada", "lost", "2026-08-05", "Lost", 6.0, 0.0),  # of which the log knows nothing
    ("l3", "bo", "lost", "2026-10-01", "Proposal", 30.0, 0.0),
    ("n1", "bo", "no_decision", "2026-07-20", "Discovery", 7.0, 0.0),
    ("o1", "ada", "open", None, "Discovery", 100.0, 40.0),
    ("o2", "ada", "open", None, "Proposal", 40.0, None),
    ("o3", "bo", "open", None, "Legal", 20.0, 0.0),  # in which nothing that closed ever was
    ("o4", "cy", "open", None, None, None, 100.0),
    ("v1", "bo", "void", "2026-08-01", "Proposal", 8.0, 0.0),
    ("w1", "ada", "won", "2026-08-20", "Won", 50.0, 100.0),
    ("w2", "bo", "won", "2026-09-01", "Won", 10.0, 100.0),
]
CHANGES = [
    ("w1", "2026-06-05", "stage", None, "Discovery"),
    ("w1", "2026-07-01", "stage", "Discovery", "Proposal"),
    ("w1", "2026-07-05", "stage", "Proposal", "Discovery"),  # it came back, and counts once
    ("w1", "2026-07-10", "stage", "Discovery", "Proposal"),
    ("w1", "2026-08-20", "stage", "Proposal", "Won"),
    ("w2", "2026-09-01", "stage", "Proposal", "Won"),  # the first stage is in no other row
    ("l1", "2026-06-05", "stage", None, "Discovery"),
    ("l1", "2026-08-01", "stage", "Discovery", "Lost"),
    ("l1", "2026-09-15", "stage", "Lost", "Archived"),  # after the day
    ("l3", "2026-06-10", "stage", None, "Proposal"),
    ("n1", "2026-06-10", "stage", None, "Discovery"),
    ("n1", "2026-06-12", "forecast_category", None, "Commit"),
    ("n1", "2026-07-20", "stage", "Discovery", None),
    ("v1", "2026-06-10", "stage", None, "Proposal"),
    ("o1", "2026-06-10", "stage", None, "Discovery"),
]
# In Discovery were w1, l1 and n1; in Proposal w1, w2 and l3, of which only w1 had closed by DAY.
SHARES = [
    ["Archived", 1, 0],
    ["Discovery", 3, 1],
    ["Lost", 1, 0],
    ["Proposal", 3, 2],
    ["Won", 2, 2],
]
ON_DAY = [["Discovery", 3, 1], ["Lost", 1, 0], ["Proposal", 1, 1], ["Won", 1, 1]]
THIRD = round(1 / 3, 9)
WEIGHTED = [  # on DAY l3 and w2 were open still, in Proposal
    *[["l3", 30, 1], ["o1", 100, THIRD], ["o2", 40, 1], ["o3", 20, None], ["o4", None, None]],
    ["w2", 10, 1],
]


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def log(changes=CHANGES):
    frame = pd.DataFrame(changes)
    frame.columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    return frame.astype("string").assign(changed_at=pd.to_datetime(frame["changed_at"]))


def opportunities(deals=DEALS):
    frame = pd.DataFrame(deals)
    frame.columns = ["opportunity_id", "rep_id", "outcome", "closed_on", "stage", "amount", "score"]
    return frame.assign(closed_on=days(*frame["closed_on"]), created_on=date(2026, 6, 1))


@cache
def opened():
    return staff(polars, opportunities=opportunities(), opportunity_history=log())


def rows(lines, *columns):
    found = values(collected(lazy_columns(lines, columns)), *columns)
    return sorted([[*row[:-1], row[-1] and round(row[-1], 9)] for row in found], key=str)


def counts(shares):
    return values(shares, "stage", "n", "won")


def test_by_hand_on_every_engine(engine):
    data = staff(engine, opportunities=opportunities(), opportunity_history=log())
    shares = spm.stage_win_shares(data)
    assert counts(shares) == SHARES
    assert shares["win_share"].tolist() == pytest.approx([0, 1 / 3, 0, 2 / 3, 1])
    lines = spm.weighted_lines(data, DAY)
    assert rows(lines, "opportunity_id", "amount", "probability") == WEIGHTED
    found = spm.measure(lines, spm.weighted_pipeline)
    # 30 + 100 / 3 + 40 + 10, over the four of which both are known.
    assert values(found, "weighted_pipeline", "weighted_pipeline_n") == [
        [pytest.approx(80 + 100 / 3), 4]
    ]
    early = spm.measure(spm.weighted_lines(data, EARLY), spm.weighted_pipeline)
    assert values(early, "weighted_pipeline", "weighted_pipeline_status") == [
        [None, "undefined: no rows"]
    ]


def test_where_stages_are_declared_they_come_in_their_order_and_alone():
    declared = {"stages": ["Proposal", "Discovery", "Legal"]}
    data = staff(polars, declared, opportunities=opportunities(), opportunity_history=log())
    assert counts(spm.stage_win_shares(data)) == [SHARES[3], SHARES[1]]
    lines = rows(spm.weighted_lines(data, DAY), "opportunity_id", "amount", "probability")
    assert lines == WEIGHTED  # what is open under another name was in it all the same


def test_intervals_are_wilson_s():
    shares = spm.stage_win_shares(opened()).set_index("stage")
    # 1 of 3: (1/3 + z²/6 ± z √(2/27 + z²/36)) / (1 + z²/3) with z = 1.96.
    assert shares.loc["Discovery", ["low", "high"]].tolist() == pytest.approx(
        [0.0615, 0.7923], abs=1e-4
    )
    narrow = spm.stage_win_shares(opened(), confidence=0.5).set_index("stage")
    assert (narrow["low"] >= shares["low"]).all()
    assert (narrow["high"] <= shares["high"]).all()
    with pytest.raises(ValueError, match="confidence is 95"):
        spm.stage_win_shares(opened(), confidence=95)


def test_only_what_was_logged_and_closed_by_the_day_counts():
    assert counts(spm.stage_win_shares(opened(), DAY)) == ON_DAY
    assert counts(spm.stage_win_shares(opened(), EARLY)) == []


def test_neither_order_nor_rows_that_stand_twice_matter():
    history = log([*CHANGES[::-1], *CHANGES[::2]])
    data = staff(polars, opportunities=opportunities(DEALS[::-1]), opportunity_history=history)
    assert counts(spm.stage_win_shares(data)) == SHARES


def test_a_log_that_does_not_say_what_was_before_counts_the_stages_entered():
    history = log().drop(columns="old_value")
    data = staff(polars, opportunities=opportunities(), opportunity_history=history)
    entered = [row if row[0] != "Proposal" else ["Proposal", 2, 1] for row in SHARES]
    assert counts(spm.stage_win_shares(data)) == entered


def test_without_a_log_or_days_of_closing_shares_are_unavailable():
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        spm.stage_win_shares(staff(polars, opportunities=opportunities()))
    undated = opportunities(DEALS[4:8]).drop(columns="closed_on")
    data = staff(polars, opportunities=undated, opportunity_history=log())
    with pytest.raises(DataError, match=r"needs opportunities\.closed_on"):
        spm.stage_win_shares(data)


def test_where_nothing_has_closed_no_stage_has_a_share():
    data = staff(polars, opportunities=opportunities(DEALS[4:8]), opportunity_history=log())
    assert spm.stage_win_shares(data).empty
    lines = spm.weighted_lines(data, source="stage history")
    assert [row[1] for row in rows(lines, "opportunity_id", "probability")] == [None] * 4
    found = spm.measure(lines, spm.weighted_pipeline).iloc[0]
    assert pd.isna(found["weighted_pipeline"])
    assert found["weighted_pipeline_status"] == "undefined: no rows"


def test_the_score_counts_where_there_is_one_and_only_on_the_last_day():
    lines = spm.weighted_lines(opened())
    assert rows(lines, "opportunity_id", "probability_source", "probability") == [
        ["o1", "score", 0.4],
        ["o2", "score", None],  # not scored is not 0
        ["o3", "score", 0.0],
        ["o4", "score", 1.0],
    ]
    # 100 × 0.4 + 20 × 0; of o4 no amount is known.
    assert spm.measure(lines, spm.weighted_pipeline)["weighted_pipeline"].tolist() == [40.0]
    with pytest.raises(
        DataError, match=r"needs opportunities\.score, which is known on 2026-10-02"
    ):
        spm.weighted_lines(opened(), DAY, source="score")


def test_a_score_that_is_not_between_0_and_100_is_no_probability():
    deals = opportunities(DEALS[4:8]).assign(score=[-1.0, 100.5, 0.0, 100.0])
    found = rows(spm.weighted_lines(staff(polars, opportunities=deals)), "stage", "probability")
    assert dict(found) == {"Discovery": None, "Proposal": None, "Legal": 0.0, None: 1.0}


def test_the_stage_counts_where_it_is_asked_for_or_there_is_no_score():
    lines = spm.weighted_lines(opened(), source="stage history")
    told = [["o1", THIRD], ["o2", round(2 / 3, 9)], ["o3", None], ["o4", None]]
    assert rows(lines, "opportunity_id", "probability") == told
    unscored = opportunities().drop(columns="score")
    data = staff(polars, opportunities=unscored, opportunity_history=log())
    assert rows(spm.weighted_lines(data), "opportunity_id", "probability") == told
    named = rows(spm.weighted_lines(data), "probability_source", "probability")
    assert {source for source, _ in named} == {"stage history"}
    with pytest.raises(DataError, match=r"needs opportunities\.score"):
        spm.weighted_lines(data, source="score")
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        spm.weighted_lines(staff(polars, opportunities=unscored))


def test_another_source_is_refused():
    with pytest.raises(ValueError, match="source is 'scores'; choose from score, stage history"):
        spm.weighted_lines(opened(), source="scores")


def test_a_hundred_times_the_money_weighs_a_hundred_times():
    deals = opportunities().assign(amount=opportunities()["amount"] * 100)
    data = staff(polars, opportunities=deals, opportunity_history=log())
    for day in (DAY, None):
        found, before = (
            spm.measure(spm.weighted_lines(told, day), spm.weighted_pipeline, by="rep")
            for told in (data, opened())
        )
        expected = before["weighted_pipeline"] * 100
        assert found["weighted_pipeline"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)


STAGES = st.sampled_from([None, "A", "B"])
CHANGE = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from([date(2026, 7, day) for day in (1, 2, 3)]),
    st.sampled_from(["stage", "forecast_category"]),
    STAGES,
    STAGES,
)
OUTCOMES = st.sampled_from(["open", "won", "lost", "no_decision", "void"])
DEAL = st.tuples(OUTCOMES, st.sampled_from(["2026-07-01", "2026-07-02", "2026-07-03"]))


def slow_counts(deals, changes, day):
    found = []
    for stage in ("A", "B"):
        told = [c for c in changes if c[1] <= day and c[2] == "stage" and stage in c[3:]]
        been = {change[0] for change in told}
        ended = [outcome for name, outcome, closed in deals if name in been and closed <= str(day)]
        ended = [outcome for outcome in ended if outcome not in ("open", "void")]
        found += [[stage, len(ended), ended.count("won")]] if ended else []
    return found


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[DEAL] * 4), st.lists(CHANGE, min_size=1, max_size=15), st.sampled_from([2, 3]))
def test_random_logs_against_plain_loops(drawn, changes, number):
    deals = [(name, *deal) for name, deal in zip("abcd", drawn, strict=True)]
    frame = pd.DataFrame(deals, columns=["opportunity_id", "outcome", "closed_on"])
    closed = days(*frame["closed_on"].mask(frame["outcome"] == "open", None))
    frame = frame.assign(closed_on=closed, rep_id="ada")
    history = log([*changes, *changes[::3]])
    data = staff(polars, opportunities=frame, opportunity_history=history)
    day = date(2026, 7, number)
    assert counts(spm.stage_win_shares(data, day)) == slow_counts(deals, changes, day)

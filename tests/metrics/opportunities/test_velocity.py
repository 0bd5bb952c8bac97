"""Pipeline velocity, and the pipeline created."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

import spmkit as spm

METRICS = [spm.pipeline_velocity, spm.pipeline_created, spm.self_sourced_pipeline]


def lines():
    """Three open, of which two are qualified; two won of four closed; a renewal of each kind."""
    kinds = ["open", "open", "early", "won", "won", "lost", "lost", "won", "open"]
    kind = pd.Series(kinds)
    won = kind == "won"
    return pd.DataFrame(
        {
            "qualified": kind == "open",
            "won": won,
            "closed": kind.isin(["won", "lost"]),
            "renewal": [False] * 7 + [True, True],
            "won_amount": pd.Series([100.0, 300.0, 9e9]).set_axis([3, 4, 7]).reindex(range(9)),
            "won_cycle_days": pd.Series([20.0, 60.0, 9e9]).set_axis([3, 4, 7]).reindex(range(9)),
            "amount": [10.0, 20.0, None, 100.0, 300.0, 5.0, 6.0, 1.0, 2.0],
            "source": ["Outbound", None, "Outbound", "Event", "Outbound", *["Event"] * 4],
            "created_on": pd.to_datetime(["2026-01-05"] * 7 + [None, "2026-01-05"]),
        }
    ).astype({"won_amount": "Float64", "won_cycle_days": "Float64", "amount": "Float64"})


def test_every_engine_gives_what_is_worked_by_hand(engine):
    found = spm.measure(engine(lines()), METRICS).iloc[0]
    # 2 qualified × 2 of 4 won × mean of 100 and 300 ÷ median of 20 and 60 days
    assert found["pipeline_velocity"] == pytest.approx(2 * (2 / 4) * 200 / 40)
    assert found["pipeline_created"] == pytest.approx(10 + 20 + 100 + 300 + 5 + 6 + 2)
    assert found["self_sourced_pipeline"] == pytest.approx(10 + 300)


def test_velocity_without_anything_won_or_closed_is_undefined():
    frame = lines()
    lost = spm.measure(frame[~frame["won"]], spm.pipeline_velocity).iloc[0]
    assert pd.isna(lost["pipeline_velocity"])
    assert lost["pipeline_velocity_status"] != "ok"
    quick = frame.assign(won_cycle_days=frame["won_cycle_days"] * 0)
    found = spm.measure(quick, spm.pipeline_velocity).iloc[0]
    assert found["pipeline_velocity_status"] == "undefined: zero denominator"


def test_velocity_of_a_group_reads_that_group_alone():
    frame = pd.concat([lines().assign(team="a"), lines().assign(team="b", won_cycle_days=10.0)])
    found = spm.measure(frame, spm.pipeline_velocity, by="team")["pipeline_velocity"]
    assert found.tolist() == pytest.approx([5.0, 20.0])


def test_nothing_self_sourced_is_zero_and_no_source_is_unknown():
    none = lines().assign(source="Event")
    assert spm.measure(none, spm.self_sourced_pipeline).iloc[0, 0] == 0
    unknown = lines().assign(source=pd.Series([None] * 9, dtype="str"))
    assert pd.isna(spm.measure(unknown, spm.self_sourced_pipeline).iloc[0, 0])


def test_the_sources_are_an_option():
    events = partial(spm.self_sourced_pipeline, sources=("Event", "Outbound"))
    assert spm.measure(lines(), events).iloc[0, 0] == 10 + 100 + 300 + 5 + 6 + 2
    one = partial(spm.self_sourced_pipeline, sources="Outbound")
    assert spm.measure(lines(), one).iloc[0, 0] == 10 + 300


def test_no_rows():
    assert spm.measure(lines().iloc[:0], METRICS).iloc[0][["pipeline_created"]].isna().all()

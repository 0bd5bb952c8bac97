"""Measuring: every engine against one table worked by hand."""

from __future__ import annotations

import importlib
import math
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from measured_lines import LINES, METRICS, mean_amount, reps, win_rate

from spmkit.measure import measure

NONE, ZERO = "undefined: no rows", "undefined: zero denominator"
BY_TEAM = {
    "team": ["A", "B", "C", None],
    "attainment": [1.0, None, None, 0.25],
    "attainment_n": [2, 2, 0, 1],
    "attainment_status": ["ok", ZERO, NONE, "ok"],
    "win_rate": [1 / 3, None, None, 1.0],  # the unknown outcome stays in the base
    "win_rate_n": [3, 0, 0, 1],
    "win_rate_status": ["ok", NONE, NONE, "ok"],
    "mean_amount": [30.0, 2.0, None, 8.0],
    "mean_amount_n": [3, 2, 0, 1],
    "mean_amount_status": ["ok", "ok", NONE, "ok"],
    "median_days": [30.0, 7.5, None, 1.0],
    "median_days_n": [3, 2, 0, 1],
    "median_days_status": ["ok", "ok", NONE, "ok"],
    "reps": [2, 1, 0, 1],
    "reps_n": [3, 2, 0, 1],
    "reps_status": ["ok"] * 4,
}
OVERALL = {
    "attainment": [142 / 160],
    "attainment_n": [5],
    "win_rate": [0.5],
    "win_rate_n": [4],
    "mean_amount": [17.0],
    "mean_amount_n": [6],
    "median_days": [19.0],  # between 8 and 30
    "reps": [4],
    "reps_status": ["ok"],
}


def _table(columns):
    frame = pd.DataFrame(columns)
    for column in frame:
        if column == "team" or column.endswith("_status"):
            frame[column] = frame[column].astype("str")
        elif column.endswith("_n"):
            frame[column] = frame[column].astype("int64")
        else:
            frame[column] = frame[column].astype("Int64" if column == "reps" else "float64")
    return frame


def test_every_engine_gives_the_table_worked_by_hand(engine):
    found = measure(engine(LINES), METRICS, by="team")
    pd.testing.assert_frame_equal(found, _table(BY_TEAM))


def test_every_engine_gives_one_row_without_groups(engine):
    found = measure(engine(LINES), METRICS)
    pd.testing.assert_frame_equal(found[list(OVERALL)], _table(OVERALL))


def test_every_engine_measures_an_empty_frame(engine):
    empty = engine(LINES.iloc[:0])
    assert measure(empty, METRICS, by="team").empty
    found = measure(empty, METRICS, confidence=0.9).iloc[0]
    assert found["reps"] == 0
    for metric in ("attainment", "win_rate", "mean_amount", "median_days"):
        assert math.isnan(found[metric])
        assert (found[f"{metric}_n"], found[f"{metric}_status"]) == (0, NONE)


def test_group_columns_have_one_type_whatever_the_engine(engine):
    frame = pd.DataFrame(
        {
            "day": [date(2026, 1, 2), None, date(2026, 1, 1)],
            "at": pd.to_datetime(["2026-01-01 10:00", "2026-01-01 10:00", None]),
            "year": pd.Series([2026, None, 2025], dtype="Int64"),
            "new": pd.Series([True, False, None], dtype="boolean"),
            "amount": [1.0, 2.0, 3.0],
        }
    )
    found = measure(engine(frame), mean_amount, by=["day", "at", "year", "new"])
    kinds = {name: str(dtype) for name, dtype in found.dtypes.items()}
    expected = {"day": "datetime64[us]", "at": "datetime64[us]", "year": "Int64", "new": "boolean"}
    assert {name: kinds[name] for name in expected} == expected
    assert found["mean_amount"].tolist() == [3.0, 1.0, 2.0]  # by day, null last


def test_moments_with_a_time_zone_are_refused(engine, request):
    frame = pd.DataFrame({"at": pd.to_datetime(["2026-01-01"]).tz_localize("America/New_York")})
    frame["amount"] = 1.0
    with pytest.raises(ValueError, match=r"at: a moment with a time zone.*tz_localize"):
        measure(engine(frame), mean_amount, by="at")


def test_polars_frames_that_are_not_lazy_and_narwhals_frames_are_taken():
    polars = pytest.importorskip("polars")
    lines = LINES[["team", "amount"]]
    expected = measure(lines, mean_amount, by="team")
    for frame in (polars.from_pandas(lines), nw.from_native(lines)):
        pd.testing.assert_frame_equal(measure(frame, mean_amount, by="team"), expected)


# What pandas can hold


def test_nan_infinity_and_decimals_on_pandas():
    frame = pd.DataFrame({"team": list("AABB"), "amount": [1.0, math.nan, math.inf, 2.0]})
    found = measure(frame, mean_amount, by="team")
    assert found["mean_amount"].tolist()[0] == 1.0
    assert found["mean_amount_status"].tolist() == ["ok", "undefined: no value"]
    exact = pd.DataFrame({"amount": [Decimal("1.10"), None, Decimal("2.30")]})
    assert measure(exact, mean_amount)["mean_amount"].tolist() == [pytest.approx(1.7)]


def test_columns_of_only_nulls_are_undefined_not_an_error():
    frame = pd.DataFrame({"won": [None], "closed": [None], "amount": [None], "rep": [None]})
    found = measure(frame, [win_rate, mean_amount, reps]).iloc[0]
    assert (found["win_rate_status"], found["mean_amount_status"]) == (NONE, NONE)
    assert found["reps"] == 0


def test_categories_keep_their_order():
    bands = pd.Categorical(["mid", "low", None], categories=["low", "mid", "high"])
    found = measure(pd.DataFrame({"band": bands, "amount": 1.0}), mean_amount, by="band")
    assert found["band"].astype("object").where(found["band"].notna(), None).tolist() == [
        "low",
        "mid",
        None,
    ]
    relation = duckdb.sql(
        "select band::enum('b', 'a') as band, 1.0 as amount from (values ('a'), ('b')) as t(band)"
    )
    assert measure(relation, mean_amount, by="band")["band"].tolist() == ["b", "a"]


def test_a_column_of_several_kinds_is_refused():
    with pytest.raises(ValueError, match="amount"):
        measure(pd.DataFrame({"amount": [1.0, "one"]}), mean_amount)


def test_only_the_columns_needed_are_read():
    frame = LINES.assign(junk=[object() for _ in range(len(LINES))])
    assert measure(frame, mean_amount)["mean_amount"].tolist() == [17.0]


# One query


def test_one_call_is_one_query(monkeypatch):
    module = importlib.import_module("spmkit.measure")  # spmkit.measure itself is the function
    asked = []
    run = module.collected
    monkeypatch.setattr(module, "collected", lambda frame: asked.append(frame) or run(frame))
    measure(LINES, METRICS, by="team", confidence=0.95)
    assert len(asked) == 1


# Intervals


def test_a_share_has_its_wilson_interval_and_nothing_else_has_one():
    frame = pd.DataFrame({"won": [True] * 17 + [False] * 41, "closed": True, "amount": 1.0})
    found = measure(frame, [win_rate, mean_amount], confidence=0.95).iloc[0]
    assert found["win_rate_low"] == pytest.approx(0.1918, abs=1e-4)
    assert found["win_rate_high"] == pytest.approx(0.4201, abs=1e-4)
    assert math.isnan(found["mean_amount_low"])
    assert math.isnan(found["mean_amount_high"])


# Processes and threads


def test_threads_measure_side_by_side():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: measure(LINES, METRICS, by="team"), range(16)))
    for frame in found:
        pd.testing.assert_frame_equal(frame, found[0])


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_measures_on_a_connection_of_its_own():
    measure(LINES, mean_amount)
    child = os.fork()
    if child == 0:
        right = measure(LINES, mean_amount)["mean_amount"].tolist() == [17.0]
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0

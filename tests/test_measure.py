"""Measuring: every engine against one table worked by hand."""

from __future__ import annotations

import functools
import importlib
import math
import os
import statistics
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.expressions import count, distinct, present, total
from spmkit.measure import measure
from spmkit.units import Column, Count, Days, Money, Multiple, Percent, Ratio, Share


def attainment(credited: Column, quota: Column) -> Percent:
    return Ratio(total(credited), total(quota))


def win_rate(won: Column, closed: Column) -> Percent:
    return Share(won, closed)


def mean_amount(amount: Column) -> Money:
    return amount.mean()


def median_days(days: Column) -> Days:
    return days.median()


def reps(rep: Column) -> Count:
    return distinct(rep)


def reached(credited: Column, quota: Column, *, at: float = 1.0) -> Percent:
    return Share(credited >= quota * at, present(credited, quota))


def above(amount: Column, *, floor: float) -> Count:
    return count(amount > floor)


METRICS = [attainment, win_rate, mean_amount, median_days, reps]

# Team A: a null in every column, a tie of days. Team B: quotas of zero. Team C: nothing known.
LINES = pd.DataFrame(
    [
        # team, credited, quota, won, closed, amount, days, rep
        ("A", 90.0, 100.0, True, True, 10.0, 30, "ada"),
        ("A", 30.0, 20.0, False, True, None, 30, "ada"),
        ("A", None, None, None, True, 20.0, 90, "bo"),
        ("A", None, None, True, False, 60.0, None, None),
        ("B", 5.0, 0.0, False, False, 1.5, 7, "cy"),
        ("B", 7.0, 0.0, False, False, 2.5, 8, "cy"),
        ("C", None, None, None, None, None, None, None),
        (None, 10.0, 40.0, True, True, 8.0, 1, "di"),
    ],
    columns=["team", "credited", "quota", "won", "closed", "amount", "days", "rep"],
).astype({"won": "boolean", "closed": "boolean", "days": "Int64"})

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


# The declaration


def test_options_are_bound_and_name_the_column():
    metrics = [reached, functools.partial(reached, at=0.8), functools.partial(above, floor=9)]
    found = measure(LINES, metrics)
    assert found.filter(regex="^(?!.*_(n|status)$)").columns.tolist() == [
        "reached",
        "reached_0.8",
        "above_9",
    ]
    assert found["reached"].tolist() == [0.6]
    assert found["reached_0.8"].tolist() == [0.8]
    assert found["above_9"].tolist() == [3]


def test_a_default_bound_again_keeps_the_plain_name():
    assert "reached" in measure(LINES, functools.partial(reached, at=1.0))


def _no_unit(amount: Column):
    return amount.mean()


def _a_number(amount: Column) -> Money:
    return 3


def _row_by_row(amount: Column) -> Money:
    return amount * 2


def _fraction(amount: Column) -> Count:
    return amount.mean() / 7


def _text(rep: Column) -> Multiple:
    return rep.max()


@pytest.mark.parametrize(
    ("metrics", "by", "message"),
    [
        ([attainment, attainment], None, "'attainment' is asked for twice"),
        (mean_amount, ["team", "team"], "'team' is asked for twice"),
        ([], None, "no metrics"),
        (mean_amount, "taem", "no column 'taem'; nearest: 'team'"),
        (above, None, "above needs its option 'floor'"),
        (functools.partial(above, 5), None, "bind options by name"),
        (functools.partial(reached, credited="amount"), None, "'credited' is no option"),
        (functools.partial(reached, att=0.8), None, "'att' is no option.*options are at"),
        (_no_unit, None, "_no_unit does not say its unit"),
        (_a_number, None, "returns int"),
        (_row_by_row, None, "must aggregate"),
        (_fraction, None, "is a Count but gives fractions"),
        (_text, None, "_text gives no number"),
        (["attainment"], None, "'attainment' is no metric"),
    ],
)
def test_wrong_calls_say_what_was_wrong(metrics, by, message):
    with pytest.raises(ValueError, match=message):
        measure(LINES, metrics, by=by)


def test_what_is_no_frame_is_refused():
    with pytest.raises(ValueError, match="list is no frame"):
        measure([1, 2], mean_amount)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"write a share, such as 0\.95"):
        measure(LINES, win_rate, confidence=confidence)


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


# Properties

AMOUNTS = st.one_of(st.none(), st.integers(-1000, 1000).map(float))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        AMOUNTS,
        AMOUNTS,
        st.sampled_from([True, False, None]),
        st.sampled_from([True, False, None]),
    ),
    max_size=25,
)
QUICK = settings(max_examples=40, deadline=None)


def summed(credited: Column) -> Money:
    return total(credited)


def middle(credited: Column) -> Money:
    return credited.median()


TRIED = [summed, middle, attainment, win_rate]


def _frame(rows):
    frame = pd.DataFrame(rows, columns=["team", "credited", "quota", "won", "closed"])
    return frame.astype(
        {
            "team": "str",
            "credited": "float64",
            "quota": "float64",
            "won": "boolean",
            "closed": "boolean",
        }
    )


def _reference(rows):
    """What the metrics give, in plain Python."""
    credited = [row[1] for row in rows if row[1] is not None]
    quota = [row[2] for row in rows if row[2] is not None]
    of = [row for row in rows if row[4]]
    defined = bool(credited) and bool(quota) and sum(quota) != 0
    return {
        "summed": sum(credited) if credited else None,
        "middle": statistics.median(credited) if credited else None,
        "attainment": sum(credited) / sum(quota) if defined else None,
        "win_rate": sum(1 for row in of if row[3]) / len(of) if of else None,
        "win_rate_n": len(of),
    }


@QUICK
@given(ROWS)
def test_groups_match_a_plain_loop(rows):
    found = measure(_frame(rows), TRIED, by="team")
    assert len(found) == len({row[0] for row in rows})
    for _, measured in found.iterrows():
        team = None if pd.isna(measured["team"]) else measured["team"]
        for name, expected in _reference([row for row in rows if row[0] == team]).items():
            value = None if pd.isna(measured[name]) else measured[name]
            assert value == pytest.approx(expected), (team, name)


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(
        measure(_frame(rows), TRIED, by="team", confidence=0.9),
        measure(_frame(shuffled), TRIED, by="team", confidence=0.9),
    )


@QUICK
@given(ROWS)
def test_group_sums_add_up_to_the_whole(rows):
    frame = _frame(rows)
    groups, whole = measure(frame, TRIED, by="team"), measure(frame, TRIED)
    assert groups["summed"].sum() == pytest.approx(whole["summed"].fillna(0.0).sum())
    for name in ("summed_n", "win_rate_n"):
        assert groups[name].sum() == whole[name].sum()


@QUICK
@given(ROWS)
def test_null_stands_exactly_where_the_status_is_not_ok(rows):
    found = measure(_frame(rows), TRIED, by="team")
    for metric in TRIED:
        name = metric.__name__
        assert (found[name].notna() == (found[f"{name}_status"] == "ok")).all()

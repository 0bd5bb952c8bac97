"""The portable expressions, on every engine, against values worked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import narwhals.stable.v2 as nw
import pandas as pd
import pytest

from spmkit.expressions import (
    count,
    days_between,
    distinct,
    divided,
    period_of,
    present,
    total,
)


@dataclass(frozen=True)
class Span:
    label: str
    start: date
    end: date


def selected(native, **expressions):
    """Evaluate row by row and bring the rows home in the order of ``row``."""
    frame = nw.from_native(native).lazy()
    named = [expression.alias(name) for name, expression in expressions.items()]
    found = frame.select("row", *named).collect("pandas").to_native()
    found = found.sort_values("row").drop(columns="row")
    return found.astype("object").where(found.notna(), None).values.tolist()


def aggregated(native, **expressions):
    frame = nw.from_native(native).lazy()
    named = [expression.alias(name) for name, expression in expressions.items()]
    found = frame.select(*named).collect("pandas").to_native()
    return found.astype("object").where(found.notna(), None).values.tolist()[0]


FLAGS = pd.Series([True, None, False, True], dtype="boolean")


def test_total_of_only_nulls_is_null(engine):
    frame = pd.DataFrame({"some": [2.0, None, 3.5], "none": pd.Series([None] * 3, dtype="Float64")})
    found = aggregated(engine(frame), some=total(nw.col("some")), none=total(nw.col("none")))
    assert found == [5.5, None]


def test_count_counts_what_is_true_and_distinct_leaves_null_out(engine):
    frame = pd.DataFrame({"won": FLAGS, "rep": ["ada", None, "bo", "ada"]})
    found = aggregated(
        engine(frame),
        won=count(nw.col("won")),
        difference=count(~nw.col("won")) - count(nw.col("won")),
        reps=distinct(nw.col("rep")),
    )
    assert found == [2, -1, 2]


def test_nothing_counts_zero(engine):
    frame = pd.DataFrame({"won": FLAGS, "rep": ["ada", None, "bo", "ada"]}).iloc[:0]
    assert aggregated(engine(frame), won=count(nw.col("won")), reps=distinct(nw.col("rep"))) == [
        0,
        0,
    ]


def test_flags_that_pandas_holds_as_objects_are_counted():
    frame = pd.DataFrame({"won": pd.Series([True, None, True], dtype="object")})
    assert aggregated(frame, won=count(nw.col("won"))) == [2]


def test_divided_is_null_over_zero_and_null(engine):
    frame = pd.DataFrame(
        {
            "row": range(5),
            "a": [1, 1, 0, -3, 2],
            "b": pd.Series([4, 0, 0, 2, None], dtype="Int64"),
        }
    )
    found = selected(engine(frame), ratio=divided(nw.col("a"), nw.col("b")))
    assert found == [[0.25], [None], [None], [-1.5], [None]]


def test_present_needs_every_column(engine):
    frame = pd.DataFrame({"row": range(3), "a": [1.0, None, 1.0], "b": ["x", "y", None]})
    found = selected(engine(frame), both=present(nw.col("a"), nw.col("b")))
    assert found == [[True], [False], [False]]


SPELLS = [
    ("2024-02-28", "2024-03-01", 2),  # a leap day between
    ("2023-02-28", "2023-03-01", 1),
    ("1999-12-31", "2000-01-01", 1),
    ("2000-01-01", "2001-01-01", 366),
    ("2100-02-28", "2100-03-01", 1),  # a century that does not leap
    ("2026-07-10", "2026-07-01", -9),
    ("2026-07-10", "2026-07-10", 0),
    (None, "2026-07-10", None),
    ("2026-07-10", None, None),
]


def test_days_between_dates(engine):
    rows = [(number, *spell) for number, spell in enumerate(SPELLS)]
    frame = pd.DataFrame(rows, columns=["row", "start", "end", "days"])
    for column in ("start", "end"):
        frame[column] = pd.to_datetime(frame[column])
    found = selected(engine(frame), days=days_between(nw.col("start"), nw.col("end")))
    assert found == [[days] for *_, days in SPELLS]


def test_days_between_moments_counts_dates(engine):
    moments = {"start": ["2026-03-01 23:59"], "end": ["2026-03-02 00:01"]}
    frame = pd.DataFrame({"row": [0], **{c: pd.to_datetime(m) for c, m in moments.items()}})
    assert selected(engine(frame), days=days_between(nw.col("start"), nw.col("end"))) == [[1]]


def test_days_between_agrees_with_dates_over_four_centuries():
    first = date(1890, 1, 1)
    ends = [first + timedelta(days=step * 211) for step in range(700)]
    frame = pd.DataFrame({"row": range(700), "end": ends, "start": first})
    found = selected(frame, days=days_between(nw.col("start"), nw.col("end")))
    assert found == [[step * 211] for step in range(700)]


QUARTERS = [
    Span("2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
    Span("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
    Span("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),  # Q3 is missing on purpose
]
DATED = [
    ("2025-12-31", None),
    ("2026-01-01", "2026Q1"),
    ("2026-03-31 23:59:59", "2026Q1"),
    ("2026-04-01", "2026Q2"),
    ("2026-08-15", None),
    ("2026-12-31", "2026Q4"),
    ("2027-01-01", None),
    (None, None),
]


def test_period_of_takes_both_ends_in_and_leaves_gaps_null(engine):
    days = pd.to_datetime([day for day, _ in DATED], format="ISO8601")
    frame = pd.DataFrame({"row": range(len(DATED)), "day": days})
    found = selected(engine(frame), period=period_of(nw.col("day"), QUARTERS))
    assert found == [[label] for _, label in DATED]


def test_period_of_hundreds_of_periods(engine):
    first = date(2000, 1, 3)
    weeks = [
        Span(f"W{n}", first + timedelta(weeks=n), first + timedelta(weeks=n, days=6))
        for n in range(400)
    ]
    days = [weeks[0].start, weeks[199].end, weeks[200].start, weeks[399].end]
    frame = pd.DataFrame({"row": range(4), "day": pd.to_datetime(days)})
    found = selected(engine(frame), period=period_of(nw.col("day"), weeks))
    assert found == [["W0"], ["W199"], ["W200"], ["W399"]]


def test_period_of_no_periods_is_null(engine):
    frame = pd.DataFrame({"row": [0, 1], "day": pd.to_datetime(["2026-01-01", None])})
    assert selected(engine(frame), period=period_of(nw.col("day"), [])) == [[None], [None]]


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([QUARTERS[1], Span("M3", date(2026, 3, 31), date(2026, 4, 30))], "2026Q1 and M3 overlap"),
        ([Span("back", date(2026, 3, 2), date(2026, 3, 1))], "back ends .* before it starts"),
    ],
)
def test_periods_that_contradict_are_refused(spans, message):
    with pytest.raises(ValueError, match=message):
        period_of(nw.col("day"), spans)

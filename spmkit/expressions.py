"""The few expressions that the obvious spelling gets wrong on some engine.

Each gives the same on pandas, DuckDB, Polars, Spark and through Ibis.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

import narwhals.stable.v2 as nw

from spmkit.units import Column

_LAST = date.max - timedelta(1)  # the last day with a day after it


class Span(Protocol):
    """A labelled span of days, both ends included; :class:`spmkit.Period` is one."""

    @property
    def label(self) -> str:
        """How it is written, such as ``2026Q3``."""

    @property
    def start(self) -> date:
        """Its first day."""

    @property
    def end(self) -> date:
        """Its last day."""


def total(column: Column) -> Column:
    """Sum a column; null, not 0, where there is nothing to sum.

    Examples
    --------
    >>> frame = nw.from_native(pd.DataFrame({"some": [2.0, None], "none": [None, float("nan")]}))
    >>> frame.select(total(nw.col("some")), total(nw.col("none"))).rows()
    [(2.0, nan)]
    """
    return nw.when(column.count() > 0).then(column.sum())


def count(flag: Column) -> Column:
    """Count the rows whose flag is true; null is not true, and no rows count 0.

    Examples
    --------
    >>> frame = nw.from_native(pd.DataFrame({"won": [True, False, None, True]}))
    >>> frame.select(won=count(nw.col("won")))["won"].to_list()
    [2]
    """
    # An explicit comparison, because pandas holds flags with nulls as objects. The cast because
    # Polars counts without a sign, and a difference of two counts would wrap.
    true = nw.lit(value=True)
    return nw.when(flag == true).then(nw.lit(1)).count().cast(nw.Int64)


def distinct(column: Column) -> Column:
    """Count the different values of a column; null is none of them.

    Examples
    --------
    >>> frame = nw.from_native(pd.DataFrame({"rep_id": ["ada", "bo", "ada", None]}))
    >>> frame.select(reps=distinct(nw.col("rep_id")))["reps"].to_list()
    [2]
    """
    some_null = (column.len() > column.count()).cast(nw.Int64)
    # Over no rows at all a SQL engine says null.
    return (column.n_unique().cast(nw.Int64) - some_null).fill_null(0)


def divided(numerator: Column, denominator: Column) -> Column:
    """Divide row by row; null where the denominator is zero or null.

    For one number of a group, sums first, return a ``Ratio`` instead.

    Examples
    --------
    >>> frame = nw.from_native(pd.DataFrame({"credited": [5.0, 5.0], "quota": [10.0, 0.0]}))
    >>> frame.select(divided(nw.col("credited"), nw.col("quota")))["credited"].to_list()
    [0.5, nan]
    """
    # Whole numbers and decimals divide differently from engine to engine; floats do not.
    quotient = numerator.cast(nw.Float64) / denominator.cast(nw.Float64)
    return nw.when(denominator != 0).then(quotient)


def present(*columns: Column) -> Column:
    """Flag the rows in which every one of the columns has a value.

    Examples
    --------
    >>> frame = nw.from_native(pd.DataFrame({"credited": [5.0, None], "quota": [10.0, 8.0]}))
    >>> frame.select(present(nw.col("credited"), nw.col("quota")))["credited"].to_list()
    [True, False]
    """
    return nw.all_horizontal(*[~column.is_null() for column in columns], ignore_nulls=False)


def days_between(start: Column, end: Column) -> Column:
    """Count the calendar days from one date to another; negative where end lies before start.

    Moments count by their date: from 23:59 to 00:01 is one day. Refuse columns
    with a time zone first (:func:`spmkit.engine.refuse_time_zones`).

    Examples
    --------
    >>> spell = {"start": pd.to_datetime(["2024-02-28"]), "end": pd.to_datetime(["2024-03-01"])}
    >>> frame = nw.from_native(pd.DataFrame(spell))
    >>> frame.select(days=days_between(nw.col("start"), nw.col("end")))["days"].to_list()
    [2]
    """
    return _day_number(end) - _day_number(start)


def _day_number(day: Column) -> Column:
    """The days since the year 0; a difference of dates is a different type on each engine."""
    day = day.cast(nw.Date)
    years = day.dt.year().cast(nw.Int64) - 1
    # Floors of plain divisions: whole ones are guarded against zero, and take twice as long.
    before = (years * 365.25).floor() - (years / 100).floor() + (years / 400).floor()
    return before.cast(nw.Int64) + day.dt.ordinal_day().cast(nw.Int64)


def period_of(day: Column, periods: Sequence[Span]) -> Column:
    """Label the period in which a date lies; null outside all of them.

    Refuse columns with a time zone first (:func:`spmkit.engine.refuse_time_zones`).

    Parameters
    ----------
    day
        Dates or naive moments.
    periods
        Spans with a label, a start and an end, both days included; in any order, gaps allowed.

    Raises
    ------
    ValueError
        Where two periods overlap, or one ends before it starts.

    Examples
    --------
    >>> quarters = spm.Calendar().between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-30"))
    >>> days = nw.from_native(pd.DataFrame({"day": pd.to_datetime(["2026-03-31", "2026-04-01"])}))
    >>> days.select(period=period_of(nw.col("day"), quarters))["period"].to_list()
    ['2026Q1', '2026Q2']
    """
    ordered = sorted(periods, key=lambda period: period.start)
    _refuse_overlaps(ordered)
    if not ordered:
        return nw.lit(None, nw.String)
    return _chosen(day.cast(nw.Date), _without_gaps(ordered))


def _without_gaps(ordered: Sequence[Span]) -> list[tuple[date, str | None]]:
    """The first day of each label, and of no label before, between and after the periods."""
    starts: list[tuple[date, str | None]] = [(date.min, None)]
    for period in ordered:
        if starts[-1][0] == period.start:
            starts.pop()
        starts += [(period.start, period.label), (min(period.end, _LAST) + timedelta(1), None)]
    return starts


def _chosen(day: Column, starts: Sequence[tuple[date, str | None]]) -> Column:
    """Halve the periods at each step: a linear chain of hundreds nests too deep."""
    if len(starts) == 1:
        return nw.lit(starts[0][1], nw.String)
    middle = len(starts) // 2
    earlier, later = _chosen(day, starts[:middle]), _chosen(day, starts[middle:])
    return nw.when(day < nw.lit(starts[middle][0])).then(earlier).otherwise(later)


def _refuse_overlaps(ordered: Sequence[Span]) -> None:
    for period in ordered:
        if period.end < period.start:
            raise ValueError(f"period {period.label} ends ({period.end}) before it starts.")
    for before, after in pairwise(ordered):
        if after.start <= before.end:
            raise ValueError(
                f"periods {before.label} and {after.label} overlap: the first ends on "
                f"{before.end}, the second starts on {after.start}."
            )

"""How often the close date of an opportunity moved to a later period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.frames import distinct, like
from spmkit.data.tables import Lazy, completed
from spmkit.expressions import count
from spmkit.metrics.opportunities.lines import opportunity_lines
from spmkit.metrics.pipeline.histories import read_date, refuse_without_history
from spmkit.periods import DAY, Period

_YEARS = 10  # on both sides of the data's day; dates beyond are typing errors, or "some day"
_EVER = (date(1900, 1, 1), date(2262, 1, 1))


def push_lines(data: SalesData, *, attributes: tuple[str, ...] | None = None) -> Any:
    """Every opportunity but the void ones, with the times that its close date moved.

    Parameters
    ----------
    data
        An open source with ``opportunity_history``.
    attributes
        Those of the owner and the account to join, as in :func:`opportunity_lines`.

    Returns
    -------
    frame
        The columns of :func:`opportunity_lines` with ``pushes`` (moves to a later fiscal
        quarter), ``pulls`` (to an earlier one) and ``date_changes`` (all changes from a date to
        another one, those within a quarter too). 0 where the log has none. Where the log does
        not say what was before, it was what the change before made it; of several changes at one
        moment the last is the one to the latest day. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where there is no log of changes.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": ["open"]}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": ["o1", "o1"],
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-07-01"]),
    ...         "field": "expected_close_on", "old_value": ["2026-06-20", "2026-06-30"],
    ...         "new_value": ["2026-06-30", "2026-07-31"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> push_lines(data).df()[["pushes", "date_changes"]].values.tolist()
    [[1, 2]]
    """
    refuse_without_history(data)
    lines: Lazy = nw.from_native(opportunity_lines(data, attributes=attributes)).lazy()
    joined = lines.join(_moves(data), on="opportunity_id", how="left")
    counted = ("pushes", "pulls", "date_changes")
    return joined.with_columns(*[nw.col(name).fill_null(0) for name in counted]).to_native()


def _moves(data: SalesData) -> Lazy:
    """One row an opportunity whose date was changed."""
    changes = _once(_placed(_changes(data), data))
    moved, way = nw.col("_old") != nw.col("_new"), nw.col("_way")
    return changes.group_by("opportunity_id").agg(
        count(moved & (way > 0)).alias("pushes"),
        count(moved & (way < 0)).alias("pulls"),
        count(moved).alias("date_changes"),
    )


def _changes(data: SalesData) -> Lazy:
    """What the log says of close dates."""
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    says_before = "old_value" in history.collect_schema().names()
    history = completed(history, "opportunity_history", "old_value")
    history = history.filter(nw.col("field") == "expected_close_on")
    if says_before:
        history = history.filter(~nw.col("old_value").is_null(), ~nw.col("new_value").is_null())
    dates = history.select(
        "opportunity_id",
        "changed_at",
        read_date("old_value").alias("_old"),
        read_date("new_value").alias("_new"),
    )
    if says_before:
        return dates
    order = ["changed_at", "_new"]
    return dates.with_columns(_old=nw.col("_new").shift(1).over("opportunity_id", order_by=order))


def _placed(dates: Lazy, data: SalesData) -> Lazy:
    """Say which way each change went: 1 to a later quarter, -1 to an earlier one, 0 within it."""
    periods = _known_quarters(data)
    within = dates.join(_days(periods, dates, data), on="_old", how="left")
    begin, end = periods[0].start, periods[-1].end
    some_day = nw.col("_old") > nw.lit(end)
    first = nw.when(some_day).then(nw.lit(end + DAY)).otherwise(nw.lit(_EVER[0]))
    last = nw.when(some_day).then(nw.lit(_EVER[1])).otherwise(nw.lit(begin - DAY))
    later = nw.col("_new") > nw.coalesce("_last", last.cast(nw.Date))
    earlier = nw.col("_new") < nw.coalesce("_first", first.cast(nw.Date))
    way = nw.when(earlier).then(nw.lit(-1)).otherwise(nw.lit(0))
    return within.with_columns(_way=nw.when(later).then(nw.lit(1)).otherwise(way))


def _once(changes: Lazy) -> Lazy:
    """Each change once, however often it stands in the log.

    Of dates, not of their texts, which would spill to disk; and after the join with the days,
    since DuckDB reads a file once for each range of keys where it is grouped as it is read.
    """
    return distinct(changes.select("opportunity_id", "changed_at", "_old", "_new", "_way"))


def _known_quarters(data: SalesData) -> Sequence[Period]:
    year = data.as_of.year
    return data.calendar.between(date(year - _YEARS, 1, 1), date(year + _YEARS, 12, 31))


def _days(periods: Sequence[Period], frame: Lazy, data: SalesData) -> Lazy:
    """Every day of some quarters, with the first and the last day of its own."""
    days = [
        (day.date(), period.start, period.end)
        for period in periods
        for day in pd.date_range(period.start, period.end)
    ]
    names = ["_old", "_first", "_last"]
    small = like(pd.DataFrame(days, columns=names), frame, data.connection)
    return small.with_columns(*[nw.col(name).cast(nw.Date) for name in names])

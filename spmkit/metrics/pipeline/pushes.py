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
        not say what was before, it was what the change before made it. Lazily, of the engine of
        the source.

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
    dates = _changes(data)
    periods = _known_quarters(data)
    within = dates.join(_days(periods, dates, data), on="_old", how="left")
    begin, end = periods[0].start, periods[-1].end
    some_day = nw.col("_old") > nw.lit(end)
    first = nw.when(some_day).then(nw.lit(end + DAY)).otherwise(nw.lit(_EVER[0]))
    last = nw.when(some_day).then(nw.lit(_EVER[1])).otherwise(nw.lit(begin - DAY))
    bounded = within.with_columns(
        nw.coalesce("_first", first.cast(nw.Date)).alias("_first"),
        nw.coalesce("_last", last.cast(nw.Date)).alias("_last"),
    )
    moved = nw.col("_old") != nw.col("_new")
    return bounded.group_by("opportunity_id").agg(
        count(moved & (nw.col("_new") > nw.col("_last"))).alias("pushes"),
        count(moved & (nw.col("_new") < nw.col("_first"))).alias("pulls"),
        count(moved).alias("date_changes"),
    )


def _changes(data: SalesData) -> Lazy:
    """What the log says of close dates, each change once, however often it stands there."""
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    says_before = "old_value" in history.collect_schema().names()
    history = completed(history, "opportunity_history", "old_value")
    dates = history.filter(nw.col("field") == "expected_close_on").select(
        "opportunity_id",
        "changed_at",
        read_date("old_value").alias("_old"),
        read_date("new_value").alias("_new"),
    )
    changes = distinct(dates)  # of dates, not of their texts: a table of long texts spills to disk
    if says_before:
        return changes
    order = ["changed_at", "_new"]
    return changes.with_columns(_old=nw.col("_new").shift(1).over("opportunity_id", order_by=order))


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

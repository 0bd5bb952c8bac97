"""The moves of opportunities between stages, as the log has them, and how each ended."""

from __future__ import annotations

from datetime import date

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.schema import CLOSED_OUTCOMES
from spmkit.data.tables import Lazy, completed
from spmkit.metrics.pipeline.histories import first_change

KEPT = ("opportunity_id", "account_id", "rep_id", "type", "product", "segment", "source", "amount")
_READ = (*KEPT, "stage", "created_on", "closed_on")
_DEAL = (*KEPT, "created_on", "closed_on", "_ending", "_now")
VOID = "void"
_AFTER = date(2262, 1, 1)  # when the last row comes: after every change
_MOVE = ("_final", "_moment", "_on", "_from", "to")


def log_begins(data: SalesData) -> date:
    """The day of the first change; who stood where before it is not known."""
    return first_change(data) or data.as_of


def stage_moves(data: SalesData) -> Lazy:
    """Every change of stage up to the closing, and after them a row for how each stands or ended.

    Parameters
    ----------
    data
        An open source with ``opportunity_history``.

    Returns
    -------
    LazyFrame
        The columns of the opportunity, ``_now`` (its stage) and ``_ending`` (its outcome; null
        of an open one); ``_final`` (1 of the row that comes last), ``_moment`` and ``_on`` (the
        day) of the change, ``_from`` and ``to``, of the last row the outcome. What was written
        after the day of closing is left out. Void ones are in it, their ending is :data:`VOID`:
        each filter has an engine expect a fifth of the rows, and so join them in the wrong order.
    """
    deals = _deals(data)
    told = _changes(data).join(deals, on="opportunity_id", how="inner")
    until = told.filter(nw.col("closed_on").is_null() | (nw.col("_on") <= nw.col("closed_on")))
    last = deals.with_columns(
        nw.lit(1).alias("_final"),
        nw.lit(_AFTER).cast(nw.Datetime("us")).alias("_moment"),
        nw.col("closed_on").alias("_on"),
        nw.lit(None, nw.String).alias("_from"),
        nw.col("_ending").alias("to"),
    )
    return nw.concat([until.select(*_DEAL, *_MOVE), last.select(*_DEAL, *_MOVE)])


def _deals(data: SalesData) -> Lazy:
    frame = completed(nw.from_native(data.opportunities).lazy(), "opportunities", *_READ)
    void = nw.col("outcome") == VOID
    if "currency" in frame.collect_schema().names():
        # What a void one is in needs no rate.
        frame = frame.with_columns(nw.when(~void).then(nw.col("currency")).alias("currency"))
    frame = in_one_currency(data, frame, "closed_on", ["amount"])
    closed = nw.col("outcome").is_in(CLOSED_OUTCOMES)
    told: Lazy = frame.with_columns(
        nw.col("created_on").cast(nw.Date),
        nw.when(closed).then(nw.col("closed_on").cast(nw.Date)).alias("closed_on"),
        nw.when(nw.col("outcome") != "open").then(nw.col("outcome")).alias("_ending"),
        nw.col("stage").alias("_now"),
    ).select(*_DEAL)
    return told


def _changes(data: SalesData) -> Lazy:
    """The changes from a stage to another one."""
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    says_before = "old_value" in history.collect_schema().names()
    history = completed(history, "opportunity_history", "old_value")
    changes = history.filter(nw.col("field") == "stage", ~nw.col("new_value").is_null()).select(
        "opportunity_id",
        nw.lit(0).alias("_final"),
        nw.col("changed_at").cast(nw.Datetime("us")).alias("_moment"),
        nw.col("changed_at").cast(nw.Date).alias("_on"),
        nw.col("old_value").alias("_from"),
        nw.col("new_value").alias("to"),
    )
    if says_before:
        return changes.filter(nw.col("_from").is_null() | (nw.col("_from") != nw.col("to")))
    before = nw.col("to").shift(1).over("opportunity_id", order_by=["_moment", "to"])
    told = changes.with_columns(_before=before)
    moved = told.filter(nw.col("_before").is_null() | (nw.col("_before") != nw.col("to")))
    return moved.drop("_before")

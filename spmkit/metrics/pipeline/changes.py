"""What happened to the pipeline between two days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.tables import Lazy
from spmkit.metrics.pipeline.histories import opportunity_states
from spmkit.periods import as_date

KINDS = (
    "start",
    "reassigned out",
    "reassigned in",
    "created",
    "pulled in",
    "pushed",
    "upsized",
    "downsized",
    "lost",
    "won",
    "end",
)
_FIELDS = ("amount", "expected_close_on", "rep_id")
_HALF = 0.5001  # of a cent: a product of floats may fall short of a half


def pipeline_changes(data: SalesData, start: date, end: date, period: str | None = None) -> Any:
    """What made the open pipeline of one day that of another, a row an opportunity and kind.

    Parameters
    ----------
    data
        An open source.
    start, end
        Days; the states compared are those at the end of each, so that the changes of a
        quarter start on the day before it.
    period
        A label such as ``"2026Q3"``: the pipeline is what is open and expected to close in it.
        None takes all that is open.

    Returns
    -------
    frame
        ``opportunity_id``; ``rep_id`` (the new owner, but the former one of ``start`` and
        ``reassigned out``) with ``rep``, ``manager_id``, ``manager``, ``team``, ``region``,
        ``role``, ``segment`` as of ``end``; ``kind``; ``amount``, signed, in whole cents of the
        reporting currency at the rate of ``end``: null where it is not known, which adds
        nothing. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where ``start`` is not before ``end``, or how opportunities stood then is not known.

    Notes
    -----
    The two days are compared, so what was undone between them does not show. An opportunity
    to which several things happened is split in this order, each step on what the steps
    before it left: it changes hands (at its amount at the start, so the rest is the new
    owner's); it comes in (``created``, at its last amount, or ``pulled in``, at the amount at
    the start) or leaves (``pushed``, at the amount at the start); it is ``upsized`` or
    ``downsized`` while it is in; it is ``lost`` (no decision included) or ``won`` at its last
    amount. A won one counts as expected on the day on which it closed, so that one that is won
    ahead of its period is pulled in first. A date that is removed leaves the period, and one
    that is first set enters it. So start + the rest = end, to the cent, for every rep.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": ["won"], "created_on": "2026-06-01", "amount": [90.0],
    ...         "closed_on": "2026-08-20"}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": ["o1", "o1"],
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-08-01"]),
    ...         "field": ["stage", "amount"], "old_value": [None, "60"],
    ...         "new_value": ["Discovery", "90"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> june, september = pd.Timestamp("2026-06-30"), pd.Timestamp("2026-09-30")
    >>> lines = spm.pipeline_changes(data, june, september).df()
    >>> dict(zip(lines["kind"], lines["amount"]))
    {'start': 60.0, 'upsized': 30.0, 'won': -90.0}
    """
    first, last = as_date(start), as_date(end)
    if first >= last:
        raise DataError(f"start ({first}) must lie before end ({last}).")
    compared = _compared(data, first, last, period)
    names = like(pd.DataFrame({"kind": list(KINDS)}), compared, data.connection)
    crossed = compared.join(names, how="cross")
    rows = crossed.filter(_chosen(_happened))
    former = nw.col("kind").is_in(["start", "reassigned out"])
    cents = _chosen(_worth)
    lines = rows.select(
        "opportunity_id",
        nw.when(former)
        .then(nw.col("rep_id_start"))
        .otherwise(nw.col("rep_id_end"))
        .alias("rep_id"),
        "kind",
        (cents / 100).alias("amount"),
    )
    return with_rep_attributes(lines, data, last).to_native()


def _compared(data: SalesData, first: date, last: date, period: str | None) -> Lazy:
    """One row an opportunity: whether it was in the pipeline on each day, and its cents."""
    days = {"start": first, "end": last}
    dated = opportunity_states(data, days, _FIELDS).with_columns(
        nw.lit(last).cast(nw.Date).alias("_day")
    )
    states: Lazy = in_one_currency(data, dated, "_day", ["amount_start", "amount_end"])
    closes = nw.col("closed_on").cast(nw.Date)
    closed = ~nw.col("open_end")
    won = closed & (nw.col("outcome") == "won")
    expected = nw.when(won).then(closes).otherwise(nw.col("expected_close_on_end"))
    within = _within(data, period)
    flagged = states.with_columns(
        _in_start=nw.col("open_start") & within(nw.col("expected_close_on_start")),
        _in_end=within(expected),
        _closed=closed,
        _won=won,
        _moved=_differ(nw.col("rep_id_start"), nw.col("rep_id_end")),
        _cents_start=in_cents(nw.col("amount_start")),
        _cents_end=in_cents(nw.col("amount_end")),
    )
    there = flagged.filter(nw.col("_in_start") | nw.col("_in_end"))
    flags = ("open_start", "_in_start", "_in_end", "_closed", "_won", "_moved")
    cents = ("_cents_start", "_cents_end")
    return there.select("opportunity_id", "rep_id_start", "rep_id_end", *flags, *cents)


def _within(data: SalesData, period: str | None) -> Callable[[nw.Expr], nw.Expr]:
    if period is None:
        return lambda _: nw.lit(value=True)
    asked = data.calendar.period(period)

    def within(day: nw.Expr) -> nw.Expr:
        inside = (day >= nw.lit(asked.start)) & (day <= nw.lit(asked.end))
        return inside.fill_null(value=False)

    return within


def _differ(old: nw.Expr, new: nw.Expr) -> nw.Expr:
    return (old.is_null() != new.is_null()) | (old != new).fill_null(value=False)


def in_cents(amount: nw.Expr) -> nw.Expr:
    """Whole cents, so that sums are exact; engines' own rounding differs on halves."""
    return (amount * 100 + _HALF).floor().cast(nw.Int64)


def _chosen(of_kind: Callable[[str], nw.Expr]) -> nw.Expr:
    """The expression that belongs to the kind of a row."""
    first, *others = KINDS
    return reduce(
        lambda other, kind: nw.when(nw.col("kind") == kind).then(of_kind(kind)).otherwise(other),
        others,
        of_kind(first),
    )


def _happened(kind: str) -> nw.Expr:
    """Whether an opportunity has a row of a kind."""
    was_in, is_in = nw.col("_in_start"), nw.col("_in_end")
    there, closed, won = nw.col("open_start"), nw.col("_closed"), nw.col("_won")
    grown = nw.col("_cents_end").fill_null(0) - nw.col("_cents_start").fill_null(0)
    return {
        "start": was_in,
        "reassigned out": was_in & nw.col("_moved"),
        "reassigned in": was_in & nw.col("_moved"),
        "created": ~there & is_in,
        "pulled in": there & ~was_in & is_in,
        "pushed": was_in & ~is_in,
        "upsized": there & is_in & (grown > 0),
        "downsized": there & is_in & (grown < 0),
        "lost": is_in & closed & ~won,
        "won": is_in & won,
        "end": is_in & ~closed,
    }[kind]


def _worth(kind: str) -> nw.Expr:
    """The cents of a row of a kind, signed."""
    before, after = nw.col("_cents_start"), nw.col("_cents_end")
    if kind in ("upsized", "downsized"):
        return after.fill_null(0) - before.fill_null(0)
    return {
        "start": before,
        "reassigned out": -before,
        "reassigned in": before,
        "created": after,
        "pulled in": before,
        "pushed": -before,
        "lost": -after,
        "won": -after,
        "end": after,
    }[kind]

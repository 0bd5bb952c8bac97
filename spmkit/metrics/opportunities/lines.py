"""Opportunity lines: what most pipeline metrics read."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.data.quality import to_pandas
from spmkit.data.schema import CLOSED_OUTCOMES
from spmkit.data.tables import completed
from spmkit.expressions import days_between, period_of
from spmkit.groups import counted_median
from spmkit.periods import as_date

_READ = ("type", "source", "stage", "created_on", "expected_close_on", "closed_on")
_AMOUNTS = ("amount", "list_amount")
_ACCOUNT = ("industry", "segment", "territory_id")


def opportunity_lines(
    data: SalesData, *, attributes: tuple[str, ...] | None = None, stale_after: float = 2.0
) -> Any:
    """Every opportunity but the void ones, with the flags and days that metrics read.

    Parameters
    ----------
    data
        An open source.
    attributes
        Names of the reps' and accounts' attributes to join (``region``, ``account_industry``,
        …); none joins all, an empty tuple joins nothing.
    stale_after
        How many times the median cycle of the won ones an open one may be old before it is
        stale. Age decides, not activity: activities are often not logged, or not given.

    Returns
    -------
    frame
        The columns of ``opportunities``, amounts in the reporting currency, and

        - the flags ``won``, ``lost``, ``closed``, ``open``, ``renewal``; ``qualified`` (open and
          past the first of the declared stages; where none are declared, every open one);
          ``overdue`` (open, its expected close before as_of) and ``stale`` (open and too old),
          null where the date that decides is missing;
        - ``ending``: the outcome of a closed one, null of an open one;
        - ``cycle_days`` from creation to closing (null where it closed before it was created),
          ``won_cycle_days`` (null unless it was won), ``age_days`` from creation to as_of (of
          open ones alone) and ``lasted_days``, the one or the other; none is ever negative;
        - ``won_amount`` and ``won_list_amount`` (null unless it was won) and ``decided_amount``
          (of what was won or lost, without renewals);
        - ``created_period`` and ``closed_period``;
        - the owner's ``rep``, ``manager_id``, ``manager``, ``team``, ``region``, ``role``,
          ``segment`` (``rep_segment`` beside the opportunity's own) and the account's
          ``account_industry``, ``account_segment``, ``account_territory_id``.

        Lazily, of the engine of the source.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "region": ["North"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "open"], "created_on": "2026-06-01",
    ...         "closed_on": ["2026-07-01", None], "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = opportunity_lines(data).df().sort_values("opportunity_id")
    >>> lines["won"].tolist(), lines["closed_period"].fillna("open").tolist()
    ([True, False], ['2026Q3', 'open'])
    """
    if not stale_after > 0:
        raise ValueError(f"stale_after is {stale_after}; write how many median cycles, such as 2.")
    frame = nw.from_native(data.opportunities).lazy()
    frame = completed(frame, "opportunities", *_READ, *_AMOUNTS)
    frame = frame.filter(nw.col("outcome") != "void")
    frame = in_one_currency(data, frame, "closed_on", list(_AMOUNTS))
    dated = _flagged(frame, data).with_columns(_closed_on().alias("closed_on"))
    timed = _valued(_timed(dated, data, stale_after))
    return _attributed(timed, data, attributes).to_native()


def _flagged(frame: Any, data: SalesData) -> Any:
    is_open = nw.col("outcome") == "open"
    closed = nw.col("outcome") != "open"  # void ones are gone: one comparison, not three
    begun = nw.col("stage") != data.settings.stages[0] if data.settings.stages else is_open
    return frame.with_columns(
        (nw.col("outcome") == "won").alias("won"),
        (nw.col("outcome") == "lost").alias("lost"),
        closed.alias("closed"),
        is_open.alias("open"),
        (nw.col("type").fill_null("new") == "renewal").alias("renewal"),
        (is_open & begun).alias("qualified"),
        nw.when(closed).then(nw.col("outcome")).alias("ending"),
    )


def _closed_on() -> Any:
    """An open opportunity has not closed, whatever its export says."""
    return nw.when(nw.col("closed")).then(nw.col("closed_on"))


def _timed(frame: Any, data: SalesData, stale_after: float) -> Any:
    today = nw.lit(data.as_of).cast(nw.Date)
    # One count of days for all: it is what costs.
    until = nw.when(nw.col("open")).then(today).otherwise(nw.col("closed_on"))
    days = days_between(nw.col("created_on"), until)
    counted = frame.with_columns(
        nw.when(nw.col("closed"), days >= 0).then(days).alias("cycle_days"),
        nw.when(nw.col("won"), days >= 0).then(days).alias("won_cycle_days"),
        nw.when(nw.col("open"), days >= 0).then(days).alias("age_days"),
        nw.when(days >= 0).then(days).alias("lasted_days"),
    )
    start = min((day for day in first_days(data) if day), default=None)
    cycle = data.fact("median cycle", lambda: _median_cycle(counted))
    periods = data.calendar.between(start, data.as_of) if start else []
    too_old = nw.col("age_days") > stale_after * cycle if cycle else nw.lit(None, nw.Boolean)
    return counted.with_columns(
        _of_open(nw.col("expected_close_on").cast(nw.Date) < today).alias("overdue"),
        _of_open(too_old).alias("stale"),
        period_of(nw.col("created_on"), periods).alias("created_period"),
        period_of(nw.col("closed_on"), periods).alias("closed_period"),
    )


def _of_open(flag: Any) -> Any:
    return nw.when(nw.col("open")).then(flag).otherwise(nw.lit(value=False))


def first_days(data: SalesData) -> tuple[date | None, date | None]:
    """The first creation and the first closing of opportunities; none where there is no date."""
    found: tuple[date | None, date | None] = data.fact(
        "first days of opportunities", lambda: _first_days(data)
    )
    return found


def _first_days(data: SalesData) -> tuple[date | None, date | None]:
    frame = nw.from_native(data.opportunities).lazy()
    frame = completed(frame, "opportunities", "created_on", "closed_on")
    closed = nw.col("outcome").is_in(CLOSED_OUTCOMES)
    firsts = frame.filter(nw.col("outcome") != "void").select(
        nw.col("created_on").min().alias("created"),
        nw.when(closed).then(nw.col("closed_on")).min().alias("closed"),
    )
    days = to_pandas(firsts).iloc[0]
    created, closing = (None if pd.isna(day) else as_date(day) for day in days)
    return created, closing


def _median_cycle(counted: Any) -> float | None:
    """The median cycle of the won, of which the engine counts how many took how long."""
    won = counted.filter(nw.col("won"), ~nw.col("won_cycle_days").is_null())
    found = to_pandas(won.group_by("won_cycle_days").agg(nw.len().alias("rows")))
    return counted_median(found["won_cycle_days"], found["rows"]) if len(found) else None


def _valued(frame: Any) -> Any:
    decided = (nw.col("won") | nw.col("lost")) & ~nw.col("renewal")
    return frame.with_columns(
        nw.when(nw.col("won")).then(nw.col("amount")).alias("won_amount"),
        nw.when(nw.col("won")).then(nw.col("list_amount")).alias("won_list_amount"),
        nw.when(decided).then(nw.col("amount")).alias("decided_amount"),
    )


def _attributed(frame: Any, data: SalesData, wanted: tuple[str, ...] | None) -> Any:
    own = frame.collect_schema().names()
    frame = _with_owner(frame, data, wanted)
    if "accounts" not in data or "account_id" not in own:
        return frame
    accounts = nw.from_native(data.accounts).lazy()
    there = [name for name in _ACCOUNT if name in accounts.collect_schema().names()]
    named = {f"account_{name}": nw.col(name) for name in there}
    kept = {name: column for name, column in named.items() if wanted is None or name in wanted}
    attributes = accounts.select("account_id", **kept)
    return frame.join(attributes, on="account_id", how="left") if kept else frame


def _with_owner(frame: Any, data: SalesData, wanted: tuple[str, ...] | None) -> Any:
    """Join what is known of the owner on the day of closing, of an open one as of today's data."""
    of_accounts = [f"account_{name}" for name in _ACCOUNT]
    asked = None if wanted is None else [name for name in wanted if name not in of_accounts]
    day = nw.coalesce(nw.col("closed_on").cast(nw.Date), nw.lit(data.as_of))
    return with_rep_attributes(frame, data, day, asked)

"""Opportunity lines: what most pipeline metrics read."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.schema import CLOSED_OUTCOMES
from spmkit.expressions import days_between, period_of

_REP = ("rep", "manager_id", "manager", "team", "region", "role", "segment")
_ACCOUNT = ("industry", "segment", "territory_id")


def opportunity_lines(data: SalesData, *, attributes: tuple[str, ...] | None = None) -> Any:
    """Every opportunity but the void ones, with the flags and days that metrics read.

    Parameters
    ----------
    data
        An open source.
    attributes
        Names of the reps' and accounts' attributes to join (``region``, ``account_industry``,
        …); none joins all, an empty tuple joins nothing.

    Returns
    -------
    frame
        The columns of ``opportunities`` with ``won``, ``lost``, ``closed``, ``renewal``,
        ``cycle_days`` (null where it closed before it was created), ``won_cycle_days`` and
        ``won_amount`` (null unless it was won), ``created_period`` and ``closed_period``; the
        owner's ``rep``, ``manager_id``, ``team``, ``region``, ``role``, ``segment``
        (``rep_segment`` beside the opportunity's own) and the account's
        ``account_industry``, ``account_segment``, ``account_territory_id``; amounts in the
        reporting currency. Lazily, of the engine of the source.

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
    frame = nw.from_native(data.opportunities).lazy()
    frame = _complete(frame).filter(nw.col("outcome") != "void")
    frame = in_one_currency(data, frame, "closed_on", ["amount"])
    flags = frame.with_columns(
        (nw.col("outcome") == "won").alias("won"),
        (nw.col("outcome") == "lost").alias("lost"),
        nw.col("outcome").is_in(CLOSED_OUTCOMES).alias("closed"),
        (nw.col("type").fill_null("new") == "renewal").alias("renewal"),
    )
    dated = flags.with_columns(_closed_on().alias("closed_on"))
    return _attributed(_timed(dated, data), data, attributes).to_native()


def _complete(frame: Any) -> Any:
    """Add the columns that the derived ones read, null where the source lacks them."""
    columns = frame.collect_schema().names()
    absent = {
        "type": nw.lit(None, nw.String),
        "created_on": nw.lit(None, nw.Date),
        "closed_on": nw.lit(None, nw.Date),
        "amount": nw.lit(None, nw.Float64),
    }
    added = [value.alias(name) for name, value in absent.items() if name not in columns]
    return frame.with_columns(*added) if added else frame


def _closed_on() -> Any:
    """An open opportunity has not closed, whatever its export says."""
    return nw.when(nw.col("closed")).then(nw.col("closed_on"))


def _timed(frame: Any, data: SalesData) -> Any:
    days = days_between(nw.col("created_on"), nw.col("closed_on"))
    periods = _calendar_periods(frame, data)
    return frame.with_columns(
        nw.when(days >= 0).then(days).alias("cycle_days"),
        nw.when(nw.col("won"), days >= 0).then(days).alias("won_cycle_days"),
        nw.when(nw.col("won")).then(nw.col("amount")).alias("won_amount"),
        period_of(nw.col("created_on"), periods).alias("created_period"),
        period_of(nw.col("closed_on"), periods).alias("closed_period"),
    )


def _calendar_periods(frame: Any, data: SalesData) -> Any:
    """The fiscal periods from the first creation or closing to as_of."""
    first = to_pandas(
        frame.select(nw.col("created_on").min().alias("a"), nw.col("closed_on").min().alias("b"))
    ).iloc[0]
    days = first.dropna()
    if days.empty:
        return []
    start = min(_day(day) for day in days)
    return data.calendar.between(start, data.as_of)


def _day(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value


def _attributed(frame: Any, data: SalesData, wanted: tuple[str, ...] | None) -> Any:
    frame = _with_owner(frame, data, wanted)
    own = frame.collect_schema().names()
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
    own = frame.collect_schema().names()
    named = {f"rep_{name}" if name in own else name: name for name in _REP}
    kept = {new: old for new, old in named.items() if wanted is None or new in wanted}
    if not kept:
        return frame
    spells = assignment_spells(data)
    known = spells[["rep_id", "starts_on", "ends_on"]].assign(
        **{new: spells[old].astype("string") for new, old in kept.items()}
    )
    joined = frame.join(_dated(known, frame, data), on="rep_id", how="left")
    day = nw.coalesce(nw.col("closed_on").cast(nw.Date), nw.lit(data.as_of))
    inside = (day >= nw.col("_from")) & (day <= nw.col("_to"))
    return joined.filter(nw.col("_from").is_null() | inside).drop("_from", "_to")


def _dated(known: pd.DataFrame, frame: Any, data: SalesData) -> Any:
    """Move the spells to the engine of a frame, their ends as dates."""
    days = {"_from": known["starts_on"].dt.date, "_to": known["ends_on"].dt.date}
    small = known.drop(columns=["starts_on", "ends_on"]).assign(**days)
    moved = like(small, frame, data.connection)
    dates = [nw.col(name).cast(nw.Date) for name in days]
    return moved.with_columns(*dates)

"""Who is credited with what, and when."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.owners import with_owner_on
from spmkit.data.tables import completed

_COLUMNS = ("rep_id", "opportunity_id", "credited_on", "amount", "component", "credit_type")


def credit_lines(data: SalesData) -> Any:
    """One row a credit: an opportunity's credit lines where it has any, else its owner at closing.

    Overlay credits come on top: an opportunity that has no others still counts
    to its owner. Credits without an opportunity count. A reversal counts on the
    day on which it is dated, so closed periods stay as they were. What belongs
    to a void opportunity counts nowhere. Amounts are in the reporting currency,
    at the plan rate.

    Parameters
    ----------
    data
        An open source with ``opportunities``, and ``credits`` and ``opportunity_history``
        where it has them.

    Returns
    -------
    frame
        ``rep_id`` (null: nobody's), ``opportunity_id``, ``credited_on``, ``amount``,
        ``component``, ``credit_type`` ("owner", "split" or "overlay"), lazily, of the engine
        of the source.

    Raises
    ------
    DataError
        Where currencies are mixed and no rate is given, or a former owner in
        ``opportunity_history`` may mean several reps.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": ["ada", "bo"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [100.0, 50.0]}),
    ...     "credits": pd.DataFrame({"credit_id": ["c1", "c2"], "opportunity_id": "o1",
    ...         "rep_id": ["ada", "bo"], "credited_on": "2026-07-01", "amount": [70.0, 30.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> credit_lines(data).df().groupby("rep_id")["amount"].sum().to_dict()
    {'ada': 70.0, 'bo': 80.0}
    """
    return _beside(data, with_owner_on(_won(data), data, "closed_on")).to_native()


def credited_amounts(data: SalesData) -> Any:
    """The credit lines by who owns an opportunity now: where only amounts count, read no log."""
    return _beside(data, _won(data))


def _beside(data: SalesData, won: Any) -> Any:
    """What was won, as credits of its owners, and the credit lines that come before it."""
    owned = _shaped(won.with_columns(credited_on=nw.col("closed_on")), "owner")
    if "credits" not in data:
        return owned
    given = _given(data)
    split = given.filter(nw.col("credit_type") != "overlay", ~nw.col("opportunity_id").is_null())
    left = owned.join(split.select("opportunity_id"), on="opportunity_id", how="anti")
    return nw.concat([left, given])


def of_kind(data: SalesData, kind: str) -> Any:
    """The credit lines that count towards quotas of a kind: overlay ones, or all the others."""
    lines = nw.from_native(credit_lines(data)).lazy()
    overlay = nw.col("credit_type") == "overlay"
    return lines.filter(overlay if kind == "overlay" else ~overlay)


def _won(data: SalesData) -> Any:
    """What was won, with days and amounts; none without columns for them, for no credit has any."""
    frame = nw.from_native(data.opportunities).lazy()
    there = {"amount", "closed_on"} <= set(frame.collect_schema().names())
    frame = completed(frame, "opportunities", "amount", "closed_on")
    known = ~nw.col("amount").is_null()
    won = frame.filter(nw.col("outcome") == "won", known)
    return in_one_currency(data, won, "closed_on", ["amount"]) if there else won


def _given(data: SalesData) -> Any:
    frame = nw.from_native(data.credits).lazy()
    columns = frame.collect_schema().names()
    frame = completed(frame, "credits", "opportunity_id")
    if "credit_type" in columns:
        frame = frame.with_columns(nw.col("credit_type").fill_null("split"))
    frame = _without_void(data, frame)
    return _shaped(in_one_currency(data, frame, "credited_on", ["amount"]), "split")


def _without_void(data: SalesData, credits: Any) -> Any:
    opportunities = nw.from_native(data.opportunities).lazy()
    void = opportunities.filter(nw.col("outcome") == "void").select("opportunity_id")
    return credits.join(void, on="opportunity_id", how="anti")


def _shaped(frame: Any, credit_type: str) -> Any:
    """Give the columns of a credit line, those that the source lacks as constants."""
    whole = completed(frame, "credits", "component", "credited_on", "amount")
    if "credit_type" not in frame.collect_schema().names():
        whole = whole.with_columns(nw.lit(credit_type).alias("credit_type"))
    return whole.select(*_COLUMNS)

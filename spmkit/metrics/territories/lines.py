"""Territory lines: what lies in each territory, what it sold, what it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.tables import completed, required
from spmkit.expressions import total
from spmkit.periods import Period

_PARTS = ("potential", "account", "amount", "deal", "hours")


def territory_lines(data: SalesData, period: str | None = None) -> Any:
    """One row a territory with its accounts, potential, and the period's sales and workload.

    By today's map: what an account bought counts where it lies now. Accounts
    that had churned before the period are left out of accounts and potential.
    Sales and hours of no territory stand in a row of their own, so that sums
    agree. A territory without accounts, sales and activities has no row.
    An activity that names no account belongs to that of its opportunity.

    Parameters
    ----------
    data
        An open source with ``accounts``.
    period
        A label such as ``"2026Q3"``, or none for the last complete period.

    Returns
    -------
    frame
        ``territory_id`` (null: of none), ``period``, ``accounts``, ``potential``, ``sales``
        (won amounts, in the reporting currency; 0 where nothing was won, null where no amount
        of what was won is known), ``won`` (deals), ``workload`` (hours of activities that took
        place with the accounts; null where no hours were logged). Lazily, of the engine of the
        source.

    Raises
    ------
    DataError
        Where accounts do not say their territories.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a1", "a2"], "territory_id": "t1",
    ...         "potential": [90.0, 10.0]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "account_id": "a1", "outcome": "won", "closed_on": "2026-07-01", "amount": 60.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = territory_lines(data, "2026Q3").df()
    >>> lines[["territory_id", "accounts", "potential", "sales"]].values.tolist()
    [['t1', 2, 100.0, 60.0]]

    References
    ----------
    Catalogue G6, G7, G8 (their lines).
    """
    span = span_of(data, period)
    accounts = mapped_accounts(data)
    map_ = accounts.select("account_id", "territory_id")
    held = not_churned(accounts, span).with_columns(nw.lit(1).alias("account"))
    parts = [
        _part(held, ["potential", "account"]),
        _part(won_in(data, span).join(map_, on="account_id", how="left"), ["amount", "deal"]),
    ]
    if "activities" in data:
        worked = _worked(data, span).join(map_, on="account_id", how="left")
        parts.append(_part(worked, ["hours"]))
    return _summed(nw.concat(parts), span).to_native()


def span_of(data: SalesData, period: str | None) -> Period:
    """The period of a label, without one the last complete one."""
    calendar = data.calendar
    return calendar.last_complete(data.as_of) if period is None else calendar.period(period)


def mapped_accounts(data: SalesData) -> Any:
    """The accounts with their territories; refused where none says its own."""
    frame = required(data, "accounts", "territory_id")
    whole = completed(frame, "accounts", "potential", "churned_on")
    return whole.with_columns(nw.col("churned_on").cast(nw.Date))


def not_churned(accounts: Any, span: Period) -> Any:
    """The accounts that had not churned before a period."""
    left = nw.col("churned_on")
    return accounts.filter(left.is_null() | (left >= nw.lit(span.start)))


def won_in(data: SalesData, span: Period) -> Any:
    """The deals won in a period, in the reporting currency."""
    frame = nw.from_native(data.opportunities).lazy()
    frame = completed(frame, "opportunities", "account_id", "closed_on", "amount")
    frame = frame.with_columns(nw.col("closed_on").cast(nw.Date))
    won = frame.filter(nw.col("outcome") == "won", _inside(nw.col("closed_on"), span))
    won = in_one_currency(data, won, "closed_on", ["amount"])
    return won.with_columns(nw.lit(1).alias("deal"))


def _worked(data: SalesData, span: Period) -> Any:
    """Hours by account: cancelled, not attended or still to come, it took no time with it."""
    frame = nw.from_native(data.activities).lazy()
    frame = completed(frame, "activities", "account_id", "opportunity_id", "status", "minutes")
    day, minutes = nw.col("started_at").cast(nw.Date), nw.col("minutes")
    held = nw.col("status").is_null() | (nw.col("status") == "held")
    within = frame.filter(_inside(day, span), day <= nw.lit(data.as_of), held)
    spent = total(nw.when(minutes >= 0).then(minutes)) / 60
    hours = within.group_by("account_id", "opportunity_id").agg(spent.alias("hours"))
    deals = completed(nw.from_native(data.opportunities).lazy(), "opportunities", "account_id")
    deals = deals.select("opportunity_id", nw.col("account_id").alias("_account"))
    account = nw.coalesce(nw.col("account_id"), nw.col("_account"))
    joined = hours.join(deals, on="opportunity_id", how="left")
    return joined.select(account.alias("account_id"), "hours")


def _inside(day: Any, span: Period) -> Any:
    return (day >= nw.lit(span.start)) & (day <= nw.lit(span.end))


def _part(frame: Any, columns: Sequence[str]) -> Any:
    """Some of the summed columns, the others null, so that parts can stand below each other."""
    given = [
        (nw.col(name) if name in columns else nw.lit(None)).cast(nw.Float64).alias(name)
        for name in _PARTS
    ]
    return frame.select("territory_id", *given)


def _summed(parts: Any, span: Period) -> Any:
    sums = parts.group_by("territory_id").agg(*[total(nw.col(name)).alias(name) for name in _PARTS])
    counts = {"accounts": "account", "won": "deal"}
    whole = [nw.col(old).fill_null(0).cast(nw.Int64).alias(new) for new, old in counts.items()]
    zero = nw.lit(0.0)
    sales = nw.when(nw.col("deal").is_null()).then(zero).otherwise(nw.col("amount"))
    return sums.select(
        "territory_id",
        nw.lit(span.label).alias("period"),
        *whole,
        "potential",
        sales.alias("sales"),
        nw.col("hours").alias("workload"),
    )

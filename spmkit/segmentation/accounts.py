"""Accounts by what they buy: orders, sums, and tiers by cumulative share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.schema import TABLES
from spmkit.data.tables import TYPES, completed, required
from spmkit.engine import as_pandas
from spmkit.expressions import period_of, total
from spmkit.traits import Traits
from spmkit.units import PERCENT

CUTS = (0.80, 0.95)
"""Where A ends and where B ends, as cumulative shares."""

_ATTRIBUTES = ("name", "industry", "segment", "territory_id")
NO_VALUE, NOTHING_SOLD = "undefined: no value", "undefined: zero denominator"


def account_orders(data: SalesData) -> Any:
    """Every won opportunity as an order of its account.

    Renewals are orders too: they are what an account bought last. What has no
    account or no date is no order.

    Parameters
    ----------
    data
        An open source.

    Returns
    -------
    frame
        ``account_id``, ``opportunity_id``, ``ordered_on``, ``amount`` (in the reporting
        currency), lazily, of the engine of the source.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "account_id": ["a1", "a2"], "outcome": ["won", "lost"],
    ...         "closed_on": "2026-07-01", "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> account_orders(data).df()[["account_id", "amount"]].values.tolist()
    [['a1', 60.0]]

    References
    ----------
    Catalogue G5 (its lines).
    """
    frame = nw.from_native(data.opportunities).lazy()
    frame = completed(frame, "opportunities", "account_id", "closed_on", "amount")
    won = frame.filter(nw.col("outcome") == "won", ~nw.col("account_id").is_null())
    won = in_one_currency(data, won, "closed_on", ["amount"])
    ordered = won.with_columns(nw.col("closed_on").cast(nw.Date).alias("ordered_on"))
    ordered = ordered.filter(~nw.col("ordered_on").is_null())
    return ordered.select("account_id", "opportunity_id", "ordered_on", "amount").to_native()


def accounts_by_value(data: SalesData, period: str | Sequence[str] | None = None) -> Any:
    """One row an account with what it bought, and what it could buy.

    An account without an order bought 0; one with orders of unknown amounts has
    no known sales. Subsidiaries stand for themselves: add them up by
    ``parent_id`` first where a parent decides.

    Parameters
    ----------
    data
        An open source with ``accounts``.
    period
        A label such as ``"2026Q3"`` or ``"2026"``, several, or none for all time: tiers want at
        least a year.

    Returns
    -------
    frame
        ``account_id``, ``sales``, ``orders``, ``potential``, and ``name``, ``industry``,
        ``segment``, ``territory_id`` as far as the source has them; accounts that only
        opportunities name come with these null. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where there is no table of accounts.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a1", "a2"], "potential": [90.0, 10.0]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "account_id": "a1", "outcome": "won", "closed_on": "2026-07-01", "amount": 60.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> found = accounts_by_value(data, "2026Q3").df().sort_values("account_id")
    >>> found[["account_id", "sales", "potential"]].values.tolist()
    [['a1', 60.0, 90.0], ['a2', 0.0, 10.0]]

    References
    ----------
    Catalogue G4 (its lines).
    """
    accounts = completed(required(data, "accounts"), "accounts", "potential")
    there = [name for name in _ATTRIBUTES if name in accounts.collect_schema().names()]
    orders = _within(data, nw.from_native(account_orders(data)).lazy(), period)
    known = ("potential", *there)
    none = [nw.lit(None, nw.Float64).alias("_amount"), nw.lit(0).alias("_order")]
    unknown = [nw.lit(None, kind).alias(name) for name, kind in _kinds(known).items()]
    ordered = [nw.col("amount").alias("_amount"), nw.lit(1).alias("_order")]
    # Below each other and grouped once: accounts and orders are each read once, joined to nothing.
    every = nw.concat(
        [
            accounts.select("account_id", *none, *known),
            orders.select("account_id", *ordered, *unknown),
        ]
    )
    summed = every.group_by("account_id").agg(
        total(nw.col("_amount")).alias("sales"),
        nw.col("_order").sum().cast(nw.Int64).alias("orders"),
        *[nw.col(name).max() for name in known],
    )
    bought = nw.when(nw.col("orders") > 0).then(nw.col("sales")).otherwise(nw.lit(0.0))
    counted = summed.with_columns(bought.alias("sales"))
    return counted.select("account_id", "sales", "orders", "potential", *there).to_native()


def account_tier(
    frame: Any, value: str = "sales", *, cuts: tuple[float, float] = CUTS
) -> Annotated[pd.DataFrame, PERCENT, Traits("accounts_by_value", "neither", columns=("sales",))]:
    """Tier A, B or C of each account by its cumulative share of all value.

    From the largest down: A until 80 % is reached, B until 95 %, then C; the
    account that reaches a line is still above it, so that one giant is A. By
    sales it says who matters today, by potential who could: a large account
    that buys elsewhere is C by sales.

    Parameters
    ----------
    frame
        One row an account.
    value
        The column to cumulate, such as ``sales`` or ``potential``.
    cuts
        The cumulative shares at which A and B end.

    Returns
    -------
    pandas.DataFrame
        The frame from the largest account down, with ``share`` of the sum of all values above
        zero, ``cumulative_share``, ``tier`` (zero and less is C; null without a value), ``n``
        (accounts with a value) and ``status``: ``ok``, ``undefined: no value``, or ``undefined:
        zero denominator`` (no value is above zero, so there are no shares). Accounts of one value
        share a tier, and the cumulative share up to the last of them.

    Raises
    ------
    ValueError
        Where the cuts do not rise within 0 and 1.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": list("abcd"), "sales": [15.0, 80.0, 5.0, 0.0]})
    >>> account_tier(accounts)[["account_id", "tier"]].values.tolist()
    [['b', 'A'], ['a', 'B'], ['c', 'C'], ['d', 'C']]

    References
    ----------
    Catalogue G4; common usage of the field (ABC analysis).
    """
    frame = as_pandas(frame)
    if not 0 < cuts[0] < cuts[1] < 1:
        raise ValueError(f"cuts are {cuts}: two rising shares, such as (0.8, 0.95).")
    found: pd.DataFrame = frame.sort_values(
        value, ascending=False, kind="stable", ignore_index=True
    )
    amounts = found[value].astype("float64")
    positive = amounts.clip(lower=0).fillna(0.0)
    whole = float(positive.sum()) or np.nan
    running = positive.cumsum()
    before = (running - positive).groupby(amounts).transform("min")  # ties go together,
    running = running.groupby(amounts).transform("max")  # in whatever order they come
    letters = np.array(["A", "B", "C"], dtype=object)
    reached = np.searchsorted(cuts, (before / whole).round(9), side="right")
    tier = pd.Series(np.where(amounts > 0, letters[np.minimum(reached, 2)], "C"), dtype="object")
    known = amounts.notna()
    return found.assign(
        share=(positive / whole).where(known),
        cumulative_share=(running / whole).where(known),
        tier=tier.where(known, None),
        n=int(known.sum()),
        status=np.select([~known, np.isnan(whole)], [NO_VALUE, NOTHING_SOLD], "ok"),
    )


def _within(data: SalesData, orders: Any, period: str | Sequence[str] | None) -> Any:
    if period is None:
        return orders
    labels = [period] if isinstance(period, str) else period
    spans = [data.calendar.period(label) for label in labels]
    day = nw.col("ordered_on")
    first = min((span.start for span in spans), default=data.as_of)
    last = max((span.end for span in spans), default=data.as_of)
    near = orders.filter(day >= nw.lit(first), day <= nw.lit(last))  # a file skips the others
    return near.filter(~period_of(day, spans).is_null())


def _kinds(columns: Sequence[str]) -> dict[str, Any]:
    return {name: TYPES[TABLES["accounts"].columns[name]] for name in columns}

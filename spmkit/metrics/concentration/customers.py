"""Customer lines: won sales with the customer that stands above the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required

_COLUMNS = ("opportunity_id", "account_id", "customer_id", "rep_id", "closed_on", "booked")
_LEVELS = 64  # parents above an account; more is a ring


def customer_lines(data: SalesData, period: str | Sequence[str] | None = None) -> Any:
    """One row a won opportunity, with the customer at the top of its account's parents.

    Parameters
    ----------
    data
        An open source whose opportunities name accounts.
    period
        A label such as ``"2026Q3"`` or several: what closed in them; none for all there is.

    Returns
    -------
    frame
        ``opportunity_id``, ``account_id``, ``customer_id`` (the topmost parent, the account
        itself without one; in a ring of parents each stands for itself), ``rep_id``,
        ``closed_on``, ``booked`` in the reporting currency. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where the opportunities name no account or have no amount.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["shop", "group"],
    ...         "parent_id": ["group", None]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "account_id": ["shop", "group"], "outcome": "won", "closed_on": "2026-07-01",
    ...         "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> customer_lines(data).df()["customer_id"].tolist()
    ['group', 'group']
    """
    frame = required(data, "opportunities", "account_id", "amount")
    won = frame.filter((nw.col("outcome") == "won") & ~nw.col("amount").is_null())
    won = completed(won, "opportunities", "closed_on")
    won = _closed_in(won, data, period)
    won = in_one_currency(data, won, "closed_on", ["amount"]).rename({"amount": "booked"})
    return _with_customer(data, won).select(*_COLUMNS).to_native()


def _closed_in(won: Any, data: SalesData, period: str | Sequence[str] | None) -> Any:
    if period is None:
        return won
    labels = [period] if isinstance(period, str) else list(period)
    if not labels:
        raise DataError("No period is named: name one, or leave it out for all there is.")
    day = nw.col("closed_on").cast(nw.Date)
    spans = [data.calendar.period(label) for label in labels]
    inside = [(day >= nw.lit(span.start)) & (day <= nw.lit(span.end)) for span in spans]
    return won.filter(nw.any_horizontal(*inside, ignore_nulls=False))


def _with_customer(data: SalesData, won: Any) -> Any:
    """Join the topmost parent of the accounts that have one, which are usually few."""
    tops = _tops(data)
    if tops.empty:
        return won.with_columns(nw.col("account_id").alias("customer_id"))
    joined = won.join(like(tops, won, data.connection), on="account_id", how="left")
    return joined.with_columns(customer_id=nw.coalesce(nw.col("_top"), nw.col("account_id")))


def _tops(data: SalesData) -> pd.DataFrame:
    """The topmost parent of every account that has a parent."""
    accounts = nw.from_native(data.accounts).lazy() if "accounts" in data else None
    if accounts is None or "parent_id" not in accounts.collect_schema().names():
        return pd.DataFrame({"account_id": [], "_top": []})
    # Some systems write an account without a parent as its own.
    other = ~nw.col("parent_id").is_null() & (nw.col("parent_id") != nw.col("account_id"))
    child = accounts.filter(other).select("account_id", "parent_id")
    owned = to_pandas(child).drop_duplicates("account_id").set_index("account_id")["parent_id"]
    top = owned.astype("object")
    for _ in range(_LEVELS):
        above = top.map(owned)
        if above.isna().all():
            return pd.DataFrame({"account_id": top.index, "_top": top.to_numpy()})
        top = above.where(above.notna(), top)
    ring = top.isin(owned.index)  # what still has a parent above it never ends
    return pd.DataFrame({"account_id": top.index, "_top": top.mask(ring, top.index).to_numpy()})

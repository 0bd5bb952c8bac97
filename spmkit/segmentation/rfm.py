"""Accounts scored by how lately, how often and for how much they buy."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import total
from spmkit.periods import as_date
from spmkit.traits import Traits
from spmkit.units import NUMBER

NEW_DAYS = 90
"""An account whose first order is younger than this many days is new, and has no score."""

_READ = ("account_id", "ordered_on", "amount")
_FEWEST = 5  # accounts: below, fifths of them are empty
_FIFTHS = (0.2, 0.4, 0.6, 0.8)
_MEASURES = ("recency", "frequency", "monetary")


def rfm_scores(
    orders: Any, as_of: date, *, new_days: int = NEW_DAYS
) -> Annotated[pd.DataFrame, NUMBER, Traits("account_orders", "neither", columns=_READ)]:
    """Score of 1 to 5 each for recency, frequency and monetary value of an account's orders.

    Fifths of the accounts, 5 being the best: the latest order, the most orders,
    the largest sum. An account of three years had more time to order than one
    of three months, so new ones stand apart. Where most accounts ordered once,
    the fifths of frequency fall together and only the highest scores are apart
    from the lowest.

    Parameters
    ----------
    orders
        One row an order, with ``account_id``, ``ordered_on`` and ``amount``: a frame of any
        engine, such as :func:`account_orders` gives. Orders after ``as_of`` are not read.
    as_of
        The day from which recency counts.
    new_days
        How many days after its first order an account is still new; 0 scores all.

    Returns
    -------
    pandas.DataFrame
        One row an account with an order: ``account_id``, ``first_on``, ``last_on``, ``recency``
        (days), ``frequency`` (orders), ``monetary`` (their sum), ``recency_score``,
        ``frequency_score``, ``monetary_score``, ``rfm_score`` (the three digits, 555 is best),
        ``n`` (accounts that were scored together) and ``status``: ``ok``, ``new account``,
        ``undefined: no amount``, ``undefined: all equal`` (one of the three tells no two accounts
        apart), ``insufficient n`` (below 5 accounts).

    Examples
    --------
    >>> orders = pd.DataFrame({"account_id": list("abcdee"), "amount": [1.0, 2, 3, 4, 5, 5],
    ...     "ordered_on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01",
    ...         "2026-05-01", "2026-05-02"])})
    >>> rfm_scores(orders, pd.Timestamp("2026-10-02"))["rfm_score"].tolist()
    [111, 212, 313, 414, 555]

    References
    ----------
    Catalogue G5; fifths closed on the right, as R's package rfm has them.
    """
    accounts = _reduced(orders, as_date(as_of))
    age = (pd.Timestamp(as_date(as_of)) - accounts["first_on"]).dt.days
    reasons = {
        "new account": (age < new_days).to_numpy(),
        "undefined: no amount": accounts["monetary"].isna().to_numpy(),
    }
    status = np.select(list(reasons.values()), list(reasons), "ok")
    accounts["n"] = int((status == "ok").sum())
    return _scored(accounts, pd.Series(status, index=accounts.index, dtype="object"))


def _reduced(orders: Any, as_of: date) -> pd.DataFrame:
    """One row an account, made in the engine of the orders."""
    lazy = lazy_columns(orders, ["account_id", "ordered_on", "amount"])
    day = nw.col("ordered_on").cast(nw.Date)
    lazy = lazy.with_columns(day.alias("ordered_on"))
    known = lazy.filter(~nw.col("account_id").is_null(), nw.col("ordered_on") <= nw.lit(as_of))
    found = collected(
        known.group_by("account_id").agg(
            nw.col("ordered_on").min().alias("first_on"),
            nw.col("ordered_on").max().alias("last_on"),
            nw.len().cast(nw.Int64).alias("frequency"),
            total(nw.col("amount")).alias("monetary"),
        )
    )
    found = found.sort_values("account_id", ignore_index=True)
    days = {name: pd.to_datetime(found[name]).astype("datetime64[s]") for name in _DAYS}
    numbers = found["monetary"].astype("float64")
    found = found.assign(**days, monetary=numbers, frequency=found["frequency"].astype("Int64"))
    found["recency"] = (pd.Timestamp(as_of) - found["last_on"]).dt.days.astype("Int64")
    return found[["account_id", *_DAYS, *_MEASURES]]


_DAYS = ("first_on", "last_on")


def _scored(accounts: pd.DataFrame, status: pd.Series[Any]) -> pd.DataFrame:
    scored = accounts[status == "ok"]
    if len(scored) < _FEWEST:
        status = status.replace("ok", "insufficient n")
    elif (scored[list(_MEASURES)].nunique() < 2).any():
        status = status.replace("ok", "undefined: all equal")
    used = accounts[status == "ok"]
    fifths = {name: _fifth(used[name].astype("float64")) for name in _MEASURES if len(used)}
    if fifths:
        fifths["recency"] = 6 - fifths["recency"]  # few days are good
    scores = pd.DataFrame(fifths, columns=list(_MEASURES)).reindex(accounts.index).astype("Int64")
    found = accounts.assign(**{f"{name}_score": scores[name] for name in _MEASURES})
    code = scores["recency"] * 100 + scores["frequency"] * 10 + scores["monetary"]
    tail = found.pop("n")
    return found.assign(rfm_score=code, n=tail, status=status)


def _fifth(values: pd.Series[float]) -> pd.Series[int]:
    """The fifth in which a value lies, closed on the right: a value on an edge is below it."""
    edges = values.quantile(list(_FIFTHS)).to_numpy()
    return pd.Series(np.searchsorted(edges, values, side="left") + 1, index=values.index)

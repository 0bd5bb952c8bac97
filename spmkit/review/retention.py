"""Who was a customer when a period began, and who stopped being one in it."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.expressions import days_between, present
from spmkit.measure import measure
from spmkit.periods import Period
from spmkit.review.opening import Review
from spmkit.survival import duration_curve
from spmkit.units import Column, Percent, Share

_YEAR = 365


def customers_kept(review: Review) -> pd.DataFrame:
    """How many of those who were customers at the start of a period stopped being one in it.

    A customer is an account that something was sold to before, and that had not churned.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        One row a period, that of the review last: ``period``, ``churn_rate`` with its ``_n``
        (customers at its start), ``_low``, ``_high`` and ``_status``, and ``churned``. A period
        that is running counts up to the data's day, and stands alone.

    Raises
    ------
    DataError
        Where no account says on which day it churned.
    """
    periods = review.periods
    asked = [periods.before, periods.now] if periods.complete else [periods.now]
    rows = [_of(review.data, period) for period in asked if period]
    found = pd.concat(rows, ignore_index=True)
    churned = (found["_churn_rate"] * found["_churn_rate_n"]).round()
    named = found.rename(columns=lambda name: str(name).removeprefix("_"))
    return named.assign(churned=churned)


def kept_for_a_year(review: Review) -> pd.Series[Any]:
    """Which share of customers is still one a year after the first sale (Kaplan and Meier).

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.Series
        ``remaining``, ``low``, ``high`` and ``at_risk`` (seen for as long); null where nobody was.

    Raises
    ------
    DataError
        Where no account says on which day it churned.
    """
    today = nw.lit(review.data.as_of).cast(nw.Date)
    gone = nw.col("churned_on") <= today
    last = nw.when(gone).then(nw.col("churned_on")).otherwise(today)
    seen = _customers(review.data).with_columns(
        days_between(nw.col("since"), last).alias("days"), gone.fill_null(value=False).alias("gone")
    )
    curve = duration_curve(seen.to_native(), "days", "gone")
    within, beyond = curve[curve["days"] <= _YEAR], curve[curve["days"] >= _YEAR]
    if beyond.empty:
        return pd.Series(dict.fromkeys(["remaining", "low", "high", "at_risk"]), dtype="float64")
    names = ["remaining", "low", "high"]
    held = within[names].iloc[-1] if len(within) else pd.Series({"remaining": 1.0})
    told: pd.Series[Any] = held.reindex(names)
    told["at_risk"] = beyond["at_risk"].iloc[0]
    return told


def _of(data: SalesData, period: Period) -> pd.DataFrame:
    start, end = nw.lit(period.start), nw.lit(min(period.end, data.as_of))
    day = nw.col("churned_on")
    there = _customers(data).filter(nw.col("since") < start, day.is_null() | (day >= start))
    flagged = there.with_columns((day <= end).fill_null(value=False).alias("churned"))
    row = measure(flagged.to_native(), _churn_rate, confidence=0.95)
    return row.assign(period=period.label)


def _churn_rate(churned: Column) -> Percent:
    return Share(churned, present(churned))


def _customers(data: SalesData) -> Any:
    """The accounts that anything was sold to, with the day of the first sale."""
    accounts = required(data, "accounts", "churned_on")
    accounts = accounts.select("account_id", nw.col("churned_on").cast(nw.Date))
    _refuse_unknown(data, accounts)
    return sales_of_accounts(data).join(accounts, on="account_id", how="inner")


def sales_of_accounts(data: SalesData) -> Any:
    """The accounts that anything was sold to: ``account_id`` and ``since``, the first day.

    Raises
    ------
    DataError
        Where opportunities name no accounts.
    """
    deals = completed(required(data, "opportunities", "account_id"), "opportunities", "closed_on")
    won = deals.filter(nw.col("outcome") == "won", ~nw.col("closed_on").is_null())
    return won.group_by("account_id").agg(nw.col("closed_on").cast(nw.Date).min().alias("since"))


def _refuse_unknown(data: SalesData, accounts: Any) -> None:
    """Where nobody ever churned, the day was more likely never written down."""
    known = data.fact("churned accounts", lambda: _count(accounts))
    if not known:
        raise DataError(
            "No account has a day in churned_on: whether all stayed customers, or nobody wrote "
            "it down, cannot be told."
        )


def _count(accounts: Any) -> int:
    return int(to_pandas(accounts.select(nw.col("churned_on").count()))["churned_on"].iloc[0])

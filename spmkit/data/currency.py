"""One currency: amounts in others are converted at the plan rate, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.errors import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.schema import TABLES
from spmkit.data.sources import SalesData

_COMPARED = ("opportunities", "credits", "quotas", "forecasts")


def in_one_currency(data: SalesData, frame: Any, day: str, amounts: list[str]) -> Any:
    """Convert the amounts of a lazy frame to the reporting currency.

    Parameters
    ----------
    data
        The source; its ``fx`` gives the rates, its settings the reporting currency. An amount
        without a currency is in the reporting one.
    frame
        A lazy Narwhals frame; without a column ``currency`` it is returned as it is.
    day
        The column whose date decides which rate holds.
    amounts
        The columns to convert.

    Raises
    ------
    DataError
        Where currencies are mixed and a rate is missing: amounts are never summed across.
    """
    if "currency" not in frame.collect_schema().names():
        return frame
    target = reporting_currency(data)
    if not _named(data) - {target}:  # no amount of the source is in another one
        return frame
    foreign = sorted(_currencies(frame) - {target})
    if not foreign:
        return frame
    rate = _rate(_plan_rates(data, foreign, target), day)
    converted = [(nw.col(name) * rate).alias(name) for name in amounts]
    return frame.with_columns(*converted).with_columns(nw.lit(target).alias("currency"))


def _currencies(frame: Any) -> set[str]:
    return set(to_pandas(frame.select("currency").unique())["currency"].dropna())


def reporting_currency(data: SalesData) -> str:
    """Give the declared currency of reporting, or the only one that there is; empty: none named.

    Raises
    ------
    DataError
        Where none is declared and opportunities, credits, quotas and forecasts have several.
    """
    if data.settings.currency:
        return data.settings.currency
    found = _named(data, _COMPARED)
    if len(found) > 1:
        raise DataError(
            f"Amounts are in {', '.join(sorted(found))} and no reporting currency is declared. "
            'Write currency = "USD" in spmkit.toml and give the table fx.'
        )
    return next(iter(found), "")


def _named(data: SalesData, tables: Sequence[str] = tuple(TABLES)) -> set[str]:
    """The currencies that some tables name, each table asked once."""
    found: set[str] = set()
    for table in tables:
        if table in data and "currency" in TABLES[table].columns:
            found |= data.fact(f"currencies of {table}", partial(_of_table, data, table))
    return found


def _of_table(data: SalesData, table: str) -> set[str]:
    frame = nw.from_native(data[table]).lazy()
    return _currencies(frame) if "currency" in frame.collect_schema().names() else set()


def _plan_rates(data: SalesData, foreign: list[str], target: str) -> pd.DataFrame:
    if "fx" not in data:
        raise DataError(
            f"Amounts are in {', '.join(foreign)} beside {target}, and there is no table fx. Give "
            f"one with currency, starts_on and rate (one unit in {target})."
        )
    rates = to_pandas(nw.from_native(data.fx).lazy())
    if "kind" in rates:
        rates = rates[rates["kind"].fillna("plan") == "plan"]
    missing = sorted(set(foreign) - set(rates["currency"]))
    if missing:
        raise DataError(f"fx has no plan rate for {', '.join(missing)}. Add a row for each.")
    ever = pd.Series(pd.NaT, index=rates.index)
    starts = pd.to_datetime(rates.get("starts_on", ever))
    return rates.assign(starts_on=starts).sort_values("starts_on", na_position="first")


def _rate(rates: pd.DataFrame, day: str) -> nw.Expr:
    """The rate that holds on a day: the latest that has started; before the first, the first."""
    rate = nw.lit(1.0)
    for currency, known in rates.groupby("currency"):
        own = nw.lit(float(known["rate"].iloc[0]))
        for start, value in zip(known["starts_on"][1:], known["rate"][1:], strict=True):
            started = nw.col(day).cast(nw.Date) >= nw.lit(start.date())
            own = nw.when(started).then(nw.lit(float(value))).otherwise(own)
        rate = nw.when(nw.col("currency") == currency).then(own).otherwise(rate)
    return rate

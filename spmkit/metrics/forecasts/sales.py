"""What was sold in the periods that forecasts are about, and in those before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.data import SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.dated import with_periods
from spmkit.data.quality import to_pandas
from spmkit.engine import lazy_columns
from spmkit.expressions import period_of, total
from spmkit.intervals import Floats
from spmkit.metrics.forecasts.linearity import won_opportunities
from spmkit.periods import Period

Days: TypeAlias = NDArray[np.datetime64]


def with_sales(
    lines: pd.DataFrame, data: SalesData, periods: Sequence[Period], actuals: Any = None
) -> pd.DataFrame:
    """Add what each rep sold in each period, and what a forecast without thought would say.

    Parameters
    ----------
    lines
        ``rep_id`` and ``period``.
    data
        An open source.
    periods
        The periods of the lines.
    actuals
        Sales with ``rep_id``, ``credited_on`` and ``amount``; None: what was won.

    Returns
    -------
    pandas.DataFrame
        With ``actual`` (0 of who sold nothing; null before the first sale of the source) and
        ``naive`` (the actual of the same period of the year before, else of the last one; null
        where the rep was not there for all of it).

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-06-11", "amount": 90.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = pd.DataFrame({"rep_id": ["ada"], "period": ["2026Q3"]})
    >>> with_sales(lines, data, [data.calendar.period("2026Q3")])[["actual", "naive"]]
       actual  naive
    0     0.0   90.0
    """
    keyed = lines.astype({"rep_id": "category", "period": "category"})
    labelled = {period.label: period for period in periods}
    asked = [labelled[label] for label in keyed["period"].cat.categories]
    actual, naive = _sales(keyed["rep_id"].cat.categories, data, asked, actuals)
    at = tuple(keyed[name].cat.codes.to_numpy() for name in ("rep_id", "period"))
    return lines.assign(actual=actual[at], naive=naive[at])


def _sales(
    reps: pd.Index[Any], data: SalesData, periods: Sequence[Period], actuals: Any
) -> tuple[Floats, Floats]:
    """What reps sold in periods, and what would be said without thought: a row a rep in both."""
    calendar = data.calendar
    year, last = (_stepped(periods, step) for step in (calendar.year_before, calendar.previous))
    needed = {period.label: period for period in (*periods, *year, *last) if period}
    sold = _sums(actuals, data, list(needed.values()))
    amounts, since = _amounts(sold, reps, needed), _since(data, sold, reps)
    naive, other = (_sold_before(amounts, earlier, since) for earlier in (year, last))
    return _sold_in(amounts, periods), np.where(np.isnan(naive), other, naive)


def _stepped(
    periods: Sequence[Period], step: Callable[[Period], Period]
) -> Sequence[Period | None]:
    found: list[Period | None] = []
    for period in periods:
        try:
            found.append(step(period))
        except ValueError:  # a calendar of the quota lines has a first period
            found.append(None)
    return found


def _sums(actuals: Any, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Sum what was sold by rep and period, in one query of its engine."""
    day = nw.col("credited_on").cast(nw.Date)
    if actuals is None:
        sold = won_opportunities(data).with_columns(
            nw.col("closed_on").alias("_day"), nw.col("won_amount").alias("amount")
        )
        labelled = with_periods(sold, data, periods, {"period": "_day"})
    else:  # of an engine of its own, perhaps, to which no table of days can be joined
        sold = lazy_columns(actuals, ["rep_id", "credited_on", "amount"])
        labelled = sold.with_columns(period_of(day, periods).alias("period"), day.alias("_day"))
    found = to_pandas(
        labelled.group_by("rep_id", "period").agg(
            total(nw.col("amount")).cast(nw.Float64).alias("amount"),
            nw.col("_day").min().alias("first"),
        )
    )
    return found.assign(first=pd.to_datetime(found["first"]).astype("datetime64[s]"))


def _amounts(
    sold: pd.DataFrame, reps: pd.Index[Any], periods: Mapping[str, Period]
) -> pd.DataFrame:
    """A column a period: nothing sold is 0; null is an unknown amount, or before any first sale."""
    found = np.zeros((len(reps), len(periods)))
    row = reps.get_indexer(pd.Index(sold["rep_id"]))
    column = pd.Index(list(periods)).get_indexer(pd.Index(sold["period"]))
    inside = (row >= 0) & (column >= 0)
    found[row[inside], column[inside]] = sold["amount"].to_numpy("float64")[inside]
    known = _days(list(periods.values()), "end") >= sold["first"].min().to_numpy()
    return pd.DataFrame(np.where(known, found, np.nan), columns=list(periods))


def _since(data: SalesData, sold: pd.DataFrame, reps: pd.Index[Any]) -> pd.DataFrame:
    """The day on which each rep was hired, and that of the rep's first sale."""
    spells = assignment_spells(data).drop_duplicates("rep_id")
    days = {
        "hired_on": spells.set_index("rep_id")["hired_on"],
        "first": sold.groupby("rep_id")["first"].min(),
    }
    return pd.DataFrame({name: day.reindex(reps).to_numpy() for name, day in days.items()})


def _sold_in(amounts: pd.DataFrame, periods: Sequence[Period | None]) -> Floats:
    """What each rep sold in some periods; null where there is none."""
    labels = [period.label if period else "" for period in periods]
    return amounts.reindex(columns=labels).to_numpy("float64")


def _sold_before(
    amounts: pd.DataFrame, periods: Sequence[Period | None], since: pd.DataFrame
) -> Floats:
    """What each rep sold in earlier periods, of those who were there for all of one.

    Of whom it is not known when they were hired: of those who had sold by its end.
    """
    hired, first = (since[[name]].to_numpy() for name in ("hired_on", "first"))
    starts, ends = (_days(periods, edge) for edge in ("start", "end"))
    there = (starts >= hired) | (np.isnat(hired) & (ends >= first))
    return np.where(there, _sold_in(amounts, periods), np.nan)


def _days(periods: Sequence[Period | None], edge: str) -> Days:
    """The first or the last days of some periods; null of none."""
    return np.array([getattr(period, edge, None) for period in periods], "datetime64[s]")

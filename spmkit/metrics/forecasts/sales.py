"""What was sold in the periods that forecasts are about, and in those before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.quality import to_pandas
from spmkit.engine import lazy_columns
from spmkit.expressions import period_of, total
from spmkit.metrics.forecasts.linearity import won_opportunities
from spmkit.periods import Period


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
    year = _stepped(periods, data.calendar.year_before)
    last = _stepped(periods, data.calendar.previous)
    own = {period.label: period for period in periods}
    needed = {p.label: p for some in (own, year, last) for p in some.values()}
    sold = _sums(actuals, data, list(needed.values()))
    since = _since(data, sold)
    naive = _sold_before(lines, sold, year, since)
    return lines.assign(
        actual=_sold_in(lines, sold, own),
        naive=naive.where(naive.notna(), _sold_before(lines, sold, last, since)),
    )


def _stepped(periods: Sequence[Period], step: Callable[[Period], Period]) -> dict[str, Period]:
    found = {}
    for period in periods:
        try:
            found[period.label] = step(period)
        except ValueError:  # a calendar of the quota lines has a first period
            continue
    return found


def _sums(actuals: Any, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Sum what was sold by rep and period, in one query of its engine."""
    if actuals is None:
        sold = won_opportunities(data).with_columns(
            nw.col("closed_on").alias("credited_on"), nw.col("won_amount").alias("amount")
        )
    else:
        sold = lazy_columns(actuals, ["rep_id", "credited_on", "amount"])
    day = nw.col("credited_on").cast(nw.Date)
    labelled = sold.with_columns(period_of(day, periods).alias("period"), day.alias("_day"))
    found = to_pandas(
        labelled.group_by("rep_id", "period").agg(
            total(nw.col("amount")).cast(nw.Float64).alias("amount"),
            nw.col("_day").min().alias("first"),
        )
    )
    return found.assign(first=pd.to_datetime(found["first"]).astype("datetime64[s]"))


def _sold_in(
    lines: pd.DataFrame, sold: pd.DataFrame, periods: Mapping[str, Period]
) -> pd.Series[Any]:
    """What each rep sold in the period that stands for the line's: nothing is 0."""
    sums = sold.set_index(["rep_id", "period"])["amount"]
    labels = lines["period"].map({own: period.label for own, period in periods.items()})
    asked = pd.MultiIndex.from_arrays([lines["rep_id"], labels], names=sums.index.names)
    found = sums.reindex(asked).to_numpy("float64")
    amounts = np.where(asked.isin(sums.index), found, 0.0)
    ends = _days(lines, periods, "end")
    return pd.Series(amounts, index=lines.index).where(ends >= sold["first"].min())


def _since(data: SalesData, sold: pd.DataFrame) -> pd.DataFrame:
    """The day on which each rep was hired, and that of the rep's first sale."""
    spells = assignment_spells(data).drop_duplicates("rep_id")
    first = sold.groupby("rep_id")["first"].min()
    return first.to_frame().join(spells.set_index("rep_id")["hired_on"], how="outer")


def _sold_before(
    lines: pd.DataFrame, sold: pd.DataFrame, periods: Mapping[str, Period], since: pd.DataFrame
) -> pd.Series[Any]:
    """What each rep sold in an earlier period, of those who were there for all of it.

    Of whom it is not known when they were hired: of those who had sold by its end.
    """
    own = since.reindex(lines["rep_id"]).set_axis(lines.index)
    starts, ends = (_days(lines, periods, edge) for edge in ("start", "end"))
    there = (starts >= own["hired_on"]) | (own["hired_on"].isna() & (ends >= own["first"]))
    return _sold_in(lines, sold, periods).where(there)


def _days(lines: pd.DataFrame, periods: Mapping[str, Period], edge: str) -> pd.Series[Any]:
    """The first or the last day of the period that stands for the line's; null without one."""
    days = {own: pd.Timestamp(getattr(period, edge)) for own, period in periods.items()}
    return pd.to_datetime(lines["period"].astype("object").map(days))

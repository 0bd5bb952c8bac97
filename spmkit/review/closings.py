"""What closed in a period: its lines, and how it went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.expressions import period_of
from spmkit.measure import measure
from spmkit.metrics.opportunities import opportunity_lines, sales_cycle, win_rate
from spmkit.metrics.productivity import average_deal_size
from spmkit.periods import Period

CONVERSION = (win_rate, average_deal_size, sales_cycle)


def closed_in(data: SalesData, periods: Sequence[Period]) -> nw.LazyFrame[Any]:
    """Opportunity lines that closed in some periods, of any length.

    ``closed_period`` names the one of them. Days are compared first: of millions of rows that
    costs a third of naming all of their periods.
    """
    lines = nw.from_native(opportunity_lines(data, attributes=())).lazy()
    day = nw.col("closed_on").cast(nw.Date)
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    within = lines.filter(nw.col("closed"), day >= nw.lit(first), day <= nw.lit(last))
    named = within.with_columns(period_of(nw.col("closed_on"), periods).alias("closed_period"))
    found: nw.LazyFrame[Any] = named.filter(~nw.col("closed_period").is_null())
    return found


def conversion(
    data: SalesData, period: Period, reps: Collection[str] | None = None
) -> pd.Series[Any]:
    """Measure what closed in a period: win rate, deal size, cycle.

    Parameters
    ----------
    data
        An open source.
    period
        When it closed.
    reps
        Whose opportunities count, by ``rep_id``; none: everybody's.

    Returns
    -------
    pandas.Series
        The metrics of :data:`CONVERSION` with their ``_n``, ``_low``, ``_high``.
    """
    within = closed_in(data, [period])
    if reps is not None:
        within = within.filter(nw.col("rep_id").is_in(list(reps)))
    row: pd.Series[Any] = measure(within.to_native(), CONVERSION, confidence=0.95).iloc[0]
    return row

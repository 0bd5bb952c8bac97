"""What is said of customers who stayed and of those who left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.units import COUNT, PERCENT, format_value


def kept_said(kept: pd.DataFrame, year: pd.Series[Any]) -> str:
    """Say how many customers were lost, beside the period before, and how many last a year.

    Examples
    --------
    >>> kept = pd.DataFrame({"period": ["2026Q2", "2026Q3"], "churned": [7.0, 3.0],
    ...     "churn_rate": [0.006, 0.003], "churn_rate_low": [0.003, 0.001],
    ...     "churn_rate_high": [0.012, 0.008], "churn_rate_n": [1161, 1154]})
    >>> year = pd.Series({"remaining": 0.98, "low": 0.97, "high": 0.99, "at_risk": 900.0})
    >>> print(kept_said(kept, year))
    3 of 1,154 customers left in 2026Q3 (0.3 %, 95 % interval 0.1 to 0.8 %), 7 of 1,161 in 2026Q2.
    A year after the first sale 98.0 % still are customers (95 % interval 97.0 to 99.0 %; 900 were
    seen for as long).
    """
    rows = kept.to_dict("records")
    now = rows[-1]
    if not now["churn_rate_n"]:
        return f"Nobody was a customer when {now['period']} began."
    span = _span(now["churn_rate_low"], now["churn_rate_high"])
    rate = format_value(now["churn_rate"], PERCENT)
    said = f"{_counted(now)} customers left in {now['period']} ({rate}, 95 % interval {span})"
    before = [f", {_counted(row)} in {row['period']}" for row in rows[:-1] if row["churn_rate_n"]]
    return f"{said}{''.join(before)}.{_lasting(year)}"


def _counted(row: Mapping[Any, Any]) -> str:
    left = int(row["churned"]) or "None"
    return f"{left} of {format_value(row['churn_rate_n'], COUNT)}"


def _span(low: float, high: float) -> str:
    return f"{format_value(low, PERCENT).removesuffix(' %')} to {format_value(high, PERCENT)}"


def _lasting(year: pd.Series[Any]) -> str:
    if pd.isna(year["remaining"]):
        return " Nobody has been one for a year yet."
    seen = f"{format_value(year['at_risk'], COUNT)} were seen for as long"
    if pd.isna(year["low"]):
        told = seen
    else:
        told = f"95 % interval {_span(year['low'], year['high'])}; {seen}"
    share = format_value(year["remaining"], PERCENT)
    return f" A year after the first sale {share} still are customers ({told})."

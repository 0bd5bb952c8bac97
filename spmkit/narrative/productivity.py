"""What is said of productivity: a change only where its interval leaves zero out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.units import MONEY, PERCENT, Unit, format_difference, format_value


def productivity_title(trend: pd.DataFrame) -> str:
    """Say what a ramped full-time rep brought in, beside the same season of the year before.

    Parameters
    ----------
    trend
        What :func:`spmkit.diagnostics.productivity_trend` gives.

    Examples
    --------
    >>> productivity_title(pd.DataFrame({"period": ["2025Q3", "2026Q3"], "value": [3e5, 2e5],
    ...     "low": [2e5, 1e5], "high": [4e5, 3e5], "same_season": [True, True]}))
    'A ramped full-time rep brought in 200 k in 2026Q3; a year before 300 k'
    """
    last = trend.iloc[-1]
    said = (
        f"A ramped full-time rep brought in {format_value(last['value'], MONEY)} in "
        f"{last['period']}"
    )
    season = trend[trend["same_season"]].iloc[:-1]
    if season.empty:
        return said
    return f"{said}; a year before {format_value(season['value'].iloc[-1], MONEY)}"


def productivity_change(row: pd.Series[Any], unit: Unit = MONEY) -> str:
    """Say how a number changed on the year before: a direction only where zero is left out.

    Parameters
    ----------
    row
        One of :func:`spmkit.diagnostics.headline_productivity`.
    unit
        Money, or the percent of a share.

    Examples
    --------
    >>> row = pd.Series({"value": 9.6e3, "before": 13.4e3, "change": -3.8e3,
    ...     "change_low": -7.3e3, "change_high": -0.8e3})
    >>> productivity_change(row)
    'a year before 13.4 k: −3.80 k (95 % interval −7.30 k to −800)'
    >>> productivity_change(row.replace({-0.8e3: 0.8e3}))
    'a year before 13.4 k: cannot tell from no change'
    """
    if pd.isna(row["change"]):
        return "no year before"
    before = f"a year before {format_value(row['before'], unit)}"
    if pd.isna(row["change_low"]):
        return f"{before}: too few reps for an interval"
    if row["change_low"] <= 0 <= row["change_high"]:
        return f"{before}: cannot tell from no change"
    change, low, high = (
        format_difference(row[name], unit) for name in ("change", "change_low", "change_high")
    )
    return f"{before}: {change} (95 % interval {low} to {high})"


def interval_words(row: pd.Series[Any], unit: Unit = PERCENT) -> str:
    """The interval of a value in words, or that there is none.

    Examples
    --------
    >>> interval_words(pd.Series({"low": 0.91, "high": 0.98}))
    '95 % interval 91.0 % to 98.0 %'
    """
    if pd.isna(row["low"]):
        return "no interval"
    low, high = format_value(row["low"], unit), format_value(row["high"], unit)
    return f"95 % interval {low} to {high}"

"""What is said of productivity: a change only where its interval leaves zero out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.units import MONEY, Unit, format_difference, format_value


def productivity_title(row: pd.Series[Any], label: str) -> str:
    """Say what a ramped full-time rep brought in, and how that compares with the year before.

    Parameters
    ----------
    row
        That of ``bookings_per_ramped_fte`` in :func:`spmkit.diagnostics.headline_productivity`.
    label
        The period.

    Examples
    --------
    >>> row = pd.Series({"value": 2e5, "before": 3e5, "change": -1e5, "change_low": -2e5,
    ...     "change_high": 1e4, "n": 40, "status": "ok"})
    >>> productivity_title(row, "2026Q3")
    'A ramped full-time rep brought in 200 k in 2026Q3; a year before 300 k: cannot tell from no \
change (40 reps)'
    """
    if row["status"] != "ok":
        return f"What a ramped full-time rep brought in in {label} is not known: {row['status']}"
    said = f"A ramped full-time rep brought in {format_value(row['value'], MONEY)} in {label}"
    return f"{said}; {productivity_change(row)} ({int(row['n']):,} reps)"


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

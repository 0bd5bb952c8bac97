"""What is said of ramp: the month by which half of all hires had ramped, with its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.units import PERCENT, format_value, whole_percent

_NEVER = "leavers counted as never"
_WITHOUT = "leavers without one counted as never"


def ramp_title(row: Mapping[Any, Any]) -> str:
    """Say by which month half of the hires had ramped; who left before never does.

    Parameters
    ----------
    row
        One of :func:`spmkit.diagnostics.ramp_by_cohort`, such as that of all.

    Examples
    --------
    >>> ramp_title({"ramp": 7.0, "ramp_low": 6.0, "ramp_high": float("nan"), "n": 23})
    'Half of 23 hires had ramped by month 7, leavers counted as never (95 % interval from 6, ...'
    >>> ramp_title({"ramp": float("nan"), "n": 4})
    'Of 4 hires fewer than half have ramped so far, leavers counted as never'
    """
    if pd.isna(row["ramp"]):
        return f"Of {row['n']:,} hires fewer than half have ramped so far, {_NEVER}"
    return (
        f"Half of {row['n']:,} hires had ramped by month {row['ramp']:.0f}, {_NEVER} "
        f"(95 % interval {_bounds(row['ramp_low'], row['ramp_high'])})"
    )


def _bounds(low: Any, high: Any, unit: str = "") -> str:
    if pd.isna(low) and pd.isna(high):
        return "not bounded yet"
    if pd.isna(high):
        return f"from {low:.0f}{unit}, no upper end yet"
    return f"up to {high:.0f}{unit}" if pd.isna(low) else f"{low:.0f} to {high:.0f}{unit}"


def first_deal_said(row: Mapping[Any, Any]) -> str:
    """Say how long the first deal of their own takes, and how many hires fail.

    Examples
    --------
    >>> first_deal_said({"deal": 60.0, "deal_low": 45.0, "deal_high": 86.0, "failed": 0.2,
    ...     "failed_low": 0.08, "failed_high": 0.48, "failed_n": 14})
    'Half had a first deal of their own within 60 days, leavers without one counted as never ...'
    """
    if pd.isna(row["deal"]):
        deal = f"Fewer than half have had a first deal of their own, {_WITHOUT}."
    else:
        bounds = _bounds(row["deal_low"], row["deal_high"], " days")
        deal = (
            f"Half had a first deal of their own within {row['deal']:.0f} days, "
            f"{_WITHOUT} (95 % interval {bounds})."
        )
    if pd.isna(row["failed"]):
        return f"{deal} No hire has had 12 months yet, so nothing is told of failure."
    low, high = (format_value(row[f"failed_{end}"], PERCENT) for end in ("low", "high"))
    return (
        f"{deal} Of {row['failed_n']:,} hires who had 12 months {whole_percent(row['failed'])} "
        f"left or did not ramp in them (95 % interval {low} to {high})."
    )


def cohorts_said(cohorts: pd.DataFrame) -> str:
    """Say whether one year's hires ramp otherwise than another's: only where bounds part them.

    Parameters
    ----------
    cohorts
        Rows of :func:`spmkit.diagnostics.ramp_by_cohort` without that of all.

    Examples
    --------
    >>> rows = pd.DataFrame({"cohort": ["2024", "2025"], "ramp": [7.0, 6.0],
    ...     "ramp_low": [6.0, 5.0], "ramp_high": [9.0, 8.0]})
    >>> cohorts_said(rows)
    'Between the years of hiring no difference can be told: their intervals overlap.'
    """
    known = cohorts.dropna(subset=["ramp"])
    if len(known) < 2:
        return "Only one year of hiring can be told of."
    ends = known[["ramp_low", "ramp_high"]].fillna({"ramp_low": 0.0, "ramp_high": float("inf")})
    fast, slow = int(ends["ramp_high"].argmin()), int(ends["ramp_low"].argmax())
    if ends["ramp_high"].iloc[fast] < ends["ramp_low"].iloc[slow]:
        first, last = known["cohort"].iloc[fast], known["cohort"].iloc[slow]
        return f"Those hired in {first} ramped sooner than those hired in {last}."
    return "Between the years of hiring no difference can be told: their intervals overlap."


def fan_said(months: pd.DataFrame) -> str:
    """Say where the middle hire of the fan stands in its last month.

    Examples
    --------
    >>> fan_said(pd.DataFrame({"month": [3, 12], "lower": [0.2, 0.7], "median": [0.5, 0.9],
    ...     "upper": [0.6, 1.2], "n": [20, 14], "gone": [0, 2]}))
    'In month 12 the middle hire sells 90 % of what a ramped rep does, the lower quarter up to 70 %'
    """
    last = months.iloc[-1]
    return (
        f"In month {last['month']:.0f} the middle hire sells {whole_percent(last['median'])} of "
        f"what a ramped rep does, the lower quarter up to {whole_percent(last['lower'])}"
    )

"""What is said of the pipeline: how it moved, what slipped, what it covers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.units import MONEY, MULTIPLE, format_value, whole_percent


def pipeline_title(steps: pd.DataFrame) -> str:
    """Say how the open pipeline moved, and its largest step up and down.

    Examples
    --------
    >>> pipeline_title(pd.DataFrame({"step": ["30 Jun", "created", "won", "30 Sep"],
    ...     "value": [3e6, 2e6, -1e6, 4e6], "kind": ["whole", "gain", "loss", "whole"]}))
    'Open pipeline rose by 1.00 M to 4.00 M: 2.00 M created, 1.00 M won'
    """
    first, last = steps["value"].iloc[0], steps["value"].iloc[-1]
    change, now = last - first, format_value(last, MONEY)
    moved = (
        f"stayed at {now}"
        if format_value(change, MONEY) == format_value(0, MONEY)
        else f"{'rose' if change > 0 else 'fell'} by {format_value(abs(change), MONEY)} to {now}"
    )
    between = steps[steps["kind"] != "whole"]
    told = [_largest(between[between["value"] > 0]), _largest(between[between["value"] < 0])]
    said = ", ".join(text for text in told if text)
    return f"Open pipeline {moved}: {said}" if said else f"Open pipeline {moved}"


def _largest(some: pd.DataFrame) -> str:
    if some.empty:
        return ""
    most = some.iloc[int(some["value"].abs().to_numpy().argmax())]
    return f"{format_value(abs(most['value']), MONEY)} {most['step']}"


def slipped(row: pd.Series[Any], label: str) -> str:
    """Say what became of the opportunities that were forecast to close in a period.

    Examples
    --------
    >>> said = slipped(pd.Series({"slippage_count_rate": 0.042, "slippage_count_rate_n": 918,
    ...     "slippage_count_rate_low": 0.031, "slippage_count_rate_high": 0.058,
    ...     "forecast_loss_rate": 0.486}), "2026Q3")
    >>> said.partition(" (95 % interval ")[0]
    'Of 918 opportunities forecast to close in 2026Q3, 4 % were still open at its end'
    """
    count = int(row["slippage_count_rate_n"])
    if pd.isna(row["slippage_count_rate"]):
        return f"Nothing was forecast to close in {label}."
    low, high = row["slippage_count_rate_low"], row["slippage_count_rate_high"]
    lost = row["forecast_loss_rate"]
    value = "" if pd.isna(lost) else f"; {whole_percent(lost)} of their value was lost"
    return (
        f"Of {count:,} opportunities forecast to close in {label}, "
        f"{whole_percent(row['slippage_count_rate'])} were still open at its end (95 % interval "
        f"{low * 100:.0f} to {high * 100:.0f} %){value}."
    )


def covered(row: pd.Series[Any]) -> str:
    """Say what is open for the running period, how much it covers, and how much would have to.

    Examples
    --------
    >>> open_only = {"period": "2026Q4", "end": pd.Timestamp("2026-12-31"), "open_amount": 3e6,
    ...     "remaining_quota": None, "pipeline_coverage": None,
    ...     "pipeline_coverage_status": "no quota"}
    >>> covered(pd.Series(open_only | {"weighted_pipeline": None, "required_coverage": None}))
    '3.00 M is open and expected to close in 2026Q4; no quota of it is known, so nothing is ...'
    >>> quota = {"remaining_quota": 2e6, "pipeline_coverage": 1.5, "pipeline_coverage_status": "ok"}
    >>> curve = {"weighted_pipeline": 1.2e6, "required_coverage": 2.5}
    >>> covered(pd.Series(open_only | quota | curve)).split(". ", 1)[1]
    'At its age the win curve lets 1.20 M of it be won by 31 Dec: to win what is left from it ...'
    """
    opened = f"{format_value(row['open_amount'], MONEY)} is open and expected to close in "
    return f"{opened}{row['period']}{_standing(row)}{_required(row)}"


def _standing(row: pd.Series[Any]) -> str:
    if row["pipeline_coverage_status"] == "no quota":
        return "; no quota of it is known, so nothing is said of coverage."
    if row["pipeline_coverage_status"] == "met":
        return ", whose quota is met already."
    left = format_value(row["remaining_quota"], MONEY)
    times = format_value(row["pipeline_coverage"], MULTIPLE)
    return f": {times} the {left} of its quota that is left."


def _required(row: pd.Series[Any]) -> str:
    """What the win curve makes of it, and how much of what is left to be won that would take."""
    if pd.isna(row["required_coverage"]):
        return ""
    day = f"{row['end'].day} {row['end']:%b}"
    won = f" At its age the win curve lets {format_value(row['weighted_pipeline'], MONEY)} of it"
    told = f"{won} be won by {day}"
    later = "what is created later comes on top"
    if row["pipeline_coverage_status"] != "ok":
        return f"{told}; {later}."
    needed = format_value(row["required_coverage"], MULTIPLE)
    return f"{told}: to win what is left from it alone would take {needed}; {later}."

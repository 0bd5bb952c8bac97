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
    """Say what is open for the running period, and how much of what is left it covers.

    Examples
    --------
    >>> covered(pd.Series({"period": "2026Q4", "open_amount": 3e6, "remaining_quota": None,
    ...     "pipeline_coverage": None, "pipeline_coverage_status": "no quota"}))
    '3.00 M is open and expected to close in 2026Q4; no quota of it is known, so nothing is ...'
    """
    opened = f"{format_value(row['open_amount'], MONEY)} is open and expected to close in "
    if row["pipeline_coverage_status"] == "no quota":
        return f"{opened}{row['period']}; no quota of it is known, so nothing is said of coverage."
    if row["pipeline_coverage_status"] == "met":
        return f"{opened}{row['period']}, whose quota is met already."
    left = format_value(row["remaining_quota"], MONEY)
    times = format_value(row["pipeline_coverage"], MULTIPLE)
    return f"{opened}{row['period']}: {times} the {left} of its quota that is left."

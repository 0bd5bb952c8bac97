"""What closing half of a gap may be worth, in words that the head of a page can take over."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.narrative.drivers import driver_value
from spmkit.units import MONEY, format_value, whole_percent


def leak_answer_over(leaks: pd.DataFrame, span: str) -> str:
    """Say where the largest leak is and what closing half of it may be worth; else cannot tell.

    Parameters
    ----------
    leaks
        What :func:`spmkit.diagnostics.sizing` gives.
    span
        What the worth is of, such as ``a year``.

    Examples
    --------
    >>> leaks = pd.DataFrame({"group": ["East"], "driver": ["win rate"], "value": [0.3],
    ...     "peers_value": [0.4], "gap": [0.25], "worth": [5e5], "low": [2e5], "high": [8e5],
    ...     "detectable": [4.2e5], "n": [12], "peers": [3], "told": [True], "status": "ok"})
    >>> leak_answer_over(leaks, "a year")
    'The largest leak that is told from chance is win rate in East (30.0 %, peers 40.0 %); closing
    half of the gap may be worth 500 k a year (95 % interval 200 k to 800 k; 12 reps)'
    >>> leak_answer_over(leaks.assign(told=False), "in 2026Q3")
    'Which team leaks most cannot be told from chance: the largest gap, win rate in East, would be
    worth 500 k in 2026Q3 half closed (95 % interval 200 k to 800 k; 12 reps), but it is the largest
    of 1 that were looked at; alone, one worth about 420 k would be told in four of five cases'
    >>> leak_answer_over(leaks.head(0), "a year")
    'No team is below its peers in any driver'
    """
    if leaks.empty:
        return "No team is below its peers in any driver"
    told = leaks[leaks["told"].astype(bool)]
    row = told.iloc[0] if len(told) else leaks.iloc[0]
    where = f"{row['driver']} in {row['group']}"
    worth = f"{format_value(row['worth'], MONEY)} {span}"
    if len(told):
        values = [driver_value(row[name], row["driver"]) for name in ("value", "peers_value")]
        return (
            f"The largest leak that is told from chance is {where} ({values[0]}, peers "
            f"{values[1]}); closing half of the gap may be worth {worth} ({_interval(row)})"
        )
    said = (
        f"Which team leaks most cannot be told from chance: the largest gap, {where}, would be "
        f"worth {worth} half closed ({_interval(row)}), but it is the largest of {len(leaks):,} "
        "that were looked at"
    )
    if pd.isna(row["detectable"]):
        return said
    seen = format_value(row["detectable"], MONEY)
    return f"{said}; alone, one worth about {seen} would be told in four of five cases"


def _interval(row: pd.Series[Any]) -> str:
    reps = f"{row['n']:,} reps"
    if pd.isna(row["low"]):
        return f"too few reps for an interval; {reps}"
    low, high = format_value(row["low"], MONEY), format_value(row["high"], MONEY)
    return f"95 % interval {low} to {high}; {reps}"


def sizing_title(leaks: pd.DataFrame) -> str:
    """Say how much of what half-closed gaps may be worth is told from chance.

    Examples
    --------
    >>> leaks = pd.DataFrame({"group": ["East", "West"], "driver": ["win rate", "deal size"],
    ...     "worth": [5e5, 3e5], "told": [True, False]})
    >>> sizing_title(leaks)
    'Half of all gaps to peers add up to 800 k; told from chance is win rate in East, 500 k'
    >>> sizing_title(leaks.assign(told=False))
    'Half of all gaps to peers add up to 800 k, of which none is told from chance'
    """
    whole = f"Half of all gaps to peers add up to {format_value(leaks['worth'].sum(), MONEY)}"
    told = leaks[leaks["told"].astype(bool)]
    if told.empty:
        return f"{whole}, of which none is told from chance"
    if len(told) == 1:
        first = told.iloc[0]
        worth = format_value(first["worth"], MONEY)
        return f"{whole}; told from chance is {first['driver']} in {first['group']}, {worth}"
    worth = format_value(told["worth"].sum(), MONEY)
    return f"{whole}; told from chance are {len(told)} of {len(leaks)}, together {worth}"


def leak_label(row: pd.Series[Any]) -> str:
    """Write what one part may be worth, beside its bar.

    Examples
    --------
    >>> leak_label(pd.Series({"worth": 5e5, "low": 2e5, "high": 8e5, "gap": 0.25, "n": 12}))
    '+500 k (200 k to 800 k)'
    """
    worth = f"+{format_value(row['worth'], MONEY)}"
    if pd.isna(row["low"]):
        return f"{worth} (no interval)"
    return f"{worth} ({format_value(row['low'], MONEY)} to {format_value(row['high'], MONEY)})"


def gap_words(row: pd.Series[Any]) -> str:
    """Say how far below its peers a driver is, and how much of that is made up for.

    Examples
    --------
    >>> gap_words(pd.Series({"gap": 0.086, "made_up": 0.176}))
    '9 % below, after 18 % made up for beside it'
    >>> gap_words(pd.Series({"gap": 0.1, "made_up": 0.0}))
    '10 % below'
    """
    below = f"{whole_percent(row['gap'])} below"
    made_up = whole_percent(row["made_up"])
    return below if made_up == "0 %" else f"{below}, after {made_up} made up for beside it"

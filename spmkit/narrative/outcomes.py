"""What is said of forecasts, incentives and products."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.units import MONEY, PERCENT, format_value, whole_percent

_MOST_NAMED = 3


def forecast_said(row: pd.Series[Any], label: str) -> str:
    """Say how far the forecast of a period was off, to which side, and what it was worth.

    Examples
    --------
    >>> print(forecast_said(pd.Series({"forecast": 120.0, "actual": 100.0, "forecast_error": 20.0,
    ...     "forecast_bias": 0.2, "forecast_wape": 0.3, "forecast_skill": 0.4,
    ...     "forecast_error_n": 9, "horizon_on": pd.Timestamp("2026-08-15")}), "2026Q3"))
    By 15 Aug 2026, half of 2026Q3, 9 reps forecast 120 and 100 was credited to them: 20 too much
    (bias 20 %). The single errors are 30 % of what was credited (WAPE), 40 % smaller than those
    of the naive forecast: the same period of the year before, else the last one.
    """
    if not row["forecast_error_n"]:
        return f"No forecast of {label} was known when half of it was over."
    day = row["horizon_on"]
    error = row["forecast_error"]
    side = f"{format_value(abs(error), MONEY)} too {'much' if error > 0 else 'little'}"
    bias = row["forecast_bias"]
    share = "" if pd.isna(bias) else f" (bias {whole_percent(bias)})"
    reps = int(row["forecast_error_n"])
    said = (
        f"By {day.day} {day:%b %Y}, half of {label}, {reps:,} {'rep' if reps == 1 else 'reps'} "
        f"forecast {format_value(row['forecast'], MONEY)} and "
        f"{format_value(row['actual'], MONEY)} was credited to them: {side}{share}."
    )
    return said + _errors(row)


def _errors(row: pd.Series[Any]) -> str:
    wape, skill = row["forecast_wape"], row["forecast_skill"]
    if pd.isna(wape):
        return ""
    said = f" The single errors are {whole_percent(wape)} of what was credited (WAPE)"
    if pd.isna(skill):
        return f"{said}."
    side = "smaller" if skill >= 0 else "larger"
    return (
        f"{said}, {whole_percent(abs(skill))} {side} than those of the naive forecast: the "
        "same period of the year before, else the last one."
    )


def bias_title(groups: pd.DataFrame) -> str:
    """Say whose reps forecast to one side by more than the interval leaves open.

    Examples
    --------
    >>> bias_title(pd.DataFrame({"group": ["Kim", "Lee"], "low": [0.02, -0.1], "high": [0.1, 0.1]}))
    'The reps of Kim forecast too high; of the other 1 no side can be told'
    """
    high, low = groups[groups["low"] > 0], groups[groups["high"] < 0]
    sides = {"high": high, "low": low}
    said = [f"{_of(some)} forecast too {side}" for side, some in sides.items() if len(some)]
    left = len(groups) - len(high) - len(low)
    if not said:
        return f"Of none of {len(groups):,} managers can it be told to which side the reps forecast"
    rest = f"; of the other {left} no side can be told" if left else ""
    return f"The reps of {', those of '.join(said)}{rest}"


def _of(some: pd.DataFrame) -> str:
    names = some["group"].tolist()
    if len(names) > _MOST_NAMED:
        return f"{len(names):,} managers"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def pay_said(whole: pd.Series[Any], inverted: int, pairs: int, label: str) -> str:
    """Say what was paid against target and attainment, and how often pay stood on its head.

    Examples
    --------
    >>> print(pay_said(pd.Series({"reps": 60, "paid": 1.4e6, "target": 1.5e6,
    ...     "paid_of_target": 0.93, "attainment": 0.95}), 66, 1770, "2026Q3"))
    1.40 M of variable pay was paid to 60 reps for 2026Q3, 93 % of target at 95 % of quota. In 66
    of 1,770 pairs of reps of one role (4 %) the one who attained more was paid less of target.
    """
    said = (
        f"{format_value(whole['paid'], MONEY)} of variable pay was paid to {int(whole['reps']):,} "
        f"reps for {label}, {whole_percent(whole['paid_of_target'])} of target at "
        f"{whole_percent(whole['attainment'])} of quota."
    )
    if not pairs:
        return f"{said} No two reps of one role can be compared."
    return (
        f"{said} In {inverted:,} of {pairs:,} pairs of reps of one role "
        f"({whole_percent(inverted / pairs)}) the one who attained more was paid less of target."
    )


def products_said(mix: pd.DataFrame, label: str, before: str) -> str:
    """Say which product brings most, and what was realised of list price and margin.

    Examples
    --------
    >>> mix = pd.DataFrame({"group": ["Core", "All"], "won_amount": [6e6, 1e7], "share": [0.6, 1.0],
    ...     "price_realisation": [0.9, 0.91], "price_realisation_change": [0.0, 0.01],
    ...     "margin": [0.7, None], "margin_change": [None, None]})
    >>> products_said(mix, "2026Q3", "2026Q2")
    'Core is 60 % of the 10.0 M won in 2026Q3. 91.0 % of list price was realised, 90.0 % in 2026Q2.'
    """
    first, whole = mix.iloc[0], mix.iloc[-1]
    amount = format_value(whole["won_amount"], MONEY)
    share = first["share"]
    said = [
        f"{amount} was won in {label}."
        if pd.isna(share)
        else f"{_named(first)} {whole_percent(share)} of the {amount} won in {label}."
    ]
    told = {"price_realisation": "of list price was realised", "margin": "of value is margin"}
    known = [name for name in told if pd.notna(whole[name])]
    said += [f"{_beside(whole, name, told[name], before)}." for name in known]
    return " ".join(said)


def _beside(whole: pd.Series[Any], name: str, what: str, before: str) -> str:
    value, change = whole[name], whole[f"{name}_change"]
    then = "" if pd.isna(change) else f", {format_value(value - change, PERCENT)} in {before}"
    return f"{format_value(value, PERCENT)} {what}{then}"


def _named(first: pd.Series[Any]) -> str:
    return "What has no product is" if first["group"] == "not given" else f"{first['group']} is"

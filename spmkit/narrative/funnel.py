"""What is said of the funnel: a stage is called slow or leaky only where intervals are apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.units import DAYS, format_value, whole_percent


def latency_title(latency: pd.DataFrame) -> str:
    """Name the stage that surely takes longest; else say that none does.

    Parameters
    ----------
    latency
        What :func:`spmkit.diagnostics.stage_latency` gives.

    Examples
    --------
    >>> latency = pd.DataFrame({"stage": ["Discovery", "Legal"], "median": [9.0, 22.0],
    ...     "low": [8.0, 20.0], "high": [10.0, 24.0], "slowest": [False, True]})
    >>> latency_title(latency)
    'Legal takes longest: half leave within 22 days (95 % interval 20 to 24), in Discovery within 9'
    >>> latency_title(latency.assign(slowest=False))
    'No stage is surely slower than the others; Legal has the longest median, 22 days (20 to 24)'
    """
    ordered = latency.sort_values("median", ascending=False, na_position="last")
    slowest = latency[latency["slowest"]]
    if len(slowest):
        return _slowest(slowest.iloc[0], ordered)
    if ordered["median"].isna().all():
        return "Of no stage can it be told how long it takes: fewer than half have left"
    first = ordered.iloc[0]
    return (
        "No stage is surely slower than the others; "
        f"{first['stage']} has the longest median, {format_value(first['median'], DAYS)} "
        f"({_span(first)})"
    )


def _slowest(row: pd.Series[Any], ordered: pd.DataFrame) -> str:
    others = ordered[ordered["stage"] != row["stage"]]
    if pd.isna(row["median"]):
        return f"{row['stage']} takes longest: fewer than half have left it"
    said = (
        f"{row['stage']} takes longest: half leave within {format_value(row['median'], DAYS)} "
        f"(95 % interval {_span(row)})"
    )
    second = others.iloc[0]
    return f"{said}, in {second['stage']} within {_number(second['median'])}"


def latency_label(row: pd.Series[Any]) -> str:
    """Write the days of a stage and of how many visits they are.

    Examples
    --------
    >>> latency_label(pd.Series({"median": 22.0, "n": 3558, "status": "ok"}))
    '22 days · n 3,558'
    """
    told = row["status"] if pd.isna(row["median"]) else format_value(row["median"], DAYS)
    return f"{told} · n {int(row['n']):,}"


def latency_said(row: pd.Series[Any]) -> str:
    """Say the days of a stage with their interval, and how many are still there.

    Examples
    --------
    >>> latency_said(pd.Series({"median": 22.0, "low": 20.0, "high": 24.0, "n": 3558,
    ...     "still_there": 224, "status": "ok", "waiting": False}))
    '22 days (20 to 24), n 3,558, 224 still there'
    """
    waits = ", named as waiting" if row["waiting"] else ""
    counts = f"n {int(row['n']):,}, {int(row['still_there']):,} still there{waits}"
    if pd.isna(row["median"]):
        return f"{row['status']}, {counts}"
    return f"{format_value(row['median'], DAYS)} ({_span(row)}), {counts}"


def waiting_said(latency: pd.DataFrame) -> str:
    """Say how long the stages take that were named as waiting; that none was named.

    Examples
    --------
    >>> waiting_said(pd.DataFrame({"stage": ["Legal"], "waiting": [True], "median": [6.0],
    ...     "low": [5.0], "high": [8.0], "total_median": [7.0], "total_low": [6.0],
    ...     "total_high": [9.0]}))
    'Named as waiting: Legal, 6 days a visit (95 % interval 5 to 8), 7 days in all its visits.'
    """
    named = latency[latency["waiting"]]
    if named.empty:
        return (
            "No stage is named as one in which deals only wait (approval, legal): which is one "
            "cannot be told from the log."
        )
    said = [
        f"{row['stage']}, {format_value(row['median'], DAYS)} a visit (95 % interval "
        f"{_span(row)}), {format_value(row['total_median'], DAYS)} in all its visits"
        for row in named.to_dict("records")
    ]
    return f"Named as waiting: {'; '.join(said)}."


def conversion_said(stages: pd.DataFrame) -> str:
    """Say which stage surely lets the smallest share past; of those decided, beside all.

    Parameters
    ----------
    stages
        What :func:`spmkit.diagnostics.funnel_stages` gives.

    Examples
    --------
    >>> stages = pd.DataFrame({"stage": ["Discovery", "Offer"], "stage_conversion": [0.9, 0.5],
    ...     "decided_stage_conversion": [0.95, 0.6], "decided_stage_conversion_low": [0.9, 0.5],
    ...     "decided_stage_conversion_high": [0.97, 0.7], "decided_stage_conversion_n": [90, 80],
    ...     "stage_conversion_n": [95, 96]})
    >>> conversion_said(stages)
    'Fewest get past Offer: 60 % of 80 decided (95 % interval 50 to 70 %), 50 % of all 96 so far.'
    """
    known = stages.dropna(subset=["decided_stage_conversion"])
    if known.empty:
        return "Of no stage is it decided what gets past it."
    name = "decided_stage_conversion"
    least = known.sort_values(name, kind="stable").iloc[0]
    others = known[known["stage"] != least["stage"]]
    if others.empty or not (least[f"{name}_high"] < others[f"{name}_low"]).all():
        return (
            "Which stage lets the smallest share past cannot be told: the intervals of the lowest "
            f"ones overlap ({least['stage']}: {_decided(least)})."
        )
    return f"Fewest get past {least['stage']}: {_decided(least)}."


def _decided(row: pd.Series[Any]) -> str:
    name = "decided_stage_conversion"
    low, high = row[f"{name}_low"] * 100, row[f"{name}_high"] * 100
    return (
        f"{whole_percent(row[name])} of {int(row[f'{name}_n']):,} decided (95 % interval "
        f"{low:.0f} to {high:.0f} %), {whole_percent(row['stage_conversion'])} of all "
        f"{int(row['stage_conversion_n']):,} so far"
    )


def transitions_title(moves: pd.DataFrame) -> str:
    """Say from which stage the smallest share of visits goes on; surely so where it is apart.

    Parameters
    ----------
    moves
        What :func:`spmkit.diagnostics.funnel.onward_shares` gives.

    Examples
    --------
    >>> moves = pd.DataFrame({"stage": ["Offer", "Legal"],
    ...     "share": [0.68, 0.8], "of": [3334, 900], "low": [0.66, 0.77], "high": [0.69, 0.83]})
    >>> transitions_title(moves)
    'Of 3,334 visits to Offer that ended 68 % (66 to 69 %) went on, the fewest of all stages'
    >>> transitions_title(moves.assign(high=0.9))
    'Of 3,334 visits to Offer that ended 68 % (66 to 90 %) went on'
    """
    ordered = moves.sort_values("share", kind="stable")
    least, others = ordered.iloc[0], ordered.iloc[1:]
    said = (
        f"Of {int(least['of']):,} visits to {least['stage']} that ended "
        f"{share_span(least, 'share')} went on"
    )
    apart = len(others) > 0 and (least["high"] < others["low"]).all()
    return f"{said}, the fewest of all stages" if apart else said


def share_span(row: pd.Series[Any], name: str) -> str:
    """A share in whole percent with its interval.

    Examples
    --------
    >>> share_span(pd.Series({"rate": 0.3, "low": 0.219, "high": 0.396}), "rate")
    '30 % (22 to 40 %)'
    """
    if pd.isna(row["low"]):
        return whole_percent(row[name])
    return f"{whole_percent(row[name])} ({row['low'] * 100:.0f} to {row['high'] * 100:.0f} %)"


def _span(row: Any) -> str:
    if pd.isna(row["low"]) and pd.isna(row["high"]):
        return "no interval"
    if pd.isna(row["high"]):
        return f"{_number(row['low'])} and more"
    low = "0" if pd.isna(row["low"]) else _number(row["low"])
    return f"{low} to {_number(row['high'])}"


def _number(days: float) -> str:
    return "–" if pd.isna(days) else f"{days:,.1f}".removesuffix(".0")

"""Sentences of a rep's strengths and areas to grow: what the chart finds, what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.narrative.where import _joined
from spmkit.units import COUNT, Unit, format_value


def growth_title(places: pd.DataFrame) -> str:
    """Say which metrics lie off the peers' median for sure, and on which side.

    Parameters
    ----------
    places
        ``label``, ``verdict``, ``mark`` and ``peers``, a row a metric.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["Meetings a week", "Win rate, 4 quarters"],
    ...     "verdict": ["", "better"], "mark": ["", "▲"], "peers": [24, 23]})
    >>> growth_title(rows)
    'Win rate: surely above the median of 23 peers'
    >>> growth_title(rows.assign(verdict=["worse", "better"], mark=["▼", "▲"]))
    "Surely above the peers' median: win rate; below: meetings a week"
    >>> growth_title(rows.assign(verdict=""))
    "Nothing is surely off the peers' median"
    """
    sure = places[places["verdict"] != ""]
    if sure.empty:
        return "Nothing is surely off the peers' median"
    if len(sure) == 1:
        row = sure.iloc[0]
        name = str(row["label"]).split(",")[0]
        return f"{name}: surely {_SIDES[row['mark']]} the median of {int(row['peers'])} peers"
    found = {side: sure.loc[sure["mark"] == mark, "label"] for mark, side in _SIDES.items()}
    first, *rest = [
        (side, _joined([_within(label) for label in labels]))
        for side, labels in found.items()
        if len(labels)
    ]
    said = f"Surely {first[0]} the peers' median: {first[1]}"
    return "; ".join([said, *[f"{side}: {names}" for side, names in rest]])


_SIDES = {"▲": "above", "▼": "below"}


def own_value(row: Mapping[Any, Any], unit: Unit, fewest: int) -> str:
    """Write an own value with how many cases it is of, where it is of cases.

    Examples
    --------
    >>> from spmkit.units import PERCENT
    >>> own_value({"shown": 0.428, "n": 101}, PERCENT, 20)
    '42.8 % (n 101)'
    >>> own_value({"shown": 1.18, "n": 1}, PERCENT, 1)
    '118.0 %'
    """
    value = format_value(row["shown"], unit)
    return f"{value} (n {format_value(row['n'], COUNT)})" if fewest > 1 else value


def untold_said(places: pd.DataFrame) -> list[str]:
    """Say which metrics are not drawn, a sentence a reason.

    Parameters
    ----------
    places
        ``label``, ``own`` (the own value in words), ``fewest`` (from how many cases a metric
        tells of a person), ``median`` of the peers in words and ``untold``, a row a metric.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["Win rate, 4 quarters", "Deal won, 4 quarters"],
    ...     "own": ["42.8 % (n 7)", "17.4 k (n 3)"], "fewest": [20, 10],
    ...     "median": ["41.0 %", "18.0 k"], "untold": "cases"})
    >>> untold_said(rows)
    ['Not drawn, too few cases: win rate 42.8 % (n 7 of 20 needed) and deal won ...']
    >>> untold_said(rows.assign(untold=["peers", "width"]))
    ['Not drawn, fewer than five peers can be compared: win rate.', 'Not drawn, the middle ...']
    """
    said = []
    for reason, words in _REASONS.items():
        rows = places[places["untold"] == reason].to_dict("records")
        if rows:
            said.append(f"Not drawn, {words}: {_joined([_left_out(row) for row in rows])}.")
    return said


_REASONS = {
    "unmeasured": "nothing measured of you",
    "cases": "too few cases",
    "peers": "fewer than five peers can be compared",
    "width": "the middle half of peers is one number to two figures",
}


def _left_out(row: Mapping[Any, Any]) -> str:
    name = _within(row["label"])
    if row["untold"] == "cases":
        return f"{name} {row['own'].removesuffix(')')} of {row['fewest']} needed)"
    return f"{name} {row['own']} against {row['median']}" if row["untold"] == "width" else name


def _within(label: object) -> str:
    """A metric's label within a sentence: without its span, in small letters."""
    name = str(label).split(",")[0]
    return name[:1].lower() + name[1:]

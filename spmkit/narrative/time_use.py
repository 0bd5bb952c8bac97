"""What is said of how time is spent: more than peers only where the interval carries it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from spmkit.diagnostics.time_use_people import SMALLER
from spmkit.review.frames import NOT_GIVEN
from spmkit.units import PERCENT, format_value, whole_percent

_FINE = "ok"
_MOST_SAID = 3
_NOT_SELLING = "what is not selling"
_NO_GROUP = (NOT_GIVEN, SMALLER)  # nobody is answerable for them


def time_title(recoverable: pd.DataFrame, noun: str) -> str:
    """Say which group spends clearly more than its peers on what is not selling.

    Parameters
    ----------
    recoverable
        What :func:`spmkit.diagnostics.recoverable_hours` gives.
    noun
        What the groups are, such as ``region``.

    Examples
    --------
    >>> found = pd.DataFrame({"group": ["East", "West"], "share": [0.66, 0.5],
    ...     "peers_share": [0.5, 0.66], "told": [True, False], "largest": ["admin", "travel"],
    ...     "status": "ok", "detectable": 50.0, "worked_hours": 1000.0, "peers": 1})
    >>> time_title(found, "region")
    'East spends 66 % of its hours of known category on what is not selling, most of the excess on
    admin; the other region 50 %'
    >>> time_title(found.assign(told=False), "region")
    'No region is told from its peers in the hours that are not selling'
    """
    told = told_groups(recoverable)
    if (recoverable["status"] == "nobody to compare with").all():
        shares = recoverable["share"]
        said = f" {whole_percent(shares.iloc[0])}" if len(shares) == 1 else " a share"
        return f"Of the logged hours{said} goes to {_NOT_SELLING}; there is nobody to compare with"
    if told.empty:
        return f"No {noun} is told from its peers in the hours that are not selling"
    first, others = told.iloc[0], int(told["peers"].iloc[0])
    peers = f"the other {noun}" if others == 1 else f"the median of the other {others:,} {noun}s"
    return (
        f"{first['group']} spends {whole_percent(first['share'])} of its hours of known category "
        f"on {_NOT_SELLING}, most of the excess on {first['largest']}; {peers} "
        f"{whole_percent(first['peers_share'])}"
    )


def told_groups(recoverable: pd.DataFrame) -> pd.DataFrame:
    """The groups that are told from their peers and that somebody is answerable for.

    Neither those of whom no group is given nor small groups put together are one: their rows stay
    in the tables.

    Examples
    --------
    >>> told_groups(pd.DataFrame({"group": ["East", "not given"], "told": True}))["group"].tolist()
    ['East']
    """
    return recoverable[recoverable["told"].astype(bool) & ~recoverable["group"].isin(_NO_GROUP)]


def recoverable_said(recoverable: pd.DataFrame, noun: str) -> str:
    """Say what hours would come back, as an *if*; else what would have been seen.

    Takes what :func:`time_title` does.

    Examples
    --------
    >>> found = pd.DataFrame({"group": ["East"], "hours": [160.0], "low": [120.0],
    ...     "high": [200.0], "worked_hours": [1000.0], "n": [12], "told": [True],
    ...     "status": "ok", "detectable": 57.0})
    >>> recoverable_said(found, "region")
    'If East spent on what is not selling the share that its peers do, 160 of its 1,000 hours would
    be free (95 % interval 120 to 200; 12 reps). That is arithmetic, no promise.'
    >>> recoverable_said(found.assign(told=False), "region")
    'No region can be said to spend more than its peers: an excess below about 6 % of its hours
    would not have been seen.'
    """
    told = told_groups(recoverable)
    if len(told):
        parts = [_freed(row) for _, row in told.head(_MOST_SAID).iterrows()]
        more = len(told) - _MOST_SAID
        rest = f" {more:,} more are told from their peers." if more > 0 else ""
        return f"If {_joined(parts)}. That is arithmetic, no promise.{rest}"
    known = recoverable[(recoverable["status"] == _FINE) & ~recoverable["group"].isin(_NO_GROUP)]
    if known.empty:
        return f"No {noun} has enough reps, and peers, for an interval: nothing is said of excess."
    seen = (known["detectable"] / known["worked_hours"]).median()
    return (
        f"No {noun} can be said to spend more than its peers: an excess below about "
        f"{whole_percent(seen)} of its hours would not have been seen."
    )


def _freed(row: pd.Series[Any]) -> str:
    hours, low, high, whole = (
        f"{row[name]:,.0f}" for name in ("hours", "low", "high", "worked_hours")
    )
    return (
        f"{row['group']} spent on {_NOT_SELLING} the share that its peers do, {hours} of its "
        f"{whole} hours would be free (95 % interval {low} to {high}; {row['n']:,} reps)"
    )


def untimed_said(customer: pd.DataFrame) -> str:
    """Say how many activities have no minutes, and so are in no hours.

    Parameters
    ----------
    customer
        What :func:`spmkit.diagnostics.customer_time` gives.

    Examples
    --------
    >>> untimed_said(pd.DataFrame({"activities": [80, 20], "untimed": [5, 0]}))
    '5 of 100 activities held (5.0 %) have no minutes: they are counted, and are in no hours.'
    """
    held, untimed = int(customer["activities"].sum()), int(customer["untimed"].sum())
    if not untimed:
        return f"All {held:,} activities held have their minutes."
    share = format_value(untimed / held, PERCENT)
    return (
        f"{untimed:,} of {held:,} activities held ({share}) have no minutes: they are counted, and "
        "are in no hours."
    )


def customer_said(customer: pd.DataFrame) -> str:
    """Say how much of the hours was with a customer: the least and the most, with intervals.

    Examples
    --------
    >>> found = pd.DataFrame({"group": ["East", "West"], "share": [0.5, 0.6], "n": [9, 12],
    ...     "low": [0.45, 0.5], "high": [0.55, 0.7]})
    >>> customer_said(found)
    'With a customer, as activities are marked: from 50 % of the hours in East (95 % interval 45 to
    55 %; 9 reps) to 60 % in West (95 % interval 50 to 70 %; 12 reps).'
    """
    known = customer[customer["share"].notna()].sort_values("share")
    if known.empty:
        return "How many hours were with a customer is not known."
    ends = [_spanned(known.iloc[place]) for place in (0, -1)]
    if len(known) == 1:
        share, name, span = ends[0]
        return f"With a customer, as activities are marked: {share} of the hours of {name}{span}."
    (low, least, span), (high, most, spans) = ends
    return (
        f"With a customer, as activities are marked: from {low} of the hours in {least}{span} to "
        f"{high} in {most}{spans}."
    )


def _spanned(row: pd.Series[Any]) -> Sequence[str]:
    reps = f"{row['n']:,} reps"
    if pd.isna(row["low"]):
        return whole_percent(row["share"]), str(row["group"]), f" ({reps}, no interval)"
    span = f"{row['low'] * 100:.0f} to {whole_percent(row['high'])}"
    return whole_percent(row["share"]), str(row["group"]), f" (95 % interval {span}; {reps})"


def category_words(hours: Sequence[tuple[str, str | None]]) -> str:
    """Say which activities count as what, where the data's own categories were changed.

    Examples
    --------
    >>> category_words([("demo", "selling"), ("commute", None)])
    'Counted otherwise than the data say: demo as selling, commute left out.'
    >>> category_words([])
    'What counts as selling is as the data say; every share of time depends on it.'
    """
    if not hours:
        return "What counts as selling is as the data say; every share of time depends on it."
    said = [f"{kind} as {name}" if name else f"{kind} left out" for kind, name in hours]
    return f"Counted otherwise than the data say: {', '.join(said)}."


def _joined(parts: Sequence[str]) -> str:
    return "; if ".join(parts)

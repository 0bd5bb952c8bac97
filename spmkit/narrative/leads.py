"""What is said of leads: a source is called slow only where its interval is apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.narrative.funnel import share_span
from spmkit.narrative.win_loss import chance_words
from spmkit.units import whole_percent

_CERTAIN = 0.05
_SMALL = 0.03


def response_title(times: pd.DataFrame) -> str:
    """Name the source whose leads surely wait longest; else say that none does.

    Parameters
    ----------
    times
        What :func:`spmkit.diagnostics.response_times` gives.

    Examples
    --------
    >>> times = pd.DataFrame({"source": ["Event", "Website"], "median": [35.2, 2.25],
    ...     "low": [33.1, 2.1], "high": [38.1, 2.3], "slowest": [True, False], "n": [1800, 2100]})
    >>> response_title(times)
    'Event leads wait longest: half for more than 35 hours (95 % interval 33 to 38); Website 2.2 hours'
    >>> response_title(times.assign(slowest=False))
    'Of no source do leads surely wait longer than of the others: Event 35 hours (33 to 38), Website 2.2 hours (2.1 to 2.3)'
    >>> response_title(times.head(1).assign(slowest=False))
    'Half of the leads wait for more than 35 hours (95 % interval 33 to 38)'
    """  # noqa: E501
    if len(times) == 1:
        row = times.iloc[0]
        if pd.isna(row["median"]):
            return "Fewer than half of the leads were ever answered"
        return f"Half of the leads wait for more than {_median(row)} (95 % interval {_span(row)})"
    slowest, others = times[times["slowest"]], times[~times["slowest"]]
    if len(slowest):
        return _slowest(slowest.iloc[0], others)
    said = [f"{row['source']} {_spanned(row)}" for _, row in times.head(3).iterrows()]
    return f"Of no source do leads surely wait longer than of the others: {', '.join(said)}"


def _slowest(row: pd.Series[Any], others: pd.DataFrame) -> str:
    second = others.sort_values("median", ascending=False, na_position="first").iloc[0]
    beside = f"{second['source']} {_median(second)}"
    if pd.isna(row["median"]):
        return f"{row['source']} leads wait longest: fewer than half were ever answered; {beside}"
    return (
        f"{row['source']} leads wait longest: half for more than {_median(row)} "
        f"(95 % interval {_span(row)}); {beside}"
    )


def promised_said(times: pd.DataFrame, hours: float) -> str:
    """Say which share of each source's leads was answered in time, and how many never were.

    Examples
    --------
    >>> times = pd.DataFrame({"source": ["Event"], "within": [0.2], "within_low": [0.19],
    ...     "within_high": [0.22], "within_n": [2186], "n": [2186], "touched": [2100],
    ...     "left_out": [3]})
    >>> promised_said(times, 1.0)
    'Answered within 1 hour: Event 20 % (19 to 22 %) of 2,186, 86 not answered yet. 3 are left out: touched before they were created.'
    """  # noqa: E501
    told = [_in_time(row) for _, row in times.iterrows()]
    left = int(times["left_out"].sum())
    out = f" {left:,} are left out: touched before they were created." if left else ""
    return f"Answered within {_number(hours)} {_hours_word(hours)}: {'; '.join(told)}.{out}"


def _in_time(row: pd.Series[Any]) -> str:
    waiting = f"{int(row['n'] - row['touched']):,} not answered yet"
    if pd.isna(row["within"]):
        return f"{row['source']} no lead old enough, {waiting}"
    return f"{row['source']} {_shared(row)} of {int(row['within_n']):,}, {waiting}"


def _shared(row: pd.Series[Any]) -> str:
    """A share with its interval; small ones to a decimal, or they would all be nought."""
    form = ".1f" if row["within"] < _SMALL else ".0f"
    ends = (f"within{end}" for end in ("", "_low", "_high"))
    share, low, high = (f"{row[name] * 100:{form}}" for name in ends)
    return f"{share} % ({low} to {high} %)"


def yields_title(yields: pd.DataFrame) -> str:
    """Say which source's leads convert surely best, within 90 days; else that it cannot be told.

    Examples
    --------
    >>> yields = pd.DataFrame({"source": ["Website", "Event"], "conversion_90": [0.43, 0.25],
    ...     "conversion_90_low": [0.41, 0.23], "conversion_90_high": [0.45, 0.27],
    ...     "conversion_90_n": [1703, 1495]})
    >>> yields_title(yields)
    'Website leads convert most: 43 % (41 to 45 %) within 90 days, Event 25 % (23 to 27 %)'
    >>> yields_title(yields.assign(conversion_90_high=0.6))
    'Which source converts most cannot be told: Website 43 % (41 to 60 %), Event 25 % (23 to 60 %)'
    """
    known = yields.dropna(subset=["conversion_90"])
    if known.empty:
        return "No lead is 90 days old, so sources are not compared by what they turn into"
    ordered = known.sort_values("conversion_90", ascending=False, kind="stable")
    said = [f"{row['source']} {_converted(row)}" for _, row in ordered.iterrows()]
    first, others = ordered.iloc[0], ordered.iloc[1:]
    if others.empty:
        return f"{said[0]} of leads convert within 90 days"
    if not (first["conversion_90_low"] > others["conversion_90_high"]).all():
        return f"Which source converts most cannot be told: {', '.join(said[:3])}"
    return (
        f"{first['source']} leads convert most: {_converted(first)} within 90 days, "
        f"{', '.join(said[1:3])}"
    )


def _converted(row: pd.Series[Any]) -> str:
    low, high = row["conversion_90_low"] * 100, row["conversion_90_high"] * 100
    return f"{whole_percent(row['conversion_90'])} ({low:.0f} to {high:.0f} %)"


def score_title(bands: pd.DataFrame, trend: pd.Series[Any]) -> str:
    """Say whether more is won the higher the score, and whether it can be read as a probability.

    Parameters
    ----------
    bands, trend
        What :func:`spmkit.diagnostics.score_bands` and ``score_trend`` give.

    Examples
    --------
    >>> bands = pd.DataFrame({"band": ["0–10", "90–100"], "off": [False, True],
    ...     "enough": [True, True], "win_rate": [0.05, 0.6], "score": [0.05, 0.95]})
    >>> trend = pd.Series({"slope": 0.06, "p": 0.0001, "detectable": 0.02})
    >>> score_title(bands, trend)
    'Won rises by 6 points every ten points of score; as a probability it is off in 1 of 2 bands'
    >>> score_title(bands, pd.Series({"slope": 0.01, "p": 0.4, "detectable": 0.02}))
    'Whether more is won the higher the score cannot be told; 2 points every ten would mostly be seen'
    """  # noqa: E501
    if pd.isna(trend["p"]):
        return (
            "Whether more is won the higher the score cannot be told: there is one band, or one end"
        )
    if trend["p"] >= _CERTAIN:
        return (
            "Whether more is won the higher the score cannot be told; "
            f"{trend['detectable'] * 100:.0f} points every ten would mostly be seen"
        )
    enough = bands[bands["enough"]]
    verb = "rises" if trend["slope"] > 0 else "falls"
    off = int(enough["off"].sum())
    read = (
        f"as a probability it is off in {off} of {len(enough)} bands"
        if off
        else "read as a probability it holds in every band"
    )
    return f"Won {verb} by {abs(trend['slope']) * 100:.0f} points every ten points of score; {read}"


def score_label(row: pd.Series[Any]) -> str:
    """Write the share won in a band of the score, and of how many.

    Examples
    --------
    >>> score_label(pd.Series({"win_rate": 0.31, "n": 1001, "off": True, "score": 0.246}))
    '31 % of 1,001, score 25'
    """
    return f"{whole_percent(row['win_rate'])} of {int(row['n']):,}, score {row['score'] * 100:.0f}"


def score_said(row: pd.Series[Any]) -> str:
    """Say the share won in a band with its interval, beside the mean score.

    Examples
    --------
    >>> score_said(pd.Series({"win_rate": 0.31, "low": 0.28, "high": 0.34, "n": 1001,
    ...     "score": 0.246, "off": True}))
    '31 % won (28 to 34 %), n 1,001, mean score 25, outside the interval'
    """
    outside = ", outside the interval" if row["off"] else ""
    share = share_span(row, "win_rate").replace(" % (", " % won (", 1)
    return f"{share}, n {int(row['n']):,}, mean score {row['score'] * 100:.0f}{outside}"


def trend_said(trend: pd.Series[Any]) -> str:
    """Say the rise over the score with its interval, and what it is not.

    Examples
    --------
    >>> trend_said(pd.Series({"slope": 0.067, "low": 0.059, "high": 0.074, "p": 1e-9, "n": 5003}))
    'Of 5,003 deals closed: 6.7 points more won every ten points of score (95 % interval 5.9 to 7.4; p below 0.001). A score that was written again after the deal was decided would look better than it is.'
    """  # noqa: E501
    again = (
        "A score that was written again after the deal was decided would look better than it is."
    )
    if pd.isna(trend["p"]):
        return again
    span = " to ".join(f"{trend[end] * 100:.1f}".replace("-", "−") for end in ("low", "high"))
    slope = f"{trend['slope'] * 100:.1f}".replace("-", "−")
    return (
        f"Of {int(trend['n']):,} deals closed: {slope} points more won every ten points of score "
        f"(95 % interval {span}; p {chance_words(trend['p'])}). {again}"
    )


def to_answer(times: pd.DataFrame) -> str:
    """Say what the slow source leaves open, and that answering sooner is no proven cause.

    Examples
    --------
    >>> to_answer(pd.DataFrame({"source": ["Web"], "slowest": [False]}))
    'nothing follows from the answers: of no source do leads surely wait longest.'
    """
    slowest = times.loc[times["slowest"]]
    if slowest.empty:
        return "nothing follows from the answers: of no source do leads surely wait longest."
    source = slowest["source"].iloc[0]
    return (
        f"who answers {source} leads, and within how many hours. Owner: ________. By: ________. "
        f"Watch: median hours of {source}. Slow sources may convert less for other reasons: "
        "answering some by lot within the time promised would tell."
    )


def _median(row: pd.Series[Any]) -> str:
    if pd.isna(row["median"]):
        return "fewer than half answered"
    return f"{_number(row['median'])} {_hours_word(row['median'])}"


def _spanned(row: pd.Series[Any]) -> str:
    return _median(row) if pd.isna(row["median"]) else f"{_median(row)} ({_span(row)})"


def _span(row: pd.Series[Any]) -> str:
    if pd.isna(row["high"]):
        return "no upper bound" if pd.isna(row["low"]) else f"{_number(row['low'])} and more"
    return f"{'0' if pd.isna(row['low']) else _number(row['low'])} to {_number(row['high'])}"


def _number(hours: float) -> str:
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:,.1f}".removesuffix(".0")


def _hours_word(hours: float) -> str:
    return "hour" if hours == 1 else "hours"

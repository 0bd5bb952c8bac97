"""What is said of the value lost in the funnel, and of what is won by which age."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.narrative.funnel import share_span
from spmkit.units import DAYS, MONEY, PERCENT, format_value, whole_percent


def leak_title(leaks: pd.DataFrame) -> str:
    """Say at which stage most was lost, of what came in.

    Parameters
    ----------
    leaks
        What :func:`spmkit.diagnostics.stage_leaks` gives.

    Examples
    --------
    >>> leaks = pd.DataFrame({"stage": ["Discovery", "Offer"], "place": [1, 2],
    ...     "entered": [10e6, 8e6],
    ...     "lost": [2e6, 5e6], "lost_n": [10, 20], "lost_unknown_n": [0, 0]})
    >>> leak_title(leaks)
    'Of 10.0 M that came in 7.00 M was lost, 5.00 M of it at Offer'
    >>> leak_title(leaks.assign(lost_unknown_n=leaks["lost_n"], lost=0.0))
    'What was lost has no amount, so the value lost in a stage cannot be told'
    """
    if leaks["lost_n"].sum() == 0:
        return "Nothing that came in was lost"
    if not (leaks["lost_unknown_n"] < leaks["lost_n"]).any():
        return "What was lost has no amount, so the value lost in a stage cannot be told"
    staged = leaks[leaks["place"].notna()]
    worst = staged.sort_values("lost", ascending=False, kind="stable").iloc[0]
    came_in = leaks["entered"].iloc[0] + leaks.loc[leaks["place"].isna(), "entered"].sum()
    came, lost, whole = (
        format_value(amount, MONEY) for amount in (came_in, worst["lost"], leaks["lost"].sum())
    )
    return f"Of {came} that came in {whole} was lost, {lost} of it at {worst['stage']}"


def leak_label(row: pd.Series[Any]) -> str:
    """Write what was lost at a stage, and which share of how many deals that was.

    Examples
    --------
    >>> leak_label(pd.Series({"lost": 3e6, "entered_n": 100, "lost_share": 0.3, "lost_n": 30,
    ...     "lost_unknown_n": 0}))
    '3.00 M · 30 % of 100'
    """
    if not row["entered_n"]:
        return "nothing came in"
    return f"{_lost_amount(row)} · {whole_percent(row['lost_share'])} of {int(row['entered_n']):,}"


def leak_said(row: pd.Series[Any]) -> str:
    """Say what was lost of what came into a stage, and the share of deals with its interval.

    Examples
    --------
    >>> leak_said(pd.Series({"lost": 3e6, "entered": 10e6, "lost_n": 30, "entered_n": 100,
    ...     "lost_share": 0.3, "low": 0.219, "high": 0.396, "lost_unknown_n": 0}))
    '3.00 M lost of 10.0 M, 30 of 100 deals, 30 % (22 to 40 %)'
    """
    if not row["entered_n"]:
        return "nothing came in"
    counts = f"{int(row['lost_n']):,} of {int(row['entered_n']):,} deals"
    entered = format_value(row["entered"], MONEY)
    return f"{_lost_amount(row)} lost of {entered}, {counts}, {share_span(row, 'lost_share')}"


def _lost_amount(row: pd.Series[Any]) -> str:
    unknown = row["lost_n"] > 0 and row["lost_unknown_n"] == row["lost_n"]
    return "amount unknown" if unknown else format_value(row["lost"], MONEY)


def sequential_said(sequential: float, won: pd.Series[Any]) -> str:
    """Put the product of the conversions beside the share that was won: it is no win rate.

    Parameters
    ----------
    sequential
        The product over the stages.
    won
        ``share``, ``low``, ``high`` and ``n`` of the cohort that has closed.

    Examples
    --------
    >>> sequential_said(0.398, pd.Series({"share": 0.402, "low": 0.387, "high": 0.417, "n": 4134}))
    'Multiplied over the stages the conversions give 40 %; of the 4,134 that closed 40 % (39 to 42 %) were won: a product over stages that not all go through is no win rate.'
    """  # noqa: E501
    if pd.isna(sequential) or not won["n"]:
        return "Too little is decided to multiply conversions over the stages."
    return (
        f"Multiplied over the stages the conversions give {whole_percent(sequential)}; of the "
        f"{int(won['n']):,} that closed {share_span(won, 'share')} were won: a product over stages "
        "that not all go through is no win rate."
    )


def curve_title(by_age: pd.DataFrame) -> str:
    """Say which share is won in the end, beside the naive rate of what closed.

    Parameters
    ----------
    by_age
        What :func:`spmkit.diagnostics.won_by_age` gives.

    Examples
    --------
    >>> by_age = pd.DataFrame({"days": [400], "won_share": [0.519], "low": [0.508], "high": [0.53],
    ...     "eventual": [True], "closed_rate": [0.631], "closed_n": [6711], "status": ["ok"]})
    >>> curve_title(by_age)
    '51.9 % are won within 400 days, not the 63.1 % of what closed: open ones count as open'
    >>> curve_title(by_age.assign(closed_rate=0.52))
    '51.9 % are won within 400 days; of what closed, 52.0 %, which is not apart from it'
    """
    last = by_age[by_age["eventual"]].iloc[0]
    if pd.isna(last["won_share"]):
        return "Too few are watched to say what is won in the end"
    share, naive = (format_value(last[name], PERCENT) for name in ("won_share", "closed_rate"))
    said = f"{share} are won within {last['days']:,.0f} days"
    if pd.isna(last["closed_rate"]) or pd.isna(last["low"]):
        return said
    if last["low"] <= last["closed_rate"] <= last["high"]:
        return f"{said}; of what closed, {naive}, which is not apart from it"
    return f"{said}, not the {naive} of what closed: open ones count as open"


def ages_said(by_age: pd.DataFrame) -> str:
    """Say which share is won by each age, with how many are watched for so long.

    Examples
    --------
    >>> ages_said(pd.DataFrame({"days": [30, 90], "won_share": [0.05, 0.27], "low": [0.04, 0.26],
    ...     "high": [0.06, 0.28], "at_risk": [900, 400]}))
    'Won within 30 days 5 % (4 to 6 %), with 900 watched for so long; within 90 days 27 % (26 to 28 %), with 400.'
    """  # noqa: E501
    told = [
        f"within {row['days']:,.0f} days {share_span(row, 'won_share')}, with "
        f"{int(row['at_risk']):,}"
        for _, row in by_age.iterrows()
    ]
    told[0] = f"{told[0]} watched for so long"
    return f"Won {'; '.join(told)}."


def to_shorten(slowest: pd.Series[Any], lost: pd.Series[Any]) -> str:
    """Say what the slowest stage leaves open: who decides, and what to watch.

    Examples
    --------
    >>> to_shorten(pd.Series({"stage": "Offer", "median": 22.0}),
    ...     pd.Series({"lost": 17e6, "open": 6e6}))
    'what would shorten Offer (median 22 days; 17.0 M was lost there, 6.00 M is open in it). Owner: ________. By: ________. Watch: median days in Offer.'
    """  # noqa: E501
    amounts = (
        f"{format_value(lost['lost'], MONEY)} was lost there, {format_value(lost['open'], MONEY)} "
        "is open in it"
    )
    median = format_value(slowest["median"], DAYS)
    return (
        f"what would shorten {slowest['stage']} (median {median}; {amounts}). Owner: ________. "
        f"By: ________. Watch: median days in {slowest['stage']}."
    )

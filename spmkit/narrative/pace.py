"""Sentences of a rep's pace: how far ahead or behind, what a week must bring, what may come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from spmkit.units import MONEY, format_value, whole_percent


def pace_words(row: Mapping[Any, Any]) -> str:
    """Say how far a horizon is ahead or behind, in money and in working days of its quota.

    On pace is what lies within one working day of quota; a dash where no quota holds.

    Examples
    --------
    >>> pace_words({"ahead": -12_000.0, "ahead_days": -3.2})
    '12.0 k behind, 3 working days'
    >>> pace_words({"ahead": 900.0, "ahead_days": 0.4}), pace_words({"ahead": None})
    ('on pace', '–')
    """
    if pd.isna(row["ahead"]):
        return "–"
    days = abs(row["ahead_days"])
    if days < 1:
        return "on pace"
    side = "ahead" if row["ahead"] > 0 else "behind"
    amount, whole = format_value(abs(row["ahead"]), MONEY), f"{days:,.0f}"
    return f"{amount} {side}, {whole} working day{'' if whole == '1' else 's'}"


def required_said(
    left: float, a_week: float, until: str, best: str, best_a_week: float, unknown: Sequence[str]
) -> str:
    """Say what a week must bring until the quotas known are met, beside the best week so far.

    Parameters
    ----------
    left
        What is missing; null where no quota is known.
    a_week
        What a week of five working days must bring; null where no day is left.
    until
        The last day, as a sentence writes it.
    best
        Which periods the weeks are compared with, such as ``"your best quarter, 2025Q4,"``; empty
        where there is none.
    best_a_week
        What a week of it brought.
    unknown
        Later periods that have no quota yet.

    Examples
    --------
    >>> best = "your best quarter, 2025Q4,"
    >>> required_said(156_000.0, 12_000.0, "31 Dec 2026", best, 9_000.0, [])
    '156 k by 31 Dec 2026: 12.0 k a week of five working days; your best quarter, 2025Q4, ...'
    >>> required_said(0.0, 0.0, "31 Dec 2026", best, 9_000.0, ["2026Q4"])
    'The quotas known of the year are met. 2026Q4 has no quota yet; your best quarter, 2025Q4, ...'
    """
    if pd.isna(left):
        return "No quota above 0 is known, so nothing can be said to be left."
    later = f" {_joined(unknown)} no quota yet" if unknown else ""
    beside = f"{best} brought {_money(best_a_week)} a week" if best else ""
    if left <= 0:
        after = "; ".join(filter(None, [later, beside if unknown else ""]))
        return f"The quotas known of the year are met.{after}{'.' if after else ''}"
    if pd.isna(a_week):
        return f"Nothing: {_money(left)} of the quotas was not reached, and no day is left."
    told = f"{_money(left)} by {until}: {_money(a_week)} a week of five working days"
    return f"{'; '.join(filter(None, [told, beside]))}.{later}{'.' if later else ''}"


def _joined(periods: Sequence[str]) -> str:
    *first, last = periods
    return f"{', '.join(first)} and {last} have" if first else f"{last} has"


def _money(value: float) -> str:
    return format_value(value, MONEY)


def fan_title(stands: str, low: float, high: float, end: str) -> str:
    """Say how the year stands, and between what it may end.

    Examples
    --------
    >>> fan_title("2026 to date: on pace", 160.0, 240.0, "31 Dec 2026")
    '2026 to date: on pace; by 31 Dec 2026 between 160 and 240 credited'
    """
    return f"{stands}; by {end} between {_money(low)} and {_money(high)} credited"


def standing_title(row: Mapping[Any, Any]) -> str:
    """Say how far a horizon is ahead of its quotas, or behind.

    Examples
    --------
    >>> standing_title({"horizon": "2026 to date", "ahead": -10.0, "ahead_days": -4.0})
    '2026 to date: 10 behind, 4 working days'
    >>> standing_title({"horizon": "2026 to date", "ahead": None, "credited": 90.0})
    '2026 to date: 90 credited, and no quota above 0'
    """
    if pd.isna(row["ahead"]):
        return f"{row['horizon']}: {_money(row['credited'])} credited, and no quota above 0"
    return f"{row['horizon']}: {pace_words(row)}"


def projection_said(low: float, high: float, end: str, own: str, past: int, people: int) -> str:
    """Say between what credit may end, and what that is made from.

    Examples
    --------
    >>> projection_said(160.0, 240.0, "31 Dec 2026", "8 complete quarters", 409, 66)
    'By 31 Dec 2026 between 160 and 240 credited since the year began (80 % range), from your ...'
    """
    return (
        f"By {end} between {_money(low)} and {_money(high)} credited since the year began (80 % "
        f"range), from your last {own}, drawn towards the median of all, and the "
        f"errors of {past:,} past projections of {people} peers."
    )


def method_said(grain: str, read: int, drawn: int, tells: float) -> str:
    """Say how an outlook is made.

    Examples
    --------
    >>> method_said("quarter", 8, 4, 0.75)
    'Outlook: what you reached of quota in up to 8 complete quarters, drawn towards the median ...'
    """
    return (
        f"Outlook: what you reached of quota in up to {read} complete {grain}s, drawn towards the "
        f"median of all reps as if that were {drawn} more, of the quotas ahead (which count "
        f"{whole_percent(tells)}; for the rest, and where there is none yet, the mean of your last "
        f"{drawn}). Around it lie the errors of past projections of the other reps, each made with "
        "what was known then: a tenth of them ended below the 80 % range, a tenth above. The "
        "chance is the share of them that would have reached the quota. Pace: credited less what "
        "the quotas asked by then; on pace is within one working day of quota."
    )


def chance_said(
    chance: float, interval: tuple[float, float], goal: float, until: str, n: int, people: int
) -> str:
    """Say the chance that the quotas known are reached, with its interval and n.

    Examples
    --------
    >>> chance_said(0.66, (0.57, 0.74), 872_000.0, "30 Sep 2026", 204, 57)
    '66 % that 872 k is credited by 30 Sep 2026 (95 % interval 57 to 74 %; 204 past ...'
    """
    low, high = interval
    span = "" if pd.isna(low) else f"95 % interval {low * 100:.0f} to {high * 100:.0f} %; "
    stated = (
        "under 1 %" if chance < 0.01 else "over 99 %" if chance > 0.99 else whole_percent(chance)
    )
    return (
        f"{stated} that {_money(goal)} is credited by {until} ({span}{n:,} past projections of "
        f"{people} peers)."
    )


def held_said(n: int, held: float) -> str:
    """Say how many of the 80 % ranges of past projections held what came.

    Examples
    --------
    >>> held_said(313, 0.74)
    'Of 313 past projections of this kind the 80 % range held what came in 74 %.'
    >>> held_said(313, 0.62)
    'Of 313 past projections of this kind the 80 % range held what came in 62 %: it is too narrow.'
    >>> held_said(0, None)
    'No past projection of this kind is over yet, so how good they are cannot be told.'
    """
    if not n:
        return "No past projection of this kind is over yet, so how good they are cannot be told."
    told = f"Of {n:,} past projections of this kind the 80 % range held what came in"
    return f"{told} {whole_percent(held)}{_off(held)}."


def worth_said(n: int, brier: float, naive: float) -> str:
    """Say whether such chances told more than the share of all who reach quota.

    Examples
    --------
    >>> worth_said(313, 0.095, 0.238)
    'In 313 past cases such a chance was nearer to what came than the share of all who ...'
    >>> worth_said(364, 0.259, 0.248)
    'In 364 past cases such a chance told no more than the share of all who reach quota (Brier ...'
    >>> worth_said(0, None, None)
    ''
    """
    if not n:
        return ""
    scores = f"(Brier score {brier:.3f} against {naive:.3f}; 0 is perfect)"
    whom = f"the share of all who reach quota {scores}"
    if brier < naive:
        return f"In {n:,} past cases such a chance was nearer to what came than {whom}."
    return f"In {n:,} past cases such a chance told no more than {whom}: do not plan on it."


def _off(held: float) -> str:
    """What a range that holds too little, or too much, means."""
    if held < _NARROW:
        return ": it is too narrow"
    return ": it is too wide" if held > _WIDE else ""


_NARROW, _WIDE = 0.7, 0.9


def day_said(day: date) -> str:
    """A day as a sentence writes it.

    Examples
    --------
    >>> day_said(date(2026, 9, 30))
    '30 Sep 2026'
    """
    return f"{day.day} {day:%b %Y}"

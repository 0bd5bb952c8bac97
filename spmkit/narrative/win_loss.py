"""Sentences of what a rep's wins and losses have in common: a difference, never its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spmkit.units import Unit, format_value, whole_percent


def difference_said(label: str, unit: Unit, row: Mapping[Any, Any]) -> str:
    """Say how wins and losses differ in a measure.

    Examples
    --------
    >>> from spmkit.units import DAYS
    >>> row = {"wins": 62.0, "losses": 90.0, "wins_n": 45, "losses_n": 56, "p": 0.012}
    >>> difference_said("days from creation to close", DAYS, row)
    'Days from creation to close: 62 days in 45 wins, 90 days in 56 losses (p 0.012).'
    """
    wins, losses = (format_value(row[name], unit) for name in ("wins", "losses"))
    told = f"{label[0].upper()}{label[1:]}: {wins} in {row['wins_n']} wins, {losses} in"
    return f"{told} {row['losses_n']} losses (p {chance_words(row['p'])})."


def rates_said(label: str, rows: Sequence[Mapping[Any, Any]]) -> str:
    """Say where most and where least of what closed was won.

    Examples
    --------
    >>> rows = [{"value": "Referral", "rate": 0.6, "won": 12, "closed": 20, "p": 0.01},
    ...     {"value": "Event", "rate": 0.2, "won": 4, "closed": 20, "p": 0.01}]
    >>> rates_said("lead source", rows)
    'Win rate by lead source: Referral 60 % (12 of 20), Event 20 % (4 of 20) (p 0.010).'
    """
    ordered = sorted(rows, key=lambda row: -row["rate"])
    told = [
        f"{row['value']} {whole_percent(row['rate'])} ({row['won']} of {row['closed']})"
        for row in ordered
    ]
    return f"Win rate by {label}: {', '.join(told)} (p {chance_words(ordered[0]['p'])})."


def ending_said(row: Mapping[Any, Any]) -> str:
    """Say in which stage, or for which reason, more losses ended than an even share.

    Examples
    --------
    >>> ending_said({"ending": "stage", "value": "Proposal", "losses": 24, "of": 56,
    ...     "share": 0.429, "low": 0.27, "high": 0.6})
    'Losses ended most in the stage Proposal: 24 of 56 (43 %, 27 to 60 %), surely more than an ...'
    """
    where = "in the stage" if row["ending"] == "stage" else "for the reason"
    share = f"{whole_percent(row['share'])}, {row['low'] * 100:.0f} to {row['high'] * 100:.0f} %"
    return (
        f"Losses ended most {where} {row['value']}: {row['losses']} of {row['of']} ({share}), "
        "surely more than an even share."
    )


def none_said(span: str, wins: int, losses: int, least: int) -> str:
    """Say that nothing is shown, and of how many wins and losses.

    Examples
    --------
    >>> none_said("2026Q3", 12, 13, 5)
    '2026Q3: no difference shown that chance alone would not make (12 wins, 13 losses).'
    >>> none_said("2026Q3", 2, 13, 5)
    '2026Q3: not compared, with 2 wins and 13 losses (at least 5 of each are needed).'
    """
    if min(wins, losses) < least:
        counts = f"{wins or 'no'} win{'' if wins == 1 else 's'} and {losses or 'no'} "
        return (
            f"{span}: not compared, with {counts}loss{'' if losses == 1 else 'es'} (at least "
            f"{least} of each are needed)."
        )
    return (
        f"{span}: no difference shown that chance alone would not make ({wins} wins, {losses} "
        "losses)."
    )


def chance_words(p: float) -> str:
    """A chance in three decimals; what is smaller is said to be.

    Examples
    --------
    >>> chance_words(0.0123), chance_words(0.0004)
    ('0.012', 'below 0.001')
    """
    return "below 0.001" if p < 0.001 else f"{p:.3f}"

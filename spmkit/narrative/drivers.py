"""What is said of the driver tree: a team is below its peers only where the interval says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from spmkit.units import MONEY, NUMBER, PERCENT, format_value, whole_percent

_SHARES = ("win rate", "attainment")
_MONEY = ("deal size", "quota per rep", "credited per rep", "bookings per rep")
_MOST_NAMED = 3


def driver_value(value: float | None, driver: str) -> str:
    """Write a driver as one reads it: a share, money, or a number to two figures behind the point.

    Examples
    --------
    >>> driver_value(0.3642, "win rate"), driver_value(39749.5, "deal size")
    ('36.4 %', '39.7 k')
    >>> driver_value(0.1381, "meetings per activity"), driver_value(91.02, "hours per rep")
    ('0.14', '91.0')
    """
    if value is None or pd.isna(value):
        return format_value(None, NUMBER)
    if driver in _SHARES:
        return format_value(value, PERCENT)
    if driver in _MONEY:
        return format_value(value, MONEY)
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}"


def factor_words(factor: float) -> str:
    """Write what a driver multiplies the outcome by.

    Examples
    --------
    >>> factor_words(0.703)
    '×0.70'
    """
    return "–" if pd.isna(factor) else f"×{factor:.2f}"


def drivers_title(leaks: pd.DataFrame) -> str:
    """Say which teams are below their peers, and in which driver most.

    Parameters
    ----------
    leaks
        What :func:`spmkit.diagnostics.team_leaks` gives.

    Examples
    --------
    >>> leaks = pd.DataFrame({"group": ["East", "West"], "driver": ["win rate", "deal size"],
    ...     "factor": [0.7, 0.9], "told": [True, False], "made_up": ["", ""]})
    >>> drivers_title(leaks)
    'Below its peers, told from chance: East in win rate (×0.70)'
    >>> drivers_title(leaks.assign(told=False))
    'No team is told from its peers in the driver in which it is lowest'
    """
    told = leaks[leaks["told"].astype(bool)] if len(leaks) else leaks
    if told.empty:
        return "No team is told from its peers in the driver in which it is lowest"
    plain = told[told["made_up"].eq("")]
    if plain.empty:
        return (
            "What teams are clearly below their peers in, the driver beside it makes up for: "
            f"{_few(told)}"
        )
    its = "its" if len(plain) == 1 else "their"
    return f"Below {its} peers, told from chance: {_few(plain)}"


def _few(told: pd.DataFrame) -> str:
    named = [_named(row) for _, row in told.head(_MOST_NAMED).iterrows()]
    more = f", and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    return f"{', '.join(named)}{more}"


def _named(row: pd.Series[Any]) -> str:
    return f"{row['group']} in {row['driver']} ({factor_words(row['factor'])})"


def leaks_said(leaks: pd.DataFrame) -> str:
    """Say what is made up for by the driver beside it, and what could not have been seen.

    Takes what :func:`drivers_title` does.

    Examples
    --------
    >>> leaks = pd.DataFrame({"group": ["East", "West"], "told": [True, False], "status": "ok",
    ...     "driver": ["meetings per activity", "deal size"], "detectable": [0.86, 0.7],
    ...     "made_up": ["opportunities per meeting", ""]})
    >>> leaks_said(leaks)
    'Made up for, by half or more, in the driver beside it: East, meetings per activity by
    opportunities per meeting. Two drivers that share a count move against each other where it is
    logged differently. Of the others cannot be told from their peers: West in deal size. What is
    told from chance in four of five cases is a driver at or below ×0.70 (the middle of the teams).'
    """
    known = leaks[leaks["status"] == "ok"] if len(leaks) else leaks
    if known.empty:
        return "No team has enough reps, and peers, for an interval: nothing is said of leaks."
    told = known["told"].astype(bool)
    parts = [_made_up(known[told & known["made_up"].ne("")]), _untold(known[~told])]
    return " ".join(part for part in parts if part)


def _made_up(some: pd.DataFrame) -> str:
    if some.empty:
        return ""
    said = [f"{row['group']}, {row['driver']} by {row['made_up']}" for _, row in some.iterrows()]
    return (
        f"Made up for, by half or more, in the driver beside it: {_listed(said, '; ')}. Two "
        "drivers that share a count move against each other where it is logged differently."
    )


def _untold(some: pd.DataFrame) -> str:
    if some.empty:
        return ""
    named = [f"{row['group']} in {row['driver']}" for _, row in some.iterrows()]
    seen = factor_words(float(some["detectable"].median()))
    return (
        f"Of the others cannot be told from their peers: {_listed(named)}. What is told from "
        f"chance in four of five cases is a driver at or below {seen} (the middle of the teams)."
    )


def _listed(named: Sequence[str], between: str = ", ") -> str:
    """The first of many, and how many more there are."""
    more = f" and {len(named) - 2 * _MOST_NAMED:,} more" if len(named) > 2 * _MOST_NAMED else ""
    return f"{between.join(named[: 2 * _MOST_NAMED])}{more}"


def outcomes_said(found: pd.DataFrame) -> str:
    """Say whose outcome as a whole is told from that of peers; empty where nobody's is.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.driver_tree` gives.

    Examples
    --------
    >>> found = pd.DataFrame({"group": "East", "driver": ["win rate", "attainment"], "n": 11,
    ...     "factor": [0.8, 0.77], "low": [0.7, 0.66], "high": [0.9, 0.93], "told": True})
    >>> outcomes_said(found)
    'As a whole, attainment is told from that of the peers in East (×0.77, 95 % interval ×0.66 to
    ×0.93; 11 reps).'
    """
    outcome = found["driver"].iloc[-1]
    told = found[found["driver"].eq(outcome) & found["told"].astype(bool)]
    if told.empty:
        return ""
    named = [
        f"{row['group']} ({factor_words(row['factor'])}, 95 % interval {factor_words(row['low'])} "
        f"to {factor_words(row['high'])}; {row['n']:,} reps)"
        for _, row in told.iterrows()
    ]
    return f"As a whole, {outcome} is told from that of the peers in {_listed(named)}."


def peers_said(found: pd.DataFrame) -> str:
    """Say whom teams are compared with.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.driver_tree` gives.

    Examples
    --------
    >>> peers_said(pd.DataFrame({"group": ["East", "West"], "peers": [2, 1], "alike": True}))
    'Each team is compared with the median of the teams of its segment and role (1 to 2 of them).'
    """
    teams = found.drop_duplicates("group")
    low, high = int(teams["peers"].min()), int(teams["peers"].max())
    many = f"{low}" if low == high else f"{low} to {high}"
    others = teams.loc[~teams["alike"].astype(bool), "group"].tolist()
    if len(others) == len(teams):
        return f"Each team is compared with the median of all other teams ({many} of them)."
    said = (
        "Each team is compared with the median of the teams of its segment and role "
        f"({many} of them)"
    )
    return f"{said}; {_listed(others)} with all others, having none." if others else f"{said}."


def outcome_said(row: pd.Series[Any], outcome: str) -> str:
    """Say a team's outcome beside its peers', as the row's end of the tree.

    Examples
    --------
    >>> outcome_said(pd.Series({"outcome": 0.884, "peers_outcome": 1.15}), "attainment")
    '88 %, peers 115 %'
    """
    if outcome in _SHARES:
        return f"{whole_percent(row['outcome'])}, peers {whole_percent(row['peers_outcome'])}"
    own, peers = (driver_value(row[name], outcome) for name in ("outcome", "peers_outcome"))
    return f"{own}, peers {peers}"

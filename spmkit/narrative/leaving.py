"""What is said of leaving and of capacity: of groups, never of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.units import MONEY, PERCENT, format_value


def leaving_title(rates: pd.DataFrame) -> str:
    """Say how many left in the year, with the interval of the rate.

    Parameters
    ----------
    rates
        What :func:`spmkit.diagnostics.leaving_rates` gives.

    Examples
    --------
    >>> leaving_title(pd.DataFrame({"value": [0.12], "low": [0.05], "high": [0.23],
    ...     "leavers": [8], "headcount": [67.5]}))
    '8 of 67.5 people on average left in the year: 12.0 % (95 % interval 5.0 % to 23.0 %)'
    """
    row = rates.iloc[0]
    value, low, high = (format_value(row[name], PERCENT) for name in ("value", "low", "high"))
    return (
        f"{int(row['leavers']):,} of {row['headcount']:,.1f} people on average left in the year: "
        f"{value} (95 % interval {low} to {high})"
    )


def kinds_said(rates: pd.DataFrame) -> str:
    """Say how many left by choice, were let go, or left for a reason that is not known.

    Examples
    --------
    >>> kinds_said(pd.DataFrame({"leavers": [8, 5, 2, 1]}))
    'Of them 5 by choice, 2 were let go, of 1 the reason is not known.'
    """
    if not rates["leavers"].iloc[0]:
        return "Nobody left; a list of today's staff alone would say the same."
    chose, sent, unknown = (int(number) for number in rates["leavers"].iloc[1:4])
    return (
        f"Of them {chose:,} by choice, {sent:,} were let go, of {unknown:,} the reason is not "
        "known."
    )


def regretted_said(row: Mapping[Any, Any]) -> str:
    """Say how many of those who left by choice had stood at or above the median before.

    Examples
    --------
    >>> regretted_said({"left": 5, "known": 4, "regretted": 3, "share": 0.75, "low": 0.301,
    ...     "high": 0.954, "rate": 0.044})
    'Of 5 who left by choice, 4 had quotas before the year; 3 of them had reached at least the
    median (95 % interval 30.1 % to 95.4 %; by chance it would be half): 4.4 % of the headcount.'
    >>> regretted_said({"left": 0, "known": 0, "regretted": 0})
    'Nobody left by choice.'
    """
    left, known = int(row["left"]), int(row["known"])
    if not left:
        return "Nobody left by choice."
    if not known:
        return f"None of the {left:,} who left by choice had quotas before the year."
    low, high, rate = (format_value(row[name], PERCENT) for name in ("low", "high", "rate"))
    return (
        f"Of {left:,} who left by choice, {known:,} had quotas before the year; "
        f"{int(row['regretted']):,} of them had reached at least the median (95 % interval "
        f"{low} to {high}; by chance it would be half): {rate} of the headcount."
    )


def tenure_said(groups: pd.DataFrame) -> str:
    """Say how many of those there now would leave in a year, and whether tenure parts them.

    Parameters
    ----------
    groups
        What :func:`spmkit.diagnostics.leaving_by_tenure` gives.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["first year", "fourth year and later"],
    ...     "share": [0.3, 0.1], "low": [0.2, 0.05], "high": [0.4, 0.25], "now": [10, 20],
    ...     "expected": [3.0, 2.0]})
    >>> tenure_said(groups)
    'At the shares of the year 5.0 of the 30 there now would leave in the next. Between lengths ...'
    """
    if groups.empty:
        return "No group of tenure has eight people, so none is shown."
    head = (
        f"At the shares of the year {groups['expected'].sum():.1f} of the {groups['now'].sum():,} "
        "there now would leave in the next."
    )
    most, least = int(groups["low"].argmax()), int(groups["high"].argmin())
    if groups["low"].iloc[most] > groups["high"].iloc[least]:
        names = groups["group"].iloc[most], groups["group"].iloc[least]
        return f"{head} More leave in the {names[0]} than in the {names[1]}."
    return f"{head} Between lengths of tenure no difference can be told."


def vacancy_said(row: Mapping[Any, Any]) -> str:
    """Say how long territories had nobody.

    Examples
    --------
    >>> vacancy_said({"days": 544.0, "rate": 0.025, "territories": 60, "vacant": 10})
    '10 of 60 territories had nobody for 544 days in all: 2.5 % of their days.'
    """
    if not row["days"]:
        return f"All of {row['territories']:,.0f} territories had an owner on every day."
    return (
        f"{row['vacant']:,.0f} of {row['territories']:,.0f} territories had nobody for "
        f"{row['days']:,.0f} days in all: {format_value(row['rate'], PERCENT)} of their days."
    )


def departure_said(row: Mapping[Any, Any]) -> str:
    """Say what the departures cost by the company's own assumptions.

    Examples
    --------
    >>> departure_said({"each": 130e3, "all": 1.04e6, "n": 8, "unknown": 0, "run_rate": 2900.0})
    'By the assumptions given, 8 departures cost 1.04 M, 130 k each; a rep sells 2.90 k a day. ...'
    """
    each, whole, rate = (format_value(row[name], MONEY) for name in ("each", "all", "run_rate"))
    said = (
        f"By the assumptions given, {row['n']:,.0f} departures cost {whole}, {each} each; a rep "
        f"sells {rate} a day. This is no measurement."
    )
    if not row["unknown"]:
        return said
    return f"{said} Not in it are {row['unknown']:,.0f} whose territory is not known."


def capacity_title(capacity: pd.DataFrame) -> str:
    """Say what those there now can sell in the periods ahead, and how the plan compares.

    Parameters
    ----------
    capacity
        What :func:`spmkit.diagnostics.capacity_ahead` gives.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026Q4", "2027Q1"], "capacity": [18e6, 17e6],
    ...     "low": [15e6, 14e6], "high": [21e6, 20e6], "plan": [22e6, None], "gap": [4e6, None]})
    >>> capacity_title(rows)
    'Those there now can sell 35.0 M in 2026Q4 to 2027Q1; 2026Q4 is below its plan of 22.0 M'
    """
    first, last = capacity["period"].iloc[0], capacity["period"].iloc[-1]
    head = (
        f"Those there now can sell {format_value(capacity['capacity'].sum(), MONEY)} in {first} to "
        f"{last}"
    )
    known = capacity.dropna(subset=["plan"])
    short = known[known["plan"] > known["high"]]
    if known.empty:
        return f"{head}; no plan of them is released yet"
    if short.empty:
        return f"{head}; below no plan that is released, as far as can be told"
    names = ", ".join(short["period"])
    plan = format_value(short["plan"].sum(), MONEY)
    return f"{head}; {names} {'is' if len(short) == 1 else 'are'} below {_its(short)} {plan}"


def _its(short: pd.DataFrame) -> str:
    return "its plan of" if len(short) == 1 else "their plans of together"

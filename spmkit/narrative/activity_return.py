"""What is said of activities and wins: that they go together, never that one brings the other."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from spmkit.units import MINUS, MONEY, PERCENT, format_difference, format_value

TEN = 10
"""Activities that the wins are told for: of one they are too few to read."""

_MOST_NAMED = 3


def wins_words(row: pd.Series[Any]) -> str:
    """Write the wins that ten more of an activity go with, with their interval.

    Examples
    --------
    >>> wins_words(pd.Series({"wins": 0.0745, "wins_low": 0.0356, "wins_high": 0.113}))
    '+0.7 wins (+0.4 to +1.1)'
    """
    if pd.isna(row["wins"]):
        return "–"
    wins, low, high = (_signed(row[name] * TEN) for name in ("wins", "wins_low", "wins_high"))
    return f"{wins} wins ({low} to {high})"


def _signed(value: float) -> str:
    text = f"{abs(value):.1f}"
    if text == "0.0":
        return text
    return f"{MINUS if value < 0 else '+'}{text}"


def return_title(effects: pd.DataFrame, lag: int) -> str:
    """Say which activities go with more wins, some months later, within reps.

    Parameters
    ----------
    effects
        Of :func:`spmkit.diagnostics.lag_scan`, those of one lag.
    lag
        Months after.

    Examples
    --------
    >>> effects = pd.DataFrame({"activity": ["demo", "email"], "coefficient": [0.02, 0.01],
    ...     "wins": [0.1, 0.05], "told": [True, False], "status": "ok"})
    >>> return_title(effects, 2)
    'Within reps, months with more demo go with more wins 2 months later'
    >>> return_title(effects.assign(told=False), 2)
    'No activity is told to go with more or fewer wins 2 months later, within reps'
    """
    later = f"{lag} month{'' if lag == 1 else 's'} later"
    told = effects[effects["told"].astype(bool)].sort_values("wins", ascending=False)
    more = told[told["coefficient"] > 0]["activity"].tolist()
    fewer = told[told["coefficient"] < 0]["activity"].tolist()
    if not (more or fewer):
        return f"No activity is told to go with more or fewer wins {later}, within reps"
    parts = [
        f"months with more {_listed(names)} go with {way} wins {later}"
        for way, names in (("more", more), ("fewer", fewer))
        if names
    ]
    return f"Within reps, {'; '.join(parts)}"


def placebo_said(effects: pd.DataFrame, desk: Collection[str]) -> str:
    """Say whether what no customer sees goes with wins as well: then nothing here is an effect.

    Parameters
    ----------
    effects
        As for :func:`return_title`.
    desk
        The activities at which no customer is.

    Examples
    --------
    >>> effects = pd.DataFrame({"activity": ["demo", "crm update"], "coefficient": [0.02, 0.01],
    ...     "told": [True, True]})
    >>> placebo_said(effects, ["crm update"])
    'A warning: crm update, at which no customer is, goes with later wins too. So at least part of
    all this is that a full pipeline makes work, and no number here says what more of an activity
    would bring.'
    >>> placebo_said(effects, [])
    'It is an association: a full pipeline makes work, and work may fill the pipeline.'
    """
    also = (
        effects[
            effects["activity"].isin(list(desk))
            & effects["told"].astype(bool)
            & (effects["coefficient"] > 0)
        ]["activity"]
        .drop_duplicates()
        .tolist()
    )
    if not also:
        return "It is an association: a full pipeline makes work, and work may fill the pipeline."
    verb = "goes" if len(also) == 1 else "go"
    return (
        f"A warning: {_listed(also)}, at which no customer is, {verb} with later wins too. So at "
        "least part of all this is that a full pipeline makes work, and no number here says what "
        "more of an activity would bring."
    )


def last_told(found: pd.DataFrame) -> str:
    """Say up to how long after an activity its association with wins stands.

    Examples
    --------
    >>> last_told(pd.DataFrame({"activity": ["call", "call", "trip"], "lag": [0, 1, 0],
    ...     "told": [True, True, True]}))
    'call up to 1 month after; trip in the same month'
    """
    told = found[found["told"].astype(bool)]
    lags = told.groupby("activity", sort=False)["lag"].max().sort_values(ascending=False)
    named = [f"{name!s} {_after(int(lag))}" for name, lag in lags.head(_MOST_NAMED).items()]
    more = f"; and {len(lags) - _MOST_NAMED} more" if len(lags) > _MOST_NAMED else ""
    return f"{'; '.join(named)}{more}"


def _after(lag: int) -> str:
    return "in the same month" if lag == 0 else f"up to {lag} month{'' if lag == 1 else 's'} after"


def scan_said(found: pd.DataFrame) -> str:
    """Say how many associations were looked at, how many stand, and what would have been seen.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.lag_scan` gives.

    Examples
    --------
    >>> found = pd.DataFrame({"p": [0.001, 0.5], "told": [True, False], "error": [0.01, 0.01],
    ...     "coefficient": [0.04, 0.01], "wins": [0.2, 0.05], "n": 900, "reps": 40,
    ...     "status": "ok", "inflation": 2.0, "activity": "demo"})
    >>> scan_said(found)
    '1 of 2 associations (activity and lag) stand once all are counted; about one in twenty of
    those that stand is false. 900 rep-months of 40 reps; an association below about 1.4 wins for
    ten more would mostly not have been seen.'
    """
    known = found[found["p"].notna()]
    if known.empty:
        reasons = ", ".join(sorted(set(found["status"])))
        return f"No association can be told: {reasons}."
    stand, seen = int(known["told"].sum()), 2.8 * known["error"].median()
    per = (known["wins"] / known["coefficient"]).median()
    collinear = known[known["inflation"] > TEN]["activity"].unique().tolist()
    said = (
        f"{stand:,} of {len(known):,} associations (activity and lag) stand once all are counted; "
        "about one in twenty of those that stand is false. "
        f"{int(known['n'].max()):,} rep-months of {int(known['reps'].max()):,} reps; an "
        f"association below about {seen * per * TEN:.1f} wins for ten more would mostly not have "
        "been seen."
    )
    together = f" Cannot be told apart from the others: {_listed(collinear)}." if collinear else ""
    return f"{said}{together}"


def simpson_said(found: pd.DataFrame) -> str:
    """Say where the slope over all reps and that within reps disagree.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.pooled_and_within` gives.

    Examples
    --------
    >>> found = pd.DataFrame({"activity": ["demo"], "pooled": [-0.065], "within": [0.0457],
    ...     "disagree": [True], "status": "ok"})
    >>> simpson_said(found)
    'Who does more and doing more are two things here: demo −0.065 across reps, +0.046 within them.
    What reps differ in otherwise (territory, skill) is in the first.'
    >>> simpson_said(found.assign(disagree=False))
    'Across reps and within them the slopes do not disagree.'
    """
    known = found[found["status"] == "ok"]
    if known.empty:
        return "Slopes across and within reps are not told: too few reps."
    apart = known[known["disagree"].astype(bool)]
    if apart.empty:
        return "Across reps and within them the slopes do not disagree."
    named = [
        f"{row['activity']} {_slope(row['pooled'])} across reps, {_slope(row['within'])} within "
        "them"
        for _, row in apart.head(_MOST_NAMED).iterrows()
    ]
    return (
        f"Who does more and doing more are two things here: {'; '.join(named)}. What reps differ "
        "in otherwise (territory, skill) is in the first."
    )


def _slope(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{abs(value):.3f}"


def value_words(row: pd.Series[Any]) -> str:
    """Write what the wins that go with one more activity are worth, and for each hour of it.

    Examples
    --------
    >>> value_words(pd.Series({"value": 1200.0, "hours": 0.5}))
    '+1.20 k, +2.40 k an hour'
    """
    if pd.isna(row["value"]):
        return "–"
    value = format_difference(row["value"], MONEY)
    if pd.isna(row["hours"]) or row["hours"] <= 0:
        return value
    return f"{value}, {format_difference(row['value'] / row['hours'], MONEY)} an hour"


def yield_said(found: pd.DataFrame) -> str:
    """Say how many wins stand behind an activity, at most and at least, with intervals.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.yield_by_type` gives.

    Examples
    --------
    >>> found = pd.DataFrame({"type": ["call"], "activity_yield": [0.2], "low": [0.18],
    ...     "high": [0.22], "n": [900], "lag_days": 54, "since": pd.Timestamp("2025-10-01")})
    >>> yield_said(found)
    'Of the activities since 2025-10-01 about an opportunity, and 54 days old or older, a call
    stands behind 20.0 % of a win (95 % interval 18.0 % to 22.0 %; n 900), the wins shared evenly
    among what was done for them.'
    """
    first = found.sort_values("activity_yield", ascending=False).iloc[[0, -1]]
    named = [_yielded(row) for _, row in first.drop_duplicates("type").iterrows()]
    days, since = int(found["lag_days"].iloc[0]), found["since"].iloc[0]
    return (
        f"Of the activities since {since:%Y-%m-%d} about an opportunity, and {days} days old or "
        f"older, {' and '.join(named)}, the wins shared evenly among what was done for them."
    )


def _yielded(row: pd.Series[Any]) -> str:
    share, low, high = (format_value(row[k], PERCENT) for k in ("activity_yield", "low", "high"))
    span = "no interval" if pd.isna(row["low"]) else f"95 % interval {low} to {high}"
    return f"a {row['type']} stands behind {share} of a win ({span}; n {int(row['n']):,})"


def _listed(names: Collection[str]) -> str:
    kept = list(names)[:_MOST_NAMED]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(kept)}{more}"

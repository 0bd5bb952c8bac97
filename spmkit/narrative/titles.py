"""Titles of charts: each says the finding."""

from __future__ import annotations

import pandas as pd

from spmkit.narrative.sentences import _change, more_or_less
from spmkit.units import MONEY, format_difference, format_value, whole_percent


def distribution_title(bands: pd.DataFrame) -> str:
    """Say where most reps who missed quota stopped.

    Examples
    --------
    >>> bands = pd.DataFrame({"band": ["80–100 %", "100–120 %"], "low": [0.8, 1.0],
    ...     "high": [1.0, 1.2], "reps": [15, 9]})
    >>> distribution_title(bands)
    '15 of 24 reps stopped at 80–100 % of quota'
    """
    total = int(bands["reps"].sum())
    short = bands[bands["high"] <= 1]
    if not total:
        return "No rep can be rated against a quota"
    if not short["reps"].sum():
        return "The one rep reached quota" if total == 1 else f"All {total:,} reps reached quota"
    most = short.sort_values("reps", ascending=False, kind="stable").iloc[0]
    rep = "rep" if total == 1 else "reps"
    place = most["band"] if str(most["band"]).startswith("below") else f"at {most['band']}"
    return f"{int(most['reps']):,} of {total:,} {rep} stopped {place} of quota"


def ranks_title(ranks: pd.DataFrame) -> str:
    """Say which attainment the middle rep reached, and the best tenth.

    Examples
    --------
    >>> ranks_title(pd.DataFrame({"attainment": [1.2, 0.9, 0.8], "share": [1 / 3, 2 / 3, 1.0]}))
    'The median rep reached 90 %, nine in ten reached 80 %'
    """
    if ranks.empty:
        return "No rep can be rated against a quota"
    middle = whole_percent(ranks["attainment"].median())
    low = whole_percent(ranks.loc[ranks["share"] >= 0.9, "attainment"].max())
    return f"The median rep reached {middle}, nine in ten reached {low}"


def running_title(groups: pd.DataFrame, noun: str) -> str:
    """Say which group has most still to bring while a period runs.

    Examples
    --------
    >>> running_title(pd.DataFrame({"group": ["East", "West"], "gap": [6e5, 4e5]}), "region")
    'East has 600 k of the 1.00 M still to bring'
    """
    left = groups[groups["gap"].round(2) > 0]
    if left.empty:
        return f"No {noun} has anything left to bring"
    first = left.sort_values("gap", ascending=False, kind="stable").iloc[0]
    total = format_value(left["gap"].sum(), MONEY)
    return f"{first['group']} has {format_value(first['gap'], MONEY)} of the {total} still to bring"


def credited_title(groups: pd.DataFrame, noun: str) -> str:
    """Say which group brought most of the credit.

    Examples
    --------
    >>> credited_title(pd.DataFrame({"group": ["East", "West"], "credited": [6.0, 4.0]}), "region")
    'East brought 60 % of credited sales, the most of 2 regions'
    """
    if groups["credited"].sum() <= 0:
        return "Nothing was credited"
    first = groups.sort_values("credited", ascending=False, kind="stable").iloc[0]
    share = whole_percent(first["credited"] / groups["credited"].sum())
    count = f"{len(groups):,} {noun}s"
    return f"{first['group']} brought {share} of credited sales, the most of {count}"


def trend_title(trend: pd.DataFrame) -> str:
    """Say how the last period's attainment compares with the same season a year before.

    Examples
    --------
    >>> trend = pd.DataFrame({"period": ["2025Q3", "2026Q2", "2026Q3"], "attainment": [0.9, 1, 0.8],
    ...     "same_season": [True, False, True]})
    >>> trend_title(trend)
    '2026Q3 closed 10 points below 2025Q3'
    """
    if trend.empty:
        return "There are no quotas to compare over time"
    last = trend.iloc[-1]
    seasons = trend[trend["same_season"] & trend["attainment"].notna()]
    if len(seasons) < 2 or pd.isna(last["attainment"]):
        return f"{last['period']} beside the periods before it"
    ago = seasons.iloc[-2]
    _, words = _change(last["attainment"], ago["attainment"])
    return f"{last['period']} closed {words} {ago['period']}"


def credited_trend_title(trend: pd.DataFrame) -> str:
    """Say how credited sales moved from the period before, where there are no quotas.

    Examples
    --------
    >>> credited_trend_title(pd.DataFrame({"period": ["2017Q3", "2017Q4"], "credited": [5e6, 4e6]}))
    '4.00 M in 2017Q4, 20 % less than in 2017Q3'
    """
    last = trend.iloc[-1]
    amount = f"{format_value(last['credited'], MONEY)} in {last['period']}"
    if len(trend) < 2 or not trend.iloc[-2]["credited"] > 0:
        return amount
    _, words = more_or_less(last["credited"] / trend.iloc[-2]["credited"] - 1)
    return f"{amount}, {words} in {trend.iloc[-2]['period']}"


def bridge_title(steps: pd.DataFrame) -> str:
    """Say how credit changed from the period before, and which step is the largest that way.

    Examples
    --------
    >>> bridge_title(pd.DataFrame({"step": ["2026Q2", "win rate", "deal size", "2026Q3"],
    ...     "value": [9e6, -1.2e6, 2e5, 8e6], "kind": ["whole", "loss", "gain", "whole"]}))
    'Credited sales fell by 1.00 M on 2026Q2; the largest step down is win rate, −1.20 M'
    """
    first, last = steps.iloc[0], steps.iloc[-1]
    change = last["value"] - first["value"]
    told = main_step(steps)
    if not told:
        return f"Credited sales stayed at {format_value(last['value'], MONEY)}"
    moved = "rose" if change > 0 else "fell"
    amount = format_value(abs(change), MONEY)
    return f"Credited sales {moved} by {amount} on {first['step']}; {told}"


def main_step(steps: pd.DataFrame) -> str:
    """Name the step that went furthest the way that credit went; nothing where it stayed.

    Examples
    --------
    >>> main_step(pd.DataFrame({"step": ["2026Q2", "reps", "2026Q3"], "value": [9e6, 1e6, 1e7],
    ...     "kind": ["whole", "gain", "whole"]}))
    'the largest step up is reps, +1.00 M'
    """
    change = steps["value"].iloc[-1] - steps["value"].iloc[0] if len(steps) else 0.0
    between = steps[steps["kind"] != "whole"]
    along = between[between["value"] * change > 0]
    if along.empty or format_difference(change, MONEY) == format_value(0, MONEY):
        return ""
    most = along.iloc[int(along["value"].abs().to_numpy().argmax())]
    side = "up" if change > 0 else "down"
    return f"the largest step {side} is {most['step']}, {format_difference(most['value'], MONEY)}"


def largest_title(credits: pd.DataFrame) -> str:
    """Say how much of the credit the largest deals are.

    Examples
    --------
    >>> largest_title(pd.DataFrame({"share": [0.06, 0.04, 0.02]}))
    'The 3 largest deals are 12 % of all credit'
    """
    if credits.empty:
        return "No deal was credited"
    count = len(credits)
    if not credits["share"].between(0, 10).all():
        return f"The largest of {count} deals, while credit as a whole is not above zero"
    deals = "largest deal is" if count == 1 else f"{count} largest deals are"
    return f"The {deals} {whole_percent(credits['share'].sum())} of all credit"


def concentration_title(curve: pd.DataFrame) -> str:
    """Say what the best fifth of the reps brings.

    Examples
    --------
    >>> curve = pd.DataFrame({"reps": [0, 0.2, 0.4, 0.6, 0.8, 1.0],
    ...     "credit": [0, 0.5, 0.7, 0.8, 0.9, 1.0]})
    >>> concentration_title(curve)
    'The rep with most credit, of 5, brings 50 % of it'
    """
    reached = curve[curve["reps"] <= 0.2 + 1e-9]
    if len(reached) < 2:
        return "Too few reps to speak of a best fifth"
    best, reps = len(reached) - 1, len(curve) - 1
    share = whole_percent(reached.iloc[-1]["credit"])
    if best == 1:
        return f"The rep with most credit, of {reps:,}, brings {share} of it"
    return f"The {best:,} reps with most credit, of {reps:,}, bring {share} of it"

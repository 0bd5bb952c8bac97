"""Sentences made from numbers: nothing is said that a number behind it does not carry."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.intervals import difference_interval
from spmkit.units import MINUS, MONEY, PERCENT, Unit, format_value

Words = tuple[str, str]
"""A piece of a sentence: its tone ("plain", "accent" or "worse") and its text."""


def headline(
    now: pd.Series[Any], before: pd.Series[Any] | None, label: str, before_label: str, currency: str
) -> list[Words]:
    """Say how much of the quota was reached, and how that compares with the period before.

    Parameters
    ----------
    now, before
        What :func:`spmkit.review.standing` gave for the two periods; before may be None.
    label, before_label
        The periods' labels.
    currency
        The currency of the amounts; may be empty.

    Examples
    --------
    >>> now = pd.Series({"attainment": 0.91, "credited": 11.4e6, "quota": 12.6e6})
    >>> "".join(text for _, text in headline(now, None, "2026Q3", "", "USD"))
    'The team closed 2026Q3 at 91 % of quota: 11.4 M of 12.6 M USD.'
    """
    if pd.isna(now["attainment"]):
        return [("plain", f"No attainment can be given for {label}: no rep has a quota above 0.")]
    pieces = [
        ("plain", f"The team closed {label} at "),
        ("accent", percent(now["attainment"])),
        ("plain", " of quota"),
    ]
    if before is not None and pd.notna(before["attainment"]):
        pieces += [
            ("plain", ", "),
            _change(now["attainment"], before["attainment"]),
            ("plain", f" {before_label}"),
        ]
    return [*pieces, ("plain", f": {_amounts(now, currency)}.")]


def headline_without_quotas(
    now: pd.Series[Any], before: pd.Series[Any] | None, label: str, currency: str
) -> list[Words]:
    """Say what was credited where no quotas were given, and nothing of attainment.

    Examples
    --------
    >>> now = pd.Series({"credited": 2_800_000.0})
    >>> "".join(text for _, text in headline_without_quotas(now, None, "2017Q4", "USD"))
    '2.80 M USD was credited in 2017Q4. No quotas were given, so nothing is said of attainment.'
    """
    amount = format_value(now["credited"], MONEY, currency or None)
    pieces: list[Words] = [("accent", amount), ("plain", f" was credited in {label}")]
    if before is not None and before["credited"] > 0:
        change = now["credited"] / before["credited"] - 1
        side = "more" if change >= 0 else "less"
        tone = "accent" if change >= 0 else "worse"
        pieces += [
            ("plain", ", "),
            (tone, f"{percent(abs(change))} {side}"),
            ("plain", " than in the period before"),
        ]
    return [*pieces, ("plain", ". No quotas were given, so nothing is said of attainment.")]


def apart(lines: pd.DataFrame) -> str:
    """Say what is credited outside anyone's quota: nobody's, of strangers, of reps without one.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep": ["ada", "nobody"], "rep_id": ["ada", None],
    ...     "quota": [100.0, None], "credited": [90.0, 12e6]})
    >>> apart(lines)
    'Beside it 12.0 M is credited outside any quota: nobody.'
    """
    outside = lines[lines["quota"].isna() & (lines["credited"].abs() > 0)]
    if outside.empty or lines["quota"].isna().all():
        return ""
    by = outside.groupby("rep")["credited"].sum().sort_values(ascending=False)
    who = ", ".join(by.index[:3]) + (f" and {len(by) - 3} more" if len(by) > 3 else "")
    return f"Beside it {format_value(by.sum(), MONEY)} is credited outside any quota: {who}."


def running_headline(now: pd.Series[Any], label: str, as_of: str, currency: str) -> list[Words]:
    """Say where a running period stands against its pace; nothing of who reached quota.

    Examples
    --------
    >>> now = pd.Series({"attainment": 0.30, "pace": 0.9, "credited": 3e6, "quota": 10e6,
    ...     "run_rate_projection": 9e6})
    >>> "".join(text for _, text in running_headline(now, "2026Q4", "2026-10-31", ""))
    '2026Q4 is running: by 2026-10-31, 30 % of quota was credited, 90 % of the pace: 3.00 M of 10.0 M.'
    """  # noqa: E501
    if pd.isna(now["pace"]):
        return [("plain", f"{label} is running, and no pace can be given: no rep has a quota.")]
    tone = "accent" if now["pace"] >= 1 else "worse"
    return [
        ("plain", f"{label} is running: by {as_of}, "),
        ("accent", percent(now["attainment"])),
        ("plain", " of quota was credited, "),
        (tone, f"{percent(now['pace'])} of the pace"),
        ("plain", f": {_amounts(now, currency)}."),
    ]


def percent(value: float) -> str:
    """Write a share in whole percent, as sentences do.

    It rounds down just below 100 %, so that a missed quota never reads as reached.

    Examples
    --------
    >>> percent(0.9149), percent(0.9996), percent(1.0)
    ('91 %', '99.9 %', '100 %')
    """
    if 0.995 <= value < 1:
        return f"{int(value * 1000) / 10} %"
    return f"{value:.0%}".replace("%", " %").replace("-", MINUS)


def points(now: float, before: float) -> int:
    """The difference of two shares in whole points, of the shares as they are printed.

    Examples
    --------
    >>> points(0.914, 0.946)
    -4
    """
    return round(round(now, 2) * 100 - round(before, 2) * 100)


def _change(now: float, before: float) -> Words:
    apart = points(now, before)
    if apart == 0:
        return "plain", "as in"
    unit = "point" if abs(apart) == 1 else "points"
    side = "above" if apart > 0 else "below"
    return ("accent" if apart > 0 else "worse"), f"{abs(apart)} {unit} {side}"


def _amounts(now: pd.Series[Any], currency: str) -> str:
    done, quota = format_value(now["credited"], MONEY), format_value(now["quota"], MONEY)
    return f"{done} of {quota} {currency}".strip()


def participation(now: pd.Series[Any], over_assigned: float | None) -> str:
    """Say how many reps reached quota, with the interval, and never without over-assignment.

    Examples
    --------
    >>> now = pd.Series({"participation_rate": 17 / 58, "participation_rate_n": 58, "at_quota": 17,
    ...     "participation_rate_low": 0.19, "participation_rate_high": 0.42})
    >>> participation(now, 0.12)
    '17 of 58 reps reached quota (29 %, 95 % interval 19 to 42 %), with quotas 12 % above plan.'
    """
    reps = int(now["participation_rate_n"])
    if not reps:
        return "No rep can be rated against a quota."
    interval = _span(now["participation_rate_low"], now["participation_rate_high"])
    share = f"({percent(now['participation_rate'])}, 95 % interval {interval})"
    rep = "rep" if reps == 1 else "reps"
    return f"{int(now['at_quota'])} of {reps} {rep} reached quota {share}, {_plan(over_assigned)}."


def _plan(over_assigned: float | None) -> str:
    if over_assigned is None:
        return "with over-assignment unknown (no plan was given)"
    if abs(over_assigned) < 0.005:
        return "with quotas that add up to plan"
    return f"with quotas {abs(over_assigned):.0%} ".replace("%", " %") + (
        "above plan" if over_assigned > 0 else "below plan"
    )


def _span(low: float, high: float) -> str:
    return f"{low * 100:.0f} to {high * 100:.0f} %"


def without_largest(now: pd.Series[Any]) -> str:
    """Say what attainment would be without the largest credit.

    Examples
    --------
    >>> without_largest(pd.Series({"attainment_without_largest": 0.84}))
    'Without the largest deal attainment is 84 %.'
    """
    value = now["attainment_without_largest"]
    return "" if pd.isna(value) else f"Without the largest deal attainment is {percent(value)}."


def win_rates(now: pd.Series[Any], before: pd.Series[Any] | None, before_label: str) -> str:
    """Compare the win rate with the period before; "cannot tell" where the intervals allow both.

    Examples
    --------
    >>> now = pd.Series({"win_rate": 0.228, "win_rate_n": 1204, "win_rate_low": 0.205,
    ...     "win_rate_high": 0.253})
    >>> win_rates(now, None, "")
    'Win rate was 22.8 % of 1,204 closed (95 % interval 20.5 to 25.3 %).'
    """
    if pd.isna(now["win_rate"]):
        return "Nothing that counts towards a win rate closed."
    ends = f"{now['win_rate_low'] * 100:.1f} to {now['win_rate_high'] * 100:.1f} %"
    said = (
        f"Win rate was {format_value(now['win_rate'], PERCENT)} of "
        f"{int(now['win_rate_n']):,} closed (95 % interval {ends})"
    )
    if before is None or pd.isna(before["win_rate"]):
        return f"{said}."
    return f"{said}; {_compared(now, before, before_label)}."


def _compared(now: pd.Series[Any], before: pd.Series[Any], label: str) -> str:
    """Judge two shares by the interval of their difference."""
    ends = [tuple(row[f"win_rate{end}"] for end in ("", "_low", "_high")) for row in (now, before)]
    low, high = difference_interval(ends[0], ends[1])
    earlier = f"{label} ({format_value(before['win_rate'], PERCENT)})"
    if float(low) > 0:
        return f"higher than in {earlier}"
    if float(high) < 0:
        return f"lower than in {earlier}"
    return f"whether it differs from {earlier} cannot be told"


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
        return f"All {total} reps reached quota"
    most = short.loc[short["reps"].idxmax()]
    rep = "rep" if total == 1 else "reps"
    return f"{int(most['reps'])} of {total} {rep} stopped at {most['band']} of quota"


def ranks_title(ranks: pd.DataFrame) -> str:
    """Say which attainment the middle rep reached, and the best tenth.

    Examples
    --------
    >>> ranks_title(pd.DataFrame({"attainment": [1.2, 0.9, 0.8], "share": [1 / 3, 2 / 3, 1.0]}))
    'Half of the reps reached 90 %, nine in ten 80 %'
    """
    if ranks.empty:
        return "No rep can be rated against a quota"
    middle = ranks.loc[ranks["share"] >= 0.5, "attainment"].max()
    low = ranks.loc[ranks["share"] >= 0.9, "attainment"].max()
    return f"Half of the reps reached {percent(middle)}, nine in ten {percent(low)}"


def groups_title(groups: pd.DataFrame, noun: str) -> str:
    """Say which groups the shortfall is made of.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["East", "South", "North"], "gap": [6e5, 4e5, -1e5],
    ...     "now": [0.8, 0.85, 1.1]})
    >>> groups_title(groups, "region")
    'East is 600 k of the 1.00 M by which regions fell short'
    """
    short = groups[groups["gap"] > 0]
    if groups["now"].isna().all():
        return f"No {noun} has a quota"
    if short.empty:
        return f"Every {noun} reached its quota"
    first = short.loc[short["gap"].idxmax()]
    if len(short) == 1:
        return f"{first['group']} alone fell short, by {format_value(first['gap'], MONEY)}"
    total = format_value(short["gap"].sum(), MONEY)
    return (
        f"{first['group']} is {format_value(first['gap'], MONEY)} of the {total} by which "
        f"{noun}s fell short"
    )


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
    deals = "largest deal is" if count == 1 else f"{count} largest deals are"
    return f"The {deals} {percent(credits['share'].sum())} of all credit"


def concentration_title(curve: pd.DataFrame) -> str:
    """Say what the best fifth of the reps brings.

    Examples
    --------
    >>> curve = pd.DataFrame({"reps": [0, 0.2, 0.4, 1.0], "credit": [0, 0.5, 0.7, 1.0]})
    >>> concentration_title(curve)
    'The best 20 % of reps bring 50 % of credit'
    """
    reached = curve[curve["reps"] <= 0.2 + 1e-9]
    if len(reached) < 2:
        return "Too few reps to speak of a best fifth"
    last = reached.iloc[-1]
    return f"The best {percent(last['reps'])} of reps bring {percent(last['credit'])} of credit"


def valued(value: float, unit: Unit, currency: str = "") -> str:
    """Write a value in its unit, as figures on a page are.

    Examples
    --------
    >>> valued(1_170_000, MONEY, "USD")
    '1.17 M USD'
    """
    return format_value(value, unit, currency or None)

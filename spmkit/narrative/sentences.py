"""The sentences of the first screen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.intervals import difference_interval
from spmkit.units import MONEY, PERCENT, format_value, whole_percent

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
    'The team closed 2026Q3 at 91 % of quota: 11.4 M of 12.6 M USD, 1.20 M short.'
    """
    if pd.isna(now["attainment"]):
        return [("plain", f"No attainment can be given for {label}: no rep has a quota above 0.")]
    pieces = [
        ("plain", f"The team closed {label} at "),
        ("accent", whole_percent(now["attainment"])),
        ("plain", " of quota"),
    ]
    if before is not None and pd.notna(before["attainment"]):
        pieces += [
            ("plain", ", "),
            _change(now["attainment"], before["attainment"]),
            ("plain", f" {before_label}"),
        ]
    return [*pieces, ("plain", f": {_amounts(now, currency)}{_gap(now)}.")]


def headline_without_quotas(
    now: pd.Series[Any], before: pd.Series[Any] | None, label: str, currency: str
) -> list[Words]:
    """Say what was credited where no quotas were given, and nothing of attainment.

    Examples
    --------
    >>> now = pd.Series({"credited": 2_800_000.0})
    >>> "".join(text for _, text in headline_without_quotas(now, None, "2017Q4", "USD"))
    '2.80 M USD was credited in 2017Q4. No quota holds then, so nothing is said of attainment.'
    """
    amount = format_value(now["credited"], MONEY, currency or None)
    pieces: list[Words] = [("accent", amount), ("plain", f" was credited in {label}")]
    if before is not None and before["credited"] > 0:
        tone, words = more_or_less(now["credited"] / before["credited"] - 1)
        pieces += [("plain", ", "), (tone, words), ("plain", " in the period before")]
    return [*pieces, ("plain", ". No quota holds then, so nothing is said of attainment.")]


def more_or_less(change: float) -> Words:
    """Say by how much something grew or shrank, as the beginning of a comparison.

    Examples
    --------
    >>> more_or_less(-0.2), more_or_less(0.001)
    (('worse', '20 % less than'), ('plain', 'as much as'))
    """
    size = whole_percent(abs(change))
    if size == "0 %":
        return "plain", "as much as"
    return ("accent", f"{size} more than") if change > 0 else ("worse", f"{size} less than")


def cautioned(cautions: list[str]) -> list[str]:
    """Warn where much of the data is set aside: every number here is without it.

    Examples
    --------
    >>> cautioned(["42 of 150 rows of opportunities (28 %) are set aside"])
    ['Caution: 42 of 150 rows of opportunities (28 %) are set aside, and no number here has them.']
    """
    return [f"Caution: {caution}, and no number here has them." for caution in cautions]


def apart(lines: pd.DataFrame) -> str:
    """Say what is credited outside anyone's quota: nobody's, of strangers, of reps without one.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep": ["ada", "nobody"], "rep_id": ["ada", None],
    ...     "quota": [100.0, None], "credited": [90.0, 12e6]})
    >>> apart(lines)
    'Beside that, 12.0 M is credited to those without a quota: nobody.'
    """
    outside = lines[lines["quota"].isna() & (lines["credited"].abs() > 0)]
    if outside.empty or lines["quota"].isna().all():
        return ""
    by = outside.groupby("rep")["credited"].sum().sort_values(ascending=False)
    who = ", ".join(by.index[:3]) + (f" and {len(by) - 3:,} more" if len(by) > 3 else "")
    amount = format_value(by.sum(), MONEY)
    return f"Beside that, {amount} is credited to those without a quota: {who}."


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
        ("accent", whole_percent(now["attainment"])),
        ("plain", " of quota was credited, "),
        (tone, f"{whole_percent(now['pace'])} of the pace"),
        ("plain", f": {_amounts(now, currency)}."),
    ]


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


def _gap(now: pd.Series[Any]) -> str:
    """What is missing to the quota, or what is over it; nothing where it is met to the last."""
    apart = float(now["credited"] - now["quota"])
    size = format_value(abs(apart), MONEY)
    if size == format_value(0, MONEY):
        return ""
    return f", {size} {'over' if apart > 0 else 'short'}"


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
    share = f"({whole_percent(now['participation_rate'])}, 95 % interval {interval})"
    rep = "rep" if reps == 1 else "reps"
    reached = f"{int(now['at_quota']):,} of {reps:,} {rep} reached quota"
    return f"{reached} {share}, with {plan_words(over_assigned)}."


def plan_words(over_assigned: float | None) -> str:
    """Say how the quotas of the reps stand to the plan that they serve.

    Examples
    --------
    >>> plan_words(0.12), plan_words(0.0)
    ('quotas 12 % above plan', 'quotas that add up to plan')
    """
    if over_assigned is None:
        return "over-assignment unknown (no plan was given)"
    if abs(over_assigned) < 0.005:
        return "quotas that add up to plan"
    return f"quotas {abs(over_assigned):.0%} ".replace("%", " %") + (
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
    return (
        "" if pd.isna(value) else f"Without the largest deal attainment is {whole_percent(value)}."
    )


def win_rates(now: pd.Series[Any], before: pd.Series[Any] | None, before_label: str) -> str:
    """Compare the win rate with the period before; "cannot tell" where the intervals allow both.

    Examples
    --------
    >>> now = pd.Series({"win_rate": 0.228, "win_rate_n": 1204, "win_rate_low": 0.205,
    ...     "win_rate_high": 0.253})
    >>> win_rates(now, None, "")
    'Win rate was 22.8 % of 1,204 closed opportunities (95 % interval 20.5 to 25.3 %).'
    """
    if pd.isna(now["win_rate"]):
        return "Nothing that counts towards a win rate closed."
    if now["win_rate"] == 1:
        return (
            f"All {int(now['win_rate_n']):,} that closed were won: where losses are not "
            "recorded, that is no win rate."
        )
    ends = f"{now['win_rate_low'] * 100:.1f} to {now['win_rate_high'] * 100:.1f} %"
    said = (
        f"Win rate was {format_value(now['win_rate'], PERCENT)} of "
        f"{int(now['win_rate_n']):,} closed opportunities (95 % interval {ends})"
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

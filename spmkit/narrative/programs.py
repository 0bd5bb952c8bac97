"""What is said of programs: the smallest effect that would have been seen first, then what was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.narrative.actions import metric_words
from spmkit.units import PERCENT, Unit, format_difference, format_value

_SAID = {"improved": "better", "worse": "worse"}


def program_title(row: Mapping[Any, Any], unit: Unit = PERCENT) -> str:
    """Say how those in a program came off, or that it cannot be told and what would have been.

    Parameters
    ----------
    row
        One of :func:`spmkit.diagnostics.program_effects`.
    unit
        Of its metric.

    Examples
    --------
    >>> row = {"program": "Discovery", "metric": "win_rate", "verdict": "improved", "value": 0.1,
    ...     "low": 0.06, "high": 0.15, "detectable": 0.06, "status": "ok"}
    >>> program_title(row)
    'Discovery: win rate +10.0 points against reps with the same past (95 % interval +6.0 ...'
    >>> program_title(row | {"verdict": "cannot tell", "status": "within what chance explains"})
    'Discovery: nothing is told on win rate; an effect below 6.0 points would have been missed'
    """
    metric = metric_words(row["metric"])
    if row["verdict"] in _SAID:
        low, high = (format_difference(row[end], unit) for end in ("low", "high"))
        value = format_difference(row["value"], unit)
        return (
            f"{row['program']}: {metric} {value} against reps with the same past "
            f"(95 % interval {low} to {high})"
        )
    if pd.isna(row["detectable"]):
        return f"{row['program']}: on {metric} nothing can be told"
    return (
        f"{row['program']}: nothing is told on {metric}; an effect below "
        f"{_size(row['detectable'], unit)} would have been missed"
    )


def _size(value: float, unit: Unit) -> str:
    return format_difference(value, unit).removeprefix("+")


def program_verdict(row: Mapping[Any, Any]) -> str:
    """The verdict on a program, and why there is none.

    Examples
    --------
    >>> program_verdict({"verdict": "improved", "status": "ok"})
    'better than the others'
    >>> program_verdict({"verdict": "cannot tell", "status": "no period before is known"})
    'cannot tell: no period before is known'
    """
    if row["verdict"] in _SAID:
        return f"{_SAID[row['verdict']]} than the others"
    return f"cannot tell: {str(row['status']).rstrip('.')}"


def naive_words(row: Mapping[Any, Any], unit: Unit = PERCENT) -> str:
    """Say what before and after alone would show, and what is wrong with it.

    Examples
    --------
    >>> naive_words({"program": "Discovery", "metric": "win_rate", "before": 0.30, "after": 0.40,
    ...     "naive": 0.10, "drift": 0.07, "value": 0.03})
    'Discovery: before and after alone, win rate went from 30.0 % to 40.0 % (+10.0 points). ...'
    """
    before, after = (format_value(row[name], unit) for name in ("before", "after"))
    naive, drift, value = (format_difference(row[n], unit) for n in ("naive", "drift", "value"))
    return (
        f"{row['program']}: before and after alone, {metric_words(row['metric'])} went from "
        f"{before} to {after} ({naive}). Reps with the same past who were not in it moved by "
        f"{drift}: that part is coming back to the middle and what moved everybody; {value} is "
        "left."
    )


def set_aside_words(row: Mapping[Any, Any]) -> str:
    """Say who was in another program at the same time, and what was made of it.

    Examples
    --------
    >>> set_aside_words({"program": "Discovery", "others": "Toolkit", "aside": 3})
    'Discovery overlaps with Toolkit: 3 reps who started that around the same time are set aside.'
    >>> set_aside_words({"program": "Discovery", "others": "", "aside": 0})
    ''
    """
    if not row["others"]:
        return ""
    head = f"{row['program']} overlaps with {row['others']}"
    if not row["aside"]:
        return f"{head}: too few reps are left without that, so the two cannot be told apart."
    count = f"{row['aside']:,} {'rep' if row['aside'] == 1 else 'reps'}"
    are = "is" if row["aside"] == 1 else "are"
    return f"{head}: {count} who started that around the same time {are} set aside."


def lapsed_words(row: Mapping[Any, Any]) -> str:
    """Say of whom nothing is known since the start, though there was a past.

    Examples
    --------
    >>> lapsed_words({"program": "Discovery", "lapsed": 2, "lapsed_others": 1})
    'Discovery: 2 reps in it and 1 without it have a past and, having left or closed too little, no
    value since; they are in no comparison.'
    >>> lapsed_words({"program": "Discovery", "lapsed": 0, "lapsed_others": 0})
    ''
    """
    inside, others = int(row["lapsed"]), int(row["lapsed_others"])
    if not inside and not others:
        return ""
    reps = "rep" if inside == 1 else "reps"
    return (
        f"{row['program']}: {inside:,} {reps} in it and {others:,} without it have a past and, "
        "having left or closed too little, no value since; they are in no comparison."
    )


def placebo_words(row: Mapping[Any, Any], unit: Unit = PERCENT) -> str:
    """Say what the same sum finds at a date before the start, where nothing can have worked.

    Examples
    --------
    >>> placebo_words({"placebo": 0.01, "placebo_low": -0.02, "placebo_high": 0.04})
    '+1.0 points (−2.0 points to +4.0 points)'
    """
    if pd.isna(row["placebo"]):
        return "–"
    value, low, high = (
        format_difference(row[name], unit) for name in ("placebo", "placebo_low", "placebo_high")
    )
    return f"{value} ({low} to {high})"


def least_words(row: Mapping[Any, Any], unit: Unit = PERCENT) -> str:
    """Say how large an effect has to be to be seen, and of how many reps.

    Examples
    --------
    >>> least_words({"detectable": 0.06, "treated": 24, "control": 20})
    'Of 24 reps in it and 20 without, 6.0 points would be seen four times out of five'
    """
    return (
        f"Of {row['treated']:,} reps in it and {row['control']:,} without, "
        f"{_size(row['detectable'], unit)} would be seen four times out of five"
    )


def coaching_title(teams: pd.DataFrame, window: str) -> str:
    """Say which share of reps was coached at all.

    Parameters
    ----------
    teams
        What :func:`spmkit.diagnostics.coaching_cadence` gives.
    window
        The periods it looked at, in words, such as ``2025Q4 to 2026Q3``.

    Examples
    --------
    >>> coaching_title(pd.DataFrame({"team": ["All"], "coached": [0.25], "n": [8], "low": [0.07],
    ...     "high": [0.59], "often": [0.0]}), "2026M05 to 2026M08")
    'Of 8 reps 25.0 % were coached in 2026M05 to 2026M08, 0.0 % four times or more'
    """
    whole = teams.iloc[-1]
    coached, often = (format_value(whole[name], PERCENT) for name in ("coached", "often"))
    reps = f"{int(whole['n']):,} reps"
    return f"Of {reps} {coached} were coached in {window}, {often} four times or more"


def spiff_words(program: str) -> str:
    """Say what a contest for bonuses can do besides: bring sales forward.

    Examples
    --------
    >>> spiff_words("Summer SPIFF")
    'Summer SPIFF pays for closing in its time: sales may only have been brought forward, so ...'
    """
    return (
        f"{program} pays for closing in its time: sales may only have been brought forward, so the "
        "periods after its end belong to the sum."
    )


def review_words(reviews: pd.Series[int]) -> str:
    """Say how many of the actions whose day of review has passed are still open.

    Examples
    --------
    >>> review_words(pd.Series({"passed": 12, "open": 5}))
    'Of 12 actions whose day of review has passed, 5 are still open.'
    >>> review_words(pd.Series({"passed": 0, "open": 0}))
    'No action is past its day of review.'
    """
    passed, still = int(reviews["passed"]), int(reviews["open"])
    if not passed:
        return "No action is past its day of review."
    noun = "action" if passed == 1 else "actions"
    return (
        f"Of {passed:,} {noun} whose day of review has passed, {still:,} "
        f"{'is' if still == 1 else 'are'} still open."
    )

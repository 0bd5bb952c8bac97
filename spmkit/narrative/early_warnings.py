"""What is said of early warnings: which told more than the base rate, and which did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spmkit.units import PERCENT, format_difference, whole_percent


def warnings_title(warnings: pd.DataFrame) -> str:
    """Say which warnings foretold a missed quota better than knowing nothing.

    Parameters
    ----------
    warnings
        What :func:`spmkit.diagnostics.judged_warnings` gives.

    Examples
    --------
    >>> warnings_title(pd.DataFrame({"warning": ["coverage gap", "ageing"], "verdict": ["tells",
    ...     "cannot tell"], "precision": [0.73, 0.5], "base": [0.45, 0.45]}))
    'Coverage gap foretold who would miss: 73 % of the warned did, 45 % of all'
    >>> warnings_title(pd.DataFrame({"warning": ["ageing"], "verdict": ["cannot tell"],
    ...     "precision": [0.5], "base": [0.45]}))
    'No warning in the middle of a period told more than the base rate'
    """
    told = warnings[warnings["verdict"] == "tells"]
    if told.empty:
        return "No warning in the middle of a period told more than the base rate"
    best = told.sort_values("precision", ascending=False).iloc[0]
    names = _listed(list(told["warning"]))
    precision, base = whole_percent(best["precision"]), whole_percent(best["base"])
    first = f"of {best['warning']} " if len(told) > 1 else ""
    return f"{names} foretold who would miss: {first}{precision} of the warned did, {base} of all"


def _listed(names: Sequence[str]) -> str:
    text = " and ".join(names)
    return text[0].upper() + text[1:]


def warning_said(row: Mapping[Any, Any]) -> str:
    """Say what is known of one warning that does not tell, or why.

    Examples
    --------
    >>> warning_said({"warning": "ageing", "verdict": "cannot tell", "lift": 0.04,
    ...     "lift_low": -0.04, "lift_high": 0.12, "status": "not told from the base rate"})
    'Ageing: not told from the base rate (+4.0 points, 95 % interval −4.0 points to +12.0 points).'
    >>> warning_said({"warning": "ageing", "verdict": "cannot tell", "lift": None,
    ...     "status": "it was never raised"})
    'Ageing: it was never raised.'
    """
    name, status = _listed([row["warning"]]), str(row["status"]).rstrip(".")
    if row["verdict"] == "tells":
        status = "more of the warned missed than of all"
    if row["verdict"] == "misleads":
        status = "fewer of the warned missed than of all: it misleads"
    if pd.isna(row["lift"]) or pd.isna(row["lift_low"]):
        return f"{name}: {status}."
    value, low, high = (
        format_difference(row[end], PERCENT) for end in ("lift", "lift_low", "lift_high")
    )
    return f"{name}: {status} ({value}, 95 % interval {low} to {high})."


def counted_said(warnings: pd.DataFrame) -> str:
    """Say that a verdict counts all warnings judged beside it; of one there is nothing to say.

    Parameters
    ----------
    warnings
        What :func:`spmkit.diagnostics.judged_warnings` gives.

    Examples
    --------
    >>> counted_said(pd.DataFrame({"warning": ["ageing", "slippage", "gap"], "n": [90, 80, None]}))
    'A verdict counts both warnings that are judged, for of several one seems to tell by chance ...'
    """
    judged = int(warnings["n"].notna().sum())
    if judged < 2:
        return ""
    several = "both warnings" if judged == 2 else f"all {judged} warnings"
    return (
        f"A verdict counts {several} that are judged, for of several one seems to tell by chance "
        "sooner; the intervals shown are of 95 % each."
    )


def feedback_said(row: Mapping[Any, Any]) -> str:
    """Say whether what customers answered goes with who left later.

    Examples
    --------
    >>> feedback_said({"asked": "owners", "n": 60, "value": -0.3, "low": -0.5, "high": -0.05,
    ...     "status": "ok"})
    "Reps' scores before the year go with the share of their accounts lost in it (rank ..."
    >>> feedback_said({"asked": "accounts", "n": 400, "value": 0.02, "low": -0.01, "high": 0.08,
    ...     "status": "ok"})
    'Of 400 accounts asked before the year, those who scored 6 or less were not seen to leave ...'
    """
    if row["status"] != "ok":
        whose = "owning rep" if row["asked"] == "owners" else "account"
        return f"Feedback and later churn by {whose}: cannot tell ({row['status']})."
    clear = row["low"] > 0 or row["high"] < 0
    return _owners(row, clear=clear) if row["asked"] == "owners" else _accounts(row, clear=clear)


def _owners(row: Mapping[Any, Any], *, clear: bool) -> str:
    verb = "go" if clear else "were not seen to go"
    return (
        f"Reps' scores before the year {verb} with the share of their accounts lost in it (rank "
        f"correlation {_signed(row['value'])}, 95 % interval {_signed(row['low'])} to "
        f"{_signed(row['high'])}, {row['n']:,} reps, scores shrunken)."
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _accounts(row: Mapping[Any, Any], *, clear: bool) -> str:
    value, low, high = (format_difference(row[name], PERCENT) for name in ("value", "low", "high"))
    seen = "left at another rate in it" if clear else "were not seen to leave at another rate"
    return (
        f"Of {row['n']:,} accounts asked before the year, those who scored 6 or less {seen} than "
        f"the others ({value}, 95 % interval {low} to {high})."
    )

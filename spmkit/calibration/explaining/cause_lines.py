"""The form of a line of the checklist of causes, and what is found of a cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

CAUSE_COLUMNS = [
    *("cause", "measure", "value", "low", "high", "n", "counted", "unit", "matters", "found"),
    "note",
]
YES, NO, OPEN = "yes", "no", "cannot tell"
Line = dict[str, Any]


@dataclass(frozen=True)
class Cause:
    """A cause of poor quotas or results: its name, what is measured, and from where it matters."""

    name: str
    measure: str
    matters: str
    unit: str = "percent"


@dataclass(frozen=True)
class Seen:
    """What was measured: a value with its interval and the rows behind it.

    What is counted in full, such as the quotas of a period that came out late, has no interval.
    """

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: float = np.nan
    counted: bool = False


def found_above(seen: Seen, margin: float) -> str:
    """Whether a cause is there: its whole interval beyond what matters, below it, or neither.

    Examples
    --------
    >>> found_above(Seen(0.3, 0.2, 0.4, 60), 0.1), found_above(Seen(0.0, 0.0, 0.05, 60), 0.1)
    ('yes', 'no')
    >>> found_above(Seen(0.3, 0.05, 0.6, 4), 0.1), found_above(Seen(), 0.1)
    ('cannot tell', 'cannot tell')
    >>> found_above(counted(3, 16), 0.1), found_above(counted(0, 16), 0.1)
    ('yes', 'no')
    """
    if seen.counted:
        return YES if seen.value > margin else NO
    if seen.low > margin:
        return YES
    return NO if seen.high <= margin else OPEN


def counted(hits: int, n: int) -> Seen:
    """A share of cases of which every one is counted; nothing where there is no case.

    Examples
    --------
    >>> counted(3, 12).value, counted(0, 0).counted
    (0.25, False)
    """
    return Seen(hits / n, n=n, counted=True) if n else Seen()


def cause_line(cause: Cause, seen: Seen, found: str, note: str = "") -> Line:
    """A line of the checklist.

    Examples
    --------
    >>> line = cause_line(Cause("late release", "quotas out late", "10 %"), Seen(), "cannot tell")
    >>> line["cause"], line["found"]
    ('late release', 'cannot tell')
    """
    told = (
        cause.name,
        cause.measure,
        seen.value,
        seen.low,
        seen.high,
        seen.n,
        seen.counted,
        cause.unit,
    )
    return dict(zip(CAUSE_COLUMNS, (*told, cause.matters, found, note), strict=True))


def measured(row: Mapping[Any, Any] | None, value: str = "effect") -> Seen:
    """What a row with ``low``, ``high`` and ``n`` beside its value says; nothing without a row.

    Examples
    --------
    >>> measured({"effect": 0.1, "low": 0.0, "high": 0.2, "n": 30}).high, measured(None).n
    (0.2, nan)
    """
    if row is None:
        return Seen()
    found, low, high, n = (float(row[name]) for name in (value, "low", "high", "n"))
    return Seen(found, low, high, n)

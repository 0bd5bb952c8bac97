"""A company's own periods: the dates of its quota lines, where no fiscal year explains them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from itertools import pairwise

from spmkit.periods import DAY, Period, months_later, repeated


def own_periods(starts: Sequence[date], ends_on: date | None) -> list[Period]:
    """Lay periods end to end: each ends the day before the next one starts.

    Without ``ends_on`` the last period is as long as the one before it.

    Raises
    ------
    ValueError
        If the starts are not in order, or nothing says where the last period ends.

    Examples
    --------
    >>> [p.end.isoformat() for p in own_periods([date(2013, 2, 28), date(2013, 5, 31)], None)]
    ['2013-05-30', '2013-08-30']
    """
    if any(after <= start for start, after in pairwise(starts)):
        raise ValueError("starts must be in order and each given once")
    if ends_on is None and len(starts) == 1:
        raise ValueError("one start says nothing of its period's length: give ends_on")
    if ends_on and ends_on < starts[-1]:
        raise ValueError(f"ends_on ({ends_on}) is before the last start ({starts[-1]})")
    bounds = pairwise((*starts, ends_on + DAY if ends_on else repeated(starts)))
    return [Period(start.isoformat(), start, after - DAY, "quarter") for start, after in bounds]


def own_period(periods: Sequence[Period], label: str) -> Period:
    """Return the period that starts on an ISO date; a ValueError lists the nearest others."""
    labels = [period.label for period in periods]
    if label not in labels:
        nearest = ", ".join(get_close_matches(label, labels, n=3, cutoff=0.0))
        raise ValueError(f"no period {label!r}: write its first day, nearest: {nearest}")
    return periods[labels.index(label)]


def own_containing(periods: Sequence[Period], day: date) -> Period:
    """Return the period in which a day lies, or raise a ValueError that names the range."""
    for period in periods:
        if period.start <= day <= period.end:
            return period
    raise ValueError(
        f"{day} is outside the quota periods ({periods[0].start} to {periods[-1].end})"
    )


def own_last_complete(periods: Sequence[Period], as_of: date) -> Period:
    """Return the latest period that ends on or before a day, or raise a ValueError."""
    complete = [period for period in periods if period.end <= as_of]
    if not complete:
        raise ValueError(f"no quota period ends by {as_of}; the first ends on {periods[0].end}")
    return complete[-1]


def own_year_before(periods: Sequence[Period], period: Period) -> Period:
    """Return the period whose start is nearest to a year before another's start.

    Raises
    ------
    ValueError
        If none starts within half its own length of that day.
    """
    wanted = months_later(period.start, -12)
    nearest = min(periods, key=lambda own: abs(own.start - wanted))
    if abs(nearest.start - wanted).days > nearest.days / 2:
        raise ValueError(f"no quota period starts a year before {period.label} ({wanted})")
    return nearest

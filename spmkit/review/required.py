"""What is still to be credited until quotas are met, and how much a rep's best period brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from spmkit.periods import DAY
from spmkit.review.course import Course

DAYS_A_WEEK = 5
"""Working days a week; what a week brings is told of so many."""


@dataclass(frozen=True)
class Required:
    """What is still to be credited until the known quotas of a span are met.

    ``quota`` is the sum of the quotas known, ``until`` the day up to which, ``credited`` what
    stands against them, ``left`` what is missing (0 where they are met), ``days`` the working days
    left; ``a_week`` is null where no day is left. ``best`` names the rep's best complete period
    and ``best_a_week`` what a week of it brought (null where there is none). ``unknown`` names the
    later periods of the span that have no quota yet.
    """

    quota: float
    credited: float
    left: float
    until: date
    days: int
    a_week: float
    best: str
    best_a_week: float
    unknown: list[str]


def required(course: Course) -> Required:
    """What a week must bring until the span's known quotas are met, beside the best week so far.

    Parameters
    ----------
    course
        What :func:`open_course` gave.

    Returns
    -------
    Required
        Up to the last day for which the rep has a quota; where no quota lies ahead, up to the end
        of the span.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["won"], "closed_on": ["2026-08-11"], "amount": [132.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": "ada", "quota": [130.0, 134.0],
    ...     "period_start": ["2026-07-01", "2026-10-01"],
    ...     "period_end": ["2026-09-30", "2026-12-31"]})}, settings={"as_of": "2026-10-02"})
    >>> found = required(spm.review.open_course(spm.review.open_person(data, "2026Q3", "ada")))
    >>> found.left, found.days, found.a_week, found.best_a_week
    (132.0, 66, 10.0, 10.0)
    """
    own = course.own[course.own["quota"].notna()]
    inside = own[(own["period_start"] >= pd.Timestamp(course.span.start))]
    inside = inside[inside["period_end"] <= pd.Timestamp(course.span.end)]
    known = set(inside["period"])
    unknown = [period.label for period in course.ahead if period.label not in known]
    quota = float(inside["quota"].sum(min_count=1))
    credited = _credited(course, inside)
    until = _goal_end(course, known)
    days = len(course.working_days(course.until + DAY, until))
    left = max(0.0, quota - credited) if quota > 0 else np.nan
    best, best_a_week = best_period(course)
    a_week = left / days * DAYS_A_WEEK if days else np.nan
    return Required(quota, credited, left, until, days, a_week, best, best_a_week, unknown)


def _credited(course: Course, inside: pd.DataFrame) -> float:
    """What stands against the quotas of the span: credit of a period ahead is not read."""
    begun = inside[inside["period_start"] <= pd.Timestamp(course.until)]
    return float(begun["credited"].sum())


def _goal_end(course: Course, known: set[str]) -> date:
    ends = [period.end for period in course.ahead if period.label in known]
    return max(ends, default=course.span.end)


def best_period(course: Course) -> tuple[str, float]:
    """The rep's complete period whose weeks brought most, and what a week of it brought.

    Returns
    -------
    label, money a week
        Without a complete period with a quota, or where none brought anything: empty and null.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["won"], "closed_on": ["2026-08-11"], "amount": [132.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": "ada", "quota": [130.0],
    ...     "period_start": ["2026-07-01"], "period_end": ["2026-09-30"]})},
    ...     settings={"as_of": "2026-10-02"})
    >>> best_period(spm.review.open_course(spm.review.open_person(data, "2026Q3", "ada")))
    ('2026Q3', 10.0)
    """
    sums = course.own.groupby("period")["credited"].sum()
    weeks = {p.label: len(course.working_days(p.start, p.end)) / DAYS_A_WEEK for p in course.past}
    rates = {
        label: sums[label] / count for label, count in weeks.items() if label in sums and count
    }
    best = max(rates, key=lambda label: rates[label], default="")
    return (best, float(rates[best])) if best and rates[best] > 0 else ("", np.nan)

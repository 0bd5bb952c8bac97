"""The outlook of a rep's year: the fan of where credit may stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.tables import required as required_table
from spmkit.intervals import Floats
from spmkit.periods import Period
from spmkit.review.calibration import FEWEST_ERRORS
from spmkit.review.course import Course
from spmkit.review.peers import FEWEST_PEERS
from spmkit.review.person import credited_between
from spmkit.review.progress import Progress, progress_of
from spmkit.review.projection import (
    LEAST_PERIODS,
    READ,
    Point,
    past_errors,
    points_ahead,
    projected,
    stand_ins,
    taken_for,
)

BANDS = {"low": 0.1, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.9}
"""What lies below each line of a fan."""


@dataclass(frozen=True)
class Outlook:
    """A rep's projection, and what it is made from.

    ``known`` tells of each period ahead whether the rep's quota is known; ``middle`` and
    ``spread`` are money at each point, ``errors`` those of past projections of the other reps (a
    row a rep, a column an origin, a third axis the points).
    """

    course: Course
    progress: Progress
    row: int
    points: list[Point]
    known: list[bool]
    middle: Floats
    spread: Floats
    errors: Floats

    @property
    def own(self) -> int:
        """How many of the rep's own periods the projection is made from."""
        return int(np.isfinite(self.progress.quota[self.row, -READ:]).sum())

    @property
    def people(self) -> int:
        """How many other reps' past projections it is laid around by."""
        return int(np.isfinite(self.errors[:, :, -1]).any(axis=1).sum())

    @property
    def past(self) -> int:
        """How many past projections of others those are."""
        return int(np.isfinite(self.errors[:, :, -1]).sum())

    @property
    def before(self) -> int:
        """How many complete periods of the span lie behind."""
        return sum(period.start >= self.course.span.start for period in self.course.past)


def outlook(course: Course) -> Outlook:
    """Project the rest of the rep's year, from past periods alone.

    Parameters
    ----------
    course
        What :func:`open_course` gave.

    Returns
    -------
    Outlook
        A quota that is not known yet is taken, for the amounts alone, as large as the mean of the
        rep's last four; no chance is stated against it.

    Raises
    ------
    DataError
        Where there are no quotas, nothing lies ahead, the rep has left, fewer than four complete
        periods have a quota, or too few past projections of at least five other reps show how far
        one is off.

    References
    ----------
    Catalogue A8 and A10; Lei et al. 2018 (split conformal), doi 10.1080/01621459.2017.1307116;
    Bühlmann and Gisler 2005 (credibility), doi 10.1007/3-540-29273-X.
    """
    _refuse_over(course)
    progress = progress_of(course.person.data, course.lines, course.past, _elapsed(course))
    row = _own_row(course, progress)
    quotas = [_quota_of(course, period) for period in course.ahead]
    known = [quota > 0 for quota in quotas]
    origin, points = len(course.past), points_ahead(progress, len(known))
    errors = np.delete(past_errors(progress, origin, points, known), row, axis=0)
    _refuse_few_errors(errors)
    instead = np.full(len(known), stand_ins(progress, origin)[row])
    taken = np.where(known, taken_for(np.array(quotas), instead), instead)
    _refuse_unknown(taken, course)
    every = np.tile(taken, (len(progress.reps), 1))
    found = projected(progress, origin, points, every)
    return Outlook(
        course, progress, row, points, known, found.middle[row], found.spread[row], errors
    )


def _refuse_over(course: Course) -> None:
    required_table(course.person.data, "quotas")
    if course.left_on:
        raise DataError(f"Nothing is projected: your last day was {day_said(course.left_on)}.")
    if not course.ahead:
        raise DataError(f"Nothing is projected: {course.span.label} is over.")


def day_said(day: date) -> str:
    """A day as a reason writes it."""
    return f"{day.day} {day:%b %Y}"


def _elapsed(course: Course) -> float:
    """The share of the running period's working days that is over."""
    if course.running is None:
        return 0.0
    days = course.working_days(course.running.start, course.running.end)
    return float((days <= pd.Timestamp(course.until)).mean()) if len(days) else 0.0


def _own_row(course: Course, progress: Progress) -> int:
    rep, grain = course.person.rep_id, course.person.periods.now.grain
    row = progress.reps.index(rep) if rep in progress.reps else -1
    count = int(np.isfinite(progress.quota[row, -READ:]).sum()) if row >= 0 else 0
    if count < LEAST_PERIODS:
        raise DataError(
            f"Where the year may end cannot be told: {count or 'no'} complete {grain}"
            f"{'' if count == 1 else 's'} with a quota, and a projection needs {LEAST_PERIODS}."
        )
    return row


def _quota_of(course: Course, period: Period) -> float:
    own = course.own[course.own["period"] == period.label]
    return float(own["quota"].sum(min_count=1))


def _refuse_few_errors(errors: Floats) -> None:
    known = np.isfinite(errors[:, :, -1])
    if known.any(axis=1).sum() < FEWEST_PEERS or known.sum() < FEWEST_ERRORS:
        raise DataError(
            "Where the year may end cannot be told: how far a projection is off is read from at "
            f"least {FEWEST_ERRORS} past ones of at least {FEWEST_PEERS} other reps, and the data "
            f"hold {known.sum()} of {known.any(axis=1).sum()} reps."
        )


def _refuse_unknown(taken: Floats, course: Course) -> None:
    if not np.isfinite(taken).all():
        raise DataError(
            "Where the year may end cannot be told: there is no quota ahead, and none of the last "
            f"{LEAST_PERIODS} {course.person.periods.now.grain}s."
        )


def fan(found: Outlook) -> pd.DataFrame:
    """The lines of the fan: what the rep's credit since the span began may come to.

    Parameters
    ----------
    found
        What :func:`outlook` gave.

    Returns
    -------
    pandas.DataFrame
        ``day``, ``low``, ``lower``, ``median``, ``upper``, ``high``: 10, 25, 50, 75 and 90 % of
        past projections lay below. The first row is the last day told of. What is yet to come is
        rounded to two figures, and no line falls: what reversals take back is left out.
    """
    course = found.course
    so_far = credited_between(course.person, course.span.start, course.until)["amount"].sum()
    bounds = [
        np.quantile(_pool(found, number), list(BANDS.values()))
        for number in range(len(found.points))
    ]
    more = found.middle[:, None] + found.spread[:, None] * np.array(bounds)
    rounded = [[max(0.0, float(f"{value:.2g}")) for value in row] for row in more]
    rising = np.maximum.accumulate(np.vstack([np.zeros(len(BANDS)), rounded]))
    rows = rising + float(so_far)
    days = [pd.Timestamp(course.until), *(_day(found, point) for point in found.points)]
    return pd.DataFrame(rows, columns=list(BANDS)).assign(day=days)[["day", *BANDS]]


def _pool(found: Outlook, number: int) -> Floats:
    errors = found.errors[:, :, number]
    pool: Floats = errors[np.isfinite(errors)]
    return pool


def _day(found: Outlook, point: Point) -> pd.Timestamp:
    """The day of a point: a share of the working days of its period, or its end."""
    ahead, mark = point
    period, share = found.course.ahead[ahead], found.progress.marks[mark]
    days = found.course.working_days(period.start, period.end)
    whole = share >= 1 or not len(days)
    return pd.Timestamp(period.end) if whole else days[max(1, round(share * len(days))) - 1]

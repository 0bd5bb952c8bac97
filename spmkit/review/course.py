"""The course of a rep's year: its periods, past and ahead, with the quota lines of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import issued_quotas, quota_lines
from spmkit.attainment.selling import selling_dates
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.periods import DAY, Period
from spmkit.review.person import Person, goal_span

LONGEST_PAST = 16
"""Periods of the past that are read: four years of quarters."""


@dataclass(frozen=True)
class Course:
    """Where a rep's year stands, and what is known of what comes before and after.

    ``span`` is the year (the running period where no year is declared), ``until`` the last day
    that is told of; ``past`` the complete periods up to it that have quotas, ``ahead`` the periods
    of the span that are not over, the running one first; ``lines`` the quota lines of all of
    these, of all reps. What was credited after ``until`` is not to be read.
    """

    person: Person
    span: Period
    until: date
    past: list[Period]
    ahead: list[Period]
    lines: pd.DataFrame

    @property
    def own(self) -> pd.DataFrame:
        """The rep's own lines."""
        return self.lines[self.lines["rep_id"] == self.person.rep_id]

    @property
    def running(self) -> Period | None:
        """The period of which a part is over, if there is one."""
        first = self.ahead[0] if self.ahead else None
        return first if first and first.start <= self.until else None

    def working_days(self, start: date, end: date) -> pd.DatetimeIndex:
        """The weekdays of a span less the public holidays that the company declares."""
        return selling_dates(start, end, self.person.data.settings.calendar.get("holidays"))

    @property
    def left_on(self) -> date | None:
        """The rep's last day, where it is one up to ``until``."""
        reps = nw.from_native(self.person.data.reps).lazy()
        if "left_on" not in reps.collect_schema().names():
            return None
        own = to_pandas(reps.filter(nw.col("rep_id") == self.person.rep_id).select("left_on"))
        days = pd.to_datetime(own["left_on"]).dropna()
        left = None if days.empty else days.iloc[0].date()
        return left if left and left <= self.until else None


def open_course(person: Person) -> Course:
    """Measure what a rep's goals, pace and projection start from.

    Parameters
    ----------
    person
        An open review of a rep.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]}), "quotas": pd.DataFrame({"rep_id": "ada", "quota": [30.0, 40.0],
    ...     "period_start": ["2026-07-01", "2026-10-01"],
    ...     "period_end": ["2026-09-30", "2026-12-31"]})}, settings={"as_of": "2026-10-02"})
    >>> course = open_course(spm.review.open_person(data, "2026Q3", "ada"))
    >>> [p.label for p in course.past], [p.label for p in course.ahead]
    (['2026Q3'], ['2026Q4'])
    """
    data, now = person.data, person.periods.now
    until, span = min(now.end, data.as_of), goal_span(person)
    later = data.calendar.between(until + DAY, span.end, now.grain) if until < span.end else []
    known = _with_quotas(data, [*_earlier(data, now), *later])
    past = [period for period in known if period.end <= until]
    read = [period.label for period in known if period.end <= until or period in later]
    begun = bool(known) and known[0].start <= data.as_of
    lines = quota_lines(data, read) if begun else person.lines.head(0)
    return Course(person, span, until, past, later, lines)


def _earlier(data: SalesData, now: Period) -> list[Period]:
    """The period reviewed and those before it, oldest first."""
    found = [now]
    while len(found) < LONGEST_PAST:
        try:
            found.insert(0, data.calendar.previous(found[0]))
        except ValueError:  # a calendar of the quota lines has a first period
            break
    return found


def _with_quotas(data: SalesData, periods: list[Period]) -> list[Period]:
    ordered = sorted(set(periods), key=lambda period: period.start)
    issued = set(issued_quotas(data, ordered)["period"])
    return [period for period in ordered if period.label in issued]

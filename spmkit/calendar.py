"""Fiscal calendars, the periods they are made of, and selling days.

A fiscal year has four quarters of three months. Its months are calendar months,
or groups of weeks (4-4-5 and its kin). A company whose quota lines have dates of
their own gives those dates as ``starts`` instead; such a calendar has one kind of
period, which stands where the quarter stands.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Literal

from spmkit import quota_periods
from spmkit.periods import (
    DAY,
    MONTHS,
    Grain,
    Period,
    as_date,
    label_of,
    month_and_day,
    months_later,
    parsed,
    refuse_other,
)
from spmkit.public_holidays import public_holidays

__all__ = ["Calendar", "Grain", "Period", "selling_days"]

PATTERNS = ("4-4-5", "4-5-4", "5-4-4")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Calendar:
    """A company's fiscal calendar.

    Parameters
    ----------
    year_starts
        Month and day of the first day of the fiscal year. Without a pattern every
        fiscal month starts on that day of the month, so the day is at most 28.
    pattern
        Weeks of the three months of a quarter: ``"4-4-5"``, ``"4-5-4"``, ``"5-4-4"``.
        The year then starts on the ``week_starts`` nearest to ``year_starts`` and has
        52 or 53 weeks; a 53rd week belongs to the last month. The National Retail
        Federation's calendar is ``Calendar("02-01", "4-5-4", "start", "sunday")``.
    named_by
        A fiscal year bears the calendar year in which it ends (``"end"``) or starts
        (``"start"``), going by ``year_starts``: a week that hangs over 1 January does
        not rename the year.
    week_starts
        The day on which weeks start, in lower case; read only with a pattern.
    starts
        First days of the company's own periods, in order, where the quota lines are
        the periods. A period ends the day before the next one starts.
    ends_on
        Last day of the last of ``starts``. Without it the last period is as long as
        the one before it: in months where both start on the same day of the month (or
        on its last), else in days.

    Raises
    ------
    ValueError
        If an argument is not of the form above, or two of them contradict each other.

    Examples
    --------
    >>> Calendar("02-01").period("2026Q1")
    Period(label='2026Q1', start=datetime.date(2025, 2, 1), ...
    >>> Calendar(pattern="4-4-5").period("2026M03").days
    35
    """

    year_starts: str = "01-01"
    pattern: str | None = None
    named_by: Literal["end", "start"] = "end"
    week_starts: str = "monday"
    starts: tuple[date, ...] = ()
    ends_on: date | None = None

    def __post_init__(self) -> None:
        refuse_other("named_by", self.named_by, ("end", "start"))
        refuse_other("week_starts", self.week_starts, WEEKDAYS)
        if self.pattern is not None:
            refuse_other("pattern", self.pattern, PATTERNS)
        self._check_year_starts()
        self._check_own_periods()

    def period(self, label: str) -> Period:
        """Return the period of that name.

        Raises ValueError, with the forms and the nearest labels, for any other text.

        Examples
        --------
        >>> Calendar("07-01").period("2026Q1").start
        datetime.date(2025, 7, 1)
        """
        if self.starts:
            return quota_periods.own_period(self._own, label)
        year, index, grain = parsed(label)
        return self._numbered(year, index, grain)

    def containing(self, day: date, grain: Grain = "quarter") -> Period:
        """Return the period in which a day lies.

        Raises ValueError for a day outside a calendar of ``starts``, which has only its
        own periods (grain "quarter").

        Examples
        --------
        >>> Calendar("02-01").containing(date(2026, 1, 31)).label
        '2026Q4'
        """
        day = as_date(day)
        self._check_grain(grain)
        if self.starts:
            return quota_periods.own_containing(self._own, day)
        years = range(day.year - 2, day.year + 3)
        year = max(year for year in years if self._year_start(year) <= day)
        month = bisect_right(self._month_starts(year), day) - 1
        return self._numbered(year, month // MONTHS[grain], grain)

    def between(self, first: date, last: date, grain: Grain = "quarter") -> list[Period]:
        """Return every period that shares a day with the range, in order.

        Raises ValueError where ``last`` is before ``first``.

        Examples
        --------
        >>> [p.label for p in Calendar().between(date(2025, 12, 31), date(2026, 4, 1))]
        ['2025Q4', '2026Q1', '2026Q2']
        """
        first, last = as_date(first), as_date(last)
        if last < first:
            raise ValueError(f"the range ends ({last}) before it starts ({first})")
        self._check_grain(grain)
        if self.starts:
            return [own for own in self._own if own.start <= last and first <= own.end]
        periods = [self.containing(first, grain)]
        while periods[-1].end < last:
            periods.append(self.containing(periods[-1].end + DAY, grain))
        return periods

    def last_complete(self, as_of: date, grain: Grain = "quarter") -> Period:
        """Return the latest period that ends on or before a day.

        Raises ValueError where a calendar of ``starts`` has none.

        Examples
        --------
        >>> Calendar().last_complete(date(2026, 3, 30)).label
        '2025Q4'
        """
        as_of = as_date(as_of)
        if self.starts:
            self._check_grain(grain)
            return quota_periods.own_last_complete(self._own, as_of)
        current = self.containing(as_of, grain)
        return current if self.is_complete(current, as_of) else self.previous(current)

    def is_complete(self, period: Period, as_of: date) -> bool:
        """Say whether the last day of a period is over at the close of ``as_of``."""
        return period.end <= as_date(as_of)

    def previous(self, period: Period) -> Period:
        """Return the period of the same grain that ends the day before this one starts."""
        return self.containing(period.start - DAY, period.grain)

    def year_before(self, period: Period) -> Period:
        """Return the same period of the fiscal year before.

        With ``starts``: the period whose first day is nearest to a year earlier; a
        ValueError where none starts within half a period of it.

        Examples
        --------
        >>> calendar = Calendar()
        >>> calendar.year_before(calendar.period("2026Q3")).label
        '2025Q3'
        """
        if self.starts:
            return quota_periods.own_year_before(self._own, period)
        year, index, grain = parsed(period.label)
        return self._numbered(year - 1, index, grain)

    def parts(self, period: Period, grain: Grain) -> list[Period]:
        """Return the shorter periods that make up a period.

        Raises ValueError where ``grain`` is longer than the period.

        Examples
        --------
        >>> calendar = Calendar()
        >>> [part.label for part in calendar.parts(calendar.period("2026Q3"), "month")]
        ['2026M07', '2026M08', '2026M09']
        """
        self._check_grain(grain)
        if MONTHS[grain] > MONTHS[period.grain]:
            raise ValueError(f"a {period.grain} ({period.label}) has no parts of a {grain}")
        return self.between(period.start, period.end, grain)

    def _check_year_starts(self) -> None:
        _, day = month_and_day(self.year_starts)
        if self.pattern is None and day > 28:
            raise ValueError(
                f"year_starts is {self.year_starts!r}: each fiscal month starts on that day of "
                "the month, so give a day up to 28, or a pattern of weeks"
            )

    def _check_own_periods(self) -> None:
        if self.starts and self.pattern:
            raise ValueError("a calendar has either a pattern or starts, not both")
        if self.ends_on and not self.starts:
            raise ValueError(f"ends_on ({self.ends_on}) closes the last of starts: give starts")
        if self.starts:
            quota_periods.own_periods(self.starts, self.ends_on)

    def _check_grain(self, grain: str) -> None:
        refuse_other("grain", grain, tuple(MONTHS))
        if self.starts and grain != "quarter":
            raise ValueError(
                f"this calendar has the company's own periods only, no {grain}; "
                "ask for grain 'quarter', which stands for them"
            )

    def _numbered(self, year: int, index: int, grain: Grain) -> Period:
        size = MONTHS[grain]
        starts = self._month_starts(year)
        first, after = starts[index * size], starts[(index + 1) * size]
        return Period(label_of(year, index, grain), first, after - DAY, grain)

    def _month_starts(self, year: int) -> list[date]:
        """Return the first days of the 12 fiscal months and of the next fiscal year."""
        start, after = self._year_start(year), self._year_start(year + 1)
        if self.pattern is None:
            return [*(months_later(start, month) for month in range(12)), after]
        weeks = [int(weeks) for weeks in self.pattern.split("-")] * 4
        return [*(start + 7 * DAY * passed for passed in accumulate(weeks[:-1], initial=0)), after]

    def _year_start(self, year: int) -> date:
        month, day = month_and_day(self.year_starts)
        named_later = self.named_by == "end" and (month, day) != (1, 1)
        nominal = date(year - named_later, month, day)
        if self.pattern is None:
            return nominal
        # 3 days either side: the one such weekday in that week is the nearest one
        past = (nominal + 3 * DAY).weekday() - WEEKDAYS.index(self.week_starts)
        return nominal + 3 * DAY - past % 7 * DAY

    @cached_property
    def _own(self) -> list[Period]:
        return quota_periods.own_periods(self.starts, self.ends_on)


def selling_days(start: date, end: date, region: str | None = None) -> int:
    """Count the days on which a company sells: weekdays less public holidays.

    Parameters
    ----------
    start, end
        First and last day, both counted. ``end`` may be the day before ``start``: that
        is the empty range, as of the days left on a period's last day.
    region
        Whose public holidays to leave out: an ISO country (``"US"``), or one of its
        subdivisions (``"US-CA"``, ``"DE-BY"``). None leaves out none.

    Returns
    -------
    int
        Monday to Friday less the holidays that fall on them, days kept in lieu included.

    Raises
    ------
    ValueError
        If the range ends before it starts or the region is not known.

    Examples
    --------
    Independence Day of 2026 is a Saturday and kept on Friday 3 July.

    >>> selling_days(date(2026, 6, 29), date(2026, 7, 5))
    5
    >>> selling_days(date(2026, 6, 29), date(2026, 7, 5), region="US")
    4
    """
    start, end = as_date(start), as_date(end)
    if end < start - DAY:
        raise ValueError(f"the range ends ({end}) before it starts ({start})")
    days = (start + offset * DAY for offset in range((end - start).days + 1))
    weekdays = {day for day in days if day.weekday() < 5}
    years = range(start.year, end.year + 1)
    return len(weekdays - public_holidays(region, years) if region else weekdays)

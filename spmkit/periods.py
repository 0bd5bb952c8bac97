"""What a period is, how it is written, and the date arithmetic under the calendars."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Literal, TypeAlias

Grain: TypeAlias = Literal["year", "quarter", "month"]

DAY = timedelta(days=1)
MONTHS: dict[Grain, int] = {"year": 12, "quarter": 3, "month": 1}
FORMS = "2026 (a fiscal year), 2026Q3 (a quarter) or 2026M07 (the seventh fiscal month)"
# Four digits from 1000 on, and one year short of the last that a date can have.
LABEL = re.compile(r"(?P<year>[1-8][0-9]{3})(Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Period:
    """A named span of days, both ends included.

    Examples
    --------
    >>> Period("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "quarter").days
    90
    """

    label: str
    start: date
    end: date
    grain: Grain

    @property
    def days(self) -> int:
        """Calendar days from start to end, both included."""
        return (self.end - self.start).days + 1


def label_of(year: int, index: int, grain: Grain) -> str:
    """Write the label of a fiscal year's part, counted from 0.

    Examples
    --------
    >>> label_of(2026, 6, "month")
    '2026M07'
    """
    suffix = {"year": "", "quarter": f"Q{index + 1}", "month": f"M{index + 1:02d}"}
    return f"{year}{suffix[grain]}"


def parsed(label: str) -> tuple[int, int, Grain]:
    """Read a label back: the fiscal year, the part counted from 0, and the grain.

    Raises ValueError, with the forms and the nearest label, for any other text.

    Examples
    --------
    >>> parsed("2026M07")
    (2026, 6, 'month')
    """
    found = LABEL.fullmatch(label)
    if found is None:
        raise ValueError(f"no period {label!r}: write {FORMS}{_nearest(label)}")
    year = int(found["year"])
    if found["quarter"]:
        return year, int(found["quarter"]) - 1, "quarter"
    if found["month"]:
        return year, int(found["month"]) - 1, "month"
    return year, 0, "year"


def _nearest(label: str) -> str:
    year = re.search(r"[1-8][0-9]{3}", label)
    if year is None:
        return ""
    # "Q3 2026", "2026-Q3" and "2026-07" all mean something once the year stands first.
    rest = re.sub(r"\W", "", label.replace(year[0], "", 1)).upper()
    labels = [
        label_of(int(year[0]), index, grain)
        for grain in MONTHS
        for index in range(12 // MONTHS[grain])
    ]
    return f"; nearest: {get_close_matches(year[0] + rest, labels, n=1, cutoff=0.0)[0]}"


def as_date(day: date) -> date:
    """Take the day of a moment (a datetime, a pandas Timestamp); a date stays as it is."""
    return day.date() if isinstance(day, datetime) else day


def is_day(text: str) -> bool:
    """Whether a text is a day as ISO writes it.

    Examples
    --------
    >>> is_day("2026-09-30"), is_day("2026Q3")
    (True, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def month_and_day(text: str) -> tuple[int, int]:
    """Read a month and a day that every year has.

    Raises ValueError for another form, and for 29 February.

    Examples
    --------
    >>> month_and_day("02-01")
    (2, 1)
    """
    try:
        day = datetime.strptime(f"2025-{text}", "%Y-%m-%d")  # 2025 is no leap year
    except ValueError:
        raise ValueError(
            f"year_starts is {text!r}: write month-day, such as '02-01', a day that every year has"
        ) from None
    return day.month, day.day


def months_later(day: date, months: int) -> date:
    """Move a day by whole months; a day that the month lacks becomes its last one.

    Examples
    --------
    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def repeated(starts: Sequence[date]) -> date:
    """Return the day on which the next period would start, were it as long as the one before.

    In months where the last two both start on the same day of the month, or on its last;
    else in days.

    Examples
    --------
    >>> repeated([date(2013, 5, 31), date(2013, 8, 31)])
    datetime.date(2013, 11, 30)
    """
    before, last = starts[-2:]
    months = (last.year - before.year) * 12 + last.month - before.month
    if months and _is_month_end(before) and _is_month_end(last):
        return months_later(last + DAY, months) - DAY
    if months and before.day == last.day:
        return months_later(last, months)
    return last + (last - before)


def _is_month_end(day: date) -> bool:
    return (day + DAY).month != day.month


def refuse_other(name: str, value: str, allowed: Sequence[str]) -> None:
    """Raise a ValueError that names the argument, unless the value is an allowed one."""
    if value not in allowed:
        nearest = get_close_matches(str(value), allowed, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"{name} is {value!r}; choose from {', '.join(allowed)} (nearest: {nearest})"
        )

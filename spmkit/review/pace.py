"""How a rep stands against quotas over several horizons, and day by day since the year began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from spmkit.attainment import attainment, gap_to_quota, quota_lines
from spmkit.data import DataError
from spmkit.measure import measure
from spmkit.periods import Grain, Period
from spmkit.review.course import Course
from spmkit.review.person import credited_between

_TRAILING: dict[Grain, tuple[int, str]] = {
    "year": (4, "Last four years"),
    "quarter": (4, "Last four quarters"),
    "month": (12, "Last twelve months"),
}
_COLUMNS = ["horizon", "start", "end", "periods", "with_quota", "credited", "quota"]
_TOLD = ["attainment", "gap", "expected", "ahead", "ahead_days"]


def horizons(course: Course) -> pd.DataFrame:
    """How the rep stands over several horizons, the longest first.

    Parameters
    ----------
    course
        What :func:`open_course` gave.

    Returns
    -------
    pandas.DataFrame
        ``horizon``, ``start``, ``end``; ``periods`` in it and how many of them have a quota
        (``with_quota``); ``credited``, ``quota``, ``attainment``, ``gap`` (quota less credited),
        ``expected`` (what the quotas asked by ``end``, as sales usually come in), ``ahead``
        (credited less expected, money) and ``ahead_days`` (the same in working days of quota).
        Where some of the periods have a quota, only what was credited in these counts; where none
        has, the quota and what follows from it are null. A month is there only where quotas are
        given by months.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["won"], "closed_on": ["2026-08-11"], "amount": [24.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": "ada", "quota": [30.0], "period_start": "2026-07-01",
    ...     "period_end": "2026-09-30"})}, settings={"as_of": "2026-10-02"})
    >>> course = spm.review.open_course(spm.review.open_person(data, "2026Q3", "ada"))
    >>> horizons(course)[["horizon", "credited", "quota", "gap"]].values.tolist()[-1]
    ['2026Q3', 24.0, 30.0, 6.0]
    """
    rows = [_row(course, name, periods, lines) for name, periods, lines in _spans(course)]
    return pd.DataFrame(rows, columns=[*_COLUMNS, *_TOLD])


def _spans(course: Course) -> Iterator[tuple[str, Sequence[Period], pd.DataFrame]]:
    """Name, periods and own lines of each horizon."""
    now, calendar = course.person.periods.now, course.person.data.calendar
    count, name = _TRAILING[now.grain]
    trailing = course.past[-count:]
    if calendar.starts:
        name = "Last four periods"
    if len(trailing) == count and trailing[0].start == _back(course, count) != course.span.start:
        yield name, trailing, course.own
    if course.span.start < now.start:
        year = calendar.between(course.span.start, course.until, now.grain)
        yield f"{course.span.label} to date", year, course.own
    yield now.label if course.person.periods.complete else f"{now.label} to date", [now], course.own
    yield from _month(course)


def _back(course: Course, count: int) -> date | None:
    """The first day of as many periods in a row up to the one that was complete last."""
    first = course.past[-1]
    for _ in range(count - 1):
        try:
            first = course.person.data.calendar.previous(first)
        except ValueError:  # a calendar of the quota lines has a first period
            return None
    return first.start


def _month(course: Course) -> Iterator[tuple[str, Sequence[Period], pd.DataFrame]]:
    data, now = course.person.data, course.person.periods.now
    if now.grain == "month" or data.calendar.starts:
        return
    month = data.calendar.containing(course.until, "month")
    try:
        lines = quota_lines(data, month.label)
    except DataError:  # the quotas are of longer periods: none is of the month
        return
    own = lines[lines["rep_id"] == course.person.rep_id]
    if own["quota"].notna().any() and month.end <= max(course.until, data.as_of):
        yield f"{month.label}{'' if month.end <= course.until else ' to date'}", [month], own


def _row(
    course: Course, name: str, periods: Sequence[Period], lines: pd.DataFrame
) -> dict[str, object]:
    start, end = periods[0].start, min(periods[-1].end, course.until)
    labels = [period.label for period in periods]
    counted = lines[lines["period"].isin(labels) & lines["quota"].notna()]
    row = {"horizon": name, "start": start, "end": end, "periods": len(periods)}
    row |= {"with_quota": counted["period"].nunique()}
    if counted.empty:
        credited = float(credited_between(course.person, start, end)["amount"].sum())
        return row | {"credited": credited} | dict.fromkeys(["quota", *_TOLD], np.nan)
    return row | _stand(counted)


def _stand(lines: pd.DataFrame) -> dict[str, float]:
    whole = measure(lines, (attainment, gap_to_quota)).iloc[0]
    credited, quota = float(lines["credited"].sum()), float(lines["quota"].sum())
    expected = float((lines["quota"] * lines["expected_share"]).sum())
    once = lines[lines["quota"] > 0].drop_duplicates("period")
    days = float((once["days_elapsed"] + once["days_left"]).sum())
    ahead = credited - expected
    return {
        "credited": credited,
        "quota": quota,
        "attainment": whole["attainment"],
        "gap": whole["gap_to_quota"],
        "expected": expected,
        "ahead": ahead if quota > 0 else np.nan,
        "ahead_days": ahead * days / quota if quota > 0 else np.nan,
    }


def year_so_far(course: Course) -> pd.DataFrame:
    """What was credited to the rep since the span began, day by day, beside the quotas asked.

    Returns
    -------
    pandas.DataFrame
        Every ``day`` of the span; ``credited`` and ``quota``, both cumulative: a quota counts
        from the day on which its period begins. ``credited`` is null after ``until``, ``quota``
        after the last period that has one (but not before ``until``).
    """
    own, span = course.own, course.span
    within = own[own["period_start"].between(pd.Timestamp(span.start), pd.Timestamp(span.end))]
    asked = within[within["quota"].notna()]
    known = max([course.until, *asked["period_end"].dt.date])
    days = pd.date_range(span.start, span.end)
    sums = credited_between(course.person, span.start, course.until)
    daily = {
        "credited": sums.groupby("credited_on")["amount"].sum(),
        "quota": asked.groupby("period_start")["quota"].sum(),
    }
    told = {name: found.reindex(days, fill_value=0.0).cumsum() for name, found in daily.items()}
    return pd.DataFrame(
        {
            "day": days,
            "credited": told["credited"].where(days <= pd.Timestamp(course.until)).to_numpy(),
            "quota": told["quota"].where(days <= pd.Timestamp(known)).to_numpy(),
        }
    )

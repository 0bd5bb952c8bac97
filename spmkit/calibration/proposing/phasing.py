"""A quota of a period laid out over its months, weeks and days, exact in sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from spmkit.attainment.selling import selling_dates
from spmkit.calendar import WEEKDAYS, Calendar
from spmkit.calibration.proposing.rounding import Cents, cents_of, shared_out
from spmkit.data import DataError
from spmkit.intervals import Floats
from spmkit.periods import Period

Part: TypeAlias = Literal["month", "week", "day"]
_COLUMNS = ("rep_id", "territory_id", "part", "starts_on", "ends_on", "selling_days", "quota")


@dataclass(frozen=True)
class Days:
    """The days of a period: which are selling days, and in which month each lies.

    Parameters
    ----------
    period
        The period.
    dates
        Its days.
    selling
        1 where a day is one on which the company sells; where none is, 1 for all.
    months
        The fiscal months, or the period itself where its calendar has none.
    month
        For each day the place of its month.
    """

    period: Period
    dates: pd.DatetimeIndex
    selling: Floats
    months: list[Period]
    month: np.ndarray[tuple[int], np.dtype[np.intp]]


def days_of(period: Period, calendar: Calendar, holidays: str | None = None) -> Days:
    """List the days of a period.

    Parameters
    ----------
    period
        A period of the calendar.
    calendar
        The fiscal calendar.
    holidays
        Whose public holidays are no selling days, such as ``"US"``.

    Examples
    --------
    >>> calendar = Calendar()
    >>> found = days_of(calendar.period("2026Q3"), calendar)
    >>> int(found.selling.sum()), [month.label for month in found.months]
    (66, ['2026M07', '2026M08', '2026M09'])
    """
    dates = pd.date_range(period.start, period.end)
    selling = dates.isin(selling_dates(period.start, period.end, holidays)).astype("float64")
    months = [period] if calendar.starts else calendar.parts(period, "month")
    starts = pd.DatetimeIndex([month.start for month in months])
    place = np.asarray(starts.searchsorted(dates, side="right")) - 1
    return Days(period, dates, selling if selling.any() else np.ones(len(dates)), months, place)


def phased(
    quotas: pd.DataFrame,
    days: Days,
    by: Part = "month",
    seasonality: Mapping[str, float] | None = None,
    week_starts: str = "monday",
) -> pd.DataFrame:
    """Lay quotas out over the parts of their period.

    A month gets its selling days times its index, a week and a day their share
    of the month's selling days. Months are shared out to the cent first, days
    within them, so months, weeks and days agree with each other. This is what
    the policy asks for; pace follows how sales do come in, which is another
    question.

    Parameters
    ----------
    quotas
        ``quota`` and ``rep_id``, and ``territory_id`` where seats are vacant.
    days
        Of the period, as :func:`days_of` lists them.
    by
        ``month``, ``week`` (cut at the ends of the period) or ``day``.
    seasonality
        Label of a month to its sales a selling day, as a multiple of a usual month's: see
        :func:`seasonal_indices`; none, or a month that is not in it, is 1.
    week_starts
        Such as ``sunday``.

    Returns
    -------
    pandas.DataFrame
        A row a seat and part: ``rep_id``, ``territory_id``, ``part`` (a month's label, else the
        first day), ``starts_on``, ``ends_on``, ``selling_days``, ``quota``.

    Raises
    ------
    DataError
        Where an index is not a number at or above zero, or a quota is missing.

    Examples
    --------
    >>> calendar = Calendar()
    >>> days = days_of(calendar.period("2026Q3"), calendar)
    >>> quotas = pd.DataFrame({"rep_id": ["ada"], "quota": [6600.01]})
    >>> phased(quotas, days)[["part", "selling_days", "quota"]].values.tolist()
    [['2026M07', 23, 2300.01], ['2026M08', 21, 2100.0], ['2026M09', 22, 2200.0]]
    >>> phased(quotas, days, "month", {"2026M09": 1.5})["quota"].tolist()
    [1971.43, 1800.0, 2828.58]
    """
    whole = _whole(quotas)
    amounts = _by_day(whole, days, _indices(days, seasonality))
    starts = _starts(days, by, week_starts)
    summed = np.add.reduceat(amounts, starts, axis=1)
    selling = np.add.reduceat(days.selling, starts).astype("int64")
    first = days.dates[starts]
    last = days.dates[[*(starts[1:] - 1), len(days.dates) - 1]]
    labels = [m.label for m in days.months] if by == "month" else list(first.strftime("%Y-%m-%d"))
    seats, parts = summed.shape
    frame = quotas.reindex(columns=["rep_id", "territory_id"]).astype("object")
    frame = frame.loc[frame.index.repeat(parts)].reset_index(drop=True)
    frame = frame.assign(
        part=labels * seats,
        starts_on=np.tile(first.to_numpy(), seats),
        ends_on=np.tile(last.to_numpy(), seats),
        selling_days=np.tile(selling, seats),
        quota=summed.ravel() / 100,
    )
    return frame[[*_COLUMNS]]


def _whole(quotas: pd.DataFrame) -> list[int]:
    values = quotas["quota"].to_numpy("float64", na_value=np.nan)
    if not (values >= 0).all() or not np.isfinite(values).all():
        raise DataError("a quota is missing or below zero: only quotas that are set can be phased.")
    return [cents_of(value) for value in values]


def _indices(days: Days, seasonality: Mapping[str, float] | None) -> Floats:
    found = np.array(
        [(seasonality or {}).get(month.label, 1.0) for month in days.months], "float64"
    )
    if not (np.isfinite(found).all() and (found >= 0).all() and found.any()):
        raise DataError("an index of seasonality must be a number at or above 0, some above it.")
    return found


def _by_day(whole: list[int], days: Days, indices: Floats) -> Cents:
    """A row a quota, a column a day."""
    count = len(days.months)
    weights = indices * np.bincount(days.month, weights=days.selling, minlength=count)
    if not weights.any():  # all selling days lie in months of which nothing is asked
        weights = indices
    by_month = shared_out(whole, weights[None, :])
    found = np.zeros((len(whole), len(days.dates)), dtype=np.int64)
    for place in range(count):
        inside = days.month == place
        found[:, inside] = shared_out(by_month[:, place], days.selling[inside][None, :])
    return found


def _starts(days: Days, by: Part, week_starts: str) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The places of the days on which parts begin."""
    if by == "month":
        begins = np.diff(days.month, prepend=-1) > 0
    elif by == "week":
        begins = days.dates.day_of_week.to_numpy() == _weekday(week_starts)
    elif by == "day":
        begins = np.ones(len(days.dates), dtype=bool)
    else:
        raise DataError(f"by is {by!r}; it is month, week or day.")
    begins[0] = True
    return np.flatnonzero(begins)


def _weekday(week_starts: str) -> int:
    if week_starts not in WEEKDAYS:
        raise DataError(f"week_starts is {week_starts!r}; it is one of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(week_starts)

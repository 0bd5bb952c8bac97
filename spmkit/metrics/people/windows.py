"""The days over which something of people or territories is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.periods import DAY, months_later

Day: TypeAlias = "date | str"
_YEAR = 365.25


@dataclass(frozen=True)
class Window:
    """A span of days, both ends included.

    Parameters
    ----------
    start
        The first day.
    end
        The last day.

    Examples
    --------
    >>> Window(date(2026, 1, 1), date(2026, 3, 31)).years
    0.25
    """

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def years(self) -> float:
        """Its length in years: whole months count as twelfths, any other span by its days."""
        after = self.end + DAY
        months = (after.year - self.start.year) * 12 + after.month - self.start.month
        whole = months > 0 and months_later(self.start, months) == after
        return months / 12 if whole else self.days / _YEAR

    def overlap(self, first: pd.Series[Any], last: pd.Series[Any]) -> pd.Series[Any]:
        """Count the days of spells (both ends included) that lie within."""
        earliest: Any = pd.Timestamp(self.start)
        latest: Any = pd.Timestamp(self.end)
        inside = last.clip(upper=latest) - first.clip(lower=earliest)
        days: pd.Series[Any] = (inside.dt.days + 1).clip(lower=0)
        return days


def window_of(data: SalesData, start: Day | None = None, end: Day | None = None) -> Window:
    """Make a window of days that the data have seen; by default the 12 months up to as_of.

    Raises
    ------
    ValueError
        Where it ends before it starts, or after as_of: what has not happened cannot be counted.
    """
    last = data.as_of if end is None else pd.Timestamp(end).date()
    first = months_later(last + DAY, -12) if start is None else pd.Timestamp(start).date()
    if last < first:
        raise ValueError(f"the window ends ({last}) before it starts ({first}).")
    if last > data.as_of:
        raise ValueError(f"the window ends on {last}, after the data's as_of ({data.as_of}).")
    return Window(first, last)


def as_days(values: Any) -> pd.Series[Any]:
    """Bring the dates of any engine to one type, without their hours."""
    return pd.Series(pd.to_datetime(values)).astype("datetime64[s]").dt.normalize()


def column_names(frame: Any) -> list[str]:
    """Name the columns of a frame of any engine."""
    return list(nw.from_native(frame).lazy().collect_schema().names())

"""What a diagnosis starts from: the data, the period that is asked about, and those beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import credit_lines
from spmkit.data import DataError, SalesData
from spmkit.data.frames import kept
from spmkit.data.quality import to_pandas
from spmkit.metrics.activities import activity_lines
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.review.opening import Periods, review_periods

_CREDIT = ("rep_id", "opportunity_id", "credited_on", "amount", "credit_type")
_WINDOW = 4  # periods that are looked at together: a year of quarters, so that rates have an n


@dataclass(frozen=True)
class Diagnosis:
    """What a diagnosis is made from: the data and its periods.

    ``hours`` says to which category a type of activity belongs, where the company's own map
    is not the house's: type to ``selling``, ``prospecting``, ``admin``, ``internal`` or
    ``travel``; None leaves a type out.
    """

    data: SalesData
    periods: Periods
    hours: tuple[tuple[str, str | None], ...] = ()

    @property
    def label(self) -> str:
        """The period that is asked about."""
        return self.periods.now.label

    @property
    def window(self) -> tuple[str, ...]:
        """The labels of up to four periods, the last one asked about: rates are of them all."""
        return self.periods.trend[-_WINDOW:]

    @property
    def spoken_window(self) -> str:
        """The window in words, such as ``2025Q4 to 2026Q3``."""
        first, last = self.window[0], self.window[-1]
        return first if first == last else f"{first} to {last}"

    @property
    def start(self) -> pd.Timestamp:
        """The first day of the window."""
        return pd.Timestamp(self.data.calendar.period(self.window[0]).start)

    @property
    def end(self) -> pd.Timestamp:
        """The last day of the window that the data has seen."""
        return pd.Timestamp(min(self.periods.now.end, self.data.as_of))

    def found(self, way: Callable[[Diagnosis], Any]) -> Any:
        """What a way of looking at the diagnosis finds, worked out once for all who ask."""
        name = f"{way.__module__}.{way.__qualname__} of {self.periods.trend} by {self.hours}"
        return self.data.fact(name, lambda: way(self))

    @property
    def activities(self) -> Any:
        """Every activity by the company's map of categories; raises where none are given."""
        return self.data.fact(f"activities by {self.hours}", self._activities)

    def _activities(self) -> Any:
        return activity_lines(self.data, dict(self.hours) or None)

    @property
    def opportunities(self) -> Any:
        """Every opportunity with its flags and attributes, lazily."""
        return self.data.fact("opportunities of a diagnosis", self._opportunities)

    def _opportunities(self) -> Any:
        return opportunity_lines(self.data)

    @property
    def credits(self) -> Any:
        """The credits of the source, put together once for all who ask.

        None where it has no credits of its own: then the owner of a win counts.
        """
        if "credits" not in self.data:
            return None
        return self.data.fact("credits of a diagnosis", self._credits)

    def _credits(self) -> Any:
        lines = nw.from_native(credit_lines(self.data)).lazy().select(*_CREDIT)
        return kept(lines, self.data.connection).to_native()


def category_map(text: str) -> dict[str, str | None]:
    """Read what types of activity count as, from a text such as a report's parameter.

    Parameters
    ----------
    text
        Pairs with a comma between them; nothing behind the sign leaves a type out.

    Raises
    ------
    DataError
        Where a pair has no sign.

    Examples
    --------
    >>> category_map("demo = selling, commute =")
    {'demo': 'selling', 'commute': None}
    """
    pairs = [pair for pair in text.split(",") if pair.strip()]
    unsigned = [pair.strip() for pair in pairs if "=" not in pair]
    if unsigned:
        raise DataError(
            f"hours: {unsigned[0]!r} names no category; write type = category with commas between, "
            'such as "demo = selling, commute = ".'
        )
    named = (pair.partition("=") for pair in pairs)
    return {kind.strip(): category.strip() or None for kind, _, category in named}


def open_diagnosis(
    data: SalesData, period: str = "", hours: dict[str, str | None] | None = None
) -> Diagnosis:
    """Ask where the effort of a period goes, and what it yields.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; empty for the last complete period. Rates are of up to four
        periods that end with it.
    hours
        Type of activity to category, where it differs from the data's own; None leaves a type out.

    Raises
    ------
    DataError
        Where the period starts after the data's as_of, or nothing was sold up to its end.

    Examples
    --------
    >>> diagnosis = open_diagnosis(spm.open_data(spm.shipped("datasets") / "sample"))
    >>> diagnosis.label, diagnosis.spoken_window
    ('2026Q3', '2025Q4 to 2026Q3')
    """
    periods = review_periods(data, period or None)
    if periods.now.start > data.as_of:
        raise DataError(
            f"{periods.now.label} starts after as_of ({data.as_of}): choose an earlier period."
        )
    lines = nw.from_native(opportunity_lines(data, attributes=())).lazy()
    first = to_pandas(lines.select(nw.col("created_on").min())).iloc[0, 0]
    if pd.isna(first) or pd.Timestamp(first) > pd.Timestamp(periods.now.end):  # type: ignore[arg-type]
        raise DataError(
            f"{data.name} has no opportunity created by {periods.now.end}, the end of "
            f"{periods.now.label}: choose another period."
        )
    return Diagnosis(data, periods, tuple((hours or {}).items()))

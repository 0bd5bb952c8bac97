"""What a review starts from: its periods, their quota lines and their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import (
    attainment,
    attainment_without_largest,
    gap_to_quota,
    issued_quotas,
    mean_attainment,
    median_attainment,
    pace,
    participation_rate,
    quota_lines,
    run_rate_projection,
)
from spmkit.attainment.lines import asked_periods, held_quotas
from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas
from spmkit.lines import periods_with_quotas
from spmkit.measure import measure
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.periods import Period, as_date
from spmkit.review.closings import conversion

STANDING = (
    attainment,
    participation_rate,
    mean_attainment,
    median_attainment,
    gap_to_quota,
    attainment_without_largest,
    pace,
    run_rate_projection,
)

_TREND = 8


@dataclass(frozen=True)
class Periods:
    """The period of a review, the one before it if there is one, and those of its trend."""

    now: Period
    complete: bool
    before: Period | None
    trend: tuple[str, ...]

    @property
    def spoken(self) -> str:
        """The period's label in a sentence; one without a name is told by its first day."""
        return f"the period from {self.now.label}" if "-" in self.now.label else self.now.label


def review_periods(data: SalesData, period: str | None = None) -> Periods:
    """Choose the period of a review, the one before it, and up to eight for the trend.

    Parameters
    ----------
    data
        An open source.
    period
        A label; none for the last complete period.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> review_periods(data).now.label
    '2026Q3'
    """
    calendar = data.calendar
    now = calendar.period(period) if period else calendar.last_complete(data.as_of)
    complete = calendar.is_complete(now, data.as_of)
    earlier = [p for p in _known_periods(data) if p.end < now.start and p.grain == now.grain]
    shown = [*earlier[1 - _TREND :], now]
    before = earlier[-1] if earlier else None
    return Periods(now, complete, before, tuple(p.label for p in shown))


def _known_periods(data: SalesData) -> list[Period]:
    """The periods that have quotas; without any quotas, those since the first closing."""
    labels = periods_with_quotas(data)
    if labels:
        return [data.calendar.period(label) for label in labels]
    closed = nw.from_native(opportunity_lines(data, attributes=())).lazy()
    first = to_pandas(closed.select(nw.col("closed_on").min())).iloc[0, 0]
    if pd.isna(first):  # type: ignore[arg-type]
        return []
    return data.calendar.between(as_date(first), data.as_of)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Review:
    """What a review is made from: the data, its periods, their quota lines and their sums.

    ``people`` are the lines of reps with a quota, or, where there are no quotas, of every rep
    with a credit; ``earlier`` and the conversion of the period before are None where there is
    none.
    """

    data: SalesData
    periods: Periods
    lines: pd.DataFrame
    before: pd.DataFrame
    now: pd.Series[Any]
    earlier: pd.Series[Any] | None
    conversion: pd.Series[Any]
    conversion_before: pd.Series[Any] | None

    @property
    def people(self) -> pd.DataFrame:
        """The lines that the review's groups are made of."""
        return _people(self.lines)

    @property
    def scope(self) -> str:
        """Whom the review is about, for the head of a page."""
        return "all teams"

    @property
    def over_assigned(self) -> float | None:
        """How far the quotas issued exceed the plan that they serve; None without a plan."""
        return over_assignment(self.data, self.periods.now)

    @property
    def has_quotas(self) -> bool:
        """Whether any rep has a quota above zero in the period."""
        return bool((self.lines["quota"] > 0).any())


def _people(lines: pd.DataFrame) -> pd.DataFrame:
    with_quota = lines[lines["quota"].notna()]
    if len(with_quota):
        return with_quota
    return lines[lines["rep_id"].notna()]


def open_review(data: SalesData, period: str | None = None) -> Review:
    """Measure what every part of a review starts from.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; empty or none for the last complete period.

    Raises
    ------
    DataError
        Where nothing was credited and no quota was issued in the period.
    """
    periods = review_periods(data, period or None)
    # Asked for alone, a period's quotas are judged more strictly than among others.
    held_quotas(data, asked_periods(data, periods.now.label))
    every = trend_lines(data, periods)
    lines = lines_in(every, periods.now)
    if lines.empty:
        raise DataError(
            f"{data.name} has no quotas and no credited sales in {periods.now.label} "
            f"({periods.now.start} to {periods.now.end}): choose another period."
        )
    before = periods.before
    earlier = lines_in(every, before) if before else lines.head(0)
    return Review(
        data,
        periods,
        lines,
        _people(earlier),
        standing(lines),
        standing(earlier) if len(earlier) else None,
        conversion(data, periods.now),
        conversion(data, before) if before else None,
    )


def trend_lines(data: SalesData, periods: Periods) -> pd.DataFrame:
    """The quota lines of all periods of a trend, measured once."""
    labels = list(periods.trend)
    made = f"quota lines of {' '.join(labels)}"
    lines: pd.DataFrame = data.fact(made, lambda: quota_lines(data, labels))
    return lines


def lines_in(lines: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The quota lines of one period among several."""
    return lines[lines["period"] == period.label].reset_index(drop=True)


def standing(lines: pd.DataFrame) -> pd.Series[Any]:
    """Measure the whole of some quota lines in one row.

    Parameters
    ----------
    lines
        Quota lines of one period.

    Returns
    -------
    pandas.Series
        The metrics of :data:`STANDING` with their ``_n``, ``_low``, ``_high``; ``credited`` and
        ``quota`` of the lines with a quota; ``at_quota``, the number of reps.
    """
    row = measure(lines, STANDING, confidence=0.95).iloc[0]
    people = _people(lines)
    sums = {"credited": people["credited"].sum(), "quota": people["quota"].sum(min_count=1)}
    share, reps = row["participation_rate"], row["participation_rate_n"]
    sums["at_quota"] = 0 if pd.isna(share) else round(share * reps)
    whole: pd.Series[Any] = pd.concat([row, pd.Series(sums)])
    return whole


def over_assignment(data: SalesData, period: Period) -> float | None:
    """How far the rep quotas issued, vacant seats included, exceed the company's plan.

    The plan is the company-level quota line of the period; without one the
    answer is None.
    """
    plan = issued_quotas(data, [period], level="company")["issued_quota"].sum(min_count=1)
    issued = issued_quotas(data, [period])["issued_quota"].sum(min_count=1)
    if pd.isna(plan) or pd.isna(issued) or plan <= 0:
        return None
    return float(issued / plan - 1)

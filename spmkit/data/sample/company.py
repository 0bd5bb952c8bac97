"""The settings of a sample company, and what is planted in every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Draw: TypeAlias = dict[str, Array]
QuotaRule: TypeAlias = Literal["last year", "expectation"]

NONE = -1  # no day, no label, no reference
FAR = 40_000  # a day that never comes
YEAR_SEASON = np.array([0.92, 0.99, 0.96, 1.13])

# What is planted, so that a method can be held against the truth.
UNFAIR_REGION, UNFAIR_FACTOR = 2, 1.24
ADMIN_REGION, ADMIN_SHARE = 1, 0.34
SLOW_SOURCE = 1
BOTTLENECK_STAGE = 3
POTENTIAL_ELASTICITY = 0.7
QUOTA_GROWTH = 0.02
JUDGEMENT = 0.05
SALES_GROWTH = 0.12
LAST_QUARTER_SHOCK = -0.11
COACHING_EFFECT = 0.40
ENGAGEMENT_EFFECT = 0.25
OVER_ASSIGNMENT = {"team": 1.06, "company": 1.10}


@dataclass(frozen=True)
class Company:
    """The size of a sample company.

    Parameters
    ----------
    reps
        Seats that carry a quota; leavers are replaced, so more people pass through.
    quarters
        Complete quarters, the last of which is 2026Q3.
    opportunities_per_rep
        Opportunities that a rep closes a quarter, on average.
    activities_per_opportunity
        Activities, on average.
    seed
        The same seed gives the same bytes.
    quota_rule
        ``last year`` plants the ratchet: last year's sales and a bit more. ``expectation`` gives
        what a territory can be expected to buy, judged anew each year, whatever was sold there.
    unfair_factor
        By how much the quotas of one region are too high; 1 plants nothing.

    Raises
    ------
    ValueError
        If the company is too small for its story to be told, or too large for its identifiers.

    Examples
    --------
    >>> Company().teams
    7
    """

    reps: int = 60
    quarters: int = 12
    opportunities_per_rep: float = 28.0
    activities_per_opportunity: float = 4.0
    seed: int = 20231120
    quota_rule: QuotaRule = "last year"
    unfair_factor: float = UNFAIR_FACTOR

    def __post_init__(self) -> None:
        """Refuse what cannot be a company."""
        if not (20 <= self.reps <= 30_000 and 4 <= self.quarters <= 40):
            raise ValueError(
                f"A sample company has 20 to 30,000 reps and 4 to 40 quarters; got {self.reps} reps"
                f" and {self.quarters} quarters."
            )
        if self.opportunities_per_rep < 5 or self.activities_per_opportunity < 0:
            raise ValueError(
                "A rep of a sample company closes at least 5 opportunities a quarter, with 0 or"
                f" more activities each; got {self.opportunities_per_rep} and"
                f" {self.activities_per_opportunity}."
            )
        if self.quota_rule not in ("last year", "expectation") or not self.unfair_factor > 0:
            raise ValueError(
                'quota_rule is "last year" or "expectation", and unfair_factor above zero; got'
                f" {self.quota_rule!r} and {self.unfair_factor}."
            )

    @property
    def teams(self) -> int:
        """Number of teams, each with one manager."""
        return max(4, round(self.reps / 8.5))

    def random(self, *stream: int) -> np.random.Generator:
        """Give the random numbers of one stream, whatever else was drawn before."""
        return np.random.default_rng([self.seed, *stream])


def day(text: str) -> int:
    """Give a date as days since 1970.

    Parameters
    ----------
    text
        An ISO date.

    Returns
    -------
    int
        Days since 1970-01-01.

    Examples
    --------
    >>> day("1970-02-01")
    31
    """
    return int(np.datetime64(text, "D").astype(int))


AS_OF = day("2026-10-02")


def quarter_starts(quarters: int) -> Array:
    """Give the first days of the quarters that end with 2026Q3, and of four after them.

    Parameters
    ----------
    quarters
        Complete quarters.

    Returns
    -------
    Array
        ``quarters + 4`` days since 1970.

    Examples
    --------
    >>> int(quarter_starts(12)[12]) == day("2026-10-01")
    True
    """
    months = np.datetime64("2026-10", "M") + 3 * np.arange(-quarters, 4)
    return months.astype("datetime64[D]").astype(np.int64)


def on_weekday(days: Array) -> Array:
    """Move Saturdays and Sundays to the Friday before.

    Parameters
    ----------
    days
        Days since 1970.

    Returns
    -------
    Array
        Days of which none lies on a weekend.

    Examples
    --------
    >>> (on_weekday(np.array([day("2026-08-01"), day("2026-08-03")])) - day("2026-08-01")).tolist()
    [-1, 2]
    """
    weekday = (days + 3) % 7
    return np.asarray(days - np.maximum(weekday - 4, 0))

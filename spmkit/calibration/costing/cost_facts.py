"""Facts of what quotas cost: sums over seats by past error, and quantiles of drawn totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.common_shock import CommonShock
from spmkit.calibration.proposing.past_periods import past_mean
from spmkit.intervals import Floats

HALF = 0.5
FEWEST_ERRORS = 20
"""Of fewer past errors no range of the total is given."""
_CONFIDENCE = 0.95
_PLACES = {"P10": 0.1, "P50": 0.5, "P90": 0.9}
_COLUMNS = ("fact", "value", "unit", "low", "high", "n", "status")


@dataclass
class Sums:
    """What seats add up to: their pay at target, and at each past error.

    Parameters
    ----------
    errors
        How many past errors each seat is paid at.
    periods
        The past period of each; None where it is not known.
    """

    errors: int
    reps: int = 0
    target: float = 0.0
    at_quota: float = 0.0
    at_level: float = 0.0
    by_error: Floats = field(init=False)
    below: Floats = field(init=False)
    periods: Floats | None = None

    def __post_init__(self) -> None:
        self.by_error, self.below = np.zeros(self.errors), np.zeros(self.errors)

    def add(self, target: Floats, index: Floats, at_level: Floats, at_quota: float) -> None:
        """Add seats.

        Parameters
        ----------
        target
            Target pay of each.
        index
            Payout over target of each at each error, a row an error.
        at_level
            Payout over target at the sales that are expected of each.
        at_quota
            Payout over target at just 100 %.

        Examples
        --------
        >>> sums = Sums(2)
        >>> sums.add(np.array([10.0]), np.array([[0.0], [1.5]]), np.array([1.0]), 1.0)
        >>> sums.by_error.tolist(), sums.below.tolist(), sums.at_quota
        ([0.0, 15.0], [1.0, 0.0], 10.0)
        """
        self.reps += len(target)
        self.target += float(target.sum())
        self.at_quota += at_quota * float(target.sum())
        self.at_level += float(at_level @ target)
        self.by_error += index @ target
        self.below += (index < HALF - 1e-9).sum(axis=1)


def cost_facts(sums: Sums, errors: int, shock: CommonShock, totals: Floats) -> pd.DataFrame:
    """The facts of :func:`payout_cost`.

    Parameters
    ----------
    sums
        Of all seats that are paid.
    errors
        Past errors.
    shock
        The common shock.
    totals
        Draws of the total at the shock, its low and its high, a row each, sorted.

    Examples
    --------
    >>> from spmkit.calibration.costing.common_shock import assumed_shock
    >>> sums = Sums(2)
    >>> sums.add(np.array([10.0]), np.array([[0.0], [1.5]]), np.array([1.0]), 1.0)
    >>> found = cost_facts(sums, 2, assumed_shock(0.1), np.zeros((3, 0)))
    >>> found.set_index("fact")["value"][["expected cost", "Jensen gap"]].tolist()
    [7.5, -2.5]
    """
    mean, low, high = _mean(sums.by_error, errors, sums.periods)
    bounds = _mean(sums.below, errors, sums.periods)
    below, below_low, below_high = (part / sums.reps for part in bounds)
    few = past_mean(sums.by_error, sums.periods).few
    told = (few or "ok") if errors >= FEWEST_ERRORS else "insufficient n"
    flat = sums.at_quota
    share = (part / sums.target for part in (mean, low, high))
    rows = [
        _row("target pay", "money", (sums.target, np.nan, np.nan), sums.reps),
        _row("cost at target", "money", (flat, np.nan, np.nan), sums.reps),
        _row("expected cost", "money", (mean, low, high), errors, told),
        _row("Jensen gap", "money", (mean - flat, low - flat, high - flat), errors, told),
        _row("gap by level", "money", (sums.at_level - flat, np.nan, np.nan), sums.reps),
        _row("gap by spread", "money", (mean - sums.at_level, np.nan, np.nan), errors, told),
        _row("payout over target", "percent", tuple(share), errors, told),
        _row("below half of target", "percent", (below, below_low, below_high), errors, told),
        _row("common shock", "number", (shock.value, shock.low, shock.high), shock.n, shock.status),
        *_range(totals, errors, shock),
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(
    fact: str, unit: str, told: tuple[float, ...], n: int, status: str = "ok"
) -> dict[str, Any]:
    value, low, high = told
    return dict(zip(_COLUMNS, (fact, value, unit, low, high, n, status), strict=True))


def _mean(by_error: Floats, errors: int, periods: Floats | None) -> tuple[float, float, float]:
    """A mean over the errors of the past with its bounds, those of one period taken as one."""
    mean = float(by_error.mean())
    if periods is not None:
        found = past_mean(by_error, periods, _CONFIDENCE)
        return mean, found.low, found.high
    if errors < 2:
        return mean, np.nan, np.nan
    from scipy.stats import t

    half = float(t.ppf((1 + _CONFIDENCE) / 2, errors - 1) * by_error.std() / np.sqrt(errors - 1))
    return mean, mean - half, mean + half


def _range(totals: Floats, errors: int, shock: CommonShock) -> list[dict[str, Any]]:
    status = _range_status(errors, shock)
    if status != "ok" or not totals.size:
        nothing = (np.nan, np.nan, np.nan)
        return [_row(name, "money", nothing, errors, status) for name in (*_PLACES, "P90 less P50")]
    told = {name: _quantile(totals, place) for name, place in _PLACES.items()}
    apart = np.quantile(totals, 0.9, axis=1) - np.quantile(totals, 0.5, axis=1)
    reserve = (float(apart[0]), float(apart.min()), float(apart.max()))
    rows = [_row(name, "money", values, errors) for name, values in told.items()]
    return [*rows, _row("P90 less P50", "money", reserve, errors)]


def _range_status(errors: int, shock: CommonShock) -> str:
    if not shock.known:
        return "insufficient n: the common shock is not known"
    return "ok" if errors >= FEWEST_ERRORS else "insufficient n"


def _quantile(totals: Floats, place: float) -> tuple[float, float, float]:
    """A quantile at the shock, and its bounds at any of the three, chance of the draws in."""
    draws = totals.shape[1]
    reach = 1.96 * np.sqrt(place * (1 - place) / draws)
    near = np.quantile(totals, np.clip([place - reach, place + reach], 0, 1), axis=1)
    return float(np.quantile(totals[0], place)), float(near[0].min()), float(near[1].max())

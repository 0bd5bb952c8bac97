"""What hits all seats at once: how far the sums of past periods were off what was expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.intervals import Floats, refuse_confidence

FEWEST_PERIODS = 5
"""Of fewer periods no common shock is estimated."""
_READ = ("step", "credited", "expected", "spread")


@dataclass(frozen=True)
class CommonShock:
    """The standard deviation of the logarithm of what hits all seats of a period at once.

    Parameters
    ----------
    value, low, high
        The estimate and its interval; null where it cannot be told.
    n
        Past periods.
    status
        ``ok``, ``assumed`` (a number of yours), or why there is none.
    """

    value: float
    low: float
    high: float
    n: int
    status: str

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return bool(np.isfinite(self.value))


def assumed_shock(value: float) -> CommonShock:
    """Take a common shock as given.

    Raises
    ------
    ValueError
        Where it is no standard deviation of a logarithm.

    Examples
    --------
    >>> assumed_shock(0.1).status
    'assumed'
    """
    if not (np.isfinite(value) and 0 <= value <= 2):
        raise ValueError(f"the common shock is {value}; write a number from 0 to 2, such as 0.1.")
    return CommonShock(float(value), float(value), float(value), 0, "assumed")


def common_shock(lines: pd.DataFrame, confidence: float = 0.95) -> CommonShock:
    """Estimate the common shock from expectations that are over.

    The sum of a period is off by what its seats were off each on their own,
    which mostly evens out, and by what hit them all. The former is known from
    their spreads; what the sums were off beyond it is the latter. A level that
    was missed the same way each time counts in, since it makes a sum as wrong.

    Parameters
    ----------
    lines
        A row a seat and period with ``step``, ``credited``, ``expected`` and ``spread``: the
        lines of one method of a back-test.
    confidence
        Of the interval.

    Returns
    -------
    CommonShock
        ``insufficient n`` below five periods. The interval takes the sums' logarithms as normal
        and is wide for few periods; a low of 0 says that none need be there.

    Raises
    ------
    DataError
        Where a column is missing, or the lines are of several methods.

    Examples
    --------
    Forty seats, each off by 10 % on its own, in periods that were 20 % above and below:

    >>> periods = [pd.DataFrame({"step": step, "expected": 100.0, "spread": 10.0,
    ...     "credited": 100 * shock}, index=range(40))
    ...     for step, shock in enumerate([1.2, 0.83, 1.21, 0.82, 1.2, 0.84])]
    >>> found = common_shock(pd.concat(periods))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.n
    (0.19, 0.12, 0.41, 6)

    References
    ----------
    Paule and Mandel 1982, doi 10.6028/jres.087.022 (the estimate); Viechtbauer 2007 (the
    interval by the profile of Q), doi 10.1002/sim.2514.
    """
    refuse_confidence(confidence)
    off, own, apart = _periods(lines)
    n = len(off)
    if n < FEWEST_PERIODS:
        status = f"insufficient n: {n} past periods, and {FEWEST_PERIODS} are needed"
        return CommonShock(np.nan, np.nan, np.nan, n, status)
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    wanted = (float(n), float(chi2.ppf(1 - tail, n)), float(chi2.ppf(tail, n)))
    value, low, high = (_shock_at(q, off, own, apart) for q in wanted)
    return CommonShock(value, low, high, n, "ok")


def _periods(lines: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """How far each period's sum was off (logarithm), and the variance of that of its own seats.

    The third is the part of a common variance that does not stand in theirs already.
    """
    missing = [name for name in _READ if name not in lines]
    if missing:
        raise DataError(f"the lines have no column {missing[0]!r}: give those of a back-test.")
    if len(set(lines.get("method", ()))) > 1:
        raise DataError("the lines are of several methods: give those of one, such as calibrated.")
    known = lines.dropna(subset=list(_READ))
    known = known[(known["expected"] > 0) & (known["spread"] > 0)]
    squares = known.assign(spread=known["spread"] ** 2, square=known["expected"] ** 2)
    sums = squares.groupby("step")[["credited", "expected", "spread", "square"]].sum()
    sold, expected, spread, square = sums.to_numpy("float64").T
    alike = square / expected**2  # 1: all of it is one seat, which tells nothing of others
    usable = (sold > 0) & (alike < 1 - 1e-9)
    off = np.log(sold[usable] / expected[usable])
    return off, (spread / expected**2)[usable], 1 - alike[usable]


def _shock_at(wanted: float, off: Floats, own: Floats, apart: Floats) -> float:
    """The shock at which the squared misses, over their variances, sum to what is wanted."""
    from scipy.optimize import brentq

    def beyond(variance: float) -> float:
        return float((off**2 / np.maximum(own + variance * apart, 1e-12)).sum() - wanted)

    if beyond(0.0) <= 0:
        return 0.0
    most = float((off**2 / apart).sum()) / wanted + 1e-9
    return float(np.sqrt(brentq(beyond, 0.0, most)))

"""How far expectations were off: a spread that grows with the expectation, and errors in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spmkit.intervals import Floats

FEWEST_ERRORS = 20
"""Below so many past errors no distribution is given."""
_SMALL = 0.1  # of the mean expectation


@dataclass(frozen=True)
class Errors:
    """What past expectations teach about the next ones.

    Parameters
    ----------
    level
        What sales were of the expectations, in sum.
    linear, square
        The squared spread is ``linear`` times the expectation plus ``square`` times its square.
    sizes, periods
        Past errors in spreads, sorted, and the period of each.
    """

    level: float
    linear: float
    square: float
    sizes: Floats
    periods: Floats | None = None

    def expected(self, expectations: Floats) -> Floats:
        """Expectations at the level of the past."""
        return np.asarray(self.level * expectations)

    def spread(self, expectations: Floats) -> Floats:
        """The spread about expectations at the level of the past, above zero."""
        mean = self.expected(expectations)
        return np.sqrt(np.maximum(self.linear * mean + self.square * mean**2, 1e-12))


def errors_of(expectations: Floats, sold: Floats, periods: Floats | None = None) -> Errors | None:
    """Learn level, spread and errors from expectations that are over; None where they are few.

    The spread is fitted to squared errors (nonnegative least squares, weighted so
    that neither the largest nor the smallest seats decide alone); the errors
    in spreads are kept as they are, so nothing is assumed of their shape.

    Parameters
    ----------
    expectations, sold
        Of the same rows; rows without an expectation above zero are left out.
    periods
        The period of each row, which its error keeps.

    Examples
    --------
    >>> expectations = np.full(100, 50.0)
    >>> found = errors_of(expectations, expectations + np.tile([-10.0, 10.0], 50))
    >>> round(float(found.spread(np.array([50.0]))[0]), 3), found.sizes[[0, -1]].round(3).tolist()
    (10.0, [-1.0, 1.0])

    References
    ----------
    Lei and others 2018 (split conformal inference), doi 10.1080/01621459.2017.1307116.
    """
    from scipy.optimize import nnls

    known = np.isfinite(expectations) & np.isfinite(sold) & (expectations > 0)
    if known.sum() < FEWEST_ERRORS or not sold[known].sum() > 0:
        return None
    mean, real = expectations[known], sold[known]
    level = float(real.sum() / mean.sum())
    mean = level * mean
    usual = float(mean.mean())  # scaled, so that both columns are of one size
    weight = 1 / (mean / usual + _SMALL)  # no seat of next to nothing decides alone
    squares = ((real - mean) / usual) ** 2
    shares = np.column_stack([mean / usual, (mean / usual) ** 2])
    (linear, square), _ = nnls(shares * weight[:, None], squares * weight)
    if linear + square <= 0:
        return Errors(level, 1e-12, 0.0, np.zeros(len(mean)))
    learnt = Errors(level, float(linear * usual), float(square), np.zeros(0))
    sizes = (real - mean) / learnt.spread(expectations[known])
    order = np.argsort(sizes, kind="stable")
    when = None if periods is None else np.asarray(periods, "float64")[known][order]
    return Errors(learnt.level, learnt.linear, learnt.square, sizes[order], when)

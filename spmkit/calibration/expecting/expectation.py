"""What each seat is expected to sell in a period ahead, with the errors that were made before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.intervals import Floats


@dataclass(frozen=True)
class Expectation:
    """The sales to expect of each seat, and the distribution about them.

    What a seat sells is its expectation plus its spread times an error; errors
    are those of forecasts that were made before and are over, so nothing is
    assumed of their shape.

    Parameters
    ----------
    seats
        One row a seat with at least ``expected`` and ``spread`` (both in money, above zero).
    errors
        What was off in the past, in spreads; at least one.
    periods
        The period of each error; None: not known. Errors of one period are not independent.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": [100.0, 50.0],
    ...     "spread": [20.0, 20.0]})
    >>> ahead = Expectation(seats, np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))
    >>> ahead.quota_at(0.5).tolist()
    [100.0, 50.0]
    >>> ahead.probability(np.array([100.0, 60.0])).tolist()
    [0.6, 0.4]
    """

    seats: pd.DataFrame
    errors: Floats
    periods: Floats | None = None

    def __post_init__(self) -> None:
        """Sort the errors; refuse what gives no distribution.

        Raises
        ------
        ValueError
            Without an error, or where an expectation or spread is not above zero.
        """
        if not len(self.errors) or not np.isfinite(self.errors).all():
            raise ValueError("no distribution can be given: no error of the past is known.")
        for name in ("expected", "spread"):
            if not (self.seats[name] > 0).all():
                raise ValueError(f"{name} must be above zero for every seat.")
        order = np.argsort(self.errors, kind="stable")
        object.__setattr__(self, "errors", np.asarray(self.errors, "float64")[order])
        if self.periods is not None:
            object.__setattr__(self, "periods", np.asarray(self.periods, "float64")[order])

    def quota_at(self, probability: float) -> Floats:
        """The quota of each seat that it reaches with a probability; never below zero.

        Examples
        --------
        >>> seats = pd.DataFrame({"expected": [10.0], "spread": [20.0]})
        >>> Expectation(seats, np.array([-1.0, 0.0, 1.0])).quota_at(0.9).tolist()
        [0.0]
        """
        place = min(max(1 - probability, 0.0), 1.0)
        error = np.quantile(self.errors, place)
        return np.maximum(self._numbers("expected") + self._numbers("spread") * error, 0.0)

    def probability(self, quotas: Floats) -> Floats:
        """The probability that each seat sells at least its quota; NaN where there is none."""
        needed = (np.asarray(quotas, "float64") - self._numbers("expected")) / self._numbers(
            "spread"
        )
        below = np.searchsorted(self.errors, needed - 1e-12, side="left")
        reached = 1 - below / len(self.errors)
        return np.where(np.isnan(needed), np.nan, reached)

    def interval(self, confidence: float = 0.8) -> tuple[Floats, Floats]:
        """The range that holds a seat's sales with a probability, as much below as above."""
        tail = (1 - confidence) / 2
        return self.quota_at(1 - tail), self.quota_at(tail)

    def _numbers(self, name: str) -> Floats:
        return self.seats[name].to_numpy("float64")

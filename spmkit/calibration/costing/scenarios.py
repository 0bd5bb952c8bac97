"""What if: growth, a shock to some territories, another accelerator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.scenario_form import (
    Scenario,
    column_of,
    more_or_less,
    refuse_unknown,
    scaled,
)
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy_checks import refuse_number
from spmkit.data import DataError


@dataclass(frozen=True)
class Growth(Scenario):
    """Every seat sells more by a share, or less; how sure it is stays the same share of it.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}), np.zeros(1))
    >>> found, said = Growth(-0.1).applied(ahead)
    >>> found.seats.values.tolist(), said
    ([[90.0, 18.0]], 'Every seat sells 10 % less than expected.')
    """

    rate: float

    def __post_init__(self) -> None:
        refuse_number("rate", self.rate, -0.9, 10, "0.1 for 10 % more")

    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """Scale all seats alike."""
        factors = np.full(len(ahead.seats), 1 + self.rate)
        return scaled(
            ahead, factors, factors
        ), f"Every seat sells {more_or_less(self.rate)} than expected."


@dataclass(frozen=True)
class PotentialShock(Scenario):
    """The potential of some territories changes by a share, and their sales with it.

    Parameters
    ----------
    territories
        Their ids. A seat that holds several is moved by the share of them that is named.
    change
        -0.3 is 30 % less.
    elasticity
        By how many percent sales rise with one percent of potential.

    Examples
    --------
    >>> seats = pd.DataFrame({"territory_id": ["t1", "t2"], "expected": 100.0, "spread": 20.0})
    >>> found, said = PotentialShock(("t2",), -0.3).applied(Expectation(seats, np.zeros(1)))
    >>> found.seats["expected"].round(9).tolist(), said
    ([100.0, 70.0], 'Potential of t2 is 30 % less; its sales follow.')
    """

    territories: Sequence[str]
    change: float
    elasticity: float = 1.0

    def __post_init__(self) -> None:
        refuse_number("change", self.change, -0.99, 10, "-0.3 for 30 % less")
        refuse_number("elasticity", self.elasticity, 0, 3, "0.7")
        if isinstance(self.territories, str) or not len(self.territories):
            raise DataError('territories is no list of ids: write it as ("T1", "T2").')

    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """Scale the seats of the territories."""
        held = [_held(value) for value in column_of(ahead, "territory_id")]
        known = sorted({one for each in held for one in each})
        refuse_unknown("territory", self.territories, known)
        named = set(self.territories)
        share = np.array([len(named & set(each)) / max(len(each), 1) for each in held])
        moved = 1 + share * ((1 + self.change) ** self.elasticity - 1)
        found = scaled(ahead, moved, moved)
        if "potential" in found.seats:
            potential = found.seats["potential"] * (1 + share * self.change)
            found = replace(found, seats=found.seats.assign(potential=potential))
        own = "its sales follow" if len(named) == 1 else "their sales follow"
        names = _listed(self.territories, "territories")
        return found, f"Potential of {names} is {more_or_less(self.change)}; {own}."


@dataclass(frozen=True)
class Accelerator(Scenario):
    """What is paid beyond quota changes by a factor; nobody sells otherwise for it.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}), np.zeros(1))
    >>> Accelerator(0.75).applied(ahead)[1]
    'What is paid beyond quota is 25 % less.'
    >>> Accelerator(0.75).paid(PayCurve(tiers=((1.0, 2.0),))).payout(2.0)
    array(2.5)
    """

    factor: float

    def __post_init__(self) -> None:
        refuse_number("factor", self.factor, 0, 10, "0.75 for a quarter less")

    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """Leave what is expected as it is."""
        return ahead, f"What is paid beyond quota is {more_or_less(self.factor - 1)}."

    def paid(self, curve: PayCurve) -> PayCurve:
        """The curve with another accelerator."""
        return curve.accelerated(self.factor)


def _held(territory: Any) -> list[str]:
    """The territories of a seat: several are joined by a plus."""
    return [] if pd.isna(territory) else str(territory).split("+")


def _listed(names: Sequence[str], many: str) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} {many}"

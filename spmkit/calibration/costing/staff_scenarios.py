"""What if somebody leaves, or joins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.scenario_form import Scenario, column_of, refuse_unknown, scaled
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.proposing.policy_checks import refuse_number
from spmkit.data import DataError
from spmkit.units import whole_percent

_NOTHING = 1e-6  # what a seat that nobody covers is expected to sell, of what it was


@dataclass(frozen=True)
class Leaver(Scenario):
    """A rep leaves before the period: the seat is vacant, others sell part of it, nobody is paid.

    Luck shrinks by the square root of what is covered: a few deals are lumpier than many.

    Parameters
    ----------
    rep_id
        Who leaves.
    coverage
        The share of what was expected of the seat that is sold all the same.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> found, said = Leaver("bo", coverage=0.4).applied(Expectation(seats, np.zeros(1)))
    >>> found.seats["expected"].tolist(), found.seats["rep_id"].isna().tolist(), said
    ([100.0, 40.0], [False, True], 'bo leaves; 40 % of what the seat was to sell is covered.')
    """

    rep_id: str
    coverage: float = 0.5

    def __post_init__(self) -> None:
        refuse_number("coverage", self.coverage, 0, 1, "0.5 for half")

    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """Empty the seat."""
        reps = column_of(ahead, "rep_id")
        refuse_unknown("rep", [self.rep_id], sorted(reps.dropna()))
        gone = (reps == self.rep_id).to_numpy()
        covered = np.where(gone, max(self.coverage, _NOTHING), 1.0)
        found = scaled(ahead, covered, np.sqrt(covered))
        seats = found.seats.assign(rep_id=reps.astype("object").mask(gone, None))
        if "rep" in seats:
            seats = seats.assign(rep=seats["rep"].astype("object").mask(gone, None))
        told = f"{_name(ahead, gone)} leaves; {whole_percent(self.coverage)}"
        said = f"{told} of what the seat was to sell is covered."
        return replace(ahead, seats=seats), said


@dataclass(frozen=True)
class Joiner(Scenario):
    """A rep joins on a seat of its own, and sells what the ramp leaves of what usual peers do.

    Of a seat without a past the territory is not known either: its spread holds how
    far its peers lie apart, beside the luck of one of them. Luck shrinks by the square
    root: a few deals are lumpier than many.

    Parameters
    ----------
    rep_id
        A name that no rep has.
    ramp
        The share of a ramped rep's sales in the period.
    role
        Whose peers are taken; none takes all ramped reps.
    target_pay
        Variable pay at quota; none takes the median of the peers.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": [80.0, 120.0], "spread": 20.0})
    >>> found, said = Joiner("cy", ramp=0.25).applied(Expectation(seats, np.zeros(1)))
    >>> found.seats["expected"].tolist(), found.seats["spread"].round(1).tolist(), said
    ([80.0, 120.0, 25.0], [20.0, 20.0, 11.2], 'cy joins and sells 25 % of what ramped peers do.')
    """

    rep_id: str = "joiner"
    ramp: float = 0.25
    role: str | None = None
    target_pay: float | None = None

    def __post_init__(self) -> None:
        refuse_number("ramp", self.ramp, 0.01, 1, "0.25 for a quarter")
        refuse_number("target_pay", self.target_pay, 0, 1e9, "15000")

    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """Add a seat."""
        if (column_of(ahead, "rep_id") == self.rep_id).any():
            raise DataError(f"there is a rep {self.rep_id!r} already: name the joiner otherwise.")
        peers = self._peers(ahead.seats)
        apart = float(np.std(peers["expected"]))
        usual = float(peers["spread"].median())
        new: dict[str, Any] = {
            "rep_id": self.rep_id,
            "rep": self.rep_id,
            "role": self.role,
            "tenure_periods": 0.0,
            "present": 1.0,
            "expected": self.ramp * float(peers["expected"].median()),
            "spread": float(np.hypot(usual * np.sqrt(self.ramp), apart * self.ramp)),
            "target_pay": self._pay(peers),
        }
        row = pd.DataFrame([{name: new[name] for name in ahead.seats if name in new}])
        seats = pd.concat([ahead.seats, row], ignore_index=True)
        said = f"{self.rep_id} joins and sells {whole_percent(self.ramp)} of what ramped peers do."
        return replace(ahead, seats=seats), said

    def _peers(self, seats: pd.DataFrame) -> pd.DataFrame:
        peers = seats[seats["rep_id"].notna()]
        if self.role is not None:
            refuse_unknown("role", [self.role], sorted(_roles(seats)))
            peers = peers[peers["role"] == self.role]
        if "tenure_periods" in peers:
            ramped = peers[~(peers["tenure_periods"] < RAMPED_AFTER)]
            peers = ramped if len(ramped) else peers
        if peers.empty:
            raise DataError("nobody is there whom a joiner could be like: give seats with reps.")
        return peers

    def _pay(self, peers: pd.DataFrame) -> float | None:
        if self.target_pay is not None or "target_pay" not in peers:
            return self.target_pay
        return float(peers["target_pay"].median())


def _roles(seats: pd.DataFrame) -> set[str]:
    return set(seats["role"].dropna()) if "role" in seats else set()


def _name(ahead: Expectation, which: Any) -> str:
    named = "rep" if "rep" in ahead.seats else "rep_id"
    return str(ahead.seats.loc[which, named].iloc[0])

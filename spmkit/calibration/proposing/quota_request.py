"""What quotas are proposed from, brought into one order whatever the order of its rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.guardrails import seat_names
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.policy_checks import MOST_MONEY, is_number
from spmkit.calibration.proposing.rounding import cents_of
from spmkit.data import DataError
from spmkit.intervals import Floats


@dataclass(frozen=True)
class Request:
    """What quotas are proposed from; rows in the order of the seats' names.

    Parameters
    ----------
    expectation
        The seats of the period ahead.
    goal
        The plan, in money.
    policy
        What is decided.
    last
        The last quota of each seat; NaN where none can be compared.
    knows_last
        Whether last quotas were given at all.
    """

    expectation: Expectation
    goal: float
    policy: Policy
    last: Floats
    knows_last: bool

    @property
    def total(self) -> int:
        """What the quotas sum to, in cents."""
        return cents_of(self.goal, more=self.policy.over_assignment)

    @property
    def fingerprint(self) -> str:
        """A hash of all that the quotas follow from: the same input and policy give the same."""
        seats = self.expectation.seats
        columns = sorted(map(str, seats))
        text = seats[columns].assign(last=self.last).to_csv(index=False)
        told = (text, self.policy.written, repr(float(self.goal)))
        found = hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass"))
        found.update(self.expectation.errors.tobytes())
        return found.hexdigest()


def request_of(
    expectation: Expectation, goal: float, policy: Policy, last_quotas: pd.DataFrame | None
) -> Request:
    """Bring what quotas are proposed from into one order, whatever the order of its rows.

    Parameters
    ----------
    expectation
        The seats of the period ahead, each once.
    goal
        The plan.
    policy
        What is decided.
    last_quotas
        ``rep_id`` and ``last_quota``, each rep once; none takes the column ``last_quota`` of the
        seats, where there is one.

    Raises
    ------
    DataError
        Where the goal is no amount, a seat stands twice, or limits need quotas that are not given.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": ["bo", "ada"], "expected": 100.0, "spread": 10.0})
    >>> asked = request_of(Expectation(seats, np.array([0.0])), 150.0, Policy(), None)
    >>> asked.expectation.seats["rep_id"].tolist(), asked.total
    (['ada', 'bo'], 15000)
    """
    if not is_number(goal) or not 0 < goal <= MOST_MONEY:
        raise DataError(f"goal is {goal!r}; write the plan of the period, above 0 in money.")
    knows_last = last_quotas is not None or "last_quota" in expectation.seats
    limited = policy.max_increase is not None or policy.max_decrease is not None
    if limited and not knows_last:
        raise DataError(
            f"{policy.source}: max_increase and max_decrease are shares of the last quota, and no "
            "last quotas are given. Give last_quotas, or take the two keys out."
        )
    seats = _in_order(expectation.seats)
    last = _last(seats, last_quotas)
    return Request(replace(expectation, seats=seats), float(goal), policy, last, knows_last)


def _in_order(seats: pd.DataFrame) -> pd.DataFrame:
    if seats.empty:
        raise DataError("no seats: quotas are proposed for the seats of an expectation.")
    if not np.isfinite(seats[["expected", "spread"]].to_numpy("float64")).all():
        raise DataError("expected and spread must be finite for every seat.")
    texts = ("rep_id", "territory_id")
    seats = seats.assign(**{c: seats[c].astype("object") for c in texts if c in seats})
    names = pd.Series(seat_names(seats), index=seats.index)
    twice = names[names.duplicated()]
    if len(twice):
        raise DataError(f"{twice.iloc[0]!r} has more than one seat: give one row a seat.")
    vacant = seats["rep_id"].isna()
    order = pd.DataFrame({"vacant": vacant, "name": names}).sort_values(["vacant", "name"]).index
    return seats.loc[order].reset_index(drop=True)


def _last(seats: pd.DataFrame, last_quotas: pd.DataFrame | None) -> Floats:
    if last_quotas is None:
        own = seats.get("last_quota", pd.Series(np.nan, index=seats.index))
        return np.asarray(own.to_numpy("float64", na_value=np.nan), dtype=np.float64)
    for name in ("rep_id", "last_quota"):
        if name not in last_quotas:
            raise DataError(f"last_quotas has no column {name!r}.")
    known = last_quotas.dropna(subset=["rep_id"])
    twice = known["rep_id"][known["rep_id"].duplicated()]
    if len(twice):
        raise DataError(f"last_quotas has {twice.iloc[0]!r} more than once: sum its lines first.")
    by_rep = dict(zip(known["rep_id"], known["last_quota"].astype("float64"), strict=True))
    return np.array([by_rep.get(rep, np.nan) for rep in seats["rep_id"]], dtype="float64")

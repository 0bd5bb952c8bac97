"""What a set of quotas will cost in pay: payout on average, and how far it may come off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.common_shock import CommonShock
from spmkit.calibration.costing.cost_facts import HALF, Sums, cost_facts
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.costing.payout_draws import Draws
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.past_periods import periods_of
from spmkit.data import DataError
from spmkit.intervals import Floats

DRAWS = 4000
"""How often a total is drawn."""
_MOST_ERRORS = 1000  # of more so many are taken, evenly
_AT_ONCE = 250  # seats
_NAMES = ("rep_id", "rep", "territory_id")
_OK = "ok"


@dataclass(frozen=True)
class PayoutCost:
    """What quotas cost in variable pay under a curve.

    Parameters
    ----------
    seats
        One row a seat: ``rep_id``, ``rep``, ``territory_id`` (those that there are), ``expected``
        (sales), ``quota``, ``target_pay``, ``expected_payout`` (money), ``payout_index`` (it over
        target pay), ``low`` and ``high`` (what holds the payout with 80 %), ``below_half`` (the
        probability to earn less than half of target pay) and ``status``: a seat that is not
        ``ok`` stands in no sum.
    facts
        ``fact``, ``value``, ``unit``, ``low``, ``high``, ``n``, ``status``: see
        :func:`payout_cost`.
    totals
        Draws of the total payout, sorted; empty where the common shock is not known.
    shock
        The common shock that they were drawn with.
    """

    seats: pd.DataFrame
    facts: pd.DataFrame
    totals: Floats
    shock: CommonShock

    def fact(self, name: str) -> float:
        """The value of a fact."""
        return float(self.facts.set_index("fact")["value"][name])

    @property
    def left_out(self) -> pd.Series[int]:
        """How many seats stand in no sum, by the reason."""
        why = self.seats["status"]
        return why[why != _OK].value_counts()


def payout_cost(
    expectation: Expectation,
    quotas: Floats,
    curve: PayCurve,
    shock: CommonShock,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> PayoutCost:
    """Say what a set of quotas will cost, from how far expectations were off in the past.

    What is paid on average is summed over the past errors of every seat, without
    drawing. The range of the total is drawn: each seat has just the errors of its
    expectation, and they rise and fall together as far as the common shock makes
    them (a Gaussian copula). So the shock moves P90, never the mean.

    Parameters
    ----------
    expectation
        Its seats with ``target_pay``: variable pay of the period at quota; see
        :func:`with_target_pay`.
    quotas
        In the order of the seats; NaN is none.
    curve
        What is paid for which attainment.
    shock
        From :func:`common_shock`, or :func:`assumed_shock`.
    draws, seed
        The same give the same to the last digit, whatever the order of the seats.

    Returns
    -------
    PayoutCost
        Its facts: ``target pay``; ``cost at target`` (everyone at just 100 %); ``expected cost``;
        ``Jensen gap`` (the latter less the former), which is ``gap by level`` (quotas are not
        what is expected) and ``gap by spread`` (pay is no straight line); ``payout over target``;
        ``below half of target`` (share of reps); ``common shock``; ``P10``, ``P50`` and ``P90`` of
        the total, and ``P90 less P50``. Bounds are of 95 %: of means over the errors of the past
        (those of one period taken as one: see :func:`past_mean`); of the P's those at both bounds
        of the shock, the chance of drawing in.

    Raises
    ------
    DataError
        Where no seat has target pay and a quota above zero, or target pay is below zero.

    Examples
    --------
    >>> from spmkit.calibration.costing.common_shock import assumed_shock
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 50.0,
    ...     "target_pay": 10.0})
    >>> ahead = Expectation(seats, np.array([-1.0, 0.0, 1.0]))
    >>> curve = PayCurve(threshold=0.6, tiers=((1.0, 2.0),))
    >>> found = payout_cost(ahead, np.array([100.0, 100.0]), curve, assumed_shock(0.1))
    >>> facts = ["cost at target", "expected cost", "Jensen gap", "below half of target"]
    >>> [round(found.fact(name), 2) for name in facts]
    [20.0, 20.0, 0.0, 0.33]

    References
    ----------
    Catalogue I9; Li 2000 (the copula), doi 10.3905/jfi.2000.319253.
    """
    seats = _judged(expectation, quotas)
    counted = seats[seats["status"] == _OK]
    if counted.empty:
        raise DataError(
            "unavailable: no seat has target pay and a quota above zero. Give the column "
            "target_pay, or ote and base_pay of the reps."
        )
    errors, periods = _thinned(expectation.errors, periods_of(expectation))
    sums, told = Sums(len(errors), periods=periods), []
    drawn = Draws(np.array([shock.value, shock.low, shock.high]), draws, seed)
    for part in _some(counted):
        index = curve.payout(_attained(part, errors))
        target = part["target_pay"].to_numpy("float64")
        level = curve.payout(part["expected"] / part["quota"])
        sums.add(target, index, level, curve.at_quota)
        told.append(_of_seats(part, index))
        if shock.known:
            relative = (part["spread"] / part["expected"]).to_numpy("float64")
            drawn.add(errors, relative, index * target)
    totals = np.sort(drawn.totals, axis=1) if shock.known else np.zeros((3, 0))
    facts = cost_facts(sums, len(expectation.errors), shock, totals)
    whole = seats.join(pd.concat(told)).sort_index()
    return PayoutCost(whole[_columns(whole)], facts, totals[0], shock)


def _columns(seats: pd.DataFrame) -> list[str]:
    names = [name for name in _NAMES if name in seats]
    told = ["expected_payout", "payout_index", "low", "high", "below_half", "status"]
    return [*names, "expected", "quota", "target_pay", *told]


def _judged(expectation: Expectation, quotas: Floats) -> pd.DataFrame:
    """The seats in the order of their names, with quota, pay and whether they count."""
    seats = expectation.seats.reset_index(drop=True)
    if len(quotas) != len(seats):
        raise DataError(f"{len(quotas)} quotas for {len(seats)} seats: give one a seat.")
    pay: pd.Series[Any] = seats.get("target_pay", pd.Series(np.nan, index=seats.index))
    pay = pay.astype("float64")
    if (pay < 0).any():
        raise DataError("target_pay is below zero for some seat: write 0, or leave it empty.")
    kept = [name for name in (*_NAMES, "expected", "spread") if name in seats]
    rows = seats[kept].assign(quota=np.asarray(quotas, "float64"), target_pay=pay)
    status = np.where(rows["quota"] > 0, _OK, "undefined: no quota above zero")
    status = np.where(pay > 0, status, "undefined: target pay is 0")
    status = np.where(pay.isna(), "undefined: no target pay", status)
    if "rep_id" in rows:
        status = np.where(rows["rep_id"].isna(), "undefined: the seat is vacant", status)
    rows = rows.assign(status=status)
    names = [name for name in ("rep_id", "territory_id") if name in rows]
    return rows.sort_values(names, kind="stable") if names else rows


def _thinned(errors: Floats, periods: Floats | None) -> tuple[Floats, Floats | None]:
    """The errors and their periods; of very many some, evenly."""
    if len(errors) <= _MOST_ERRORS:
        return errors, periods
    places = (np.arange(_MOST_ERRORS) + 0.5) / _MOST_ERRORS
    nearest = np.round(places * (len(errors) - 1)).astype(np.intp)
    return np.asarray(np.quantile(errors, places)), None if periods is None else periods[nearest]


def _some(counted: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for first in range(0, len(counted), _AT_ONCE):
        yield counted.iloc[first : first + _AT_ONCE]


def _attained(part: pd.DataFrame, errors: Floats) -> Floats:
    """What each seat attains at each error: a row an error."""
    expected, spread, quota = (part[name].to_numpy() for name in ("expected", "spread", "quota"))
    return np.asarray((expected + errors[:, None] * spread) / quota)


def _of_seats(part: pd.DataFrame, index: Floats) -> pd.DataFrame:
    target, mean = part["target_pay"].to_numpy("float64"), index.mean(axis=0)
    low, high = np.quantile(index, [0.1, 0.9], axis=0) * target
    told = {"expected_payout": mean * target, "payout_index": mean, "low": low, "high": high}
    below = (index < HALF - 1e-9).mean(axis=0)
    return pd.DataFrame({**told, "below_half": below}, index=part.index)

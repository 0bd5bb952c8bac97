"""Whether what quotas will cost in pay is covered: the bad case against budget and reserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.cost import PayoutCost
from spmkit.calibration.proposing.policy_checks import refuse_amount
from spmkit.units import MONEY, format_value


@dataclass(frozen=True)
class Affordability:
    """The payout of a bad case against what is set aside.

    Parameters
    ----------
    budget, reserve
        As declared.
    middle, bad
        The payout of which half of the cases are below, and 90 %.
    low, high
        The bounds of the bad case.
    n
        Past errors behind it.
    verdict
        ``pass``: the bad case and its bounds are covered; ``fail``: neither is; ``cannot tell``.
    sentence
        The same in words.
    """

    budget: float
    reserve: float
    middle: float
    bad: float
    low: float
    high: float
    n: int
    verdict: str
    sentence: str


def affordability(
    cost: PayoutCost, budget: float | None, reserve: float | None = None
) -> Affordability:
    """Hold the payout that nine of ten cases stay below against budget and reserve.

    Finance reads P50 as the budget that is needed and what lies between it and
    P90 as the reserve. Pay that is not known is in no sum: then a cost that is
    covered is none that passes, since more may come; one that is not covered fails
    all the same.

    Parameters
    ----------
    cost
        From :func:`payout_cost`.
    budget, reserve
        Money for variable pay, and what is set aside beyond it; none is no declaration.

    Raises
    ------
    DataError
        Where one is no amount of money.

    Examples
    --------
    >>> from spmkit.calibration.costing.common_shock import assumed_shock
    >>> from spmkit.calibration.costing.cost import payout_cost
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.costing.pay_curve import PayCurve
    >>> seats = pd.DataFrame({"expected": [100.0], "spread": [20.0], "target_pay": [10.0]})
    >>> ahead = Expectation(seats, np.linspace(-1, 1, 21))
    >>> found = payout_cost(ahead, np.array([100.0]), PayCurve(), assumed_shock(0.1))
    >>> affordability(found, 10.0, 1.0).verdict, affordability(found, 11.0, 1.0).verdict
    ('fail', 'pass')

    References
    ----------
    Criterion C7 of a well-calibrated set of quotas; practitioners on P50 and P90 of pay.
    """
    refuse_amount("budget", budget)
    refuse_amount("reserve", reserve)
    row = _bad_case(cost)
    bad, low, high = (float(row[name]) for name in ("value", "low", "high"))
    covered = np.nan if budget is None else budget + (reserve or 0.0)
    missing = int(cost.left_out.get("undefined: no target pay", 0))
    verdict = _verdict(low, high, covered, missing)
    return Affordability(
        budget=np.nan if budget is None else float(budget),
        reserve=np.nan if reserve is None else float(reserve),
        middle=cost.fact("P50"),
        bad=bad,
        low=low,
        high=high,
        n=int(row["n"]),
        verdict=verdict,
        sentence=_said(cost, covered, missing),
    )


def _bad_case(cost: PayoutCost) -> pd.Series[Any]:
    return cost.facts[cost.facts["fact"] == "P90"].iloc[0]


def _verdict(low: float, high: float, covered: float, missing: int) -> str:
    if high <= covered:
        return "cannot tell" if missing else "pass"
    return "fail" if low > covered else "cannot tell"


def _said(cost: PayoutCost, covered: float, missing: int) -> str:
    status = _bad_case(cost)["status"]
    if status != "ok":
        return f"How far pay may come off what is expected cannot be told: {status}."
    paid = _money(cost.fact("P90"))
    more = f" Target pay of {missing} {'seat' if missing == 1 else 'seats'} is not known."
    after = more if missing else ""
    if np.isnan(covered):
        return f"In nine of ten cases pay stays below {paid}; no budget is declared.{after}"
    side = "within" if cost.fact("P90") <= covered else "above"
    return (
        f"In nine of ten cases pay stays below {paid}, {side} the {_money(covered)} of budget and "
        f"reserve.{after}"
    )


def _money(value: float) -> str:
    return format_value(value, MONEY)

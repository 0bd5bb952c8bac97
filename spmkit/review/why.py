"""Why credit changed from the period before: what each driver of it added."""

from __future__ import annotations

import pandas as pd

from spmkit.data import SalesData
from spmkit.decomposition import driver_bridge
from spmkit.expressions import count, total
from spmkit.measure import measure
from spmkit.metrics.productivity import headcount_lines
from spmkit.periods import Period
from spmkit.review.closings import closed_in
from spmkit.review.opening import Review
from spmkit.units import Column, Count, Money

DRIVERS = {
    "reps": "reps",
    "closings_per_rep": "closings per rep",
    "share_won": "win rate",
    "deal_size": "deal size",
}
"""What the value won is a product of, with how each is called on a page."""

OTHER = "splits and other credit"
_HALF_A_CENT = 0.005


def credit_drivers(review: Review) -> pd.DataFrame:
    """What the value won in the period and in the one before it was a product of.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        One row a period and business (``new and expansion``, ``renewals``): ``period``,
        ``business``, ``reps`` (average headcount), ``closings_per_rep``, ``share_won`` (of what
        closed), ``deal_size`` (value won for each won one), ``won_amount``. Empty without a
        period before.
    """
    now, before = review.periods.now, review.periods.before
    if before is None:
        return pd.DataFrame(columns=["period", "business", *DRIVERS, "won_amount"])
    made = f"drivers of {now.label}"
    found: pd.DataFrame = review.data.fact(made, lambda: _drivers(review.data, [before, now]))
    return found


def _drivers(data: SalesData, periods: list[Period]) -> pd.DataFrame:
    within = closed_in(data, periods).to_native()
    found = measure(within, [_closings, _wins, _value], by=["closed_period", "renewal"])
    by_label = headcount_lines(data, [period.label for period in periods]).groupby("period")
    heads = by_label["headcount"].sum()
    reps = found["closed_period"].map(heads).astype("float64")
    closed, won = (found[name].astype("float64") for name in ("_closings", "_wins"))
    value = found["_value"].astype("float64").fillna(0.0)
    return pd.DataFrame(
        {
            "period": found["closed_period"],
            "business": found["renewal"].map({True: "renewals", False: "new and expansion"}),
            "reps": reps,
            "closings_per_rep": closed / reps.where(reps > 0),
            "share_won": won / closed,
            "deal_size": value / won.where(won > 0),
            "won_amount": value,
        }
    )


def credit_bridge(review: Review) -> pd.DataFrame:
    """The steps from what was credited in the period before to what was credited now.

    The drivers' parts are those of :func:`spmkit.driver_bridge`, summed over new business and
    renewals. What was credited beside the value won (splits, overlays, reversals, credit of
    reps without a quota) is a step of its own, so that the steps add up to the cent.

    Parameters
    ----------
    review
        An open review of a complete period.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``value`` (of a driver, what it added), ``start`` and ``end`` (between which
        the step leads) and ``kind`` (``whole``, ``gain``, ``loss``). Empty where there is no
        period before, or nobody was there in one of the two.
    """
    drivers = credit_drivers(review)
    sides = dict(tuple(drivers.groupby("period")))
    labels = [p.label for p in (review.periods.before, review.periods.now) if p]
    known = drivers["reps"].gt(0).all() and set(labels) == set(sides)
    if review.earlier is None or not review.periods.complete or not known:
        return pd.DataFrame(columns=["step", "value", "start", "end", "kind"])
    earlier, now = (sides[label] for label in labels)
    found = driver_bridge(now, earlier, list(DRIVERS), "business")
    parts = dict(zip(found["step"], found["value"], strict=True))
    credited = [float(side["credited"]) for side in (review.earlier, review.now)]
    steps = {spoken: parts[name] for name, spoken in DRIVERS.items()}
    rest = credited[1] - credited[0] - sum(steps.values())
    if abs(rest) >= _HALF_A_CENT:
        steps[OTHER] = rest
    return led(labels, credited, steps)


def led(labels: list[str], credited: list[float], steps: dict[str, float]) -> pd.DataFrame:
    """Place each step where the one before it ended."""
    values = pd.Series(list(steps.values()), dtype="float64")
    ends = credited[0] + values.cumsum()
    between = pd.DataFrame({"step": list(steps), "value": values, "end": ends})
    between["start"] = between["end"] - between["value"]
    between["kind"] = ["gain" if value >= 0 else "loss" for value in values]
    wholes = pd.DataFrame(
        {"step": labels, "value": credited, "start": 0.0, "end": credited, "kind": "whole"}
    )
    ordered = pd.concat([wholes.iloc[:1], between, wholes.iloc[1:]], ignore_index=True)
    return ordered[["step", "value", "start", "end", "kind"]]


def _closings(closed: Column) -> Count:
    return count(closed)


def _wins(won: Column) -> Count:
    return count(won)


def _value(won_amount: Column) -> Money:
    return total(won_amount)

"""Where a gap or a change lies: its parts by dimension, which add up to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from spmkit.decomposition import gap_breakdown
from spmkit.expressions import total
from spmkit.review.frames import KEYS, labelled
from spmkit.review.opening import Review
from spmkit.review.products import product_values
from spmkit.review.telling import Telling, telling_apart, telling_dimensions
from spmkit.review.why import OTHER
from spmkit.units import Column, Money

Kind: TypeAlias = Literal["gap", "change"]

_BROKEN_BY = ("region", "segment", "manager")
_MOST_DRAWN = 12
_HALF_A_CENT = 0.005


@dataclass(frozen=True)
class Breakdown:
    """An amount, and by dimension the parts that add up to it.

    Of a ``gap`` a part is quota less credited; of a ``change`` credited less credited before.
    ``dimension`` is the one to draw, ``telling`` why. ``parts`` has a frame a dimension:
    ``group``, ``base`` (quota, or before), ``value`` (credited), ``part`` and ``along`` (whether
    it goes the way of the whole). Where there are no parts, ``reason`` says why.
    """

    kind: Kind
    whole: float
    dimension: str
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    telling: Telling | None = None
    reason: str = ""


def breakdown(review: Review) -> Breakdown:
    """Break the gap to quota down; without quotas, the change against the period before.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    Breakdown
        By region, segment and manager, without those that part nobody from anybody; where none
        does, by rep.
    """
    if review.has_quotas:
        whole = float(review.now["gap_to_quota"])
        people = review.people
        sides = [people.assign(amount=people[name]) for name in ("quota", "credited")]
        return _broken("gap", whole, sides, _rated(people))
    if reason := _no_change(review):
        names = telling_dimensions(review.people, _BROKEN_BY)
        return Breakdown("change", float("nan"), [*names, "rep"][0], reason=reason)
    sides = [side.assign(amount=side["credited"]) for side in (review.people, review.before)]
    return _broken("change", _change(review), sides, _moved(sides))


def product_change(review: Review) -> Breakdown:
    """Break the change of credit down by product, against the period before.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    Breakdown
        By product; credit beside what was won (splits, reversals, credit of reps without a
        quota) is a part of its own.
    """
    reason = _no_change(review)
    values = pd.DataFrame() if reason else product_values(review)
    if not reason and values["product"].isna().all():
        reason = "No product is named, so nothing is said of products."
    if reason:
        return Breakdown("change", float("nan"), "product", reason=reason)
    sides = _won_and_beside(review, values)
    parts = _parts("change", _change(review), sides, "product")
    beside = parts["group"].eq(OTHER) & parts[["base", "value"]].abs().lt(_HALF_A_CENT).all(axis=1)
    parts = parts[~beside].reset_index(drop=True)
    return Breakdown("change", _change(review), "product", {"product": parts})


def drawn_parts(parts: pd.DataFrame, most: int = _MOST_DRAWN) -> pd.DataFrame:
    """Keep the largest parts, and sum the others into one row at the end.

    Examples
    --------
    >>> parts = pd.DataFrame({"group": ["A", "B", "C"], "base": 9.0, "value": 8.0,
    ...     "part": [5.0, -1.0, 2.0], "along": [True, False, True]})
    >>> drawn_parts(parts, most=2)[["group", "part"]].values.tolist()
    [['A', 5.0], ['2 others', 1.0]]
    """
    if len(parts) <= most:
        return parts
    kept = parts["part"].abs().rank(ascending=False, method="first") < most
    rest = parts[~kept]
    summed = rest[["base", "value", "part"]].sum(min_count=1).round(2)
    way = parts.loc[parts["along"], "part"].sum()
    along = bool(summed["part"] * way > 0)
    row = pd.DataFrame([{"group": f"{len(rest)} others", **summed, "along": along}])
    return pd.concat([parts[kept], row], ignore_index=True)


def _broken(
    kind: Kind, whole: float, sides: Sequence[pd.DataFrame], units: pd.DataFrame
) -> Breakdown:
    names = telling_dimensions(pd.concat(sides), _BROKEN_BY)
    telling = telling_apart(units, names)
    first = telling.dimension if telling else "rep"
    ordered = [first, *[name for name in names if name != first]]
    parts = {name: _parts(kind, whole, sides, name) for name in ordered}
    return Breakdown(kind, whole, first, parts, telling)


def _won_and_beside(review: Review, values: pd.DataFrame) -> list[pd.DataFrame]:
    """What was won by product now and before, and a row of what was credited beside it."""
    labels = [period.label for period in (review.periods.now, review.periods.before) if period]
    credited = [float(row["credited"]) for row in (review.now, review.earlier) if row is not None]
    sides = []
    for label, whole in zip(labels, credited, strict=True):
        won = values.loc[values["period"] == label, ["product", "won_amount"]]
        beside = {"product": OTHER, "won_amount": whole - won["won_amount"].sum()}
        both = pd.concat([won, pd.DataFrame([beside])], ignore_index=True)
        sides.append(both.rename(columns={"won_amount": "amount"}))
    return sides


def _parts(kind: Kind, whole: float, sides: Sequence[pd.DataFrame], dimension: str) -> pd.DataFrame:
    key, lines = KEYS.get(dimension, dimension), pd.concat(sides)
    found = gap_breakdown(sides[0], sides[1], _amount, key)
    base, value = ("value", "value_before") if kind == "gap" else ("value_before", "value")
    parts = pd.DataFrame(
        {
            "group": labelled(found[key], lines, key, dimension),
            "base": found[base],
            "value": found[value],
            "part": _in_cents(found["contribution"], whole),
        }
    )
    # What makes up a fall stands first where credit fell; of a gap, what is short.
    falling = kind == "change" and whole < 0
    ordered = parts.sort_values(["part", "group"], ascending=[falling, True], ignore_index=True)
    return ordered.assign(along=ordered["part"] < 0 if falling else ordered["part"] > 0)


def _in_cents(parts: pd.Series[float], whole: float) -> pd.Series[float]:
    """Round parts to cents that sum to the whole's; what rounding leaves goes to the largest."""
    cents = (parts * 100).round()
    off = int(round(whole * 100) - cents.sum())
    largest = cents.abs().sort_values(ascending=False, kind="stable").index[: abs(off)]
    cents.loc[largest] += np.sign(off)
    return cents / 100


def _rated(people: pd.DataFrame) -> pd.DataFrame:
    """The reps' attainments, weighted by their quotas: what a gap in one place comes from."""
    rated = people[people["quota"] > 0]
    return rated.assign(value=rated["credited"] / rated["quota"], weight=rated["quota"])


def _moved(sides: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What each rep's credit changed by, at each place where the rep was."""
    now, before = sides
    both = pd.concat([now, before.assign(amount=-before["amount"])])
    own = ["rep_id", *_BROKEN_BY, "manager_id"]
    summed = both.groupby(own, dropna=False)["amount"].sum().reset_index()
    return summed.assign(value=summed["amount"], weight=1.0)


def _no_change(review: Review) -> str:
    """Why nothing can be said against the period before; empty where it can."""
    label = review.periods.spoken
    if not review.periods.complete:
        return f"{label} is running: what changed on the period before is said once it is complete."
    if review.before.empty or review.people.empty:
        return (
            f"There is no period before {label} with credit of reps, so no change is broken down."
        )
    return ""


def _change(review: Review) -> float:
    before = 0.0 if review.earlier is None else float(review.earlier["credited"])
    return float(review.now["credited"]) - before


def _amount(amount: Column) -> Money:
    return total(amount)

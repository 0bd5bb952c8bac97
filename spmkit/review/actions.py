"""The actions that were agreed: how each stands, and how those with one came off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.actions import action_effect, asked_metric
from spmkit.data import DataError
from spmkit.declaration import metric_traits, metric_unit
from spmkit.review.action_values import MEASURED, ActionValues, wanted
from spmkit.review.agreed import (
    DONE,
    DROPPED,
    agreed_actions,
    due_now,
    due_period,
    judged_now,
)
from spmkit.review.opening import Review
from spmkit.units import NUMBER


@dataclass(frozen=True)
class ActionPlan:
    """Actions one by one, and what became of those who had one, by metric.

    Parameters
    ----------
    checklist
        One row an action: ``action_id``, ``rep_id``, ``rep``, ``gap``, ``action``, ``owner``,
        ``due_on``, ``review_on``, ``metric``, ``unit``, ``baseline``, ``target``; ``value`` of
        the review's period, ``last`` of the one before that in which the action was due, ``low``
        and ``high`` (between which four of five reps with the same past and no such action came
        to lie); ``stands`` in words, and ``why`` nothing is said of its target. What needs
        somebody's attention comes first.
    effects
        One row a metric, and period in which its actions were due, that is judged in this
        review: ``metric``, ``due``, ``unit``, ``asked`` (what the targets asked for, on average)
        and the fields of :class:`spmkit.Effect`.
    """

    checklist: pd.DataFrame
    effects: pd.DataFrame


_EFFECTS = [
    *("metric", "due", "unit", "asked", "value", "low", "high", "p", "treated", "control"),
    *("before", "after", "drift", "detectable", "verdict", "status"),
]


def action_plan(review: Review, reps: Collection[str] | None = None) -> ActionPlan:
    """See how the actions that were agreed stand, and judge those whose review this is.

    The value after is that of the review's period; the past is what lies before the period in
    which an action was due. Listed are the open ones, and those that were due or are judged now.
    All for whom one was agreed are judged together, also where it was dropped since.

    Parameters
    ----------
    review
        An open review of the whole company: who had no action is not known from a part of it.
    reps
        Whose actions to list, by ``rep_id``; none: everybody's. All are judged together anyway.

    Returns
    -------
    ActionPlan

    Raises
    ------
    DataError
        Where there is no table ``actions``.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "lost"], "amount": 90.0, "closed_on": "2026-07-02"}),
    ...     "actions": pd.DataFrame({"action_id": ["a1"], "rep_id": "ada", "action": "Call back",
    ...         "metric": "win_rate", "target": [0.4], "due_on": "2026-08-01", "status": "done"})},
    ...     settings={"as_of": "2026-10-02"})
    >>> from spmkit import review
    >>> review.action_plan(review.open_review(data)).checklist[["rep", "value", "stands"]]
       rep  value           stands
    0  ada    0.5  done, on target
    """
    every = agreed_actions(review.data)
    values = ActionValues(review, every)
    shown = every[due_now(every, review)]
    own = shown if reps is None else shown[shown["rep_id"].isin(list(reps))]
    return ActionPlan(_checklist(own, review, values), _effects(every, review, values))


def _checklist(listed: pd.DataFrame, review: Review, values: ActionValues) -> pd.DataFrame:
    told = [values.of(row) for row in listed.to_dict("records")]
    measured = pd.DataFrame(told, index=listed.index, columns=["unit", *MEASURED, "why"])
    found = pd.concat([listed, measured], axis=1)
    stands = [_stands(row, review) for row in found.to_dict("records")]
    return _ordered(found.assign(stands=pd.Series(stands, index=found.index, dtype="object")))


def _stands(row: Mapping[Any, Any], review: Review) -> str:
    """How an action stands, in words: what became of it, then of its target."""
    day, done = pd.Timestamp(review.data.as_of), row["state"] == DONE
    if row["state"] == DROPPED:
        return DROPPED
    if row["left_on"] <= day:
        return f"left {row['left_on'].day} {row['left_on']:%b %Y}"
    if not done and row["due_on"] > day:
        return "not due yet"
    state = DONE if done else "overdue" if row["due_on"] < day else "open"
    if row["due_on"] > pd.Timestamp(review.periods.now.end) or not review.periods.complete:
        return state
    return f"{state}, {_reached(row)}"


def _reached(row: Mapping[Any, Any]) -> str:
    if row["why"]:
        return "cannot tell"
    return "on target" if (row["value"] - row["target"]) * wanted(row) >= 0 else "short of target"


_FIRST = ("overdue", "open", "not due yet", DONE, "left", DROPPED)


def _ordered(found: pd.DataFrame) -> pd.DataFrame:
    """What needs somebody's attention first: overdue, then open, then what is over."""
    places = [[text.startswith(word) for word in _FIRST].index(True) for text in found["stands"]]
    met = [text.endswith("on target") for text in found["stands"]]
    order = ["_place", "_met", "due_on", "rep", "action_id"]
    ordered = found.assign(_place=places, _met=met).sort_values(order, ignore_index=True)
    return ordered.drop(columns=["_place", "_met"])


def _effects(every: pd.DataFrame, review: Review, values: ActionValues) -> pd.DataFrame:
    """Judge the actions of each metric together, those due in one period at a time."""
    judged = every[judged_now(every, review)].dropna(subset=["metric", "rep_id"])
    due = [due_period(day, review) for day in judged["due_on"]]
    groups = judged.assign(due=due).groupby(["metric", "due"])
    rows = [
        {"metric": metric, "due": period} | _effect(metric, period, group, values)
        for (metric, period), group in groups
    ]
    return pd.DataFrame(rows, columns=_EFFECTS)


def _effect(metric: Any, due: Any, group: pd.DataFrame, values: ActionValues) -> dict[str, Any]:
    own = set(group["rep_id"])
    try:
        named, history = asked_metric(metric), values.history(metric, due)
    except DataError as error:
        nothing = {"unit": NUMBER, "treated": len(own), "control": 0}
        return nothing | {"verdict": "cannot tell", "status": str(error)}
    others = history[~history["rep_id"].isin(values.had_one(metric) - own)]
    asked = float((group["target"] - group["baseline"]).mean())
    better = metric_traits(named).better
    found = action_effect(others, own, better, None if np.isnan(asked) else asked)
    return vars(found) | {"unit": metric_unit(named), "asked": asked}

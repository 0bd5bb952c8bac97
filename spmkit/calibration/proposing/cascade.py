"""Quotas by hierarchy: from the company by its levels to the rep, exact in sum at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.proposing.guardrails import money, seat_names
from spmkit.calibration.proposing.policy import LEVELS
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.proposing.rounding import Cents, cents_of, shared_out
from spmkit.data import DataError
from spmkit.data.errors import nearest

UNKNOWN = "none known"
"""What a node is called whose seats have no value at its level."""

_COLUMNS = ("level", "node", "above", "rep_id", "territory_id", "quota", "assigned")


@dataclass(frozen=True)
class _Level:
    """A level: its name, the columns that tell its nodes apart, and its over-assignment."""

    name: str
    columns: list[str]
    over: float


def cascade(proposal: Proposal, levels: Sequence[str] = LEVELS) -> pd.DataFrame:
    """Lay the proposed quotas out by level: what each node is asked for, and what it asks below.

    The company's quota is the goal. Each level's quotas sum to that of the node
    above × (1 + the level's own over-assignment), shared out as the reps' quotas
    below lie; the reps' own are as proposed, so that what is left of the
    over-assignment stands between the lowest level and the reps.

    Parameters
    ----------
    proposal
        As :func:`propose` gives it; its policy's ``levels`` are the over-assignments between.
    levels
        Columns of the seats, from the top; one that the seats lack is left out where the policy
        does not name it.

    Returns
    -------
    pandas.DataFrame
        A row a node, from the top: ``level`` (``company``, the columns, ``rep``), ``node`` (its
        name; a manager of two regions is two nodes), ``above`` (the row of the node above it),
        ``rep_id``, ``territory_id`` (of a vacant seat), ``quota``, ``assigned`` (what the nodes
        just below sum to; NaN at the rep), ``over_assignment`` (of it over the quota), ``reps``
        (what the rep quotas below sum to), ``seats`` and ``vacant`` (how many seats).

    Raises
    ------
    DataError
        Where the policy names a level that there is not.

    Examples
    --------
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.policy import Policy
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo", "cy"], "region": ["N", "N", "S"],
    ...     "expected": 100.0, "spread": 20.0})
    >>> ahead, over = Expectation(seats, np.linspace(-2, 2, 41)), Policy(over_assignment=0.2)
    >>> found = cascade(propose(ahead, 250.0, over), ["region"])
    >>> found[["level", "node", "quota", "assigned"]].values.tolist()[:3]
    [['company', 'company', 250.0, 250.0], ['region', 'N', 166.67, 200.0],
     ['rep', 'ada', 100.0, nan]]
    """
    seats, policy = proposal.seats, proposal.request.policy
    used = _levels(seats, levels, policy.levels, policy.source)
    reps = np.round(seats["quota"].to_numpy("float64") * 100).astype(np.int64)
    seats = seats.assign(_seat=seat_names(seats))
    nodes = [_node("company", (), cents_of(proposal.request.goal), reps, seats)]
    found = _below(nodes[0], seats, reps, used)
    return _framed([nodes[0], *found])


def _levels(
    seats: pd.DataFrame, asked: Sequence[str], over: Mapping[str, float], source: str
) -> list[_Level]:
    known = [name for name in asked if name in seats]
    for name in over:
        if name not in known:
            raise DataError(f"{source}: [levels] knows no {name!r}.{nearest(name, known)}")
    return [
        _Level(name, known[: place + 1], float(over.get(name, 0.0)))
        for place, name in enumerate(known)
    ]


def _node(
    level: str, path: tuple[str, ...], quota: int, reps: Cents, seats: pd.DataFrame
) -> dict[str, Any]:
    vacant = int(seats["rep_id"].isna().sum())
    told = {"level": level, "path": path, "quota": quota, "rep_id": None, "territory_id": None}
    return {**told, "reps": int(reps.sum()), "seats": len(seats), "vacant": vacant}


def _below(
    above: dict[str, Any], seats: pd.DataFrame, reps: Cents, levels: Sequence[_Level]
) -> list[dict[str, Any]]:
    """The nodes below one, each followed by its own; sets what the one above assigns."""
    if not levels:
        above["assigned"] = int(reps.sum())
        return _leaves(above, seats, reps)
    level = levels[0]
    names = seats[level.name].astype("object").map(_named)
    order = sorted(set(names), key=lambda name: (name == UNKNOWN, name))
    held = [(names == name).to_numpy() for name in order]
    sums = np.array([float(reps[one].sum()) for one in held])
    above["assigned"] = cents_of(above["quota"] / 100, more=level.over)
    quotas = shared_out([above["assigned"]], sums[None, :])[0]
    found = []
    for name, one, quota in zip(order, held, quotas.tolist(), strict=True):
        node = _node(level.name, (*above["path"], name), quota, reps[one], seats[one])
        found += [node, *_below(node, seats[one], reps[one], levels[1:])]
    return found


def _named(value: Any) -> str:
    return UNKNOWN if pd.isna(value) else str(value)


def _leaves(above: dict[str, Any], seats: pd.DataFrame, reps: Cents) -> list[dict[str, Any]]:
    found = []
    for place, (seat, quota) in enumerate(zip(seats["_seat"], reps.tolist(), strict=True)):
        one = seats.iloc[place : place + 1]
        node = _node("rep", (*above["path"], seat), quota, reps[place : place + 1], one)
        vacant = node["vacant"] == 1
        whose = "territory_id" if vacant else "rep_id"
        found.append({**node, whose: one[whose].iloc[0]})
    return found


def _framed(nodes: list[dict[str, Any]]) -> pd.DataFrame:
    rows = {(node["level"] == "rep", node["path"]): row for row, node in enumerate(nodes)}
    frame = pd.DataFrame(nodes)
    above = [rows[False, path[:-1]] if path else None for path in frame["path"]]
    amounts = {name: frame[name].astype("float64") / 100 for name in ("quota", "assigned", "reps")}
    over = amounts["assigned"] / amounts["quota"].where(amounts["quota"] > 0) - 1
    frame = frame.assign(
        **amounts,
        node=[path[-1] if path else "company" for path in frame["path"]],
        above=pd.Series(above, dtype="Int64"),
        rep_id=frame["rep_id"].astype("object").where(frame["rep_id"].notna(), None),
        over_assignment=over,
    )
    return frame[[*_COLUMNS, "over_assignment", "reps", "seats", "vacant"]]


def refuse_unequal(found: pd.DataFrame) -> None:
    """Check a cascade: what stands below each node sums to what it assigns, to the cent.

    Parameters
    ----------
    found
        As :func:`cascade` gives it, perhaps changed since.

    Raises
    ------
    DataError
        With the first node that differs.

    Examples
    --------
    >>> refuse_unequal(pd.DataFrame({"node": ["company", "ada"], "above": [None, 0],
    ...     "quota": [100.0, 110.0], "assigned": [110.0, None]}))
    """
    cents = (found["quota"] * 100).round().astype("int64")
    below = cents.groupby(found["above"]).sum()
    nodes = zip(found.index, found["node"], found["assigned"], strict=True)
    for row, node, assigned in nodes:
        if pd.notna(assigned) and round(assigned * 100) != below.get(row, 0):
            raise DataError(
                f"{node} assigns {assigned:,.2f}, and what stands below it sums to "
                f"{money(float(below.get(row, 0)))}."
            )

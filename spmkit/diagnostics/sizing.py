"""What closing half of each gap to the peers may be worth, in parts that do not overlap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.data import DataError
from spmkit.diagnostics.drivers import CREDIT, QUOTA, Tree, open_tree
from spmkit.diagnostics.drivers_redrawn import Floats, discoveries, judged
from spmkit.diagnostics.opening import Diagnosis
from spmkit.resampling import FEWEST_CLUSTERS

_HALF = 0.5
_NOISE = 1e-9
_MONEY = ("bookings", "credited")
_ANSWER = (
    *("group", "driver", "value", "peers_value", "gap", "made_up"),
    *("worth", "low", "high", "detectable", "n", "peers", "told", "status"),
)


def sizing(diagnosis: Diagnosis, by: str | None = None) -> pd.DataFrame:
    """What half of the way to the peers' median may be worth, by team and driver.

    *If* a team closed half of its gap in every driver in which it is below its peers, its
    credit would be higher by a joint effect; LMDI shares that out between the drivers, so that
    the parts of a team, and those of all teams, add up to it and nothing is counted twice. Each
    part supposes that all else stays as it is: associations of teams, no effects. A driver that
    the one before or behind it makes up for (few meetings, and many opportunities of each) is
    below its peers only by what is left of the gap. Quotas, and credit beside new business, are
    not sized: no team closes them by selling better. The largest gap found among many is partly
    chance: what is told from it all the same has ``told``.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        As for :func:`spmkit.diagnostics.driver_tree`.

    Returns
    -------
    pandas.DataFrame
        A row a group and driver below its peers, the most worth first: ``group``, ``driver``,
        ``value``, ``peers_value``; ``gap`` (how far below the peers, as a share of them, what is
        made up for taken off) and ``made_up`` (that part); ``worth`` (credit in the complete
        periods of the window) with ``low`` and ``high`` (95 %, all reps drawn anew) and
        ``detectable`` (what would be told from nothing in four of five cases); ``n`` (reps),
        ``peers`` (groups), ``told`` (beyond chance, all counted) and ``status``.

    Raises
    ------
    DataError
        Where there are no amounts, no complete period, or no teams to compare.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> found = sizing(diagnosis)
    >>> bool((found["worth"] > 0).all())
    True

    References
    ----------
    Ang (2004), LMDI; Benjamini and Hochberg 1995 on many comparisons.
    """
    tree = open_tree(diagnosis, by)
    if tree.last not in _MONEY:
        raise DataError("unavailable: needs opportunities.amount, since no win has an amount.")
    rows = [row for group in tree.peers for row in _sized(tree, group)]
    found = pd.DataFrame(rows, columns=[*_ANSWER[:-2], "p", "status"])
    found["told"] = discoveries(found["p"].astype("float64")) & (found["low"] > 0)
    ordered = found.sort_values(["worth", "group"], ascending=[False, True], ignore_index=True)
    return ordered[list(_ANSWER)]


def joint_worth(leaks: pd.DataFrame) -> float:
    """What all halves of all gaps may be worth together: the parts add up to it.

    Examples
    --------
    >>> joint_worth(pd.DataFrame({"worth": [200.0, 100.0]}))
    300.0
    """
    return float(leaks["worth"].sum())


def _sized(tree: Tree, group: str) -> list[dict[str, Any]]:
    own = tree.logs.loc[group].to_numpy("float64")
    if not tree.peers[group] or not np.isfinite(own).all():
        return []
    factors, drawn = tree.factors(group)
    places = [k for k, name in enumerate(tree.drivers) if name not in (QUOTA, CREDIT)]
    if not np.isfinite(factors).all():
        return []
    share = offsets(factors[places])
    net, redrawn = (_made_up_for(side[..., places], share) for side in (factors, drawn))
    leaks = (factors[places] < 0) & (net < -_NOISE)
    if not leaks.any():
        return []
    credited = float(tree.sums[tree.last][group])
    worth = credited * _worth(net, leaks)
    by_draw = credited * _worth(redrawn, leaks)
    names, reps = [tree.drivers[k] for k in places], int(tree.reps.get(group, 0))
    values, medians = np.exp(own[places]), np.exp(own[places] - factors[places])
    return [
        {
            "group": group,
            "driver": names[k],
            "value": values[k],
            "peers_value": medians[k],
            "gap": -np.expm1(net[k]),
            "made_up": np.exp(net[k]) - np.exp(factors[places[k]]),
            "worth": worth[k],
            **_bounds(
                judged(float(worth[k]), by_draw[:, k], reps),
                judged(float(net[k]), redrawn[:, k], reps),
                credited,
            ),
            "n": reps,
            "peers": len(tree.peers[group]),
            "status": "ok" if reps >= FEWEST_CLUSTERS else "insufficient n: too few reps",
        }
        for k in np.flatnonzero(leaks)
    ]


def _made_up_for(factors: Floats, share: Floats) -> Floats:
    """The drivers with what their neighbours make up for taken off.

    A driver that is zero in a draw spoils itself and whom it gives to, not all of them: that is
    why this is no product of matrices.
    """
    given = np.where(share > 0, factors[..., :, None], 0.0) * share
    net: Floats = factors + given.sum(axis=-2)
    return net


def _bounds(
    ends: Mapping[str, float], gap: Mapping[str, float], credited: float
) -> dict[str, float]:
    """The bounds of what a gap may be worth; whether there is one is judged by the gap itself."""
    detectable = credited * float(np.log1p(_HALF * np.expm1(gap["detectable"])))
    return {"low": ends["low"], "high": ends["high"], "p": gap["p"], "detectable": detectable}


def offsets(factors: Floats) -> Floats:
    """How much of each driver's surplus goes to the deficits next to it.

    Two ratios next to each other share a count: where it is logged more or less than by peers,
    one seems low and the other high. A surplus is used once: the deficits to both sides share
    it by their sizes, and none gets more than it lacks.

    Parameters
    ----------
    factors
        Logarithms of the drivers against peers, in the tree's order.

    Returns
    -------
    numpy.ndarray
        Row j, column k: the share of surplus j that deficit k gets; 0 elsewhere.

    Examples
    --------
    >>> factors = np.array([-0.3, 0.2, -0.1])
    >>> (factors + factors @ offsets(factors)).round(2).tolist()
    [-0.15, 0.2, -0.05]
    """
    number = len(factors)
    shares = np.zeros((number, number))
    lacking = np.where(factors < 0, -factors, 0.0)
    for j in np.flatnonzero(factors > 0):
        beside = [k for k in (j - 1, j + 1) if 0 <= k < number and lacking[k] > 0]
        wanted = sum(lacking[k] for k in beside)
        given = 1.0 if wanted >= factors[j] else wanted / factors[j]
        for k in beside:
            shares[j, k] = given * lacking[k] / wanted
        for k in beside:
            lacking[k] -= shares[j, k] * factors[j]
    return shares


def _worth(net: Floats, leaks: NDArray[np.bool_]) -> Floats:
    """The parts, as shares of credit, of half of the gaps closed together: LMDI by logarithms."""
    steps = np.where(leaks, np.log1p(_HALF * np.expm1(-np.clip(net, -20, 20))), 0.0)
    joint = steps.sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        weight = np.where(np.abs(joint) < _NOISE, 1.0, np.expm1(joint) / joint)
    parts: Floats = weight * steps
    return parts

"""The driver tree: what a team's attainment is a product of, each factor against its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.drivers_lines import COUNTS, NOBODYS, driver_dimension, driver_lines
from spmkit.diagnostics.drivers_redrawn import Floats, discoveries, judged_columns, redrawn_sums
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.peer_medians import apart_from_peers
from spmkit.diagnostics.time_use_people import SMALLER

QUOTA, CREDIT = "quota per rep", "credited per new booking"
_NAMED = {"wins": "win rate", "bookings": "deal size", "credited": CREDIT}
_ONE = {
    "heads": "rep",
    "hours": "hour",
    "activities": "activity",
    "meetings": "meeting",
    "opportunities": "opportunity",
    "wins": "win",
}
_ANSWER = (
    *("group", "driver", "value", "peers_value", "factor", "low", "high", "part"),
    *("n", "peers", "alike", "detectable", "told", "status"),
)


@dataclass(frozen=True)
class Tree:
    """The logarithms of every group's drivers, and how far they are from those of its peers.

    ``logs`` has a row a group and a column a driver, the quota's turned round, so that a row
    sums to the logarithm of the outcome. ``peers`` are the groups that a group is compared with;
    ``alike`` says whether they are of its segment and role. ``apart`` is, for each group with
    peers, its logarithms less their medians: a first row as measured, then one a draw of the reps.
    """

    by: str
    drivers: tuple[str, ...]
    logs: pd.DataFrame
    apart: Mapping[str, Floats]
    peers: Mapping[str, Sequence[str]]
    alike: Mapping[str, bool]
    sums: pd.DataFrame
    reps: pd.Series[int]

    @property
    def outcome(self) -> str:
        """What the drivers' product is."""
        return "attainment" if QUOTA in self.drivers else f"{self.last} per rep"

    @property
    def last(self) -> str:
        """The count that the chain leads to: credited, where amounts are known."""
        known = [name for name in COUNTS[:-1] if self.sums[name].gt(0).any()]
        return known[-1]

    def factors(self, group: str) -> tuple[Floats, Floats]:
        """The logarithms of a group's factors against its peers' median, and those of the draws."""
        return self.apart[group][0], self.apart[group][1:]


def open_tree(diagnosis: Diagnosis, by: str | None = None) -> Tree:
    """Measure the drivers of every team, as they are and with its reps drawn anew.

    Raises
    ------
    DataError
        Where no period is complete, nothing tells teams apart, or nothing closed.
    """
    name = by or driver_dimension(diagnosis)
    made = f"driver tree by {name} of {diagnosis.window} by {diagnosis.hours}"
    tree: Tree = diagnosis.data.fact(made, lambda: _tree(driver_lines(diagnosis, name), name))
    return tree


def _tree(lines: pd.DataFrame, by: str) -> Tree:
    lines = lines[lines["group"] != NOBODYS]
    sums = lines.groupby("group")[list(COUNTS)].sum(min_count=1)
    chain = [name for name in COUNTS if sums[name].gt(0).any()]
    if not {"heads", "opportunities"} <= set(chain):
        raise DataError(
            "unavailable: nothing that closed belongs to a team with reps on the payroll."
        )
    drivers, quota = _drivers(chain), chain[-1] == "quota"
    kinds = lines.drop_duplicates("group").set_index("group")["kind"]
    peers, alike = _peers(kinds, [name for name in sums.index if sums.loc[name, "heads"] > 0])
    logs = _logs(sums[chain].to_numpy("float64"), quota=quota)
    redrawn = redrawn_sums(lines, chain)
    both = {
        name: np.vstack([logs[place], _logs(redrawn[name], quota=quota)])
        for place, name in enumerate(sums.index)
    }
    return Tree(
        by,
        drivers,
        pd.DataFrame(logs, sums.index, list(drivers)),
        apart_from_peers(both, peers),
        peers,
        alike,
        sums,
        lines[lines["heads"] > 0].groupby("group")["rep_id"].nunique(),
    )


def _drivers(chain: Sequence[str]) -> tuple[str, ...]:
    """How each ratio of two counts that follow each other is called."""
    plain = [
        _NAMED.get(name, f"{name} per {_ONE.get(over, over)}") for over, name in pairwise(chain)
    ]
    return (*plain[:-1], QUOTA) if chain[-1] == "quota" else tuple(plain)


def _logs(sums: Floats, *, quota: bool) -> Floats:
    """The logarithm of each count over the one before it.

    With a quota the last one is that of heads ÷ quota: credited per rep times it is attainment.
    """
    with np.errstate(all="ignore"):
        counted: Floats = np.log(sums)
        if not quota:
            return np.diff(counted, axis=1)
        asked = counted[:, 0] - counted[:, -1]
        return np.column_stack([np.diff(counted[:, :-1], axis=1), asked])


def _peers(
    kinds: pd.Series[str], there: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, bool]]:
    """Those of the same segment and role; where there are none, all others."""
    named = [name for name in there if name != SMALLER]
    own = kinds.astype("object").to_dict()
    of_kind: dict[str, list[str]] = {}
    for name in named:
        of_kind.setdefault(own[name], []).append(name)
    several = len({kind for kind in of_kind if pd.notna(kind)}) > 1
    alike = {
        one: [other for other in of_kind.get(own[one], []) if other != one] if several else []
        for one in there
    }
    others = {one: alike[one] or [other for other in named if other != one] for one in there}
    return others, {one: bool(alike[one]) for one in there}


def driver_tree(diagnosis: Diagnosis, by: str | None = None) -> pd.DataFrame:
    """What each team's attainment is a product of, driver by driver, against its peers' median.

    Hours per rep × activities per hour × meetings per activity × opportunities per meeting × win
    rate × deal size × credited per new booking ÷ quota per rep is attainment, exactly; a count
    that the data do not know is left out and the next one is taken per what stands before it. So
    the logarithms of the factors add up to that of the whole, and ``part`` shares the distance
    out between them without a rest (LMDI). Two drivers next to each other share a count, and
    where it is logged differently one seems low and the other high: read the row as a whole. The
    median of an even number of peers is the geometric mean of the middle two.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        ``team``, ``manager`` or ``region``; None takes the first that tells reps apart.

    Returns
    -------
    pandas.DataFrame
        A row a group and driver, in the tree's order, and a last one of the outcome (attainment,
        or credited per rep without quotas): ``value`` and ``peers_value``; ``factor`` (what the
        driver multiplies the outcome by, against peers; below 1 it takes away) with ``low`` and
        ``high`` (95 %, all reps drawn anew) and ``detectable`` (the factor below 1 that would be
        told in four of five cases); ``part`` (of the outcome's distance to that of the peers'
        medians, in its unit); ``n`` (reps), ``peers`` (groups), ``alike`` (whether these are of
        the same segment and role), ``told`` (beyond chance, all counted) and ``status``. The
        lowest outcome first.

    Raises
    ------
    DataError
        Where no period is complete, nothing tells teams apart, or nothing closed.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> driver_tree(diagnosis)["driver"].unique().tolist()[:4]
    ['hours per rep', 'activities per hour', 'meetings per activity', 'opportunities per meeting']

    References
    ----------
    Ang (2004), LMDI; Benjamini and Hochberg 1995 on many comparisons.
    """
    tree = open_tree(diagnosis, by)
    order = tree.logs.loc[list(tree.peers)].sum(axis=1).sort_values(kind="stable").index
    found = pd.concat([_rows(tree, group) for group in order], ignore_index=True)
    found["told"] = discoveries(found["p"])
    return found[list(_ANSWER)]


def _rows(tree: Tree, group: str) -> pd.DataFrame:
    own = tree.logs.loc[group].to_numpy("float64")
    names = [*tree.drivers, tree.outcome]
    shown = {"group": group, "driver": names, "n": int(tree.reps.get(group, 0))}
    shown |= {"peers": len(tree.peers[group]), "alike": tree.alike[group]}
    status = _status(tree, group)
    if status:
        empty = dict.fromkeys(("peers_value", "factor", "low", "high", "part", "p"), np.nan)
        values = _values(np.append(own, own.sum()), tree)
        return pd.DataFrame(
            shown | empty | {"value": values, "detectable": np.nan, "status": status}
        )
    factor, drawn = tree.factors(group)
    factors = np.append(factor, factor.sum())
    drawn = np.column_stack([drawn, drawn.sum(axis=1)])
    owned = np.append(own, own.sum())
    bounds = judged_columns(factors, drawn, int(tree.reps[group]))
    parts = _log_mean(owned[-1], owned[-1] - factors[-1]) * factors
    told = np.where(np.isnan(bounds["low"]), "insufficient n: too few reps for an interval", "ok")
    return pd.DataFrame(
        shown
        | {
            "value": _values(owned, tree),
            "peers_value": _values(owned - factors, tree),
            "factor": np.exp(factors),
            "low": np.exp(bounds["low"]),
            "high": np.exp(bounds["high"]),
            "detectable": np.exp(-bounds["detectable"]),
            "part": parts,
            "p": bounds["p"],
            "status": told,
        }
    )


def _status(tree: Tree, group: str) -> str:
    """Why nothing can be said of a group; empty where it can."""
    if not tree.peers[group]:
        return "nobody to compare with"
    own = tree.logs.loc[group]
    if not np.isfinite(own).all():
        return f"undefined: no {own.index[~np.isfinite(own)][0]}"
    if not np.isfinite(tree.apart[group][0]).all():
        return "undefined: the peers' median is zero in a driver"
    return ""


def _values(logs: Floats, tree: Tree) -> Floats:
    """The drivers as one reads them: of the quota it is the quota that stands there."""
    turned = np.array([name == QUOTA for name in (*tree.drivers, tree.outcome)])
    with np.errstate(all="ignore"):
        values: Floats = np.exp(np.where(turned, -logs, logs))
    return values


def _log_mean(now: float, before: float) -> float:
    """The logarithmic mean of two numbers given by their logarithms: what LMDI weighs by."""
    far = now - before
    return float(np.exp(before) * (np.expm1(far) / far if abs(far) > 1e-12 else 1.0))

"""The share of the differences in attainment that lies between groups of reps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.attained import relative_attainment
from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, no_effect
from spmkit.intervals import Floats, refuse_confidence

FEWEST_IN_GROUP = 5
"""A group of fewer reps is not compared: a rep or two would speak for it."""

_MOST = 1e6  # of a noncentrality: beyond it a group explains everything


def group_share(
    rows: pd.DataFrame, by: str, given: Sequence[str] = (), confidence: float = 0.95
) -> Effect:
    """The share of the differences in attainment that lies between groups, not within them.

    The groups are all there are, not a sample of some, so this is the ICC of fixed groups (omega
    squared): 0 where groups attain alike, 1 where reps of a group are all alike. A rep counts
    once in each group, by all periods together.

    Parameters
    ----------
    rows
        Of :func:`attained_rows`, with the column of the groups.
    by
        That column; groups of fewer than 5 reps are left out.
    given
        Columns whose groups are held equal first: managers of one region are compared with one
        another, so that a region's quotas are not laid at its managers' door.
    confidence
        Of the bounds (noncentral F); they include 0 exactly where the F test finds nothing.

    Returns
    -------
    Effect
        ``insufficient n`` with fewer than two groups or 8 reps; undefined where the columns given
        already say which group a rep is in.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": list("abcdefghij"), "step": 0, "quota": 100.0,
    ...     "credited": [80.0, 82.0, 81.0, 79.0, 80.0, 120.0, 118.0, 121.0, 119.0, 120.0],
    ...     "region": ["East"] * 5 + ["West"] * 5})
    >>> round(group_share(rows, "region").value, 2)
    1.0

    References
    ----------
    Steiger 2004, doi 10.1037/1082-989X.9.2.164 (the interval); Hays 1963 (omega squared).
    """
    refuse_confidence(confidence)
    units = large_groups(relative_attainment(rows, [by, *given]), by)
    reps, groups = int(units["rep_id"].nunique()), int(units[by].nunique())
    if reps < FEWEST_REPS or groups < 2:
        return no_effect("insufficient n", len(units), reps)
    f, between, within = _f_ratio(units, by, given)
    if between < 1 or within < 1:
        return no_effect("undefined: no group differs in it alone", len(units), reps)
    if np.isnan(f):
        return no_effect("undefined: no variation", len(units), reps)
    omega = (f - 1) * between / ((f - 1) * between + len(units))
    low, high = (
        _noncentrality(f, between, within, tail)
        for tail in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    count = len(units)
    bounds = low / (low + count), high / (high + count)
    return Effect(max(omega, 0.0), *bounds, n=count, reps=reps)


def large_groups(units: pd.DataFrame, by: str) -> pd.DataFrame:
    """The units of groups of at least 5 reps."""
    sizes = units.groupby(by, observed=True)["rep_id"].transform("nunique")
    return units[sizes >= FEWEST_IN_GROUP]


def _f_ratio(units: pd.DataFrame, by: str, given: Sequence[str]) -> tuple[float, int, int]:
    """Variance between groups over that within, each unit weighing by its periods."""
    weight = np.sqrt(units["periods"].to_numpy("float64"))[:, None]
    value = units["relative"].to_numpy("float64") * weight[:, 0]
    less = group_flags(units, given) * weight
    more = np.hstack([less, group_flags(units, [by]) * weight])
    (left, few), (rest, many) = (_left_over(design, value) for design in (less, more))
    between, within = many - few, len(units) - many
    if between < 1 or within < 1:
        return np.nan, between, within
    inside = rest / within
    return ((left - rest) / between / inside if inside > 1e-12 else np.nan), between, within


def group_flags(units: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """A column of ones, and one for each group of each column."""
    parts = [np.ones((len(units), 1))]
    parts += [pd.get_dummies(units[name]).to_numpy("float64") for name in columns]
    return np.hstack(parts)


def _left_over(design: Floats, value: Floats) -> tuple[float, int]:
    """The squares that a design leaves, and its rank."""
    effects, _, rank, _ = np.linalg.lstsq(design, value, rcond=1e-10)
    rest = value - design @ effects
    return float(rest @ rest), int(rank)


def _noncentrality(f: float, between: int, within: int, below: float) -> float:
    """The noncentrality of which such an F or a smaller one comes with a probability."""
    from scipy.optimize import brentq
    from scipy.special import ncfdtr

    def off(size: float) -> float:
        return float(ncfdtr(between, within, size, f)) - below

    if off(0.0) <= 0:
        return 0.0
    top = 10.0
    while off(top) > 0 and top < _MOST:
        top *= 2
    return float(brentq(off, 0.0, top)) if off(top) <= 0 else top

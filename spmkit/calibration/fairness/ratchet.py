"""Whether quotas follow what was sold: the ratchet, its asymmetry, and the price of luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.clustered import clustered_regression
from spmkit.calibration.fairness.equivalence import (
    FEWEST_REPS,
    Effect,
    equivalence_verdict,
    no_effect,
)
from spmkit.calibration.fairness.pooled import pooled_spearman
from spmkit.calibration.fairness.yearly import year_changes
from spmkit.intervals import Floats, refuse_confidence

SLOPE_MARGIN = 0.3
"""A quota that follows less than 30 % of what was sold beyond it is no ratchet worth a name."""

_CAUSES = {"attainment": "reached", "surprise": "surprise"}
_SLOPES: Mapping[str, tuple[float, ...]] = {
    "above": (1.0, 0.0),
    "below": (0.0, 1.0),
    "difference": (1.0, -1.0),
}
_COLUMNS = [
    "follows",
    "part",
    "slope",
    "low",
    "high",
    "p",
    "n",
    "reps",
    "margin",
    "verdict",
    "status",
]


def ratchet(
    panel: pd.DataFrame, *, margin: float = SLOPE_MARGIN, confidence: float = 0.95
) -> pd.DataFrame:
    """By how much next year's quota follows this year's result, up and down.

    A slope of 1 is last year's sales again: whoever sells a tenth more is asked for a tenth more.
    Two questions are asked. How quotas follow **attainment** is the published one, with a slope
    above quota and one below; that the one above is steeper is the ratchet proper. But last
    year's quota stands on both sides of it: where a quota was wrong by chance and is put right,
    the slope is above zero though nobody's sales were looked at. How quotas follow the
    **surprise**, what of last year's sales could not be expected, has no quota in it and tells the
    two apart; it takes three years.

    Parameters
    ----------
    panel
        A row a rep and period; see :func:`year_changes` for what is left out.
    margin
        A slope this small, or a difference of slopes, does not matter.
    confidence
        Of the bounds: reps are clusters, each left out in turn (see :func:`clustered_regression`).

    Returns
    -------
    pandas.DataFrame
        ``follows`` (``attainment``, ``surprise``), ``part`` (``all``: one slope; ``above`` and
        ``below``: the two of a kink at quota, or at no surprise; ``difference``), ``slope`` with
        ``low``, ``high`` and ``p``, ``n`` (quotas), ``reps``, ``margin``, ``verdict`` and
        ``status``.

    Raises
    ------
    ValueError
        Where the panel lacks a column.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> reps, sold = [f"r{i:02}" for i in range(40)], rng.lognormal(0, 0.3, (3, 40)) * 100
    >>> quotas = [np.full(40, 100.0), sold[0], sold[1]]
    >>> panel = pd.concat([pd.DataFrame({"period": str(2024 + year), "step": year, "season": 1,
    ...     "rep_id": reps, "quota": quotas[year], "credited": sold[year]}) for year in range(3)])
    >>> found = ratchet(panel).set_index(["follows", "part"])
    >>> found["slope"].round(2).tolist()[:2], found.loc[("surprise", "all"), "verdict"]
    ([1.0, 1.0], 'fail')

    References
    ----------
    Catalogue Q6; Leone, Misra and Zimmerman 2004; Misra and Nair 2011,
    doi 10.1007/s11129-011-9096-1.
    """
    refuse_confidence(confidence)
    changes = year_changes(panel)
    rows = []
    for follows, column in _CAUSES.items():
        found = _slopes(changes.dropna(subset=["change", column]), column, confidence)
        for part, (effect, p) in found.items():
            verdict = equivalence_verdict(effect.low, effect.high, margin)
            slope = {"slope": effect.value, "low": effect.low, "high": effect.high, "p": p}
            said = {"n": effect.n, "reps": effect.reps, "margin": margin, "verdict": verdict}
            rows.append(
                {"follows": follows, "part": part, **slope, **said, "status": effect.status}
            )
    return pd.DataFrame(rows, columns=_COLUMNS)


def luck_penalty(panel: pd.DataFrame, confidence: float = 0.95) -> Effect:
    """Whether who was lucky last year attains less this year, since the luck went into the quota.

    The rank correlation of attainment with last year's surprise: what a rep sold beyond what last
    year's potential and the year before had let expect, in the same words for all reps (a
    regression across reps, whose few coefficients are the same for everybody). Near zero is fair;
    below it luck is taxed; above it luck lasts, or quotas learn too little. What is left of skill
    in the surprise makes it a little positive where quotas are fair.

    Parameters
    ----------
    panel
        A row a rep and period of at least three fiscal years.
    confidence
        Of the bounds (reps redrawn).

    Returns
    -------
    Effect
        ``insufficient n`` below 8 reps with three years on one territory.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> reps, sold = [f"r{i:02}" for i in range(40)], rng.lognormal(0, 0.3, (3, 40)) * 100
    >>> quotas = [np.full(40, 100.0), sold[0], sold[1]]
    >>> panel = pd.concat([pd.DataFrame({"period": str(2024 + year), "step": year, "season": 1,
    ...     "rep_id": reps, "quota": quotas[year], "credited": sold[year]}) for year in range(3)])
    >>> round(luck_penalty(panel).value, 1)
    -0.7

    References
    ----------
    Catalogue Q5.
    """
    return pooled_spearman(year_changes(panel), "attained", "surprise", "year", confidence)


def _slopes(
    changes: pd.DataFrame, column: str, confidence: float
) -> dict[str, tuple[Effect, float]]:
    """One slope, the two of a kink, and their difference."""
    cause = changes[column].to_numpy("float64")
    kinked = np.column_stack([np.maximum(cause, 0), np.minimum(cause, 0)])
    found = {"all": _estimated(changes, cause[:, None], (1.0,), confidence)}
    for part, contrast in _SLOPES.items():
        found[part] = _estimated(changes, kinked, contrast, confidence)
    return found


def _estimated(
    changes: pd.DataFrame, causes: Floats, contrast: tuple[float, ...], confidence: float
) -> tuple[Effect, float]:
    """A sum of slopes, with an intercept for each year and region, clustered by rep."""
    n, reps = len(changes), int(changes["rep_id"].nunique())
    level = _levels(changes)
    if reps < FEWEST_REPS or n - level.shape[1] - causes.shape[1] < FEWEST_REPS:
        return no_effect("insufficient n", n, reps), np.nan
    design = np.column_stack([causes, level])
    if np.linalg.matrix_rank(design) - np.linalg.matrix_rank(level) < causes.shape[1]:
        return no_effect("undefined: no variation", n, reps), np.nan
    clusters = pd.factorize(changes["rep_id"])[0]
    fit = clustered_regression(changes["change"].to_numpy("float64"), design, clusters)
    value, low, high, p = fit.told(contrast, confidence)
    return Effect(value, low, high, n, reps), p


def _levels(changes: pd.DataFrame) -> Floats:
    """An intercept for each year, and one more for each region but the first."""
    years = pd.get_dummies(changes["year"]).to_numpy("float64")
    region: Any = changes["region"].astype("object").fillna("")
    regions = pd.get_dummies(region, drop_first=True).to_numpy("float64")
    return np.column_stack([years, regions])

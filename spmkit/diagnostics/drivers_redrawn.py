"""Sums of groups with their reps drawn anew: intervals of what no single ratio is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.resampling import DRAWS, FEWEST_CLUSTERS, MOST_UNDEFINED

Floats: TypeAlias = NDArray[np.float64]

LEVEL = 0.05
_SEED = 0
_POWER = 0.8


def redrawn_sums(people: pd.DataFrame, columns: Sequence[str]) -> dict[str, Floats]:
    """Each group's sums in 1,000 draws of its people, with replacement.

    Parameters
    ----------
    people
        One row a rep and ``group``; null adds nothing.
    columns
        What is summed.

    Returns
    -------
    dict
        Group to an array with a row a draw and a column for each of ``columns``.

    Examples
    --------
    >>> people = pd.DataFrame({"group": "A", "rep_id": ["x", "y"], "hours": [3.0, 3.0]})
    >>> redrawn_sums(people, ["hours"])["A"][:2].tolist()
    [[6.0], [6.0]]
    """
    found = {}
    ordered = people.sort_values(["group", "rep_id"], kind="stable")  # the same whatever the order
    for number, (name, own) in enumerate(ordered.groupby("group", sort=True)):
        values = own[list(columns)].to_numpy("float64", na_value=0.0)
        values = np.nan_to_num(values)
        rng = np.random.default_rng([_SEED, number])
        times = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), DRAWS)
        found[str(name)] = times @ values
    return found


def judged(value: float, draws: Floats, people: int) -> Mapping[str, float]:
    """The bounds of 95 % of a value that was redrawn, and how unlike zero it is.

    Parameters
    ----------
    value
        As measured.
    draws
        The same of each draw.
    people
        Reps that were drawn from; below eight nothing is said.

    Returns
    -------
    dict
        ``low`` and ``high`` (percentiles, set wider for few people), ``p`` (two-sided, by
        Student's t on the draws' deviation), and ``detectable`` (what would be told from zero in
        four of five cases); null where there are too few people, or more than 5 % of the draws
        are undefined.

    Examples
    --------
    >>> found = judged(2.0, np.random.default_rng(1).normal(2, 1, 1000), 50)
    >>> round(found["p"], 2)
    0.05

    References
    ----------
    Hesterberg 2015 (expanded percentiles), doi 10.1080/00031305.2015.1089789.
    """
    found = judged_columns(np.array([value]), draws[:, None], people)
    return {name: float(column[0]) for name, column in found.items()}


def judged_columns(values: Floats, draws: Floats, people: int) -> Mapping[str, Floats]:
    """:func:`judged` for several values of the same people, a column of the draws each."""
    found = np.full((len(_JUDGED), len(values)), np.nan)
    known = np.isfinite(draws)
    told = np.isfinite(values) & (known.mean(axis=0) >= 1 - MOST_UNDEFINED)
    if people >= FEWEST_CLUSTERS and told.any():
        kept = np.where(known, draws, np.nan)[:, told]
        found[:, told] = _judged(values[told], kept, people)
    return dict(zip(_JUDGED, found, strict=True))


_JUDGED = ("low", "high", "p", "detectable")


def _judged(values: Floats, draws: Floats, people: int) -> Floats:
    from scipy.special import stdtr

    wider, reach, seen = _reaches(people)
    tail = NormalDist().cdf(-reach * wider)
    low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    error = np.nanstd(draws, axis=0, ddof=1) * wider
    with np.errstate(all="ignore"):
        p = 2 * stdtr(people - 1, -np.abs(values) / error)
    return np.where(error == 0, np.nan, np.vstack([low, high, p, (reach + seen) * error]))


@cache
def _reaches(people: int) -> tuple[float, float, float]:
    """How much wider few people make an interval; how far it reaches; and the power's part."""
    from scipy.stats import t

    wider = np.sqrt(people / (people - 1))
    return wider, float(t.ppf(1 - LEVEL / 2, people - 1)), float(t.ppf(_POWER, people - 1))


def discoveries(p: Sequence[float] | pd.Series[float], level: float = LEVEL) -> NDArray[np.bool_]:
    """Which of several findings stand when all that were looked at are counted.

    Of those that are marked, about ``level`` are false on average. An unknown one is none.

    Parameters
    ----------
    p
        Probabilities of what was seen, were there nothing.
    level
        The share of false ones among the marked that is accepted.

    Examples
    --------
    >>> discoveries([0.001, 0.02, 0.04, float("nan")]).tolist()
    [True, True, True, False]

    References
    ----------
    Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    from scipy.stats import false_discovery_control

    given = np.asarray(p, dtype="float64")
    known = np.isfinite(given)
    marked = np.zeros(len(given), dtype=bool)
    if known.any():
        marked[known] = false_discovery_control(given[known]) <= level
    return marked

"""Whether a part of the rows, such as those of ramping reps, attains less than the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, no_effect
from spmkit.calibration.fairness.group_share import FEWEST_IN_GROUP
from spmkit.calibration.fairness.left_out import left_out_bounds
from spmkit.intervals import Floats


def part_gap(rows: pd.DataFrame, part: NDArray[np.bool_], confidence: float = 0.95) -> Effect:
    """By how much a part of the rows attains more than the rest, as a logarithm.

    Sums over sums, not the mean of logarithms: the logarithm of a single lumpy quarter lies below
    that of its mean, and the reps of whom only one or two quarters count here, the ramping, would
    seem to attain less though their quotas were right. A rep may stand on both sides.

    Parameters
    ----------
    rows
        Of :func:`attained_rows`.
    part
        Which rows are of the part.
    confidence
        Of the bounds: each rep left out in turn.

    Returns
    -------
    Effect
        ``insufficient n`` with fewer than 5 reps on a side or 8 in all.

    Examples
    --------
    >>> rows = pd.DataFrame({"step": 0, "rep_id": [*"abcdefghij"], "quota": 100.0,
    ...     "credited": [80.0, 84, 76, 82, 78, 101, 99, 100, 98, 102]})
    >>> found = part_gap(rows, (rows["credited"] < 90).to_numpy())
    >>> round(found.value, 2), found.high < 0
    (-0.22, True)

    References
    ----------
    Efron and Stein 1981, doi 10.1214/aos/1176345462.
    """
    sums = _sums(rows, part)
    reps, held = sums.shape[1], (sums[[1, 3]] > 0).sum(axis=1)
    if reps < FEWEST_REPS or held.min() < FEWEST_IN_GROUP:
        return no_effect("insufficient n", len(rows), reps)
    whole = sums.sum(axis=1)
    without = whole[:, None] - sums
    if not (whole > 0).all() or not (without > 0).all():
        return no_effect("undefined: nothing sold", len(rows), reps)
    value = float(_gap(whole))
    low, high = left_out_bounds(value, _gap(without), confidence)
    return Effect(value, low, high, len(rows), reps)


def _sums(rows: pd.DataFrame, part: NDArray[np.bool_]) -> Floats:
    """What each rep sold, and would have at everybody's attainment: of the part, and the rest."""
    period = rows.groupby("step")[["credited", "quota"]].transform("sum")
    sold = rows["credited"].to_numpy("float64")
    usual = (rows["quota"] * period["credited"] / period["quota"]).to_numpy("float64")
    rep, names = pd.factorize(rows["rep_id"])
    parts = [amounts * side for side in (part, ~part) for amounts in (sold, usual)]
    return np.array([np.bincount(rep, one, minlength=len(names)) for one in parts])


def _gap(sums: Floats) -> Floats:
    return np.asarray(np.log(sums[0] / sums[1]) - np.log(sums[2] / sums[3]), dtype="float64")

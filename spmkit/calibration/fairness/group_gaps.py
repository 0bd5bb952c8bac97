"""Which group of reps attains less than the others, so that its quotas are too high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.attained import relative_attainment
from spmkit.calibration.fairness.equivalence import equivalence_verdict
from spmkit.calibration.fairness.group_share import group_flags, large_groups
from spmkit.intervals import Floats, refuse_confidence

GAP_MARGIN = 0.1
"""Of a logarithm: a group that attains 10 % more or less than the others is even-handed enough."""

_GAPS = ["gap", "low", "high", "p", "reps", "periods", "verdict", "told", "status"]


def group_gaps(
    rows: pd.DataFrame,
    by: str,
    given: Sequence[str] = (),
    *,
    margin: float = GAP_MARGIN,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How far each group attains more or less than the others, and whose quotas are too high.

    The group that stands out most is named first and then left out, so that it does not make the
    others look good; the rest is compared anew. All groups together are wrong in at most one case
    of twenty (Holm), and the intervals hold for all groups at once. It is relative: whether all
    quotas are too high is a question of level.

    Parameters
    ----------
    rows
        Of :func:`attained_rows`, with the column of the groups.
    by
        That column.
    given
        Columns whose groups' means are taken off first.
    margin
        Of a logarithm: a gap this small does not matter.
    confidence
        Of all groups together.

    Returns
    -------
    pandas.DataFrame
        A row a group: the group, ``gap`` (of the logarithm of attainment; −0.1 is a tenth less),
        ``low``, ``high``, ``p`` (adjusted), ``reps``, ``periods``, ``verdict``, ``told`` (``too
        high`` or ``too low``, of the group's quotas; empty unless the verdict is ``fail``) and
        ``status``.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": list("abcdefghijklmno"), "step": 0, "quota": 100.0,
    ...     "credited": [70.0, 72, 71, 69, 70, 97, 98, 101, 99, 100, 101, 100, 99, 98, 102],
    ...     "region": ["East"] * 5 + ["North"] * 5 + ["West"] * 5})
    >>> group_gaps(rows, "region")[["region", "verdict", "told"]].values.tolist()
    [['East', 'fail', 'too high'], ['North', 'pass', ''], ['West', 'pass', '']]

    References
    ----------
    Holm 1979; Welch 1947, doi 10.1093/biomet/34.1-2.28.
    """
    refuse_confidence(confidence)
    units = _apart_from(relative_attainment(rows, [by, *given]), given)
    large = large_groups(units, by)
    sums = _group_sums(large, by)
    found = _stepped_down(sums, 1 - confidence) if len(sums) > 1 else {}
    seen = units.groupby(by, observed=True).agg(
        reps=("rep_id", "nunique"), periods=("periods", "sum")
    )
    lines = [
        {by: group, **row, **_judged(found.get(group), margin)}
        for group, row in seen.to_dict("index").items()
    ]
    return pd.DataFrame(lines, columns=[by, *_GAPS])


def _apart_from(units: pd.DataFrame, given: Sequence[str]) -> pd.DataFrame:
    """Take off what the groups of other columns attain on average."""
    if not given or units.empty:
        return units
    weight = np.sqrt(units["periods"].to_numpy("float64"))
    value = units["relative"].to_numpy("float64")
    flags = group_flags(units, given)
    effects = np.linalg.lstsq(flags * weight[:, None], value * weight, rcond=1e-10)[0]
    return units.assign(relative=value - flags @ effects)


def _group_sums(units: pd.DataFrame, by: str) -> dict[Any, Floats]:
    return {group: _sums_of(part) for group, part in units.groupby(by, observed=True)}


def _sums_of(units: pd.DataFrame) -> Floats:
    """Sums of weights and of weights × values, and of squared weights × values² to values to 1."""
    weight = units["periods"].to_numpy("float64")
    value = units["relative"].to_numpy("float64")
    squares = weight**2
    parts = (
        weight,
        weight * value,
        squares * value**2,
        squares * value,
        squares,
    )
    return np.array([part.sum() for part in parts])


def _against(sums: Floats, others: Floats) -> tuple[Floats, Floats, Floats]:
    """Difference of the two means, its standard error, and Welch's degrees of freedom."""
    means, variances = zip(*(_mean(part) for part in (sums, others)), strict=True)
    free = [_effective(part) - 1 for part in (sums, others)]
    whole = variances[0] + variances[1]
    parts = variances[0] ** 2 / free[0] + variances[1] ** 2 / free[1]
    freedom = np.divide(whole**2, parts, out=np.ones(len(whole)), where=parts > 0)
    return means[0] - means[1], np.sqrt(whole), freedom


def _mean(sums: Floats) -> tuple[Floats, Floats]:
    """The weighted mean of a group, and its variance with each rep a cluster."""
    weight, value, two, one, none = sums.T
    mean = value / weight
    squared = np.maximum(two - 2 * mean * one + mean**2 * none, 0.0)
    n = _effective(sums)
    return mean, n / (n - 1) * squared / weight**2


def _effective(sums: Floats) -> Floats:
    """How many reps of equal weight tell as much: those with few periods hardly count."""
    return np.asarray(np.maximum(sums[:, 0] ** 2 / sums[:, 4], 1.5), dtype=np.float64)


def _stepped_down(sums: dict[Any, Floats], level: float) -> dict[Any, dict[str, float]]:
    """Compare each group with the others; set aside what stands out, and begin again."""
    left, worst = list(sums), 0.0
    found: dict[Any, dict[str, float]] = {}
    while len(left) > 1:
        own = np.array([sums[group] for group in left])
        gap, error, freedom = _against(own, own.sum(axis=0) - own)
        tests = 1 if len(left) == 2 else len(left)
        p = np.minimum(_two_sided(gap, error, freedom) * tests, 1.0)
        half = _quantiles(1 - level / tests / 2, freedom) * error
        columns = (gap, gap - half, gap + half, np.maximum(p, worst))
        rows = [
            dict(zip(("gap", "low", "high", "p"), row, strict=True))
            for row in zip(*columns, strict=True)
        ]
        found |= dict(zip(left, rows, strict=True))
        first = _first(p, gap)
        worst = max(worst, float(p[first]))
        if worst >= level:
            break
        left.pop(first)
    return found


def _first(p: Floats, gap: Floats) -> int:
    """The group that stands out most; of two that do alike the one with the harder quotas."""
    return int(np.lexsort((gap, np.round(p, 12)))[0])


def _judged(row: dict[str, float] | None, margin: float) -> dict[str, Any]:
    if row is None:
        nothing = dict.fromkeys(("gap", "low", "high", "p"), np.nan)
        return {**nothing, "verdict": "cannot tell", "told": "", "status": "insufficient n"}
    verdict = equivalence_verdict(row["low"], row["high"], margin)
    told = ("too high" if row["gap"] < 0 else "too low") if verdict == "fail" else ""
    return {**row, "verdict": verdict, "told": told, "status": "ok"}


def _two_sided(gap: Floats, error: Floats, freedom: Floats) -> Floats:
    from scipy.special import stdtr

    size = np.divide(np.abs(gap), error, out=np.full(len(gap), np.inf), where=error > 0)
    return np.asarray(2 * stdtr(freedom, -size), dtype=np.float64)


def _quantiles(share: float, freedom: Floats) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, share), dtype=np.float64)

"""Intervals of statistics that are no aggregate of an engine: how often each row is drawn."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import pandas as pd

from spmkit.declaration import Metric, metric_name
from spmkit.intervals import Floats, refuse_confidence
from spmkit.measure import measure, measure_parts
from spmkit.resampling import DRAWS, FEWEST_CLUSTERS, MOST_UNDEFINED

Statistic: TypeAlias = Callable[[Floats], Floats]
_AT_ONCE = 1_000_000  # numbers


def redrawn_interval(
    statistic: Statistic, n: int, confidence: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Bound a statistic by 1,000 resamples of n rows, told as how often each row was drawn.

    Counts instead of rows: what is sorted or summed once need not be again.

    Parameters
    ----------
    statistic
        Takes a matrix of counts, a row a resample and a column a row of the data, and gives a
        number a resample; NaN where it is undefined.
    n
        Rows of the data.
    confidence
        Such as 0.95.
    seed
        The same seed gives the same bounds.

    Returns
    -------
    tuple of floats
        Percentiles, set wider for few rows as :func:`spmkit.bootstrap_interval` does; NaN with
        fewer than 8 rows, or where more than 5 % of the resamples are undefined.

    Examples
    --------
    >>> values = np.array([6.0, 8.0, 9.0, 10.0, 10.0, 11.0, 12.0, 14.0])
    >>> low, high = redrawn_interval(lambda counts: counts @ values / counts.sum(axis=1), 8)
    >>> round(low), round(high)
    (8, 12)
    """
    refuse_confidence(confidence)
    if n < FEWEST_CLUSTERS:
        return np.nan, np.nan
    rng = np.random.default_rng(seed)
    at_once = max(1, min(DRAWS, _AT_ONCE // n))
    sizes = [min(at_once, DRAWS - first) for first in range(0, DRAWS, at_once)]
    drawn = [statistic(rng.multinomial(n, [1 / n] * n, size).astype("float64")) for size in sizes]
    return drawn_bounds(np.concatenate(drawn), n, confidence)


def _tail(confidence: float, n: int) -> float:
    """The share cut off at each end: percentiles of n rows are too narrow by √((n−1)/n)."""
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, n - 1) * np.sqrt(n / (n - 1))
    return NormalDist().cdf(-float(reach))


def redrawn_ratio(
    frame: pd.DataFrame, metric: Metric, cluster: str, by: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Measure a ratio of sums by group, with an interval from 1,000 resamples of whole clusters.

    As :func:`spmkit.bootstrap_interval`, for thousands of clusters: each is one number above the
    line and one below it, so that a resample is a product and no table. Whoever is drawn twice
    counts twice, in counts of distinct clusters too.

    Parameters
    ----------
    frame
        A pandas frame with a row a line.
    metric
        A ratio or share whose parts are sums over clusters; distinct values of the cluster's own
        column are such a sum too.
    cluster
        The column whose values are drawn, such as ``rep_id``; null is a cluster.
    by
        The column to group by.
    confidence
        Such as 0.95.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.measure` gives it with a confidence; bounds are null in groups of fewer
        than 8 clusters, or where more than 5 % of the resamples are undefined.

    Raises
    ------
    ValueError
        Where the metric is no ratio.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcdefgh"), "team": "North", "quota": 10.0,
    ...     "credited": [6.0, 8.0, 9.0, 10.0, 10.0, 11.0, 12.0, 14.0]})
    >>> redrawn_ratio(lines, spm.attainment, "rep_id", "team").iloc[0, [1, 4, 5]].round(1).tolist()
    [1.0, 0.8, 1.2]

    References
    ----------
    Field and Welsh 2007 (clusters), doi 10.1111/j.1467-9868.2007.00593.x.
    """
    refuse_confidence(confidence)
    parts = measure_parts(frame, metric, [by, cluster])
    name = metric_name(metric)
    if len(parts) and parts["denominator"].isna().all() and parts["numerator"].notna().any():
        raise ValueError(f"{name} is no ratio of sums: use bootstrap_interval.")
    bounds = {
        group: _ratio_ends(part.fillna({"numerator": 0.0, "denominator": 0.0}), confidence)
        for group, part in parts.groupby(by, dropna=False, sort=False)
    }
    found = measure(frame, metric, by=by)
    ends = pd.DataFrame(list(bounds.values()), columns=[f"{name}_low", f"{name}_high"])
    return pd.concat([found, ends.astype("float64")], axis=1)


def _ratio_ends(parts: pd.DataFrame, confidence: float) -> tuple[float, float]:
    n = len(parts)
    if n < FEWEST_CLUSTERS:
        return np.nan, np.nan
    sums = drawn_sums(parts[["numerator", "denominator"]].to_numpy("float64"))
    below = np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    return drawn_bounds(sums[:, 0] / below, n, confidence)


def drawn_sums(rows: Floats) -> Floats:
    """Sum the columns of 1,000 resamples of rows, such as a row a rep.

    Examples
    --------
    >>> drawn_sums(np.array([[1.0, 2.0], [1.0, 2.0]]))[:2].tolist()
    [[2.0, 4.0], [2.0, 4.0]]
    """
    n = len(rows)
    rng, at_once = np.random.default_rng(0), max(1, min(DRAWS, _AT_ONCE // n))
    sizes = [min(at_once, DRAWS - first) for first in range(0, DRAWS, at_once)]
    return np.concatenate([_times_drawn(rng, n, size) @ rows for size in sizes])


def _times_drawn(rng: np.random.Generator, n: int, size: int) -> Floats:
    """How often each of n is drawn, a row a resample."""
    picks = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
    return np.bincount(picks.ravel(), minlength=size * n).reshape(size, n).astype("float64")


def drawn_bounds(values: Floats, n: int, confidence: float) -> tuple[float, float]:
    """The percentiles of a statistic of resamples of n rows, as :func:`redrawn_interval` says.

    Examples
    --------
    >>> low, high = drawn_bounds(np.linspace(0, 1, 1000), 100, 0.9)
    >>> round(low, 2), round(high, 2)
    (0.05, 0.95)
    """
    if n < FEWEST_CLUSTERS or np.isnan(values).mean() > MOST_UNDEFINED:
        return np.nan, np.nan
    tail = _tail(confidence, n)
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)

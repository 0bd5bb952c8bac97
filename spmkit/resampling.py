"""Intervals of means, medians and ratios, for which counts alone give none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.declaration import Metric, metric_columns, metric_name
from spmkit.intervals import refuse_confidence
from spmkit.measure import measure

Places: TypeAlias = NDArray[np.intp]

DRAWS = 1000
FEWEST_CLUSTERS = 8
MOST_UNDEFINED = 0.05  # of the draws
ROWS_AT_ONCE = 2_000_000


def bootstrap_interval(
    frame: pd.DataFrame,
    metric: Metric,
    cluster: str,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure a metric with an interval from 1,000 resamples of whole clusters.

    Rows of one rep are alike, so reps are drawn with replacement, each with
    all of their rows; drawing single rows would make the interval too narrow.
    The bounds are percentiles, set wider for few clusters (the plain ones are
    too narrow there).

    Parameters
    ----------
    frame
        A pandas frame with a row a line; reduce a large table in its engine first.
    metric
        One metric.
    cluster
        The column whose values are drawn, such as ``rep_id``.
    by
        A column or several to group by; clusters are drawn within each group.
    confidence
        Such as 0.95.
    seed
        The same seed gives the same bounds, whatever the order of the rows.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.measure` gives it with a confidence. The bounds are null in a group of
        fewer than 8 clusters, or where the metric is undefined in more than 5 % of the draws:
        no interval is better than a wrong one.

    Raises
    ------
    ValueError
        Where the frame is not pandas, a cluster is null, or :func:`spmkit.measure` refuses.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcdefgh"), "quota": 10.0,
    ...     "credited": [6.0, 8.0, 9.0, 10.0, 10.0, 11.0, 12.0, 14.0]})
    >>> bootstrap_interval(lines, spm.attainment, "rep_id").iloc[0, [0, 3, 4]].round(1).tolist()
    [1.0, 0.8, 1.2]

    References
    ----------
    Field and Welsh 2007 (clusters), doi 10.1111/j.1467-9868.2007.00593.x; Hesterberg 2015
    (expanded percentiles), doi 10.1080/00031305.2015.1089789.
    """
    refuse_confidence(confidence)
    keys = [by] if isinstance(by, str) else list(by or [])
    measured = measure(frame, metric, by=keys)
    _refuse_clusters(frame, cluster)
    lines = frame[[*metric_columns(metric)]].reset_index(drop=True)
    groups = _places(frame, cluster, keys) or [[]] * len(measured)  # no rows are one empty group
    bounds = [
        _bounds(lines, metric, clusters, confidence, [seed, number])
        for number, clusters in enumerate(groups)
    ]
    name = metric_name(metric)
    columns = pd.DataFrame(bounds, columns=[f"{name}_low", f"{name}_high"], dtype="float64")
    return pd.concat([measured, columns], axis=1)


def _refuse_clusters(frame: Any, cluster: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise ValueError("resampling takes a pandas frame: reduce the table in its engine first.")
    if cluster not in frame.columns:
        raise ValueError(f"the frame has no column {cluster!r} to draw from.")
    if frame[cluster].isna().any():
        raise ValueError(f"{cluster!r} is null in some rows: say which cluster each belongs to.")


def _places(frame: pd.DataFrame, cluster: str, keys: Sequence[str]) -> list[list[Places]]:
    """The row numbers of each cluster of each group, in the order in which groups are measured."""
    group = np.zeros(len(frame), dtype=np.intp)
    if keys:
        numbered = frame.groupby(list(keys), dropna=False, observed=True).ngroup()
        group = np.asarray(numbered, dtype=np.intp)
    known = pd.DataFrame({"group": group, "cluster": frame[cluster].to_numpy()})
    codes = known.groupby(["group", "cluster"], observed=True).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")
    found: dict[int, list[Places]] = {}
    for places in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if len(places):
            found.setdefault(int(group[places[0]]), []).append(places)
    return [found[number] for number in sorted(found)]


def _bounds(
    lines: pd.DataFrame,
    metric: Metric,
    clusters: Sequence[Places],
    confidence: float,
    seed: Sequence[int],
) -> tuple[float, float]:
    if len(clusters) < FEWEST_CLUSTERS:
        return np.nan, np.nan
    rng = np.random.default_rng(seed)
    drawn = [
        measure(sample, metric, by="__draw")[metric_name(metric)].to_numpy("float64")
        for sample in _samples(lines, clusters, rng)
    ]
    values = np.concatenate(drawn)
    if np.isnan(values).mean() > MOST_UNDEFINED:
        return np.nan, np.nan
    tail = _tail(confidence, len(clusters))
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _samples(
    lines: pd.DataFrame, clusters: Sequence[Places], rng: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Resamples, numbered in ``__draw``, a few at a time where the group is large."""
    sizes = np.array([len(places) for places in clusters])
    at_once = max(1, min(DRAWS, ROWS_AT_ONCE // int(sizes.sum())))
    for first in range(0, DRAWS, at_once):
        picks = rng.integers(0, len(clusters), (min(at_once, DRAWS - first), len(clusters)))
        places = np.concatenate([clusters[pick] for pick in picks.ravel().tolist()])
        sample = lines.take(places)
        sample["__draw"] = np.repeat(np.arange(len(picks)), sizes[picks].sum(axis=1))
        yield sample


def _tail(confidence: float, clusters: int) -> float:
    """The share cut off at each end: percentiles of k clusters are too narrow by √((k−1)/k)."""
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, clusters - 1) * np.sqrt(clusters / (clusters - 1))
    return NormalDist().cdf(-float(reach))

"""How many groups there are among rows of measures, and whether they come out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.intp]

METHODS = ("k-means", "gaussian mixture")

_RESAMPLES, _CLOUDS, _SEED = 50, 19, 0
_STARTS, _STARTS_AGAIN = 10, 3


def scaled(measures: pd.DataFrame) -> Floats:
    """Centre each measure on its median and divide by its interquartile range.

    Where half of the reps have one value, the standard deviation stands in for the range; what
    is equal for all is left out.

    Examples
    --------
    >>> scaled(pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": 7.0})).ravel().tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    values = measures.astype("float64")
    values = values.loc[:, values.min() < values.max()]
    spread = values.quantile(0.75) - values.quantile(0.25)
    spread = spread.where(spread > 0, values.std(ddof=0))
    return ((values - values.median()) / spread).to_numpy("float64")


def group_choices(features: Floats, numbers: Sequence[int]) -> pd.DataFrame:
    """Silhouette, stability and fit of each method and number of groups.

    Stability is the mean adjusted Rand index between the groups of all rows and those that 50
    resamples of the rows give the same rows.

    Parameters
    ----------
    features
        One row a rep, one column a measure, on scales that can be compared.
    numbers
        The numbers of groups to try.

    Examples
    --------
    >>> found = group_choices(np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]]), [2])
    >>> found["stability"].iloc[0].round(1).item(), found["inertia"].iloc[0].round(2).item()
    (1.0, 0.04)
    """
    with _one_thread():
        rows = [_choice(features, method, k) for method in METHODS for k in numbers]
    names = ["method", "groups", "silhouette", "stability", "inertia", "bic", "n"]
    return pd.DataFrame(rows, columns=names)


def grouped(features: Floats, method: str, groups: int) -> Labels:
    """The group of each row; the same seed every time."""
    with _one_thread():
        model = _fitted(features, method, groups, _STARTS)
        return np.asarray(model.predict(features), dtype=np.intp)


def _one_thread() -> Any:
    """Many small fits: threads would wait for each other for ten times as long as they work."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def _choice(features: Floats, method: str, groups: int) -> dict[str, Any]:
    model = _fitted(features, method, groups, starts=_STARTS)
    labels = np.asarray(model.predict(features), dtype=np.intp)
    apart = len(np.unique(labels)) > 1
    return {
        "method": method,
        "groups": groups,
        "silhouette": float(silhouettes(features, labels).mean()) if apart else np.nan,
        "stability": _stability(features, method, groups, labels) if apart else np.nan,
        "inertia": getattr(model, "inertia_", np.nan),
        "bic": model.bic(features) if method == METHODS[1] else np.nan,
        "n": len(features),
    }


def _fitted(features: Floats, method: str, groups: int, starts: int, seed: int = _SEED) -> Any:
    from sklearn.cluster import KMeans
    from sklearn.mixture import GaussianMixture

    if method == METHODS[0]:
        return KMeans(groups, n_init=starts, random_state=seed).fit(features)
    model = GaussianMixture(groups, n_init=starts, random_state=seed, reg_covar=1e-6)
    return model.fit(features)


def _stability(features: Floats, method: str, groups: int, labels: Labels) -> float:
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(_SEED)
    starts = _STARTS_AGAIN if method == METHODS[0] else 1
    found = []
    for number in range(_RESAMPLES):
        drawn = features[rng.integers(0, len(features), len(features))]
        if len(np.unique(drawn, axis=0)) < groups:
            return float("nan")
        again = _fitted(drawn, method, groups, starts, number).predict(features)
        found.append(adjusted_rand_score(labels, again))
    return float(np.mean(found))


def silhouettes(features: Floats, labels: Labels) -> Floats:
    """How much nearer each row is to its own group than to the next: 1 is deep inside, 0 between.

    Examples
    --------
    >>> rows = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> silhouettes(rows, np.array([0, 0, 1, 1])).round(2).tolist()
    [0.89, 0.88, 0.88, 0.89]
    """
    from sklearn.metrics import silhouette_samples

    return np.asarray(silhouette_samples(features, labels), dtype=np.float64)


def cloud_silhouette(features: Floats, method: str, groups: int) -> float:
    """The largest mean silhouette that 19 single normal clouds of the same shape reach.

    Cutting one long cloud in two is stable as well, and gives a fair silhouette; groups worth a
    name do better than that.

    Parameters
    ----------
    features
        One row a rep, one column a measure, on scales that can be compared.
    method, groups
        How the clouds are cut.

    Examples
    --------
    >>> two = np.concatenate([np.linspace(0, 1, 20), np.linspace(9, 10, 20)]).reshape(-1, 1)
    >>> labels = grouped(two, "k-means", 2)
    >>> bool(silhouettes(two, labels).mean() > cloud_silhouette(two, "k-means", 2))
    True
    """
    rng = np.random.default_rng(_SEED)
    shape = np.cov(features, rowvar=False).reshape(features.shape[1], -1)
    found = []
    for _ in range(_CLOUDS):
        cloud = rng.multivariate_normal(features.mean(axis=0), shape, len(features))
        labels = grouped(cloud, method, groups)
        apart = len(np.unique(labels)) > 1
        found.append(silhouettes(cloud, labels).mean() if apart else 0.0)
    return float(max(found))

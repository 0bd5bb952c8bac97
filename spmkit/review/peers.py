"""What may be said of peers: quartiles of enough of them, never one of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

FEWEST_PEERS = 5
"""Of fewer people a quartile would be a person."""

_QUARTERS = {"low": 0.25, "median": 0.5, "high": 0.75}


def peer_quartiles(values: pd.Series[float]) -> dict[str, float]:
    """Quartiles of other people's values, to two figures; null of fewer than five people.

    Parameters
    ----------
    values
        One value a person; null ones are not counted.

    Returns
    -------
    dict
        ``low``, ``median`` and ``high`` (the estimates that are unbiased in the median: they lie
        between people, not on them) and ``peers``, how many people they are of.

    Examples
    --------
    >>> peer_quartiles(pd.Series([0.811, 0.902, 0.957, 1.04, 1.123]))
    {'low': 0.87, 'median': 0.96, 'high': 1.1, 'peers': 5}
    >>> peer_quartiles(pd.Series([0.8, 0.9]))["median"]
    nan

    References
    ----------
    Hyndman and Fan 1996, doi 10.2307/2684934 (their eighth definition).
    """
    known = values.dropna().to_numpy("float64")
    if len(known) < FEWEST_PEERS:
        return dict.fromkeys(_QUARTERS, float("nan")) | {"peers": len(known)}
    found = np.quantile(known, list(_QUARTERS.values()), method="median_unbiased")
    rounded = [_two_figures(float(value)) for value in found]
    return dict(zip(_QUARTERS, rounded, strict=True)) | {"peers": len(known)}


def peers_of(scores: pd.DataFrame, own: Collection[str]) -> pd.DataFrame:
    """Quartiles of everybody but some people, by group and metric.

    Parameters
    ----------
    scores
        What :func:`scorecard` gave.
    own
        ``rep_id`` of those who are not peers: the reader's own team, or the reader.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``metric``, ``low``, ``median``, ``high``, ``peers``.
    """
    others = scores[~scores["rep_id"].isin(list(own)) & scores["enough"]]
    asked = scores.loc[scores["rep_id"].isin(list(own)), ["group", "metric"]].drop_duplicates()
    values = dict(tuple(others.groupby(["group", "metric"])["shown"]))
    nobody = pd.Series(dtype="float64")
    rows = [
        {"group": group, "metric": metric, **peer_quartiles(values.get((group, metric), nobody))}
        for group, metric in asked.itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=["group", "metric", *_QUARTERS, "peers"])


def _two_figures(value: float) -> float:
    return float(f"{value:.2g}")

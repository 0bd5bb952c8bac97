"""20-60-20: attainment of the smallest fifth, the middle and the largest fifth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.explaining.followed import POTENTIAL
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval

BUCKETS = ("smallest fifth", "middle three fifths", "largest fifth")
_ENDS = (0.1, 0.25, 0.5, 0.75, 0.9)
_NAMES = ("p10", "p25", "p50", "p75", "p90")
_FEWEST = 5  # reps of a bucket; of fewer no quartile is drawn


def size_buckets(points: pd.DataFrame, given: str = POTENTIAL) -> pd.DataFrame:
    """Quantiles of attainment, against everybody's, by size of what was given.

    Parameters
    ----------
    points
        As :func:`spmkit.calibration.explaining.followed.given_points` gives them.
    given
        Which of them.

    Returns
    -------
    pandas.DataFrame
        ``bucket`` (smallest first), ``p10``, ``p25``, ``p50``, ``p75``, ``p90`` (as shares: 1 is
        everybody's attainment), ``low`` and ``high`` (95 % of the median, reps redrawn; NaN below
        8) and ``n``. Empty where a bucket has fewer than 5 points.

    Examples
    --------
    >>> points = pd.DataFrame({"rep_id": range(25), "given": "potential",
    ...     "value": np.arange(25.0), "relative": 0.0})
    >>> size_buckets(points)[["bucket", "p50", "n"]].values.tolist()
    [['smallest fifth', 1.0, 5], ['middle three fifths', 1.0, 15], ['largest fifth', 1.0, 5]]

    References
    ----------
    ZS, fairness of goals: boxes of attainment by 20-60-20 of size.
    """
    rows = points[points["given"] == given]
    place = rows["value"].rank(pct=True, method="first")
    bucket = np.select([place <= 0.2, place > 0.8], [0, 2], 1)
    found = [_bucket(name, rows[bucket == number]) for number, name in enumerate(BUCKETS)]
    if any(one["n"] < _FEWEST for one in found):
        return pd.DataFrame(columns=["bucket", *_NAMES, "low", "high", "n"])
    return pd.DataFrame(found)


def _bucket(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    reached = np.exp(rows["relative"].to_numpy("float64"))
    ends = np.quantile(reached, _ENDS) if len(reached) else np.full(len(_ENDS), np.nan)
    low, high = _of_median(np.sort(reached))
    told = dict(zip(_NAMES, ends.tolist(), strict=True))
    return {"bucket": name, **told, "low": low, "high": high, "n": len(rows)}


def _of_median(reached: Floats) -> tuple[float, float]:
    """Bounds of the median: a redraw's is the value at which half of what was drawn is passed."""

    def median(counts: Floats) -> Floats:
        passed = counts.cumsum(axis=1) * 2 >= counts.sum(axis=1, keepdims=True)
        return np.asarray(reached[passed.argmax(axis=1)])

    return redrawn_interval(median, len(reached))

"""Whether the score of a deal says how likely it is to be won."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.funnel_value import new_business
from spmkit.diagnostics.opening import Diagnosis
from spmkit.measure import measure
from spmkit.metrics.opportunities import win_rate
from spmkit.units import Column, Percent

_CONFIDENCE = 0.95
_BAND = 10
_TOP = 100
LEAST = 20
"""Of fewer deals nothing is said of a band."""


def score_bands(diagnosis: Diagnosis) -> pd.DataFrame:
    """The share won of what closed in the window, by bands of ten of the score.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``band`` (such as ``20–30``), ``start``; ``win_rate`` with ``low``, ``high`` (Wilson, 95 %)
        and ``n``; ``score``, the mean score as a share of 100; ``off``: whether that lies outside
        the interval, so that the score is no probability there; ``enough`` (at least 20 deals).
        Without renewals; what has no score is left out.

    Raises
    ------
    DataError
        Where opportunities have no score.

    Examples
    --------
    >>> found = score_bands(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> bool(found.loc[0, "win_rate"] < found["win_rate"].iloc[-1])
    True
    """
    lines = new_business(diagnosis)
    if "score" not in lines.collect_schema().names():
        raise DataError(
            f"{diagnosis.data.name} has no score of opportunities, so none is held against what "
            "was won: map opportunities.score."
        )
    day = nw.col("closed_on").cast(nw.Date)
    first, last = nw.lit(diagnosis.start.date()), nw.lit(diagnosis.end.date())
    closed = lines.filter(nw.col("closed"), day >= first, day <= last, ~nw.col("score").is_null())
    score = nw.col("score").cast(nw.Float64)
    tens = (score / _BAND).floor().clip(0, _TOP // _BAND - 1) * _BAND
    banded = closed.with_columns(start=tens.cast(nw.Int64), score=score).to_native()
    found = measure(banded, [win_rate, _mean_score], by="start", confidence=_CONFIDENCE)
    return _judged(found)


def _mean_score(score: Column) -> Percent:
    return score.mean() / _TOP


def _judged(found: pd.DataFrame) -> pd.DataFrame:
    names = {f"win_rate_{end}": end for end in ("low", "high", "n")} | {"_mean_score": "score"}
    told = found.rename(columns=names).dropna(subset=["win_rate"]).reset_index(drop=True)
    band = [f"{start:,}–{start + _BAND:,}" for start in told["start"]]
    off = (told["score"] < told["low"]) | (told["score"] > told["high"])
    told = told.assign(band=band, off=off, enough=told["n"] >= LEAST)
    return told[["band", "start", "win_rate", "low", "high", "n", "score", "off", "enough"]]


def score_trend(bands: pd.DataFrame) -> pd.Series[Any]:
    """Test whether more is won the higher the score, over the bands (Cochran and Armitage).

    Parameters
    ----------
    bands
        What :func:`score_bands` gives.

    Returns
    -------
    pandas.Series
        ``slope`` (the rise of the win rate over ten points of score, with ``low`` and ``high`` of
        95 %), ``p``, ``n`` and ``detectable``, the rise that would be seen in four of five cases;
        null where there is one band, or all or nothing was won.

    Examples
    --------
    >>> bands = pd.DataFrame({"start": [0, 50, 90], "n": 100, "win_rate": [0.1, 0.4, 0.8]})
    >>> found = score_trend(bands)
    >>> round(float(found["slope"]), 3), bool(found["p"] < 0.001)
    (0.077, True)

    References
    ----------
    Cochran 1954, doi 10.2307/3001616; Armitage 1955, doi 10.2307/3001775.
    """
    from scipy.stats import norm

    n, rate, at = (bands[name].to_numpy("float64") for name in ("n", "win_rate", "start"))
    cases = n.sum()
    none = pd.Series(dict.fromkeys(("slope", "low", "high", "p", "detectable"), np.nan))
    if not cases:
        return pd.concat([none, pd.Series({"n": 0})])
    overall = float((n * rate).sum() / cases)
    steps = (at - (n * at).sum() / cases) / _BAND
    spread = float((n * steps**2).sum())
    if not spread or not 0 < overall < 1:
        return pd.concat([none, pd.Series({"n": int(cases)})])
    slope = float((n * steps * rate).sum() / spread)
    error = float(np.sqrt(overall * (1 - overall) / spread))
    reach = norm.ppf((1 + _CONFIDENCE) / 2)
    found = {
        "slope": slope,
        "low": slope - reach * error,
        "high": slope + reach * error,
        "p": 2 * norm.sf(abs(slope) / error),
        "detectable": (reach + norm.ppf(0.8)) * error,
    }
    return pd.Series(found | {"n": int(cases)})

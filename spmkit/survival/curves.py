"""The share that has not ended, day by day, and the day on which half has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.answers import NO_ROWS, OK
from spmkit.intervals import refuse_confidence
from spmkit.survival.counts import (
    ROWS,
    By,
    Floats,
    by_group,
    counted_by_flag,
    life_table,
    log_log_bounds,
    normal_quantile,
    own_keys,
    whole_days,
)

FEWER_THAN_HALF = "undefined: fewer than half ended"
_TIE = 1e-10  # a curve of products is rarely exactly one half


def duration_curve(
    frame: Any, days: str, ended: str, by: By = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate which share has not ended after so many days (Kaplan and Meier).

    What has not ended yet counts for as long as it was seen. The mean or median
    of the ended ones alone is too short: the long ones are still open.

    Parameters
    ----------
    frame
        A frame of any engine, a row a case. Rows without days, with negative ones or without a
        flag are left out.
    days
        The column of days from the start to the end, or to today where it has not ended.
    ended
        The flag: true where it ended, false where it was still open when last seen.
    by
        A column or several to group by; null is a group of its own.
    confidence
        Of the bounds, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``days`` (each day that occurs), ``remaining`` (the share that lasted
        longer), ``low`` and ``high`` (Greenwood's error on the log-log scale; null where nothing
        or everything ended), ``at_risk`` (open at the start of the day) and ``ended`` (that day).

    Examples
    --------
    >>> cases = pd.DataFrame({"days": [5, 8, 8, 12], "ended": [True, True, False, True]})
    >>> spm.duration_curve(cases, "days", "ended")[["days", "remaining", "at_risk"]]
       days  remaining  at_risk
    0     5       0.75        4
    1     8       0.50        3
    2    12       0.00        1

    References
    ----------
    Kaplan and Meier 1958, doi 10.1080/01621459.1958.10501452; Kalbfleisch and Prentice 1980 (the
    log-log interval).
    """
    refuse_confidence(confidence)
    keys = own_keys(by, ["days", "remaining", "low", "high", "at_risk", "ended"])
    counts, groups = counted_by_flag(frame, days, ended, keys)
    return by_group(counts, groups, keys, lambda part: _curve(part, confidence))


def median_duration(
    frame: Any, days: str, ended: str, by: By = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate the days by which half has ended, the open ones counted as open.

    Where everything has ended it is the plain median.

    Parameters
    ----------
    frame, days, ended, by, confidence
        As for :func:`duration_curve`.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``median`` (null where the curve never falls to one half), ``low`` and
        ``high`` (where the bounds of the curve, on the log scale as R's default, fall to one
        half; null where they never do), ``n`` and ``ended`` (rows, and those that ended),
        ``left_out`` (rows without days or flag) and ``status``.

    Examples
    --------
    >>> cases = pd.DataFrame({"days": [5, 8, 9, 12, 20], "ended": [True] * 3 + [False] * 2})
    >>> spm.median_duration(cases, "days", "ended")[["median", "n", "ended", "status"]]
       median  n  ended status
    0     9.0  5      3     ok

    References
    ----------
    Brookmeyer and Crowley 1982, doi 10.2307/2530286.
    """
    refuse_confidence(confidence)
    keys = own_keys(by, ["median", "low", "high", "n", "ended", "left_out", "status"])
    counts, groups = counted_by_flag(frame, days, ended, keys)
    found = by_group(counts, groups, keys, lambda part: _median(part, confidence))
    return found.astype({"n": "Int64", "ended": "Int64", "left_out": "Int64", "status": "str"})


def _remaining(at_risk: Floats, ended: Floats) -> tuple[Floats, Floats]:
    """Kaplan and Meier's curve, and Greenwood's error of its logarithm."""
    left = at_risk - ended
    remaining = np.asarray(np.cumprod(left / at_risk), dtype="float64")
    with np.errstate(divide="ignore"):
        error = np.sqrt(np.cumsum(ended / (at_risk * left)))
    return remaining, error


def _curve(part: pd.DataFrame, confidence: float) -> pd.DataFrame:
    days, at_risk, (ended,) = life_table(part, ["ended"])
    remaining, error = _remaining(at_risk, ended)
    with np.errstate(invalid="ignore"):
        low, high = log_log_bounds(remaining, remaining * error, confidence)
    return pd.DataFrame(
        {
            "days": whole_days(days),
            "remaining": remaining,
            "low": low,
            "high": high,
            "at_risk": at_risk.astype("int64"),
            "ended": ended.astype("int64"),
        }
    )


def _median(part: pd.DataFrame, confidence: float) -> pd.DataFrame:
    days, at_risk, (ended,) = life_table(part, ["ended"])
    remaining, error = _remaining(at_risk, ended)
    reach = normal_quantile(confidence) * np.where(np.isfinite(error), error, np.nan)
    curves = [remaining, remaining * np.exp(-reach), np.minimum(remaining * np.exp(reach), 1.0)]
    median, low, high = (_half(days, curve) for curve in curves)
    n = int(at_risk[0]) if len(days) else 0
    undefined = FEWER_THAN_HALF if n else NO_ROWS
    row = {
        "median": median,
        "low": low,
        "high": high,
        "n": n,
        "ended": int(ended.sum()),
        "left_out": int(part[ROWS].sum()) - n,
        "status": undefined if np.isnan(median) else OK,
    }
    return pd.DataFrame([row])


def _half(days: Floats, curve: Floats) -> float:
    """The day on which a curve falls to one half; the middle of the days if it rests there.

    One that rests there for ever has no end of its rest: how long it was watched is no day of it.
    """
    with np.errstate(invalid="ignore"):
        reached = np.flatnonzero(curve <= 0.5 + _TIE)
        below = np.flatnonzero(curve < 0.5 - _TIE)
    if not len(reached):
        return float("nan")
    last = below[0] if len(below) else reached[0]
    rests = curve[reached[0]] >= 0.5 - _TIE
    return float((days[reached[0]] + days[last]) / 2 if rests else days[reached[0]])

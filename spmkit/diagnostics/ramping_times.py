"""How long until hires ramp or sell: who left before never will, so leaving is another ending."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.answers import NO_ROWS, OK
from spmkit.intervals import Floats
from spmkit.metrics.people.ramp import NO_QUOTA
from spmkit.survival import cumulative_incidence, duration_curve

_REACHED, _LEFT = "reached", "left"
_TIE = 1e-10  # a share that is multiplied out is rarely exactly one half


def with_early_leavers(
    lines: pd.DataFrame, seen: pd.Series[Any], followed: pd.Series[Any]
) -> pd.DataFrame:
    """The hires that were seen, and those who left before a first month could be judged.

    Without the latter only those who stayed a month are hires, and ramp looks surer than it is.

    Parameters
    ----------
    lines
        Ramp lines with ``ramp_gone``.
    seen
        Which of them could be judged.
    followed
        The ``rep_id`` of every month that was followed.

    Returns
    -------
    pandas.DataFrame
        The lines kept; early leavers have 0 months and did not ramp.
    """
    early = (lines["ramp_status"] == NO_QUOTA) & lines["ramp_gone"]
    early &= ~lines["rep_id"].isin(followed)
    months = lines["ramp_months"].mask(early, 0)
    told = lines.assign(ramp_months=months, ramped=lines["ramped"].mask(early, other=False))
    return told[seen | early]


def reached_share(
    lines: pd.DataFrame, time: str, reached: str, by: str, confidence: float
) -> pd.DataFrame:
    """Which share of hires has reached something by each time, those who left for ever without.

    Hires who are still there and have not reached it count for as long as seen. One minus a
    Kaplan–Meier curve would take the leavers for still on their way, and promise that they
    arrive.

    Parameters
    ----------
    lines
        A row a hire, with ``gone`` (whether the hire left by the last day that was looked at).
    time
        The column of months or days until it was reached, or for as long as seen.
    reached
        The flag; rows without it or without a time are left out.
    by
        The column to group by.
    confidence
        Of the bounds, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``time``, ``share`` with ``low`` and ``high`` (null where it is 0 or 1) and
        ``at_risk`` (neither there yet, nor gone, before that time).

    Examples
    --------
    >>> lines = pd.DataFrame({"months": [3, 6, 6, 9], "ramped": [False, True, True, False],
    ...     "gone": [True, False, False, False], "cohort": "2025"})
    >>> reached_share(lines, "months", "ramped", "cohort", 0.95)[["time", "share"]].values.tolist()
    [[3.0, 0.0], [6.0, 0.5], [9.0, 0.5]]

    References
    ----------
    Aalen and Johansen 1978, as :func:`spmkit.cumulative_incidence`.
    """
    known = lines.dropna(subset=[time, reached])
    came, gone = (known[name].astype("bool") for name in (reached, "gone"))
    marked = known.assign(ending=np.select([came, gone], [_REACHED, _LEFT], ""))
    marked["ending"] = marked["ending"].replace("", None)
    with np.errstate(over="ignore"):  # a share that is all but 1 has no error
        found = cumulative_incidence(marked, time, "ending", by, confidence)
    whole = found["incidence"] > 1 - _TIE
    found[["low", "high"]] = found[["low", "high"]].mask(whole)
    found = found[found["ending"] == _REACHED][[by, "days", "incidence", "low", "high"]]
    times = duration_curve(known, time, reached, by, confidence)[[by, "days", "at_risk"]]
    both = times.merge(found, on=[by, "days"], how="left")  # where nobody did, nothing was found
    both["incidence"] = both["incidence"].astype("float64").fillna(0.0)
    named = both.rename(columns={"days": "time", "incidence": "share"})
    return named[[by, "time", "share", "low", "high", "at_risk"]]


def half_reached(
    lines: pd.DataFrame, time: str, reached: str, by: str, confidence: float
) -> pd.DataFrame:
    """The time by which half of the hires have reached something, leavers counted as never.

    Parameters
    ----------
    lines, time, reached, by, confidence
        As for :func:`reached_share`.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``n`` (hires of whom it can be told), ``median`` with ``low`` and ``high`` (where
        the bounds of the share come to one half; null where they never do) and ``status``, which
        says why there is no median.

    Examples
    --------
    >>> lines = pd.DataFrame({"months": [3, 6, 7], "ramped": [False, True, True],
    ...     "gone": [True, False, False], "cohort": "2025"})
    >>> half_reached(lines, "months", "ramped", "cohort", 0.95)["median"].tolist()
    [7.0]
    """
    shares = reached_share(lines, time, reached, by, confidence)
    told = lines[[time, reached]].notna().all(axis=1)
    sizes = told.groupby(lines[by]).sum()
    rows = [_half_row(shares[shares[by] == key], int(n), reached) for key, n in sizes.items()]
    return pd.DataFrame(rows).assign(**{by: sizes.index})


def _half_row(shares: pd.DataFrame, n: int, reached: str) -> dict[str, Any]:
    times = shares["time"].to_numpy("float64")
    curves = (shares[name].to_numpy("float64") for name in ("share", "high", "low"))
    median, low, high = (_half(times, curve) for curve in curves)
    fewer = f"undefined: fewer than half {reached.replace('_', ' ')}"
    status = OK if not np.isnan(median) else fewer if n else NO_ROWS
    return {"n": n, "median": median, "low": low, "high": high, "status": status}


def _half(times: Floats, shares: Floats) -> float:
    """When a share comes to one half; the middle of the times if it rests there and then goes on.

    So the plain median is met where all have reached it.
    """
    there, beyond = times[shares >= 0.5 - _TIE], times[shares > 0.5 + _TIE]
    if not len(there):
        return float("nan")
    return float((there[0] + beyond[0]) / 2 if len(beyond) else there[0])

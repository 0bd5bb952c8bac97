"""The share that has ended in each of several ways, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.intervals import refuse_confidence
from spmkit.survival.counts import (
    ENDING,
    By,
    Floats,
    by_group,
    counted,
    life_table,
    log_log_bounds,
    own_keys,
    whole_days,
)


def cumulative_incidence(
    frame: Any, days: str, ending: str, by: By = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate which share has ended in each way after so many days (Aalen and Johansen).

    The ways compete: what is lost can no longer be won. One minus a
    Kaplan–Meier curve of the won alone would take the lost for still open, and
    promise too many wins.

    Parameters
    ----------
    frame, by, confidence
        As for :func:`duration_curve`.
    days
        The column of days from the start to the end, or to today where it has not ended.
    ending
        The column with the name of what ended it (``won``, ``lost``); null where it is open.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``days``, ``ending``, ``incidence``, ``low`` and ``high`` (log-log
        scale; null where the incidence is 0 or 1) and ``at_risk``: a row a day and ending. On
        each day the incidences and the share that is still open add up to 1.

    Examples
    --------
    >>> deals = pd.DataFrame({"days": [5, 8, 8, 12], "ending": ["won", "lost", None, "won"]})
    >>> found = spm.cumulative_incidence(deals, "days", "ending")
    >>> found[found["days"] == 12][["ending", "incidence"]].values.tolist()
    [['lost', 0.25], ['won', 0.75]]

    References
    ----------
    Aalen and Johansen 1978; Marubini and Valsecchi 1995 (the standard error).
    """
    refuse_confidence(confidence)
    keys = own_keys(by, ["days", "ending", "incidence", "low", "high", "at_risk"])
    counts, groups = counted(frame, days, nw.col(ending).cast(nw.String), keys, ending)
    endings = sorted(counts[ENDING].dropna().unique())
    return by_group(counts, groups, keys, lambda part: incidences(part, endings, confidence))


def incidences(part: pd.DataFrame, endings: Sequence[str], confidence: float) -> pd.DataFrame:
    """The incidence of each ending on each day of one group's counts."""
    days, at_risk, ways = life_table(part, endings)
    shown = whole_days(days)
    columns = ["days", "ending", "incidence", "low", "high", "at_risk"]
    frames = []
    for way, ended in zip(endings, ways, strict=True):
        incidence, error = _incidence(at_risk, ended, ways.sum(axis=0))
        low, high = log_log_bounds(incidence, error, confidence)
        risk = at_risk.astype("int64")
        values = [shown, way, incidence, low, high, risk]
        frames.append(pd.DataFrame(dict(zip(columns, values, strict=True))))
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames).sort_values(["days", "ending"], ignore_index=True)


def _incidence(at_risk: Floats, ended: Floats, any_way: Floats) -> tuple[Floats, Floats]:
    """Aalen and Johansen's incidence of one way, and its error by the delta method."""
    left = at_risk - any_way
    open_before = np.r_[1.0, np.cumprod(left / at_risk)[:-1]]
    step = open_before / at_risk
    incidence = np.cumsum(step * ended)
    # Where nothing is left the term has no weight: there is no later day.
    hazard = np.where(left > 0, any_way / (at_risk * np.where(left > 0, left, 1.0)), 0.0)
    joint = step * ended / at_risk
    variance = (
        incidence**2 * np.cumsum(hazard)
        - 2 * incidence * np.cumsum(incidence * hazard)
        + np.cumsum(incidence**2 * hazard)
        + np.cumsum(step**2 * (at_risk - ended) * ended / at_risk)
        - 2 * incidence * np.cumsum(joint)
        + 2 * np.cumsum(incidence * joint)
    )
    return incidence, np.sqrt(np.clip(variance, 0, None))

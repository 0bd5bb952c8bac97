"""Which share is won by which age, losses competing, the open ones counted as open."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.diagnostics.funnel import CONFIDENCE
from spmkit.diagnostics.funnel_value import new_business
from spmkit.diagnostics.opening import Diagnosis
from spmkit.measure import measure
from spmkit.metrics.opportunities import win_curve, win_rate
from spmkit.survival import cumulative_incidence

AGES = (30, 90, 180)
LEAST_AT_RISK = 10
"""A curve is drawn for as long as so many are watched."""


def _lines(diagnosis: Diagnosis) -> Any:
    """All that was created up to the window's end: old ones say what becomes of the long ones.

    What has no date of creation stays in, so that it is counted as left out.
    """
    day = nw.col("created_on").cast(nw.Date)
    known = new_business(diagnosis)
    return known.filter(day.is_null() | (day <= nw.lit(diagnosis.end.date())))


def win_curves(diagnosis: Diagnosis) -> pd.DataFrame:
    """The share won, and the share lost or undecided, by age since creation.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``days``, ``ending`` (``won``, ``lost``: lost or without a decision), ``incidence`` with
        ``low`` and ``high`` (95 %) and ``at_risk``, for as long as at least ten are watched. Of
        everything created up to the window's end, renewals left out.

    Examples
    --------
    >>> found = win_curves(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> sorted(found["ending"].unique())
    ['lost', 'won']

    References
    ----------
    Catalogue W5; Aalen and Johansen 1978.
    """
    won = nw.col("ending") == "won"
    ended = nw.when(won).then(nw.lit("won")).otherwise(nw.lit("lost"))
    told = _lines(diagnosis).with_columns(ending=nw.when(~nw.col("ending").is_null()).then(ended))
    curve = cumulative_incidence(told.to_native(), "lasted_days", "ending", confidence=CONFIDENCE)
    watched = curve[curve["at_risk"] >= LEAST_AT_RISK]
    return watched.reset_index(drop=True)


def won_by_age(diagnosis: Diagnosis) -> pd.DataFrame:
    """The share won within some ages and in the end, beside the naive rate of what closed.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        Rows of :func:`spmkit.win_curve` at 30, 90 and 180 days and at the last age at which ten
        are watched (``eventual`` true), and ``closed_rate``, ``closed_low``, ``closed_high`` and
        ``closed_n``: won of what closed, which leaves open ones out and so reads too high where
        losses are not closed out. ``left_out`` has no age: no date of creation, or a wrong one.

    Examples
    --------
    >>> found = won_by_age(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["days"].tolist()[:3]
    [30, 90, 180]

    References
    ----------
    Catalogue W1 and W5 side by side.
    """
    lines = _lines(diagnosis).to_native()
    watched = win_curves(diagnosis)
    last = int(watched["days"].max()) if len(watched) else 0
    ages = sorted({*(age for age in AGES if age < last), last})
    found = win_curve(lines, at=ages, confidence=CONFIDENCE)
    closed = measure(lines, win_rate, confidence=CONFIDENCE).iloc[0]
    return found.assign(
        eventual=found["days"] == last,
        closed_rate=closed["win_rate"],
        closed_low=closed["win_rate_low"],
        closed_high=closed["win_rate_high"],
        closed_n=closed["win_rate_n"],
    )

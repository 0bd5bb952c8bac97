"""Attrition as a whole and by kind of leaving, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.declaration import Metric, metric_name
from spmkit.expressions import count, total
from spmkit.intervals import refuse_confidence
from spmkit.measure import measure, measure_parts
from spmkit.traits import Traits
from spmkit.units import Column, Percent, Ratio

_ATTRITION = Traits("attrition_lines", "lower")
_EITHER = Traits("attrition_lines", "neither")


def attrition_rate(leaver: Column, headcount: Column) -> Annotated[Percent, _ATTRITION]:
    """Leavers of a window as a share of the average headcount in it.

    The window is part of the definition: 12 months unless it is said otherwise.
    For a shorter one see :func:`annual_attrition_rate`. It may exceed 100 %,
    where seats were refilled and left again. :func:`attrition_interval` bounds
    it, also where nobody left.

    Parameters
    ----------
    leaver
        Whether the rep left within the window.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        0 where nobody left; null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"leaver": [True, False, False], "headcount": [0.5, 1.0, 1.0]})
    >>> spm.measure(lines, spm.attrition_rate)["attrition_rate"].tolist()
    [0.4]

    References
    ----------
    Catalogue H3; sales turnover surveys.
    """
    return Ratio(count(leaver), total(headcount))


def annual_attrition_rate(leaver: Column, employed_years: Column) -> Annotated[Percent, _ATTRITION]:
    """Leavers per year of employment, in a window of any length.

    A short window says little: one leaver in a month of ten people is 120 % a
    year, and leaving has its seasons (after bonuses are paid).

    Parameters
    ----------
    leaver
        Whether the rep left within the window.
    employed_years
        Years that the rep was employed within the window.

    Returns
    -------
    Percent
        Equal to :func:`attrition_rate` over 12 months; null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"leaver": [True, False], "employed_years": [0.25, 0.25]})
    >>> spm.measure(lines, spm.annual_attrition_rate)["annual_attrition_rate"].tolist()
    [2.0]

    References
    ----------
    Catalogue H3 (annualised); sales turnover surveys.
    """
    return Ratio(count(leaver), total(employed_years))


def voluntary_attrition_rate(
    left_voluntarily: Column, headcount: Column
) -> Annotated[Percent, _ATTRITION]:
    """Reps who chose to leave as a share of the average headcount.

    Only as good as the reasons on file: reps who are asked to resign count here,
    and those without a reason count in :func:`unexplained_attrition_rate`.

    Parameters
    ----------
    left_voluntarily
        Whether the rep left within the window by choice.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        Null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"left_voluntarily": [True, False], "headcount": [0.5, 1.0]})
    >>> found = spm.measure(lines, spm.voluntary_attrition_rate)
    >>> found["voluntary_attrition_rate"].round(3).tolist()
    [0.667]

    References
    ----------
    Catalogue H3 (voluntary); sales turnover surveys.
    """
    return Ratio(count(left_voluntarily), total(headcount))


def involuntary_attrition_rate(
    left_involuntarily: Column, headcount: Column
) -> Annotated[Percent, _EITHER]:
    """Reps whom the company let go as a share of the average headcount.

    Neither end is good as such: much of it may come from bad hiring or from
    quotas that cannot be reached, none of it from nobody being judged. A rep who
    was asked to resign may stand under the voluntary ones.

    Parameters
    ----------
    left_involuntarily
        Whether the rep was let go within the window.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        Null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"left_involuntarily": [True, False], "headcount": [1.0, 1.0]})
    >>> spm.measure(lines, spm.involuntary_attrition_rate)["involuntary_attrition_rate"].tolist()
    [0.5]

    References
    ----------
    Catalogue H3 (involuntary); sales turnover surveys.
    """
    return Ratio(count(left_involuntarily), total(headcount))


def transfer_rate(transferred: Column, headcount: Column) -> Annotated[Percent, _EITHER]:
    """Reps who moved elsewhere within the company as a share of the average headcount.

    They are leavers of the sales force, and so part of :func:`attrition_rate`. A
    promotion out of sales counts like a flight from it.

    Parameters
    ----------
    transferred
        Whether the rep moved to another job of the company within the window.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        Null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"transferred": [True, False], "headcount": [1.0, 1.0]})
    >>> spm.measure(lines, spm.transfer_rate)["transfer_rate"].tolist()
    [0.5]

    References
    ----------
    Catalogue H3 (transfers); sales turnover surveys.
    """
    return Ratio(count(transferred), total(headcount))


def unexplained_attrition_rate(
    left_unexplained: Column, headcount: Column
) -> Annotated[Percent, _ATTRITION]:
    """Leavers without a classified reason as a share of the average headcount.

    By so much the voluntary rate, or the involuntary one, may be too low. Where it
    is large, neither of the two says anything.

    Parameters
    ----------
    left_unexplained
        Whether the rep left within the window for a reason that is missing or not classified.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        Null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"left_unexplained": [True, False], "headcount": [1.0, 1.0]})
    >>> spm.measure(lines, spm.unexplained_attrition_rate)["unexplained_attrition_rate"].tolist()
    [0.5]

    References
    ----------
    Catalogue H3 (not classified); sales turnover surveys.
    """
    return Ratio(count(left_unexplained), total(headcount))


def attrition_interval(
    lines: Any,
    metric: Metric = attrition_rate,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Measure a rate of leavers with its exact interval.

    Leavers are counted over a time of employment, so the bounds are those of a
    Poisson count; they hold for a group of one, and where nobody left the lower
    bound is 0 and the upper one is not.

    Parameters
    ----------
    lines
        As :func:`attrition_lines` gives them.
    metric
        A count of leavers over an exposure, such as :func:`attrition_rate`.
    by
        A column or several to group by.
    confidence
        Such as 0.95.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.measure` gives it with a confidence.

    Examples
    --------
    >>> lines = pd.DataFrame({"leaver": [False] * 10, "headcount": [1.0] * 10})
    >>> spm.attrition_interval(lines).iloc[0, [0, 3, 4]].astype(float).round(3).tolist()
    [0.0, 0.0, 0.369]

    References
    ----------
    Garwood 1936, doi 10.1093/biomet/28.3-4.437.
    """
    from scipy.stats import chi2

    refuse_confidence(confidence)
    keys = [by] if isinstance(by, str) else list(by or [])
    found = measure(lines, metric, by=keys)
    parts = measure_parts(lines, metric, keys)
    leavers, exposure = parts["numerator"], parts["denominator"].where(parts["denominator"] > 0)
    tail = (1 - confidence) / 2
    low = np.where(leavers > 0, chi2.ppf(tail, 2 * leavers) / 2, 0.0)
    high = chi2.ppf(1 - tail, 2 * leavers + 2) / 2
    name = metric_name(metric)
    return found.assign(**{f"{name}_low": low / exposure, f"{name}_high": high / exposure})

"""Leavers whom one wanted to keep."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import count, total
from spmkit.metrics.people.windows import as_days, column_names
from spmkit.traits import Traits
from spmkit.units import Column, Percent, Ratio

_REGRETTED = Traits("regretted_lines", "lower")


def regretted_lines(lines: pd.DataFrame, performance: Any) -> pd.DataFrame:
    """Attrition lines with each rep's performance, and whether losing the rep is regretted.

    Whom to regret is decided by what was known before: performance that was
    measured after a rep had gone is not read. The median is that of everybody
    in the lines whose performance is known, leavers among them; give the lines
    of one peer group at a time where peers differ.

    Parameters
    ----------
    lines
        As :func:`attrition_lines` gives them.
    performance
        A frame with ``rep_id`` and ``performance`` (adjusted for the territory), one row a rep,
        and, where it has it, ``frozen_on``: the day on which it was fixed.

    Returns
    -------
    pandas.DataFrame
        The lines with ``performance``, ``median_performance`` and ``regretted``: left voluntarily
        with at least the median; null where such a leaver's performance is not known.

    Raises
    ------
    ValueError
        Where a rep has several performances.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": ["ada", "bo"], "left_on": pd.to_datetime(["2026-05-01",
    ...     None]), "left_voluntarily": [True, False], "headcount": [0.5, 1.0]})
    >>> known = pd.DataFrame({"rep_id": ["ada", "bo"], "performance": [1.2, 0.9]})
    >>> regretted_lines(lines, known)["regretted"].tolist()
    [True, False]
    """
    there = column_names(performance)
    wanted = ["rep_id", "performance", *[name for name in ["frozen_on"] if name in there]]
    known = collected(lazy_columns(performance, wanted)).reindex(
        columns=["rep_id", "performance", "frozen_on"]
    )
    if known["rep_id"].duplicated().any():
        twice = known.loc[known["rep_id"].duplicated(), "rep_id"].iloc[0]
        raise ValueError(f"{twice!r} has several performances: give one row a rep.")
    joined: pd.DataFrame = lines.merge(known, on="rep_id", how="left")
    late = as_days(joined["frozen_on"]) > joined["left_on"]
    value = joined["performance"].astype("float64").mask(late)
    median = value.median()
    chosen = joined["left_voluntarily"].astype("boolean")
    unknown = chosen & value.isna()
    return joined.drop(columns="frozen_on").assign(
        performance=value,
        median_performance=median,
        regretted=(chosen & (value >= median)).mask(unknown),
    )


def regretted_attrition(regretted: Column, headcount: Column) -> Annotated[Percent, _REGRETTED]:
    """Voluntary leavers of at least median performance as a share of the average headcount.

    A leaver whose performance is not known counts as not regretted, so it is a
    floor where many are unknown. Half of all voluntary leavers is what chance
    alone would give.

    Parameters
    ----------
    regretted
        Whether the rep left by choice and performed at least as the median did.
    headcount
        The share of the window's days on which the rep was employed.

    Returns
    -------
    Percent
        Null where nobody was employed.

    Examples
    --------
    >>> lines = pd.DataFrame({"regretted": [True, False, None], "headcount": [0.5, 1.0, 0.5]})
    >>> spm.measure(lines, spm.regretted_attrition)["regretted_attrition"].tolist()
    [0.5]

    References
    ----------
    Catalogue H4; common usage of the field.
    """
    return Ratio(count(regretted), total(headcount))

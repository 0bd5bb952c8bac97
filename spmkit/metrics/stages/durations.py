"""How long opportunities stay in a stage, with those that are still there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.engine import lazy_columns
from spmkit.survival import median_duration
from spmkit.traits import Traits
from spmkit.units import DAYS

_TIMES = ("stage", "days", "left")
_KEY = ["opportunity_id", "place", "stage"]
_DAYS = 2**32  # more than a visit can last
_LASTING = Traits("stage_visits", "lower", "leading", columns=_TIMES)
_WHOLE = Traits("stage_times", "lower", "leading", columns=("stage", "total_days", "left_for_good"))


def stage_times(visits: Any, keep: Sequence[str] = ()) -> Any:
    """One row an opportunity and stage: the days of all its visits, and of the last one.

    Parameters
    ----------
    visits
        Rows of :func:`stage_visits`, of any engine.
    keep
        Further columns that are one and the same for an opportunity, such as ``segment``.

    Returns
    -------
    frame
        ``opportunity_id``, ``place``, ``stage``, the columns kept, ``visits``, ``total_days``
        (null where one of the visits has no days), ``last_days`` and ``left_for_good`` (whether
        it is not in the stage now). Lazily, of the engine of the visits.

    Examples
    --------
    >>> visits = pd.DataFrame({"opportunity_id": "o1", "place": 1, "stage": "Discovery",
    ...     "days": [10, 4], "left": [True, False], "visit": [1, 2]})
    >>> stage_times(visits).df()[["total_days", "last_days", "left_for_good"]].values.tolist()
    [[14, 4, False]]

    References
    ----------
    Catalogue W10 (its lines).
    """
    key = [*_KEY, *keep]
    read = lazy_columns(visits, [*key, "days", "left", "visit"])
    # The number of a visit stands before its days, so that the greatest is the last one's.
    days = nw.col("days").cast(nw.Int64)
    numbered = nw.col("visit").cast(nw.Int64) * _DAYS + nw.coalesce(days + 1, nw.lit(0))
    summed = (
        read.with_columns(_numbered=numbered)
        .group_by(*key)
        .agg(
            nw.len().cast(nw.Int64).alias("visits"),
            nw.col("days").sum().cast(nw.Int64).alias("_sum"),
            nw.col("days").is_null().max().alias("_unknown"),
            nw.col("_numbered").max().alias("_last"),
            nw.col("left").min().alias("left_for_good"),
        )
    )
    whole = nw.when(~nw.col("_unknown")).then(nw.col("_sum"))
    last = nw.col("_last") % _DAYS - 1
    told = summed.with_columns(
        total_days=whole,
        last_days=nw.when(last >= 0).then(last),
    )
    columns = [*key, "visits", "total_days", "last_days", "left_for_good"]
    return told.select(*columns).to_native()


def stage_duration(
    visits: Any, by: str | Sequence[str] | None = "stage", confidence: float = 0.95
) -> Annotated[pd.DataFrame, DAYS, _LASTING]:
    """Median days of a visit to a stage, those that have not ended counted as long as they last.

    The mean of the finished visits is too short: what is stuck has not finished. Each visit
    counts, so one that comes back twice is three short stays; :func:`total_stage_duration` adds
    them up.

    Parameters
    ----------
    visits
        Rows of :func:`stage_visits`, of any engine.
    by
        A column or several to group by.
    confidence
        Of the bounds.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.median_duration`: the group columns, ``median`` in days, ``low``,
        ``high``, ``n``, ``ended``, ``left_out`` (visits that began before the log), ``status``.

    Examples
    --------
    >>> visits = pd.DataFrame({"stage": "Discovery", "days": [10, 20, 30], "left": [True, True,
    ...     False]})
    >>> stage_duration(visits)[["stage", "median", "n", "ended"]].values.tolist()
    [['Discovery', 20.0, 3, 2]]

    References
    ----------
    Catalogue W10; Kaplan and Meier's median.
    """
    return median_duration(visits, "days", "left", by, confidence)


def total_stage_duration(
    times: Any, by: str | Sequence[str] | None = "stage", confidence: float = 0.95
) -> Annotated[pd.DataFrame, DAYS, _WHOLE]:
    """Median days that an opportunity spends in a stage over all of its visits.

    One that is there still, or again, counts as not finished. An opportunity that left and may
    yet return counts as finished.

    Parameters
    ----------
    times
        Rows of :func:`stage_times`, of any engine.
    by
        A column or several to group by.
    confidence
        Of the bounds.

    Returns
    -------
    pandas.DataFrame
        As for :func:`stage_duration`.

    Examples
    --------
    >>> times = pd.DataFrame({"stage": "Discovery", "total_days": [10, 20, 30],
    ...     "left_for_good": [True, True, False]})
    >>> total_stage_duration(times)["median"].tolist()
    [20.0]

    References
    ----------
    Catalogue W10 (over all visits); Kaplan and Meier's median.
    """
    return median_duration(times, "total_days", "left_for_good", by, confidence)

"""Wins by activity of each type, of those old enough to have led to one."""

from __future__ import annotations

import math
from datetime import timedelta

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.diagnostics.activity_return_lags import median_cycle
from spmkit.diagnostics.opening import Diagnosis
from spmkit.expressions import total
from spmkit.metrics.activities import yield_lines
from spmkit.redraws import redrawn_ratio
from spmkit.units import Column, Percent, Ratio

_MOST_LISTED = 30


def yield_by_type(diagnosis: Diagnosis) -> pd.DataFrame:
    """Wins divided by the activities that had the time to lead to one, by type.

    :func:`spmkit.activity_yield` of the activities about an opportunity, up to the end of the
    window, that are at least as old as the median cycle. They begin with the window or, where two
    cycles before the data's day are longer ago, with these: else long cycles would leave none.
    What several activities did together is shared evenly, so a yield is no return: it says in how
    long a row of activities a win stands.

    Returns
    -------
    pandas.DataFrame
        ``type``, ``activity_yield`` with ``low`` and ``high`` (95 %, whole reps drawn anew), ``n``
        (activities), ``reps``, ``lag_days``, ``since`` (the first day looked at) and ``status``;
        the most activities first, thirty types at most.

    Raises
    ------
    DataError
        Where activities name no opportunities or no type, or nothing was won.
    """
    lag = max(1, math.ceil(diagnosis.found(median_cycle)))
    first = min(diagnosis.start.date(), diagnosis.data.as_of - timedelta(days=2 * lag))
    day = nw.col("day")
    recent = nw.from_native(diagnosis.activities).lazy()
    recent = recent.filter(day >= nw.lit(first - timedelta(days=lag)))
    lines = yield_lines(diagnosis.data, lag_days=lag, activities=recent.to_native())
    within = (
        nw.from_native(lines)
        .lazy()
        .filter(
            day >= nw.lit(first), day <= nw.lit(diagnosis.end.date()), ~nw.col("type").is_null()
        )
    )
    sums = to_pandas(
        within.group_by("type", "rep_id").agg(
            nw.col("outcome_share").sum().alias("won"), nw.len().cast(nw.Int64).alias("activities")
        )
    )
    if sums.empty:
        raise DataError(
            "unavailable: no activity of a known type is about an opportunity and old enough for a "
            "win to be known."
        )
    found = _measured(sums.assign(rep_id=sums["rep_id"].fillna("nobody")), lag)
    return found.assign(since=pd.Timestamp(first))


def _measured(sums: pd.DataFrame, lag: int) -> pd.DataFrame:
    found = redrawn_ratio(sums, _yield, "rep_id", "type")
    counts = sums.groupby("type").agg(n=("activities", "sum"), reps=("rep_id", "nunique"))
    named = found[["type", "_yield", "_yield_low", "_yield_high", "_yield_status"]]
    named = named.set_axis(["type", "activity_yield", "low", "high", "status"], axis=1)
    named = named.join(counts, on="type").assign(lag_days=lag)
    return named.sort_values("n", ascending=False, ignore_index=True).head(_MOST_LISTED)


def _yield(won: Column, activities: Column) -> Percent:
    return Ratio(total(won), total(activities))

"""Hours and activities of every rep in a diagnosis's window: one pass over the activities."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data.assignments import assignment_spells
from spmkit.diagnostics.opening import Diagnosis
from spmkit.expressions import count, total
from spmkit.metrics.activities.lines import CATEGORIES
from spmkit.metrics.productivity.lines import KEY, by_assignment, keyed, moved_spells

UNKNOWN = "unknown"
SPENT_ON = (*CATEGORIES, UNKNOWN)
"""What hours are spent on; ``unknown`` is an activity of no category."""

NON_SELLING = ("admin", "internal", "travel")
"""Neither selling nor looking for whom to sell to."""

ATTRIBUTES = ["rep", "region", "team", "manager", "role", "segment"]


def time_lines(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a rep, period and assignment of the window: hours by category, and activities.

    The one pass over the activities that time use, the drivers and effort are made from.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``starts_on``; ``rep``, ``region``, ``team``, ``manager``,
        ``role``, ``segment``;
        ``<category>_hours`` of each of :data:`SPENT_ON`; ``worked_hours`` (of a known category),
        ``non_selling_hours``, ``customer_hours`` (held with a customer); ``activities`` that were
        held, ``untimed`` (of these the ones without minutes, which are in no hours), ``touches``
        (held with a customer) and ``meetings`` (null where activities do not tell of meetings).
        Hours are null where none are known.

    Raises
    ------
    DataError
        Where there are no activities.
    """
    made = f"time lines of {diagnosis.window} by {diagnosis.hours}"
    lines: pd.DataFrame = diagnosis.data.fact(made, lambda: _time_lines(diagnosis))
    return lines


def _time_lines(diagnosis: Diagnosis) -> pd.DataFrame:
    data, calendar = diagnosis.data, diagnosis.data.calendar
    periods = [calendar.period(label) for label in diagnosis.window]
    day, held = nw.col("day"), nw.col("held")
    lines = nw.from_native(diagnosis.activities).lazy().filter(held)
    lines = lines.filter(day >= nw.lit(periods[0].start), day <= nw.lit(periods[-1].end))
    grouped = by_assignment(lines, "day", data, periods, moved_spells(data))
    return _described(keyed(grouped.agg(*_aggregates())), diagnosis)


def _aggregates() -> list[nw.Expr]:
    minutes, category = nw.col("minutes"), nw.col("category")
    hours = nw.when(minutes >= 0).then(minutes / 60.0)
    meeting = nw.col("meeting_held_external")
    of_each = [
        total(nw.when(category == name).then(hours)).alias(f"{name}_hours") for name in CATEGORIES
    ]
    return [
        *of_each,
        total(nw.when(category.is_null()).then(hours)).alias(f"{UNKNOWN}_hours"),
        total(nw.col("worked_hours")).alias("worked_hours"),
        total(nw.when(nw.col("touch")).then(hours)).alias("customer_hours"),
        nw.len().cast(nw.Int64).alias("activities"),
        count(hours.is_null()).alias("untimed"),
        count(nw.col("touch")).alias("touches"),
        count(meeting).alias("meetings"),
        meeting.count().cast(nw.Int64).alias("told"),
    ]


def _described(sums: pd.DataFrame, diagnosis: Diagnosis) -> pd.DataFrame:
    """Name the reps and where they worked; hours of one category known, those of others are 0."""
    hours = [f"{name}_hours" for name in SPENT_ON]
    some = sums[hours].notna().any(axis=1)
    for name in (*hours, "worked_hours", "customer_hours"):
        sums[name] = sums[name].astype("float64").fillna(0.0).where(some)
    non_selling = sums[[f"{name}_hours" for name in NON_SELLING]].sum(axis=1).where(some)
    told = int(sums.pop("told").sum()) > 0
    sums = sums.assign(
        non_selling_hours=non_selling,
        meetings=sums["meetings"].astype("float64") if told else np.nan,
        rep_id=sums["rep_id"].fillna("nobody"),
    )
    spells = assignment_spells(diagnosis.data)
    moved = spells.duplicated("rep_id", keep=False)
    known = spells.assign(starts_on=spells["starts_on"].where(moved))[["rep_id", "starts_on"]]
    named = known.join(spells[ATTRIBUTES].astype("object"))
    lines = sums.merge(named, on=["rep_id", "starts_on"], how="left")
    return lines.assign(rep=_told_apart(lines)).sort_values(KEY, ignore_index=True)


def _told_apart(lines: pd.DataFrame) -> pd.Series[Any]:
    """The names of the reps; with the id behind it where two bear one name."""
    names = lines["rep"].fillna(lines["rep_id"])
    shared = lines["rep_id"].groupby(names).transform("nunique") > 1
    return names.where(~shared, names + " (" + lines["rep_id"] + ")")

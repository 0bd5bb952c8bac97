"""What each rep's year is counted in, from hours to credit: the counts of the driver tree."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError
from spmkit.data.assignments import assignment_spells
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.productivity import worked_lines
from spmkit.diagnostics.time_use_lines import SPENT_ON, time_lines
from spmkit.diagnostics.time_use_people import SMALLER, pooled
from spmkit.expressions import count, total
from spmkit.metrics.productivity.lines import by_assignment, keyed, moved_spells
from spmkit.periods import Period
from spmkit.resampling import FEWEST_CLUSTERS
from spmkit.review.closings import closed_in
from spmkit.review.opening import trend_lines

COUNTS = (
    *("heads", "hours", "activities", "meetings"),
    *("opportunities", "wins", "bookings", "credited", "quota"),
)
"""From people to credit, each a part of what the next one comes from."""

NOBODYS = "not given"
_GROUPS = ("team", "manager", "region")
_PEER = ["segment", "role"]
_KEY = ["rep_id", "group"]


def driver_dimension(diagnosis: Diagnosis) -> str:
    """The attribute by which teams are told apart: team, else manager, else region.

    The first of them by which two groups have the eight reps that an interval needs; where none
    has, the first by which any two reps differ.

    Raises
    ------
    DataError
        Where all reps are of one team, or of none.
    """
    lines = worked_lines(diagnosis)
    lines = lines[lines["headcount"] > 0]
    sizes = {name: lines.groupby(name)["rep_id"].nunique() for name in _GROUPS}
    apart = [name for name, size in sizes.items() if len(size) > 1]
    told = [name for name in apart if (sizes[name] >= FEWEST_CLUSTERS).sum() > 1]
    if apart:
        return (told or apart)[0]
    raise DataError(
        "unavailable: no team, manager or region tells any two reps apart, so no team has peers. "
        "Add rep_assignments.team or reps.team, or map it in spmkit.toml."
    )


def driver_lines(diagnosis: Diagnosis, by: str | None = None) -> pd.DataFrame:
    """One row a rep and group: what the complete periods of the window are counted in.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        ``team``, ``manager`` or ``region``; None takes the first that tells reps apart.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``group``, ``kind`` (segment and role) and :data:`COUNTS`: ``heads``
        (headcount, summed over periods), ``hours`` logged, ``activities`` and ``meetings`` held,
        ``opportunities`` that closed and ``wins`` (both without renewals, as in the win rate),
        ``bookings`` of these wins, ``credited`` and ``quota`` (of reps with a quota, as in
        attainment; where nobody has one, all credit). A count that the data do not know is null
        throughout.

    Raises
    ------
    DataError
        Where no period is complete, or nothing tells teams apart.
    """
    name = by or driver_dimension(diagnosis)
    made = f"driver lines by {name} of {diagnosis.window} by {diagnosis.hours}"
    lines: pd.DataFrame = diagnosis.data.fact(made, lambda: _driver_lines(diagnosis, name))
    return lines


def complete_window(diagnosis: Diagnosis) -> list[Period]:
    """The complete periods of the window.

    Raises
    ------
    DataError
        Where there is none.
    """
    calendar, as_of = diagnosis.data.calendar, diagnosis.data.as_of
    periods = [calendar.period(label) for label in diagnosis.window]
    complete = [one for one in periods if calendar.is_complete(one, as_of)]
    if not complete:
        raise DataError(
            f"{diagnosis.label} is running and none before it is known: teams are compared once "
            "a period is complete."
        )
    return complete


def _driver_lines(diagnosis: Diagnosis, by: str) -> pd.DataFrame:
    periods = complete_window(diagnosis)
    labels = [one.label for one in periods]
    heads = worked_lines(diagnosis)
    heads = heads[heads["period"].isin(labels)].assign(heads=lambda own: own["headcount"])
    parts = [
        _summed(heads, by, ["heads"]),
        *_time(diagnosis, by, labels),
        _summed(_closed(diagnosis, periods), by, ["opportunities", "wins", "bookings"]),
        *_credit(diagnosis, by, labels),
    ]
    found = parts[0]
    for part in parts[1:]:
        found = found.merge(part, on=_KEY, how="outer")
    found = found.reindex(columns=[*_KEY, *COUNTS])
    known = [name for name in COUNTS if found[name].notna().any()]
    found[known] = found[known].fillna(0.0)
    if not diagnosis.data.settings.individual_activity:
        found["group"] = pooled(found["group"], found["rep_id"])
    return found.merge(_kinds(heads, by, found), on="group", how="left")


def _summed(lines: pd.DataFrame, by: str, columns: Sequence[str]) -> pd.DataFrame:
    named = lines.assign(
        group=lines[by].astype("object").fillna(NOBODYS),
        rep_id=lines["rep_id"].astype("object").fillna("nobody"),
    )
    numbers = named.astype(dict.fromkeys(columns, "float64"))
    return numbers.groupby(_KEY, as_index=False)[list(columns)].sum(min_count=1)


def _time(diagnosis: Diagnosis, by: str, labels: Sequence[str]) -> list[pd.DataFrame]:
    if "activities" not in diagnosis.data:
        return []
    lines = time_lines(diagnosis)
    lines = lines[lines["period"].isin(labels)]
    hours = lines[[f"{name}_hours" for name in SPENT_ON]].sum(axis=1, min_count=1)
    return [_summed(lines.assign(hours=hours), by, ["hours", "activities", "meetings"])]


def _closed(diagnosis: Diagnosis, periods: Sequence[Period]) -> pd.DataFrame:
    """What closed, without renewals, by rep and assignment on the day of closing."""
    data = diagnosis.data
    closed = closed_in(data, periods).filter(~nw.col("renewal"))
    dated = closed.with_columns(nw.col("closed_on").cast(nw.Date).alias("_day"))
    grouped = by_assignment(dated, "_day", data, periods, moved_spells(data))
    sums = grouped.agg(
        nw.len().cast(nw.Int64).alias("opportunities"),
        count(nw.col("won")).alias("wins"),
        total(nw.col("won_amount")).alias("bookings"),
    )
    spells = assignment_spells(data)
    moved = spells.duplicated("rep_id", keep=False)
    spells = spells.assign(starts_on=spells["starts_on"].where(moved))
    return keyed(sums).merge(
        spells[["rep_id", "starts_on", *_GROUPS]], on=["rep_id", "starts_on"], how="left"
    )


def _credit(diagnosis: Diagnosis, by: str, labels: Sequence[str]) -> list[pd.DataFrame]:
    lines = trend_lines(diagnosis.data, diagnosis.periods)
    lines = lines[lines["period"].isin(labels)]
    lines = lines[lines["rep_id"].notna()]
    if lines["quota"].notna().any():
        return [_summed(lines[lines["quota"].notna()], by, ["credited", "quota"])]
    return [_summed(lines, by, ["credited"])] if len(lines) else []


def _kinds(heads: pd.DataFrame, by: str, found: pd.DataFrame) -> pd.DataFrame:
    """The segment and role that most of a group's people are of: whom it may be compared with."""
    told = heads[_PEER].astype("object").fillna("").agg(" · ".join, axis=1).str.strip(" ·")
    groups = dict(
        zip(zip(found["rep_id"], found["group"], strict=True), found["group"], strict=True)
    )
    named = heads.assign(kind=told, group=heads[by].astype("object").fillna(NOBODYS))
    pairs = zip(named["rep_id"], named["group"], strict=True)
    named["group"] = [groups.get(pair, SMALLER) for pair in pairs]
    sums = named.groupby(["group", "kind"])["heads"].sum().reset_index()
    return sums.sort_values("heads").drop_duplicates("group", keep="last")[["group", "kind"]]

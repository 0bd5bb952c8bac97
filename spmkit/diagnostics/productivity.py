"""What the people there were brought in: by head, by ramped full-time rep, by hour of selling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spmkit.comparison import compare
from spmkit.declaration import Metric, metric_name
from spmkit.diagnostics.opening import Diagnosis
from spmkit.engine import as_pandas
from spmkit.metrics.productivity import (
    bookings_per_ramped_fte,
    bookings_per_rep,
    bookings_per_selling_hour,
    productive_rep_share,
    productivity_lines,
)
from spmkit.redraws import redrawn_ratio

HEADLINE = (
    bookings_per_rep,
    bookings_per_ramped_fte,
    bookings_per_selling_hour,
    productive_rep_share,
)
"""What the head of a diagnosis measures."""

_COLUMNS = {
    "value": "",
    "low": "_low",
    "high": "_high",
    "n": "_n",
    "status": "_status",
    "before": "_before",
    "change": "_change",
    "change_low": "_change_low",
    "change_high": "_change_high",
}
_SEASON_DAYS = 20  # the same quarter of another year starts within these
_NOBODY = "nobody"


def worked_lines(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a rep and period of the trend: bookings, headcount, hours and meetings."""
    made = f"productivity lines of {diagnosis.periods.trend} by {diagnosis.hours}"
    lines: pd.DataFrame = diagnosis.data.fact(made, lambda: _worked(diagnosis))
    return lines


def _worked(diagnosis: Diagnosis) -> pd.DataFrame:
    logged = diagnosis.activities if "activities" in diagnosis.data else None
    lines = as_pandas(
        productivity_lines(diagnosis.data, list(diagnosis.periods.trend), activities=logged)
    )
    return lines.assign(rep_id=lines["rep_id"].fillna(_NOBODY))


def headline_productivity(diagnosis: Diagnosis) -> pd.DataFrame:
    """Measure what was sold by head and by hour, one row a metric.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``metric``, ``value`` with ``low`` and ``high`` (95 %, whole reps drawn anew), ``n`` (reps)
        and ``status`` of the period; ``before`` and ``change`` on the same period of the year
        before, with ``change_low`` and ``change_high``; null where there is none.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> headline_productivity(diagnosis)["metric"].tolist()[:2]
    ['bookings_per_rep', 'bookings_per_ramped_fte']
    """
    return pd.DataFrame([_row(diagnosis, metric) for metric in HEADLINE])


def _row(diagnosis: Diagnosis, metric: Metric) -> dict[str, object]:
    name, lines, earlier = metric_name(metric), worked_lines(diagnosis), a_year_before(diagnosis)
    found = redrawn_ratio(
        lines[lines["period"].isin([diagnosis.label, earlier])], metric, "rep_id", "period"
    )
    now, before = (
        found[found["period"] == label].drop(columns="period")
        for label in (diagnosis.label, earlier)
    )
    row = (compare(now, before) if len(before) else now).iloc[0]
    return {"metric": name} | {
        column: row.get(f"{name}{end}", np.nan) for column, end in _COLUMNS.items()
    }


def a_year_before(diagnosis: Diagnosis) -> str:
    """The label of the same season's period of the year before; empty where there is none."""
    return next((label for label in diagnosis.periods.trend if _season(diagnosis, label)), "")


def _season(diagnosis: Diagnosis, label: str) -> bool:
    """Whether a period started a year before the one asked about, give or take some days."""
    start = pd.Timestamp(diagnosis.data.calendar.period(label).start)
    now = pd.Timestamp(diagnosis.periods.now.start)
    return bool(abs((now - start).days - 365.25) <= _SEASON_DAYS)


def productivity_trend(diagnosis: Diagnosis) -> pd.DataFrame:
    """What a ramped full-time rep brought in by period; a running period is left out.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``value`` with ``low`` and ``high``, ``n`` (reps), ``same_season``.
    """
    lines = worked_lines(diagnosis)
    if not diagnosis.periods.complete:
        lines = lines[lines["period"] != diagnosis.label]
    name = metric_name(bookings_per_ramped_fte)
    found = redrawn_ratio(lines, bookings_per_ramped_fte, "rep_id", "period")
    kept = [name, f"{name}_low", f"{name}_high", f"{name}_n"]
    found = found[["period", *kept]].set_axis(["period", "value", "low", "high", "n"], axis=1)
    found = _in_order(found, diagnosis.periods.trend)
    seasons = {diagnosis.label, a_year_before(diagnosis)}
    return found.assign(same_season=found["period"].isin(seasons)).dropna(subset=["value"])


def _in_order(frame: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    places = {label: place for place, label in enumerate(labels)}
    return frame.sort_values("period", key=lambda c: c.map(places), ignore_index=True)

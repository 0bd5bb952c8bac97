"""One value a rep and period of any metric that a table of lines gives by both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import quota_lines
from spmkit.coverage import coverage_lines
from spmkit.data import DataError, SalesData
from spmkit.data.declared import running_period
from spmkit.data.errors import nearest
from spmkit.declaration import Metric, is_metric, metric_columns, metric_traits
from spmkit.measure import measure
from spmkit.metrics.activities import activity_lines
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.metrics.productivity import productivity_lines

_SPREAD = ("rep_credited", "rep_quota")  # of one rep there is no spread, and no share of reps
_COLUMNS = ["rep_id", "period", "value", "n"]


def asked_metric(name: str) -> Metric:
    """The metric that an action names.

    Parameters
    ----------
    name
        As ``spmkit metrics`` lists it.

    Raises
    ------
    DataError
        Where the catalogue has no such metric, with the nearest name.

    Examples
    --------
    >>> asked_metric("win_rate").__name__
    'win_rate'
    >>> asked_metric("winrate")
    Traceback (most recent call last):
    ...
    spmkit.data.errors.DataError: 'winrate' is no metric. Did you mean 'win_rate'?
    """
    public = vars(import_module("spmkit"))  # as it is: reports and panels are imported late
    if name in public["__all__"] and is_metric(public.get(name)):
        metric: Metric = public[name]
        return metric
    known = [one for one in public["__all__"] if is_metric(public.get(one))]
    close = nearest(name, known)
    raise DataError(f"{name!r} is no metric.{close if 'mean' in close else ''}")


def rep_panel(data: SalesData, metric: Metric, periods: Sequence[str]) -> pd.DataFrame:
    """Measure a metric by rep and period.

    What closed counts in the period in which it closed, with whoever owns it now; what was
    created, in the period in which it was created. Of pipeline coverage no past is kept: it
    stands for the last period, as of the data's day.

    Parameters
    ----------
    data
        An open source.
    metric
        A metric of quota, opportunity, productivity, activity or coverage lines.
    periods
        Labels, in order.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``value`` and ``n``, only where there is a value.

    Raises
    ------
    DataError
        Where the metric is not measured by rep and period, a table is missing, or what single
        reps do with their time may not be shown (``individual_activity = false``).

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "lost"], "closed_on": ["2026-07-02", "2026-07-03"]})},
    ...     settings={"as_of": "2026-10-02"})
    >>> rep_panel(data, spm.win_rate, ["2026Q2", "2026Q3"])
      rep_id  period  value  n
    0    ada  2026Q3    0.5  2
    """
    return RepPanels(data, [metric], periods).of(metric)


class RepPanels:
    """Panels of several metrics, with each table of lines read once for all of them.

    Parameters
    ----------
    data
        An open source.
    metrics
        Metrics that may be asked for; none is measured before one of its lines is.
    periods
        Labels, in order.
    """

    def __init__(self, data: SalesData, metrics: Sequence[Metric], periods: Sequence[str]) -> None:
        self.data, self.metrics, self.periods = data, metrics, list(periods)
        self._found: dict[tuple[str, bool], pd.DataFrame | DataError] = {}

    def of(self, metric: Metric) -> pd.DataFrame:
        """One of the metrics, as :func:`rep_panel` gives it; raises as it does."""
        _refuse(self.data, metric)
        kind = _kind(metric)
        if kind not in self._found:
            self._found[kind] = self._measured(kind)
        found = self._found[kind]
        if isinstance(found, DataError):
            raise found
        name = metric.__name__
        values = found.assign(value=found[name].astype("float64"), n=found[f"{name}_n"])
        known = values["period"].isin(self.periods) & values["rep_id"].notna()
        kept = values.loc[known & values["value"].notna(), _COLUMNS]
        return kept.reset_index(drop=True)

    def _measured(self, kind: tuple[str, bool]) -> pd.DataFrame | DataError:
        """Everything of one kind; why there is nothing is kept, and raised whenever asked."""
        alike = [metric for metric in self.metrics if _kind(metric) == kind]
        try:
            frame, period = _LINES[kind[0]](self.data, alike[0], self.periods)
        except DataError as error:
            return error
        by = ["rep_id", period]
        return measure(frame, alike, by=by).rename(columns={period: "period"})


def _kind(metric: Metric) -> tuple[str, bool]:
    """The lines that a metric reads, and whether it counts what was created in a period."""
    return metric_traits(metric).lines, "created_on" in metric_columns(metric)


def _refuse(data: SalesData, metric: Metric) -> None:
    """Say of what is not measured by rep and period, and of what may not be."""
    name, lines = metric.__name__, metric_traits(metric).lines
    spread = set(metric_columns(metric)) <= set(_SPREAD)
    if lines not in _LINES or spread:
        raise DataError(f"{name} is not measured by rep and period.")
    if not data.settings.individual_activity and lines in _TIME:
        raise DataError(f"{name} of single reps is not shown (individual_activity = false).")


_Made = Callable[[SalesData, Metric, Sequence[str]], tuple[Any, str]]


def _quotas(data: SalesData, _: Metric, periods: Sequence[str]) -> tuple[Any, str]:
    return quota_lines(data, list(periods)), "period"


def _productivity(data: SalesData, _: Metric, periods: Sequence[str]) -> tuple[Any, str]:
    return productivity_lines(data, list(periods)), "period"


def _activities(data: SalesData, _: Metric, periods: Sequence[str]) -> tuple[Any, str]:
    lines = nw.from_native(activity_lines(data))
    return lines.filter(nw.col("period").is_in(list(periods))).to_native(), "period"


def _opportunities(data: SalesData, metric: Metric, periods: Sequence[str]) -> tuple[Any, str]:
    event = "created" if _kind(metric)[1] else "closed"
    lines, period = nw.from_native(opportunity_lines(data, attributes=())), f"{event}_period"
    asked, day = [data.calendar.period(label) for label in periods], nw.col(f"{event}_on")
    # Days are compared before labels: of millions of rows that costs a third.
    lines = lines.filter(day.cast(nw.Date) >= nw.lit(min(one.start for one in asked)))
    return lines.filter(nw.col(period).is_in(list(periods))).to_native(), period


def _coverage(data: SalesData, _: Metric, periods: Sequence[str]) -> tuple[Any, str]:
    """What is open on the data's day, where that is the day after the last period, or in it."""
    calendar, last = data.calendar, data.calendar.period(periods[-1])
    running = running_period(data)
    if running.label != last.label and calendar.previous(running).label != last.label:
        raise DataError(f"coverage is known of the day of the data alone, not of {last.label}.")
    lines = coverage_lines(data, running.label)
    if lines["quota"].isna().all():
        raise DataError(f"no quota of {running.label} is known.")
    return lines.assign(period=last.label), "period"


_LINES: Mapping[str, _Made] = {
    "quota_lines": _quotas,
    "opportunity_lines": _opportunities,
    "productivity_lines": _productivity,
    "activity_lines": _activities,
    "coverage_lines": _coverage,
}
_TIME = ("activity_lines", "productivity_lines")

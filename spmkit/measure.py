"""Measure metrics over a frame: the only place that groups.

Whatever is asked in one call is one query of the frame's own engine: the
aggregates of all metrics and the counts behind them. What comes back is small,
and is divided, judged, cast and sorted in pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.answers import Asked, measured_columns, sorted_by
from spmkit.comparison import compare
from spmkit.declaration import Metric, metric_columns, metric_name, metric_unit
from spmkit.engine import Frame, collected, key_type, lazy_columns
from spmkit.expressions import count, present
from spmkit.intervals import refuse_confidence
from spmkit.units import Ratio, Share

__all__ = ["compare", "measure", "measure_parts", "measure_query"]


def measure(
    frame: Any,
    metrics: Metric | Sequence[Metric],
    by: str | Sequence[str] | None = None,
    confidence: float | None = None,
) -> pd.DataFrame:
    """Measure metrics over a frame, overall or by group, in one query of its engine.

    Parameters
    ----------
    frame
        A pandas or Polars frame, a DuckDB relation, a PySpark frame or an Ibis table that has
        the columns which the metrics read. NaN in a pandas frame is null.
    metrics
        One metric or several: functions from columns to an aggregate, options bound with
        ``functools.partial`` (``partial(participation_rate, at=0.8)`` becomes the column
        ``participation_rate_0.8``).
    by
        A column or several to group by; null is a group of its own. None gives one row.
    confidence
        Level of the intervals, such as 0.95. Only a ``Share`` has one that follows from its
        counts alone (Wilson's); every other metric gets null bounds here rather than wrong ones,
        and real ones from :func:`spmkit.resampling.bootstrap_interval`.

    Returns
    -------
    pandas.DataFrame
        The group columns, then for each metric ``m`` the columns ``m`` (its value, null where
        undefined), ``m_n`` (the base of a share, else the rows in which every column read has a
        value), ``m_status`` (``ok`` or why it is undefined) and, with a confidence, ``m_low``
        and ``m_high``; sorted by group, null last.

    Raises
    ------
    ValueError
        Where a column is missing, has a time zone, or two metrics have one name.

    Notes
    -----
    ``undefined: zero denominator`` is a ratio over 0, ``undefined: no rows`` a group in which no
    row can say anything (a count says 0 there), and ``undefined: no value`` any other null or
    infinite answer, such as the standard deviation of one row. Sums of floats may differ in the
    last digits from run to run where an engine adds in parallel.

    Examples
    --------
    >>> lines = pd.DataFrame({"team": ["A", "A", "B"], "credited": [90.0, 30.0, 5.0],
    ...     "quota": [100.0, 20.0, 0.0]})
    >>> measure(lines, spm.attainment, by="team")
      team  attainment  attainment_n            attainment_status
    0    A         1.0             2                           ok
    1    B         NaN             1  undefined: zero denominator
    """
    if confidence is not None:
        refuse_confidence(confidence)
    keys = [by] if isinstance(by, str) else list(by or [])
    asked = _asked([metrics] if callable(metrics) else metrics)
    _refuse_repeated(keys, asked)
    lazy = lazy_columns(frame, _read(keys, asked))
    found = _aggregated(lazy, keys, asked)
    columns = {key: found[key].astype(key_type(frame, lazy, key)) for key in keys}
    for metric in asked:
        columns |= measured_columns(metric, found, confidence)
    return sorted_by(pd.DataFrame(columns), keys)


def measure_parts(frame: Any, metric: Metric, by: Sequence[str]) -> pd.DataFrame:
    """Measure what a ratio divides, undivided, so that groups can be put together again.

    Parameters
    ----------
    frame, by
        As for :func:`measure`.
    metric
        A ratio or a share; any other metric is all numerator.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``numerator`` and ``denominator`` (null of what is no ratio).

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [90.0, 30.0], "quota": [100.0, 20.0]})
    >>> measure_parts(lines, spm.attainment, [])
       numerator  denominator
    0      120.0        120.0
    """
    (asked,) = _asked([metric])
    lazy = lazy_columns(frame, _read(by, [asked]))
    found = _aggregated(lazy, by, [asked])
    columns = {key: found[key].astype(key_type(frame, lazy, key)) for key in by}
    divided = isinstance(asked.result, Ratio | Share)
    nothing = pd.Series(float("nan"), index=found.index)
    columns["numerator"] = found[asked.value].astype("float64")
    columns["denominator"] = found[asked.over].astype("float64") if divided else nothing
    return sorted_by(pd.DataFrame(columns), list(by))


def measure_query(
    frame: Any, metrics: Metric | Sequence[Metric], by: str | Sequence[str] | None = None
) -> Any:
    """Give the query that :func:`measure` would run, without running it.

    Parameters
    ----------
    frame, metrics, by
        As for :func:`measure`.

    Returns
    -------
    frame
        Lazily, of the frame's own engine: a DuckDB relation (``.sql_query()``), a Polars or
        PySpark frame (``.explain()``), an Ibis expression (``ibis.to_sql(…, dialect="snowflake")``
        writes what to run in a warehouse). A pandas frame gives a DuckDB relation.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [90.0], "quota": [100.0]})
    >>> "sum(" in measure_query(lines, spm.attainment).sql_query().lower()
    True
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    asked = _asked([metrics] if callable(metrics) else metrics)
    lazy = lazy_columns(frame, _read(keys, asked))
    return _planned(lazy, keys, asked).to_native()


def _asked(metrics: Sequence[Metric]) -> list[Asked]:
    asked = []
    for place, metric in enumerate(metrics):
        columns = metric_columns(metric)
        result = metric(*(nw.col(column) for column in columns))
        if not isinstance(result, nw.Expr | Ratio | Share):
            raise ValueError(
                f"{metric_name(metric)} returns {type(result).__name__}; a metric returns an "
                "expression, a Ratio or a Share."
            )
        asked.append(Asked(metric_name(metric), metric_unit(metric), columns, result, place))
    return asked


def _refuse_repeated(keys: Sequence[str], asked: Sequence[Asked]) -> None:
    if not asked:
        raise ValueError("no metrics: name at least one.")
    names = [*keys, *[metric.name for metric in asked]]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is asked for twice: every column needs its own name.")


def _read(keys: Sequence[str], asked: Sequence[Asked]) -> list[str]:
    read = [column for metric in asked for column in metric.columns]
    return list(dict.fromkeys([*keys, *read]))


def _planned(lazy: Frame, keys: Sequence[str], asked: Sequence[Asked]) -> Frame:
    aggregates: dict[str, nw.Expr] = {}
    for metric in asked:
        aggregates |= _aggregates(metric)
    named = [expression.alias(name) for name, expression in aggregates.items()]
    return lazy.group_by(*keys).agg(*named) if keys else lazy.select(*named)


def _aggregated(lazy: Frame, keys: Sequence[str], asked: Sequence[Asked]) -> pd.DataFrame:
    found = collected(_planned(lazy, keys, asked))
    if not keys and len(found) != 1:
        names = ", ".join(metric.name for metric in asked)
        raise ValueError(f"{names}: a metric must aggregate, but one gives a value a row.")
    return found


def _aggregates(metric: Asked) -> dict[str, nw.Expr]:
    match metric.result:
        case Share(hits, of):
            return {metric.value: count(hits & of), metric.over: count(of)}
        case Ratio(numerator, denominator):
            divided = {metric.value: numerator, metric.over: denominator}
            return {**divided, metric.rows: _rows(metric.columns)}
        case expression:
            return {metric.value: expression, metric.rows: _rows(metric.columns)}


def _rows(columns: Sequence[str]) -> nw.Expr:
    """Count the rows that can speak: those in which every column read has a value."""
    read = [nw.col(column) for column in columns]
    if len(read) > 1:
        return count(present(*read))
    return read[0].count() if read else nw.len()

"""The lines of each table, with the attributes that one breaks numbers down by."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.attainment import issued_quotas, quota_lines
from spmkit.data import DataError, SalesData
from spmkit.data.schema import TABLES
from spmkit.declaration import metric_columns, metric_traits
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.periods import as_date

_REP = ("name", "manager_id", "team", "region", "role", "segment")


def lines(data: SalesData, table: str, period: str | None = None) -> Any:
    """The rows of a table as metrics read them, the rep's attributes joined.

    Parameters
    ----------
    data
        An open source.
    table
        A tidy table's name: ``opportunities`` gives :func:`spmkit.opportunity_lines`,
        ``quotas`` gives :func:`spmkit.quota_lines`, any other its own rows; or the name of a
        function that makes lines of a source alone, such as ``stage_visits``.
    period
        A label, or several with commas between: the quota lines of it, the opportunities that
        closed in it. None gives every period that has quotas, every opportunity, and of
        a function what it gives without a period.

    Returns
    -------
    frame
        Of the engine of the source; quota lines are a pandas frame.

    Raises
    ------
    DataError
        Where there is no such table, it has no periods to choose from, or a period has not begun;
        where the lines cannot be made of a source alone.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"], "region": ["North"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> lines(data, "opportunities").df()["region"].tolist()
    ['North']
    """
    labels = period.split(",") if period else None
    made: Mapping[str, Callable[[SalesData, list[str] | None], Any]] = {
        "opportunities": _opportunities,
        "quotas": _quotas,
    }
    if table in made:
        return made[table](data, labels)
    if table not in TABLES and (function := _lines_function(table)):
        return function(data, **_arguments(function, labels))
    if labels:
        raise DataError(f"{table} has no periods to choose from: leave the period out.")
    return _own_rows(data, table)


def refuse_other_lines(frame: Any, table: str, metrics: Sequence[Any]) -> None:
    """Say of which lines a metric is, where those of a table have not what it reads.

    Raises
    ------
    ValueError
        With the lines to name instead.
    """
    there = nw.from_native(frame).lazy().collect_schema().names()
    for metric in metrics:
        missing = [name for name in metric_columns(metric) if name not in there]
        lines = metric_traits(metric).lines
        if missing and lines not in (table, _MADE_OF.get(table)):
            name = getattr(metric, "func", metric).__name__
            raise ValueError(
                f"{table} has no column {missing[0]!r}: {name} is measured over {lines}, "
                f"as in: spmkit measure {lines} {name}"
            )


_MADE_OF = {"opportunities": "opportunity_lines", "quotas": "quota_lines"}


def _opportunities(data: SalesData, labels: list[str] | None) -> Any:
    found = opportunity_lines(data)
    if labels is None:
        return found
    known = [_begun(data, label) for label in labels]
    return nw.from_native(found).filter(nw.col("closed_period").is_in(known)).to_native()


def _begun(data: SalesData, label: str) -> str:
    """The period's own label; one in which nothing can have closed yet is refused."""
    period = data.calendar.period(label)
    if period.start > data.as_of:
        raise DataError(f"{period.label} starts after as_of ({data.as_of}): nothing closed yet.")
    return period.label


def _quotas(data: SalesData, labels: list[str] | None) -> Any:
    return quota_lines(data, labels or periods_with_quotas(data) or None)


def periods_with_quotas(data: SalesData) -> list[str]:
    """The labels of the periods, up to the running one, for which quotas were issued.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]}), "quotas": pd.DataFrame({"rep_id": ["ada"], "quota": [9.0],
    ...     "period_start": ["2026-07-01"], "period_end": ["2026-09-30"]})},
    ...     settings={"as_of": "2026-10-02"})
    >>> periods_with_quotas(data)
    ['2026Q3']
    """
    if "quotas" not in data:
        return []
    starts = nw.from_native(data.quotas).lazy().select(nw.col("period_start").min())
    first = starts.collect("pandas").to_native().iloc[0, 0]
    if as_date(first) > data.as_of:
        return []
    periods = data.calendar.between(first, data.as_of)
    issued = set(issued_quotas(data, periods)["period"].unique())
    return [p.label for p in periods if p.label in issued]


def _lines_function(name: str) -> Callable[..., Any] | None:
    """The public function of a name, if it makes something of a source."""
    found = getattr(import_module("spmkit"), name, None)
    if not inspect.isfunction(found) or "data" not in inspect.signature(found).parameters:
        return None
    return found


def _arguments(function: Callable[..., Any], labels: list[str] | None) -> dict[str, Any]:
    """All attributes to group by, and the period; what else is needed cannot be said here."""
    known = dict(inspect.signature(function).parameters)
    known.pop("data")
    if missing := [name for name, one in known.items() if one.default is one.empty]:
        raise DataError(
            f"{function.__name__} needs {', '.join(missing)}: make these lines in Python, and "
            "measure them there."
        )
    if labels and "period" not in known:
        raise DataError(f"{function.__name__} has no periods to choose from: leave it out.")
    given = {"attributes": None} if "attributes" in known else {}
    return given | ({"period": labels if len(labels) > 1 else labels[0]} if labels else {})


def _own_rows(data: SalesData, table: str) -> Any:
    frame = nw.from_native(data[table]).lazy()
    columns = frame.collect_schema().names()
    if table == "reps" or "rep_id" not in columns:
        return frame.to_native()
    reps = nw.from_native(data.reps).lazy()
    joined = [n for n in _REP if n in reps.collect_schema().names() and n not in columns]
    return frame.join(reps.select("rep_id", *joined), on="rep_id", how="left").to_native()

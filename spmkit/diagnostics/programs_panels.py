"""What each rep came to by period, kept as what is divided, so that periods can be put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.declaration import Metric, metric_unit
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.measure import measure_parts
from spmkit.metrics.opportunities import opportunity_lines, win_rate
from spmkit.metrics.productivity import bookings_per_rep, productivity_lines
from spmkit.metrics.stages import milestone_conversion, stage_visits
from spmkit.units import PERCENT

Asked = tuple[Metric, str]

QUESTIONS: Sequence[Asked] = (
    (win_rate, "skill"),
    (milestone_conversion, "skill"),
    (bookings_per_rep, "volume"),
)
"""What is asked of a program: whether the skill that leads moved, and whether the volume did."""


FEWEST_CASES = 5
_MOST_LOGGED = 2_000_000
_COLUMNS = ["rep_id", "place", "numerator", "denominator", "least"]


def program_panel(diagnosis: Diagnosis, metric: Metric) -> pd.DataFrame:
    """Measure a metric by rep and complete period, undivided.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    metric
        ``win_rate``, ``milestone_conversion`` or ``bookings_per_rep``.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``place`` (the number of the period), ``numerator``, ``denominator`` and
        ``least`` (how large the latter has to be for a value: of a share five cases, or chance is
        all that it shows).

    Raises
    ------
    DataError
        Where a table that the metric reads is missing.
    """
    periods = known_periods(diagnosis)
    name = f"program panel of {metric.__name__} up to {diagnosis.label}"
    made: pd.DataFrame = diagnosis.data.fact(name, lambda: _panel(diagnosis, metric, periods))
    return made


def _panel(diagnosis: Diagnosis, metric: Metric, periods: Sequence[Any]) -> pd.DataFrame:
    if not periods:
        raise DataError(f"{diagnosis.data.name} has no complete period up to {diagnosis.label}.")
    labels = [one.label for one in periods]
    frame, period = _LINES[metric.__name__](diagnosis, labels)
    found = measure_parts(frame, metric, ["rep_id", period])
    places = found[period].map({label: place for place, label in enumerate(labels)})
    known = found.assign(place=places).dropna(subset=["rep_id", "place", "numerator"])
    known = known[known["denominator"] > 0].astype({"place": "int64", "rep_id": "object"})
    least = FEWEST_CASES if metric_unit(metric) == PERCENT else 0
    return known.assign(least=least)[_COLUMNS].reset_index(drop=True)


def _closings(diagnosis: Diagnosis, labels: Sequence[str]) -> tuple[Any, str]:
    made = diagnosis.data.fact(
        "bare opportunities", lambda: opportunity_lines(diagnosis.data, attributes=())
    )
    lines = nw.from_native(made).lazy().filter(nw.col("closed_period").is_in(list(labels)))
    return lines.to_native(), "closed_period"


def _visits(diagnosis: Diagnosis, labels: Sequence[str]) -> tuple[Any, str]:
    _refuse_long_log(diagnosis)
    visits = nw.from_native(stage_visits(diagnosis.data)).lazy()
    return visits.filter(nw.col("left_period").is_in(list(labels))).to_native(), "left_period"


def _refuse_long_log(diagnosis: Diagnosis) -> None:
    """Following every opportunity through years of a long log would cost more than all else."""
    log = required(diagnosis.data, "opportunity_history")
    rows = int(to_pandas(log.select(nw.len().alias("rows")))["rows"].iloc[0])
    if rows > _MOST_LOGGED:
        raise DataError(
            f"the log of changes has {rows:,} rows: beyond {_MOST_LOGGED:,} stages are not followed"
        )


def _worked(diagnosis: Diagnosis, labels: Sequence[str]) -> tuple[Any, str]:
    """Bookings and heads; no hours are read, so that no activity has to be."""
    none = None
    if "activities" in diagnosis.data:
        logged = nw.from_native(diagnosis.activities).lazy()
        none = logged.filter(nw.col("rep_id").is_null() & ~nw.col("rep_id").is_null()).to_native()
    return productivity_lines(diagnosis.data, list(labels), activities=none), "period"


_LINES: Mapping[str, Callable[[Diagnosis, Sequence[str]], tuple[Any, str]]] = {
    "win_rate": _closings,
    "milestone_conversion": _visits,
    "bookings_per_rep": _worked,
}


def pooled(panel: pd.DataFrame, places: Sequence[int]) -> pd.Series[Any]:
    """Each rep's value over some periods together: what was divided is summed first.

    Reps with fewer cases than it takes have none.

    Examples
    --------
    >>> panel = pd.DataFrame({"rep_id": "ada", "place": [0, 1], "numerator": [1.0, 8.0],
    ...     "denominator": [2.0, 10.0], "least": 5})
    >>> pooled(panel, [0, 1]).tolist()
    [0.75]
    """
    own = panel[panel["place"].isin(list(places))]
    sums = own.groupby("rep_id").agg({"numerator": "sum", "denominator": "sum", "least": "max"})
    sums = sums[sums["denominator"] >= sums["least"]]
    return sums["numerator"] / sums["denominator"]

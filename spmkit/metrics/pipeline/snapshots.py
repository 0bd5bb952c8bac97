"""The open pipeline as it stood at the end of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.data.schema import HISTORY_FIELDS
from spmkit.data.tables import Lazy
from spmkit.metrics.pipeline.histories import opportunity_states
from spmkit.periods import as_date

_KEPT = ("opportunity_id", "account_id", "type", "product", "segment", "source", "currency")


def pipeline_snapshot(data: SalesData, as_of: date | None = None) -> Any:
    """Every opportunity that was open at the end of a day, with its values of that day.

    Without ``opportunity_history`` only the last day of the data is known. What is known of
    an opportunity only later (its outcome, its closing) is not in the rows.

    Parameters
    ----------
    data
        An open source.
    as_of
        The day; none means that of the data.

    Returns
    -------
    frame
        ``opportunity_id``, ``account_id``, ``type``, ``product``, ``segment``, ``source``,
        ``currency``, ``created_on``; ``amount``, ``stage``, ``expected_close_on``, ``rep_id`` and
        ``forecast_category`` as they were, ``value_as_of`` (the day on which they were so);
        ``score`` (only on the day of the data, since nothing tells what it was before); the
        owner's ``rep``, ``manager_id``, ``manager``, ``team``, ``region``, ``role``, ``segment``
        on that day; amounts in the reporting currency at the rate of that day. Lazily, of the
        engine of the source.

    Raises
    ------
    DataError
        Where the day lies after the data or before the change log, or there is no change log.

    Notes
    -----
    A value is what the last change by the end of the day made it; before the first change
    what that one changed; without any, today's. Of an opportunity that was closed and opened
    again only the last closing is known: until then it counts as open.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": ["open"], "created_on": "2026-06-01", "amount": [90.0]}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": ["o1", "o1"],
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-08-01"]),
    ...         "field": ["stage", "amount"], "old_value": [None, "60"],
    ...         "new_value": ["Discovery", "90"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> pipeline_snapshot(data, pd.Timestamp("2026-07-15")).df()["amount"].tolist()
    [60.0]
    """
    day = as_date(as_of or data.as_of)
    rows = opportunity_states(data, {"then": day}).filter(nw.col("open_then"))
    there = rows.collect_schema().names()
    kept = [name for name in _KEPT if name in there]
    frame = rows.select(
        *kept,
        nw.col("created_on"),
        *[nw.col(f"{field}_then").alias(field) for field in HISTORY_FIELDS],
        _score(data, day, there),
        nw.lit(day).cast(nw.Date).alias("value_as_of"),
    )
    converted = in_one_currency(data, frame, "value_as_of", ["amount"])
    return with_rep_attributes(converted, data, day).to_native()


def _score(data: SalesData, day: date, there: list[str]) -> nw.Expr:
    known = day == data.as_of and "score" in there
    return (nw.col("score") if known else nw.lit(None, nw.Float64)).alias("score")


def expected_within(snapshot: Any, first: date, last: date) -> Lazy:
    """Keep the rows of a snapshot that were expected to close within some days, both included."""
    expected = nw.col("expected_close_on").cast(nw.Date)
    frame: Lazy = nw.from_native(snapshot).lazy()
    return frame.filter(expected >= nw.lit(first), expected <= nw.lit(last))

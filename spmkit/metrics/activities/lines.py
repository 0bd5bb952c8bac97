"""Activity lines: what the metrics of time, meetings and effort read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.errors import nearest
from spmkit.data.quality import to_pandas
from spmkit.data.schema import TABLES
from spmkit.data.tables import completed, required
from spmkit.expressions import period_of, present

MEETINGS = ("meeting", "demo")
CATEGORIES = TABLES["activities"].values["category"]
_DESK = ("admin", "internal", "travel")  # no customer is there
_READ = ("account_id", "opportunity_id", "type", "category", "status", "minutes", "external")


def activity_lines(
    data: SalesData,
    categories: Mapping[str, str | None] | None = None,
    *,
    meetings: Sequence[str] = MEETINGS,
    attributes: tuple[str, ...] | None = (),
) -> Any:
    """Every activity, with the flags and hours that metrics read.

    An activity without a status counts as held, since most systems log only
    what took place; one after ``as_of`` is scheduled and not held. Time that
    was not spent (cancelled, no show, still to come) is in no hours. An
    activity without minutes is an activity, but has no hours: null, never 0.
    Paid leave is no activity, so it is in no worked hours; a type that stands
    for absence is taken out with ``categories={"holiday": None}``.

    Parameters
    ----------
    data
        An open source with ``activities``.
    categories
        Type of activity to the category it counts as, in place of the source's own; types that
        it does not name keep theirs. What counts as selling differs widely, and with it every
        share of time.
    meetings
        The types that are meetings, in any case of letters.
    attributes
        Names of the reps' attributes to join as of the day of the activity (``region``, …);
        none are joined unless asked for, None joins all.

    Returns
    -------
    frame
        The columns of ``activities`` with ``day``, ``period``; the flags ``held``, ``booked``
        (its day has come and its status is known; one that was moved to another day is booked
        once where the system changes the day, twice where it cancels and writes a new one),
        ``scheduled``, ``with_customer`` (as ``external`` says; where it does not, whatever is
        not admin, internal or travel), ``touch`` (held with a customer), ``selling``,
        ``prospecting``, ``admin``, ``meeting``, ``meeting_held_external``; ``selling_hours``,
        ``prospecting_hours``, ``admin_hours`` (0 in activities of other categories) and
        ``worked_hours`` (of every known category); and the attributes. Lazily, of the engine
        of the source.

    Raises
    ------
    DataError
        Where there is no ``activities``, or ``categories`` names a type or a category that
        there is not.
    ValueError
        Where an attribute is not known.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "open"}),
    ...     "activities": pd.DataFrame({"activity_id": ["a1", "a2"], "rep_id": "ada",
    ...         "started_at": "2026-07-01 09:00:00", "type": ["call", "crm update"],
    ...         "category": ["selling", "admin"], "minutes": [90.0, None]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = activity_lines(data).df().sort_values("activity_id")
    >>> lines["selling_hours"].tolist(), lines["period"].tolist()
    ([1.5, nan], ['2026Q3', '2026Q3'])
    """
    frame = completed(required(data, "activities"), "activities", *_READ)
    frame = _flagged(_categorised(frame, categories), data.as_of, meetings)
    frame = _with_hours(frame)
    first, last = data.fact("days of activities", lambda: _ends(frame, data))
    periods = data.calendar.between(first, last) if first else []
    frame = frame.with_columns(period_of(nw.col("day"), periods).alias("period"))
    return with_rep_attributes(frame, data, nw.col("day"), attributes).to_native()


def refuse_days(**given: int) -> None:
    """Raise unless every number of days is above zero.

    Raises
    ------
    ValueError
        With the option and what was given.
    """
    for name, days in given.items():
        if days < 1:
            raise ValueError(f"{name} is {days}: give a number of days above zero.")


def _categorised(frame: Any, categories: Mapping[str, str | None] | None) -> Any:
    if not categories:
        return frame
    _refuse_unknown(frame, categories)
    category = nw.col("category")
    for kind, counted_as in categories.items():
        meant = nw.lit(counted_as, nw.String)
        category = nw.when(nw.col("type") == kind).then(meant).otherwise(category)
    return frame.with_columns(category.alias("category"))


def _refuse_unknown(frame: Any, categories: Mapping[str, str | None]) -> None:
    types = set(to_pandas(frame.select("type").unique())["type"].dropna())
    for kind, category in categories.items():
        if kind not in types:
            raise DataError(f"No activity has the type {kind!r}.{nearest(kind, sorted(types))}")
        if category is not None and category not in CATEGORIES:
            raise DataError(
                f"{kind!r} cannot count as {category!r}.{nearest(category, CATEGORIES)}"
            )


def _flagged(frame: Any, as_of: date, meetings: Sequence[str]) -> Any:
    category, kind, external = nw.col("category"), nw.col("type"), nw.col("external")
    meeting = kind.str.to_lowercase().is_in([name.lower() for name in meetings])
    desk = category.fill_null("").is_in(_DESK)
    stands = nw.col("status").fill_null("held") == "held"
    come = nw.col("day") <= nw.lit(as_of)
    dated = frame.with_columns(nw.col("started_at").cast(nw.Date).alias("day"))
    flagged = dated.with_columns(
        (stands & come).alias("held"),
        (~nw.col("status").is_null() & come).alias("booked"),
        (stands & ~come).alias("scheduled"),
        nw.when(~kind.is_null()).then(meeting).alias("meeting"),
        *[(category == name).alias(name) for name in ("selling", "prospecting", "admin")],
    )
    contact = nw.when(external.is_null()).then(~desk).otherwise(external)
    return flagged.with_columns(
        contact.alias("with_customer"),
        (nw.col("held") & contact).alias("touch"),
        nw.when(present(nw.col("meeting"), external))
        .then(nw.col("held") & nw.col("meeting") & external)
        .alias("meeting_held_external"),
    )


def _with_hours(frame: Any) -> Any:
    """The hours spent; 0 of another category, null where minutes or category are not known."""
    minutes = nw.col("minutes")
    spent = nw.col("held") & (minutes >= 0) & ~nw.col("category").is_null()
    timed = frame.with_columns(nw.when(spent).then(minutes / 60.0).alias("worked_hours"))
    worked = nw.col("worked_hours")
    return timed.with_columns(
        *[
            nw.when(nw.col(name)).then(worked).otherwise(worked * 0.0).alias(f"{name}_hours")
            for name in ("selling", "prospecting", "admin")
        ]
    )


def _ends(frame: Any, data: SalesData) -> tuple[date | None, date]:
    """The first day of activities, and the last, or as_of where it is later."""
    day = nw.col("day")
    ends = to_pandas(frame.select(day.min().alias("first"), day.max().alias("last"))).iloc[0]
    if ends.isna().any():
        return None, data.as_of
    first, last = (pd.Timestamp(end).date() for end in ends)
    return min(first, data.as_of), max(last, data.as_of)

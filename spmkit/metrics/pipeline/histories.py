"""How opportunities stood at the end of a day, told from the log of their changes.

A value at a date is what the last change up to that day made it; before the
first change, what that one changed; without any change, what it is now. Only
the opportunities that were alive between the days asked for are looked up,
and only the fields asked for: one join and one window, whatever the days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.frames import distinct, like
from spmkit.data.logged import DATE, NUMBER
from spmkit.data.owners import reps_meant
from spmkit.data.quality import to_pandas
from spmkit.data.schema import CLOSED_OUTCOMES, HISTORY_FIELDS, TABLES
from spmkit.data.tables import TYPES, Lazy, completed, required
from spmkit.periods import as_date

# At most 99 digits and an exponent below 100: a longer one would be read as infinite.
_HERE = "="  # stands before a value, so that nothing (an empty text) differs from no change


def opportunity_states(
    data: SalesData, days: Mapping[str, date], fields: Sequence[str] = HISTORY_FIELDS
) -> Lazy:
    """Every opportunity alive between the first and the last day, as it stood on each of them.

    Parameters
    ----------
    data
        An open source.
    days
        A name for each day; a state is that at the end of the day.
    fields
        The fields to look up, of those that the change log has.

    Returns
    -------
    LazyFrame
        The columns of ``opportunities`` (``closed_on`` null unless it is closed), and for each
        field and day ``<field>_<name>``, and ``open_<name>``: created by then and not closed.
        One whose creation is not dated counts as there from the beginning. Of one that was
        closed and opened again only the last closing is known, so that until then it counts as
        open. Void ones are left out.

    Raises
    ------
    DataError
        Where a day lies after the data or before the change log, or there is none.
    """
    past = {name: day for name, day in days.items() if day != data.as_of}
    _refuse_days(data, past)
    frame = _alive(data, days)
    if past:
        changed = _values_then(data, frame.select("opportunity_id"), past, fields)
        frame = frame.join(changed, on="opportunity_id", how="left")
    states = [_state(field, name, name in past) for name in days for field in fields]
    opens = [_open_on(day).alias(f"open_{name}") for name, day in days.items()]
    told = frame.with_columns(*states, *opens)
    told = told.drop([_then(field, name) for name in past for field in fields])
    return _with_reps_meant(data, told, past) if "rep_id" in fields and past else told


def refuse_without_history(data: SalesData) -> None:
    """Raise where nothing says how opportunities stood before.

    Raises
    ------
    DataError
        With what to give.
    """
    if "opportunity_history" not in data:
        raise DataError(
            "unavailable: needs opportunity_history (the log of changes) or "
            f"opportunity_snapshots (exports of several days), and {data.name} has neither. Map "
            "one in spmkit.toml."
        )


def first_change(data: SalesData) -> date | None:
    """The day on which the log of changes begins; none where it is empty."""

    def asked() -> date | None:
        history = nw.from_native(data.opportunity_history).lazy()
        first = to_pandas(history.select(nw.col("changed_at").min()))["changed_at"].iloc[0]
        return None if pd.isna(first) else as_date(first)

    found: date | None = data.fact("first change", asked)
    return found


def read_date(column: str) -> nw.Expr:
    """Read a column of the log's values as dates; what is no ISO date is null."""
    return _read(nw.col(column), nw.Date)


def _refuse_days(data: SalesData, past: Mapping[str, date]) -> None:
    for day in past.values():
        if day > data.as_of:
            raise DataError(f"{day} lies after as_of ({data.as_of}): nothing is known of it yet.")
    if not past:
        return
    refuse_without_history(data)
    required(data, "opportunities", "created_on")
    began = first_change(data)
    if began is None or min(past.values()) < began:
        first = "is empty" if began is None else f"begins on {began}"
        raise DataError(
            f"unavailable: opportunity_history {first}, so nothing tells how opportunities "
            f"stood on {min(past.values())}. Ask for a later day."
        )


def _alive(data: SalesData, days: Mapping[str, date]) -> Lazy:
    """Opportunities created by the last day and not closed by the first."""
    frame: Lazy = nw.from_native(data.opportunities).lazy()
    closed = nw.col("outcome").is_in(CLOSED_OUTCOMES)
    frame = frame.filter(nw.col("outcome") != "void")
    frame = completed(frame, "opportunities", "created_on", "closed_on", *HISTORY_FIELDS)
    frame = frame.with_columns(nw.when(closed).then(nw.col("closed_on")).alias("closed_on"))
    first, last = min(days.values()), max(days.values())
    return frame.filter(_created_by(last), ~_closed_by(first))


def _created_by(day: date) -> nw.Expr:
    created = nw.col("created_on").cast(nw.Date)
    return created.is_null() | (created <= nw.lit(day))


def _closed_by(day: date) -> nw.Expr:
    return (nw.col("closed_on").cast(nw.Date) <= nw.lit(day)).fill_null(value=False)


def _open_on(day: date) -> nw.Expr:
    return _created_by(day) & ~_closed_by(day)


def _values_then(
    data: SalesData, opportunities: Lazy, past: Mapping[str, date], fields: Sequence[str]
) -> Lazy:
    """One row an opportunity that has changed: for each field and day the value, marked, as text.

    The days cut the log into spans. Of each span the first and the last change
    of a field are kept; a value then is the last one of the spans before, else
    what the first one of the spans after has changed.
    """
    days = sorted(set(past.values()))
    kept = _bounds(_spanned(data, opportunities, days, fields))
    pieces = {
        _piece(field, span, end): _found(field, span, end)
        for field in fields
        for span in range(len(days) + 1)
        for end in ("first", "last")
    }
    wide = kept.group_by("opportunity_id").agg(**pieces)
    values = [
        _then_value(field, days.index(day), len(days)).alias(_then(field, name))
        for name, day in past.items()
        for field in fields
    ]
    return wide.select("opportunity_id", *values)


def _spanned(
    data: SalesData, opportunities: Lazy, days: Sequence[date], fields: Sequence[str]
) -> Lazy:
    """The changes of some opportunities and fields, with the span in which each lies."""
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    history = completed(history, "opportunity_history", "old_value")
    # A row of a field that is not asked for says nothing below; to look at each costs more.
    every = set(fields) >= set(HISTORY_FIELDS)
    asked = history if every else history.filter(nw.col("field").is_in(list(fields)))
    day = nw.col("changed_at").cast(nw.Date)
    span = nw.lit(0)
    for place, cut in enumerate(days):
        span = nw.when(day > nw.lit(cut)).then(nw.lit(place + 1)).otherwise(span)
    return asked.join(opportunities, on="opportunity_id", how="semi").select(
        "opportunity_id",
        "field",
        "changed_at",
        "old_value",
        "new_value",
        span.alias("_span"),
    )


def _marked(column: str) -> nw.Expr:
    value = nw.col(column)
    there = nw.concat_str(nw.lit(_HERE), value)
    return nw.when(value.is_null()).then(nw.lit("")).otherwise(there)


def _bounds(changes: Lazy) -> Lazy:
    """Keep what the first change of each span changed, and what the last one made of it."""
    key = ("opportunity_id", "field", "_span")
    moment = nw.col("changed_at")
    bounded = changes.with_columns(_from=moment.min().over(*key), _to=moment.max().over(*key))
    first, last = moment == nw.col("_from"), moment == nw.col("_to")
    return bounded.filter(first | last).with_columns(
        nw.when(first).then(_marked("old_value")).alias("_first"),
        nw.when(last).then(_marked("new_value")).alias("_last"),
    )


def _piece(field: str, span: int, end: str) -> str:
    return f"_{field}_{span}_{end}"


def _found(field: str, span: int, end: str) -> nw.Expr:
    """The value at one end of a span; of two changes at one moment the greater text."""
    there = (nw.col("field") == field) & (nw.col("_span") == span)
    return nw.when(there).then(nw.col(f"_{end}")).max()


def _then(field: str, name: str) -> str:
    return f"_then_{field}_{name}"


def _then_value(field: str, place: int, spans: int) -> nw.Expr:
    before = [_piece(field, span, "last") for span in range(place, -1, -1)]
    after = [_piece(field, span, "first") for span in range(place + 1, spans + 1)]
    return nw.coalesce(*[nw.col(name) for name in (*before, *after)])


def _state(field: str, name: str, told: bool) -> nw.Expr:  # noqa: FBT001  a fact, not an option
    kind = TYPES[TABLES["opportunities"].columns[field]]
    now = nw.col(field).cast(kind)
    if not told:
        return now.alias(f"{field}_{name}")
    then = nw.col(_then(field, name))
    value = _read(nw.when(then != "").then(then.str.slice(len(_HERE))), kind)
    return nw.when(then.is_null()).then(now).otherwise(value).alias(f"{field}_{name}")


def _read(text: nw.Expr, kind: Any) -> nw.Expr:
    """Read a value of the log; what is no such number or date is not known."""
    if kind == nw.Float64:
        return nw.when(text.str.contains(NUMBER)).then(text.str.strip_chars()).cast(nw.Float64)
    if kind == nw.Date:
        return nw.when(text.str.contains(DATE)).then(text.str.slice(0, 10)).str.to_date("%Y-%m-%d")
    return text


def _with_reps_meant(data: SalesData, frame: Lazy, past: Mapping[str, date]) -> Lazy:
    """A log names owners as its system does: by name, by e-mail, by another id."""
    meant = data.fact("reps meant in the log", lambda: _reps_meant(data))
    if not meant:
        return frame
    for column in (f"rep_id_{name}" for name in past):
        lookup = pd.DataFrame({column: list(meant), "_meant": list(meant.values())})
        joined = frame.join(like(lookup, frame, data.connection), on=column, how="left")
        known = nw.coalesce(nw.col("_meant"), nw.col(column))
        frame = joined.with_columns(known.alias(column)).drop("_meant")
    return frame


def _reps_meant(data: SalesData) -> dict[str, str]:
    """Whom each name of an owner in the log means, where that is not the name itself."""
    history = nw.from_native(data.opportunity_history).lazy().filter(nw.col("field") == "rep_id")
    there = history.collect_schema().names()
    columns = [name for name in ("old_value", "new_value") if name in there]
    pairs = to_pandas(distinct(history.select(*columns)))
    written = {name for column in columns for name in pairs[column].dropna()}
    return reps_meant(data, written)

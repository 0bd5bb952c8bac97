"""Any frame becomes a lazy one of its own engine; a pandas frame goes through DuckDB."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw
import pandas as pd
import pyarrow as pa

from spmkit.data.quality import to_pandas

if TYPE_CHECKING:
    import duckdb

Frame: TypeAlias = "nw.LazyFrame[Any]"


def lazy_columns(frame: Any, columns: Sequence[str]) -> Frame:
    """Narrow a native frame to some columns, as a lazy frame of the engine it came from.

    Parameters
    ----------
    frame
        A pandas or Polars frame, a DuckDB relation, a PySpark frame, an Ibis table.
    columns
        The columns to keep; with none of them the frame keeps its own.

    Raises
    ------
    ValueError
        Where the frame is of no such kind, a column is missing or has a time zone.

    Examples
    --------
    >>> lazy_columns(pd.DataFrame({"amount": [1.0], "note": ["x"]}), ["amount"]).columns
    ['amount']
    """
    native = nw.to_native(frame, pass_through=True)
    if isinstance(native, pd.DataFrame):
        native = _relation(native, columns)
    opened = _opened(native)
    schema = opened.collect_schema()
    _refuse_missing(columns, schema.names())
    refuse_time_zones(opened, columns)
    return opened.select(*columns) if columns else opened


def collected(frame: Frame) -> pd.DataFrame:
    """Run a lazy frame's query and bring its rows home as pandas."""
    return to_pandas(frame)


def as_pandas(frame: Any, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Bring a small frame of any engine home, or only some of its columns, for pandas' work.

    Examples
    --------
    >>> as_pandas(pd.DataFrame({"amount": [1.0]}))["amount"].tolist()
    [1.0]
    """
    native = nw.to_native(frame, pass_through=True)
    return native if isinstance(native, pd.DataFrame) else collected(lazy_columns(native, columns))


def key_type(frame: Any, lazy: Frame, column: str) -> Any:
    """Choose the pandas type of a group column, the same whatever engine answered.

    Categories keep the order they have on pandas, in an ENUM or in an Enum;
    dates and moments are ``datetime64[us]``, whole numbers ``Int64``.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2026]})
    >>> key_type(frame, lazy_columns(frame, ["year"]), "year")
    'Int64'
    """
    native = nw.to_native(frame, pass_through=True)
    if isinstance(native, pd.DataFrame) and isinstance(native[column].dtype, pd.CategoricalDtype):
        return native[column].dtype
    kind = lazy.collect_schema()[column]
    if isinstance(kind, nw.Enum):
        return pd.CategoricalDtype(list(kind.categories), ordered=True)
    return next((dtype for kinds, dtype in _KEY_TYPES if isinstance(kind, kinds)), "str")


def refuse_time_zones(frame: Frame, columns: Sequence[str]) -> None:
    """Raise where one of the columns has a time zone.

    Its days and quarters begin at another hour on another engine, so a sale at
    the end of a quarter would silently change sides.

    Raises
    ------
    ValueError
        With the columns and the remedy.
    """
    schema = frame.collect_schema()
    zoned = [c for c in columns if getattr(schema[c], "time_zone", None) is not None]
    if zoned:
        raise ValueError(
            f"{', '.join(zoned)}: a moment with a time zone has no one date. Convert it to local "
            'time first (open_data does, given timezone = "America/New_York"; on pandas '
            ".dt.tz_convert(zone).dt.tz_localize(None); on Spark cast it to timestamp_ntz)."
        )


def _opened(native: Any) -> Frame:
    try:
        opened: Frame = nw.from_native(native).lazy()
    except TypeError as error:
        raise ValueError(
            f"{type(native).__name__} is no frame: give a pandas or Polars frame, a DuckDB "
            "relation, a PySpark frame or an Ibis table."
        ) from error
    return opened


def _refuse_missing(wanted: Sequence[str], there: Sequence[str]) -> None:
    for column in wanted:
        if column not in there:
            close = get_close_matches(column, there, n=1, cutoff=0.5)
            hint = f"nearest: {close[0]!r}" if close else f"there are: {', '.join(there)}"
            raise ValueError(f"the frame has no column {column!r}; {hint}.")


def _relation(frame: pd.DataFrame, columns: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """Hand over only the columns needed; Arrow turns every NaN into a null on the way."""
    _refuse_missing(columns, [str(name) for name in frame.columns])
    needed = frame[list(columns)] if columns else frame.iloc[:, :1]
    try:
        table = pa.Table.from_pandas(needed, preserve_index=False)
    except pa.ArrowException as error:
        raise ValueError(f"a column holds values of several kinds: {error}") from error
    return _connection(os.getpid()).cursor().from_arrow(table)


@cache
def _connection(_process: int) -> duckdb.DuckDBPyConnection:
    """One connection a process: one inherited through a fork hangs when used.

    The inherited one stays in the cache, since closing it in the child crashes.
    """
    import duckdb

    return duckdb.connect()


_WHOLE = (nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.Int128)
_UNSIGNED = (nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64, nw.UInt128)
_KEY_TYPES: Sequence[tuple[tuple[type, ...], str]] = (
    ((*_WHOLE, *_UNSIGNED), "Int64"),
    ((nw.Float32, nw.Float64, nw.Decimal), "float64"),
    ((nw.Date, nw.Datetime), "datetime64[us]"),
    ((nw.Boolean,), "boolean"),
)

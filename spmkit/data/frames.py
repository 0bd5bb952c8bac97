"""Frames and databases that are given instead of a folder of files."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.errors import DataError, nearest
from spmkit.data.folder import named, quoted
from spmkit.data.mapping import UNREADABLE
from spmkit.data.schema import TABLES, Kind

if TYPE_CHECKING:
    import duckdb

_FITTING: Mapping[Kind, tuple[Any, ...]] = {
    "text": (nw.String, nw.Categorical, nw.Enum),
    "list": (nw.List,),
    "date": (nw.Date, nw.Datetime),
    "moment": (nw.Datetime, nw.Date),
    "flag": (nw.Boolean,),
}
_TARGET: Mapping[Kind, Any] = {
    "text": nw.String,
    "date": nw.Date,
    "money": nw.Float64,
    "number": nw.Float64,
}


def all_pandas(source: Mapping[str, Any]) -> bool:
    """Whether every frame is a pandas frame (they are read through DuckDB)."""
    return all(isinstance(frame, pd.DataFrame) for frame in source.values())


def keep(con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    """Copy a pandas frame into the database under a table's name."""
    if name not in TABLES:
        raise DataError(f"There is no table {name!r}.{nearest(name, TABLES)}")
    con.register("_given", frame)
    con.execute(f"create table {named(name + '.frame')} as select * from _given")
    con.unregister("_given")


def attach(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Mount every table and view of a DuckDB file, read only, under its own name."""
    import duckdb

    try:
        con.execute(f"attach {quoted(str(path))} as _source (read_only)")
    except duckdb.Error as error:
        raise DataError(f"{path.name} is no DuckDB database: {error}") from error
    found = con.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = '_source'"
    ).fetchall()
    for schema, table in found:
        target = f"_source.{named(schema)}.{named(table)}"
        con.execute(f"create or replace view {named(table + '.frame')} as select * from {target}")


def fit(table: str, frame: Any, timezone: str | None) -> Any:
    """Give a frame of any engine the dictionary's types, or say which column has another.

    Raises
    ------
    DataError
        Where a needed column is missing, a column has a type that cannot be meant, or a
        time-zone-aware column comes without a declared zone.
    """
    if table not in TABLES:
        raise DataError(f"There is no table {table!r}.{nearest(table, TABLES)}")
    lazy = _opened(table, frame)
    schema = lazy.collect_schema()
    for name in TABLES[table].needed:
        if name not in schema:
            raise DataError(f"{table} has no column {name!r}.{nearest(name, schema.names())}")
    columns = [name for name in TABLES[table].columns if name in schema]
    if timezone and lazy.implementation.is_pyspark():
        lazy = _local_on_spark(lazy, timezone)
        schema = lazy.collect_schema()
    kept = [_fitted(table, name, schema[name], timezone) for name in columns]
    floats = [name for name in columns if schema[name].is_float()]
    return lazy.select(*kept, _infinite(floats).alias(UNREADABLE)) if floats else lazy.select(*kept)


def _opened(table: str, frame: Any) -> nw.LazyFrame[Any]:
    try:
        lazy: nw.LazyFrame[Any] = nw.from_native(frame).lazy()
    except TypeError as error:
        raise DataError(
            f"{table} is a {type(frame).__name__}: give a frame of pandas, Polars, PySpark or Ibis."
        ) from error
    if lazy.implementation.is_duckdb():
        raise DataError(
            f"{table} is a DuckDB relation, which cannot leave its connection: open the DuckDB "
            "file by its path, or give the relation as a frame (.df())."
        )
    return lazy


def _local_on_spark(lazy: nw.LazyFrame[Any], timezone: str) -> nw.LazyFrame[Any]:
    """Spark keeps the zone in its session, not in the column, so its own function converts."""
    native = lazy.to_native()
    for name, kind in lazy.collect_schema().items():
        if isinstance(kind, nw.Datetime) and kind.time_zone:
            functions = sys.modules["pyspark.sql.functions"]
            moment = functions.col(name).cast("timestamp_ntz")
            zones = functions.lit(kind.time_zone), functions.lit(timezone)
            native = native.withColumn(name, functions.convert_timezone(*zones, moment))
    local: nw.LazyFrame[Any] = nw.from_native(native).lazy()
    return local


def _fitted(table: str, name: str, found: Any, timezone: str | None) -> nw.Expr:
    kind = TABLES[table].columns[name]
    _check_type(table, name, found)
    column = nw.col(name)
    if isinstance(found, nw.Datetime) and found.time_zone:
        if timezone is None:
            raise DataError(zoned_message(table, name))
        column = column.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    if found.is_float():  # NaN is what some engines write for nothing
        column = nw.when(column.is_finite()).then(column).alias(name)
    if kind in _TARGET and found != _TARGET[kind]:
        column = column.cast(_TARGET[kind])
    return column


def _infinite(names: Sequence[str]) -> nw.Expr:
    """Name the numbers of a row that are infinite: they are set aside, as from a file."""
    said = [
        nw.when(~nw.col(name).is_finite(), ~nw.col(name).is_nan()).then(
            nw.lit(f"{name} is infinite")
        )
        for name in names
    ]
    return nw.concat_str(*said, separator="; ", ignore_nulls=True)


def refuse_mixed(tables: Mapping[str, Any]) -> None:
    """Refuse frames of several engines: they could not be joined.

    Raises
    ------
    DataError
        With the engine of each table.
    """
    engines = {name: str(frame.implementation.value) for name, frame in tables.items()}
    if len(set(engines.values())) > 1:
        said = ", ".join(f"{name} is {engine}" for name, engine in engines.items())
        raise DataError(f"The frames are of several engines ({said}): give all of one.")


def _check_type(table: str, name: str, found: Any) -> None:
    kind = TABLES[table].columns[name]
    fits = found.is_numeric() if kind in ("money", "number") else isinstance(found, _FITTING[kind])
    if not fits and found != nw.Unknown:
        raise DataError(
            f"{table}.{name} is {found}, a {kind} is needed. Cast the column before opening."
        )


def zoned_message(table: str, columns: str) -> str:
    """Say that zoned times need a declared zone."""
    return (
        f"{table}.{columns} holds times with a time zone, and no zone is declared. Write "
        'timezone = "America/New_York" (the zone in which your days begin) in spmkit.toml.'
    )


_numbers = itertools.count(1)


def _stored(con: duckdb.DuckDBPyConnection, small: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    """Copy a frame into the database: a view over a Python object could not be kept there."""
    name = f"_small_{next(_numbers)}"
    con.register("_given", small)
    con.execute(f"create table {name} as select * from _given")
    con.unregister("_given")
    return con.table(name)


def like(small: pd.DataFrame, frame: nw.LazyFrame[Any], con: Any) -> nw.LazyFrame[Any]:
    """Move a small pandas table to the engine of a frame, so that the two can be joined."""
    if con is not None:
        return nw.from_native(_stored(con, small)).lazy()
    moved: Any = small
    if frame.implementation.is_pyspark():
        moved = frame.to_native().sparkSession.createDataFrame(small)
    elif frame.implementation.is_polars():
        moved = sys.modules["polars"].from_pandas(small)
    elif frame.implementation.is_ibis():
        moved = sys.modules["ibis"].memtable(small)
    lazy: nw.LazyFrame[Any] = nw.from_native(moved).lazy()
    return lazy


def kept(frame: nw.LazyFrame[Any], con: Any) -> nw.LazyFrame[Any]:
    """Answer a query once and keep its rows in the database; on other engines it stays a query."""
    if con is None:
        return frame
    name = f"_kept_{next(_numbers)}"
    frame.to_native().create(name)
    table: nw.LazyFrame[Any] = nw.from_native(con.table(name)).lazy()
    return table


def distinct(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The rows of a frame, each once: by groups, for ``unique`` has engines number every row."""
    return frame.group_by(*frame.collect_schema().names()).agg(nw.len().alias("_n")).drop("_n")

"""Files, a block at a time: no big table is ever whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

Form: TypeAlias = Literal["mixed", "csv", "parquet"]
Write: TypeAlias = Callable[[str, Any], None]

LARGE = (
    *("opportunities", "opportunity_lines", "opportunity_history", "credits"),
    *("activities", "leads", "accounts", "forecasts"),
)


@contextmanager
def table_files(folder: Path, form: Form) -> Iterator[Write]:
    """Offer a function that appends rows to ``<table>.csv`` or ``<table>.parquet``.

    Parameters
    ----------
    folder
        Where the files go.
    form
        ``mixed`` writes the tables that grow with sales as Parquet, the others as CSV.

    Yields
    ------
    Write
        ``write(table, rows)``; the first rows of a table fix its columns.
    """
    with ExitStack() as stack:
        files: dict[str, Any] = {}

        def write(name: str, rows: pa.Table) -> None:
            if name not in files:
                files[name] = stack.enter_context(_file(folder, name, form, rows.schema))
            files[name].write_table(_plain(rows) if _suffix(name, form) == "csv" else rows)

        yield write


def _suffix(name: str, form: Form) -> str:
    """Decide the form of one table."""
    if form == "mixed":
        return "parquet" if name in LARGE else "csv"
    return form


def _file(folder: Path, name: str, form: Form, schema: pa.Schema) -> Any:
    """Open one file."""
    suffix = _suffix(name, form)
    path = folder / f"{name}.{suffix}"
    if suffix == "csv":
        options = pa.csv.WriteOptions(quoting_style="needed")
        return pa.csv.CSVWriter(path, _plain(schema.empty_table()).schema, write_options=options)
    return _parquet(path, schema)


def _parquet(path: Path, schema: pa.Schema) -> Any:
    """Open a Parquet file: words by dictionary, long keys and times by difference."""
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    keys = {field.name: "DELTA_BYTE_ARRAY" for field in schema if field.type == pa.string()}
    times = {
        field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_timestamp(field.type)
    }
    # Without the Arrow schema a reader sees plain strings, and no version of ours in the bytes.
    return pa.parquet.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=9,
        store_schema=False,
        use_dictionary=words + _repeated(schema),
        column_encoding=keys | times,
    )


def _repeated(schema: pa.Schema) -> list[str]:
    """Name the numeric and date columns, in which values repeat."""
    return [
        field.name
        for field in schema
        if not pa.types.is_dictionary(field.type)
        and field.type != pa.string()
        and not pa.types.is_timestamp(field.type)
        and not pa.types.is_boolean(field.type)
    ]


def _plain(rows: pa.Table) -> pa.Table:
    """Put a table into the types that CSV knows: a list is written ``a|b``."""
    columns = [_plain_column(rows.column(name)) for name in rows.column_names]
    return pa.table(columns, names=rows.column_names)


def _plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decode words, join lists, drop the fractions of a second."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    if pa.types.is_list(column.type):
        return pa.compute.binary_join(column, "|")
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("s"))
    return column

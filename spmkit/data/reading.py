"""Read each table that a source has or a mapping makes, as mapped and before it is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.errors import DataError
from spmkit.data.folder import TEXT, explained, named, rejects
from spmkit.data.mapping import by_name, compose
from spmkit.data.schema import TABLES
from spmkit.data.settings import Settings

if TYPE_CHECKING:
    import duckdb

READ = "_read_"


@dataclass(frozen=True)
class Mapped:
    """A table as mapped, before it is checked.

    ``plain`` is the lazy SELECT to use where nothing has to be set aside, none where the
    rows were copied; ``broken`` are the lines that are no rows; ``knows_rows`` says whether
    the rows have numbers that stay theirs.
    """

    frame: Any
    plain: str | None
    broken: pd.DataFrame
    knows_rows: bool = False


def mapped(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, Mapped]:
    """Compose and read every table that the source has or the settings map."""
    mounted = _mounted(con)
    mappings = {table: settings.tables.get(table) or _own(con, table, mounted) for table in TABLES}
    given = {table: mapping for table, mapping in mappings.items() if mapping}
    own = {mapping["from"] for mapping in given.values()}
    return {table: _read(con, table, mapping, settings, own) for table, mapping in given.items()}


def _mounted(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        row[0]
        for row in con.execute(
            "select table_name from information_schema.tables where table_catalog <> '_source'"
        ).fetchall()
    ]


def _own(
    con: duckdb.DuckDBPyConnection, table: str, mounted: Sequence[str]
) -> dict[str, str] | None:
    sources = [name for name in mounted if name.lower().split(".")[0] == table and ":" not in name]
    if len(sources) > 1:
        raise DataError(f"{' and '.join(sorted(sources))} both are the table {table!r}: keep one.")
    return by_name(con, table, sources[0]) if sources else None


def _read(
    con: duckdb.DuckDBPyConnection,
    table: str,
    mapping: Mapping[str, str],
    settings: Settings,
    own: set[str],
) -> Mapped:
    import duckdb

    composed = compose(con, table, mapping, settings.timezone)
    lazy = mapping["from"].lower().endswith((".parquet", ".frame"))
    kind = "view" if lazy else "table"
    try:
        con.execute(f"create {kind} {named(READ + table)} as {composed.checked}")
    except duckdb.Error as error:
        raise DataError(f"[{table}] cannot be read: {explained(error)}") from error
    frame = nw.from_native(con.table(named(READ + table))).lazy()
    plain, broken = composed.select if lazy else None, _broken(con, mapping["from"], own)
    return Mapped(frame, plain, broken, composed.knows_rows)


def _broken(con: duckdb.DuckDBPyConnection, source: str, own: set[str]) -> pd.DataFrame:
    """The lines of a table's text files that are no rows: footers, too many or too few cells.

    A file that is all of one table's is that table's to count, wherever else it is joined.
    """
    texts = [name for name in _mounted(con) if name.lower().endswith(TEXT)]
    files = [n for n in texts if n == source or (n in source and n not in own)]
    lines = [
        con.sql(
            f"select line as row, min(error_message) as reason, any_value(csv_line) as key "
            f"from {rejects(name)} group by line order by line"
        ).df()
        for name in files
        if _has(con, rejects(name))
    ]
    return pd.concat(lines) if lines else pd.DataFrame(columns=["row", "reason", "key"])


def _has(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = con.execute("select 1 from duckdb_tables() where table_name = ?", [table])
    return bool(found.fetchall())


def fingerprint(path: Path | None) -> str:
    """A hash of the files of a source; of frames none is made."""
    import hashlib

    if path is None:
        return "frames"
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.name.encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]

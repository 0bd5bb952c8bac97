"""Compose, from a mapping, the one SELECT that makes a tidy table out of a source.

Right-hand sides are DuckDB SQL over the source's rows. Bare columns are cast
with ``try_cast``; an expression is evaluated once inside ``try``, so that a row
on which it fails is set aside instead of ending the query.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spmkit.data.blame import blamed, meant, mentions
from spmkit.data.errors import DataError, nearest
from spmkit.data.folder import ROW, explained, named, numbered, quoted
from spmkit.data.schema import TABLES, Kind

if TYPE_CHECKING:
    import duckdb

UNREADABLE = "_unreadable"
ZONED = "_zoned"
_ZONED_TEXT = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
_GLOB = re.compile(r"[*?\[]")

_CONSTANTS = ("null", "true", "false")
_NATURAL: Mapping[Kind, tuple[str, ...]] = {  # types that need no cast
    "text": ("VARCHAR",),
    "list": ("VARCHAR[]",),
    "date": ("DATE",),
    "moment": ("TIMESTAMP",),
    "flag": ("BOOLEAN",),
}


@dataclass(frozen=True)
class _Raw:
    """A column before it is cast: its name, the type found, and whether an expression makes it."""

    name: str
    kind: str
    expression: bool

    @property
    def value(self) -> str:
        return f"{named(self.name)}[1]" if self.expression else named(self.name)

    @property
    def found(self) -> str:
        return self.kind.removesuffix("[]") if self.expression else self.kind


@dataclass(frozen=True)
class Composed:
    """A table's SELECT, the same with row numbers and what could not be read, and its columns.

    ``knows_rows`` says whether the file itself gives the row numbers, whatever is read of it.
    """

    select: str
    checked: str
    knows_rows: bool
    columns: tuple[str, ...]
    unused: tuple[str, ...]


def compose(
    con: duckdb.DuckDBPyConnection, table: str, mapping: Mapping[str, str], timezone: str | None
) -> Composed:
    """Compose the SELECT of a table; its columns are those of the dictionary that are mapped.

    Parameters
    ----------
    con
        The connection on which the source's files are mounted.
    table
        A tidy table's name.
    mapping
        ``from`` and one SQL expression a column.
    timezone
        The declared zone, or none.

    Raises
    ------
    DataError
        Where ``from`` or an expression is not one SELECT, or names a column that is not there.
    """
    source = _source(con, table, mapping["from"])
    types = _source_types(con, table, source)
    given = {name: sql for name, sql in mapping.items() if name != "from"}
    _needed(table, given, types)
    entries = ", ".join(f"{_entry(table, n, sql, types)} as {named(n)}" for n, sql in given.items())
    plain = f"select {entries} from ({source})"
    found = _described(con, table, plain, given, types)
    raw = [_Raw(n, found[n], _bare(sql, types) is None) for n, sql in given.items()]
    own = numbered(mapping["from"]) in _views(con)
    counted = f"select row_number() over () + 1 as {ROW}, * from ({source})"
    rows = named(numbered(mapping["from"])) if own else f"({counted})"
    with_rows = f"select {entries}, {ROW} from {rows}"
    unused = tuple(n for n in types if not any(mentions(sql, n) for sql in given.values()))
    return Composed(
        select=_typed(table, plain, raw, timezone)[0],
        checked=_typed(table, with_rows, raw, timezone)[1],
        knows_rows=own,
        columns=tuple(given),
        unused=unused,
    )


def by_name(con: duckdb.DuckDBPyConnection, table: str, source: str) -> dict[str, str]:
    """Map a source whose columns already have the dictionary's names."""
    types = _source_types(con, table, f"select * from {named(source)}")
    known = [name for name in TABLES[table].columns if name in types]
    return {"from": source} | {name: named(name) for name in known}


def _source(con: duckdb.DuckDBPyConnection, table: str, source: str) -> str:
    views = _views(con)
    if source in views:
        return f"select * from {named(source)}"
    if _GLOB.search(source) and not _is_select(source):
        return _union(table, source, views)
    if _is_select(source):
        return _one_select(source, f"[{table}] from")
    files = [name for name in views if not name.startswith("_")]
    raise DataError(f"[{table}] from = {source!r}: there is no such file.{nearest(source, files)}")


def _views(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(
        "select table_name from duckdb_tables() union all "
        "select view_name from duckdb_views() where not internal"
    )
    return [name for (name,) in found.fetchall()]


def _union(table: str, glob: str, views: list[str]) -> str:
    matching = sorted(fnmatch.filter(views, glob))
    if not matching:
        raise DataError(f"[{table}] from = {glob!r}: no file of this folder matches.")
    return " union all by name ".join(f"select * from {named(name)}" for name in matching)


def _is_select(source: str) -> bool:
    return bool(re.match(r"\s*(select|from|with|unpivot|pivot)\b", source, re.IGNORECASE))


def _one_select(sql: str, where: str, hint: str = "") -> str:
    """Refuse anything but exactly one SELECT: a stacked statement could write files."""
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise DataError(f"{where} is not valid SQL: {explained(error)}.{hint}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DataError(f"{where} must be exactly one SELECT.")
    return statements[0].query.strip().rstrip(";")


def _source_types(con: duckdb.DuckDBPyConnection, table: str, source: str) -> dict[str, str]:
    import duckdb

    try:
        described = con.execute(f"describe {source}").fetchall()
    except duckdb.Error as error:
        raise DataError(f"[{table}] from cannot be read: {explained(error)}") from error
    return {row[0]: row[1] for row in described}


def _needed(table: str, given: Mapping[str, str], types: Mapping[str, str]) -> None:
    for name in TABLES[table].needed:
        if name not in given:
            near = nearest(name, types)
            raise DataError(
                f"{table} has no column {name!r}.{near} Rename it, or map it in spmkit.toml: "
                f'[{table}] {name} = "…".'
            )


def _bare(sql: str, types: Mapping[str, str]) -> str | None:
    """Give the source's column that an entry names, none where it is an expression."""
    word = sql.strip().strip('"')
    written = (sql.strip().lower(), word.lower())  # a name may end in a quotation mark of its own
    found = next((name for name in types if name.lower() in written), None)
    if found is None and re.fullmatch(r"[A-Za-z_]\w*", word) and word.lower() not in _CONSTANTS:
        raise DataError(f"no column {word!r} in the source.{nearest(word, types)}")
    return found


def _entry(table: str, name: str, sql: str, types: Mapping[str, str]) -> str:
    try:
        return _raw(sql, types)
    except DataError as error:
        raise DataError(f"[{table}] {name}: {error}") from error


def _raw(sql: str, types: Mapping[str, str]) -> str:
    """A bare column as it is, an expression in ``try``: a list of one, null where it raised."""
    column = _bare(sql, types)
    if column is not None:
        return named(column)
    _one_select(f"select ({sql})", f"the expression {sql!r}", meant(sql, types))
    return f"try([({sql})])"


def _described(
    con: duckdb.DuckDBPyConnection,
    table: str,
    inner: str,
    given: Mapping[str, str],
    types: Mapping[str, str],
) -> dict[str, str]:
    import duckdb

    try:
        # Describe writes an alias that differs in case alone as the source does.
        return {row[0].lower(): row[1] for row in con.execute(f"describe {inner}").fetchall()}
    except duckdb.Error as error:
        raise DataError(f"[{table}] {blamed(error, given, types)}") from error


def _typed(table: str, inner: str, raw: Sequence[_Raw], timezone: str | None) -> tuple[str, str]:
    """Give the SELECT of the typed columns, and the same with what could not be read."""
    columns = TABLES[table].columns
    casts = {r.name: _cast(r, columns[r.name], timezone) for r in raw}
    typed = ", ".join(f"{cast} as {named(name)}" for name, cast in casts.items())
    unread = [_unread(r, casts[r.name]) for r in raw if _can_fail(columns[r.name], r)]
    times = [r for r in raw if columns[r.name] in ("date", "moment")]
    zoned = [_zoned(r) for r in times] if timezone is None else []
    flags = f"{_joined(unread, '; ')} as {UNREADABLE}, {_joined(zoned, ', ')} as {ZONED}"
    return f"select {typed} from ({inner})", f"select {typed}, {ROW}, {flags} from ({inner})"


def _joined(texts: Sequence[str], mark: str) -> str:
    given = [text for text in texts if text]
    return f"nullif(concat_ws('{mark}', {', '.join(given)}), '')" if given else "cast(null as text)"


def _unread(raw: _Raw, cast: str) -> str:
    failed = f"{raw.value} is not null and {cast} is null"
    if raw.expression:
        failed = f"{named(raw.name)} is null or ({failed})"
    shown = f"coalesce(left(cast({raw.value} as varchar), 40), '(it fails)')"
    return f"case when {failed} then {quoted(raw.name + ' ')} || {shown} end"


def _zoned(raw: _Raw) -> str:
    if raw.found == "TIMESTAMP WITH TIME ZONE":
        return f"case when {raw.value} is not null then {quoted(raw.name)} end"
    if raw.found != "VARCHAR":
        return ""
    return f"case when regexp_matches({raw.value}, '{_ZONED_TEXT}') then {quoted(raw.name)} end"


def _can_fail(kind: Kind, raw: _Raw) -> bool:
    if raw.expression:
        return True
    return kind != "text" and raw.found not in _NATURAL.get(kind, ())


def _cast(raw: _Raw, kind: Kind, timezone: str | None) -> str:
    if raw.found in _NATURAL.get(kind, ()):
        return raw.value
    if kind == "text":
        return f"cast({raw.value} as varchar)"
    if kind == "list":
        return f"list_transform(string_split({raw.value}::varchar, '|'), lambda x: trim(x))"
    if kind in ("date", "moment"):
        return _time(raw, kind, timezone)
    if kind == "flag":
        return f"try_cast({raw.value} as boolean)"
    number = f"try_cast({raw.value} as double)"
    return f"case when isfinite({number}) then {number} end"


def _time(raw: _Raw, kind: Kind, timezone: str | None) -> str:
    target = "date" if kind == "date" else "timestamp"
    plain = f"try_cast(try_cast({raw.value} as timestamp) as {target})"
    if raw.found not in ("VARCHAR", "TIMESTAMP WITH TIME ZONE"):
        return plain
    zone = (
        f"timezone({quoted(timezone)}, try_cast({raw.value} as timestamptz))"
        if timezone
        else "null"
    )
    zoned = f"cast({zone} as {target})"
    if raw.found != "VARCHAR":
        return zoned
    return f"case when regexp_matches({raw.value}, '{_ZONED_TEXT}') then {zoned} else {plain} end"

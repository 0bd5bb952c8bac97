"""Mount the files of a folder as views of a DuckDB connection, then lock it to the folder."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from spmkit.data.errors import DataError

if TYPE_CHECKING:
    import duckdb

TEXT = (".csv", ".tsv", ".txt", ".csv.gz")
SHEETS = (".xlsx", ".xls", ".xlsb", ".ods")
_DELIMITERS = ",;\t|"
_HEAD = 65536
_BLOCK = 1 << 22
_COPY = ".utf8.csv"
ROW = "_row"  # the row as a spreadsheet numbers it: the header is row 1


def connect(folder: Path | None, private: Path, memory: str) -> duckdb.DuckDBPyConnection:
    """Open a database in a private folder, with every file of ``folder`` mounted under its name.

    What does not fit into the memory is set down in the private folder meanwhile.
    """
    import duckdb

    if folder:
        refuse_empty(folder)
    con = duckdb.connect(str(private / "spmkit.duckdb"))
    con.execute(f"set temp_directory = {quoted(str(private))}")
    con.execute(f"set memory_limit = {quoted(memory)}")
    con.execute("set preserve_insertion_order = true")
    for path in files(folder) if folder else ():
        mount(con, path, private)
    return con


def refuse_empty(folder: Path) -> None:
    """Refuse a folder in which there is nothing to read."""
    if not any(_is_data(path) for path in folder.iterdir()):
        raise DataError(
            f"There are no data files in {folder} (CSV, Parquet or .xlsx). Put the export there."
        )


def refuse_file(path: Path) -> None:
    """Refuse one file of an export where its folder is meant."""
    if _is_data(path):
        raise DataError(f"{path.name} is one file of an export: give the folder that it lies in.")


def lock(con: duckdb.DuckDBPyConnection, directories: Sequence[Path]) -> None:
    """Let the connection read these folders and nothing else, and never change that again."""
    allowed = ", ".join(quoted(str(path)) for path in directories)
    con.execute(f"set allowed_directories = [{allowed}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def files(folder: Path) -> Iterator[Path]:
    """Yield the data files of a folder by name; a symbolic link is refused."""
    for path in sorted(folder.iterdir()):
        if not _is_data(path):
            continue
        if path.is_symlink():
            raise DataError(
                f"{path.name} is a symbolic link; a data folder holds files only. Copy it in."
            )
        yield path.resolve()


def _is_data(path: Path) -> bool:
    return path.name.lower().endswith((*TEXT, *SHEETS, ".parquet")) and not path.is_dir()


def mount(con: duckdb.DuckDBPyConnection, path: Path, private: Path) -> None:
    """Make one file readable under its own name."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        read = f"read_parquet({quoted(str(path))})"
        _view(con, path.name, f"select * from {read}")
        _view(con, numbered(path.name), f"select *, file_row_number + 2 as {ROW} from {read}")
    elif name.endswith(SHEETS):
        _mount_sheets(con, path)
    else:
        _mount_text(con, path, private)


def explained(error: duckdb.Error) -> str:
    """Say what DuckDB reports in a line; of a text file also its name and what to do."""
    brief = str(error).split("\n")[0]
    file = re.search(r"^\s*file = (.+)$", str(error), re.MULTILINE)
    if not file:
        return re.sub(r"^(Binder|Parser|Catalog) Error: ", "", brief)
    name = Path(file[1].strip()).name.removesuffix(_COPY)
    return (
        f"{name} is no regular CSV ({brief}) Open it in a spreadsheet and save it as CSV UTF-8, "
        "or export it again."
    )


def _view(con: duckdb.DuckDBPyConnection, name: str, select: str) -> None:
    con.execute(f"create or replace view {named(name)} as {select}")


def _mount_text(con: duckdb.DuckDBPyConnection, path: Path, private: Path) -> None:
    try:
        raw = _head(path)
        encoding = _encoding(raw)
        readable = _readable(path, encoding, private)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path.name} is no whole gzip file. Copy it again.") from error
    header = _header(raw, encoding)
    delimiter = max(_DELIMITERS, key=lambda mark: _outside_quotes(header).count(mark))
    names = _column_names(header, delimiter, path.name)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    options = (
        f"header = true, delim = {quoted(delimiter)}, quote = '\"', escape = '\"',"
        f" auto_detect = false, columns = {{{columns}}}, skip = {_blank_lines(raw, encoding)},"
        f" store_rejects = true, rejects_table = '{rejects(path.name)}',"
        f" rejects_scan = '{rejects(path.name)}_scan', strict_mode = true"
    )
    trimmed = "nullif(trim(columns(*)), '')"
    _view(con, path.name, f"select {trimmed} from read_csv({quoted(str(readable))}, {options})")


def numbered(name: str) -> str:
    """Name the view of a Parquet file in which each row has its number.

    The file knows it: counting the rows once more would read them one after the other.
    """
    return f"{ROW}s_of_{name}"


def rejects(name: str) -> str:
    """Name the table that holds the broken lines of a file once it has been read."""
    return f"rejects_{zlib.crc32(name.encode()):08x}"


def _head(path: Path) -> bytes:
    with _bytes(path) as stream:
        raw = stream.read(_HEAD)
    if not raw.strip():
        raise DataError(f"{path.name} is empty: not even a header row. Export it again.")
    return raw


def _bytes(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]  # it reads as any other
    return path.open("rb")


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw[: raw.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _readable(path: Path, encoding: str, private: Path) -> Path:
    """Give a file that DuckDB reads: UTF-8 with one kind of line ending; others are rewritten."""
    try:
        if encoding == "utf-8" and _is_regular(path):
            return path
    except UnicodeDecodeError:
        encoding = "cp1252"
    return _rewritten(path, encoding, private / f"{path.name}{_COPY}")


def _rewritten(path: Path, encoding: str, copy: Path) -> Path:
    with (
        io.TextIOWrapper(_bytes(path), encoding=encoding) as source,  # any line ending is "\n"
        copy.open("w", encoding="utf-8", newline="\n") as target,
    ):
        try:
            while block := source.read(_BLOCK):
                target.write(block)
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path.name} is neither UTF-8, UTF-16 nor cp1252 (byte {error.start}). "
                "Save it as UTF-8."
            ) from error
    return copy


def _is_regular(path: Path) -> bool:
    """Read the file once: a late byte of cp1252 or another line ending would stop a query midway.

    Raises UnicodeDecodeError where the file is not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    endings: set[bytes] = set()
    for block in _blocks(path):
        decoder.decode(block)
        endings |= _endings(block)
    decoder.decode(b"", final=True)
    return len(endings) < 2


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield the file's bytes, never cut within a line ending of two."""
    with _bytes(path) as stream:
        while block := stream.read(_BLOCK):
            yield block + stream.read(1) if block.endswith(b"\r") else block


def _endings(block: bytes) -> set[bytes]:
    both = block.count(b"\r\n") if b"\r" in block else 0
    counts = {
        b"\r\n": both,
        b"\n": block.count(b"\n") - both,
        b"\r": block.count(b"\r") - both,
    }
    return {ending for ending, count in counts.items() if count}


def _lines(raw: bytes, encoding: str) -> list[str]:
    return raw.decode(encoding, errors="replace").lstrip("\ufeff").splitlines()


def _blank_lines(raw: bytes, encoding: str) -> int:
    return next(i for i, line in enumerate(_lines(raw, encoding)) if line.strip())


def _header(raw: bytes, encoding: str) -> str:
    return next(line for line in _lines(raw, encoding) if line.strip())


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _column_names(header: str, delimiter: str, file: str) -> list[str]:
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
    named_columns = [name or f"column{i + 1}" for i, name in enumerate(names)]
    twice = sorted({name for name in named_columns if named_columns.count(name) > 1})
    if twice:
        raise DataError(f"{file} has two columns named {twice[0]!r}. Rename one in the export.")
    return named_columns


def _mount_sheets(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Mount a workbook's first sheet under the file's name, each sheet as ``file.xlsx:Sheet``."""
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, engine="calamine", dtype=object)
    for position, (sheet, cells) in enumerate(sheets.items()):
        table = named(f"{path.name}:{sheet}")
        con.register("_sheet", cells.map(_cell_text).astype("string"))
        con.execute(f"create or replace table {table} as select * from _sheet")
        con.unregister("_sheet")
        if position == 0:
            _view(con, path.name, f"select * from {table}")


def _cell_text(value: object) -> str | None:
    """Write a cell as text, an id that a sheet keeps as 279.0 as 279 and a midnight as a date."""
    if value is None or value != value:  # noqa: PLR0124  NaN is the one value unlike itself
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


def quoted(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'

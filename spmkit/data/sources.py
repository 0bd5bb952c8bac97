"""Open a source: a folder, a DuckDB file, or frames of any engine, as tidy tables."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from spmkit.calendar import Calendar
from spmkit.data import admission, folder, frames, reading
from spmkit.data.admission import NO_ROW
from spmkit.data.declared import calendar_of
from spmkit.data.duplicates import SAME
from spmkit.data.errors import DataError, nearest
from spmkit.data.quality import TOTAL
from spmkit.data.schema import REQUIRED, TABLES
from spmkit.data.settings import Settings, read_settings, settings_of
from spmkit.data.snapshots import UNUSED

if TYPE_CHECKING:
    import duckdb

_NO_LOSS = (NO_ROW, TOTAL, SAME)  # a footer, a sum, and what is there already
_MUCH = 0.05  # of a table's rows set aside: a page says so in its first sentences
_INHERITED: list[Opened] = []  # closing what a fork inherited waits for threads that are not there


@dataclass(frozen=True)
class Opened:
    """What opening a source gives: the tables, the ledger, the bad rows, and a fingerprint."""

    tables: Mapping[str, Any]
    ledger: pd.DataFrame
    rows_set_aside: pd.DataFrame
    fingerprint: str
    connection: duckdb.DuckDBPyConnection | None = None


class SalesData:
    """The tidy tables of one source, as of one day.

    A table is an attribute or an item: ``data.opportunities``,
    ``data["quotas"]``; it is a lazy DuckDB relation, or a frame of the engine
    that the source's own frames belong to. Tables that the source lacks raise
    a :class:`DataError`; ``name in data`` asks first. ``source`` is the path that was opened,
    none for frames.
    """

    def __init__(
        self, open_source: Callable[[], Opened], settings: Settings, source: Path | None = None
    ) -> None:
        self.settings = settings
        self.as_of: date = settings.day
        self.source = source
        self.name = source.name if source else "the given frames"
        self._open_source = open_source
        self._opened = open_source()
        self._process = os.getpid()
        self._facts: dict[str, Any] = {}
        self._refuse_missing()
        if settings.calendar.get("periods") is None:
            _ = self.calendar  # what is declared wrongly is said when the data are opened

    def _refuse_missing(self) -> None:
        for name in REQUIRED:
            if name not in self._opened.tables:
                raise DataError(
                    f"{self.name} has no table {name!r}. Add a file {name}.csv or {name}.parquet, "
                    f'or map one in spmkit.toml: [{name}] from = "your_file.csv".'
                )
            if not self._rows_used(name):
                raise DataError(_unusable(self.name, name, self._opened))

    def _rows_used(self, name: str) -> int:
        ledger = self._opened.ledger
        return int(ledger[(ledger.table == name) & (ledger.status == "used")]["rows"].sum())

    @property
    def tables(self) -> Mapping[str, Any]:
        """The tables that the source has, by name."""
        if os.getpid() != self._process:  # a DuckDB connection does not survive a fork
            _INHERITED.append(self._opened)
            self._opened = self._open_source()
            self._process = os.getpid()
            self._facts.clear()  # some are rows that lie in the connection
        return self._opened.tables

    @property
    def connection(self) -> duckdb.DuckDBPyConnection | None:
        """The connection to which the tables belong; none where they are an engine's own."""
        return self._opened.connection if self.tables else None

    @property
    def fingerprint(self) -> str:
        """A hash of the source's files, so that a page can say what it was made from."""
        return self._opened.fingerprint

    @cached_property
    def calendar(self) -> Calendar:
        """The fiscal calendar."""
        return calendar_of(self.settings.calendar, self.tables.get("quotas"))

    def fact(self, name: str, found: Callable[[], Any]) -> Any:
        """Remember what was found out about the source: it does not change while it is open."""
        if name not in self._facts:
            self._facts[name] = found()
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def __getitem__(self, name: str) -> Any:
        if name in self.tables:
            return self.tables[name]
        if name in TABLES:
            raise DataError(f"{self.name} has no table {name!r}; what needs it is unavailable.")
        raise DataError(f"There is no table {name!r}.{nearest(name, TABLES)}")

    def __getattr__(self, name: str) -> Any:
        if name in TABLES:
            return self[name]
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"SalesData({self.name!r}, as_of={self.as_of}, tables={list(self.tables)})"

    def quality(self) -> pd.DataFrame:
        """Rows and amounts read, used and set aside, by table and reason.

        Returns
        -------
        pandas.DataFrame
            ``table``; ``status``: "read", "used", "quarantined" (in no metric) or "limited"
            (used, but closed to the metrics in ``closes``); ``reason``; ``closes``;
            ``rows``; ``amount``. For each table read = used + quarantined, in rows and amounts.
        """
        return self._opened.ledger.copy()

    def cautions(self) -> list[str]:
        """Say which tables are not used, or lose more than a twentieth of their rows.

        Empty is well.

        Examples
        --------
        >>> frames = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": pd.DataFrame({
        ...     "opportunity_id": ["o1", "o2"], "rep_id": "ada", "outcome": ["open", "Won"]})}
        >>> spm.open_data(frames, settings={"as_of": "2026-10-02"}).cautions()
        ['1 of 2 rows of opportunities (50 %) are set aside']
        """
        ledger = self._opened.ledger
        unused = ledger.loc[ledger["reason"] == UNUSED, "table"]
        ledger = ledger[~ledger["reason"].isin(_NO_LOSS)]
        counted = [
            (
                str(name),
                int(lines.loc[lines["status"] == "read", "rows"].sum()),
                int(lines.loc[lines["status"] == "quarantined", "rows"].sum()),
            )
            for name, lines in ledger.groupby("table", sort=False)
        ]
        return [f"{name} is not used: {UNUSED}" for name in unused] + [
            f"{aside:,} of {read:,} rows of {name} ({aside / read * 100:.0f} %) are set aside"
            for name, read, aside in counted
            if aside > _MUCH * read
        ]

    def quarantined(self) -> pd.DataFrame:
        """The rows that no metric uses: table, row, key and reason.

        The row is counted as a spreadsheet shows it, the header being row 1; blank lines of a
        text file are not counted.
        """
        return self._opened.rows_set_aside.copy()


def _unusable(source: str, name: str, opened: Opened) -> str:
    ledger = opened.ledger
    bad = ledger[(ledger.table == name) & (ledger.status == "quarantined")]
    if bad.empty:
        return f"{source}: the table {name!r} has a header and no rows. Export it again."
    worst = bad.sort_values("rows", ascending=False).iloc[0]
    rows = opened.rows_set_aside
    first = rows[(rows.table == name) & (rows.reason == worst.reason)].head(1)
    place = f", first at row {first.iloc[0]['row']}" if len(first) else ""
    return (
        f"{source}: no row of {name!r} can be used. {worst.reason}: {worst['rows']} rows{place}. "
        "Correct the export, or map the column in spmkit.toml."
    )


def open_data(
    source: str | Path | Mapping[str, Any], *, settings: Mapping[str, Any] | None = None
) -> SalesData:
    """Open a folder, a DuckDB file or frames as tidy tables.

    Parameters
    ----------
    source
        A folder of CSV, Parquet or .xlsx files (with or without a ``spmkit.toml``), a mapping
        file that says ``folder = "…"``, a DuckDB file, or a mapping of table names to frames
        (pandas, Polars, PySpark, Ibis).
    settings
        Declarations in the shape of ``spmkit.toml``; they count before the file's.

    Raises
    ------
    DataError
        Where a required table is missing or unusable, a mapping is wrong, a reference is
        ambiguous, or no ``as_of`` is declared.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["r1"], "name": ["Ada Byron"]})
    >>> won = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["Ada Byron"], "outcome": ["won"],
    ...     "closed_on": ["2026-07-01"], "amount": [120.0]})
    >>> data = open_data({"reps": reps, "opportunities": won}, settings={"as_of": "2026-10-02"})
    >>> data.opportunities.fetchall()[0][1]
    'r1'
    """
    if isinstance(source, Mapping):
        declared = settings_of(settings or {})
        if not frames.all_pandas(source):
            return SalesData(lambda: _of_frames(source, declared), declared)
        return SalesData(lambda: _of_database(None, declared, source), declared)
    path = Path(source).expanduser().resolve()
    if not path.exists():
        raise DataError(f"There is no file or folder {str(source)!r}.")
    folder.refuse_file(path)
    if path.is_dir():
        folder.refuse_empty(path)
    given, declared = path, _overlaid(read_settings(path), settings)
    if path.suffix == ".toml":
        path = _declared_folder(path, declared)
        folder.refuse_empty(path)
    return SalesData(lambda: _of_database(path, declared, {}), declared, given)


def _overlaid(declared: Settings, settings: Mapping[str, Any] | None) -> Settings:
    if not settings:
        return declared
    given = settings_of(settings)
    return replace(declared, **{name: getattr(given, name) for name in settings})


def _declared_folder(mapping: Path, declared: Settings) -> Path:
    folder_path = (mapping.parent / (declared.folder or ".")).expanduser().resolve()
    if not folder_path.is_dir():
        raise DataError(f"{mapping.name}: folder = {declared.folder!r} is no folder.")
    return folder_path


def _of_frames(source: Mapping[str, Any], settings: Settings) -> Opened:
    fitted = {name: frames.fit(name, frame, settings.timezone) for name, frame in source.items()}
    return Opened(*admission.admit(fitted, settings), fingerprint="frames")


def _of_database(
    path: Path | None, settings: Settings, given: Mapping[str, pd.DataFrame]
) -> Opened:
    directory = Path(tempfile.mkdtemp(prefix="spmkit-"))
    is_folder = path is not None and path.is_dir()
    con = folder.connect(path if is_folder else None, directory, settings.memory_limit)
    weakref.finalize(con, _removed, directory, os.getpid())
    if path is not None and not is_folder:
        frames.attach(con, path)
    for name, frame in given.items():
        frames.keep(con, name, frame)
    folder.lock(con, [path, directory] if is_folder and path else [directory])
    mapped = reading.mapped(con, settings)
    tables, ledger, aside = admission.admit(mapped, settings, con)
    return Opened(tables, ledger, aside, reading.fingerprint(path), con)


def _removed(private: Path, process: int) -> None:
    """Remove a private folder, unless it is the parent's and this process was forked from it."""
    if os.getpid() == process:
        shutil.rmtree(private, ignore_errors=True)

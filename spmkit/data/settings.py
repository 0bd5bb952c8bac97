"""What a ``spmkit.toml`` declares beside the mapping of the tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spmkit.data.errors import DataError, nearest
from spmkit.data.schema import TABLES

FILE = "spmkit.toml"
_TOP = (
    *("folder", "as_of", "timezone", "stages", "company", "currency"),
    *("individual_activity", "memory_limit"),
)
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "calendar": ("year_starts", "pattern", "named_by", "week_starts", "periods", "holidays"),
    "quotas": ("basis", "ramp"),
}
_REMEDIES = (  # words of a parser's message, and what to do then
    ("Invalid value", "Values need quotes."),
    ("Cannot overwrite a value", "A name stands there twice: keep one line."),
    ("twice", "Keep one of the two sections."),
    ("Unescaped", "Write a path with / in place of \\."),
    ("hex value", "Write a path with / in place of \\."),
    ("utf-8", "Save it as UTF-8."),
)


@dataclass(frozen=True)
class Settings:
    """The declarations of a data source.

    Parameters
    ----------
    folder
        The folder of the files, where the mapping file stands elsewhere.
    as_of
        The day up to which the data speak; an export has a date, "today" is never assumed.
    timezone
        The zone to which time-zone-aware columns are converted; without it they are refused.
    stages
        The stages of the sales process, in order.
    company
        The name printed on pages.
    currency
        The currency of reporting.
    individual_activity
        Whether time use may be shown per rep.
    memory_limit
        How much memory the database takes; what does not fit is set down on disk meanwhile.
    calendar
        The ``[calendar]`` section: ``year_starts``, ``pattern``, ``named_by``,
        ``week_starts``, ``periods``, ``holidays``.
    quotas
        ``basis`` ("issued" or "full") and ``ramp`` (shares of a full quota, a month each).
    tables
        Table name to its mapping: ``from`` and one SQL expression a column.
    """

    folder: str | None = None
    as_of: date | None = None
    timezone: str | None = None
    stages: tuple[str, ...] = ()
    company: str | None = None
    currency: str | None = None
    individual_activity: bool = True
    memory_limit: str = "1GB"
    calendar: Mapping[str, Any] = field(default_factory=dict)
    quotas: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day up to which the data speak."""
        if self.as_of is None:
            raise DataError(
                'as_of is not set: an export has a date. Write as_of = "2026-10-02" (the day of '
                "the export) at the top of spmkit.toml, or give it when opening."
            )
        return self.as_of

    @property
    def quota_basis(self) -> str:
        """How effective quotas come about: as issued, or prorated from full ones."""
        return str(self.quotas.get("basis", "issued"))


def read_settings(path: Path) -> Settings:
    """Read a mapping file, or the ``spmkit.toml`` of a folder or beside a file.

    None means none of its declarations.
    """
    file = path if path.suffix == ".toml" else (path if path.is_dir() else path.parent) / FILE
    if not file.exists():
        return Settings()
    try:
        return settings_of(tomllib.loads(file.read_text("utf-8-sig")), where=file.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file.name} is not valid TOML: {error}.{_remedy(error)}") from error


def _remedy(error: Exception) -> str:
    return next((f" {remedy}" for words, remedy in _REMEDIES if words in str(error)), "")


def settings_of(declared: Mapping[str, Any], where: str = "settings") -> Settings:
    """Turn declarations, in the shape of the file, into settings.

    Examples
    --------
    >>> settings_of({"as_of": "2017-12-31", "calendar": {"year_starts": "07-01"}}).as_of
    datetime.date(2017, 12, 31)
    """
    _known_names(declared, where)
    tables = {name: _mapping(name, declared[name], where) for name in TABLES if name in declared}
    basis = declared.get("quotas", {}).get("basis", "issued")
    if basis not in ("issued", "full"):
        raise DataError(f'{where}: [quotas] basis is {basis!r}; it is "issued" or "full".')
    return Settings(
        folder=declared.get("folder"),
        as_of=_day(declared.get("as_of"), where),
        timezone=_zone(declared.get("timezone"), where),
        stages=tuple(declared.get("stages", ())),
        company=declared.get("company"),
        currency=declared.get("currency"),
        individual_activity=declared.get("individual_activity", True),
        memory_limit=_memory(declared.get("memory_limit", Settings.memory_limit), where),
        calendar=declared.get("calendar", {}),
        quotas={k: v for k, v in declared.get("quotas", {}).items() if k in _SECTIONS["quotas"]},
        tables={name: mapping for name, mapping in tables.items() if mapping},
    )


def _known_names(declared: Mapping[str, Any], where: str) -> None:
    known = [*_TOP, *_SECTIONS, *TABLES]
    for name in declared:
        if name not in known:
            raise DataError(f"{where}: {name!r} is no setting and no table.{nearest(name, known)}")
    for name in declared.get("calendar", {}):
        if name not in _SECTIONS["calendar"]:
            meant = nearest(name, _SECTIONS["calendar"])
            raise DataError(f"{where}: [calendar] knows no {name!r}.{meant}")


def _mapping(table: str, entries: Mapping[str, Any], where: str) -> dict[str, str]:
    options = _SECTIONS.get(table, ())
    columns = {name: value for name, value in entries.items() if name not in options}
    for name, value in columns.items():
        if name != "from" and name not in TABLES[table].columns:
            meant = nearest(name, TABLES[table].columns)
            raise DataError(f"{where}: [{table}] has no column {name!r}.{meant}")
        if not isinstance(value, str):
            raise DataError(f"{where}: [{table}] {name} must be a text that holds SQL.")
    if columns and "from" not in columns:
        raise DataError(f'{where}: [{table}] needs a line such as from = "file.csv".')
    return columns


def _day(value: object, where: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise DataError(f"{where}: as_of is {value!r}; write it as 2026-10-02.") from error


def _memory(size: object, where: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", str(size)):
        raise DataError(f'{where}: memory_limit is {size!r}; write it as "4GB".')
    return str(size)


def _zone(name: str | None, where: str) -> str | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DataError(
            f"{where}: timezone {name!r} is unknown; write it as America/New_York."
        ) from error

"""Proposed quotas as a file, and files of quotas read back: the same input, the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.proposing.quota_changes import NUMBERED
from spmkit.data import DataError, SalesData
from spmkit.data.currency import reporting_currency
from spmkit.data.errors import nearest
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed
from spmkit.periods import Period
from spmkit.reports.bundle import write_whole
from spmkit.reports.quoted_text import first_line, quoted, unquoted

COLUMNS = (
    *("rep_id", "territory_id", "level", "kind", "period_start", "period_end", "quota"),
    *("currency", "component", "version", "released_on"),
    *("rep", "expected", "low", "high", "probability", "reasons", "fingerprint"),
)
_READ = ("rep_id", "territory_id", "level", "kind", "component", "version", "rep")


@dataclass(frozen=True)
class QuotaFile:
    """What a file of quotas says beside the proposal.

    Parameters
    ----------
    period
        The period ahead.
    currency
        Of all amounts; none leaves the column empty.
    component
        The part of pay that the quotas are for, where there are several.
    version
        Above that of every earlier file for the period: the highest counts.
    """

    period: Period
    currency: str | None = None
    component: str | None = None
    version: int = 1


def told_of(data: SalesData, period: Period) -> QuotaFile:
    """What the data say of a file for a period: its currency, its component, the next version.

    Parameters
    ----------
    data
        An open source.
    period
        The period ahead.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "quota": [70.0], "component": ["bookings"],
    ...         "period_start": "2026-10-01", "period_end": "2026-12-31", "version": [3]}),
    ... }, settings={"as_of": "2026-10-02", "currency": "EUR"})
    >>> told = told_of(data, data.calendar.period("2026Q4"))
    >>> told.currency, told.component, told.version
    ('EUR', 'bookings', 4)
    """
    currency = reporting_currency(data) or None
    if "quotas" not in data:
        return QuotaFile(period, currency)
    wanted = ("component", "level", "kind", "version", "period_start")
    lines = to_pandas(completed(nw.from_native(data.quotas).lazy(), "quotas", *wanted))
    direct = (lines["level"].fillna("rep") == "rep") & (lines["kind"].fillna("direct") == "direct")
    components = sorted(set(lines.loc[direct, "component"].dropna()))
    same = direct & (pd.to_datetime(lines["period_start"]) == pd.Timestamp(period.start))
    version = lines.loc[same, "version"].astype("float64").fillna(0.0).max()
    only = components[0] if len(components) == 1 else None
    return QuotaFile(period, currency, only, 1 if pd.isna(version) else int(version) + 1)


def quota_csv(proposal: Proposal, told: QuotaFile) -> str:
    """Text of a file that the table ``quotas`` reads as it is, with what stands behind each quota.

    A vacant seat has its territory and no rep. Names that a spreadsheet would
    take for a formula get an apostrophe; so do ids, unless they are signs and
    letters only, which nothing runs and data must find again.

    Parameters
    ----------
    proposal
        As :func:`propose` gives it.
    told
        Period, currency and version.

    Examples
    --------
    >>> from datetime import date
    >>> import numpy as np
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada"], "expected": 100.0, "spread": 20.0})
    >>> found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 110.0)
    >>> quarter = Period("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter")
    >>> quota_csv(found, QuotaFile(quarter, "USD")).splitlines()[1][:60]
    '"ada",,"rep","direct",2026-10-01,2026-12-31,110.00,"USD",,1,'
    """
    fixed = {
        "level": "rep",
        "kind": "direct",
        "period_start": told.period.start,
        "period_end": told.period.end,
        "currency": told.currency,
        "component": told.component,
        "version": told.version,
        "fingerprint": proposal.fingerprint,
    }
    lines = [",".join(COLUMNS)]
    for seat in proposal.seats.to_dict("records"):
        row = {name: value for name, value in seat.items() if name in COLUMNS} | fixed
        if pd.notna(row["rep_id"]):
            row["territory_id"] = None
        lines.append(",".join(_field(name, row.get(name)) for name in COLUMNS))
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def write_quotas(proposal: Proposal, told: QuotaFile, path: str | Path) -> Path:
    """Write a file of proposed quotas, whole or not at all.

    Parameters
    ----------
    proposal, told
        What :func:`quota_csv` takes.
    path
        A file ending in ``.csv``. An older proposal there is replaced; any other file is not.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DataError
        Where the path is a folder, in none, or a file that is no proposal.

    Examples
    --------
    >>> from datetime import date
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada"], "expected": 100.0, "spread": 20.0})
    >>> found = propose(Expectation(seats, np.linspace(-2, 2, 41)), 110.0)
    >>> quarter = Period("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter")
    >>> with TemporaryDirectory() as place:
    ...     file = write_quotas(found, QuotaFile(quarter), Path(place) / "quotas.csv")
    ...     read_quotas(file)["quota"].tolist()
    [110.0]
    """
    file = Path(path)
    if file.is_dir():
        raise DataError(f"{file} is a folder: name the file, such as {file / 'quotas.csv'}.")
    if not file.parent.is_dir():
        raise DataError(f"there is no folder {file.parent}: make it, or name another.")
    if file.exists() and "fingerprint" not in first_line(file):
        raise DataError(f"{file} is no proposal and is not overwritten: name another file.")
    write_whole(file, quota_csv(proposal, told))
    return file


def _field(name: str, value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, str):
        return quoted(name, value)
    if name in ("quota", "expected", "low", "high"):
        return f"{value:.2f}"
    return f"{value:.4f}" if name == "probability" else str(value)


def read_quotas(path: str | Path) -> pd.DataFrame:
    r"""Read a file of quotas for a comparison, every defect named by its row.

    Parameters
    ----------
    path
        A CSV file with ``quota``, ``period_start`` and ``rep_id`` or ``territory_id``; it need
        not be a proposal.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``territory_id``, ``level``, ``kind``, ``component``, ``version``,
        ``period_start``, ``rep`` and ``probability`` (null where the file does not say), ``quota``
        and ``row`` (the line of the file).

    Raises
    ------
    DataError
        With the file, the row and the remedy.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "old.csv"
    ...     _ = file.write_text("rep_id,period_start,quota\nada,2026-07-01,100\n")
    ...     read_quotas(file)[["rep_id", "quota", "row"]].values.tolist()
    [['ada', 100.0, 2]]
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read as a UTF-8 CSV file: {error}.") from error
    reader = csv.DictReader(StringIO(text, newline=""), strict=True)
    rows = []
    try:
        _refuse_headings(file.name, reader.fieldnames or [])
        for line in reader:
            rows.append(_line(file.name, reader.line_num, line))
    except csv.Error as error:
        raise DataError(f"{file.name}, after row {reader.line_num}: {error}.") from error
    if not rows:
        raise DataError(f"{file.name} has no rows.")
    texts = dict.fromkeys(("rep_id", "territory_id", "rep"), "object")
    return pd.DataFrame(rows).astype(texts | {"probability": "float64"})


def _refuse_headings(name: str, headings: Sequence[str]) -> None:
    wanted = ["quota", "period_start"]
    if "territory_id" not in headings:
        wanted.append("rep_id")
    for column in wanted:
        if column not in headings:
            raise DataError(f"{name} has no column {column!r}.{nearest(column, headings)}")


def _line(name: str, row: int, line: dict[str, Any]) -> dict[str, Any]:
    if None in line or None in line.values():
        raise DataError(f"{name}, row {row}: it has not as many fields as there are headings.")
    found: dict[str, Any] = {column: unquoted(line.get(column)) for column in _READ}
    if found["rep_id"] is None and found["territory_id"] is None and found["level"] != "company":
        raise DataError(f"{name}, row {row}: it names no rep_id and no territory_id.")
    quota = line["quota"].strip()
    if not NUMBERED.fullmatch(quota):
        raise DataError(
            f"{name}, row {row}: quota is {quota!r}; write an amount such as 1234.50, or leave "
            "the row out where there is no quota."
        )
    version = found["version"] or "0"
    if not NUMBERED.fullmatch(version):
        raise DataError(f"{name}, row {row}: version is {version!r}; write a number.")
    found |= {"level": found["level"] or "rep", "kind": found["kind"] or "direct"}
    start = line["period_start"].strip()
    return {
        **found,
        "version": float(version),
        "period_start": start,
        "quota": float(quota),
        "probability": _chance(f"{name}, row {row}", (line.get("probability") or "").strip()),
        "row": row,
    }


def _chance(where: str, text: str) -> float | None:
    """The chance that a file gives a quota; none where it says nothing."""
    if not text:
        return None
    if not NUMBERED.fullmatch(text) or float(text) > 1:
        raise DataError(f"{where}: probability is {text!r}; write a share such as 0.6, or nothing.")
    return float(text)

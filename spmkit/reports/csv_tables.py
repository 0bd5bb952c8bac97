"""The tables of a page as a folder of CSV files that Excel reads as they are."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from spmkit.carried import DataTable, Value
from spmkit.reports.failures import ReportError
from spmkit.reports.formula_text import neutral
from spmkit.reports.shown_tables import ShownTable
from spmkit.reports.table_list import OPENING, distinct, table_list

CONTENTS = "contents.csv"


def _field(value: Value) -> str:
    """Texts in quotes always, so that no other delimiter of a reader's cuts one in two."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) else f"{value:.15g}"
    if isinstance(value, date):
        return value.isoformat().replace("T", " ")
    text = neutral(value).replace('"', '""')
    return f'"{text}"'


def csv_text(table: DataTable) -> str:
    r"""Text of a CSV file: UTF-8 mark, headings, a line a row.

    Parameters
    ----------
    table
        The values.

    Examples
    --------
    >>> csv_text(DataTable("", ["Team", "Attainment"], [["=1+1", 0.9], [None, None]], []))
    '\ufeff"Team","Attainment"\r\n"\'=1+1",0.9\r\n,\r\n'
    """
    lines: list[Sequence[Value]] = [distinct(table.headings), *table.rows]
    return "\ufeff" + "".join(",".join(map(_field, line)) + "\r\n" for line in lines)


def csv_name(shown: ShownTable) -> str:
    """File name of a table: the same from run to run, whatever its title says.

    Parameters
    ----------
    shown
        A table with its place on the page.

    Examples
    --------
    >>> csv_name(ShownTable(3, "Where", 2, DataTable("", [], [], [])))
    '03-where-2.csv'
    """
    words = re.findall(r"[a-z0-9]+", (shown.heading or OPENING).lower())
    return "-".join([f"{shown.section:02}", *words])[:60] + f"-{shown.place}.csv"


def refuse_foreign_files(folder: Path) -> None:
    """Refuse to take the place of files that no report has written.

    Parameters
    ----------
    folder
        Where tables are to be written.

    Raises
    ------
    ReportError
        If there is a file of that name, or a file in it that its list of
        tables does not name.

    Examples
    --------
    >>> refuse_foreign_files(Path("not_there"))
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ReportError(f"{folder} is a file; tables need a folder of this name")
    own = {CONTENTS, *_listed(folder / CONTENTS)}
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if foreign:
        raise ReportError(f"{folder} holds what is no table of a report ({foreign[0]}); move it")


def _listed(contents: Path) -> list[str]:
    if not contents.is_file():
        return []
    with contents.open(encoding="utf-8-sig", newline="") as file:
        return [line["File"] for line in csv.DictReader(file)]


def write_csv(folder: Path, shown: Sequence[ShownTable]) -> None:
    """Write a folder of tables, whole: the last good one stays until then.

    Parameters
    ----------
    folder
        Its name; an older folder of tables is replaced.
    shown
        The tables of a page.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.
    ReportError
        If there are other files in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> reps = ShownTable(1, "Where", 1, DataTable("Reps", ["Reps"], [[58]], []))
    >>> with TemporaryDirectory() as place:
    ...     write_csv(Path(place) / "tables", [reps])
    ...     sorted(path.name for path in (Path(place) / "tables").iterdir())
    ['01-where-1.csv', 'contents.csv']
    """
    refuse_foreign_files(folder)
    names = [csv_name(one) for one in shown]
    listed = table_list(shown, names, "File")
    with tempfile.TemporaryDirectory(prefix=".", suffix=".tmp", dir=folder.parent) as beside:
        new = Path(beside) / "new"
        new.mkdir()
        for name, table in zip(
            [*names, CONTENTS], [*(s.table for s in shown), listed], strict=True
        ):
            (new / name).write_text(csv_text(table), encoding="utf-8", newline="")
        _put_in_place(new, folder, Path(beside) / "old")


def _put_in_place(new: Path, folder: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            shutil.move(old, folder)
        raise

"""The tables of a page as one Excel workbook, a sheet a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from spmkit.carried import DataTable, Value
from spmkit.reports.bundle import write_whole
from spmkit.reports.formula_text import is_like_formula
from spmkit.reports.shown_tables import ShownTable
from spmkit.reports.table_list import OPENING, distinct, table_list

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]+")
_NAME = 31  # what Excel allows, counted as it counts: an emoji is two
_TEXT = 32_767
_EXACT = 2**53  # beyond it Excel's numbers have gaps: an identifier is a text then
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FORMS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True, "bottom": 1, "quote_prefix": True},
    "quoted": {"quote_prefix": True},  # stays a text when somebody edits the cell
    "share": {"num_format": "0.0%"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
}


def sheet_name(shown: ShownTable) -> str:
    """Name of a table's sheet: valid, and no other table's, whatever the heading is.

    Parameters
    ----------
    shown
        A table with its place on the page.

    Examples
    --------
    >>> sheet_name(ShownTable(3, "Where? [East/West]", 2, DataTable("", [], [], [])))
    '3.2 Where East West'
    """
    words = _FORBIDDEN.sub(" ", shown.heading or OPENING).split()
    return _cut(" ".join([f"{shown.section}.{shown.place}", *words]), _NAME).rstrip("' ")


def _cut(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _write(sheet: Any, forms: Mapping[str, Any], place: tuple[int, int], value: Value) -> None:
    """Write a value as what it is; no text is ever a formula or a link."""
    row, column = place
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= _EXACT):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= 1900:
        form = "moment" if isinstance(value, datetime) else "day"
        sheet.write_datetime(row, column, value, forms[form])
    elif value is not None:
        text = _cut(str(value), _TEXT)
        sheet.write_string(row, column, text, forms["quoted"] if is_like_formula(text) else None)


def _fill(sheet: Any, forms: Mapping[str, Any], table: DataTable) -> None:
    for column, heading in enumerate(distinct(table.headings)):
        sheet.write_string(0, column, _cut(heading, _TEXT), forms["head"])
    for column in table.percents:
        sheet.set_column(column, column, None, forms["share"])
    put: Callable[[tuple[int, int], Value], None] = partial(_write, sheet, forms)
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            put((number, column), value)
    sheet.freeze_panes(1, 0)
    sheet.autofit(400)


def xlsx_bytes(shown: Sequence[ShownTable]) -> bytes:
    """Workbook of a page's tables: a list of them, then a sheet a table.

    Parameters
    ----------
    shown
        The tables of a page.

    Examples
    --------
    >>> reps = ShownTable(1, "Where", 1, DataTable("Reps", ["Reps"], [[58]], []))
    >>> xlsx_bytes([reps])[:2]
    b'PK'
    """
    from xlsxwriter import Workbook

    names = [sheet_name(one) for one in shown]
    tables = [table_list(shown, names, "Sheet"), *(one.table for one in shown)]
    content = BytesIO()
    with Workbook(content, _OPTIONS) as book:
        forms = {name: book.add_format(dict(form)) for name, form in _FORMS.items()}
        for name, table in zip(["Contents", *names], tables, strict=True):
            _fill(book.add_worksheet(name), forms, table)
    return content.getvalue()


def write_xlsx(path: Path, shown: Sequence[ShownTable]) -> None:
    """Write a workbook of tables, whole: the last good one stays until then.

    Parameters
    ----------
    path
        The workbook.
    shown
        The tables of a page.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> reps = ShownTable(1, "Where", 1, DataTable("Reps", ["Reps"], [[58]], []))
    >>> with TemporaryDirectory() as place:
    ...     write_xlsx(Path(place) / "tables.xlsx", [reps])
    ...     [path.name for path in Path(place).iterdir()]
    ['tables.xlsx']
    """
    write_whole(path, xlsx_bytes(shown))

"""The tables in a piece of HTML as values: those that they carry, else what is written in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, ClassVar, NamedTuple

from spmkit.carried import DataTable, Value, read
from spmkit.reports.clean import WITHOUT_CONTENT

_NUMERAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]\d+)?")
_NULLS = {"", "NaN", "NaT", "<NA>", "–"}  # as pandas and the house write them
_UNSEEN = WITHOUT_CONTENT - {"style"}
_WIDEST = 1000  # what HTML allows a cell to span


class _Cell(NamedTuple):
    text: str
    across: int
    down: int
    kind: str


class _Reader(HTMLParser):
    """Collects the tables of a piece of HTML, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[DataTable] = []
        self._carried: DataTable | None = None
        self._summary = self._caption = ""
        self._hidden = 0
        self._part = ""
        self._rows: dict[str, list[list[_Cell]]] = {}
        self._open: dict[str, str] = {}
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._hidden += tag in _UNSEEN
        if tag == "table":
            self._rows, self._part = {"head": [], "body": []}, "body"
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = {"thead": "head", "tbody": "body"}.get(tag, "foot")
        elif tag == "tr":
            self._rows.setdefault(self._part, []).append([])
        elif tag == "br":
            self._words.append(" ")
        elif tag in ("td", "th", "style", "summary", "caption"):
            self._open, self._words = given, []

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= bool(self._hidden) and tag in _UNSEEN
        if tag in self._ENDS:
            self._ENDS[tag](self, " ".join("".join(self._words).split()))

    def _end_cell(self, text: str) -> None:
        rows = self._rows.get(self._part)
        if rows:
            across, down = (_span(self._open.get(name, "1")) for name in ("colspan", "rowspan"))
            rows[-1].append(_Cell(text, across, down, self._open.get("class", "")))
        self._words = []

    def _end_head(self, _: str) -> None:
        self._part = "body"

    def _end_style(self, _: str) -> None:
        self._carried = read("".join(self._words))

    def _end_caption(self, text: str) -> None:
        self._caption = text

    def _end_summary(self, text: str) -> None:
        self._summary = text

    def _end_details(self, _: str) -> None:
        self._summary = ""

    def _end_table(self, _: str) -> None:
        if not self._hidden and self._rows:
            table = self._carried or _written_table(self._rows["head"], self._rows["body"])
            title = table.title or self._caption or self._summary
            self.found.append(replace(table, title=title))
        self._carried, self._caption, self._rows = None, "", {}

    _ENDS: ClassVar[Mapping[str, Callable[[_Reader, str], None]]] = {
        "td": _end_cell,
        "th": _end_cell,
        "thead": _end_head,
        "style": _end_style,
        "caption": _end_caption,
        "summary": _end_summary,
        "details": _end_details,
        "table": _end_table,
    }


def _span(text: str) -> int:
    return min(int(text), _WIDEST) if text.isdecimal() and int(text) else 1


def _written_table(head: list[list[_Cell]], body: list[list[_Cell]]) -> DataTable:
    titles = [cell.text for row in head for cell in row if "gt_title" in cell.kind]
    named = [row for row in head if not any("gt_heading" in cell.kind for cell in row)]
    above = _grid(named, repeated=True)
    rows = _grid(body, repeated=False)
    width = max((len(row) for row in [*above, *rows]), default=0)
    headings = [_heading(above, column) for column in range(width)]
    columns = [_values([_at(row, column) for row in rows]) for column in range(width)]
    lines = [list(line) for line in zip(*columns, strict=True)]
    return DataTable(titles[0] if titles else "", headings, lines, [])


def _grid(rows: list[list[_Cell]], *, repeated: bool) -> list[list[str]]:
    """Give each place of the table its text; what spans columns is repeated in the head alone."""
    placed: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in placed:
                column += 1
            for line, step in _places(cell, len(rows) - number):
                placed[number + line, column + step] = cell.text if repeated or not step else ""
    width = 1 + max((column for _, column in placed), default=-1)
    return [[placed.get((n, column), "") for column in range(width)] for n in range(len(rows))]


def _places(cell: _Cell, left: int) -> Iterator[tuple[int, int]]:
    for line in range(min(cell.down, left)):
        yield from ((line, step) for step in range(cell.across))


def _at(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _heading(above: list[list[str]], column: int) -> str:
    texts = dict.fromkeys(_at(row, column) for row in above)
    return " · ".join(text for text in texts if text)


def _values(column: list[str]) -> list[Value]:
    """Numbers where every text of the column is a numeral or a null, else the texts."""
    given = [text for text in column if text not in _NULLS]
    numbers = bool(given) and all(_NUMERAL.fullmatch(text) for text in given)
    read = _numeral if numbers else str
    return [None if text in _NULLS else read(text) for text in column]


def _numeral(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdecimal() else float(text)


def html_tables(html: Any) -> list[DataTable]:
    """Tables in a piece of HTML, in its order.

    Parameters
    ----------
    html
        What a cell of the notebook showed.

    Returns
    -------
    list of DataTable
        A table that carries its numbers as those; of any other what is
        written in it: a column of plain numerals as numbers.

    Examples
    --------
    >>> html = "<table><thead><tr><th>Reps</th></tr></thead><tr><td>58</td></tr></table>"
    >>> [(table.headings, table.rows) for table in html_tables(html)]
    [(['Reps'], [[58]])]
    """
    reader = _Reader()
    reader.feed(str(html))
    reader.close()
    return reader.found

"""A notebook that has run → the tables that its page shows, each with its place on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from spmkit.carried import DataTable
from spmkit.charts.theme import MIME
from spmkit.reports.chart_tables import chart_tables
from spmkit.reports.html_tables import html_tables
from spmkit.reports.layout import SECTION, sections
from spmkit.reports.outputs import ORDER, Charts, computed_markdown, markdown


class ShownTable(NamedTuple):
    """A table and where it stands: the number and heading of its section, its place in that."""

    section: int
    heading: str
    place: int
    table: DataTable


def _single(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Cut a cell between its outputs, or before the headings of its text."""
    if cell["cell_type"] == "markdown":
        yield from ({**cell, "source": text} for text in SECTION.split(cell["source"]))
    if cell["cell_type"] == "code":
        yield from ({**cell, "outputs": [output]} for output in cell.get("outputs", []))


def _tables(cell: Mapping[str, Any]) -> list[DataTable]:
    if cell["cell_type"] == "markdown":
        return html_tables(markdown(cell["source"]))
    data = next(iter(cell["outputs"])).get("data", {})
    kind = next((kind for kind in ORDER if kind in data), "")
    if kind == MIME:
        return chart_tables(data[MIME])
    if kind == "text/markdown":
        return html_tables(computed_markdown(data[kind]))
    return html_tables(data[kind]) if kind == "text/html" else []


def shown_tables(cells: list[Mapping[str, Any]]) -> list[ShownTable]:
    r"""Tables of a page, and the data behind its charts, in the page's order.

    Parameters
    ----------
    cells
        The notebook's cells, run.

    Returns
    -------
    list of ShownTable
        Nothing of a cell that the page leaves out.

    Examples
    --------
    >>> text = "## Where\n\n| team | reps |\n|---|---|\n| East | 9 |"
    >>> [found] = shown_tables([{"cell_type": "markdown", "source": text, "metadata": {}}])
    >>> found.section, found.heading, found.place, found.table.rows
    (1, 'Where', 1, [['East', 9]])
    """
    found: list[ShownTable] = []
    number, heading, place = 0, "", 0
    for cell in (one for whole in cells for one in _single(whole)):
        parts = sections([cell], Charts())
        if len(parts) > 1:
            number, heading, place = number + len(parts) - 1, parts[-1].heading, 0
        for table in _tables(cell) if any(part.parts for part in parts) else []:
            place += 1
            found.append(ShownTable(number, heading, place, table))
    return found

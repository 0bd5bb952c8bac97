"""What the tables of a page are called, and the list of them that goes with them."""

from __future__ import annotations

from collections.abc import Sequence

from spmkit.carried import DataTable
from spmkit.reports.shown_tables import ShownTable

OPENING = "Top"
"""What the part of a page before its first heading is called."""


def distinct(headings: Sequence[str]) -> list[str]:
    """Headings of which no two are the same, in any case of letters, and none is empty.

    Parameters
    ----------
    headings
        As they stand on the page.

    Examples
    --------
    >>> distinct(["Reps", "", "reps"])
    ['Reps', 'Column 2', 'reps (2)']
    """
    given: list[str] = []
    for place, heading in enumerate(headings, start=1):
        name = heading.strip() or f"Column {place}"
        before = {one.casefold() for one in given}
        free = (f"{name} ({n})" for n in range(2, len(headings) + 2))
        wanted = name if name.casefold() not in before else None
        given.append(wanted or next(one for one in free if one.casefold() not in before))
    return given


def table_list(shown: Sequence[ShownTable], names: Sequence[str], kind: str) -> DataTable:
    """Name, section, title and rows of each table.

    Parameters
    ----------
    shown
        The tables of a page.
    names
        What their files or sheets are called.
    kind
        What has these names: ``File`` or ``Sheet``.

    Examples
    --------
    >>> reps = ShownTable(1, "Where", 1, DataTable("Reps", ["Reps"], [[58]], []))
    >>> table_list([reps], ["1.1 Where"], "Sheet").rows
    [['1.1 Where', 'Where', 'Reps', 1]]
    """
    rows = [
        [name, one.heading or OPENING, one.table.title or None, len(one.table.rows)]
        for name, one in zip(names, shown, strict=True)
    ]
    return DataTable("", [kind, "Section", "Title", "Rows"], [list(row) for row in rows], [])

"""Long tables of a page that is printed too: on paper their first rows, on a phone as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spmkit.reports import page

if TYPE_CHECKING:
    from great_tables import GT


def brief(summary: str, table: GT) -> page.Part:
    """Table that unfolds below a line; on paper its first rows, with where the others are.

    Parameters
    ----------
    summary
        The line that is always seen.
    table
        The table.

    Returns
    -------
    Part
        As :func:`spmkit.reports.page.unfolding` gives it.

    Examples
    --------
    >>> from spmkit import tables
    >>> frame = pd.DataFrame({"rep": ["Ada"]})
    >>> brief("1 seat", tables.unit_table(frame, {}, "", {"rep": "Rep"}))[:28]
    '<details class="more brief">'
    """
    return page.Part(page.unfolding(summary, table.as_raw_html()).replace("more", "more brief", 1))


def sheet(summary: str, table: GT) -> page.Part:
    """Sheet that unfolds below a line; of the sheets of a page the first is printed.

    Examples
    --------
    >>> from spmkit import tables
    >>> frame = pd.DataFrame({"step": ["goal"]})
    >>> sheet("Ada", tables.unit_table(frame, {}, "", {"step": "Step"}))[:28]
    '<details class="more sheet">'
    """
    return page.Part(page.unfolding(summary, table.as_raw_html()).replace("more", "more sheet", 1))


def cards(table: GT, kind: str = "") -> page.Part:
    """Table of what is measured, value, interval, n, wanted, verdict and note; cards on a phone.

    Parameters
    ----------
    table
        With these seven columns in this order.
    kind
        ``causes`` where the fifth column says from where on it matters, not what is wanted.

    Examples
    --------
    >>> from spmkit import tables
    >>> frame = pd.DataFrame({"measure": ["reps at quota"]})
    >>> cards(tables.unit_table(frame, {}, "", {"measure": "What is measured"}))[:19]
    '<div class="cards">'
    """
    classes = f"cards {kind}".strip()
    return page.Part(f'<div class="{classes}">{table.as_raw_html()}</div>')

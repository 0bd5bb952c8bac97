"""The tables of cleaned HTML, each in a box to scroll in, with its title above the box.

As a cell of the table a title would be as wide as the table, and cut where a
phone is narrower.
"""

from __future__ import annotations

import re

_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_CELL = re.compile(r"<th(?![a-z])(?![^>]*\bscope=)")
_TITLE = re.compile(
    r"\s*<caption[^>]*>(?P<caption>.*?)</caption>"
    r'|<tr class="gt_heading">\s*<td[^>]*>(?P<row>.*?)</td>\s*</tr>',
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
_TEXT = re.compile(r">[^<]+<")
_MARKED = re.compile(
    r"(?P<long>(?:&\w+;|[^\s<>&]){40,})"  # no word, such as a path: a table gets no wider for it
    r"|(?P<whole>[−+]?\d[\d.,]*(?: (?:%|[kMB]\b|days?\b|points?\b))+"  # a number with its unit
    r"|\b\d{1,2} [A-Z][a-z]{2} \d{4}\b)"
)


def _scoped(table: str) -> str:
    """Say of each head cell whether it heads a column or a row."""
    head = _HEAD.sub(lambda found: _CELL.sub('<th scope="col"', found[0]), table)
    return _CELL.sub('<th scope="row"', head)


def _marked(table: str) -> str:
    """Mark what must not be broken, numbers with their units and dates, and what may be anywhere.

    The texts stay as they are: whoever looks for one finds it.
    """

    def mark(found: re.Match[str]) -> str:
        return f'<span class="{found.lastgroup}">{found[0]}</span>'

    return _TEXT.sub(lambda text: _MARKED.sub(mark, text[0]), table)


def _titles(table: str) -> list[str]:
    """Title and subtitle, as HTML."""
    found = (title["caption"] or title["row"] or "" for title in _TITLE.finditer(table))
    return [text.strip() for text in found if _TAG.sub("", text).strip()]


def _boxed(found: re.Match[str]) -> str:
    titles, table = _titles(found[0]), _marked(_scoped(_TITLE.sub("", found[0])))
    if not titles:
        return f'<div class="scroll">{table}</div>'
    label = " ".join(_TAG.sub("", ". ".join(titles)).split()).replace('"', "&quot;")
    named = table.replace("<table", f'<table aria-label="{label}"', 1)
    first, rest = titles[0], "".join(f"<span>{line}</span>" for line in titles[1:])
    caption = f"<figcaption><b>{first}</b>{rest}</figcaption>"
    return f'<figure class="table">{caption}<div class="scroll">{named}</div></figure>'


def boxed(html: str) -> str:
    """Give each table a box of its own, and its title a place above it.

    Parameters
    ----------
    html
        HTML that :func:`~spmkit.reports.clean.clean` has made harmless.

    Returns
    -------
    str
        The same with each table in a box that scrolls sideways. A table with
        a title is named by it; its head cells say what they head.

    Examples
    --------
    >>> boxed("<table><caption>Reps</caption><tr><td>58</td></tr></table>")
    '<figure class="table"><figcaption><b>Reps</b></figcaption><div class="scroll"><table aria-label="Reps"><tr><td>58</td></tr></table></div></figure>'
    """  # noqa: E501
    return _TABLE.sub(_boxed, html)

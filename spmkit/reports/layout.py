"""A notebook's cells → the parts of a page: head, sections, pairs of charts, foot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from spmkit.reports.outputs import Charts, markdown, shown

HIDDEN = {"parameters", "injected-parameters", "remove-cell", "papermill-error-cell-tag"}
SECTION = re.compile(r"^(?=##\s)", re.MULTILINE)
_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass
class Section:
    """A heading and what stands under it; the first one has no heading."""

    id: str
    heading: str = ""
    parts: list[str] = field(default_factory=list)


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", []))


def _pieces(cell: Mapping[str, Any], charts: Charts) -> Iterator[str]:
    """Give the HTML of a cell, Markdown cut before each section's heading."""
    if cell["cell_type"] == "markdown":
        yield from (markdown(text) for text in SECTION.split(cell["source"]) if text.strip())
    if cell["cell_type"] == "code":
        yield from (shown(output, charts) for output in cell.get("outputs", []))


def _grouped(cells: list[Mapping[str, Any]], charts: Charts) -> Iterator[str]:
    """Lay the pieces of neighbouring cells tagged ``pair`` side by side."""
    pair: list[str] = []
    for cell in cells:
        pieces = [piece for piece in _pieces(cell, charts) if piece]
        if "pair" in _tags(cell):
            pair += pieces
            continue
        yield from _beside(pair)
        pair = []
        yield from pieces
    yield from _beside(pair)


def _beside(pieces: list[str]) -> Iterator[str]:
    if pieces:
        yield f'<div class="two">{"".join(f"<div>{piece}</div>" for piece in pieces)}</div>'


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()


def sections(cells: list[Mapping[str, Any]], charts: Charts) -> list[Section]:
    r"""Sections of the page, in the notebook's order.

    A ``##`` heading opens a section. What stands before the first is a section
    without a heading. Code, parameters and cells tagged ``remove-cell`` are
    left out; cells tagged ``pair`` that follow each other stand side by side.

    Parameters
    ----------
    cells
        The notebook's cells, run.
    charts
        Where specifications of charts are kept.

    Returns
    -------
    list of Section
        At least one.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": "# Review", "metadata": {}},
    ...          {"cell_type": "markdown", "source": "## Why", "metadata": {}}]
    >>> [(s.id, s.heading, s.parts) for s in sections(cells, Charts())]
    [('top', '', ['<h1>Review</h1>\n']), ('part-1', 'Why', [])]
    """
    found = [Section("top")]
    for piece in _grouped([cell for cell in cells if not _tags(cell) & HIDDEN], charts):
        text = piece
        if heading := _HEADING.match(piece):
            found.append(Section(f"part-{len(found)}", _plain(heading[1])))
            text = piece[heading.end() :].strip()
        found[-1].parts += [text] if text else []
    return found


def with_masthead(parts: list[str], title: str) -> list[str]:
    """Put one head on the page, whichever way the notebook names itself.

    Parameters
    ----------
    parts
        What stands before the first section.
    title
        Title of the page, as HTML; used where no part is a masthead.

    Returns
    -------
    list of str
        The parts with the masthead first and no other ``<h1>``.

    Examples
    --------
    >>> with_masthead(["<h1>Review</h1>", "<p>91 %</p>"], "Review · 2026Q3")
    ['<header class="masthead"><h1>Review · 2026Q3</h1></header>', '<p>91 %</p>']
    """
    own = [part for part in parts if 'class="masthead"' in part]
    head = own or [f'<header class="masthead"><h1>{title}</h1></header>']
    rest = (_TITLE.sub("", part).strip() for part in parts if part not in own)
    return head[:1] + [part for part in rest if part]


def page_title(parts: list[str]) -> str:
    """Say how the page's own heading names it.

    Parameters
    ----------
    parts
        What stands before the first section; a masthead counts before a ``# Title``.

    Returns
    -------
    str
        Plain text; empty where there is no heading.

    Examples
    --------
    >>> page_title(["<h1>Sales &amp; quota</h1>"])
    'Sales & quota'
    """
    ordered = sorted(parts, key=lambda part: 'class="masthead"' not in part)
    found = (_TITLE.search(part) for part in ordered)
    return next((_plain(heading[1]) for heading in found if heading), "")

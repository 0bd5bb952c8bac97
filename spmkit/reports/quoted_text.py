"""Texts of files that are written and read back: nothing in them runs, and every id is kept."""

from __future__ import annotations

import re
from pathlib import Path

from spmkit.reports.formula_text import is_like_formula, neutral

_PLAIN = re.compile(r"[+\-@]?[\w.@+-]+")


def quoted(name: str, value: str) -> str:
    r"""A text in quotes that no spreadsheet runs; ids of signs and letters stay as they are.

    Examples
    --------
    >>> quoted("rep_id", "-7"), quoted("rep", "=1+1")
    ('"-7"', '"\'=1+1"')
    """
    kept = name in ("rep_id", "territory_id") and _PLAIN.fullmatch(value)
    text = (value if kept else neutral(value)).replace("\x00", "").replace('"', '""')
    return f'"{text}"'


def unquoted(value: str | None) -> str | None:
    """A text as it was before an apostrophe was set before it; empty is none.

    Examples
    --------
    >>> unquoted("'=1+1"), unquoted(" ")
    ('=1+1', None)
    """
    text = (value or "").strip()
    if text.startswith("'") and is_like_formula(text[1:]):
        text = text[1:]
    return text or None


def first_line(file: Path) -> str:
    """The headings of a file, to know it by.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "old.csv"
    ...     _ = file.write_text("rep_id,quota")
    ...     first_line(file)
    'rep_id,quota'
    """
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        return lines.readline()

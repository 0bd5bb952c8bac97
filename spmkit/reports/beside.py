"""What can stand beside a page: a PDF of it, and its tables as CSV or as an Excel workbook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from spmkit.reports.catalogue import nearest
from spmkit.reports.csv_tables import refuse_foreign_files, write_csv
from spmkit.reports.failures import PageAlone, ReportError
from spmkit.reports.pdf import page_pdf, pdf_path
from spmkit.reports.shown_tables import ShownTable, shown_tables
from spmkit.reports.xlsx_tables import write_xlsx

Beside: TypeAlias = Literal["pdf", "csv", "xlsx"]

_TABLES: Mapping[str, Callable[[Path, list[ShownTable]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}
_KNOWN = ("pdf", *_TABLES)


def beside_path(page: Path, kind: str) -> Path:
    """Place of what stands beside a page.

    Parameters
    ----------
    page
        The page.
    kind
        ``pdf``, ``csv`` (a folder) or ``xlsx``.

    Examples
    --------
    >>> [beside_path(Path("review.html"), kind).name for kind in ("pdf", "csv", "xlsx")]
    ['review.pdf', 'review-tables', 'review-tables.xlsx']
    """
    ending = "" if kind == "csv" else f".{kind}"
    return pdf_path(page) if kind == "pdf" else page.with_name(f"{page.stem}-tables{ending}")


def refuse_beside(page: Path, also: Collection[str]) -> None:
    """Find out before the run what cannot stand beside its page.

    Parameters
    ----------
    page
        Where the page will be.
    also
        What is asked for.

    Raises
    ------
    ReportError
        If something is not known, or other files are where the tables go.

    Examples
    --------
    >>> refuse_beside(Path("review.html"), ["docx"])
    Traceback (most recent call last):
    spmkit.reports.failures.ReportError: 'docx' cannot stand beside a page: there are csv, pdf, xlsx
    """
    for kind in also:
        if kind not in _KNOWN:
            raise ReportError(f"{kind!r} cannot stand beside a page: {nearest(kind, _KNOWN)}")
        if kind == "csv":
            refuse_foreign_files(beside_path(page, kind))
        elif beside_path(page, kind).is_dir():
            raise ReportError(f"{beside_path(page, kind)} is a folder; a file is to stand there")


def asks_tables(also: Collection[str]) -> bool:
    """Whether a run has to give the numbers of its tables.

    Parameters
    ----------
    also
        What is asked for.

    Examples
    --------
    >>> asks_tables(["pdf"]), asks_tables(["pdf", "csv"])
    (False, True)
    """
    return any(kind in _TABLES for kind in also)


def write_beside(page: Path, notebook: Any, also: Collection[str]) -> None:
    """Write what is to stand beside a page that is written.

    Parameters
    ----------
    page
        The page.
    notebook
        The notebook that it was made of, run.
    also
        What is asked for.

    Raises
    ------
    PageAlone
        If something cannot be written, or the page has no tables.

    Examples
    --------
    >>> write_beside(Path("review.html"), None, [])
    """
    if asks_tables(also):
        _write_tables(page, notebook, [kind for kind in _TABLES if kind in also])
    if "pdf" in also:
        page_pdf(page)


def _write_tables(page: Path, notebook: Any, kinds: list[str]) -> None:
    shown = shown_tables(notebook["cells"])
    if not shown:
        raise PageAlone("no tables were written: it shows neither a table nor a chart", page)
    for kind in kinds:
        try:
            _TABLES[kind](beside_path(page, kind), shown)
        except (OSError, ReportError) as error:
            raise PageAlone(f"its tables were not written ({error})", page) from error

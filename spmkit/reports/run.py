"""Run a report: a notebook and what it is told → a page in a folder.

A run that fails never becomes a page, and the last good page stays.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spmkit.carried import ASKED
from spmkit.reports.catalogue import find_report
from spmkit.reports.execution import Progress, executed
from spmkit.reports.failures import KernelDied, PageAlone, ReportError, ReportFailed, ReportTimeout
from spmkit.reports.naming import file_name
from spmkit.reports.told import located, told_to

if TYPE_CHECKING:
    from spmkit.reports.beside import Beside

__all__ = [
    "KernelDied",
    "PageAlone",
    "Progress",
    "ReportError",
    "ReportFailed",
    "ReportTimeout",
    "checked_folder",
    "located",
    "run_report",
]


def _without_iri_parsers() -> None:
    """Import jsonschema without the parsers that cost a second and that nothing here needs."""
    name = "rfc3987_syntax"
    if "jsonschema" in sys.modules or name in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[name]


def checked_folder(to: str | Path) -> Path:
    """Find out before the run, not after, that the page cannot be written."""
    folder = Path(to).expanduser()
    if folder.is_file() or folder.suffix.lower() in (".html", ".htm"):
        what = "is a file" if folder.is_file() else "would be a file"
        raise ReportError(f"{folder} {what}; give a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.resolve()
    except OSError as error:
        reason = error.strerror or error
        raise ReportError(f"{folder}: pages cannot be written there ({reason})") from error


def _rendered(notebook: Any) -> str:
    from spmkit.reports.html import render_page

    return render_page(notebook)


def _make_ready() -> None:
    """Load what the page needs while the kernel is at work."""
    import_module("spmkit.reports.html").vega_bundle()


def run_report(  # noqa: PLR0913  (what a run is told)
    name: str | Path,
    to: str | Path,
    data: str | Path | None = None,
    period: str | None = None,
    *,
    timeout: float | None = None,
    progress: Progress | None = None,
    also: Collection[Beside] = (),
    **parameters: object,
) -> Path:
    """Run a report and write its page.

    The notebook runs in a kernel of this Python, in an empty folder of its
    own that goes with it. The page appears whole or not at all.

    Parameters
    ----------
    name
        A report's name (see :func:`~spmkit.reports.catalogue.reports`), or the
        path of a notebook.
    to
        Folder for the page; it is made where it does not exist.
    data
        File or folder of the data, or the name of a data set that comes with
        spmkit; the notebook's default otherwise.
    period
        Period to report, as in ``2026Q3``; the notebook's default otherwise.
    timeout
        Seconds that the whole report may take; as long as it needs otherwise.
    progress
        Called with each heading when the run comes to it.
    also
        What to write beside the page: ``pdf``, and its tables as ``csv`` (a
        folder) or ``xlsx``. Tables hold what the page shows, as numbers.
    parameters
        The report's other parameters.

    Returns
    -------
    pathlib.Path
        The page: report and period, as in ``quarterly_review-2026Q3.html``.
        Other parameters add a hash.

    Raises
    ------
    ReportError
        If a parameter is unknown or of another type than its default, the data
        are not there or the folder cannot be written. Its subclasses tell how a run went wrong:
        :class:`ReportFailed` (a cell raised), :class:`ReportTimeout`,
        :class:`KernelDied`. :class:`PageAlone`: the page is written, but not all of ``also``.
    ValueError
        If there is no such report.

    Examples
    --------
    >>> run_report("no_such_report", to="reports")
    Traceback (most recent call last):
    ValueError: no report 'no_such_report': ...
    """
    from spmkit.reports.beside import asks_tables, refuse_beside, write_beside
    from spmkit.reports.bundle import write_whole

    _without_iri_parsers()
    report = find_report(name)
    own = {"data": None if data is None else located(data), "period": period}
    told = told_to(
        report, {key: given for key, given in own.items() if given is not None} | parameters
    )
    page = checked_folder(to) / file_name(report.name, told)
    refuse_beside(page, also)
    asked = {ASKED: "1"} if asks_tables(also) else {}
    with ThreadPoolExecutor(1) as beside:
        beside.submit(_make_ready)
        notebook = executed(report, told, timeout, progress, asked)
    write_whole(page, _rendered(notebook))
    write_beside(page, notebook, also)
    return page

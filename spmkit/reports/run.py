"""Run a report: a notebook and what it is told → a page in a folder.

A run that fails never becomes a page, and the last good page stays.
"""

from __future__ import annotations

import ast
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from spmkit.reports.catalogue import Parameter, Report, find_report, nearest, open_notebook
from spmkit.reports.naming import file_name, plain
from spmkit.shipped import shipped

Progress = Callable[[str], object]
_HEADING = re.compile(r"^#{1,3}\s+(.+?)\s*$", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_KINDS = {
    "bool": "true or false (bool)",
    "int": "a whole number (int)",
    "float": "a number (float)",
    "str": "a text (str)",
}

# nbclient logs each failure that it raises anyway; without a handler that goes to stderr.
logging.getLogger("papermill").addHandler(logging.NullHandler())


class ReportError(ValueError):
    """A report gave no page."""


class ReportFailed(ReportError):  # noqa: N818 (what happened)
    """A cell of the report raised; ``traceback`` has the whole of it."""

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback


class ReportTimeout(ReportError):  # noqa: N818 (what happened)
    """The report took longer than it was given."""


class KernelDied(ReportError):  # noqa: N818 (what happened)
    """The process that ran the report ended before the report did."""


class _Sections:
    """Follows a run from heading to heading."""

    def __init__(self, report: Report, progress: Progress | None) -> None:
        self._report, self._progress = report.name, progress
        self._current = report.title

    def __str__(self) -> str:
        return f"{self._report}, “{self._current}”"

    def __call__(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002 (nbclient's names)
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            self._current = heading[1]
            if self._progress:
                self._progress(self._current)


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


def _located(data: str | Path) -> str:
    """Say where the data lie, from any working folder."""
    for path in (Path(data).expanduser(), shipped("datasets") / data):
        if path.exists():
            return str(path.resolve())
    raise ReportError(f"data: there is no file or folder {str(data)!r}")


def _told(report: Report, parameters: Mapping[str, object]) -> dict[str, Any]:
    """Check what the report is told against what it can be told."""
    known = {parameter.name: parameter for parameter in report.parameters}
    for name in parameters:
        if name not in known:
            hint = nearest(name, known)
            raise ReportError(f"{report.name} has no parameter {name!r}: {hint}")
    return {n: _fitting(report, known[n], plain(n, value)) for n, value in parameters.items()}


def _fitting(report: Report, parameter: Parameter, value: Any) -> Any:
    """Give a value of the type that the notebook expects, or refuse it before the run."""
    kind, found = _kind(parameter), type(value).__name__
    if kind not in _KINDS or found == kind:
        return value
    if (kind, found) in (("float", "int"), ("str", "int"), ("str", "float")):
        return float(value) if kind == "float" else str(value)
    raise ReportError(
        f"{report.name}: {parameter.name} is {value!r}, not {_KINDS[kind]}; "
        f"its default is {parameter.default}"
    )


def _kind(parameter: Parameter) -> str:
    """Name the type that a parameter declares, else the one of its default."""
    if parameter.type != "None":
        return parameter.type
    try:
        return type(ast.literal_eval(parameter.default)).__name__
    except (ValueError, SyntaxError):
        return ""


def _checked_folder(to: str | Path) -> Path:
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


def _time_left(timeout: float | None) -> Callable[[Any], int | None]:
    """Give each cell what is left of the whole report's time."""
    if timeout is None:
        return lambda _: None
    end = time.monotonic() + timeout
    return lambda _: max(1, round(end - time.monotonic()))


@contextmanager
def _explained(sections: _Sections, timeout: float | None) -> Iterator[None]:
    """Turn what the Jupyter stack raises into the three ways a report can fail.

    Only the exception tells: after a timeout or a dead kernel the notebook
    itself still says "completed".
    """
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    try:
        yield
    except PapermillExecutionError as error:
        raise _failed(sections, error.ename, error.evalue, error.traceback) from None
    except CellTimeoutError:
        raise ReportTimeout(f"{sections}: not finished after {timeout:g} seconds") from None
    except RuntimeError as error:
        raise KernelDied(f"{sections}: the process that ran it ended ({error})") from None


def _failed(sections: _Sections, kind: str, what: str, lines: list[str]) -> ReportFailed:
    return ReportFailed(f"{sections}: {kind}: {what}", _ANSI.sub("", "\n".join(lines)))


def _whole(notebook: Any, sections: _Sections) -> Any:
    """Refuse a run that left in the middle: papermill takes ``sys.exit()`` for success."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    for output in outputs:
        if output.output_type == "error":
            raise _failed(sections, output.ename, output.evalue, output.traceback)
    return notebook


def _executed(
    report: Report, told: Mapping[str, Any], timeout: float | None, progress: Progress | None
) -> Any:
    import papermill

    from spmkit.reports.kernel import kernel_in

    sections = _Sections(report, progress)
    with (
        tempfile.TemporaryDirectory(prefix="spmkit-", ignore_cleanup_errors=True) as folder,
        _explained(sections, timeout),
    ):
        notebook = papermill.execute_notebook(
            open_notebook(report.path),  # not the path: papermill formats paths
            None,
            parameters=dict(told),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            timeout_func=_time_left(timeout),
            on_cell_start=sections,
            kernel_manager_class=kernel_in(Path(folder)),
            shutdown_kernel="immediate",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],
        )
    return _whole(notebook, sections)


def _rendered(notebook: Any) -> str:
    from spmkit.reports.html import render_page

    return render_page(notebook)


def _make_ready() -> None:
    """Load what the page needs while the kernel is at work."""
    import_module("spmkit.reports.html").vega_bundle()


def run_report(
    name: str | Path,
    to: str | Path,
    data: str | Path | None = None,
    period: str | None = None,
    *,
    timeout: float | None = None,
    progress: Progress | None = None,
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
        :class:`KernelDied`.
    ValueError
        If there is no such report.

    Examples
    --------
    >>> run_report("no_such_report", to="reports")
    Traceback (most recent call last):
    ValueError: no report 'no_such_report': ...
    """
    from spmkit.reports.bundle import write_whole

    _without_iri_parsers()
    report = find_report(name)
    own = {"data": None if data is None else _located(data), "period": period}
    told = _told(
        report, {key: given for key, given in own.items() if given is not None} | parameters
    )
    page = _checked_folder(to) / file_name(report.name, told)
    with ThreadPoolExecutor(1) as beside:
        beside.submit(_make_ready)
        notebook = _executed(report, told, timeout, progress)
    write_whole(page, _rendered(notebook))
    return page

"""A report and what it is told → its notebook, run in a kernel of its own."""

from __future__ import annotations

import logging
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spmkit.reports.catalogue import Report, open_notebook
from spmkit.reports.failures import KernelDied, ReportFailed, ReportTimeout

Progress = Callable[[str], object]
_HEADING = re.compile(r"^#{1,3}\s+(.+?)\s*$", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")

# nbclient logs each failure that it raises anyway; without a handler that goes to stderr.
logging.getLogger("papermill").addHandler(logging.NullHandler())


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


def executed(
    report: Report,
    told: Mapping[str, Any],
    timeout: float | None,
    progress: Progress | None,
    asked: Mapping[str, str],
) -> Any:
    """Run a report in an empty folder of its own, which goes with the kernel.

    Parameters
    ----------
    report
        What to run.
    told
        What it is told, as plain values.
    timeout
        Seconds that the whole run may take.
    progress
        Called with each heading when the run comes to it.
    asked
        Environment variables of its kernel.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with its outputs; it was saved nowhere.

    Raises
    ------
    ReportError
        :class:`ReportFailed`, :class:`ReportTimeout` or :class:`KernelDied`.
    """
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
            kernel_manager_class=kernel_in(Path(folder), asked),
            shutdown_kernel="immediate",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],
        )
    return _whole(notebook, sections)

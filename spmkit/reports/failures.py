"""How a report can fail: each way has its name."""

from __future__ import annotations

from pathlib import Path


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


class PageAlone(ReportError):  # noqa: N818 (what happened)
    """The page is written, but not all that was to stand beside it.

    ``page`` is its path, ``reason`` what is missing and why.
    """

    def __init__(self, reason: str, page: Path) -> None:
        super().__init__(f"{reason}; the page is there: {page}")
        self.page, self.reason = page, reason

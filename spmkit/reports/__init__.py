"""Reports: notebooks run with parameters, each rendered as one page."""

from __future__ import annotations

from spmkit.reports.catalogue import Parameter, Report, find_report, reports
from spmkit.reports.pdf import page_pdf
from spmkit.reports.run import (
    KernelDied,
    PageAlone,
    ReportError,
    ReportFailed,
    ReportTimeout,
    run_report,
)

__all__ = [
    "KernelDied",
    "PageAlone",
    "Parameter",
    "Report",
    "ReportError",
    "ReportFailed",
    "ReportTimeout",
    "find_report",
    "page_pdf",
    "reports",
    "run_report",
]

"""Reports: notebooks run with parameters, each rendered as one page."""

from __future__ import annotations

from spmkit.reports.catalogue import Parameter, Report, find_report, reports
from spmkit.reports.run import KernelDied, ReportError, ReportFailed, ReportTimeout, run_report

__all__ = [
    "KernelDied",
    "Parameter",
    "Report",
    "ReportError",
    "ReportFailed",
    "ReportTimeout",
    "find_report",
    "reports",
    "run_report",
]

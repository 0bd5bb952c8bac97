"""A workbench for sales performance management: open data, measure, report, explore.

Reports and panels bring JupyterLab's stack with them, so they are imported
when they are first used; everything else costs little more than pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from spmkit.actions import *
from spmkit.attainment import *
from spmkit.calendar import Calendar, selling_days
from spmkit.comparison import compare
from spmkit.coverage import coverage_lines, coverage_summary
from spmkit.data import DataError, SalesData, open_data
from spmkit.decomposition import *
from spmkit.expressions import count, days_between, distinct, divided, period_of, present, total
from spmkit.measure import measure, measure_query
from spmkit.metrics.activities import *
from spmkit.metrics.concentration import *
from spmkit.metrics.forecasts import *
from spmkit.metrics.leads import *
from spmkit.metrics.opportunities import *
from spmkit.metrics.pay import *
from spmkit.metrics.people import *
from spmkit.metrics.pipeline import *
from spmkit.metrics.productivity import *
from spmkit.metrics.stages import *
from spmkit.metrics.territories import *
from spmkit.periods import Period
from spmkit.resampling import bootstrap_interval
from spmkit.segmentation import *
from spmkit.shipped import shipped
from spmkit.survival import *
from spmkit.units import Column, Count, Days, Money, Multiple, Number, Percent, Ratio, Share

__version__ = "0.1.0"

_LATE = {"attainment_explorer": "spmkit.widgets", "run_report": "spmkit.reports"}
_METRICS = (
    "activities",
    "concentration",
    "forecasts",
    "leads",
    "opportunities",
    "pay",
    "people",
    "pipeline",
    "productivity",
    "stages",
    "territories",
)
_PARTS = (
    *("actions", "attainment", "decomposition", "segmentation", "survival"),
    *(f"metrics.{subject}" for subject in _METRICS),
)

__all__ = [
    "Calendar",
    "Column",
    "Count",
    "DataError",
    "Days",
    "Money",
    "Multiple",
    "Number",
    "Percent",
    "Period",
    "Ratio",
    "SalesData",
    "Share",
    "bootstrap_interval",
    "compare",
    "count",
    "coverage_lines",
    "coverage_summary",
    "days_between",
    "distinct",
    "divided",
    "measure",
    "measure_query",
    "open_data",
    "period_of",
    "present",
    "selling_days",
    "shipped",
    "total",
    *_LATE,
    *(name for part in _PARTS for name in import_module(f"spmkit.{part}").__all__),
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'spmkit' has no attribute {name!r}")

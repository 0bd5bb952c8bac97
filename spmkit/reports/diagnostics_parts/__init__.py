"""The parts of a diagnosis's page, each made from what was measured."""

from spmkit.reports.diagnostics_parts.activity_return import activity_return_parts
from spmkit.reports.diagnostics_parts.answer import diagnosis_answer
from spmkit.reports.diagnostics_parts.closing import diagnosis_foot, limits_part
from spmkit.reports.diagnostics_parts.drivers import drivers_parts
from spmkit.reports.diagnostics_parts.early_warnings import early_warnings_parts
from spmkit.reports.diagnostics_parts.effort import effort_parts
from spmkit.reports.diagnostics_parts.funnel import funnel_parts
from spmkit.reports.diagnostics_parts.hygiene import hygiene_parts
from spmkit.reports.diagnostics_parts.leads import leads_parts
from spmkit.reports.diagnostics_parts.leaving import leaving_parts
from spmkit.reports.diagnostics_parts.productivity import (
    diagnosis_masthead,
    productivity_chart,
    productivity_figures,
)
from spmkit.reports.diagnostics_parts.programs import programs_parts
from spmkit.reports.diagnostics_parts.ramping import ramping_parts
from spmkit.reports.diagnostics_parts.sizing import leak_span, sizing_parts
from spmkit.reports.diagnostics_parts.time_use import time_use_parts
from spmkit.reports.diagnostics_parts.winning import winning_parts
from spmkit.reports.review_parts.closing import quality_box

__all__ = [
    "activity_return_parts",
    "diagnosis_answer",
    "diagnosis_foot",
    "diagnosis_masthead",
    "drivers_parts",
    "early_warnings_parts",
    "effort_parts",
    "funnel_parts",
    "hygiene_parts",
    "leads_parts",
    "leak_span",
    "leaving_parts",
    "limits_part",
    "productivity_chart",
    "productivity_figures",
    "programs_parts",
    "quality_box",
    "ramping_parts",
    "sizing_parts",
    "time_use_parts",
    "winning_parts",
]

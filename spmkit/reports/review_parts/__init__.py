"""The parts of a review's page, each made from what was measured."""

from spmkit.reports.review_parts.answer import review_answer, review_figures, review_masthead
from spmkit.reports.review_parts.closing import DEFINED, quality_box, review_foot
from spmkit.reports.review_parts.pipeline import pipeline_parts
from spmkit.reports.review_parts.sections import (
    Stack,
    band_table,
    drawn,
    group_chart,
    group_parts,
    group_table,
    to_decide,
    trend_chart,
)
from spmkit.reports.review_parts.why import why_parts

__all__ = [
    "DEFINED",
    "Stack",
    "band_table",
    "drawn",
    "group_chart",
    "group_parts",
    "group_table",
    "pipeline_parts",
    "quality_box",
    "review_answer",
    "review_figures",
    "review_foot",
    "review_masthead",
    "to_decide",
    "trend_chart",
    "why_parts",
]

"""The parts of a review's page, each made from what was measured."""

from spmkit.reports.review_parts.actions import action_parts, own_actions
from spmkit.reports.review_parts.answer import (
    review_answer,
    review_figures,
    review_masthead,
    team_answer,
)
from spmkit.reports.review_parts.closing import (
    DEFINED,
    quality_box,
    review_foot,
    team_foot,
    team_quality,
)
from spmkit.reports.review_parts.evidence import person_lines
from spmkit.reports.review_parts.goals import person_goals
from spmkit.reports.review_parts.growth import person_growth
from spmkit.reports.review_parts.outcomes import forecast_parts, incentive_parts, product_parts
from spmkit.reports.review_parts.person import (
    next_actions,
    own_view,
    person_answer,
    person_closed,
)
from spmkit.reports.review_parts.pipeline import pipeline_parts
from spmkit.reports.review_parts.repeated import person_repeated
from spmkit.reports.review_parts.sections import (
    Stack,
    band_table,
    drawn,
    group_chart,
    group_table,
    to_decide,
    trend_chart,
)
from spmkit.reports.review_parts.team import team_movement, team_pipeline, team_scores, team_time
from spmkit.reports.review_parts.where import where_chart, where_details
from spmkit.reports.review_parts.why import why_parts

__all__ = [
    "DEFINED",
    "Stack",
    "action_parts",
    "band_table",
    "drawn",
    "forecast_parts",
    "group_chart",
    "group_table",
    "incentive_parts",
    "next_actions",
    "own_actions",
    "own_view",
    "person_answer",
    "person_closed",
    "person_goals",
    "person_growth",
    "person_lines",
    "person_repeated",
    "pipeline_parts",
    "product_parts",
    "quality_box",
    "review_answer",
    "review_figures",
    "review_foot",
    "review_masthead",
    "team_answer",
    "team_foot",
    "team_movement",
    "team_pipeline",
    "team_quality",
    "team_scores",
    "team_time",
    "to_decide",
    "trend_chart",
    "where_chart",
    "where_details",
    "why_parts",
]

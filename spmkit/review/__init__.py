"""The measured frames of a performance review: the whole, why, where, the trend, the deals."""

from spmkit.review.frames import by_group, largest_credits, over_assignment, trend
from spmkit.review.opening import (
    CONVERSION,
    STANDING,
    Periods,
    Review,
    conversion,
    open_review,
    review_periods,
    standing,
)
from spmkit.review.pipeline import coverage_ahead, pipeline_steps, slippage
from spmkit.review.why import credit_bridge, credit_drivers

__all__ = [
    "CONVERSION",
    "STANDING",
    "Periods",
    "Review",
    "by_group",
    "conversion",
    "coverage_ahead",
    "credit_bridge",
    "credit_drivers",
    "largest_credits",
    "open_review",
    "over_assignment",
    "pipeline_steps",
    "review_periods",
    "slippage",
    "standing",
    "trend",
]

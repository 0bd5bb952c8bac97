"""What is won, how long it takes, and at which price."""

from spmkit.metrics.opportunities.conversion import (
    cohort_closed_rate,
    cohort_win_rate,
    decided_win_rate,
    hygiene_win_rate,
    sales_cycle,
    sales_cycle_mean,
    value_win_rate,
    win_rate,
)
from spmkit.metrics.opportunities.lines import opportunity_lines
from spmkit.metrics.opportunities.pricing import discount, price_realisation
from spmkit.metrics.opportunities.velocity import (
    pipeline_created,
    pipeline_velocity,
    self_sourced_pipeline,
)
from spmkit.metrics.opportunities.win_curves import median_time_to_close, win_curve

__all__ = [
    "cohort_closed_rate",
    "cohort_win_rate",
    "decided_win_rate",
    "discount",
    "hygiene_win_rate",
    "median_time_to_close",
    "opportunity_lines",
    "pipeline_created",
    "pipeline_velocity",
    "price_realisation",
    "sales_cycle",
    "sales_cycle_mean",
    "self_sourced_pipeline",
    "value_win_rate",
    "win_curve",
    "win_rate",
]

"""The open pipeline of a day, what happens to it, and whether it is enough."""

from spmkit.metrics.pipeline.chances import chance_lines, required_coverage
from spmkit.metrics.pipeline.changes import pipeline_changes
from spmkit.metrics.pipeline.probabilities import stage_win_shares, weighted_lines
from spmkit.metrics.pipeline.pushes import push_lines
from spmkit.metrics.pipeline.slippage import slippage_lines
from spmkit.metrics.pipeline.snapshots import pipeline_snapshot
from spmkit.metrics.pipeline.sufficiency import (
    commit_hit_rate,
    forecast_loss_rate,
    pipeline_coverage,
    push_count,
    slippage_count_rate,
    slippage_rate,
    total_pipeline_coverage,
    weighted_pipeline,
)
from spmkit.metrics.pipeline.waterfall import pipeline_waterfall

__all__ = [
    "chance_lines",
    "commit_hit_rate",
    "forecast_loss_rate",
    "pipeline_changes",
    "pipeline_coverage",
    "pipeline_snapshot",
    "pipeline_waterfall",
    "push_count",
    "push_lines",
    "required_coverage",
    "slippage_count_rate",
    "slippage_lines",
    "slippage_rate",
    "stage_win_shares",
    "total_pipeline_coverage",
    "weighted_lines",
    "weighted_pipeline",
]

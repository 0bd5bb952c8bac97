"""How opportunities go through the stages, and where they stay."""

from spmkit.metrics.stages.ageing import ageing_lines, deal_ageing, overaged_share
from spmkit.metrics.stages.conversion import (
    decided_stage_conversion,
    milestone_conversion,
    stage_conversion,
    stage_decided_share,
    stage_transitions,
)
from spmkit.metrics.stages.durations import stage_duration, stage_times, total_stage_duration
from spmkit.metrics.stages.visits import stage_visits

__all__ = [
    "ageing_lines",
    "deal_ageing",
    "decided_stage_conversion",
    "milestone_conversion",
    "overaged_share",
    "stage_conversion",
    "stage_decided_share",
    "stage_duration",
    "stage_times",
    "stage_transitions",
    "stage_visits",
    "total_stage_duration",
]

"""Whether those for whom an action was agreed did differently than their own past would say."""

from spmkit.actions.chance import chance_band
from spmkit.actions.effect import (
    FEWEST_REPS,
    Effect,
    action_effect,
    difference_in_differences,
)
from spmkit.actions.history import rep_history
from spmkit.actions.panel import RepPanels, asked_metric, rep_panel

__all__ = [
    "FEWEST_REPS",
    "Effect",
    "RepPanels",
    "action_effect",
    "asked_metric",
    "chance_band",
    "difference_in_differences",
    "rep_history",
    "rep_panel",
]

"""Metrics of the catalogue that no SQL is written for, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping

_REDRAWN = "its bounds redraw the reps a thousand times"
_NO_TABLE = "no table of the dictionary holds disputes"

NOT_BY_HAND: Mapping[str, str] = {
    "activity_return": "a regression with an effect for each rep and each period",
    "allocation_error": _REDRAWN,
    "archetypes": "a clustering, tried again on resampled reps",
    "bias_quotients": "a fit in rounds: how far biases lie apart, then how far each is pulled",
    "credit_gini": _REDRAWN,
    "dispute_age": _NO_TABLE,
    "dispute_rate": _NO_TABLE,
    "driver_bridge": "a product split by logarithmic means, and by Shapley where one is zero",
    "effective_reps": _REDRAWN,
    "fairness_correlations": "rank correlations with the other factors regressed out",
    "noise_floor_ratio": _REDRAWN,
    "pay_leverage": _REDRAWN,
    "performance_tier": "ranks in 10,000 drawn worlds",
    "quota_potential_elasticity": "regressions with bounds by Student's t",
    "required_coverage": "chances from a curve of competing ends at every age",
    "shrunken_penetration": "a fit in rounds: how far territories lie apart, then the pull",
    "skill_will": "what a manager writes of a rep stands in no table",
    "top_decile_share": _REDRAWN,
    "upheld_dispute_rate": _NO_TABLE,
}

"""How fast leads are answered, and what comes of them."""

from spmkit.metrics.leads.handling import (
    lead_conversion,
    lead_conversion_within,
    lead_response_time,
    lead_win_rate,
    response_within,
    source_value_per_lead,
    touched_response_median,
)
from spmkit.metrics.leads.outcomes import lead_outcomes

__all__ = [
    "lead_conversion",
    "lead_conversion_within",
    "lead_outcomes",
    "lead_response_time",
    "lead_win_rate",
    "response_within",
    "source_value_per_lead",
    "touched_response_median",
]

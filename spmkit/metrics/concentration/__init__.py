"""How much hangs on few reps and few customers."""

from spmkit.metrics.concentration.customers import customer_lines
from spmkit.metrics.concentration.shares import (
    credit_gini,
    customer_concentration,
    effective_reps,
    top_decile_share,
)

__all__ = [
    "credit_gini",
    "customer_concentration",
    "customer_lines",
    "effective_reps",
    "top_decile_share",
]

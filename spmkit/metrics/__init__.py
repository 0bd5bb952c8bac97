"""The metrics of the field, a module a subject, and the lines that they read."""

from spmkit.metrics.conversion import sales_cycle, sales_cycle_mean, win_rate
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.metrics.productivity import average_deal_size

__all__ = [
    "average_deal_size",
    "opportunity_lines",
    "sales_cycle",
    "sales_cycle_mean",
    "win_rate",
]

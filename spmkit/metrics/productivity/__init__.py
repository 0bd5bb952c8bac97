"""What a rep, a selling hour and a unit of pay bring in."""

from spmkit.metrics.productivity.bookings import (
    average_deal_size,
    bookings_per_productive_rep,
    bookings_per_ramped_fte,
    bookings_per_rep,
    bookings_per_selling_hour,
    productive_rep_share,
    productivity_of_pay,
    productivity_of_variable_pay,
)
from spmkit.metrics.productivity.headcount import headcount_lines
from spmkit.metrics.productivity.lines import productivity_lines
from spmkit.metrics.productivity.margin_lines import margin_lines

__all__ = [
    "average_deal_size",
    "bookings_per_productive_rep",
    "bookings_per_ramped_fte",
    "bookings_per_rep",
    "bookings_per_selling_hour",
    "headcount_lines",
    "margin_lines",
    "productive_rep_share",
    "productivity_lines",
    "productivity_of_pay",
    "productivity_of_variable_pay",
]

"""Two metrics more, as anyone writes them."""

from __future__ import annotations

from spmkit.expressions import count, total
from spmkit.units import Column, Count, Money


def won_sales(won_amount: Column) -> Money:
    """Sum of the won opportunities' amounts."""
    return total(won_amount)


def won_deals(won: Column) -> Count:
    """Number of won opportunities."""
    return count(won)

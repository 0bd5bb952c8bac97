"""What pay is promised and paid, and whether it follows performance."""

from spmkit.metrics.pay.disputes import dispute_age, dispute_rate, upheld_dispute_rate
from spmkit.metrics.pay.fit import pay_inversions, pay_leverage, pay_performance
from spmkit.metrics.pay.incentives import (
    compensation_cost_of_sales,
    credit_inflation,
    effective_commission_rate,
    median_on_target_earnings,
    on_target_earnings,
    pay_mix,
    target_commission_rate,
)

__all__ = [
    "compensation_cost_of_sales",
    "credit_inflation",
    "dispute_age",
    "dispute_rate",
    "effective_commission_rate",
    "median_on_target_earnings",
    "on_target_earnings",
    "pay_inversions",
    "pay_leverage",
    "pay_mix",
    "pay_performance",
    "target_commission_rate",
    "upheld_dispute_rate",
]

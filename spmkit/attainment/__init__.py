"""Quota attainment: the lines it is measured on, and its metrics."""

from spmkit.attainment.booked import credited_opportunities
from spmkit.attainment.credits import credit_lines
from spmkit.attainment.distribution import (
    longest_miss_streak,
    mean_attainment,
    median_attainment,
    participation_rate,
    share_between,
    time_to_quota,
)
from spmkit.attainment.factors import quota_factors
from spmkit.attainment.fairness import fairness_correlations, quota_potential_elasticity
from spmkit.attainment.leaders import leader_lines
from spmkit.attainment.level import (
    attainment,
    attainment_without_largest,
    effective_quota,
    gap_to_quota,
    largest_credit_share,
    nominal_attainment,
    quota_realisation,
)
from spmkit.attainment.lines import quota_lines, quota_rules
from spmkit.attainment.pay import pay_lines
from spmkit.attainment.plans import plan_lines, quota_releases
from spmkit.attainment.progress import credit_progress, quota_crossings
from spmkit.attainment.quota_quality import (
    allocation_error,
    noise_floor_ratio,
    over_assignment,
    publication_lead_time,
    quota_to_ote,
)
from spmkit.attainment.quotas import issued_quotas
from spmkit.attainment.running import pace, required_lift, required_run_rate, run_rate_projection
from spmkit.attainment.spread import (
    attainment_dispersion,
    attainment_skew,
    interquartile_spread,
)
from spmkit.data.assignments import dimensions

__all__ = [
    "allocation_error",
    "attainment",
    "attainment_dispersion",
    "attainment_skew",
    "attainment_without_largest",
    "credit_lines",
    "credit_progress",
    "credited_opportunities",
    "dimensions",
    "effective_quota",
    "fairness_correlations",
    "gap_to_quota",
    "interquartile_spread",
    "issued_quotas",
    "largest_credit_share",
    "leader_lines",
    "longest_miss_streak",
    "mean_attainment",
    "median_attainment",
    "noise_floor_ratio",
    "nominal_attainment",
    "over_assignment",
    "pace",
    "participation_rate",
    "pay_lines",
    "plan_lines",
    "publication_lead_time",
    "quota_crossings",
    "quota_factors",
    "quota_lines",
    "quota_potential_elasticity",
    "quota_realisation",
    "quota_releases",
    "quota_rules",
    "quota_to_ote",
    "required_lift",
    "required_run_rate",
    "run_rate_projection",
    "share_between",
    "time_to_quota",
]

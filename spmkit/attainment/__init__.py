"""Quota attainment: the lines it is measured on, and its metrics."""

from spmkit.attainment.credits import credit_lines
from spmkit.attainment.distribution import (
    attainment_dispersion,
    attainment_skew,
    interquartile_spread,
    longest_miss_streak,
    mean_attainment,
    median_attainment,
    participation_rate,
    share_between,
    time_to_quota,
)
from spmkit.attainment.leaders import leader_lines
from spmkit.attainment.level import (
    attainment,
    attainment_without_largest,
    gap_to_quota,
    largest_credit_share,
    nominal_attainment,
    quota_realisation,
)
from spmkit.attainment.lines import quota_lines, quota_rules
from spmkit.attainment.progress import credit_progress, quota_crossings
from spmkit.attainment.quotas import issued_quotas
from spmkit.attainment.running import pace, required_lift, required_run_rate, run_rate_projection
from spmkit.data.assignments import dimensions

__all__ = [
    "attainment",
    "attainment_dispersion",
    "attainment_skew",
    "attainment_without_largest",
    "credit_lines",
    "credit_progress",
    "dimensions",
    "gap_to_quota",
    "interquartile_spread",
    "issued_quotas",
    "largest_credit_share",
    "leader_lines",
    "longest_miss_streak",
    "mean_attainment",
    "median_attainment",
    "nominal_attainment",
    "pace",
    "participation_rate",
    "quota_crossings",
    "quota_lines",
    "quota_realisation",
    "quota_rules",
    "required_lift",
    "required_run_rate",
    "run_rate_projection",
    "share_between",
    "time_to_quota",
]

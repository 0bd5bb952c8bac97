"""A workbench for sales performance management: open data, measure, report, explore.

Reports and panels bring JupyterLab's stack with them, so they are imported
when they are first used; everything else costs little more than pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from spmkit.attainment import (
    attainment,
    attainment_dispersion,
    attainment_skew,
    attainment_without_largest,
    credit_lines,
    credit_progress,
    dimensions,
    gap_to_quota,
    interquartile_spread,
    issued_quotas,
    largest_credit_share,
    leader_lines,
    longest_miss_streak,
    mean_attainment,
    median_attainment,
    nominal_attainment,
    pace,
    participation_rate,
    quota_crossings,
    quota_lines,
    quota_realisation,
    quota_rules,
    required_lift,
    required_run_rate,
    run_rate_projection,
    share_between,
    time_to_quota,
)
from spmkit.calendar import Calendar, selling_days
from spmkit.comparison import compare
from spmkit.data import DataError, SalesData, open_data
from spmkit.decomposition import driver_bridge, driver_effects, gap_breakdown
from spmkit.expressions import (
    count,
    days_between,
    distinct,
    divided,
    period_of,
    present,
    total,
)
from spmkit.measure import measure, measure_query
from spmkit.metrics import (
    average_deal_size,
    opportunity_lines,
    sales_cycle,
    sales_cycle_mean,
    win_rate,
)
from spmkit.periods import Period
from spmkit.resampling import bootstrap_interval
from spmkit.segmentation import (
    attainment_band,
    attainment_bins,
    attainment_ranks,
    credit_concentration,
    rep_attainments,
)
from spmkit.shipped import shipped
from spmkit.units import Column, Count, Days, Money, Multiple, Number, Percent, Ratio, Share

__version__ = "0.1.0"

_LATE = {"attainment_explorer": "spmkit.widgets", "run_report": "spmkit.reports"}

__all__ = [
    "Calendar",
    "Column",
    "Count",
    "DataError",
    "Days",
    "Money",
    "Multiple",
    "Number",
    "Percent",
    "Period",
    "Ratio",
    "SalesData",
    "Share",
    "attainment",
    "attainment_band",
    "attainment_bins",
    "attainment_dispersion",
    "attainment_explorer",
    "attainment_ranks",
    "attainment_skew",
    "attainment_without_largest",
    "average_deal_size",
    "bootstrap_interval",
    "compare",
    "count",
    "credit_concentration",
    "credit_lines",
    "credit_progress",
    "days_between",
    "dimensions",
    "distinct",
    "divided",
    "driver_bridge",
    "driver_effects",
    "gap_breakdown",
    "gap_to_quota",
    "interquartile_spread",
    "issued_quotas",
    "largest_credit_share",
    "leader_lines",
    "longest_miss_streak",
    "mean_attainment",
    "measure",
    "measure_query",
    "median_attainment",
    "nominal_attainment",
    "open_data",
    "opportunity_lines",
    "pace",
    "participation_rate",
    "period_of",
    "present",
    "quota_crossings",
    "quota_lines",
    "quota_realisation",
    "quota_rules",
    "rep_attainments",
    "required_lift",
    "required_run_rate",
    "run_rate_projection",
    "run_report",
    "sales_cycle",
    "sales_cycle_mean",
    "selling_days",
    "share_between",
    "shipped",
    "time_to_quota",
    "total",
    "win_rate",
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'spmkit' has no attribute {name!r}")

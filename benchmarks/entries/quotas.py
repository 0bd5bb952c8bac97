"""Quotas: what was reached of them, how a running period stands, plans, and pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import spmkit as spm
from benchmarks.entries.entry import QUARTER, YEAR, Entry, over, table


def _quotas(data: spm.SalesData) -> Any:
    return spm.quota_lines(data, QUARTER)


def _running(data: spm.SalesData) -> Any:
    """The running quarter; its quotas are not out, so those of the last one stand in."""
    last = _quotas(data).groupby("rep_id")["quota"].sum(min_count=1)
    lines = spm.quota_lines(data, "2026Q4")
    return lines.assign(quota=lines["rep_id"].map(last))


def _pay(data: spm.SalesData) -> Any:
    return spm.pay_lines(data, QUARTER)


def _gap(data: spm.SalesData) -> Any:
    before = spm.quota_lines(data, "2026Q2")
    return spm.gap_breakdown(_quotas(data), before, spm.attainment, by="region")


QUOTAS: Mapping[str, Entry] = {
    "attainment": over(
        _quotas,
        "region",
        *(spm.attainment, spm.mean_attainment, spm.median_attainment),
        *(spm.participation_rate, spm.gap_to_quota, spm.attainment_dispersion),
        *(spm.effective_quota, spm.nominal_attainment, spm.quota_realisation),
        *(spm.share_between, spm.interquartile_spread, spm.attainment_skew),
        *(spm.attainment_without_largest, spm.largest_credit_share),
    ),
    "attainment_bands": table(spm.attainment_band, _quotas),
    "attainment_gap": Entry(("gap_breakdown",), _gap),
    "running": over(
        _running,
        "region",
        *(spm.pace, spm.run_rate_projection, spm.required_run_rate, spm.required_lift),
    ),
    "quota_crossings": over(
        lambda data: spm.quota_crossings(data, QUARTER), "region", spm.time_to_quota
    ),
    "miss_streaks": over(
        lambda data: spm.quota_lines(data, YEAR), "region", spm.longest_miss_streak
    ),
    "plans": over(lambda data: spm.plan_lines(data, QUARTER), "level", spm.over_assignment),
    "quota_releases": over(
        lambda data: spm.quota_releases(data, YEAR), "period", spm.publication_lead_time
    ),
    "pay": over(
        _pay,
        "region",
        *(spm.effective_commission_rate, spm.compensation_cost_of_sales, spm.pay_mix),
        *(spm.on_target_earnings, spm.median_on_target_earnings),
        *(spm.target_commission_rate, spm.quota_to_ote),
    ),
    "pay_performance": table(spm.pay_performance, _pay),
    "pay_inversions": table(spm.pay_inversions, _pay, by="role"),
    "credit_inflation": over(spm.credited_opportunities, None, spm.credit_inflation),
}

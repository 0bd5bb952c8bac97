"""Pipeline: what is open, how it moves, whether it is enough, what was forecast, and leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw

import spmkit as spm
from benchmarks.entries.entry import QUARTER, Entry, over, table
from spmkit.data.quality import to_pandas

_JUNE, _SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)


def _snapshot(data: spm.SalesData) -> Any:
    """The whole table, whatever engine holds it."""
    return to_pandas(nw.from_native(spm.pipeline_snapshot(data, _JUNE)).lazy())


def _covered(data: spm.SalesData) -> Any:
    """The running quarter; its quotas are not out, so those of the last one stand in."""
    last = spm.quota_lines(data, QUARTER).groupby("rep_id")["quota"].sum(min_count=1)
    lines = spm.coverage_lines(data, "2026Q4")
    quota = lines["rep_id"].map(last)
    return lines.assign(quota=quota, remaining_quota=quota - lines["credited"])


def _leads(data: spm.SalesData) -> Any:
    return spm.lead_outcomes(data, attributes=())


def _bounded(data: spm.SalesData) -> Any:
    """Forecasts that are said to hold within a fifth either way."""
    lines = spm.forecast_lines(data)
    return lines.assign(low=lines["forecast"] * 0.8, high=lines["forecast"] * 1.2)


PIPELINE: Mapping[str, Entry] = {
    "snapshot": Entry((), _snapshot),
    "stage_win_shares": table(spm.stage_win_shares, lambda data: data),
    "weighted": over(lambda data: spm.weighted_lines(data, _JUNE), "region", spm.weighted_pipeline),
    "waterfall": table(
        spm.pipeline_waterfall,
        lambda data: spm.pipeline_changes(data, _JUNE, _SEPTEMBER),
        by="region",
    ),
    "slippage": over(
        lambda data: spm.slippage_lines(data, QUARTER),
        "region",
        *(spm.slippage_rate, spm.slippage_count_rate),
        *(spm.forecast_loss_rate, spm.commit_hit_rate),
    ),
    "pushes": over(lambda data: spm.push_lines(data, attributes=()), "segment", spm.push_count),
    "coverage": table(spm.coverage_summary, _covered, by="region"),
    "team_coverage": over(_covered, "team", spm.pipeline_coverage, spm.total_pipeline_coverage),
    "forecasts": over(
        spm.forecast_lines,
        "period",
        *(spm.forecast_error, spm.forecast_wape, spm.forecast_mape, spm.forecast_bias),
        *(spm.commit_accuracy, spm.commit_accuracy_of_commit, spm.forecast_skill),
    ),
    "forecast_intervals": table(spm.interval_coverage, _bounded, by="period"),
    "leads": over(
        _leads,
        "source",
        *(spm.lead_conversion, spm.lead_conversion_within, spm.lead_win_rate),
        *(spm.touched_response_median, spm.response_within, spm.source_value_per_lead),
    ),
    "lead_response": table(spm.lead_response_time, _leads, by="source"),
}

"""What is measured of the catalogue: its lines, and every metric over them in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import spmkit as spm

Entry: TypeAlias = Callable[[spm.SalesData], Any]

JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)


def _over(lines: Callable[[spm.SalesData], Any], by: str | None, *metrics: Any) -> Entry:
    return lambda data: spm.measure(lines(data), list(metrics), by=by)


def _opportunities(data: spm.SalesData) -> Any:
    return spm.opportunity_lines(data, attributes=("region",))


ENTRIES: Mapping[str, Entry] = {
    "opportunities": _over(
        _opportunities,
        "region",
        *(spm.win_rate, spm.decided_win_rate, spm.cohort_win_rate, spm.cohort_closed_rate),
        *(spm.hygiene_win_rate, spm.value_win_rate, spm.sales_cycle, spm.sales_cycle_mean),
        *(spm.average_deal_size, spm.pipeline_velocity, spm.pipeline_created),
        *(spm.self_sourced_pipeline, spm.price_realisation, spm.discount),
    ),
    "stage_conversion": _over(
        spm.stage_visits,
        "stage",
        *(spm.stage_conversion, spm.decided_stage_conversion),
        *(spm.stage_decided_share, spm.milestone_conversion),
    ),
}

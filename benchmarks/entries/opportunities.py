"""Opportunities: won or lost, how fast, how large, and who buys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import spmkit as spm
from benchmarks.entries.entry import Entry, over, table


def _opportunities(data: spm.SalesData) -> Any:
    return spm.opportunity_lines(data, attributes=("region",))


OPPORTUNITIES: Mapping[str, Entry] = {
    "opportunities": over(
        _opportunities,
        "region",
        *(spm.win_rate, spm.decided_win_rate, spm.cohort_win_rate, spm.cohort_closed_rate),
        *(spm.hygiene_win_rate, spm.value_win_rate, spm.sales_cycle, spm.sales_cycle_mean),
        *(spm.average_deal_size, spm.pipeline_velocity, spm.pipeline_created),
        *(spm.self_sourced_pipeline, spm.price_realisation, spm.discount),
    ),
    "win_curve": table(spm.win_curve, _opportunities, by="region"),
    "time_to_close": table(spm.median_time_to_close, _opportunities, by="region"),
    "linearity": over(
        lambda data: spm.closing_lines(data, attributes=("region",)),
        "region",
        *(spm.first_third_share, spm.middle_third_share),
        *(spm.last_third_share, spm.last_two_weeks_share),
    ),
    "customers": table(spm.customer_concentration, spm.customer_lines),
    "orders": Entry(
        ("rfm_scores",), lambda data: spm.rfm_scores(spm.account_orders(data), data.as_of)
    ),
}

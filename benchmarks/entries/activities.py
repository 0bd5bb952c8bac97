"""Activities: how time is spent, who is touched, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import spmkit as spm
from benchmarks.entries.entry import QUARTER, Entry, over, table


def _yields(data: spm.SalesData) -> Any:
    activities = spm.activity_lines(data, attributes=())
    return spm.yield_lines(data, lag_days=60, activities=activities)


def _efforts(data: spm.SalesData) -> Any:
    """Each rep's selling activities and wins of a month, with the errors of their means."""
    by_rep = spm.activity_panel(data).groupby("rep_id")
    means = by_rep[["selling", "wins"]].mean()
    errors = by_rep[["selling", "wins"]].sem()
    return means.join(errors.add_suffix("_error")).reset_index()


ACTIVITIES: Mapping[str, Entry] = {
    "time_use": over(
        lambda data: spm.activity_lines(data, attributes=("region",)),
        "region",
        *(spm.selling_time_share, spm.admin_time_share),
        *(spm.prospecting_time_share, spm.meeting_hold_rate),
    ),
    "account_touches": over(
        spm.account_touches, None, spm.account_coverage, spm.newly_touched_accounts
    ),
    "deal_touches": over(
        spm.deal_touches, "stage", spm.untouched_open_deals, spm.untouched_open_share
    ),
    "activity_yield": over(_yields, "type", spm.activity_yield),
    "activity_panel": Entry((), spm.activity_panel),  # the lines of a metric that is no SQL
    "efforts": table(spm.effort_outcome, _efforts, effort="selling", outcome="wins"),
    "productivity": over(
        lambda data: spm.productivity_lines(data, QUARTER),
        "region",
        *(spm.bookings_per_rep, spm.bookings_per_ramped_fte, spm.bookings_per_productive_rep),
        *(spm.productive_rep_share, spm.bookings_per_selling_hour, spm.meetings_per_rep_week),
    ),
    "margin": over(
        lambda data: spm.margin_lines(data, QUARTER),
        "region",
        *(spm.productivity_of_pay, spm.productivity_of_variable_pay),
    ),
}

"""How reps spend their time, whom they reach, and what follows from it."""

from spmkit.metrics.activities.account_touches import (
    account_coverage,
    account_touches,
    newly_touched_accounts,
)
from spmkit.metrics.activities.deal_touches import (
    deal_touches,
    untouched_open_deals,
    untouched_open_share,
)
from spmkit.metrics.activities.lines import activity_lines
from spmkit.metrics.activities.returns import activity_panel, activity_return
from spmkit.metrics.activities.time import (
    admin_time_share,
    meeting_hold_rate,
    meetings_per_rep_week,
    prospecting_time_share,
    selling_time_share,
)
from spmkit.metrics.activities.yields import activity_yield, yield_lines

__all__ = [
    "account_coverage",
    "account_touches",
    "activity_lines",
    "activity_panel",
    "activity_return",
    "activity_yield",
    "admin_time_share",
    "deal_touches",
    "meeting_hold_rate",
    "meetings_per_rep_week",
    "newly_touched_accounts",
    "prospecting_time_share",
    "selling_time_share",
    "untouched_open_deals",
    "untouched_open_share",
    "yield_lines",
]

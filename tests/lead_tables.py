"""Eight leads, the opportunities they became, and how long each waited by hand."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from company import company, opportunities

from spmkit.metrics.leads.outcomes import lead_outcomes

# as_of is Friday 2 October 2026. o1 was won for 90, o2 lost, o3 won for 60, o4 is open, o5 void.
LEADS = pd.DataFrame(
    {
        "lead_id": ["l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"],
        "source": ["Web", "Web", "Fair", "Fair", "Web", "Web", "Fair", None],
        "rep_id": ["ada", "ada", "bo", "bo", "ada", "Zed", None, "bo"],
        "created_at": [
            datetime(2026, 5, 30, 9, 0, 0),  # a Saturday
            datetime(2026, 6, 1, 16, 30, 0),
            datetime(2026, 6, 5, 16, 45, 0),  # a Friday
            datetime(2026, 8, 28, 10, 0, 0),
            datetime(2026, 10, 2, 23, 30, 0),
            datetime(2026, 9, 28, 12, 0, 0),
            datetime(2026, 9, 30, 8, 0, 0),
            datetime(2026, 10, 1, 0, 0, 0),
        ],
        "first_touch_at": [
            datetime(2026, 5, 30, 10, 0, 0),  # one hour
            datetime(2026, 6, 2, 9, 15, 0),  # 16 hours and 45 minutes
            datetime(2026, 6, 8, 9, 15, 0),  # 64.5 hours over a weekend
            None,
            None,
            datetime(2026, 9, 28, 11, 0, 0),  # before it was created
            datetime(2026, 9, 30, 8, 20, 30),  # 20.5 minutes
            None,
        ],
        "opportunity_id": ["o1", "o1", "o3", "o4", None, "o9", "o5", None],
    }
)
DEALS = opportunities(
    opportunity_id=["o1", "o2", "o3", "o4", "o5"],
    rep_id=["ada", "ada", "bo", "bo", "bo"],
    outcome=["won", "lost", "won", "open", "void"],
    amount=[90.0, 40.0, 60.0, 10.0, 1000.0],
    created_on=["2026-06-01", "2026-06-10", "2026-07-10", "2026-08-20", "2026-10-01"],
    closed_on=["2026-07-11", "2026-08-01", "2026-08-20", None, "2026-10-02"],
)
WAITED = [1.0, 16.75, 64.5, 35 * 24 + 14.0, 0.5, None, 20.5 / 60, 48.0]
# Of one hour each in the shop's time, 9 to 17 on weekdays: l1 none (Saturday), l2 half and a
# quarter, l3 a quarter and a quarter, l4 7 hours of 28 August and 25 days, l5 none (at night).
BUSINESS = [0.0, 0.75, 0.5, 7.0 + 25 * 8, 0.0, None, 0.0, 16.0]


def outcomes(data=None, **options):
    data = data or company(leads=LEADS, opportunities=DEALS)
    return lead_outcomes(data, **options).df().sort_values("lead_id").reset_index(drop=True)


def written(column):
    return [None if pd.isna(value) else value for value in column]

"""Quota lines of one rep in a frame, for the tests of which lines count."""

from __future__ import annotations

import pandas as pd


def quotas(*lines, **constant):
    """Lines of ada as (start, end, quota, other columns)."""
    rows = [
        {"rep_id": "ada", "period_start": start, "period_end": end, "quota": quota} | dict(*more)
        for start, end, quota, *more in lines
    ]
    return pd.DataFrame(rows).assign(**constant)


def q3(quota, **more):
    return ("2026-07-01", "2026-09-30", quota, more)

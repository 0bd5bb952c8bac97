"""Calls of three reps, what they won, and the forecast lines worked by hand from both."""

from __future__ import annotations

from datetime import date

import pandas as pd
from company import company

from spmkit.metrics.forecasts.lines import forecast_lines

REPS = pd.DataFrame(
    {
        "rep_id": ["ada", "bo", "cy"],
        "region": ["North", "South", None],
        "hired_on": [date(2020, 1, 1), date(2026, 5, 4), None],
    }
)
# Won: ada 80 in 2025Q3, 100 and 20 in 2026Q2, nothing in Q3; bo 60 in Q3; cy 30 in Q2, 40 in Q3.
DEALS = pd.DataFrame(
    {
        "opportunity_id": [f"o{n}" for n in range(9)],
        "rep_id": ["ada", "ada", "ada", "bo", "cy", "cy", "ada", "bo", "bo"],
        "outcome": [*["won"] * 6, "lost", "void", "open"],
        "amount": [80.0, 100.0, 20.0, 60.0, 30.0, 40.0, 500.0, 500.0, 500.0],
        "closed_on": [
            *[date(2025, 8, 1), date(2026, 4, 1), date(2026, 6, 30), date(2026, 9, 30)],
            *[date(2026, 5, 5), date(2026, 7, 1), date(2026, 8, 8), date(2026, 8, 8), None],
        ],
    }
)
CALLS = [  # who, when, about which period, how sure, how much
    ("ada", "2026-03-20", "2026-04-01", "Commit", 90.0),
    ("ada", "2026-05-16", "2026-04-01", "Commit", 110.0),  # the day of the middle
    ("ada", "2026-05-17", "2026-04-01", "Commit", 999.0),
    ("ada", "2026-07-01", "2026-07-01", "Commit", 70.0),
    ("ada", "2026-07-20", "2026-07-01", "Best Case", 95.0),
    ("bo", "2026-08-15", "2026-07-01", "Commit", 45.0),
    ("bo", "2026-07-15", "2026-07-01", "Commit", 30.0),
    ("cy", "2026-09-20", "2026-07-01", None, 40.0),  # after the middle
    ("cy", "2026-10-01", "2026-10-01", "Commit", 50.0),  # a period that runs
]
FORECASTS = pd.DataFrame(CALLS, columns=["rep_id", "as_of", "period_start", "category", "amount"])
FORECASTS = FORECASTS.assign(
    as_of=[date.fromisoformat(day) for day in FORECASTS["as_of"]],
    period_start=[date.fromisoformat(day) for day in FORECASTS["period_start"]],
)
TABLES = {"reps": REPS, "opportunities": DEALS, "forecasts": FORECASTS}
BY_HAND = [  # at the middle: period, rep, category, forecast, commit, actual, naive
    # In 2025Q2 nothing was sold yet by anyone, and what the source says begins in 2025Q3.
    ("2026Q2", "ada", "Commit", 110.0, 110.0, 120.0, 0.0),  # none in 2026Q1, when she was there
    ("2026Q3", "ada", "Best Case", 95.0, None, 0.0, 80.0),
    ("2026Q3", "ada", "Commit", 70.0, 70.0, 0.0, 80.0),
    ("2026Q3", "bo", "Commit", 45.0, 45.0, 60.0, None),  # not there for all of 2026Q2
    ("2026Q3", "cy", None, None, None, 40.0, 30.0),
]
_COLUMNS = ["period", "rep_id", "category", "forecast", "commit", "actual", "naive"]


def rows(lines):
    plain = lines[_COLUMNS].astype("object")
    return [tuple(row) for row in plain.where(plain.notna(), None).to_numpy().tolist()]


def lines_of(frame=FORECASTS, **options):
    data = company(reps=REPS, opportunities=DEALS, forecasts=frame)
    return forecast_lines(data, **options)

"""Activities, the opportunities and accounts that they are about, on an engine or opened."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

import spmkit as spm

SETTINGS = {"as_of": "2026-10-02"}


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def tables(**changed):
    rows = [
        # id, account, opportunity, category, status, day
        ("a1", "c1", "o1", "selling", "held", "2026-06-01"),  # 40 days before o1 was won
        ("a2", "c1", "o1", "selling", "held", "2026-07-01"),  # 10 days before
        ("a3", "c1", "o1", "admin", "held", "2026-07-11"),  # the day on which it was won
        ("a4", "c1", "o1", "selling", "held", "2026-07-12"),  # after it
        ("a5", "c2", "o2", "selling", "held", "2026-07-20"),  # lost later
        ("a6", "c2", "o2", "selling", "cancelled", "2026-07-21"),
        ("a7", None, "o4", "selling", "held", "2026-07-22"),  # open: 72 days ago
        ("a8", None, "o5", "selling", "held", "2026-09-20"),  # too young for any answer
        ("a9", "c3", None, "prospecting", "held", "2026-07-23"),  # about no opportunity
        ("a10", "c3", "o6", "selling", None, "2026-10-05"),  # still to come
    ]
    given_rows = pd.DataFrame(
        rows,
        columns=["activity_id", "account_id", "opportunity_id", "category", "status", "day"],
    )
    moments = [datetime.fromisoformat(day) for day in given_rows.pop("day")]
    activities = given_rows.assign(rep_id="ada", started_at=moments)
    return {
        "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]}),
        "activities": activities,
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ["o1", "o2", "o4", "o5", "o6", "o7", "o8"],
                "account_id": ["c1", "c2", "c4", "c1", "c3", "c3", "c3"],
                "rep_id": ["ada", "ada", "ada", "bo", "bo", "bo", "bo"],
                "stage": ["Won", "Lost", "Early", "Late", "Late", "Early", "Late"],
                "outcome": ["won", "lost", *["open"] * 5],
                "amount": [90.0, 40.0, *[10.0] * 5],
                "created_on": days("2026-06-01", "2026-06-10", *["2026-07-01"] * 4, "2026-09-25"),
                "closed_on": days("2026-07-11", "2026-08-01", *[None] * 5),
            }
        ),
        "accounts": pd.DataFrame(
            {
                "account_id": ["c1", "c2", "c3", "c4", "c5", "c6"],
                "rep_id": ["ada", "ada", "bo", "bo", None, "bo"],
                "target": [100.0, None, 50.0, 70.0, 80.0, 90.0],
                "churned_on": days(*[None] * 5, "2026-01-01"),
            }
        ),
    } | changed


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def opened(**changed):
    return spm.open_data(tables(**changed), settings=SETTINGS)

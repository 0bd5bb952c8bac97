"""A tiny company in frames, for tests to change one thing of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.data import SalesData, open_data

SETTINGS = {"as_of": "2026-10-02"}


def tables(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two reps, three closed opportunities and one open, a quarter of quotas."""
    return {
        "reps": pd.DataFrame(
            {
                "rep_id": ["ada", "bo"],
                "name": ["Ada Byron", "Bo Diaz"],
                "email": ["ada@x.com", "bo@x.com"],
                "region": ["North", "South"],
            }
        ),
        "opportunities": opportunities(),
        "quotas": pd.DataFrame(
            {
                "rep_id": ["ada", "bo"],
                "period_start": "2026-07-01",
                "period_end": "2026-09-30",
                "quota": [100.0, 50.0],
            }
        ),
    } | changed


def opportunities(**changed: list[Any]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "opportunity_id": ["o1", "o2", "o3", "o4"],
        "rep_id": ["ada", "ada", "bo", "bo"],
        "outcome": ["won", "lost", "won", "open"],
        "amount": [90.0, 40.0, 60.0, 10.0],
        "created_on": ["2026-06-01", "2026-06-10", "2026-07-01", "2026-09-01"],
        "closed_on": ["2026-07-11", "2026-08-01", "2026-08-20", None],
    }
    return pd.DataFrame(columns | changed)


def company(settings: dict[str, Any] | None = None, **changed: pd.DataFrame) -> SalesData:
    return open_data(tables(**changed), settings=SETTINGS | (settings or {}))

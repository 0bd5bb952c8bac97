"""A small sales force in frames, for the tests of people, ramp, capacity and territories."""

from __future__ import annotations

from datetime import date

import pandas as pd

from spmkit.data import open_data

SETTINGS = {"as_of": "2026-10-02"}


def days(*texts):
    return [date.fromisoformat(text) if isinstance(text, str) else None for text in texts]


def reps(**changed):
    """Five reps: there, left by choice, let go, hired lately, and of unknown hiring."""
    columns = {
        "rep_id": ["ada", "bo", "cy", "di", "eve"],
        "name": ["Ada", "Bo", "Cy", "Di", "Eve"],
        "region": ["North", "North", "South", "South", "South"],
        "role": ["AE", "AE", "AE", "AE", "Manager"],
        "hired_on": days("2024-01-01", "2025-01-15", "2023-05-01", "2026-04-01", None),
        "left_on": days(None, "2026-06-30", "2026-03-31", None, None),
        "leave_reason": [None, " Relocation", "performance", None, None],
    }
    return pd.DataFrame(columns | changed)


def deals(rows=()):
    """Opportunities given as rows of rep, created, closed, amount, outcome."""
    columns = ["rep_id", "created_on", "closed_on", "amount", "outcome"]
    given = [*rows, ("ada", "2023-01-01", None, 1.0, "open")]
    frame = pd.DataFrame(given, columns=columns)
    return frame.assign(
        opportunity_id=[f"o{number}" for number in range(len(frame))],
        created_on=days(*frame["created_on"]),
        closed_on=days(*frame["closed_on"]),
    )


def staff(frame_of=None, settings=None, **changed):
    """Open the small sales force, its frames on an engine where one is given."""
    tables = {"reps": reps(), "opportunities": deals()} | changed
    if frame_of is not None:
        tables = {name: native(frame_of(frame)) for name, frame in tables.items()}
    return open_data(tables, settings=SETTINGS | (settings or {}))


def native(frame):
    """A DuckDB relation cannot leave its connection, so it is given as a frame."""
    return frame.df() if hasattr(frame, "df") and hasattr(frame, "fetchall") else frame


def values(frame, *columns):
    """Rows as plain lists, dates as text, whatever is missing as None."""

    def plain(value):
        if isinstance(value, list):
            return value
        if pd.isna(value):
            return None
        return str(value.date()) if isinstance(value, pd.Timestamp) else value

    return [[plain(value) for value in row] for row in frame[list(columns)].to_numpy(object)]

"""Forty reps and eight quarters with ten closings each, for tests to send some to a program."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spmkit.data import open_data
from spmkit.diagnostics import open_diagnosis

REPS = [f"r{number:02}" for number in range(40)]
STARTS = pd.date_range("2024-10-01", periods=8, freq="QS")
_EACH = 10


def closings(chance):
    """Ten closings a rep and quarter; ``chance`` has a row a rep, a column a quarter."""
    draw = np.random.default_rng(5).random((*chance.shape, _EACH))
    rep, quarter, number = np.indices(draw.shape).reshape(3, -1)
    days = STARTS[quarter] + pd.to_timedelta(number * 8 + 1, unit="D")
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{place}" for place in range(draw.size)],
            "rep_id": np.array(REPS[: len(chance)])[rep],
            "outcome": np.where(draw.ravel() < chance[rep, quarter], "won", "lost"),
            "amount": 100.0,
            "created_on": "2024-10-01",
            "closed_on": days.strftime("%Y-%m-%d"),
        }
    )


def even(reps=40):
    return np.full((reps, len(STARTS)), 0.4)


def sent(people, starts_on="2025-10-01", program="Discovery", kind="training"):
    columns = {"program": program, "kind": kind, "starts_on": starts_on}
    return pd.DataFrame({"rep_id": list(people)} | columns)


def diagnosed(chance, *programs, **changed):
    rows = closings(chance)
    given = {"reps": pd.DataFrame({"rep_id": REPS[: len(chance)]}), "opportunities": rows}
    given |= {"programs": pd.concat(programs)} if programs else {}
    return open_diagnosis(open_data(given | changed, settings={"as_of": "2026-10-02"}))

"""A company of ten reps and ten quarters, each of its own level, for tests of a rep's outlook."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from spmkit import review
from spmkit.data import open_data

QUARTERS = [
    (f"{year}-{3 * quarter + 1:02}-01", f"{year}-{3 * quarter + 3:02}-{days}")
    for year in (2024, 2025, 2026)
    for quarter, days in enumerate((31, 30, 30, 31))
]
LAST = 10
"""Quarters that are over: up to 2026Q2; the two after them have a quota only."""
PEOPLE = [f"p{number}" for number in range(10)]


def reps(**columns):
    return pd.DataFrame({"rep_id": PEOPLE, "name": [f"Rep {one}" for one in PEOPLE]} | columns)


def quotas(quarters=QUARTERS):
    rows = [(one, *days, 100.0) for days in quarters for one in PEOPLE]
    return pd.DataFrame(rows, columns=["rep_id", "period_start", "period_end", "quota"])


def sales(quarters=QUARTERS[:LAST]):
    """Three of each rep in each quarter, one a month; what a quarter brings varies around 100."""
    draw = np.random.default_rng(7)
    rows = [
        (one, f"{start[:5]}{int(start[5:7]) + month:02}-15", float(draw.integers(15, 55)))
        for start, _ in quarters
        for one in PEOPLE
        for month in range(3)
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "closed_on", "amount"])
    frame.insert(0, "opportunity_id", [f"o{number}" for number in range(len(frame))])
    return frame.assign(outcome="won", created_on="2023-12-01")


def company(as_of="2026-07-02", **changed):
    given = {"reps": reps(), "quotas": quotas(), "opportunities": sales()} | changed
    tables = {name: table for name, table in given.items() if table is not None}
    return open_data(tables, settings={"as_of": as_of})


@cache
def _as_it_is(as_of):
    return company(as_of)


def course_of(rep="p0", period="2026Q2", as_of="2026-07-02", **changed):
    data = company(as_of, **changed) if changed else _as_it_is(as_of)
    return review.open_course(review.open_person(data, period, rep))

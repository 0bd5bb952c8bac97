"""A company of three reps and two quarters, small enough to work its review by hand."""

from __future__ import annotations

import pandas as pd

from spmkit import review
from spmkit.data import open_data

NOW, BEFORE = ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")


def quotas(*lines):
    """Lines of (rep, period, quota); a level's quota has no rep."""
    rows = [
        {"rep_id": rep, "period_start": start, "period_end": end, "quota": quota, "level": "rep"}
        for rep, (start, end), quota in lines
    ]
    return pd.DataFrame(rows)


def plan(amount, period=NOW):
    line = quotas((None, period, amount))
    return line.assign(level="company")


def won(*sales):
    """Won opportunities of (rep, day, amount), created thirty days before."""
    days = pd.to_datetime([day for _, day, _ in sales])
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{number}" for number in range(1, len(sales) + 1)],
            "rep_id": [rep for rep, _, _ in sales],
            "outcome": "won",
            "amount": [amount for _, _, amount in sales],
            "created_on": (days - pd.Timedelta(days=30)).strftime("%Y-%m-%d"),
            "closed_on": days.strftime("%Y-%m-%d"),
        }
    )


REPS = pd.DataFrame(
    {
        "rep_id": ["ada", "bo", "cy"],
        "name": ["Ada Byron", "Bo Diaz", "Cy Ng"],
        "region": ["North", "North", "South"],
    }
)
QUOTAS = quotas(
    ("ada", BEFORE, 100.0),
    ("bo", BEFORE, 50.0),
    ("ada", NOW, 100.0),
    ("bo", NOW, 50.0),
    ("cy", NOW, 50.0),
)
SALES = won(
    ("ada", "2026-04-10", 120.0),
    ("bo", "2026-05-10", 30.0),
    ("ada", "2026-07-11", 70.0),
    ("ada", "2026-08-11", 10.0),
    ("bo", "2026-08-20", 60.0),
    ("cy", "2026-09-30", 10.0),
)


def three(**changed):
    settings = {"as_of": changed.pop("as_of", "2026-10-02")}
    given = {"reps": REPS, "quotas": QUOTAS, "opportunities": SALES} | changed
    return open_data({k: v for k, v in given.items() if v is not None}, settings=settings)


def opened(period=None, **changed):
    return review.open_review(three(**changed), period)


def records(frame, *columns):
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]

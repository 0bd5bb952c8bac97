"""Actions that were agreed, and thirty reps who have some, for tests of a review's actions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from three_reps import opened, quotas, won

from spmkit import review
from spmkit.data import open_data
from spmkit.reports import review_parts as parts

AGREED = {
    "action_id": "p1",
    "rep_id": "ada",
    "gap": "attainment",
    "action": "Call back within a day",
    "owner": "bo",
    "due_on": "2026-08-15",
    "metric": "attainment",
    "baseline": 0.7,
    "target": 0.8,
    "review_on": "2026-10-15",
    "status": "done",
}


def agreed(*changes):
    """Rows of actions: the one above with something else in it."""
    rows = [{**AGREED, "action_id": f"p{number}", **one} for number, one in enumerate(changes, 1)]
    found = pd.DataFrame(rows, columns=list(AGREED))
    return found.astype({"baseline": "float64", "target": "float64"})


def planned(*changes, period=None, **tables):
    return review.action_plan(opened(period, actions=agreed(*changes), **tables))


def only(plan):
    assert len(plan.checklist) == 1
    return plan.checklist.iloc[0]


def by_number(plan, column):
    """What a column says of each action, in the order in which they were agreed."""
    return plan.checklist.sort_values("action_id")[column].tolist()


def said(the):
    """What the section says: tables as HTML, notes as they are."""
    shown = parts.action_parts(the)
    return [part.as_raw_html() if hasattr(part, "as_raw_html") else str(part) for part in shown]


STARTS = pd.date_range("2025-07-01", periods=5, freq="QS")
SPANS = [(f"{day:%Y-%m-%d}", f"{day + pd.offsets.QuarterEnd(0):%Y-%m-%d}") for day in STARTS]
THIRTY = [f"r{number:02}" for number in range(30)]


def thirty(reached, currency=1.0, **tables):
    """A source in which each of thirty reps reached that share of quota, a column a quarter."""
    lines = [(rep, span, 100.0 * currency) for rep in THIRTY for span in SPANS]
    sales = [
        (rep, span[0], 100.0 * currency * reached[row, column])
        for row, rep in enumerate(THIRTY)
        for column, span in enumerate(SPANS)
    ]
    given = {
        "reps": pd.DataFrame({"rep_id": THIRTY, "name": [f"Rep {rep}" for rep in THIRTY]}),
        "quotas": quotas(*lines),
        "opportunities": won(*sales),
    }
    return review.open_review(open_data(given | tables, settings={"as_of": "2026-10-02"}))


def noise(seed=1):
    return 0.8 + 0.1 * np.random.default_rng(seed).standard_normal((30, 5))


def plans(reps, **changed):
    return agreed(*[{"rep_id": rep, "target": 1.0, **changed} for rep in reps])

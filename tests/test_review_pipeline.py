"""How the pipeline moved, what slipped and what it covers: worked by hand, and said or not."""

from __future__ import annotations

import pandas as pd
import pytest
from three_reps import QUOTAS, opened, quotas

from spmkit import narrative, review
from spmkit.data import DataError
from spmkit.reports import review_parts as parts

DEALS = pd.DataFrame(
    [  # what was open on 30 June: 60 + 40; created since: 25 and one without an amount
        ("o1", "ada", "won", 60.0, "2026-05-01", "2026-08-01", None),
        ("o2", "ada", "open", 40.0, "2026-05-02", None, "2026-11-30"),
        ("o3", "bo", "open", 25.0, "2026-07-20", None, "2026-12-01"),
        ("o4", "bo", "open", None, "2026-07-21", None, "2026-12-02"),
        ("o5", "cy", "lost", 15.0, "2026-07-22", "2026-09-01", None),
    ],
    columns=[
        *["opportunity_id", "rep_id", "outcome", "amount"],
        *["created_on", "closed_on", "expected_close_on"],
    ],
)
HISTORY = pd.DataFrame(
    {
        "opportunity_id": ["o1", "o2"],
        "changed_at": pd.to_datetime(["2026-05-01", "2026-08-10"]),
        "field": ["stage", "amount"],
        "old_value": [None, "30"],
        "new_value": ["Discovery", "40"],
    }
)
NEXT = ("2026-10-01", "2026-12-31")


def world(period=None, **changed):
    return opened(period, **({"opportunities": DEALS, "opportunity_history": HISTORY} | changed))


def test_the_steps_by_hand():
    # 60 + 30, + 25 and 15 created, 10 grown, 15 lost, 60 won: 65, and one of an unknown amount.
    steps = review.pipeline_steps(world())
    named = dict(zip(steps["step"], steps["value"], strict=True))
    assert named == {
        "30 Jun 2026": 90.0,
        "created": 40.0,
        "upsized": 10.0,
        "lost": -15.0,
        "won": -60.0,
        "30 Sep 2026": 65.0,
    }
    assert steps["end"].iloc[-2] == steps["value"].iloc[-1]
    assert steps["unknown"].tolist() == [0, 1, 0, 0, 0, 1]
    assert narrative.pipeline_title(steps) == ("Open pipeline fell by 25 to 65: 40 created, 60 won")


def test_a_running_period_counts_to_the_day_of_the_data():
    steps = review.pipeline_steps(world("2026Q3", as_of="2026-08-15", opportunities=DEALS.iloc[:4]))
    assert steps["step"].iloc[-1] == "15 Aug 2026"


def test_without_a_history_one_line_says_what_is_missing():
    the = world(opportunity_history=None)
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        review.pipeline_steps(the)
    said = [str(part) for part in parts.pipeline_parts(the)]
    assert "needs opportunity_history" in said[0]
    assert "needs opportunity_history" in said[1]
    assert "no quota of it is known" in said[2]


def test_what_slipped_by_hand():
    row = review.slippage(world(opportunities=DEALS.assign(expected_close_on="2026-09-01")))
    # On 30 June o1 and o2 were expected in the quarter: o1 was won, o2 is open.
    assert (row["slippage_count_rate"], row["slippage_count_rate_n"]) == (0.5, 2)
    said = narrative.slipped(row, "2026Q3")
    assert said.startswith("Of 2 opportunities forecast to close in 2026Q3, 50 % were still open")


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        (130.0, "65 is open and expected to close in 2026Q4: 0.5× the 130 of its quota"),
        (0.0, "whose quota is met already"),
        (None, "no quota of it is known"),
    ],
)
def test_coverage_by_hand(quota, said):
    lines = QUOTAS if quota is None else pd.concat([QUOTAS, quotas(("ada", NEXT, quota))])
    the = world(quotas=lines)
    assert said in narrative.covered(review.coverage_ahead(the))

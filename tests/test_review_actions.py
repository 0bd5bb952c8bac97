"""Actions of a review: how each stands, and which are judged."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from agreed_actions import (
    agreed,
    by_number,
    only,
    planned,
    said,
)
from three_reps import REPS, opened

from spmkit import review
from spmkit.data import DataError
from spmkit.review.agreed import agreed_actions, judged_now


def test_an_action_by_hand():
    row = only(planned({}))
    assert row[["rep", "owner", "value", "last"]].tolist() == ["Ada Byron", "Bo Diaz", 0.8, 1.2]
    assert (row["stands"], row["why"]) == ("done, on target", "")
    assert np.isnan(row["low"])  # of three reps there is no band


STANDINGS = [
    ({"target": 0.9}, "done, short of target", ""),
    ({"status": " Done "}, "done, on target", ""),
    ({"status": "open"}, "overdue, on target", ""),
    ({"status": None, "target": 0.9}, "overdue, short of target", ""),
    ({"status": "in progress", "due_on": None}, "open, on target", ""),
    ({"status": "dropped"}, "dropped", ""),
    ({"status": "open", "due_on": "2036-08-15"}, "not due yet", ""),
    ({"due_on": "2026-10-01"}, "done", ""),  # after the period whose value is known
    ({"baseline": None}, "done, on target", ""),
    ({"target": None}, "done, cannot tell", "it has no target"),
    ({"target": 0.6}, "done, cannot tell", "its target is no better than its baseline"),
    ({"rep_id": None}, "done, cannot tell", "it names no rep"),
    ({"rep_id": "zed"}, "done, cannot tell", "its rep is not in reps"),
    ({"metric": None}, "done, cannot tell", "it names no metric"),
    (
        {"metric": "attainmnt"},
        "done, cannot tell",
        "'attainmnt' is no metric. Did you mean 'attainment'?",
    ),
    (
        {"metric": "stage_conversion"},
        "done, cannot tell",
        "stage_conversion is not measured by rep and period.",
    ),
    ({"metric": "win_rate", "rep_id": "cy"}, "done, on target", ""),
]


@cache
def standing():
    """How the actions above stand, by number: one review for all of them."""
    found = planned(*[change for change, _, _ in STANDINGS]).checklist
    return found.set_index("action_id")


@pytest.mark.parametrize("number", range(1, len(STANDINGS) + 1))
def test_how_an_action_stands(number):
    change, stands, why = STANDINGS[number - 1]
    row = standing().loc[f"p{number}"]
    assert (row["stands"], row["why"]) == (stands, why), change


def test_the_smaller_the_better_where_the_metric_is_so():
    # Ada's won ones took thirty days each.
    cycle = {"metric": "sales_cycle", "baseline": 40.0}
    plan = planned(*[{**cycle, "target": target} for target in (35.0, 25.0, 45.0)])
    assert by_number(plan, "stands") == [
        "done, on target",
        "done, short of target",
        "done, cannot tell",
    ]


def test_of_a_metric_without_a_better_end_the_target_says_which_way():
    met = pd.DataFrame(
        {
            "activity_id": ["a1"],
            "rep_id": "ada",
            "type": "call",
            "category": "prospecting",
            "started_at": "2026-07-01 09:00:00",
            "minutes": 60.0,
        }
    )
    share = {"metric": "prospecting_time_share", "baseline": 0.2, "target": 0.5}
    asked = [share, {**share, "baseline": 0.8}, {**share, "baseline": None}]
    plan = planned(*asked, activities=met)
    assert by_number(plan, "stands") == [
        "done, on target",
        "done, short of target",
        "done, cannot tell",
    ]
    assert by_number(plan, "why")[2] == "its target is no better than its baseline"


def test_who_has_left_needs_nothing_more():
    row = only(planned({"status": "open"}, reps=REPS.assign(left_on=["2026-09-03", None, None])))
    assert row["stands"] == "left 3 Sep 2026"


def test_what_needs_attention_comes_first_and_what_is_long_over_is_left_out():
    plan = planned(
        {"status": "dropped"},
        {},
        {"status": "open", "due_on": "2027-01-15"},
        {"status": "open", "target": 0.9},
        {"due_on": "2026-02-01", "review_on": "2026-04-02"},
        {"status": "open", "due_on": "2026-02-01"},
    )
    assert plan.checklist[["action_id", "stands"]].to_numpy().tolist() == [
        ["p4", "overdue, short of target"],
        ["p6", "overdue, on target"],
        ["p3", "not due yet"],
        ["p2", "done, on target"],
        ["p1", "dropped"],
    ]


def test_a_key_that_stands_twice_is_set_aside_and_counted():
    twice = agreed({}, {}, {}).assign(action_id=["p1", "p1", "p2"])
    the = opened(actions=twice)
    ledger = the.data.quality()
    aside = ledger[(ledger["table"] == "actions") & (ledger["status"] == "quarantined")]
    used = 3 - aside["rows"].sum()
    assert aside["rows"].sum() >= 1
    assert len(review.action_plan(the).checklist) == used


def test_a_running_period_judges_nothing():
    running = opened("2026Q3", actions=agreed({"status": "open"}), as_of="2026-08-31")
    plan = review.action_plan(running)
    assert only(plan)["stands"] == "overdue"
    assert plan.effects.empty
    text = " ".join(said(running))
    assert "2026Q3 is running" in text
    assert "Nothing is proposed: 2026Q3 is running" in text


JUDGED = [
    ("2026-10-15", "2026-08-15", True),
    ("2026-12-31", "2026-08-15", True),
    ("2027-01-01", "2026-08-15", False),  # by then another quarter is complete
    ("2026-09-30", "2026-08-15", False),  # by then this one was not
    (None, "2026-08-15", True),
    (None, "2026-10-01", False),
    ("2026-10-15", "2026-10-10", False),
    ("2026-10-15", None, True),
]


def test_an_action_is_judged_in_the_last_review_before_its_day():
    days = [{"review_on": day, "due_on": due} for day, due, _ in JUDGED]
    the = opened(actions=agreed(*days))
    found = judged_now(agreed_actions(the.data), the)
    assert found.tolist() == [judged for _, _, judged in JUDGED]


def test_without_the_table_a_line_says_what_opens_the_section():
    with pytest.raises(DataError, match="needs actions"):
        review.action_plan(opened())
    first, *rest = said(opened())
    assert "No actions to look back on: unavailable: needs actions." in first
    assert "actions.csv" in first
    assert len(rest) == 1


def test_no_rows_are_no_actions():
    the = opened(actions=agreed({"status": "dropped", "due_on": "2026-01-10", "review_on": None}))
    plan = review.action_plan(the)
    assert plan.checklist.empty
    assert plan.effects.empty
    assert "No action is open, and none was due" in said(the)[0]
    assert review.action_plan(opened(actions=agreed())).checklist.empty


def test_one_action_is_shown_with_its_target_and_never_judged():
    the = opened(actions=agreed({}))
    found = review.action_plan(the).effects
    assert found[["verdict", "status"]].to_numpy().tolist() == [
        ["cannot tell", "1 rep without it; 10 are needed"]
    ]
    table, *_ = said(the)
    assert "The one action: done, on target" in table
    assert "Attainment from 70.0 % to 80.0 %" in table


# A company of thirty reps over five quarters, whose attainment is what it is made to be.

"""Actions of a review: how each stands, what came of them together, what is proposed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from three_reps import REPS, opened, quotas, won

from spmkit import narrative, review
from spmkit.data import DataError, open_data
from spmkit.reports import review_parts as parts
from spmkit.review.agreed import agreed_actions, judged_now

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


def test_those_with_an_action_beside_those_with_the_same_past():
    reached = noise()
    reached[:12, 4] += 0.5
    plan = review.action_plan(thirty(reached, actions=plans(THIRTY[:12])))
    row = plan.effects.iloc[0]
    assert row[["metric", "due", "treated", "control"]].tolist() == ["attainment", "2026Q3", 12, 18]
    assert row["asked"] == pytest.approx(0.3)
    assert (row["verdict"], row["status"]) == ("improved", "ok")
    assert row["low"] < 0.5 < row["high"]
    assert row["after"] - row["before"] == pytest.approx(row["drift"] + row["value"])
    assert narrative.effects_title(plan.effects).startswith("Attainment is better for those with")
    outside = plan.checklist["value"] > plan.checklist["high"]
    assert outside.sum() > 8


def test_who_comes_back_from_a_bad_quarter_is_no_success():
    reached = noise(2)
    worst = [THIRTY[place] for place in np.argsort(reached[:, 3])[:10]]
    row = review.action_plan(thirty(reached, actions=plans(worst))).effects.iloc[0]
    assert row["after"] - row["before"] > 0.08
    assert row["drift"] > 0.08
    assert (row["verdict"], row["status"]) == ("cannot tell", "within what chance explains")


def test_whoever_had_such_an_action_is_no_comparison_and_the_dropped_count():
    early = {"due_on": "2026-05-15", "review_on": "2026-07-15"}
    actions = pd.concat(
        [plans(THIRTY[:10]), plans(THIRTY[10:12], status="dropped"), plans(THIRTY[12:15], **early)]
    ).assign(action_id=[f"p{number}" for number in range(15)])
    plan = review.action_plan(thirty(noise(), actions=actions))
    assert plan.effects[["treated", "control"]].to_numpy().tolist() == [[12, 15]]


def test_neither_the_order_of_rows_nor_the_currency_matters():
    actions = plans(THIRTY[:12])
    found = review.action_plan(thirty(noise(), actions=actions))
    other = review.action_plan(
        thirty(noise(), 92.0, actions=actions.sample(frac=1, random_state=1))
    )
    pd.testing.assert_frame_equal(other.effects, found.effects, check_exact=False, rtol=1e-6)
    pd.testing.assert_frame_equal(other.checklist, found.checklist, check_exact=False)


def test_some_people_see_their_own_actions_and_what_is_told_of_all():
    the = thirty(noise(), actions=plans(THIRTY[:12]))
    own = review.action_plan(the, ["r03"])
    assert own.checklist["rep_id"].tolist() == ["r03"]
    assert own.effects["treated"].tolist() == [12]


def test_the_page_says_the_verdict_the_drift_and_what_could_be_seen():
    reached = noise()
    reached[:12, 4] += 0.5
    checklist, folded, effects, note, *_ = said(thirty(reached, actions=plans(THIRTY[:12])))
    assert "Of 12 actions, " in checklist
    assert "Rep r00" in folded
    assert "12 of 30" in effects
    assert "improved" in effects
    assert "no proof of a cause" in note


# What is proposed: hours of administration that set some reps apart, and cost attainment.


def activities(share):
    """For each rep and quarter ten hours, a share of them administration."""
    rows = [
        {
            "activity_id": f"{rep}-{column}-{kind}",
            "rep_id": rep,
            "type": "call",
            "category": kind,
            "started_at": f"{span[0]} 09:00:00",
            "minutes": 600 * (value if kind == "admin" else 1 - value),
        }
        for row, rep in enumerate(THIRTY)
        for column, span in enumerate(SPANS)
        for kind, value in (("admin", share[row, column]), ("selling", share[row, column]))
    ]
    return pd.DataFrame(rows)


def shares():
    rng = np.random.default_rng(7)
    level = np.repeat([0.2, 0.5], [25, 5]) + rng.normal(0, 0.03, 30)
    return level[:, None] + rng.normal(0, 0.01, (30, 5))


def costly(slope, **tables):
    share = shares()
    rng = np.random.default_rng(9)
    reached = 1.1 - slope * share + rng.normal(0, 0.02, share.shape)
    return thirty(reached, activities=activities(share), **tables)


def test_a_real_gap_that_goes_with_attainment_is_proposed():
    the = costly(1.0)
    proposals, _ = review.proposed_actions(the)
    # Selling and administration are the same hours: one of the two is proposed to each.
    assert set(proposals["rep_id"].head(5)) == {"r25", "r26", "r27", "r28", "r29"}
    assert proposals["rep_id"].is_unique
    top = proposals.set_index("rep_id").loc["r25"]
    admin = shares()[25, 1:].mean()
    assert min(top["baseline"], 1 - top["baseline"]) == pytest.approx(min(admin, 1 - admin))
    assert top["gap"] == pytest.approx(abs(top["baseline"] - top["target"]))
    assert top["low"] > 0
    assert top["worth"] == pytest.approx(100 * top["gap"], rel=0.15)  # a quota of 100, slope 1
    assert 0 < top["worth_low"] < top["worth"] < top["worth_high"]
    assert proposals["worth"].is_monotonic_decreasing
    text = " ".join(said(the))
    assert "Proposed: " in text
    assert "no proof that one brings the other" in text
    assert "To decide:" in text


def test_a_gap_that_is_worth_nothing_is_not_proposed():
    proposals, missing = review.proposed_actions(costly(0.0))
    assert proposals.empty
    assert any("whether a better value goes with more attainment" in reason for reason in missing)


def test_where_nobody_is_short_nothing_is_proposed():
    even = np.full((30, 5), 0.2) + np.random.default_rng(3).normal(0, 0.02, (30, 5))
    the = thirty(noise(), activities=activities(even))
    proposals, missing = review.proposed_actions(the)
    assert proposals.empty
    assert any(reason.startswith("nobody is surely short") for reason in missing)
    assert "Nothing is proposed: " in said(the)[-1]


def test_who_has_one_open_or_has_left_is_proposed_none():
    names = pd.DataFrame({"rep_id": THIRTY, "left_on": None}).astype({"left_on": "object"})
    names.loc[29, "left_on"] = "2026-09-20"
    busy = plans(["r25"], metric="admin_time_share", status="open", baseline=0.5, target=0.2)
    proposals, _ = review.proposed_actions(costly(1.0, actions=busy, reps=names))
    found = proposals.set_index("rep_id")["metric"]
    assert "r29" not in found.index
    assert found["r25"] == "selling_time_share"
    assert "r26" in found.index


def test_without_activities_or_quotas_the_reason_is_said():
    _, missing = review.proposed_actions(thirty(noise()))
    assert any("needs activities" in reason for reason in missing)
    _, missing = review.proposed_actions(opened(quotas=None))
    assert missing == ["no quota of 2026Q3 is known"]

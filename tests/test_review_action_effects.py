"""Actions of a review: what came of those who had one, together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from agreed_actions import (
    THIRTY,
    noise,
    plans,
    said,
    thirty,
)

from spmkit import narrative, review


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

"""Actions of a review: where a new one is proposed, and why none is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from agreed_actions import (
    SPANS,
    THIRTY,
    noise,
    plans,
    said,
    thirty,
)
from three_reps import opened

from spmkit import review


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

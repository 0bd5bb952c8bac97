"""Quadrants by the peers' medians, none within a standard error; will is never inferred."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.segmentation import effort_outcome, skill_will


def reps(effort, outcome, error=0.5):
    return pd.DataFrame(
        {
            "rep_id": [f"r{number}" for number in range(len(effort))],
            "effort": effort,
            "outcome": outcome,
            "effort_error": error,
            "outcome_error": error,
        }
    ).astype({"effort": "float64", "outcome": "float64"})


EFFORT = [1, 2, 3, 4, 6, 7, 8, 9]
OUTCOME = [2, 8, 1, 6, 3, 9, 4, 7]  # both have the median 5


def test_the_four_quadrants():
    found = effort_outcome(reps(EFFORT, OUTCOME))
    assert found["quadrant"].tolist() == [
        "low effort, low outcome",
        "low effort, high outcome",
        "low effort, low outcome",
        "low effort, high outcome",
        "high effort, low outcome",
        "high effort, high outcome",
        "high effort, low outcome",
        "high effort, high outcome",
    ]
    assert found[["effort_cut", "outcome_cut"]].drop_duplicates().values.tolist() == [[5.0, 5.0]]
    assert (found["status"] == "ok").all()
    assert set(found["peers"]) == {8}


def test_within_a_standard_error_of_either_median_nobody_is_classified():
    # Effort 4 and 6 are 1 away from the median 5, outcome 6 and 4 too; an error of exactly 1 holds.
    found = effort_outcome(reps(EFFORT, OUTCOME, error=1.0))
    grey = [abs(e - 5) <= 1 or abs(o - 5) <= 1 for e, o in zip(EFFORT, OUTCOME, strict=True)]
    assert (found["quadrant"] == "unclassified").tolist() == grey


def test_a_rep_on_the_median_has_no_side_even_without_error():
    found = effort_outcome(reps([*range(9)], [*range(9)], error=0.0))
    assert found["quadrant"].tolist().index("unclassified") == 4
    assert (found["quadrant"] == "unclassified").sum() == 1


def test_all_equal_are_all_unclassified():
    assert set(effort_outcome(reps([1] * 8, [1] * 8, 0.0))["quadrant"]) == {"unclassified"}


def test_few_peers_have_no_quadrant():
    found = effort_outcome(reps(EFFORT[:7], OUTCOME[:7]))
    assert set(found["status"]) == {"insufficient n"}
    assert found["quadrant"].isna().all()
    assert effort_outcome(reps([], [])).empty


def test_what_is_missing_is_said_and_is_no_peer():
    frame = reps([*EFFORT, np.nan, 500.0], [*OUTCOME, 5.0, 5.0])
    frame.loc[9, "effort_error"] = np.nan
    found = effort_outcome(frame)
    assert found["status"].iloc[8:].tolist() == [
        "undefined: no value",
        "undefined: no standard error",
    ]
    assert found["quadrant"].iloc[8:].isna().all()
    assert found["effort_cut"].iloc[0] == 5.0
    assert set(found["peers"]) == {8}


def test_peers_have_their_own_medians():
    frame = pd.concat(
        [
            reps(EFFORT, OUTCOME).assign(role="A"),
            reps(np.array(EFFORT) + 100, OUTCOME).assign(role="B"),
        ],
        ignore_index=True,
    )
    found = effort_outcome(frame, within="role")
    assert found.groupby("role")["effort_cut"].first().tolist() == [5.0, 105.0]
    assert found["quadrant"].iloc[:8].tolist() == found["quadrant"].iloc[8:].tolist()


def test_a_missing_column_and_a_negative_error_are_refused():
    with pytest.raises(ValueError, match="effort_error"):
        effort_outcome(reps(EFFORT, OUTCOME).drop(columns="effort_error"))
    with pytest.raises(ValueError, match="negative"):
        effort_outcome(reps(EFFORT, OUTCOME, error=-1.0))


def skilled(will, rates=(0.1, 0.12, 0.15, 0.2, 0.3, 0.35, 0.4, 0.5)):
    rates = [*rates]
    return pd.DataFrame({"win_rate": rates, "win_rate_error": 0.02, "will": will})


def test_skill_is_measured_and_will_is_taken_from_the_manager():
    # The median rate is (0.2 + 0.3) ÷ 2 = 0.25.
    found = skill_will(skilled(["high", "low"] * 4))
    assert found["quadrant"].iloc[:2].tolist() == ["low skill, high will", "low skill, low will"]
    assert found["quadrant"].iloc[6:].tolist() == ["high skill, high will", "high skill, low will"]
    assert found["skill_cut"].iloc[0] == pytest.approx(0.25)


def test_near_the_median_skill_is_not_told():
    found = skill_will(skilled("high").assign(win_rate_error=0.06))
    assert (found["quadrant"] == "unclassified").tolist() == [False] * 3 + [True] * 2 + [False] * 3


def test_a_rep_without_an_entry_has_no_class():
    found = skill_will(skilled(["high", None] * 4))
    assert found["status"].tolist() == ["ok", "undefined: no will entered"] * 4
    assert found["quadrant"].notna().tolist() == [True, False] * 4


@pytest.mark.parametrize("frame", [skilled([None] * 8), skilled("high").drop(columns="will")])
def test_will_is_not_inferred(frame):
    with pytest.raises(ValueError, match="entered by the manager"):
        skill_will(frame)


def test_another_word_for_will_is_refused():
    with pytest.raises(ValueError, match="'high' or 'low'"):
        skill_will(skilled("very"))


def test_an_amount_is_no_skill():
    with pytest.raises(ValueError, match="rate of conversion"):
        skill_will(skilled("high", rates=range(8)))


_number = st.one_of(st.none(), st.integers(-5, 5))


@given(st.lists(st.tuples(_number, _number, st.sampled_from([0.0, 1.0])), max_size=25))
@settings(max_examples=60, deadline=None)
def test_the_quadrants_are_those_of_a_plain_loop(rows):
    frame = pd.DataFrame(
        {
            "effort": [row[0] for row in rows],
            "outcome": [row[1] for row in rows],
            "effort_error": [row[2] for row in rows],
            "outcome_error": 1.0,
        },
        dtype="float64",
    )
    found = effort_outcome(frame)["quadrant"].tolist()
    cuts = [np.median([row[i] for row in rows if row[i] is not None] or [0]) for i in (0, 1)]
    known = [row for row in rows if row[0] is not None and row[1] is not None]
    for row, quadrant in zip(rows, found, strict=True):
        if row not in known or len(known) < 8:
            assert pd.isna(quadrant)
            continue
        away = [row[0] - cuts[0], row[1] - cuts[1]]
        if abs(away[0]) <= row[2] or abs(away[1]) <= 1:
            assert quadrant == "unclassified"
        else:
            side = ["high" if distance > 0 else "low" for distance in away]
            assert quadrant == f"{side[0]} effort, {side[1]} outcome"

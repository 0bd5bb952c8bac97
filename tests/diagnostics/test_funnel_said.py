"""What is told and said of a funnel's numbers, whatever company they are of."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from spmkit.diagnostics import funnel
from spmkit.narrative import funnel as words
from spmkit.narrative import funnel_value as values


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), min_size=1, max_size=8))
def test_at_most_one_stage_is_surely_the_longest(spans):
    frame = pd.DataFrame([(low, low + wide) for low, wide in spans], columns=["low", "high"])
    assert funnel.surely_longest(frame).sum() <= 1


def test_a_few_direct_wins_are_not_what_a_stage_leads_to():
    moves = pd.DataFrame(
        {
            "place": [1, 1, 1, 2, 2],
            "stage": ["A", "A", "A", "B", "B"],
            "direction": ["forward", "won", "lost", "won", "lost"],
            "n": [76, 2, 22, 60, 40],
            "of": 100,
        }
    )
    shares = funnel.onward_shares(moves)
    assert shares["share"].tolist() == [0.78, 0.6]
    assert words.transitions_title(shares).startswith("Of 100 visits to B that ended 60 %")


def test_what_was_lost_is_never_more_than_came_in():
    leaks = pd.DataFrame(
        {
            "stage": ["A", "no stage in the log"],
            "place": pd.array([1, None], "Int64"),
            "entered": [29.2e3, 33.2e3],
            "lost": [16.6e3, 33.2e3],
            "lost_n": [2, 3],
            "lost_unknown_n": 0,
        }
    )
    assert values.leak_title(leaks) == "Of 62.4 k that came in 49.8 k was lost, 16.6 k of it at A"

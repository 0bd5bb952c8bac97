"""Peers: who is one, and medians of all but one, whatever the ties and unknown numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.diagnostics import drivers as tree_of
from spmkit.diagnostics.peer_medians import apart_from_peers, medians_of_others

few = st.one_of(st.sampled_from([0.0, 1.0, -np.inf, np.nan]), st.floats(-9, 9))


@given(st.integers(2, 9).flatmap(lambda n: st.lists(few, min_size=n, max_size=n)))
def test_the_medians_of_all_others_are_those_taken_one_by_one(values):
    rows = np.array(values)
    with np.errstate(invalid="ignore"):
        slow = [np.median(np.delete(rows, place)) for place in range(len(rows))]
    assert medians_of_others(rows).tolist() == pytest.approx(slow, nan_ok=True)


def test_who_is_no_peer_is_compared_and_compares_with_nobody():
    values = {name: np.array([number]) for name, number in zip("abcd", [1, 2, 4, 90], strict=True)}
    peers = {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"], "d": ["a", "b", "c"], "e": []}
    found = apart_from_peers(values, peers)
    assert {name: one.tolist() for name, one in found.items()} == {
        "a": [-2.0],
        "b": [-0.5],
        "c": [2.5],
        "d": [88.0],
    }


def test_peers_are_those_of_the_segment_and_role_else_all():
    kinds = pd.Series({"A": "SMB", "B": "SMB", "C": "Large"})
    peers, alike = tree_of._peers(kinds, ["A", "B", "C"])
    assert peers == {"A": ["B"], "B": ["A"], "C": ["A", "B"]}
    assert alike == {"A": True, "B": True, "C": False}

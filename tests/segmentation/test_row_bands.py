"""A band holds its lower edge; every number has exactly one, null has none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.segmentation import band_of, size_band, tenure_band


def test_a_band_holds_its_lower_edge_and_not_its_upper_one():
    found = band_of(pd.Series([89.99, 90.0, 364.0, 365.0]), (90, 365))
    assert found.tolist() == ["below 90", "90–365", "90–365", "365 and more"]
    assert found.cat.ordered


def test_null_has_no_band_and_the_index_stays():
    found = band_of(pd.Series([None, 5.0], index=["a", "b"]), (1,))
    assert found.isna().tolist() == [True, False]
    assert found.index.tolist() == ["a", "b"]


@pytest.mark.parametrize("edges", [(1, 1), (2, 1)])
def test_edges_that_do_not_rise_are_refused(edges):
    with pytest.raises(ValueError, match="larger than the one before"):
        band_of(pd.Series([1.0]), edges)


@pytest.mark.parametrize(
    ("edges", "first"),
    [
        ((0.5, 1.0), "below 0.5"),
        ((100.2, 300.4), "below 100"),
        ((100.1, 100.4), "below 100.1"),
        ((1234567.0,), "below 1,234,567"),
    ],
)
def test_edges_are_written_as_short_as_they_stay_apart(edges, first):
    assert band_of(pd.Series([0.0]), edges).tolist() == [first]


def test_tenure_is_counted_with_empty_bands():
    # 10 and 89 are below 90, 90 is in the second band, nobody is between 180 and 365.
    found = tenure_band(pd.DataFrame({"tenure_days": [10, 89, 90, 365, None]}))
    assert found["reps"].tolist() == [2, 1, 0, 1, 0, 0]
    assert found["share"].tolist() == [0.5, 0.25, 0.0, 0.25, 0.0, 0.0]
    assert found["band"].iloc[-1] == "1,826 days and more"


def test_who_is_still_there_is_another_column():
    reps = pd.DataFrame({"tenure_days": [10, 400], "current_tenure_days": [10, None]})
    assert tenure_band(reps, (90,), column="current_tenure_days")["reps"].tolist() == [1, 0]


def test_nobody_has_a_null_share():
    found = tenure_band(pd.DataFrame({"tenure_days": []}))
    assert found["reps"].sum() == 0
    assert found["share"].isna().all()


def test_sizes_without_edges_are_quarters():
    # Quartiles of 1…4 by linear interpolation: 1.75, 2.5, 3.25.
    found = size_band(pd.DataFrame({"size": [4.0, 1.0, 3.0, 2.0, None]}), "size")
    assert found["rows"].tolist() == [1, 1, 1, 1]
    assert found["high"].tolist() == pytest.approx([1.75, 2.5, 3.25, np.nan], nan_ok=True)


def test_sizes_that_are_all_equal_make_two_bands_and_none_make_one():
    assert size_band(pd.DataFrame({"size": [7.0] * 3}), "size")["rows"].tolist() == [0, 3]
    found = size_band(pd.DataFrame({"size": [None]}), "size")
    assert (found["band"].tolist(), found["rows"].tolist()) == (["all"], [0])


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=30))
@settings(max_examples=60, deadline=None)
def test_every_size_is_in_the_one_band_that_a_loop_finds(sizes):
    edges = [-10.0, 0.0, 3.5, 100.0]
    found = size_band(pd.DataFrame({"size": sizes}, dtype="float64"), "size", edges)
    expected = [0] * 5
    for size in sizes:
        if size is not None:
            expected[sum(size >= edge for edge in edges)] += 1
    assert found["rows"].tolist() == expected

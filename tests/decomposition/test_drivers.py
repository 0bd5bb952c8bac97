"""The driver bridge: published numbers, exact sums, periods that swap, zeros and gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spmkit as spm

DRIVERS = ["volume", "rate", "size"]
YEARS = {  # two segments, three drivers: the test suite of the R package LMDIR 0.1.14
    1971: [[1, 10, 2], [4, 5, 3]],
    1972: [[4, 5, 3], [5, 6, 4]],
    1973: [[8, 2, 4], [5, 7, 5]],
    1974: [[10, 1, 5], [6, 8, 6]],
}
PUBLISHED = {
    1972: [69.79006598, -9.455125793, 39.66505981],
    1973: [42.96021467, -34.31902656, 50.3588119],
    1974: [54.01064234, -9.021284671, 54.01064234],
}


def segments(rows):
    return pd.DataFrame(rows, columns=DRIVERS, dtype="float64").assign(segment=["a", "b"])


@pytest.mark.parametrize("year", sorted(PUBLISHED))
def test_lmdi_gives_the_published_numbers(year):
    bridge = spm.driver_bridge(
        segments(YEARS[year]), segments(YEARS[year - 1]), DRIVERS, by="segment"
    )
    assert bridge["value"].tolist()[1:4] == pytest.approx(PUBLISHED[year], rel=1e-8)


def test_by_hand_with_a_zero():
    """10 reps x 50 becomes 12 x 0: reps add 2 x the mean of 50 and 0; the rest is the yield's."""
    now = pd.DataFrame({"reps": [12.0], "yield": [0.0]})
    before = pd.DataFrame({"reps": [10.0], "yield": [50.0]})
    effects = spm.driver_effects(now, before, ["reps", "yield"])
    assert effects["contribution"].tolist() == [2 * 25.0, -50 * 11.0]
    assert effects["method"].tolist() == ["Shapley", "Shapley"]


def test_a_segment_that_is_new_is_all_volume_and_one_that_is_gone_too():
    now, before = segments(YEARS[1972]), segments(YEARS[1971])
    joined = spm.driver_effects(now, before.iloc[:1], DRIVERS, by="segment")
    new = joined[joined["segment"] == "b"]
    assert new["contribution"].tolist() == pytest.approx([5 * 6 * 4, 0.0, 0.0])
    left = spm.driver_effects(now.iloc[:1], before, DRIVERS, by="segment")
    gone = left[left["segment"] == "b"]
    assert gone["contribution"].tolist() == pytest.approx([-4 * 5 * 3, 0.0, 0.0])


def test_a_driver_that_is_undefined_for_want_of_wins_did_not_change():
    now = pd.DataFrame({"volume": [10.0], "rate": [0.0], "size": [np.nan]})
    before = pd.DataFrame({"volume": [10.0], "rate": [0.5], "size": [20.0]})
    found = spm.driver_effects(now, before, DRIVERS)
    assert found["contribution"].tolist() == pytest.approx([0.0, -100.0, 0.0])


def test_an_unknown_driver_is_refused():
    now = pd.DataFrame({"volume": [10.0], "rate": [0.2], "size": [np.nan]})
    with pytest.raises(ValueError, match="null although no other driver"):
        spm.driver_bridge(now, now, DRIVERS)


def test_a_driver_that_is_no_column_or_infinite_is_refused():
    now = pd.DataFrame({"volume": [10.0], "rate": [0.2], "size": [np.inf]})
    with pytest.raises(ValueError, match="no column 'price'; it has volume, rate, size"):
        spm.driver_bridge(now, now, ["volume", "price"])
    with pytest.raises(ValueError, match="a driver is infinite"):
        spm.driver_bridge(now, now, DRIVERS)


@pytest.mark.parametrize("drivers", [["rate"], ["rate", "rate"], list("abcdefg")])
def test_too_few_too_many_or_repeated_drivers_are_refused(drivers):
    frame = pd.DataFrame({name: [1.0] for name in "abcdefg"}).assign(rate=1.0)
    with pytest.raises(ValueError, match="two to 6 different"):
        spm.driver_bridge(frame, frame, drivers)


def test_a_group_that_stands_twice_is_refused():
    twice = segments(YEARS[1971]).assign(segment="a")
    with pytest.raises(ValueError, match="stands twice"):
        spm.driver_bridge(twice, twice, DRIVERS, by="segment")
    with pytest.raises(ValueError, match="no by"):
        spm.driver_bridge(twice, twice, DRIVERS)


VALUES = st.one_of(st.just(0.0), st.floats(0.01, 1e6), st.floats(-1e4, -0.01))
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=2, max_size=2)


@given(ROWS, ROWS)
def test_the_bars_add_up_and_turn_with_the_periods(later, earlier):
    now, before = segments(later), segments(earlier)
    bridge = spm.driver_bridge(now, before, DRIVERS, by="segment").set_index("step")["value"]
    size = max(abs(np.array(later)).prod(axis=1).sum(), abs(np.array(earlier)).prod(axis=1).sum())
    tolerance = 1e-9 * max(size, abs(np.array([*later, *earlier])).max() ** 3, 1e-9)
    assert bridge[:-1].sum() == pytest.approx(bridge["now"], abs=tolerance)
    turned = spm.driver_bridge(before, now, DRIVERS, by="segment").set_index("step")["value"]
    assert turned[DRIVERS].to_numpy() == pytest.approx(-bridge[DRIVERS].to_numpy(), abs=tolerance)

"""Rounding loses no cent, keeps to its limits and leaves at most one grid step to one amount."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.proposing.rounding import NO_LIMIT, cents_of, shared_out, to_grid, whole_sum


def test_cents_are_rounded_halves_up_without_the_noise_of_floats():
    assert cents_of(1.005) == 101
    assert cents_of(0.285) == 29  # as a float it is 0.28499…
    assert cents_of(1_000_000, 1.1) == 110_000_000
    assert cents_of(33.33, 1.15) == 3833  # 38.3295
    assert cents_of(0.5, more=0.15) == 58  # 57.5; as floats 0.5 × (1 + 0.15) is 57.49…
    assert cents_of(np.float64(2.675)) == 268


def test_thirds_of_a_hundred():
    assert shared_out([10_000], np.ones((1, 3))).tolist() == [[3334, 3333, 3333]]


def test_what_weighs_nothing_gets_nothing_unless_nothing_weighs_anything():
    assert shared_out([100], np.array([[0.0, 1.0, 2.0]])).tolist() == [[0, 33, 67]]
    assert shared_out([10], np.zeros((1, 4))).tolist() == [[3, 3, 2, 2]]


@given(
    st.lists(st.integers(0, 10**15), min_size=1, max_size=5),
    st.lists(st.floats(0, 1e9), min_size=1, max_size=12),
)
def test_shares_sum_to_their_totals_and_are_within_a_cent(totals, weights):
    weights = np.array([weights])
    found = shared_out(totals, weights)
    assert found.sum(axis=1).tolist() == totals
    assert (found >= 0).all()
    if weights.sum() > 0:
        exact = np.array(totals)[:, None] * (weights / weights.sum())
        assert (np.abs(found - exact) <= 1 + 1e-9 * exact).all()


def test_a_worked_example_on_a_grid():
    low, high = np.zeros(3, "int64"), np.full(3, NO_LIMIT)
    found = to_grid(np.array([1040.0, 2080.0, 3080.0]), 6200, 100, low, high)
    assert found.exact.tolist() == [1000, 2100, 3100]
    assert (found.exact == found.on_grid).all()


def test_what_the_grid_leaves_stands_on_the_largest_with_room():
    low, high = np.zeros(3, "int64"), np.array([NO_LIMIT, NO_LIMIT, 3100])
    found = to_grid(np.array([1040.0, 2080.0, 3080.0]), 6233, 100, low, high)
    assert found.on_grid.tolist() == [1000, 2100, 3100]
    assert found.exact.tolist() == [1000, 2133, 3100]


def test_limits_without_a_multiple_between_leave_the_amount_to_the_cent():
    low, high = np.array([120, 0]), np.array([180, NO_LIMIT])
    found = to_grid(np.array([150.4, 849.6]), 1000, 100, low, high)
    assert found.exact.tolist() == [150, 850]


def test_no_room_is_refused():
    with pytest.raises(ValueError, match="no room for 50 cents"):
        to_grid(np.array([10.0]), 50, 1, np.array([0]), np.array([20]))


def test_a_sum_beyond_64_bits_does_not_turn_over():
    assert whole_sum(np.full(5_000, NO_LIMIT)) == 5_000 * NO_LIMIT


@settings(max_examples=200)
@given(st.data())
def test_any_amounts_on_any_grid_are_exact_within_their_limits(data):
    count = data.draw(st.integers(1, 15))
    step = data.draw(st.sampled_from([1, 7, 100, 2500]))
    pairs = [sorted(data.draw(st.tuples(*[st.integers(0, 20_000)] * 2))) for _ in range(count)]
    low, high = np.array(pairs).T
    wanted = np.array([data.draw(st.floats(int(a), int(b))) for a, b in pairs])
    total = int(np.clip(round(wanted.sum()), low.sum(), high.sum()))
    found = to_grid(wanted, total, step, low, high)
    assert found.exact.sum() == total
    assert ((found.exact >= low) & (found.exact <= high)).all()


@settings(max_examples=100)
@given(st.data())
def test_without_limits_at_most_one_amount_is_off_the_grid_and_none_is_far(data):
    count = data.draw(st.integers(1, 15))
    step = data.draw(st.sampled_from([1, 100, 2500]))
    wanted = np.array(data.draw(st.lists(st.floats(0, 1e7), min_size=count, max_size=count)))
    total = round(wanted.sum())
    found = to_grid(wanted, total, step, np.zeros(count, "int64"), np.full(count, NO_LIMIT))
    assert (found.on_grid % step == 0).all()
    assert ((found.exact - found.on_grid) != 0).sum() <= 1
    assert 0 <= (found.exact - found.on_grid).sum() < step
    assert (np.abs(found.on_grid - wanted) <= step + 1).all()

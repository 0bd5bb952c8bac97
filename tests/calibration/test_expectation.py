"""The expectation: quotas of a probability and probabilities of quotas are each other's reverse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.calibration.expecting.errors import errors_of
from spmkit.calibration.expecting.expectation import Expectation

EVEN = tuple(np.linspace(-2, 2, 401))


def ahead(errors=EVEN, expected=(100.0, 50.0), spread=(20.0, 10.0)):
    return Expectation(
        pd.DataFrame({"expected": expected, "spread": spread}), np.array(errors, "float64")
    )


@given(st.floats(0.02, 0.98))
def test_a_quota_of_a_probability_is_reached_with_it(place):
    found = ahead()
    assert found.probability(found.quota_at(place)) == pytest.approx(place, abs=0.005)


def test_a_quota_of_nothing_is_reached_and_none_has_no_probability():
    found = ahead().probability(np.array([0.0, np.nan]))
    assert found[0] == 1.0
    assert np.isnan(found[1])


def test_the_range_holds_as_much_below_as_above():
    low, high = ahead().interval(0.8)
    assert low == pytest.approx([68.0, 34.0])
    assert high == pytest.approx([132.0, 66.0])


@pytest.mark.parametrize(
    ("errors", "expected", "told"),
    [
        ((), (1.0, 1.0), "no error"),
        ((np.nan,), (1.0, 1.0), "no error"),
        ((0.0,), (0.0, 1.0), "expected"),
    ],
)
def test_without_a_distribution_it_is_refused(errors, expected, told):
    with pytest.raises(ValueError, match=told):
        ahead(errors, expected)


def test_errors_are_in_spreads_that_grow_as_planted():
    rng = np.random.default_rng(1)
    mean = rng.uniform(50, 500, 20_000)
    sold = 1.1 * mean + np.sqrt(9 * 1.1 * mean + (0.2 * 1.1 * mean) ** 2) * rng.normal(size=20_000)
    found = errors_of(mean, sold)
    assert found.level == pytest.approx(1.1, abs=0.01)
    assert found.linear == pytest.approx(9, rel=0.15)
    assert found.square == pytest.approx(0.04, rel=0.15)
    assert found.sizes.std() == pytest.approx(1, abs=0.02)


def test_few_errors_give_no_distribution():
    assert errors_of(np.full(19, 5.0), np.full(19, 5.0)) is None
    assert errors_of(np.full(40, 0.0), np.full(40, 5.0)) is None


def test_one_row_of_next_to_nothing_does_not_decide_the_spread():
    mean = np.append(np.full(200, 100.0), 1e-3)
    sold = np.append(np.full(200, 100.0) + np.tile([-10.0, 10.0], 100), 90.0)
    assert errors_of(mean, sold).spread(np.array([100.0]))[0] < 20

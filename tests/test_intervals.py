"""Closed intervals against published values, and what must hold of every one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.intervals import difference_interval, wilson_interval


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # the four examples of Newcombe 1998, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_reproduces_published_bounds(hits, of, low, high):
    found = wilson_interval([hits], [of], 0.95)
    np.testing.assert_allclose(np.ravel(found), [low, high], atol=5e-5)


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(0.01, 0.999))
def test_wilson_stays_within_one_and_holds_the_share(hits, missed, confidence):
    of = hits + missed
    (low,), (high,) = wilson_interval([hits], [of], confidence)
    if of == 0:
        assert np.isnan([low, high]).all()
    else:
        assert 0 <= low <= hits / of <= high <= 1


def test_more_cases_and_less_confidence_narrow_it():
    widths = [
        np.subtract(*wilson_interval([h], [n], c)[::-1])[0]
        for h, n, c in ((3, 10, 0.95), (30, 100, 0.95), (30, 100, 0.8))
    ]
    assert widths == sorted(widths, reverse=True)


def test_a_difference_needs_both_bounds():
    low, high = difference_interval(([0.5], [0.4], [0.6]), ([0.4], [np.nan], [np.nan]))
    assert np.isnan([low, high]).all()

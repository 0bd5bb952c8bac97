"""Bands hold their lower edge, bins have no holes, and nobody unrated is counted."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.segmentation import (
    BANDS,
    attainment_band,
    attainment_bins,
    attainment_ranks,
    credit_concentration,
    rep_attainments,
)


def lines(*credited, quota=100.0):
    return pd.DataFrame({"rep_credited": [*credited], "rep_quota": quota}, dtype="float64")


NOBODY = lines()


def counts(*credited, **edges):
    return attainment_band(lines(*credited), **edges)["reps"].tolist()


def test_a_rep_without_a_quota_has_no_attainment():
    given_lines = pd.DataFrame({"rep_credited": [90.0, 50.0], "rep_quota": [100.0, None]})
    assert rep_attainments(given_lines)["attainment"].tolist() == [0.9]


def test_a_band_holds_its_lower_edge_and_not_its_upper_one():
    edges = [50.0, 80.0, 100.0, 120.0]
    assert counts(*edges) == [0, 1, 1, 1, 1]
    assert counts(*[edge - 0.01 for edge in edges]) == [1, 1, 1, 1, 0]


def test_what_is_at_quota_to_the_cent_is_at_quota():
    # 0.1 + 0.2 is a hair above 0.3, and 100 - 1e-9 a hair below 100: both are on quota.
    assert attainment_band(lines(0.3, quota=0.1 + 0.2))["reps"].tolist() == [0, 0, 0, 1, 0]
    assert counts(100 - 1e-9) == [0, 0, 0, 1, 0]
    assert attainment_bins(lines(100 - 1e-9))["at_quota"].tolist() == [True]
    assert attainment_ranks(lines(100 - 1e-9))["attainment"].tolist() == [1.0]


def test_an_attainment_below_zero_is_in_the_lowest_band():
    assert counts(-20.0) == [1, 0, 0, 0, 0]


def test_bands_of_own_edges_are_named_by_them():
    bands = attainment_band(lines(90.0, 110.0, 110.0), edges=(1.0,))
    assert bands["band"].tolist() == ["below 100 %", "100 % and more"]
    assert bands["share"].round(3).tolist() == [0.333, 0.667]
    assert bands[["low", "high"]].isna().sum().tolist() == [1, 1]
    assert bands["low"].isna().iloc[0]
    assert bands["high"].isna().iloc[-1]


def test_without_reps_the_share_of_a_band_is_null_not_zero():
    bands = attainment_band(NOBODY)
    assert bands["reps"].tolist() == [0] * 5
    assert bands["share"].isna().all()


def test_bins_have_no_holes_and_end_at_the_best_rep():
    bins = attainment_bins(lines(62.0, 69.9, 101.0))
    assert bins["low"].tolist() == [0.6, 0.7, 0.8, 0.9, 1.0]
    assert bins["high"].tolist() == [0.7, 0.8, 0.9, 1.0, 1.1]
    assert bins["reps"].tolist() == [2, 0, 0, 0, 1]
    assert bins["at_quota"].tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("credited", [30.0, 60.0, 70.0, 110.0, 120.0, 230.0])
def test_a_bin_holds_its_lower_edge_though_tenths_are_not_exact(credited):
    assert attainment_bins(lines(credited))["low"].tolist() == [credited / 100]


def test_whoever_is_beyond_the_last_bin_stands_in_it():
    bins = attainment_bins(lines(245.0, 250.0, 900.0))
    assert (bins["low"].tolist(), bins["reps"].tolist()) == ([2.4], [3])


def test_a_clawed_back_rep_has_a_bin_below_zero():
    assert attainment_bins(lines(-15.0, 5.0))["low"].tolist() == [-0.2, -0.1, 0.0]


def test_a_rep_clawed_back_beyond_reason_makes_no_thousand_bars():
    bins = attainment_bins(lines(-1e9, 100.0))
    assert (bins["low"].iloc[0], len(bins)) == (-0.5, 16)


def test_without_reps_there_is_no_bin_no_rank():
    assert attainment_bins(NOBODY).empty
    assert attainment_ranks(NOBODY).empty
    assert list(attainment_ranks(NOBODY)) == ["attainment", "share"]


def test_ranks_fall_and_say_how_many_are_at_or_above():
    ranks = attainment_ranks(lines(80.0, 120.0, 100.0, 60.0))
    assert ranks.values.tolist() == [[1.2, 0.25], [1.0, 0.5], [0.8, 0.75], [0.6, 1.0]]


def credited(**amounts):
    return pd.DataFrame({"rep_id": [*amounts], "credited": [*amounts.values()]})


def test_credit_is_cumulated_from_the_largest_down():
    curve = credit_concentration(credited(a=10.0, b=60.0, c=30.0))
    assert curve["reps"].round(3).tolist() == [0.0, 0.333, 0.667, 1.0]
    assert curve["credit"].round(3).tolist() == [0.0, 0.6, 0.9, 1.0]


def test_the_lines_of_one_rep_are_one_rep_and_nobody_is_none():
    twice = pd.DataFrame({"rep_id": ["a", "a", "b", None], "credited": [40.0, 40.0, 20.0, 900.0]})
    assert credit_concentration(twice)["credit"].tolist() == [0.0, 0.8, 1.0]


def test_no_credit_gives_a_curve_of_its_first_point():
    assert credit_concentration(credited(a=0.0, b=-5.0)).values.tolist() == [[0.0, 0.0]]


_credits = st.lists(st.floats(-50, 400), max_size=30)


@given(_credits)
@settings(max_examples=60, deadline=None)
def test_every_rated_rep_is_in_exactly_one_band_and_one_bin(amounts):
    reps = lines(*amounts)
    bands, bins = attainment_band(reps), attainment_bins(reps)
    assert bands["reps"].sum() == bins["reps"].sum() == len(amounts)
    at_quota = bands.loc[bands["low"] >= 1, "reps"].sum()
    assert bins.loc[bins["at_quota"].astype(bool), "reps"].sum() == at_quota
    assert len(bands) == len(BANDS) + 1


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_curve_never_falls_and_lies_above_the_even_one(amounts):
    frame = pd.DataFrame({"rep_id": range(len(amounts)), "credited": amounts})
    curve = credit_concentration(frame)
    assert curve["credit"].is_monotonic_increasing
    assert (curve["credit"] >= curve["reps"] - 1e-9).all()
    assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])

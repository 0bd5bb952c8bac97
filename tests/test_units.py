"""How numbers print."""

from __future__ import annotations

import pandas as pd
import pytest

from spmkit.units import (
    COUNT,
    DAYS,
    MONEY,
    MULTIPLE,
    NUMBER,
    PERCENT,
    POINTS,
    format_difference,
    format_full,
    format_value,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.912, PERCENT, "91.2 %"),
        (-0.05, PERCENT, "−5.0 %"),
        (-0.0001, PERCENT, "0.0 %"),  # no minus before a zero
        (0.031, POINTS, "3.1 points"),
        (0, MONEY, "0"),
        (950, MONEY, "950"),
        (12.345, MONEY, "12.3"),
        (7.0, MONEY, "7"),
        (45_300, MONEY, "45.3 k"),
        (1_170_000, MONEY, "1.17 M"),
        (-12_640_000, MONEY, "−12.6 M"),
        (999_999, MONEY, "1.00 M"),  # not 1,000 k
        (999_499, MONEY, "999 k"),
        (2.5e9, MONEY, "2.50 B"),
        (1e12, MONEY, "1,000 B"),
        (42, DAYS, "42 days"),
        (1, DAYS, "1 day"),
        (41.55, DAYS, "41.5 days"),
        (1204, COUNT, "1,204"),
        (2.64, MULTIPLE, "2.6×"),
        (11.25, NUMBER, "11.2"),
    ],
)
def test_each_unit_prints_in_its_own_way(value, unit, text):
    assert format_value(value, unit) == text


@pytest.mark.parametrize("null", [None, float("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("unit", [PERCENT, MONEY, COUNT])
def test_null_is_a_dash_and_never_a_zero(null, unit):
    assert format_value(null, unit, "USD") == "–"
    assert format_difference(null, unit) == "–"


def test_currency_follows_money_only():
    assert format_value(1_170_000, MONEY, "USD") == "1.17 M USD"
    assert format_full(-1_170_250.4, MONEY, "USD") == "−1,170,250 USD"
    assert format_value(0.5, PERCENT, "USD") == "50.0 %"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.04, PERCENT, "−4.0 points"),
        (0.031, PERCENT, "+3.1 points"),
        (0.0, PERCENT, "0.0 points"),
        (120_000, MONEY, "+120 k"),
        (-2, COUNT, "−2"),
        (3.5, DAYS, "+3.5 days"),
    ],
)
def test_differences_carry_their_sign_and_percents_differ_in_points(value, unit, text):
    assert format_difference(value, unit) == text


def test_counts_are_whole_numbers_and_the_rest_are_floats():
    assert COUNT.dtype == "Int64"
    assert {unit.dtype for unit in (PERCENT, MONEY, DAYS, MULTIPLE, NUMBER)} == {"float64"}

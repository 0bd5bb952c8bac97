from __future__ import annotations

from datetime import date

import pytest

from spmkit.calendar import selling_days


def test_selling_days_are_weekdays():
    assert selling_days(date(2026, 6, 29), date(2026, 7, 5)) == 5  # Monday to Sunday
    assert selling_days(date(2026, 7, 4), date(2026, 7, 5)) == 0
    assert selling_days(date(2026, 7, 3), date(2026, 7, 3)) == 1


def test_selling_days_leave_out_public_holidays_as_kept():
    # 4 July 2026 is a Saturday, kept on Friday the 3rd.
    assert selling_days(date(2026, 6, 29), date(2026, 7, 5), region="US") == 4
    assert selling_days(date(2026, 7, 3), date(2026, 7, 3), region="US") == 0


def test_selling_days_of_a_subdivision():
    # Epiphany, Tuesday 6 January 2026, is a holiday in Bavaria, not in Berlin.
    week = date(2026, 1, 5), date(2026, 1, 9)
    assert selling_days(*week, region="DE-BY") == 4
    assert selling_days(*week, region="DE-BE") == 5


def test_selling_days_across_new_year():
    # Thursday 1 January is the one holiday between Monday 29 December and Friday 2 January.
    assert selling_days(date(2025, 12, 29), date(2026, 1, 2), region="US") == 4


def test_the_empty_range_has_no_selling_days():
    assert selling_days(date(2026, 7, 7), date(2026, 7, 6)) == 0
    with pytest.raises(ValueError, match="before it starts"):
        selling_days(date(2026, 7, 8), date(2026, 7, 6))


@pytest.mark.parametrize(
    ("region", "nearest"), [("us", "US"), ("US-CAL", "US-CA"), ("DE-BAY", "DE-BY"), ("XQ", "QA")]
)
def test_an_unknown_region_names_the_nearest(region, nearest):
    with pytest.raises(ValueError, match=f"nearest: .*{nearest}"):
        selling_days(date(2026, 1, 1), date(2026, 1, 2), region=region)

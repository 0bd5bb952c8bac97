from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.calendar import Calendar, Period, selling_days

NRF = Calendar(year_starts="02-01", pattern="4-5-4", named_by="start", week_starts="sunday")

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
grains = st.sampled_from(["year", "quarter", "month"])
year_starts = st.one_of(
    st.just("01-01"),
    st.builds("{:02d}-{:02d}".format, st.integers(1, 12), st.integers(1, 28)),
)
calendars = st.builds(
    Calendar,
    year_starts=year_starts,
    pattern=st.sampled_from([None, "4-4-5", "4-5-4", "5-4-4"]),
    named_by=st.sampled_from(["end", "start"]),
    week_starts=st.sampled_from(["sunday", "monday", "saturday"]),
)


def bounds(period: Period) -> tuple[str, str]:
    return period.start.isoformat(), period.end.isoformat()


# --- calendar months ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "label", "start", "end"),
    [
        (Calendar(), "2026", "2026-01-01", "2026-12-31"),
        (Calendar(), "2026Q3", "2026-07-01", "2026-09-30"),
        (Calendar(), "2026M07", "2026-07-01", "2026-07-31"),
        (Calendar(), "2024M02", "2024-02-01", "2024-02-29"),  # a leap year
        (Calendar(), "2025M02", "2025-02-01", "2025-02-28"),
        (Calendar("02-01"), "2026", "2025-02-01", "2026-01-31"),
        (Calendar("02-01"), "2024Q1", "2023-02-01", "2023-04-30"),
        (Calendar("02-01"), "2026Q4", "2025-11-01", "2026-01-31"),
        (Calendar("02-01", named_by="start"), "2026Q4", "2026-11-01", "2027-01-31"),
        (Calendar("07-01"), "2026Q1", "2025-07-01", "2025-09-30"),
        (Calendar("07-01"), "2024M08", "2024-02-01", "2024-02-29"),
        (Calendar("07-01", named_by="start"), "2026Q1", "2026-07-01", "2026-09-30"),
        (Calendar("07-01", named_by="start"), "2026", "2026-07-01", "2027-06-30"),
        (Calendar("04-06"), "2026M01", "2025-04-06", "2025-05-05"),
        (Calendar("01-01", named_by="start"), "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_period_of_calendar_months(calendar, label, start, end):
    assert bounds(calendar.period(label)) == (start, end)


def test_days_count_both_ends():
    assert Calendar().period("2024").days == 366
    assert Calendar().period("2025M02").days == 28


def test_grain_is_read_off_the_label():
    assert [Calendar().period(label).grain for label in ("2026", "2026Q3", "2026M07")] == [
        "year",
        "quarter",
        "month",
    ]


# --- weeks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "start", "weeks"),
    [  # as published by the National Retail Federation
        (2017, "2017-01-29", 53),
        (2022, "2022-01-30", 52),
        (2023, "2023-01-29", 53),
        (2024, "2024-02-04", 52),
        (2025, "2025-02-02", 52),
        (2026, "2026-02-01", 52),
    ],
)
def test_retail_years(year, start, weeks):
    period = NRF.period(str(year))
    assert (period.start.isoformat(), period.days) == (start, 7 * weeks)


def test_retail_months_of_a_53_week_year():
    months = NRF.parts(NRF.period("2023"), "month")
    assert [month.days // 7 for month in months] == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]
    assert bounds(months[-1]) == ("2023-12-31", "2024-02-03")


def test_pattern_places_the_long_month():
    def weeks(pattern):
        calendar = Calendar(pattern=pattern)
        return [month.days // 7 for month in calendar.parts(calendar.period("2026Q1"), "month")]

    assert weeks("4-4-5") == [4, 4, 5]
    assert weeks("5-4-4") == [5, 4, 4]


def test_a_year_of_weeks_keeps_its_name_across_new_year():
    # The Mondays nearest to 1 January of 2026 and 2027 are 29 December 2025 and 4 January 2027.
    calendar = Calendar(pattern="4-4-5")
    assert bounds(calendar.period("2026")) == ("2025-12-29", "2027-01-03")
    assert calendar.period("2026").days == 53 * 7
    assert calendar.containing(date(2025, 12, 29)).label == "2026Q1"
    assert calendar.containing(date(2027, 1, 3)).label == "2026Q4"


def test_the_nearest_weekday_may_be_either_side():
    # 1 July: a Tuesday in 2025, a Saturday in 2028.
    calendar = Calendar("07-01", "4-4-5", named_by="start", week_starts="monday")
    assert calendar.period("2025").start == date(2025, 6, 30)
    assert calendar.period("2028").start == date(2028, 7, 3)


# --- moving between periods --------------------------------------------------------


def test_containing():
    calendar = Calendar("02-01")
    assert calendar.containing(date(2026, 1, 31)).label == "2026Q4"
    assert calendar.containing(date(2026, 2, 1)).label == "2027Q1"
    assert calendar.containing(date(2026, 2, 1), "month").label == "2027M01"
    assert calendar.containing(datetime(2026, 1, 31, 23, 59), "year").label == "2026"


def test_between_takes_every_period_that_touches():
    touched = Calendar().between(date(2025, 12, 31), date(2026, 4, 1))
    assert [period.label for period in touched] == ["2025Q4", "2026Q1", "2026Q2"]
    one_day = Calendar().between(date(2026, 1, 1), date(2026, 1, 1), "month")
    assert [period.label for period in one_day] == ["2026M01"]


def test_between_refuses_a_range_that_runs_backwards():
    with pytest.raises(ValueError, match="before it starts"):
        Calendar().between(date(2026, 1, 2), date(2026, 1, 1))


def test_last_complete_includes_a_period_that_ends_today():
    assert Calendar().last_complete(date(2026, 3, 31)).label == "2026Q1"
    assert Calendar().last_complete(date(2026, 3, 30)).label == "2025Q4"
    assert Calendar().last_complete(date(2026, 3, 30), "month").label == "2026M02"


def test_is_complete():
    quarter = Calendar().period("2026Q1")
    assert Calendar().is_complete(quarter, date(2026, 3, 31))
    assert not Calendar().is_complete(quarter, date(2026, 3, 30))


def test_previous_and_year_before():
    calendar = Calendar("02-01")
    quarter = calendar.period("2026Q1")
    assert calendar.previous(quarter).label == "2025Q4"
    assert calendar.year_before(quarter).label == "2025Q1"
    assert calendar.year_before(calendar.period("2026M12")).label == "2025M12"


def test_parts_refuses_a_longer_grain():
    with pytest.raises(ValueError, match="no parts of a year"):
        Calendar().parts(Calendar().period("2026Q3"), "year")


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "nearest"),
    [("Q3 2026", "2026Q3"), ("2026-Q3", "2026Q3"), ("2026q3", "2026Q3"), ("2026-07", "2026M07")],
)
def test_an_unknown_label_names_the_form_and_the_nearest(label, nearest):
    with pytest.raises(ValueError, match=rf"2026Q3 \(a quarter\).*nearest: {nearest}$"):
        Calendar().period(label)


@pytest.mark.parametrize("label", ["", "2026Q5", "2026M13", "2026M7", "FY26", "2026-01-01", "٢٠٢٦"])
def test_other_text_is_no_label(label):
    with pytest.raises(ValueError, match="no period"):
        Calendar().period(label)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"year_starts": "02-29"}, "a day that every year has"),
        ({"year_starts": "february"}, "write month-day"),
        ({"year_starts": "W05-1"}, "write month-day"),
        ({"year_starts": "01-31"}, "a day up to 28"),
        ({"pattern": "4-5-5"}, "choose from 4-4-5"),
        ({"named_by": "begin"}, "choose from end, start"),
        ({"week_starts": "Sunday"}, "nearest: sunday"),
        ({"ends_on": date(2026, 1, 1)}, "give starts"),
        ({"starts": (date(2026, 1, 1),)}, "give ends_on"),
        ({"starts": (date(2026, 2, 1), date(2026, 1, 1))}, "in order"),
        ({"starts": (date(2026, 1, 1), date(2026, 1, 1))}, "each given once"),
        ({"starts": (date(2026, 1, 2),), "ends_on": date(2026, 1, 1)}, "before the last start"),
        ({"starts": (date(2026, 1, 1),), "pattern": "4-4-5"}, "not both"),
    ],
)
def test_contradictions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Calendar(**arguments)


def test_an_unknown_grain_is_refused():
    with pytest.raises(ValueError, match="nearest: quarter"):
        Calendar().containing(date(2026, 1, 1), "quarters")


# --- properties --------------------------------------------------------------------


@given(calendars, days, grains)
def test_a_day_lies_in_exactly_one_period(calendar, day, grain):
    period = calendar.containing(day, grain)
    assert period.start <= day <= period.end
    near = calendar.between(day - timedelta(400), day + timedelta(400), grain)
    assert [one for one in near if one.start <= day <= one.end] == [period]


@given(calendars, days, grains)
def test_labels_round_trip(calendar, day, grain):
    period = calendar.containing(day, grain)
    assert calendar.period(period.label) == period


@given(calendars, days, st.sampled_from(["quarter", "month"]))
def test_parts_tile_the_year(calendar, day, grain):
    year = calendar.containing(day, "year")
    parts = calendar.parts(year, grain)
    assert len(parts) == {"quarter": 4, "month": 12}[grain]
    assert (parts[0].start, parts[-1].end) == (year.start, year.end)
    assert sum(part.days for part in parts) == year.days
    assert all(calendar.previous(after) == part for part, after in pairwise(parts))


@given(calendars, days)
def test_a_quarter_has_three_months_and_its_year_before_the_same_place(calendar, day):
    quarter = calendar.containing(day)
    assert len(calendar.parts(quarter, "month")) == 3
    before = calendar.year_before(quarter)
    assert before.label[-2:] == quarter.label[-2:]
    assert len(calendar.between(before.start, quarter.end)) == 5


@given(calendars, days, grains)
def test_last_complete_is_the_latest_that_is_complete(calendar, day, grain):
    last = calendar.last_complete(day, grain)
    assert calendar.is_complete(last, day)
    assert not calendar.is_complete(calendar.containing(last.end + timedelta(1), grain), day)


@given(days, days, days)
def test_selling_days_add_up(one, two, three):
    start, middle, end = sorted((one, two, three))
    after = selling_days(middle + timedelta(1), end) if middle < end else 0
    assert selling_days(start, middle) + after == selling_days(start, end)

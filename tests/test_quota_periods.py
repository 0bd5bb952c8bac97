from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import spmkit as spm
from spmkit.calendar import Calendar

QUOTAS = Calendar(starts=(date(2012, 11, 30), date(2013, 2, 28), date(2013, 5, 31)))


def test_quota_periods_end_the_day_before_the_next():
    second = QUOTAS.period("2013-02-28")
    assert (second.start, second.end) == (date(2013, 2, 28), date(2013, 5, 30))
    assert QUOTAS.containing(date(2013, 5, 30)).label == "2013-02-28"


def test_the_last_quota_period_is_as_long_as_the_one_before():
    # Both of the last two start on the last day of a month: three months, not 92 days.
    assert QUOTAS.period("2013-05-31").end == date(2013, 8, 30)
    firsts = Calendar(starts=(date(2026, 1, 1), date(2026, 2, 1)))
    assert firsts.period("2026-02-01").end == date(2026, 2, 28)
    four_weeks = Calendar(starts=(date(2026, 1, 5), date(2026, 2, 2)))
    assert four_weeks.period("2026-02-02").end == date(2026, 3, 1)


def test_ends_on_closes_the_last_quota_period():
    calendar = Calendar(starts=(date(2026, 1, 1),), ends_on=date(2026, 4, 30))
    assert calendar.period("2026-01-01").days == 120


def test_moving_between_quota_periods():
    assert QUOTAS.previous(QUOTAS.period("2013-05-31")).label == "2013-02-28"
    assert QUOTAS.last_complete(date(2013, 5, 30)).label == "2013-02-28"
    assert QUOTAS.last_complete(date(2020, 1, 1)).label == "2013-05-31"
    touched = QUOTAS.between(date(2000, 1, 1), date(2013, 2, 28))
    assert [period.label for period in touched] == ["2012-11-30", "2013-02-28"]
    assert QUOTAS.parts(touched[0], "quarter") == [touched[0]]


def test_year_before_takes_the_nearest_quota_period():
    starts = (date(2025, 1, 6), date(2025, 4, 1), date(2025, 7, 1), date(2026, 1, 1))
    calendar = Calendar(starts=starts, ends_on=date(2026, 3, 31))
    assert calendar.year_before(calendar.period("2026-01-01")).label == "2025-01-06"
    with pytest.raises(ValueError, match="no quota period starts a year before 2025-07-01"):
        calendar.year_before(calendar.period("2025-07-01"))


def test_quota_calendars_refuse_what_they_do_not_hold():
    with pytest.raises(ValueError, match=r"outside the quota periods \(2012-11-30 to 2013-08-30"):
        QUOTAS.containing(date(2013, 8, 31))
    with pytest.raises(ValueError, match="no quota period ends by 2012-12-01"):
        QUOTAS.last_complete(date(2012, 12, 1))
    with pytest.raises(ValueError, match=r"its first day, nearest: 2013-02-28"):
        QUOTAS.period("2013-02-27")
    with pytest.raises(ValueError, match="own periods only, no month"):
        QUOTAS.containing(date(2013, 1, 1), "month")


def test_the_last_period_ends_with_the_shortest_of_its_lines_and_none_runs_after_it():
    lines = pd.DataFrame(
        {
            "rep_id": ["ada", "ada", "bo"],
            "quota": [90.0, 90.0, 400.0],
            "period_start": ["2026-01-01", "2026-04-01", "2026-04-01"],
            "period_end": ["2026-03-31", "2026-06-30", "2027-03-31"],
        }
    )
    backwards = lines.assign(period_end=["2026-03-31", "2026-03-01", "2026-06-30"])
    frames = {
        "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
        "opportunities": pd.DataFrame(
            {"opportunity_id": ["o"], "rep_id": ["ada"], "outcome": ["open"]}
        ),
    }
    declared = {"as_of": "2026-10-02", "calendar": {"periods": "quotas"}}
    for given in (lines, backwards):
        data = spm.open_data(frames | {"quotas": given}, settings=declared)
        assert data.calendar.period("2026-04-01").end == date(2026, 6, 30)
    with pytest.raises(spm.DataError, match="no period is running: 2026-10-02 is outside"):
        spm.coverage_lines(data)

"""A quota over months, weeks and days: exact in sum, by selling days and the part of the year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.calendar import Calendar
from spmkit.calibration.proposing.phasing import days_of, phased
from spmkit.calibration.proposing.seasonality import sales_by_month, seasonal_indices
from spmkit.data import DataError

CALENDAR = Calendar()
QUARTER = days_of(CALENDAR.period("2026Q3"), CALENDAR)
QUOTAS = pd.DataFrame(
    {"rep_id": ["ada", None], "territory_id": [None, "t1"], "quota": [100_000.01, 66.0]}
)


def cents(amounts):
    return amounts.mul(100).round().astype("int64")


def test_months_by_selling_days_worked_by_hand():
    found = phased(QUOTAS, QUARTER)  # 23, 21 and 22 weekdays
    assert found["part"].tolist()[:3] == ["2026M07", "2026M08", "2026M09"]
    assert found.loc[found["rep_id"].isna(), "quota"].tolist() == [23.0, 21.0, 22.0]
    assert found["territory_id"].tolist()[3:] == ["t1"] * 3


def test_a_public_holiday_sells_nothing():
    july = days_of(CALENDAR.period("2026M07"), CALENDAR, "US")
    found = phased(QUOTAS, july, "day")
    ada = found[found["rep_id"] == "ada"].set_index("part")
    assert ada["quota"]["2026-07-03"] == 0  # Independence Day, kept on Friday
    assert ada["selling_days"]["2026-07-03"] == 0
    assert ada["quota"]["2026-07-04"] == 0
    assert (ada.loc[ada["selling_days"] == 1, "quota"] > 0).all()


def test_weeks_are_cut_at_the_ends_and_begin_where_the_company_says():
    found = phased(QUOTAS.iloc[:1], QUARTER, "week")
    assert found["part"].iloc[0] == "2026-07-01"  # a Wednesday
    assert found["selling_days"].iloc[0] == 3
    assert found["ends_on"].iloc[-1] == pd.Timestamp("2026-09-30")
    assert set(found["starts_on"].iloc[1:].dt.day_of_week) == {0}
    sunday = phased(QUOTAS.iloc[:1], QUARTER, "week", week_starts="sunday")
    assert set(sunday["starts_on"].iloc[1:].dt.day_of_week) == {6}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0, 1e9).map(lambda x: round(x, 2)), min_size=1, max_size=4),
    st.lists(st.floats(0.1, 3.0), min_size=3, max_size=3),
    st.sampled_from([None, "US"]),
)
def test_months_weeks_and_days_agree_and_sum_to_the_cent(quotas, indices, holidays):
    frame = pd.DataFrame({"rep_id": [f"r{i}" for i in range(len(quotas))], "quota": quotas})
    days = days_of(CALENDAR.period("2026Q3"), CALENDAR, holidays)
    seasonality = dict(zip(["2026M07", "2026M08", "2026M09"], indices, strict=True))
    by_day = phased(frame, days, "day", seasonality)
    by_month = phased(frame, days, "month", seasonality)
    for part in ("month", "week", "day"):
        found = phased(frame, days, part, seasonality)
        sums = cents(found["quota"]).groupby(found["rep_id"]).sum().tolist()
        assert sums == cents(frame["quota"]).tolist()
    month = by_day["starts_on"].dt.strftime("%YM%m").str.replace("M", "M")
    summed = cents(by_day["quota"]).groupby([by_day["rep_id"], month]).sum()
    assert summed.tolist() == cents(by_month["quota"]).tolist()
    assert (by_day["quota"] >= 0).all()


def test_a_season_moves_quota_between_months():
    found = phased(QUOTAS.iloc[1:], QUARTER, "month", {"2026M07": 0.0, "2026M09": 2.0})
    assert found["quota"].tolist() == [0.0, 21.32, 44.68]  # 0 : 21 : 44 of 66


def test_a_calendar_of_own_periods_has_days_and_weeks():
    from datetime import date

    own = Calendar(starts=(date(2026, 1, 5), date(2026, 3, 2)), ends_on=date(2026, 3, 8))
    days = days_of(own.period("2026-03-02"), own)
    found = phased(pd.DataFrame({"rep_id": ["ada"], "quota": [50.0]}), days, "day")
    assert found["quota"].tolist() == [10.0] * 5 + [0.0] * 2
    assert phased(pd.DataFrame({"rep_id": ["ada"], "quota": [50.0]}), days)["part"].tolist() == [
        "2026-03-02"
    ]


def test_a_period_without_a_selling_day_is_phased_over_all_its_days():
    from datetime import date

    own = Calendar(starts=(date(2026, 2, 28),), ends_on=date(2026, 3, 1))  # a weekend
    days = days_of(own.period("2026-02-28"), own)
    found = phased(pd.DataFrame({"rep_id": ["ada"], "quota": [5.01]}), days, "day")
    assert found["quota"].tolist() == [2.51, 2.5]


def test_what_cannot_be_phased_is_said():
    with pytest.raises(DataError, match="a quota is missing"):
        phased(QUOTAS.assign(quota=[1.0, np.nan]), QUARTER)
    with pytest.raises(DataError, match="an index of seasonality"):
        phased(QUOTAS, QUARTER, "month", {"2026M07": -1.0})
    with pytest.raises(DataError, match="it is month, week or day"):
        phased(QUOTAS, QUARTER, "hour")
    with pytest.raises(DataError, match="week_starts is 'Monday'"):
        phased(QUOTAS, QUARTER, "week", week_starts="Monday")


def sales_of(years, season, noise, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            (2000 + year, part + 1, 1000 * season[part] * rng.lognormal(0, noise), 21)
            for year in range(years)
            for part in range(len(season))
        ],
        columns=["year", "part", "credited", "selling_days"],
    )


SEASON = [0.7, 0.9, 1.0, 1.0, 1.1, 1.3]


def test_indices_of_a_clear_season_stay_and_noise_is_pulled_to_one():
    clear = seasonal_indices(sales_of(3, SEASON, 0.01))
    assert clear["index"].tolist() == pytest.approx(SEASON, abs=0.05)
    assert clear["weight"].iloc[0] > 0.95
    flat = seasonal_indices(sales_of(3, [1.0] * 6, 0.3))
    assert (flat["index"] - 1).abs().max() < (flat["seen"] - 1).abs().max() * 0.7
    assert ((clear["low"] <= clear["index"]) & (clear["index"] <= clear["high"])).all()


def test_few_years_are_pulled_further_than_many():
    weights = [
        np.mean(
            [seasonal_indices(sales_of(y, SEASON, 0.3, s))["weight"].iloc[0] for s in range(20)]
        )
        for y in (2, 4, 10)
    ]
    assert weights[0] < weights[1] < weights[2]


def test_one_year_says_nothing_of_a_season():
    found = seasonal_indices(sales_of(1, SEASON, 0.0))
    assert found["index"].tolist() == [1.0] * 6
    assert found["seen"].tolist() == pytest.approx(SEASON)
    assert set(found["status"]) == {"insufficient n"}
    assert seasonal_indices(sales_of(1, SEASON, 0.0).iloc[:0]).empty


def test_a_year_that_lacks_a_part_is_left_out():
    sales = sales_of(3, SEASON, 0.01)
    assert seasonal_indices(sales.iloc[1:])["n"].iloc[0] == 2


def test_sales_are_those_of_whole_years_before_the_period():
    data = spm.open_data(
        {
            "reps": pd.DataFrame({"rep_id": ["ada"]}),
            "opportunities": pd.DataFrame(
                {
                    "opportunity_id": list("abcde"),
                    "rep_id": "ada",
                    "outcome": "won",
                    "closed_on": [
                        *("2024-05-01", "2025-01-02", "2025-12-31", "2026-01-05", "2026-07-01"),
                    ],
                    "amount": [7.0, 10.0, 20.0, 40.0, 80.0],
                }
            ),
        },
        settings={"as_of": "2026-08-02", "calendar": {"holidays": "US"}},
    )
    found = sales_by_month(data, data.calendar.period("2026Q4"))
    assert found["year"].unique().tolist() == ["2025"]  # 2024 began in May, 2026 is running
    assert found["credited"].tolist() == [10.0, *[0.0] * 10, 20.0]
    assert found["selling_days"].iloc[0] == spm.selling_days(
        pd.Timestamp("2025-01-01").date(), pd.Timestamp("2025-01-31").date(), "US"
    )
    assert sales_by_month(data, data.calendar.period("2024Q1")).empty

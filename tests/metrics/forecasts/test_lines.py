"""Forecast lines at a horizon: the last call, what was won, and what a naive forecast says."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from company import company, opportunities
from forecast_calls import BY_HAND, DEALS, FORECASTS, REPS, lines_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError
from spmkit.metrics.forecasts.lines import forecast_lines, horizon_day


def test_lines_by_hand():
    found = lines_of()
    assert rows(found) == BY_HAND
    assert found["region"].fillna("–").tolist() == ["North"] * 3 + ["South", "–"]
    assert found["called_on"].dt.strftime("%m-%d").fillna("–").tolist() == [
        *["05-16", "07-20", "07-01", "08-15", "–"]
    ]
    assert found["horizon_on"].dt.strftime("%m-%d").tolist() == ["05-16"] + ["08-15"] * 4


@pytest.mark.parametrize(
    ("horizon", "forecasts"),
    [
        ("first day", [90.0, None, 70.0, None, None]),
        ("first week", [90.0, None, 70.0, None, None]),
        ("mid", [110.0, 95.0, 70.0, 45.0, None]),
        ("last two weeks", [999.0, 95.0, 70.0, 45.0, None]),
        (10, [999.0, 95.0, 70.0, 45.0, 40.0]),
        (77, [90.0, None, 70.0, 30.0, None]),  # 14 April, 15 July
        (100, [90.0, None, None, None, None]),  # before the period begins
    ],
)
def test_the_last_call_on_or_before_the_horizon(horizon, forecasts):
    found = lines_of(horizon=horizon)["forecast"]
    assert found.astype("object").where(found.notna(), None).tolist() == forecasts


def test_horizons_that_are_none():
    quarter = spm.Calendar().period("2026Q3")
    with pytest.raises(ValueError, match="choose from first day"):
        horizon_day(quarter, "midle")
    with pytest.raises(ValueError, match="days before"):
        horizon_day(quarter, -1)


def test_without_a_table_of_forecasts():
    with pytest.raises(DataError, match="unavailable: needs forecasts"):
        forecast_lines(company())


def test_without_amounts_of_opportunities():
    bare = DEALS.drop(columns=["amount"])
    data = company(reps=REPS, opportunities=bare, forecasts=FORECASTS)
    with pytest.raises(DataError, match=r"needs opportunities\.amount"):
        forecast_lines(data)


def test_calls_about_months_are_no_calls_about_quarters():
    months = FORECASTS.assign(period_start=date(2026, 8, 1))[3:5]
    with pytest.raises(DataError, match="first day of no quarter"):
        lines_of(months)
    assert lines_of(months, grain="month")["period"].tolist() == ["2026M08"] * 2


def test_without_categories_there_is_no_commit():
    plain = FORECASTS[FORECASTS["category"] != "Best Case"].drop(columns=["category"])
    found = lines_of(plain)
    assert found["forecast"].tolist()[:3] == [110.0, 70.0, 45.0]
    assert found["commit"].isna().all()


def test_credited_sales_may_stand_for_what_was_won():
    credited = pd.DataFrame(
        {
            "rep_id": ["bo", "bo", "ada"],
            "credited_on": [date(2026, 7, 1), date(2026, 9, 1), date(2025, 1, 1)],
            "amount": [30.0, 40.0, 5.0],
        }
    )
    found = lines_of(actuals=credited).set_index(["period", "rep_id", "category"])
    assert found["actual"].tolist() == [0.0, 0.0, 0.0, 70.0, 0.0]
    data = company(reps=REPS, opportunities=DEALS, forecasts=FORECASTS)
    same = forecast_lines(data, actuals=spm.credit_lines(data))
    pd.testing.assert_frame_equal(same, lines_of())


def test_who_the_rep_was_at_the_end_of_each_period():
    moves = {"starts_on": [date(2025, 1, 1), date(2026, 6, 30), date(2026, 7, 2)]}
    spells = pd.DataFrame({"rep_id": "ada", "team": ["first", "second", "third"], **moves})
    data = company(reps=REPS, opportunities=DEALS, forecasts=FORECASTS[:4], rep_assignments=spells)
    assert forecast_lines(data)["team"].tolist() == ["second", "third"]


def test_calls_about_a_running_period_alone_give_no_lines():
    found = lines_of(FORECASTS[-1:])
    assert found.empty
    assert found.columns.tolist() == lines_of().columns.tolist()


def test_a_rep_whom_nobody_knows_is_one_with_others():
    strangers = pd.DataFrame(
        {
            "rep_id": ["Zed", "Zed", "Yan"],
            "as_of": ["2026-07-02", "2026-08-02", "2026-07-02"],
            "period_start": "2026-07-01",
            "category": "commit",
            "amount": [10.0, 20.0, 5.0],
        }
    )
    found = lines_of(strangers)
    assert rows(found) == [("2026Q3", "not in reps", "commit", 25.0, 25.0, 0.0, None)]


def test_sales_before_the_first_one_of_the_source_are_not_known():
    early = FORECASTS[:1].assign(as_of=date(2025, 1, 2), period_start=date(2025, 1, 1))
    found = lines_of(early)
    assert found[["actual", "naive"]].isna().all(axis=None)
    assert found["forecast"].tolist() == [90.0]


def test_a_won_opportunity_without_an_amount_is_not_nothing():
    unknown = DEALS.assign(amount=DEALS["amount"].where(DEALS["opportunity_id"] != "o3"))
    data = company(reps=REPS, opportunities=unknown, forecasts=FORECASTS)
    found = forecast_lines(data).set_index("rep_id")
    assert pd.isna(found.loc["bo", "actual"])


DAY = st.integers(0, 270).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
CALL = st.tuples(
    st.sampled_from(["ada", "bo"]),
    DAY,
    st.sampled_from([date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]),
    st.sampled_from([None, "commit", "best"]),
)
SALE = st.tuples(st.sampled_from(["ada", "bo"]), DAY, st.sampled_from([0.0, 10.0, 25.0]))


def slow_lines(calls, sales, horizon):
    found = {}
    for rep, as_of, start, category, amount in sorted(calls, key=lambda call: call[1]):
        period = spm.Calendar().containing(start)
        key = (period.label, rep, category or "")
        found.setdefault(key, [None, 0.0])
        if as_of <= horizon_day(period, horizon):
            found[key][0] = amount
        found[key][1] = sum(
            won for seller, day, won in sales if seller == rep and period.start <= day <= period.end
        )
        if min(day for _, day, _ in sales) > period.end:
            found[key][1] = None
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(CALL, min_size=1, max_size=14, unique=True),
    st.lists(SALE, min_size=1, max_size=8),
    st.sampled_from(["first day", "mid", "last two weeks", 0, 40]),
)
def test_random_calls_against_plain_loops(calls, sales, horizon):
    calls = [(*call, float(number)) for number, call in enumerate(calls)]
    frame = pd.DataFrame(calls, columns=["rep_id", "as_of", "period_start", "category", "amount"])
    deals = opportunities(
        opportunity_id=[f"o{n}" for n in range(len(sales))],
        rep_id=[sale[0] for sale in sales],
        outcome=["won"] * len(sales),
        amount=[sale[2] for sale in sales],
        created_on=[date(2026, 1, 1)] * len(sales),
        closed_on=[sale[1] for sale in sales],
    )
    data = company(opportunities=deals, forecasts=frame.astype({"category": "string"}))
    found = {
        (period, rep, category or ""): [forecast, actual]
        for period, rep, category, forecast, _, actual, _ in rows(
            forecast_lines(data, horizon=horizon)
        )
    }
    assert found == slow_lines(calls, sales, horizon)

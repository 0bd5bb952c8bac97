"""Forecast lines at a horizon, and how far, to which side and how usefully they miss."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError
from spmkit.metrics.forecasts.accuracy import (
    commit_accuracy,
    commit_accuracy_of_commit,
    forecast_bias,
    forecast_error,
    forecast_mape,
    forecast_skill,
    forecast_wape,
)
from spmkit.metrics.forecasts.bias import bias_quotients, interval_coverage
from spmkit.metrics.forecasts.lines import forecast_lines, horizon_day

METRICS = [
    forecast_error,
    forecast_wape,
    forecast_mape,
    forecast_bias,
    commit_accuracy,
    commit_accuracy_of_commit,
    forecast_skill,
]
REPS = pd.DataFrame(
    {
        "rep_id": ["ada", "bo", "cy"],
        "region": ["North", "South", None],
        "hired_on": [date(2020, 1, 1), date(2026, 5, 4), None],
    }
)
# Won: ada 80 in 2025Q3, 100 and 20 in 2026Q2, nothing in Q3; bo 60 in Q3; cy 30 in Q2, 40 in Q3.
DEALS = pd.DataFrame(
    {
        "opportunity_id": [f"o{n}" for n in range(9)],
        "rep_id": ["ada", "ada", "ada", "bo", "cy", "cy", "ada", "bo", "bo"],
        "outcome": [*["won"] * 6, "lost", "void", "open"],
        "amount": [80.0, 100.0, 20.0, 60.0, 30.0, 40.0, 500.0, 500.0, 500.0],
        "closed_on": [
            *[date(2025, 8, 1), date(2026, 4, 1), date(2026, 6, 30), date(2026, 9, 30)],
            *[date(2026, 5, 5), date(2026, 7, 1), date(2026, 8, 8), date(2026, 8, 8), None],
        ],
    }
)
CALLS = [  # who, when, about which period, how sure, how much
    ("ada", "2026-03-20", "2026-04-01", "Commit", 90.0),
    ("ada", "2026-05-16", "2026-04-01", "Commit", 110.0),  # the day of the middle
    ("ada", "2026-05-17", "2026-04-01", "Commit", 999.0),
    ("ada", "2026-07-01", "2026-07-01", "Commit", 70.0),
    ("ada", "2026-07-20", "2026-07-01", "Best Case", 95.0),
    ("bo", "2026-08-15", "2026-07-01", "Commit", 45.0),
    ("bo", "2026-07-15", "2026-07-01", "Commit", 30.0),
    ("cy", "2026-09-20", "2026-07-01", None, 40.0),  # after the middle
    ("cy", "2026-10-01", "2026-10-01", "Commit", 50.0),  # a period that runs
]
FORECASTS = pd.DataFrame(CALLS, columns=["rep_id", "as_of", "period_start", "category", "amount"])
FORECASTS = FORECASTS.assign(
    as_of=[date.fromisoformat(day) for day in FORECASTS["as_of"]],
    period_start=[date.fromisoformat(day) for day in FORECASTS["period_start"]],
)
TABLES = {"reps": REPS, "opportunities": DEALS, "forecasts": FORECASTS}
BY_HAND = [  # at the middle: period, rep, category, forecast, commit, actual, naive
    # In 2025Q2 nothing was sold yet by anyone, and what the source says begins in 2025Q3.
    ("2026Q2", "ada", "Commit", 110.0, 110.0, 120.0, 0.0),  # none in 2026Q1, when she was there
    ("2026Q3", "ada", "Best Case", 95.0, None, 0.0, 80.0),
    ("2026Q3", "ada", "Commit", 70.0, 70.0, 0.0, 80.0),
    ("2026Q3", "bo", "Commit", 45.0, 45.0, 60.0, None),  # not there for all of 2026Q2
    ("2026Q3", "cy", None, None, None, 40.0, 30.0),
]
_COLUMNS = ["period", "rep_id", "category", "forecast", "commit", "actual", "naive"]


def rows(lines):
    plain = lines[_COLUMNS].astype("object")
    return [tuple(row) for row in plain.where(plain.notna(), None).to_numpy().tolist()]


def lines_of(frame=FORECASTS, **options):
    data = company(reps=REPS, opportunities=DEALS, forecasts=frame)
    return forecast_lines(data, **options)


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


def test_metrics_by_hand():
    frame = pd.DataFrame(
        {
            "forecast": [120.0, 50.0, 10.0, None, 40.0],
            "actual": [100.0, 60.0, 0.0, 70.0, None],
            "commit": [120.0, None, 10.0, None, 40.0],
            "naive": [90.0, 90.0, None, 10.0, 10.0],
        }
    )
    found = spm.measure(frame, METRICS).iloc[0]
    assert found["forecast_error"] == 20 - 10 + 10
    assert found["forecast_wape"] == (20 + 10 + 10) / (100 + 60 + 0)
    assert found["forecast_mape"] == pytest.approx((20 / 100 + 10 / 60) / 2)
    assert found["forecast_bias"] == 20 / 160
    assert found["commit_accuracy"] == 1 - abs(130 - 100) / 100
    assert found["commit_accuracy_of_commit"] == pytest.approx(1 - 30 / 130)
    # Both on the first two lines alone: 20 + 10 against 10 + 30.
    assert found["forecast_skill"] == pytest.approx(1 - 30 / 40)
    assert found["forecast_wape_n"] == 3


def test_nothing_sold_is_undefined_and_an_error_is_not():
    frame = pd.DataFrame({"forecast": [10.0], "actual": [0.0], "commit": [10.0], "naive": [0.0]})
    found = spm.measure(frame, METRICS).iloc[0]
    assert found["forecast_error"] == 10.0
    undefined = ["forecast_wape", "forecast_mape", "forecast_bias", "commit_accuracy"]
    assert found[[*undefined, "forecast_skill"]].isna().all()
    assert found["commit_accuracy_of_commit"] == 0.0


def test_where_more_came_back_than_was_sold_shares_have_no_sense():
    frame = pd.DataFrame({"forecast": [10.0], "actual": [-5.0], "commit": [10.0]})
    found = spm.measure(frame, [forecast_bias, commit_accuracy]).iloc[0]
    assert found[["forecast_bias", "commit_accuracy"]].isna().all()
    assert found["forecast_bias_status"].startswith("undefined")
    owed = frame.assign(commit=-10.0)
    assert spm.measure(owed, commit_accuracy_of_commit).iloc[0, :1].isna().all()


def test_without_any_lines():
    none = spm.measure(lines_of().iloc[:0], METRICS)
    assert none["forecast_wape"].isna().all()
    assert bias_quotients(lines_of().iloc[:0]).empty
    early = FORECASTS[FORECASTS["period_start"] == date(2026, 10, 1)]
    assert rows(lines_of(early)) == []  # the only period runs still
    assert lines_of(early).columns.tolist() == lines_of().columns.tolist()


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


def test_bias_quotients_are_between_the_own_bias_and_that_of_all():
    rng = np.random.default_rng(3)
    true = {"a": -0.3, "b": -0.1, "c": 0.0, "d": 0.1, "e": 0.3}
    frame = pd.concat(
        pd.DataFrame(
            {"rep_id": rep, "actual": 100.0, "forecast": 100 * (1 + bias + rng.normal(0, 0.2, 6))}
        )
        for rep, bias in true.items()
    )
    found = bias_quotients(frame).set_index("rep_id")
    assert found["status"].tolist() == ["ok"] * 5
    raw = frame.assign(error=frame["forecast"] - 100).groupby("rep_id")["error"].mean() / 100
    assert found["bias"].tolist() == pytest.approx(raw.tolist())
    assert (found["bias_quotient"].abs() <= found["bias"].abs() + 0.05).all()
    assert found["bias_quotient"].std() < found["bias"].std()
    assert (found["low"] < found["bias_quotient"]).all()
    wider = bias_quotients(frame, confidence=0.99).set_index("rep_id")
    assert (wider["high"] > found["high"]).all()


def test_intervals_of_bias_quotients_hold_the_true_bias():
    rng = np.random.default_rng(8)
    held = []
    for _ in range(60):
        true = rng.normal(0.05, 0.1, 12)
        actual = rng.lognormal(4, 0.3, (12, 8))
        forecast = actual * (1 + true[:, None] + rng.normal(0, 0.3, (12, 8)))
        frame = pd.DataFrame(
            {
                "rep_id": np.repeat(np.arange(12), 8),
                "actual": actual.ravel(),
                "forecast": forecast.ravel(),
            }
        )
        found = bias_quotients(frame, confidence=0.9)
        held += list((found["low"] <= true) & (true <= found["high"]))
    assert 0.85 <= np.mean(held) <= 0.95


def test_bias_quotients_say_of_whom_nothing_can_be_said():
    frame = pd.DataFrame(
        {
            "rep_id": [*"aaaa", *"bbbb", *"cccc", *"dddd", "e", *"ffff", "g"],
            "actual": [100.0] * 17 + [0.0] * 4 + [None],
            "forecast": [110.0, 90.0] * 8 + [150.0] * 6,
        }
    )
    found = bias_quotients(frame).set_index("rep_id")
    assert found["status"].tolist() == [
        *["ok"] * 4,
        "insufficient n",
        "undefined: zero denominator",
        "insufficient n",
    ]
    assert found.loc["e", "bias"] == 0.5
    assert found.loc[["e", "f", "g"], ["bias_quotient", "low", "high"]].isna().all(axis=None)
    assert found["n"].tolist() == [4, 4, 4, 4, 1, 4, 0]
    three = bias_quotients(frame[frame["rep_id"].isin(["a", "b", "c"])])
    assert three["status"].tolist() == ["insufficient n"] * 3
    assert three["bias"].notna().all()


def test_faultless_forecasts_have_no_bias_and_no_doubt():
    frame = pd.DataFrame({"rep_id": list("abcd") * 4, "actual": 50.0, "forecast": 50.0})
    found = bias_quotients(frame)
    assert found[["bias", "bias_quotient", "low", "high"]].to_numpy().tolist() == [[0.0] * 4] * 4


def test_coverage_needs_twelve_points():
    frame = pd.DataFrame({"actual": range(1, 14), "low": 3, "high": [13.0] * 12 + [None]})
    found = interval_coverage(frame).iloc[0]
    assert found[["coverage", "n", "status", "expected"]].tolist() == [10 / 12, 12, "ok", 0.8]
    assert found["low"] < 10 / 12 < found["high"]
    few = interval_coverage(frame[1:].assign(team="A"), by="team").iloc[0]
    assert few[["team", "n", "status"]].tolist() == ["A", 11, "insufficient n"]
    assert few[["coverage", "low", "high"]].isna().all()


def test_bounds_the_wrong_way_round_are_refused():
    frame = pd.DataFrame({"actual": [1.0, 2.0], "low": [0.0, 3.0], "high": [2.0, 1.0]})
    with pytest.raises(ValueError, match="low is above high"):
        interval_coverage(frame)
    with pytest.raises(ValueError, match="confidence is 80"):
        interval_coverage(frame, level=80)


def test_every_engine_gives_the_same(engine):
    given = {name: engine_frame(engine, frame) for name, frame in TABLES.items()}
    data = spm.open_data(given, settings={"as_of": "2026-10-02"})
    assert rows(forecast_lines(data)) == BY_HAND
    credited = forecast_lines(data, actuals=spm.credit_lines(data))
    assert rows(credited) == BY_HAND
    frame = pd.DataFrame(
        {
            "team": ["A", "A", "B", None],
            "forecast": [120.0, 50.0, 10.0, None],
            "commit": [120.0, None, 10.0, 5.0],
            "actual": [100.0, 60.0, 0.0, 70.0],
            "naive": [90.0, 90.0, 5.0, 10.0],
        }
    )
    found = spm.measure(engine(frame), METRICS, by="team").drop(columns="team")
    values = found[[c for c in found if not c.endswith(("_n", "_status"))]].to_numpy("float64")
    expected = [
        [10.0, 30 / 160, (0.2 + 1 / 6) / 2, 10 / 160, 0.8, 1 - 20 / 120, 1 - 30 / 40],
        [10.0, np.nan, np.nan, np.nan, np.nan, 0.0, 1 - 10 / 5],
        [np.nan, np.nan, np.nan, np.nan, 1 - 65 / 70, 1 - 65 / 5, np.nan],
    ]
    np.testing.assert_allclose(values, expected)
    many = pd.DataFrame({"rep_id": list("abcde") * 4, "actual": [10.0, 20.0, 30.0, 40.0] * 5})
    many = many.assign(forecast=many["actual"] * 1.1 + np.arange(20) % 3)
    here = bias_quotients(many)
    pd.testing.assert_frame_equal(bias_quotients(engine(many)), here, check_dtype=False)
    bounds = many.assign(low=10.0, high=30.0).drop(columns="rep_id")
    assert interval_coverage(engine(bounds))["coverage"].tolist() == [15 / 20]


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


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


AMOUNT = st.one_of(st.none(), st.sampled_from([0.0, 10.0, 20.0, 35.0]))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=12))
def test_random_lines_against_plain_loops(lines):
    frame = pd.DataFrame(lines, columns=["forecast", "actual", "naive"], dtype="float64")
    metrics = [forecast_wape, forecast_bias, forecast_skill]
    found = spm.measure(frame, metrics).iloc[0]
    both = [(f, a) for f, a, _ in lines if f is not None and a is not None]
    three = [line for line in lines if None not in line]
    sold = sum(a for _, a in both)
    naive = sum(abs(n - a) for _, a, n in three)
    expected = {
        "forecast_wape": sum(abs(f - a) for f, a in both) / sold if sold else None,
        "forecast_bias": sum(f - a for f, a in both) / sold if sold else None,
        "forecast_skill": 1 - sum(abs(f - a) for f, a, _ in three) / naive if naive else None,
    }
    for name, value in expected.items():
        assert pd.isna(found[name]) if value is None else found[name] == pytest.approx(value)

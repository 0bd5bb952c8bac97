"""How far, to which side and how usefully forecasts miss, on every engine."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from forecast_calls import BY_HAND, FORECASTS, TABLES, lines_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
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
from spmkit.metrics.forecasts.lines import forecast_lines

METRICS = [
    forecast_error,
    forecast_wape,
    forecast_mape,
    forecast_bias,
    commit_accuracy,
    commit_accuracy_of_commit,
    forecast_skill,
]


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

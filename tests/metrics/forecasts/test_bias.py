"""Bias quotients of reps, drawn towards that of all, and the coverage of intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit.metrics.forecasts.bias import bias_quotients, interval_coverage


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

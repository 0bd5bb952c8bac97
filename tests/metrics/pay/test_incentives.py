"""Metrics over pay lines, and whether pay follows performance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

NUMBERS = [
    spm.on_target_earnings,
    spm.median_on_target_earnings,
    spm.pay_mix,
    spm.target_commission_rate,
    spm.effective_commission_rate,
    spm.compensation_cost_of_sales,
    spm.quota_to_ote,
    spm.credit_inflation,
    spm.dispute_rate,
    spm.upheld_dispute_rate,
    spm.dispute_age,
]


def pay():
    """Four reps: one without quota and pay, one clawed back, one without base pay."""
    return pd.DataFrame(
        {
            "ote": [100.0, 120.0, 200.0, None],
            "base_pay": [60.0, 60.0, None, None],
            "target_earnings": [25.0, 30.0, 50.0, None],
            "base_earned": [15.0, 15.0, None, None],
            "target_variable": [10.0, 15.0, None, None],
            "paid": [12.0, -2.0, 20.0, None],
            "quota": [100.0, 150.0, 250.0, None],
            "credited": [110.0, 90.0, 0.0, 100.0],
            "booked": [100.0, 90.0, 10.0, None],
            "disputed": [True, False, None, False],
            "upheld": [True, None, None, False],
            "days_open": [4.0, 10.0, None, None],
        }
    )


def by_hand():
    return {
        "on_target_earnings": (100 + 120 + 200) / 3,
        "median_on_target_earnings": 120.0,
        "pay_mix": (60 + 60) / (100 + 120),
        "target_commission_rate": (10 + 15) / (100 + 150),
        "effective_commission_rate": (12 - 2 + 20) / (110 + 90 + 0),
        "compensation_cost_of_sales": (15 + 15 + 12 - 2 + 20) / (110 + 90 + 0 + 100),
        "quota_to_ote": (100 + 150 + 250) / (25 + 30 + 50),
        "credit_inflation": (110 + 90 + 0) / (100 + 90 + 10),
        "dispute_rate": 1 / 3,
        "upheld_dispute_rate": 1 / 2,
        "dispute_age": 7.0,
    }


def test_every_engine_gives_what_is_worked_by_hand(engine):
    found = spm.measure(engine(pay()), NUMBERS).iloc[0]
    assert found[list(by_hand())].tolist() == pytest.approx(list(by_hand().values()))
    assert found["pay_mix_n"] == 2  # rows, not money
    assert found["dispute_rate_n"] == 3


def test_without_rows_all_are_undefined():
    found = spm.measure(pay().iloc[:0].astype({"disputed": bool, "upheld": bool}), NUMBERS).iloc[0]
    assert found[list(by_hand())].isna().all()


def test_nothing_credited_gives_no_rate():
    lines = pd.DataFrame({"base_earned": [1.0], "paid": [5.0], "credited": [0.0]})
    found = spm.measure(lines, [spm.effective_commission_rate, spm.compensation_cost_of_sales])
    said = found[["effective_commission_rate_status", "compensation_cost_of_sales_status"]].iloc[0]
    assert said.tolist() == ["undefined: zero denominator"] * 2


def test_cost_is_unknown_where_no_payout_is():
    lines = pd.DataFrame({"base_earned": [1.0], "paid": [math.nan], "credited": [10.0]})
    assert math.isnan(spm.measure(lines, spm.compensation_cost_of_sales).iloc[0, 0])


def test_leverage_of_eleven_reps():
    lines = pd.DataFrame({"rep_id": range(11), "pay_index": [i / 5 for i in range(11)]})
    found = spm.pay_leverage(lines).iloc[0]
    # Eleven values from 0 to 2: the 90th percentile is the tenth, the 10th the second, the mean 1.
    assert found[["top", "bottom", "top_to_average", "n"]].tolist() == pytest.approx(
        [1.8, 0.2, 1.8, 11]
    )
    assert found["status"] == "ok"
    assert found["low"] < 1.8 <= found["high"]


def test_leverage_of_few_says_so_and_of_none_is_null():
    lines = pd.DataFrame({"rep_id": ["a", "b"], "pay_index": [0.5, None]})
    found = spm.pay_leverage(lines).iloc[0]
    assert found[["n", "status"]].tolist() == [1, "insufficient n"]
    none = spm.pay_leverage(lines.iloc[:0].astype({"pay_index": "float64"})).iloc[0]
    assert none["status"] == "undefined: no rows"
    assert none[["top", "bottom", "top_to_average", "low", "high"]].isna().all()


def test_leverage_to_an_average_of_nothing_is_null():
    lines = pd.DataFrame({"rep_id": range(12), "pay_index": 0.0})
    assert math.isnan(spm.pay_leverage(lines)["top_to_average"].iloc[0])


def test_leverage_by_group_sorts_null_last():
    lines = pd.DataFrame(
        {"rep_id": range(3), "pay_index": [1.0, 2.0, 3.0], "role": ["b", "a", None]}
    )
    found = spm.pay_leverage(lines, by="role")
    assert found["top"].tolist() == [2.0, 1.0, 3.0]


def test_performance_against_scipy():
    from scipy import stats

    rng = np.random.default_rng(1)
    reached = rng.lognormal(0, 0.4, 40)
    lines = pd.DataFrame({"attainment": reached, "pay_index": reached + rng.normal(0, 0.3, 40)})
    lines.loc[40] = [None, 2.0]
    rank, linear = spm.pay_performance(lines).to_dict("records")
    known = lines.dropna()
    expected = stats.pearsonr(known["attainment"], known["pay_index"])
    bounds = expected.confidence_interval(0.95)
    assert [linear["correlation"], linear["low"], linear["high"]] == pytest.approx(
        [expected.statistic, bounds.low, bounds.high]
    )
    assert rank["correlation"] == pytest.approx(
        stats.spearmanr(known["attainment"], known["pay_index"]).statistic
    )
    assert rank["low"] < rank["correlation"] < rank["high"]
    assert rank["n"] == 40


@pytest.mark.parametrize(
    ("index", "status"),
    [([1.0, 2.0], "insufficient n"), ([1.0] * 6, "undefined: no variation")],
)
def test_performance_is_undefined_with_a_reason(index, status):
    lines = pd.DataFrame({"pay_index": index, "attainment": np.arange(len(index)) / 10})
    found = spm.pay_performance(lines)
    assert found["status"].tolist() == [status] * 2
    assert found[["correlation", "low", "high"]].isna().all(axis=None)


def test_a_perfect_correlation_has_no_bounds():
    lines = pd.DataFrame({"pay_index": range(6), "attainment": range(6)})
    found = spm.pay_performance(lines)
    assert found["correlation"].tolist() == pytest.approx([1.0, 1.0])
    assert found[["low", "high"]].isna().all(axis=None)


def inversion_lines(reached, paid, period="2026Q3"):
    reps = [f"r{i}" for i in range(len(paid))]
    return pd.DataFrame(
        {"period": period, "rep_id": reps, "attainment": reached, "pay_index": paid}
    )


def test_inversions_by_hand():
    # 1.0 against 0.8 is paid less: one. 1.2 is paid most. 0.8 against 0.8 is no pair.
    lines = inversion_lines([0.8, 1.0, 1.2, 0.8], [0.9, 0.7, 1.3, 0.7])
    found = spm.pay_inversions(lines).iloc[0]
    assert found[["inversions", "pairs", "share"]].tolist() == [1, 5, 0.2]
    assert found[["low", "high"]].isna().all()  # four reps


def test_a_margin_is_more_than_it_and_free_of_float_noise():
    lines = inversion_lines([0.7, 0.8, 0.9], [3.0, 2.0, 1.0])
    found = spm.pay_inversions(lines, margin=0.1).iloc[0]
    assert found[["inversions", "pairs"]].tolist() == [1, 1]
    with pytest.raises(ValueError, match="margin is -0.1"):
        spm.pay_inversions(lines, margin=-0.1)


def test_periods_are_never_compared_with_each_other():
    lines = pd.concat([inversion_lines([0.5], [2.0], "2026Q2"), inversion_lines([1.0], [1.0])])
    found = spm.pay_inversions(lines)
    assert found["pairs"].tolist() == [0, 0]
    assert found["status"].tolist() == ["insufficient n"] * 2


def test_all_alike_have_no_comparable_pair():
    found = spm.pay_inversions(inversion_lines([1.0, 1.0], [1.0, 2.0])).iloc[0]
    assert found["status"] == "undefined: no comparable pair"
    assert math.isnan(found["share"])


_VALUE = st.one_of(st.none(), st.integers(0, 6).map(lambda x: x / 4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_VALUE, _VALUE), max_size=30), st.sampled_from([0.0, 0.25, 0.5]))
def test_inversions_are_those_of_plain_loops(rows, margin):
    lines = inversion_lines([r for r, _ in rows], [p for _, p in rows]).astype(
        {"attainment": "float64", "pay_index": "float64"}
    )
    known = [(r, p) for r, p in rows if r is not None and p is not None]
    pairs = [(i, j) for i in known for j in known if i[0] - j[0] > margin]
    inverted = [1 for i, j in pairs if i[1] < j[1]]
    found = spm.pay_inversions(lines, margin=margin)
    if not known:
        assert found.empty
        return
    assert found[["inversions", "pairs", "n"]].iloc[0].tolist() == [
        len(inverted),
        len(pairs),
        len(known),
    ]


def test_many_reps_go_in_blocks(monkeypatch):

    rng = np.random.default_rng(0)
    lines = inversion_lines(rng.random(50), rng.random(50))
    whole = spm.pay_inversions(lines)
    monkeypatch.setattr("spmkit.metrics.pay.fit._AT_ONCE", 7)
    pd.testing.assert_frame_equal(spm.pay_inversions(lines), whole)
    assert whole["low"].iloc[0] < whole["share"].iloc[0] < whole["high"].iloc[0]

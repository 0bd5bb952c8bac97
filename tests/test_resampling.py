"""Bootstrap intervals: by whole clusters, repeatable, and null where they would be wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit.expressions import total
from spmkit.measure import measure
from spmkit.resampling import bootstrap_interval
from spmkit.units import Column, Money, Percent, Ratio


def attainment(credited: Column, quota: Column) -> Percent:
    return Ratio(total(credited), total(quota))


def median_credit(credited: Column) -> Money:
    return credited.median()


def _lines(reps=12, rows=4):
    rng = np.random.default_rng(7)
    each = pd.DataFrame({"rep_id": [f"r{n:02}" for n in range(reps)], "quota": 10.0})
    each["credited"] = rng.lognormal(2.2, 0.3, reps)
    return pd.concat([each] * rows, ignore_index=True)


def _bounds(found, name="attainment"):
    return found[[f"{name}_low", f"{name}_high"]].to_numpy("float64")


def test_point_counts_and_status_are_those_of_measure():
    lines = _lines().assign(team=["A", None] * 24, year=2026)
    found = bootstrap_interval(lines, attainment, "rep_id", by=["team", "year"])
    plain = measure(lines, attainment, by=["team", "year"])
    pd.testing.assert_frame_equal(found[plain.columns], plain)
    assert found["team"].isna().tolist() == [False, True]
    assert (found["attainment_low"].isna()).all()  # six reps a team are too few


def test_null_groups_and_categories_get_the_bounds_of_their_own_rows():
    team = pd.Categorical(["z", "a", None, "a"] * 12, categories=["z", "a", "empty"])
    lines = _lines(reps=48, rows=1).assign(team=team)
    lines.loc[lines["team"].isna(), "credited"] += 1000
    found = bootstrap_interval(lines, attainment, "rep_id", by="team")
    assert (found["attainment_low"] < found["attainment"]).all()
    assert (found["attainment"] < found["attainment_high"]).all()
    assert found["attainment_low"].iloc[2] > 90


def test_the_same_seed_gives_the_same_bounds_in_any_order_of_rows():
    lines = _lines()
    first = _bounds(bootstrap_interval(lines, attainment, "rep_id"))
    again = _bounds(bootstrap_interval(lines[::-1], attainment, "rep_id"))
    other = _bounds(bootstrap_interval(lines, attainment, "rep_id", seed=1))
    np.testing.assert_allclose(first, again)
    assert (first != other).all()


def test_rows_of_one_rep_are_drawn_together():
    once = _bounds(bootstrap_interval(_lines(rows=1), attainment, "rep_id"))
    repeated = _bounds(bootstrap_interval(_lines(rows=4), attainment, "rep_id"))
    np.testing.assert_allclose(once, repeated)  # copies of a row add no certainty
    apart = _lines(rows=4).assign(row=range(48))
    alone = _bounds(bootstrap_interval(apart, attainment, "row"))
    assert np.ptp(alone) < 0.7 * np.ptp(repeated)


def test_a_mean_agrees_with_the_t_interval():
    from scipy.stats import t

    lines = _lines(reps=40, rows=1)
    ratio = lines["credited"] / lines["quota"]
    half = t.ppf(0.975, 39) * ratio.std() / 40**0.5
    found = _bounds(bootstrap_interval(lines, attainment, "rep_id"))[0]
    np.testing.assert_allclose(found, [ratio.mean() - half, ratio.mean() + half], rtol=0.03)


def test_medians_have_bounds_too():
    found = bootstrap_interval(_lines(), median_credit, "rep_id", confidence=0.8)
    low, high = _bounds(found, "median_credit")[0]
    assert low <= found["median_credit"].iloc[0] <= high


def test_a_metric_that_is_often_undefined_has_no_bounds():
    lines = _lines(reps=8, rows=1)
    lines["quota"] = [10.0] + [0.0] * 7  # a draw without the first rep divides by zero
    found = bootstrap_interval(lines, attainment, "rep_id")
    assert found["attainment_status"].tolist() == ["ok"]
    assert np.isnan(_bounds(found)).all()


def test_no_rows_have_no_bounds():
    empty = _lines().iloc[:0]
    assert np.isnan(_bounds(bootstrap_interval(empty, attainment, "rep_id"))).tolist() == [
        [True, True]
    ]
    assert bootstrap_interval(empty, attainment, "rep_id", by="rep_id").empty


@pytest.mark.parametrize(
    ("change", "cluster", "confidence", "message"),
    [
        (lambda lines: lines, "rep", 0.9, "no column 'rep'"),
        (lambda lines: lines.assign(rep_id=None), "rep_id", 0.9, "'rep_id' is null"),
        (lambda lines: lines, "rep_id", 90, "write a share"),
    ],
)
def test_wrong_calls_say_what_was_wrong(change, cluster, confidence, message):
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(change(_lines()), attainment, cluster, confidence=confidence)


def test_other_frames_are_refused():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("select 'a' as rep_id, 1.0 as credited, 2.0 as quota")
    with pytest.raises(ValueError, match="takes a pandas frame"):
        bootstrap_interval(relation, attainment, "rep_id")

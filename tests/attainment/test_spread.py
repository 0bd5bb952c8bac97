"""How far attainments lie apart, what hangs on one deal, and the quota that is held against."""

from __future__ import annotations

from math import log, sqrt
from statistics import mean, median, stdev

import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.declaration import metric_unit
from spmkit.units import NUMBER

SPREADS = [spm.attainment_dispersion, spm.interquartile_spread, spm.attainment_skew]
SUMS = [spm.effective_quota, spm.largest_credit_share, spm.attainment_without_largest]
NAMES = [metric.__name__ for metric in [*SPREADS, *SUMS]]


def reps(*attained, quota=100.0):
    """One line a rep who attained so much, null for a rep whose credit is not known."""
    credited = [None if a is None else a * quota for a in attained]
    found = pd.DataFrame({"rep_credited": credited, "rep_quota": [quota] * len(attained)})
    return found.astype("float64")


def told(metric, lines):
    found = spm.measure(lines, metric).iloc[0]
    value = found[metric.__name__]
    return (None if pd.isna(value) else float(value)), found[f"{metric.__name__}_status"]


def test_the_standard_deviation_of_the_logarithms():
    # ln 0.5, ln 1 and ln 2 are -0.693, 0 and 0.693: (2 × 0.693²) ÷ 2 under the root.
    assert told(spm.attainment_dispersion, reps(0.5, 1.0, 2.0)) == (pytest.approx(log(2)), "ok")
    # Whoever sold nothing, or less, has no logarithm.
    zeros = reps(0.5, 0.0, 2.0, -0.1, 1.0, None)
    assert told(spm.attainment_dispersion, zeros)[0] == pytest.approx(log(2))


def test_the_middle_half_over_the_median():
    # Of 0, 0.5, 1 and 2 the quarters end at 0.375 and 1.25, the middle is 0.75.
    found = told(spm.interquartile_spread, reps(2.0, 0.0, 1.0, 0.5))
    assert found == (pytest.approx((1.25 - 0.375) / 0.75), "ok")


def test_the_skew_is_the_mean_less_the_median_in_standard_deviations():
    # Mean 0.8, median 0.6; squared distances 0.09 + 0.04 + 0.25 over two.
    found = told(spm.attainment_skew, reps(0.5, 0.6, 1.3))
    assert found == (pytest.approx(0.2 / sqrt(0.38 / 2)), "ok")


@pytest.mark.parametrize("metric", SPREADS, ids=lambda metric: metric.__name__)
def test_of_one_rep_and_of_none_there_is_no_spread(metric):
    assert told(metric, reps(0.7))[0] is None
    assert told(metric, reps(None, None)) == (None, "undefined: no rows")
    assert told(metric, reps()) == (None, "undefined: no rows")


def test_two_reps_have_a_spread_and_no_skew():
    assert told(spm.interquartile_spread, reps(0.5, 1.5))[0] == pytest.approx(0.5)
    assert told(spm.attainment_skew, reps(0.5, 1.5))[0] == 0.0


def test_reps_who_all_attain_alike_have_no_skew_whatever_floats_say():
    # 0.3 ÷ 0.1 is 2.9999999999999996: a ratio of that noise would be above 1.
    alike = pd.DataFrame({"rep_credited": [0.3, 0.6, 0.9], "rep_quota": [0.1, 0.2, 0.3]})
    assert told(spm.attainment_skew, alike) == (None, "undefined: zero denominator")
    assert told(spm.attainment_dispersion, alike)[0] == pytest.approx(0.0, abs=1e-12)
    assert told(spm.interquartile_spread, alike)[0] == pytest.approx(0.0, abs=1e-12)


def test_a_median_that_is_not_above_zero_measures_no_width():
    nothing = reps(0.0, 0.0, 1.0)
    assert told(spm.interquartile_spread, nothing) == (None, "undefined: zero denominator")
    assert told(spm.interquartile_spread, reps(-1.0, -2.0, 3.0)) == (None, "undefined: no value")


def test_a_logarithm_and_a_number_of_deviations_are_no_multiples():
    assert metric_unit(spm.attainment_dispersion) == NUMBER
    assert metric_unit(spm.attainment_skew) == NUMBER


LINES = pd.DataFrame(
    [
        ("A", 100.0, 50.0, 30.0, 50.0, 100.0),
        ("A", 100.0, 100.0, 100.0, 100.0, 100.0),
        ("A", 100.0, 200.0, 120.0, 200.0, 100.0),
        ("A", 100.0, 0.0, None, 0.0, 100.0),
        ("A", None, 130.0, 130.0, None, None),  # no quota: in no attainment
        ("B", 0.0, 5.0, 5.0, None, None),  # a quota of 0 is one
        ("C", None, 0.0, None, None, None),  # no quota and no sale
        ("D", 100.0, 50.0, 50.0, -10.0, 100.0),
        ("D", None, -60.0, -60.0, None, None),  # more reversed than credited
    ],
    columns=["team", "quota", "credited", "largest_credit", "rep_credited", "rep_quota"],
)
BY_HAND = {
    # 0.5, 1, 2 and 0: mean 0.875, median 0.75; squared distances sum to 2.1875.
    "A": [log(2), 0.875 / 0.75, 0.125 / sqrt(2.1875 / 3), 400.0, 130 / 480, (350 - 120) / 400],
    "B": [None, None, None, 0.0, 1.0, None],
    "C": [None, None, None, None, None, None],
    "D": [None, None, None, 100.0, None, 0.0],
}


def test_every_engine_gives_the_values_worked_by_hand(engine):
    found = spm.measure(engine(LINES), [*SPREADS, *SUMS], by="team").set_index("team")
    for team, expected in BY_HAND.items():
        shown = [None if pd.isna(value) else value for value in found.loc[team, NAMES]]
        assert shown == [value if value is None else pytest.approx(value) for value in expected]
    assert found.loc["C", "effective_quota_status"] == "undefined: no rows"
    assert found.loc["B", "attainment_without_largest_status"] == "undefined: zero denominator"


def test_reversals_lower_the_sum_and_are_no_largest_credit():
    lines = pd.DataFrame(
        {"credited": [50.0, -20.0], "largest_credit": [50.0, -20.0], "quota": [100.0, 100.0]}
    )
    assert told(spm.largest_credit_share, lines)[0] == pytest.approx(50 / 30)
    assert told(spm.attainment_without_largest, lines)[0] == pytest.approx(-20 / 200)
    # Of reversals alone nothing came in that could be taken out.
    assert told(spm.attainment_without_largest, lines[1:])[0] == pytest.approx(-20 / 100)


def test_a_rep_who_moved_counts_once_and_with_the_whole_quota():
    moved = pd.DataFrame(
        {"rep_id": "ada", "starts_on": ["2026-01-01", "2026-08-15"], "region": ["N", "S"]}
    )
    lines = spm.quota_lines(company(rep_assignments=moved), "2026Q3")
    assert len(lines) == 3
    found = spm.measure(lines, [*SPREADS, *SUMS]).iloc[0][NAMES]
    # 0.9 and 1.2: two logarithms lie as far apart as their difference over the root of two,
    # the quarters end at 0.975 and 1.125. The largest credit is 90 of 150.
    expected = [log(1.2 / 0.9) / sqrt(2), 0.15 / 1.05, 0.0, 150.0, 90 / 150, 60 / 150]
    assert found.tolist() == pytest.approx(expected)


QUOTAS = st.sampled_from([50.0, 80.0, 100.0])
CREDITED = st.one_of(st.none(), st.integers(-4, 30).map(lambda n: n * 10.0))
MANY = st.lists(st.tuples(CREDITED, QUOTAS), max_size=14)


def at(ordered, share):
    """The quantile between two neighbours, by straight line."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def slow_dispersion(attained):
    logs = [log(a) for a in attained if a > 0]
    return stdev(logs) if len(logs) > 1 else None


def slow_spread(attained):
    if len(attained) < 2 or median(attained) <= 0:
        return None
    return (at(attained, 0.75) - at(attained, 0.25)) / median(attained)


def slow_skew(attained):
    if not attained or attained[-1] - attained[0] < 1e-9:
        return None
    return (mean(attained) - median(attained)) / stdev(attained)


@settings(max_examples=40, deadline=None)
@given(MANY, st.sampled_from([1.0, 10.0, 1e6]), st.randoms(use_true_random=False))
def test_any_reps_against_plain_loops_in_any_order_and_currency(rows, size, random):
    attained = sorted(credited / quota for credited, quota in rows if credited is not None)
    frame = pd.DataFrame(
        random.sample(rows, len(rows)), columns=["rep_credited", "rep_quota"]
    ).astype("float64")
    found = spm.measure(frame * size, SPREADS).iloc[0][NAMES[:3]]
    slow = [slow(attained) for slow in (slow_dispersion, slow_spread, slow_skew)]
    for shown, expected in zip(found, slow, strict=True):
        assert (None if pd.isna(shown) else shown) == (
            expected if expected is None else pytest.approx(expected, abs=1e-9)
        )
    assert pd.isna(found["attainment_skew"]) or -1 <= found["attainment_skew"] <= 1


SALES = st.one_of(st.none(), st.integers(-3, 12).map(lambda n: n * 25.0))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SALES, st.none() | st.just(0.0) | QUOTAS), max_size=12))
def test_any_lines_without_their_largest_against_plain_loops(rows):
    frame = pd.DataFrame(rows, columns=["credited", "quota"]).astype("float64")
    frame["largest_credit"] = frame["credited"]  # a line a credit
    sold = [credited for credited, _ in rows if credited is not None]
    counted = [(credited or 0.0, quota) for credited, quota in rows if quota is not None]
    whole = sum(quota for _, quota in counted)
    known = any(c is not None and q is not None for c, q in rows)
    largest = max([0.0, *[c for c, _ in counted]])
    left = sum(c for c, _ in counted) - largest
    expected = {
        "largest_credit_share": max(sold) / sum(sold) if sold and sum(sold) > 0 else None,
        "attainment_without_largest": left / whole if known and whole else None,
        "effective_quota": whole if counted else None,
    }
    for metric in SUMS:
        value = expected[metric.__name__]
        assert told(metric, frame)[0] == (value if value is None else pytest.approx(value))

"""A tier is given only where the rank is sure; equal reps share it; few are not ranked."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.segmentation import performance_tier
from spmkit.segmentation.shrinkage import shrunken


def reps(*values, error=0.05):
    ids = [f"r{number:02d}" for number in range(len(values))]
    return pd.DataFrame(
        {"rep_id": ids, "attainment": values, "error": error}, dtype="object"
    ).astype({"attainment": "float64", "error": "float64"})


def tiers(*values, **options):
    return performance_tier(reps(*values, **options), standard_error="error")


def test_shrinking_by_hand():
    # Variance of 0, 1, 2, 3, 4 is 2.5, the noise 0.5, so reps truly vary by 2.0. The share of
    # noise is 0.5 ÷ 2.5 = 0.2, and (5 − 3) ÷ (5 − 1) of it is pulled: 0.1 of the way to 2.
    middle, spread = shrunken(np.arange(5.0), np.full(5, np.sqrt(0.5)))
    assert middle == pytest.approx([0.2, 1.1, 2.0, 2.9, 3.8])
    # 0.5 × (1 − 4 ÷ 5 × 0.1) = 0.46 in the middle; at the ends 2 ÷ 2 × 0.1² × 2² = 0.04 more.
    assert spread**2 == pytest.approx([0.5, 0.47, 0.46, 0.47, 0.5])


def test_without_error_nothing_is_shrunk_and_nothing_is_unsure():
    middle, spread = shrunken(np.array([1.0, 2.0, 3.0, 9.0]), np.zeros(4))
    assert middle.tolist() == [1.0, 2.0, 3.0, 9.0]
    assert spread.tolist() == [0.0] * 4


def test_an_infinite_value_is_refused():
    with pytest.raises(ValueError, match="attainment is infinite"):
        tiers(*range(9), np.inf)


def test_three_values_are_too_few_to_shrink():
    with pytest.raises(ValueError, match="at least 4"):
        shrunken(np.arange(3.0), np.ones(3))


def test_the_batting_averages_of_efron_and_morris(require):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    batting = pd.read_csv(Path(root) / "EfronMorris.csv")["y"].to_numpy("float64")
    mean = batting.mean()
    error = np.sqrt(mean * (1 - mean) / 45)  # of 45 times at bat
    middle, _ = shrunken(batting, np.full(18, error))
    # Published: all are pulled to 0.265 with the factor 0.212; Clemente .400 becomes .294.
    assert (middle[0] - mean) / (batting[0] - mean) == pytest.approx(0.212, abs=0.002)
    assert middle[[0, -1]] == pytest.approx([0.294, 0.242], abs=0.001)


def test_only_who_stands_out_beyond_the_error_gets_a_tier():
    found = tiers(0.2, 0.3, 0.4, *np.linspace(0.99, 1.01, 6), 1.8, 1.9, 2.0)
    assert found["tier"].tolist() == ["bottom"] * 3 + ["unclassified"] * 6 + ["top"] * 3
    assert (found["top_probability"].iloc[-3:] > 0.99).all()
    assert found["tier_probability"].notna().tolist() == [True] * 3 + [False] * 6 + [True] * 3
    assert (found["status"] == "ok").all()


def test_large_errors_leave_everybody_unclassified():
    found = tiers(*np.linspace(0.5, 1.5, 16), error=1.0)
    assert set(found["tier"]) == {"unclassified"}


def test_probabilities_sum_to_the_places_there_are():
    # Of 14 reps the best quarter has floor(14 ÷ 4) = 3 places.
    found = tiers(*np.linspace(0.5, 1.5, 14), error=0.3)
    assert found["top_probability"].sum() == pytest.approx(3)
    assert (found["top_probability"].diff().dropna() > -0.02).all()  # but for the draws


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (7, set()),
        (8, {"bottom", "middle", "top"}),
        (11, {"bottom", "middle", "top"}),
        (12, {"bottom", "lower middle", "upper middle", "top"}),
    ],
)
def test_few_peers_get_tertiles_and_fewer_no_tier(count, names):
    found = tiers(*range(count), error=0.001)
    assert set(found["tier"].dropna()) == names
    assert set(found["status"]) == ({"ok"} if names else {"insufficient n"})
    assert found["shrunken"].notna().all() == bool(names)
    assert set(found["peers"]) == {count}


def test_equal_reps_share_a_tier_even_across_a_line():
    # Eight reps in thirds of 3, 3 and 2: the two that are tied across the last line share it.
    found = tiers(1, 2, 3, 4, 5, 6, 6, 8, error=0.0)
    assert found["tier"].iloc[5:].tolist() == ["unclassified", "unclassified", "top"]
    assert found["top_probability"].iloc[5] == found["top_probability"].iloc[6]


def test_all_equal_is_nobody_above_nobody():
    found = tiers(*[1.0] * 12, error=0.1)
    assert set(found["tier"]) == {"unclassified"}
    assert found["top_probability"].tolist() == pytest.approx([0.25] * 12)


def test_nobody_and_one():
    assert tiers().empty
    assert "tier" in tiers()
    assert tiers(1.0)["status"].tolist() == ["insufficient n"]


def test_the_error_of_a_mean_is_pooled_from_periods():
    # Deviations ±1 and ±3 about the own means: (1 + 1 + 9 + 9) ÷ 2 degrees of freedom = 10,
    # and a mean of two periods has √(10 ÷ 2); c with one period √10.
    lines = pd.DataFrame({"rep_id": list("aabbc"), "attainment": [1.0, 3, 2, 8, 4]})
    found = performance_tier(lines)
    assert found["value"].tolist() == [2.0, 5.0, 4.0]
    assert found["n"].tolist() == [2, 2, 1]
    assert found["standard_error"].tolist() == pytest.approx([5**0.5, 5**0.5, 10**0.5])


def test_without_a_second_period_there_is_no_error_and_no_rank():
    found = performance_tier(reps(*range(12)))
    assert set(found["status"]) == {"undefined: no standard error"}
    assert found["tier"].isna().all()


def test_a_rep_without_a_value_is_no_peer():
    found = tiers(*range(12), np.nan)
    assert found["status"].iloc[-1] == "undefined: no value"
    assert found["tier"].isna().tolist() == [False] * 12 + [True]
    assert set(found["peers"]) == {12}


def test_peers_are_ranked_among_themselves():
    both = pd.concat([reps(*range(8)).assign(role="A"), reps(*range(100, 104)).assign(role="B")])
    both["rep_id"] = both["rep_id"] + both["role"]
    found = performance_tier(both, standard_error="error", within="role")
    assert found.groupby("role")["status"].first().tolist() == ["ok", "insufficient n"]
    assert found.groupby("role")["peers"].first().tolist() == [8, 4]


@pytest.mark.parametrize("certainty", [0.5, 1.1])
def test_a_certainty_that_is_none_is_refused(certainty):
    with pytest.raises(ValueError, match="above 0.5"):
        performance_tier(reps(1.0), standard_error="error", certainty=certainty)


def test_two_rows_beside_a_given_error_and_negative_errors_are_refused():
    with pytest.raises(ValueError, match="one row"):
        performance_tier(pd.concat([reps(1.0), reps(1.0)]), standard_error="error")
    with pytest.raises(ValueError, match="negative"):
        performance_tier(reps(1.0, error=-0.1), standard_error="error")


_rows = st.lists(
    st.tuples(st.floats(-2, 5, width=16), st.sampled_from([0.0, 0.05, 0.5])), max_size=20
)


@given(_rows, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rows_says_nothing_and_equal_reps_are_treated_alike(rows, chance):
    frame = reps(*[value for value, _ in rows]).assign(error=[error for _, error in rows])
    order = list(range(len(frame)))
    chance.shuffle(order)
    found = performance_tier(frame, standard_error="error")
    again = performance_tier(frame.iloc[order], standard_error="error")
    pd.testing.assert_frame_equal(found, again)
    for _, same in found.groupby(["value", "standard_error"]):
        assert len(same["tier"].drop_duplicates()) == 1
    places = {True: len(found) // 4, False: len(found) // 3}[len(found) >= 12]
    if len(found) >= 8:
        assert found["top_probability"].sum() == pytest.approx(places)


def test_the_unit_and_the_traits_are_said():
    from spmkit.declaration import metric_traits, metric_unit

    assert metric_unit(spm.performance_tier).name == "percent"
    assert metric_traits(spm.performance_tier).better == "neither"

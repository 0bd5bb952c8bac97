"""The arithmetic of participation, coverage and spread, against the published table."""

from itertools import pairwise
from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.calibration.proposing.arithmetic import (
    implied_coverage,
    implied_participation,
    implied_share,
    implied_spreads,
)
from spmkit.calibration.proposing.consistency import policy_consistency

SPREADS = (0.1, 0.2, 0.3, 0.4, 0.5)
PUBLISHED = {
    0.85: (94, 76, 65, 58, 53),
    0.90: (84, 67, 58, 53, 48),
    0.95: (68, 56, 51, 47, 44),
    1.00: (48, 46, 44, 42, 40),
    1.10: (16, 28, 32, 33, 33),
    1.20: (3, 16, 22, 26, 27),
}


@pytest.mark.parametrize(
    ("coverage", "spread", "percent"),
    [
        (coverage, spread, percent)
        for coverage, row in PUBLISHED.items()
        for spread, percent in zip(SPREADS, row, strict=True)
    ],
)
def test_the_published_table(coverage, spread, percent):
    assert round(100 * implied_participation(coverage, spread)) == percent


def test_the_published_coverages_for_sixty_percent():
    assert round(implied_coverage(0.6, 0.3), 3) == 0.886
    assert round(implied_coverage(0.6, 0.2), 3) == 0.932


def test_the_published_shape():
    within = [round(100 * implied_share(0.8, 1.2, one)) for one in (0.2, 0.3, 0.4)]
    below = [round(100 * implied_share(0, 0.5, one), 1) for one in (0.2, 0.3, 0.4)]
    assert within == [69, 50, 38]
    assert below == [0.0, 1.5, 6.3]


def test_the_mean_of_what_is_drawn_is_one_over_the_coverage():
    rng = np.random.default_rng(0)
    drawn = rng.lognormal(-log(0.9) - 0.3**2 / 2, 0.3, 400_000)
    assert drawn.mean() == pytest.approx(1 / 0.9, rel=0.003)
    assert (drawn >= 1).mean() == pytest.approx(implied_participation(0.9, 0.3), abs=0.003)
    share = ((drawn >= 0.8) & (drawn < 1.2)).mean()
    assert share == pytest.approx(implied_share(0.8, 1.2, 0.3, coverage=0.9), abs=0.003)


@given(st.floats(0.02, 0.98), st.floats(0.05, 1.5))
def test_participation_and_coverage_turn_into_each_other(participation, spread):
    coverage = implied_coverage(participation, spread)
    assert implied_participation(coverage, spread) == pytest.approx(participation, abs=1e-9)


@given(st.floats(0.3, 3.0), st.floats(0.05, 1.5))
def test_the_spread_is_among_those_that_its_participation_implies(coverage, spread):
    participation = implied_participation(coverage, spread)
    if 1e-6 < participation < 1 - 1e-6:
        found = implied_spreads(coverage, participation)
        assert min(abs(one - spread) for one in found) < 1e-4 * spread + 1e-4
        for one in found:
            assert implied_participation(coverage, one) == pytest.approx(participation, abs=1e-6)


def test_below_expected_sales_one_spread_fits_above_two_or_none():
    assert len(implied_spreads(0.9, 0.6)) == 1
    assert len(implied_spreads(1.1, 0.3)) == 2
    assert implied_spreads(1.1, 0.5) == ()
    assert implied_spreads(1.0, 0.6) == ()  # equal quotas are never reached by more than half


def test_bands_sum_to_everybody():
    edges = [0, 0.5, 0.8, 1.0, 1.2, inf]
    shares = [implied_share(*band, 0.35, 0.95) for band in pairwise(edges)]
    assert sum(shares) == pytest.approx(1)
    assert shares[3] + shares[4] == pytest.approx(implied_participation(0.95, 0.35))


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), inf])
def test_what_is_not_above_zero_is_refused(wrong):
    with pytest.raises(ValueError, match="coverage is .* above zero"):
        implied_participation(wrong, 0.3)
    with pytest.raises(ValueError, match="spread is .* above zero"):
        implied_coverage(0.6, wrong)


def test_a_participation_in_percent_and_a_band_upside_down_are_refused():
    with pytest.raises(ValueError, match="participation is 60"):
        implied_coverage(60, 0.3)
    with pytest.raises(ValueError, match="lower edge first"):
        implied_share(1.2, 0.8, 0.3)


def test_participation_and_over_assignment_tell_what_sales_must_be_expected():
    found = policy_consistency(0.6, over_assignment=0.15, spread=0.3)
    assert found.sales_to_plan == pytest.approx(1.15 * exp(0.045 + 0.3 * 0.2533471))
    assert found.sales_to_plan == pytest.approx(1.15 / 0.886, rel=1e-3)
    assert found.follows == ("coverage", "sales_to_plan")
    assert found.verdict == "cannot tell"
    assert "60 % at quota and quotas 15 % over plan need sales of 130 % of plan" in found.sentence


def test_four_that_do_not_hold_together_fail_and_name_what_would():
    found = policy_consistency(0.6, over_assignment=0.15, spread=0.3, sales_to_plan=1.0)
    assert (found.verdict, found.coverage) == ("fail", pytest.approx(1.15))
    assert found.at_declared == pytest.approx(implied_participation(1.15, 0.3))
    assert "put 27 % at quota at a spread of 0.30, not 60 %" in found.sentence
    assert "needs sales of 130 % of plan" in found.sentence


def test_four_that_hold_together_pass_up_to_the_tolerance():
    held = {"over_assignment": 0.1, "spread": 0.3, "sales_to_plan": 1.2}
    given_by = implied_participation(1.1 / 1.2, 0.3)
    assert policy_consistency(given_by + 0.019, **held).verdict == "pass"
    assert policy_consistency(given_by + 0.021, **held).verdict == "fail"
    assert policy_consistency(given_by - 0.021, **held).verdict == "fail"


def test_three_give_the_fourth_whichever_it_is():
    whole = {
        "participation": implied_participation(1.1 / 1.2, 0.3),
        "over_assignment": 0.1,
        "spread": 0.3,
        "sales_to_plan": 1.2,
    }
    for name, value in whole.items():
        rest = {key: one for key, one in whole.items() if key != name}
        found = policy_consistency(**rest)
        assert getattr(found, name) == pytest.approx(value)
        assert found.coverage == pytest.approx(1.1 / 1.2)
        assert found.follows == ("coverage", name)
        assert found.verdict == "cannot tell"


def test_no_spread_makes_most_reach_quotas_above_expected_sales():
    found = policy_consistency(0.6, over_assignment=0.2, sales_to_plan=1.0)
    assert found.verdict == "fail"
    assert np.isnan(found.spread)
    assert "cannot hold together, however far reps lie apart" in found.sentence


def test_two_give_at_most_the_coverage():
    assert policy_consistency(0.6, spread=0.3).coverage == pytest.approx(0.886, abs=5e-4)
    level = policy_consistency(over_assignment=0.1, sales_to_plan=1.1)
    assert level.coverage == pytest.approx(1.0)
    assert "quotas of 100 % of expected sales" in level.sentence
    nothing = policy_consistency(0.6)
    assert (nothing.verdict, nothing.follows) == ("cannot tell", ())
    assert "Too little is declared" in nothing.sentence


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"participation": 60}, "0.6 for 60 %"),
        ({"over_assignment": -1.0}, "0.15 for 15 %"),
        ({"spread": 0.0}, "spread is 0.0"),
        ({"sales_to_plan": float("nan")}, "sales_to_plan is nan"),
        ({"participation": 0.6, "tolerance": 2}, "0.02 for 2 points"),
    ],
)
def test_numbers_that_cannot_be_are_refused(declared, message):
    with pytest.raises(ValueError, match=message):
        policy_consistency(**declared)

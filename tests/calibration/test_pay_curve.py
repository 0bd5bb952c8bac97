"""The pay curve: worked by hand, against published plans, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.calibration.costing.pay_curve import PayCurve, pay_curve_of, read_pay_curve
from spmkit.data import DataError

USUAL = PayCurve(threshold=0.5, tiers=((1.0, 2.0),))


def test_worked_by_hand():
    curve = PayCurve(threshold=0.5, tiers=((1.0, 2.0), (1.5, 3.0)), cap=4.0)
    paid = curve.payout([0.0, 0.49, 0.5, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, np.nan, -0.2])
    by_hand = [0, 0, 0.5, 0.8, 1.0, 1.5, 2.0, 3.5, 4.0, np.nan, 0]
    assert paid.tolist() == pytest.approx(by_hand, nan_ok=True)


@pytest.mark.parametrize(
    ("spread", "rate", "paid"),
    [
        (0.05, 2.0, 1.02),
        (0.1, 2.0, 1.04),
        (0.2, 2.0, 1.08),
        (0.3, 2.0, 1.11),
        (0.5, 2.0, 1.15),
        (0.3, 1.5, 1.05),
        (0.3, 1.0, 0.99),
    ],
)
def test_the_published_payouts_of_a_mean_of_100_percent(spread, rate, paid):
    curve = PayCurve(threshold=0.5, tiers=((1.0, rate),))
    assert round(curve.expected(spread), 2) == paid


def test_a_published_marginal_plan():
    """Salesforce: 4 % to 150 k, 6 % to 250 k, 8 % above; at 145 k a deal of 20 k earns 1,100."""
    quota = 150_000.0
    curve = PayCurve(tiers=((1.0, 1.5), (250 / 150, 2.0)))
    before, after = curve.payout([145_000 / quota, 165_000 / quota]) * 0.04 * quota
    assert after - before == pytest.approx(1_100)


def test_a_published_retroactive_plan():
    """Oracle: flat rates of 1, 2 and 3 % from 0, 10 k and 50 k pay 50, 300 and 1,800."""
    quota = 50_000.0
    rates = {"tiers_apply": "retroactive", "tiers": ((0.0, 1 / 3), (0.2, 2 / 3), (1.0, 1.0))}
    paid = PayCurve(**rates).payout(np.array([5_000, 15_000, 60_000]) / quota) * 0.03 * quota
    assert paid.tolist() == pytest.approx([50, 300, 1_800])


def test_a_step_is_reached_to_the_cent():
    curve = PayCurve(threshold=0.8, tiers=((1.1, 2.0),), tiers_apply="retroactive")
    quotas = np.array([123.45, 98.7, 333.33])
    assert curve.payout(np.round(quotas * 0.8, 10) / quotas).min() > 0.79
    assert curve.payout((quotas * 0.8 - 0.01) / quotas).max() == 0
    assert curve.payout(np.round(quotas * 1.1, 10) / quotas) == pytest.approx(2.2)


def test_the_expected_payout_is_the_mean_of_what_is_drawn():
    curve = PayCurve(threshold=0.6, tiers=((1.0, 2.0), (1.3, 1.2)), cap=1.9)
    drawn = np.random.default_rng(0).lognormal(np.log(0.95) - 0.4**2 / 2, 0.4, 400_000)
    assert curve.expected(0.4, mean=0.95) == pytest.approx(curve.payout(drawn).mean(), abs=0.003)
    assert curve.expected(0) == 1
    assert curve.expected(1e-4) == pytest.approx(1, abs=1e-3)


def test_points_are_corners_a_pair_at_one_attainment_a_cliff():
    curve = PayCurve(points=((0.5, 0.0), (1.0, 0.8), (1.0, 1.0), (1.2, 1.5)))
    assert curve.payout([0.5, 0.75, 0.99999, 1.0, 1.1, 2.0]) == pytest.approx(
        [0, 0.4, 0.8, 1.0, 1.25, 3.5], abs=1e-4
    )
    assert PayCurve(points=((1.0, 1.0),)).payout([0.99, 1.0, 5.0]).tolist() == [0, 1, 1]


def test_points_and_tiers_write_the_same_curve():
    points = PayCurve(points=((0.5, 0.5), (1.0, 1.0), (1.5, 2.0)))
    attained = np.linspace(0, 3, 301)
    assert points.payout(attained) == pytest.approx(USUAL.payout(attained))


def test_the_table_has_rates_and_cliffs():
    found = PayCurve(threshold=0.5, tiers=((1.0, 1.5),), tiers_apply="retroactive", cap=2.0)
    rows = found.table(until=1.8).round(6).values.tolist()
    assert rows == [
        [0, 0, 0, 0],
        [0.5, 0.5, 1, 0.5],
        [1, 1.5, 1.5, 0.5],
        [1.333333, 2, 0, 0],
        [1.8, 2, 0, 0],
    ]


def test_an_accelerator_moves_only_what_is_beyond_quota():
    for curve in (USUAL, PayCurve(points=((0.5, 0.0), (1.2, 1.4))), PayCurve()):
        softer = curve.accelerated(0.5)
        assert softer.payout([0.3, 0.6, 1.0]) == pytest.approx(curve.payout([0.3, 0.6, 1.0]))
        beyond, at_quota = curve.payout([1.1, 1.7, 4.0]), curve.at_quota
        assert softer.payout([1.1, 1.7, 4.0]) == pytest.approx(at_quota + (beyond - at_quota) / 2)
    capped = PayCurve(tiers=((1.0, 2.0),), cap=2.0).accelerated(2)
    assert capped.payout([1.25, 1.5]).tolist() == [2, 2]


pairs = st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 4.0))


@given(
    st.floats(0, 1),
    st.lists(pairs, max_size=4, unique_by=lambda pair: pair[0]),
    st.none() | st.floats(1.0, 10.0),
)
def test_selling_more_never_earns_less(threshold, tiers, cap):
    try:
        curve = PayCurve(threshold=threshold, tiers=tuple(sorted(tiers)), cap=cap)
    except DataError as error:
        assert "cap is" in str(error) or "nothing is paid" in str(error)  # noqa: PT017
        return
    paid = curve.payout(np.linspace(-1, 6, 500))
    assert (np.diff(paid) >= -1e-9).all()
    assert (paid >= 0).all()
    assert cap is None or paid.max() <= cap + 1e-9


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"threshold": 50}, "threshold is 50; write a number from 0 to 1, such as 0.5"),
        ({"tiers": [[120, 2.0]]}, "such as 1.2 for 120 % of quota"),
        ({"tiers": [[1.2, 2.0], [1.0, 1.5]]}, "write the lowest attainment first"),
        ({"tiers": [[1.0, 2.0], [1.0, 1.5]]}, "more than once"),
        ({"tiers": [[1.0, -1.0]]}, "a multiple from 0 to 100"),
        ({"tiers": [1.0, 2.0]}, "write a pair of numbers"),
        ({"tiers": 2.0}, "write pairs, such as tiers = "),
        ({"tiers_apply": "all"}, '"marginal" or "retroactive"'),
        (
            {"tiers": [[1.0, 0.5]], "tiers_apply": "retroactive"},
            "pay falls from 100 % to 50 % of target at an attainment of 100 %",
        ),
        ({"points": [[0.5, 0.5], [1.0, 0.4]]}, "selling more would earn less"),
        ({"points": [[0.5, 0.5], [1.0, 1.0], [1.0, 1.2]]}, "add one beyond it"),
        ({"points": [[0.5, 0.5]], "threshold": 0.5}, "take out threshold and tiers"),
        ({"points": [[1.1, 1.0]]}, "nothing is paid at 100 % of quota"),
        ({"cap": 0.8}, "below the 1 that is paid at quota"),
        ({"accelerator": 2}, "there is no key 'accelerator'"),
    ],
)
def test_what_is_no_curve_is_refused_with_the_remedy(declared, said):
    with pytest.raises(DataError, match=r"^\[pay\]: ") as error:
        pay_curve_of(declared)
    assert said in str(error.value)


def test_a_file_that_says_nothing_of_pay_is_refused(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text("rounding = 100\n")
    with pytest.raises(DataError, match=r"plan.toml has no table \[pay\]"):
        read_pay_curve(file)
    file.write_text("[pay\n")
    with pytest.raises(DataError, match="not valid TOML"):
        read_pay_curve(file)
    with pytest.raises(DataError, match="check its path"):
        read_pay_curve(tmp_path / "none.toml")
    with pytest.raises(DataError, match="is a folder"):
        read_pay_curve(tmp_path)
    file.write_text("pay = 3\n")
    with pytest.raises(DataError, match="write it as a section"):
        read_pay_curve(file)

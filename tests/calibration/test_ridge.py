"""The ridge: what scikit-learn's regressor finds, and what shrinks and what does not."""

import numpy as np
import pytest
from scipy.sparse import csr_array, hstack

from spmkit.calibration.expecting.ridge import fit


def made(rows=600, reps=40, seed=0):
    rng = np.random.default_rng(seed)
    rep, land = rng.integers(0, reps, rows), rng.integers(0, reps, rows)
    ones, at = np.ones(rows), np.arange(rows)
    blocks = [csr_array(rng.normal(size=(rows, 3)))]
    blocks += [csr_array((ones, (at, who)), shape=(rows, reps)) for who in (rep, land)]
    mean = np.exp(rng.normal(0, 0.3, reps)[rep])
    return hstack(blocks, format="csr"), mean * rng.gamma(2, 0.5, rows) * 1e5


def test_it_finds_what_scikit_learn_does():
    from sklearn.linear_model import TweedieRegressor

    design, amounts = made()
    found = fit(design, amounts, np.ones(len(amounts)), penalty=3.0)
    other = TweedieRegressor(
        power=1.5, link="log", alpha=3.0 / len(amounts), solver="newton-cholesky", tol=1e-9
    ).fit(design.toarray(), amounts / amounts.mean())
    assert np.abs(found.effects - other.coef_).max() < 1e-4
    assert found.intercept == pytest.approx(other.intercept_, abs=1e-4)


def test_a_start_changes_nothing_but_the_way():
    design, amounts = made()
    ones = np.ones(len(amounts))
    early = fit(design[:500], amounts[:500], ones[:500], 3.0)
    cold, warm = fit(design, amounts, ones, 3.0), fit(design, amounts, ones, 3.0, early)
    assert np.abs(cold.effects - warm.effects).max() < 1e-4


def test_effects_do_not_depend_on_the_currency():
    design, amounts = made()
    ones = np.ones(len(amounts))
    one, other = fit(design, amounts, ones, 3.0), fit(design, amounts * 7.3, ones, 3.0)
    assert np.abs(one.effects - other.effects).max() < 1e-6
    assert other.expected(design, ones) == pytest.approx(one.expected(design, ones) * 7.3)


def test_the_less_stands_behind_an_effect_the_nearer_to_none_it_is():
    design = csr_array(np.array([[1.0, 0.0]] * 30 + [[0.0, 1.0]] + [[0.0, 0.0]] * 30))
    amounts = np.array([2.0] * 30 + [2.0] + [1.0] * 30)
    found = fit(design, amounts, np.ones(61), penalty=3.0)
    assert 0.05 < found.effects[1] < found.effects[0] < np.log(2.5)


def test_half_a_period_is_expected_to_sell_half():
    design = csr_array(np.zeros((40, 1)))
    exposure = np.tile([1.0, 0.5], 20)
    found = fit(design, 100.0 * exposure, exposure, penalty=1.0)
    assert found.expected(design[:2], exposure[:2]) == pytest.approx([100.0, 50.0])


@pytest.mark.parametrize("amounts", [[-1.0, 2.0], [0.0, 0.0]])
def test_amounts_below_zero_or_none_above_are_refused(amounts):
    with pytest.raises(ValueError, match="above"):
        fit(csr_array(np.zeros((2, 1))), np.array(amounts), np.ones(2), penalty=1.0)

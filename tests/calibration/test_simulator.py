"""The simulator: what it says is true is true of what it draws."""

import numpy as np
import pytest

from spmkit.calibration.expecting.panel import COLUMNS
from spmkit.calibration.expecting.simulator import RAMP, World, simulated


@pytest.fixture(scope="module")
def company():
    return simulated(World(reps=300, quarters=16, common_shock=0.0, seed=5))


def test_its_panel_is_one_as_of_real_data(company):
    assert list(company.panel) == list(COLUMNS)


def test_sales_are_what_was_to_be_expected(company):
    assert company.panel["credited"].sum() == pytest.approx(company.expected.sum(), rel=0.02)
    assert company.outcomes.mean() == pytest.approx(company.expected.mean(), rel=0.02)


def test_true_probabilities_are_those_of_what_was_sold(company):
    quotas = company.quantile(0.4)
    assert company.reached(quotas)[quotas > 0] == pytest.approx(0.6, abs=0.01)
    assert (company.panel["credited"] >= quotas).mean() == pytest.approx(0.6, abs=0.02)


def test_new_hires_sell_less_as_planted(company):
    panel = company.panel.assign(expected=company.expected)
    means = panel.groupby(panel["tenure_periods"].clip(upper=3))["expected"].mean()
    assert (means / means[3]).to_numpy() == pytest.approx(RAMP, rel=0.3)
    assert (means / means[3]).is_monotonic_increasing


def test_reps_swap_and_leave_as_planted(company):
    panel = company.panel
    first = panel.drop_duplicates("rep_id")
    hired = (first["step"] > 0).sum() / 300 / (15 / 4)
    assert hired == pytest.approx(0.12, rel=0.2)
    lands = panel.groupby("rep_id")["territory_id"].nunique()
    assert (lands > 1).mean() > 0.1


def test_shocks_of_a_territory_last_as_planted():
    world = World(reps=1200, quarters=13, own_shock=0.3, persistence=0.6, skill_spread=0.0)
    company = simulated(World(**{**vars(world), "moves": 0.0, "leaves": 0.0}))
    panel = company.panel.assign(log=np.log(company.expected))
    wide = panel[panel["tenure_periods"] > 3].pivot_table("log", "territory_id", "step")
    wide = wide.sub(np.log(panel.groupby("territory_id")["potential"].first()), axis=0)
    own = wide.dropna()
    error = World().potential_error ** 2
    lasting = np.cov(own[8], own[12])[0, 1] - error
    assert lasting / 0.3**2 == pytest.approx(0.6, abs=0.2)


def test_the_same_seed_gives_the_same_company():
    one, other = simulated(World(reps=10, quarters=8)), simulated(World(reps=10, quarters=8))
    assert one.panel.equals(other.panel)
    assert not one.panel.equals(simulated(World(reps=10, quarters=8, seed=1)).panel)

"""The period ahead: expectations with where they come from, and what cannot be told."""

import numpy as np
import pytest

from spmkit.calibration.expecting.ahead import EFFECTS, expected_ahead
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.data import DataError

FACTORS = [
    "baseline",
    *EFFECTS.values(),
    "territory_effect",
    "rep_effect",
    "present_effect",
]


@pytest.fixture(scope="module")
def company():
    return simulated(World(reps=60, quarters=17, seed=2))


def ahead_of(panel, step=16):
    panel = panel[panel["step"] <= step].copy()
    return panel.assign(credited=panel["credited"].where(panel["step"] < step))


@pytest.fixture(scope="module")
def found(company):
    return expected_ahead(ahead_of(company.panel))


def test_each_expectation_is_the_product_of_its_factors(found):
    seats = found.expectation.seats
    assert seats[FACTORS].prod(axis=1).to_numpy() == pytest.approx(seats["expected"].to_numpy())


def test_expectations_are_near_the_truth(company, found):
    true = company.expected[(company.panel["step"] == 16).to_numpy()]
    seats = found.expectation.seats
    assert np.corrcoef(np.log(true), np.log(seats["expected"]))[0, 1] > 0.85
    assert seats["expected"].sum() == pytest.approx(true.sum(), rel=0.15)


def test_it_says_what_it_rests_on(found):
    assert found.periods == 16
    assert found.errors == 60 * 12
    assert found.variant.startswith("ridge")
    assert found.expectation.seats["history_periods"].tolist() == [16] * 60


def test_what_comes_after_is_not_read(company, found):
    panel = ahead_of(company.panel)
    panel["quota"] = panel["quota"].where(panel["step"] < 16, 1.0)
    again = expected_ahead(panel).expectation.seats
    assert again["expected"].tolist() == found.expectation.seats["expected"].tolist()


def test_who_is_not_at_work_is_left_out(company):
    panel = ahead_of(company.panel)
    gone = panel.index[panel["step"] == 16][0]
    panel.loc[gone, "present"] = 0.0
    found = expected_ahead(panel)
    assert len(found.expectation.seats) == 59
    assert found.left_out["rep_id"].tolist() == [panel["rep_id"][gone]]


def test_a_new_territory_is_expected_to_sell_as_its_potential_says(company):
    panel = ahead_of(company.panel)
    new = panel.index[panel["step"] == 16][0]
    panel.loc[new, ["rep_id", "territory_id"]] = ["new rep", "new land"]
    seat = expected_ahead(panel).expectation.seats.query("rep_id == 'new rep'").iloc[0]
    assert seat["rep_effect"] == 1.0
    assert seat["territory_effect"] == 1.0
    assert seat["history_periods"] == 0


@pytest.mark.parametrize("step", [1, 4])
def test_too_short_a_past_says_how_much_is_needed(company, step):
    with pytest.raises(DataError, match=f"{step} complete periods are too few"):
        expected_ahead(ahead_of(company.panel, step))


def test_too_few_reps_and_periods_give_no_distribution():
    panel = simulated(World(reps=5, quarters=7)).panel
    with pytest.raises(DataError, match="Fewer than 20"):
        expected_ahead(ahead_of(panel, 6))


def test_potential_that_is_unknown_for_all_is_no_obstacle(company):
    panel = ahead_of(company.panel).assign(potential=np.nan)
    seats = expected_ahead(panel).expectation.seats
    assert (seats["potential_effect"] == 1.0).all()
    assert (seats["expected"] > 0).all()

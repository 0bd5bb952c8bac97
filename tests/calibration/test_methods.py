"""The methods that compete: worked by hand, blind to what comes after, unmoved by the currency."""

import numpy as np
import pandas as pd
import pytest

from spmkit.calibration.expecting.backtest import expectations
from spmkit.calibration.expecting.history import History
from spmkit.calibration.expecting.methods import methods
from spmkit.calibration.expecting.simulator import World, simulated

YEAR = 4


def panel(sold, potential=None, tenure=None):
    """A row a seat and quarter of what each seat sold, quarters across."""
    rows = [
        {
            "period": f"{2024 + step // YEAR}Q{step % YEAR + 1}",
            "step": step,
            "season": step % YEAR + 1,
            "rep_id": f"R{seat}",
            "rep": f"R{seat}",
            "territory_id": f"T{seat}",
            "quota": 10.0 + seat,
            "credited": float(amount),
            "potential": np.nan if potential is None else potential[seat],
            "tenure_periods": 9.0 if tenure is None else tenure[seat] + step,
            "present": 1.0,
        }
        for seat, quarters in enumerate(sold)
        for step, amount in enumerate(quarters)
    ]
    frame = pd.DataFrame(rows).sort_values(["step", "rep_id"], ignore_index=True)
    return frame.assign(region=None, segment=None, role=None, manager_id=None, manager=None)


def expected(frame, name, step):
    method = next(one for one in methods(frame) if one.name == name)
    variant = next(iter(method.variants.values()))
    return variant(History(frame, step))


def test_last_year_is_the_last_four_quarters():
    frame = panel([[100, 100, 100, 100, 10, 10, 10, 10, 0], [5, 5, 5, 5, 20, 20, 20, 20, 0]])
    assert expected(frame, "last_year", 8) == pytest.approx([10, 20])


def test_years_mean_is_three_years():
    frame = panel([[90] * 4 + [10] * 4 + [20] * 4 + [30] * 4 + [0], [20] * 17])
    assert expected(frame, "years_mean", 16) == pytest.approx([20, 20])


def test_a_season_is_in_what_is_expected():
    frame = panel([[50, 100, 100, 150] * 2 + [0], [100, 200, 200, 300] * 2 + [0]])
    assert expected(frame, "years_mean", 8) == pytest.approx([50, 100])
    assert expected(frame, "years_mean", 7) == pytest.approx([150, 300], rel=0.15)


def test_potential_share_follows_potential_and_unknown_is_not_none():
    frame = panel([[10] * 5] * 3, potential=[100.0, 300.0, np.nan])
    found = expected(frame, "potential_share", 4)
    assert found / found[0] == pytest.approx([1, 3, 2])
    frame = panel([[10] * 5] * 3, potential=[100.0, 300.0, 0.0])
    assert expected(frame, "potential_share", 4)[2] == 0


def test_the_company_is_its_own_quotas():
    assert expected(panel([[1] * 5, [1] * 5]), "company", 4).tolist() == [10.0, 11.0]


def test_new_hires_are_expected_to_sell_what_new_hires_did():
    sold = [[100] * 9] * 10 + [[50, 70, 90] + [100] * 6] * 6
    frame = panel(sold, tenure=[9] * 10 + [0] * 6)
    late = frame.assign(
        tenure_periods=frame["tenure_periods"].mask(
            (frame["rep_id"] == "R9") & (frame["step"] == 8), 0.0
        )
    )
    found = expected(late, "flat", 8)
    assert found[-1] / found[0] == pytest.approx(0.5, rel=0.01)


def test_a_territory_without_a_past_is_expected_to_sell_as_its_peers():
    frame = panel([[10] * 9, [30] * 9, [20] * 9])
    new = frame[(frame["rep_id"] != "R2") | (frame["step"] == 8)].reset_index(drop=True)
    assert expected(new, "last_year", 8) == pytest.approx([10, 30, 20])


@pytest.fixture(scope="module")
def company():
    return simulated(World(reps=24, quarters=12)).panel


@pytest.mark.parametrize("place", range(10))
def test_no_method_sees_what_comes_after(company, place):
    method = methods(company)[place]
    seen = expectations(company, method)
    rng = np.random.default_rng(0)
    later = company["step"] >= 8
    changed = company.assign(
        credited=company["credited"].where(~later, rng.uniform(0, 1e6, len(company)))
    )
    other = expectations(changed, next(m for m in methods(changed) if m.name == method.name))
    upto = company["step"] <= 8
    pd.testing.assert_frame_equal(seen[upto], other[upto], rtol=1e-6)
    assert seen[upto & (company["step"] >= 4)].notna().to_numpy().all()


@pytest.mark.parametrize("place", range(10))
def test_every_method_gives_the_same_shares_in_any_currency_and_order(company, place):
    method = methods(company)[place]
    found = expectations(company, method).iloc[:, 0]
    money = company.assign(credited=company["credited"] * 3.7, quota=company["quota"] * 3.7)
    mixed = money.sample(frac=1, random_state=1)
    again = expectations(mixed, next(m for m in methods(mixed) if m.name == method.name))
    factor = 1.0 if method.name in {"flat", "potential_share", "hybrid"} else 3.7
    pd.testing.assert_series_equal(
        again.iloc[:, 0].sort_index(), found * factor, rtol=1e-4, check_names=False
    )

"""Expectations further ahead: what lies between is not known, and errors are those so far ahead."""

import numpy as np
import pandas as pd
import pytest
from calibration.companies import company, company_tables

from spmkit.calibration.expecting.ahead import expected_ahead, periods_between
from spmkit.calibration.expecting.backtest import backtest, expectations
from spmkit.calibration.expecting.history import History
from spmkit.calibration.expecting.methods import methods
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.calibration.expecting.simulator import World, simulated
from spmkit.calibration.opening import open_study
from spmkit.calibration.proposed import backtest_of
from spmkit.data import DataError


@pytest.fixture(scope="module")
def drifting():
    """A company whose common shocks last, so that what is further ahead is less sure."""
    world = World(reps=30, quarters=20, deals=25.0, common_shock=0.6, moves=0.0, leaves=0.0)
    return simulated(world).panel


def one(panel, name="last_year"):
    return [method for method in methods(panel) if method.name == name]


def test_what_lies_between_is_never_read(drifting):
    changed = drifting.assign(
        credited=drifting["credited"].mask(drifting["step"] == 9, drifting["credited"] * 7)
    )
    found = [
        expectations(panel, one(panel)[0], 1).loc[panel["step"] == 10]
        for panel in (drifting, changed)
    ]
    pd.testing.assert_frame_equal(*found)
    assert History(drifting, 10, 1).past["step"].max() == 8


def test_sums_two_periods_ahead_are_less_sure_than_those_of_the_next(drifting):
    off = []
    for between in (0, 2):
        found = backtest(drifting, one(drifting), first=12, between=between).lines
        sums = found.groupby("period")[["expected", "credited"]].sum()
        off.append(np.log(sums["expected"] / sums["credited"]).std())
    assert off[1] > 1.1 * off[0]


def test_a_period_two_ahead_counts_the_one_between():
    data = company(company_tables(quarters=12, reps=12), as_of="2023-01-05")
    steps = [quota_panel(data, label)["step"].max() for label in ("2023Q1", "2023Q3")]
    assert steps[1] == steps[0] + 2
    assert periods_between(quota_panel(data, "2023Q3")) == 2


def test_the_errors_are_those_of_expectations_as_far_ahead():
    panel = simulated(World(reps=12, quarters=12)).panel
    next_one = panel.assign(credited=panel["credited"].where(panel["step"] < 11))
    later = next_one[next_one["step"] != 10]
    counts = [expected_ahead(rows, "last_year") for rows in (next_one, later)]
    assert [found.periods for found in counts] == [11, 10]
    assert [found.errors for found in counts] == [12 * 7, 12 * 5]  # from step 4, and from step 5


def test_a_past_too_short_for_so_far_ahead_says_so():
    panel = simulated(World(reps=12, quarters=8)).panel
    rows = panel[panel["step"].isin([0, 1, 2, 3, 4, 7])]
    rows = rows.assign(credited=rows["credited"].where(rows["step"] < 7))
    with pytest.raises(DataError, match="3 periods ahead.*or ask for the next period"):
        expected_ahead(rows, "last_year")
    assert backtest_of(panel, "last_year", 4) is None


def test_a_study_two_periods_ahead_has_sums_expected_as_far_ahead():
    data = company(company_tables(quarters=16, reps=12), as_of="2024-01-05")
    near, far = (open_study(data, "2023Q4", label) for label in ("2024Q1", "2024Q2"))
    assert near.evidence_ahead.tested is near.tested
    own = far.evidence_ahead.tested.lines
    assert set(own["method"]) == {far.method}
    assert own["period"].nunique() < near.tested.lines["period"].nunique() + 1
    assert not own.empty

"""Vacant seats carry quota, but nothing is expected to be sold there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import fact, seats_ahead
from scipy import stats

from spmkit.calibration.proposing.cascade import cascade, refuse_unequal
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.vacant_seats import with_vacant
from spmkit.data import DataError


def test_a_vacant_seat_carries_quota_and_no_sales():
    ahead = seats_ahead(12)
    both = with_vacant(
        ahead, pd.DataFrame({"territory_id": ["t9", "t8"], "region": ["West", None]})
    )
    assert both.seats["expected"].tolist()[12:] == [ahead.seats["expected"].median()] * 2
    found = propose(both, 1_000_000.0, Policy(pins={"t8": 30_000}))
    filled = propose(ahead, 1_000_000.0)
    assert fact(found.total, "vacant seats") == 2
    assert fact(found.total, "expected") == fact(filled.total, "expected")
    assert fact(found.total, "on vacant seats") > 30_000
    seat = found.seats[found.seats["territory_id"] == "t9"].iloc[0]
    assert seat["reasons"].startswith("expectation")
    assert "vacant seat" in seat["reasons"]
    assert "Nobody sells there" in seat["sentence"]
    levels = cascade(found)
    refuse_unequal(levels)
    assert levels["vacant"].iloc[0] == 2


def test_what_is_given_comes_before_potential_and_potential_before_the_median():
    ahead = seats_ahead(12)
    line = stats.linregress(np.log(ahead.seats["potential"]), np.log(ahead.seats["expected"]))
    vacant = pd.DataFrame(
        {
            "territory_id": ["a", "b", "c", "d"],
            "expected": [77.0, np.nan, np.nan, np.nan],
            "potential": [1.0, 1e5, np.nan, 0.0],
        }
    )
    found = with_vacant(ahead, vacant).seats["expected"].tolist()[12:]
    middle = ahead.seats["expected"].median()
    assert found == pytest.approx([77.0, np.exp(line.intercept) * 1e5**line.slope, middle, middle])


def test_a_territory_that_somebody_holds_is_not_vacant():
    ahead = seats_ahead(3, territory_id=["t1+t2", "t3", None])
    vacant = pd.DataFrame({"territory_id": ["t1", "t3", "t4"]})
    assert with_vacant(ahead, vacant).seats["territory_id"].tolist()[3:] == ["t4"]
    assert with_vacant(ahead, vacant.iloc[:2]) is ahead
    with pytest.raises(DataError, match="each territory_id once"):
        with_vacant(ahead, pd.DataFrame({"territory_id": ["x", "x"]}))

"""Quotas by hierarchy: each level sums to what the one above assigns, to the cent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import seats_ahead
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.cascade import UNKNOWN, cascade, refuse_unequal
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.rounding import cents_of
from spmkit.data import DataError


def test_a_worked_example():
    """Goal 100, regions 5 % over it, reps 20 % over the goal: 105, then 120."""
    seats = pd.DataFrame(
        {
            "rep_id": ["ada", "bo", "cy"],
            "region": ["N", "N", "S"],
            "expected": [50.0, 30.0, 40.0],
            "spread": 1e-3,
        }
    )
    policy = Policy(over_assignment=0.2, levels={"region": 0.05}, basis="proportional")
    found = cascade(propose(Expectation(seats, np.array([0.0])), 100.0, policy), ["region"])
    assert found[["node", "quota", "assigned"]].values.tolist() == [
        ["company", 100.0, 105.0],
        ["N", 70.0, 80.0],
        ["ada", 50.0, pytest.approx(np.nan, nan_ok=True)],
        ["bo", 30.0, pytest.approx(np.nan, nan_ok=True)],
        ["S", 35.0, 40.0],
        ["cy", 40.0, pytest.approx(np.nan, nan_ok=True)],
    ]
    assert found["over_assignment"].round(4).tolist()[:2] == [0.05, 0.1429]
    assert found["above"].tolist() == [pd.NA, 0, 1, 1, 0, 4]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([0.0, 0.1, 0.15]),
    st.dictionaries(st.sampled_from(["region", "manager_id"]), st.floats(-0.1, 0.1)),
    st.floats(1e4, 1e8),
    st.integers(0, 3),
)
def test_every_level_sums_exactly(over, levels, goal, seed):
    ahead = seats_ahead(13, seed)
    policy = Policy(over_assignment=over, levels=levels)
    proposal = propose(ahead, round(goal, 2), policy)
    found = cascade(proposal)
    refuse_unequal(found)
    cents = (found["quota"] * 100).round().astype("int64")
    assert cents[0] == cents_of(round(goal, 2))
    reps = found["level"] == "rep"
    assert cents[reps].sum() == cents_of(round(goal, 2), more=over)
    assert cents[found["level"] == "region"].sum() == cents_of(
        round(goal, 2), more=levels.get("region", 0.0)
    )
    assert (found["seats"][found["level"] == "region"]).sum() == 13


def test_vacant_seats_and_unknown_managers_have_lines_of_their_own():
    ahead = seats_ahead(6)
    seats = ahead.seats.assign(manager_id=["m1", None, "m1", None, "m2", "m2"])
    seats.loc[3, "rep_id"] = None
    found = cascade(propose(Expectation(seats, ahead.errors), 500_000.0), ["manager_id"])
    assert found.loc[found["level"] == "manager_id", "node"].tolist() == ["m1", "m2", UNKNOWN]
    vacant = found[(found["level"] == "rep") & found["rep_id"].isna()]
    assert vacant["territory_id"].tolist() == ["t003"]
    assert found.set_index("node")["vacant"][[UNKNOWN, "company", "m1"]].tolist() == [1, 1, 0]
    refuse_unequal(found)


def test_a_manager_of_two_regions_and_names_that_collide_are_nodes_of_their_own():
    seats = pd.DataFrame(
        {
            "rep_id": ["company", "m", "N"],
            "region": ["company", "N", "N"],
            "manager_id": ["m", "m", "m / x"],
            "expected": 100.0,
            "spread": 20.0,
        }
    )
    found = cascade(propose(Expectation(seats, np.linspace(-2, 2, 41)), 300.0))
    refuse_unequal(found)
    assert found["level"].value_counts().to_dict() == {
        "company": 1,
        "region": 2,
        "manager_id": 3,
        "rep": 3,
    }


def test_a_level_that_there_is_not_is_said():
    proposal = propose(seats_ahead(), 1e6, Policy(levels={"regoin": 0.1}, source="policy.toml"))
    with pytest.raises(DataError, match=r"policy\.toml: \[levels\] knows no 'regoin'.*'region'"):
        cascade(proposal)


def test_what_does_not_add_up_is_found():
    found = cascade(propose(seats_ahead(), 1_000_000.0))
    found.loc[len(found) - 1, "quota"] += 0.01
    with pytest.raises(DataError, match="what stands below it sums to"):
        refuse_unequal(found)

"""Roll-ups along the hierarchy: everyone below, once, and oneself."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm
from spmkit.attainment import leader_lines


def team(**managers):
    """Reps with a manager each; ada and bo have quotas of 100 and 50, sales of 90 and 60."""
    return pd.DataFrame({"rep_id": list(managers), "manager_id": list(managers.values())})


def rolled(lines):
    sums = lines.groupby("leader_id")[["quota", "credited"]].sum()
    return {leader: tuple(row) for leader, row in zip(sums.index, sums.to_numpy(), strict=True)}


def leaders(**tables):
    data = company(**tables)
    return leader_lines(data, spm.quota_lines(data, "2026Q3"))


def test_every_leader_has_all_who_are_below():
    lines = leaders(reps=team(ada="m1", bo="m2", m1="vp", m2="vp", vp=None))
    assert rolled(lines) == {"m1": (100.0, 90.0), "m2": (50.0, 60.0), "vp": (150.0, 150.0)}
    assert lines.query("leader_id == 'vp'")["level"].tolist() == [2, 2]


def test_a_leader_with_a_personal_quota_has_it_in_the_roll_up():
    lines = leaders(reps=team(ada="bo", bo="vp", vp=None))
    assert rolled(lines) == {"bo": (150.0, 150.0), "vp": (150.0, 150.0)}
    assert lines.query("leader_id == 'bo'").set_index("rep_id")["level"].to_dict() == {
        "ada": 1,
        "bo": 0,
    }
    found = spm.measure(lines, spm.attainment, by="leader")
    assert found["attainment"].tolist() == [1.0, 1.0]


def test_a_manager_whom_reps_does_not_know_is_a_leader():
    assert rolled(leaders(reps=team(ada="Eve Moss", bo=None))) == {"Eve Moss": (100.0, 90.0)}


def test_a_ring_of_managers_counts_each_line_once():
    lines = leaders(reps=team(ada="bo", bo="ada"))
    assert rolled(lines) == {"ada": (150.0, 150.0), "bo": (150.0, 150.0)}


def test_whoever_manages_himself_is_counted_once():
    assert rolled(leaders(reps=team(ada="ada", bo="ada"))) == {"ada": (150.0, 150.0)}


def test_a_transfer_goes_to_both_managers_and_once_to_the_top():
    spells = pd.DataFrame(
        {
            "rep_id": ["ada", "ada", "m1", "m2"],
            "starts_on": ["2026-01-01", "2026-08-15", *["2026-01-01"] * 2],
            "manager_id": ["m1", "m2", "vp", "vp"],
        }
    )
    deals = opportunities(
        closed_on=["2026-08-14", "2026-08-15", "2026-08-20", None],
        outcome=["won", "won", "won", "open"],
    )
    reps = pd.DataFrame({"rep_id": ["ada", "bo", "m1", "m2", "vp"]})
    found = rolled(leaders(reps=reps, rep_assignments=spells, opportunities=deals))
    assert found["m1"] == pytest.approx((100 * 45 / 92, 90.0))
    assert found["m2"] == pytest.approx((100 * 47 / 92, 40.0))
    assert found["vp"] == pytest.approx((100.0, 130.0))


def test_without_managers_nobody_leads():
    assert leaders().empty

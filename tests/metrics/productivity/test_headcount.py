"""The days on the payroll, as shares of a period, by rep and assignment."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

Q3 = [date(2026, 7, 1) + timedelta(days=n) for n in range(92)]


def reps(**changed):
    columns = {
        "rep_id": ["ada", "bo", "cy"],
        "name": ["Ada", "Bo", "Cy"],
        "hired_on": [None, "2026-08-16", "2020-01-01"],
        "left_on": [None, None, "2026-07-23"],
        "fte": [None, 0.5, 1.0],
    }
    return pd.DataFrame(columns | changed)


def lines(period="2026Q3", setting=None, **changed):
    found = spm.headcount_lines(company(setting, **({"reps": reps()} | changed)), period)
    return found.set_index("rep_id") if found["rep_id"].is_unique else found


def test_headcount_is_the_average_of_the_days():
    found = lines()
    # of 92 days: ada all, bo from 16 August 46, cy until 23 July 23
    assert found["active_days"].to_dict() == {"ada": 92, "bo": 46, "cy": 23}
    assert found["headcount"].to_dict() == {"ada": 1.0, "bo": 0.5, "cy": 0.25}
    assert found["fte"].to_dict() == {"ada": 1.0, "bo": 0.25, "cy": 0.25}
    assert (found["ramped_fte"] == found["fte"]).all()
    assert found["ramp"].unique().tolist() == ["none declared: each counts in full"]


def test_on_leave_one_is_on_the_payroll_and_does_no_work():
    leaves = pd.DataFrame(
        {
            "rep_id": ["ada", "ada", "bo"],
            "kind": "parental",
            "starts_on": ["2026-07-01", "2026-07-08", "2026-06-01"],
            "ends_on": ["2026-07-14", "2026-07-21", "2026-06-30"],  # the first two overlap
        }
    )
    ada = lines(leaves=leaves).loc["ada"]
    assert ada[["active_days", "leave_days", "headcount"]].tolist() == [92, 21, 1.0]
    assert ada["active_weeks"] == pytest.approx((92 - 21) / 7)
    assert ada["ramped_fte"] == pytest.approx((92 - 21) / 92)


def test_a_leave_without_an_end_lasts():
    leaves = pd.DataFrame({"rep_id": ["ada"], "starts_on": ["2026-09-01"], "ends_on": [None]})
    assert lines(leaves=leaves).loc["ada", "leave_days"] == 30


def test_the_ramp_that_is_declared_weighs_the_months_since_hire():
    found = lines(setting={"quotas": {"ramp": [0.0, 0.5]}})
    # bo: 16 August to 15 September 31 days at 0, then 15 days at 0.5, on half time
    assert found.loc["bo", "ramped_fte"] == pytest.approx((31 * 0 + 15 * 0.5) / 92 * 0.5)
    assert found.loc["ada", "ramped_fte"] == 1.0
    assert found["ramp"].unique().tolist() == ["[quotas] ramp"]


def test_a_running_period_counts_to_as_of():
    found = lines("2026Q4")
    assert found["period_days"].unique().tolist() == [2]
    assert found["headcount"].to_dict() == {"ada": 1.0, "bo": 1.0}


def test_who_moved_has_a_row_an_assignment():
    moves = pd.DataFrame(
        {
            "rep_id": ["ada", "ada"],
            "starts_on": ["2026-01-01", "2026-08-01"],
            "region": ["North", "South"],
        }
    )
    found = lines(rep_assignments=moves)
    ada = found[found["rep_id"] == "ada"]
    assert ada[["region", "active_days"]].values.tolist() == [["North", 31], ["South", 61]]
    assert ada["headcount"].sum() == pytest.approx(1.0)


def test_who_only_manages_is_no_rep():
    team = reps(manager_id=["cy", "cy", None])
    assert lines(reps=team).index.tolist() == ["ada", "bo"]
    quotas = pd.DataFrame(
        {
            "rep_id": ["cy"],
            "level": "rep",
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [10.0],
        }
    )
    assert "cy" in lines(reps=team, quotas=quotas).index
    assert "cy" not in lines(reps=team, quotas=quotas.assign(level="team")).index


def test_without_dates_everyone_was_there():
    found = lines(reps=pd.DataFrame({"rep_id": ["ada", "bo"]}))
    assert found["headcount"].tolist() == [1.0, 1.0]


def test_several_periods_and_none():
    assert lines(["2026Q2", "2026Q3"])["period"].value_counts().to_dict() == {
        "2026Q2": 2,
        "2026Q3": 3,
    }
    assert lines(None)["period"].unique().tolist() == ["2026Q3"]


def test_a_period_that_has_not_begun_is_refused():
    with pytest.raises(spm.DataError, match="starts after as_of"):
        lines("2027Q1")


def test_nobody_there():
    gone = reps(hired_on=["2020-01-01"] * 3, left_on=["2021-01-01"] * 3)
    assert lines(reps=gone).empty


DAYS = st.dates(date(2026, 6, 1), date(2026, 11, 1))
SPELL = st.tuples(st.none() | DAYS, st.none() | DAYS).map(
    lambda pair: pair if None in pair else tuple(sorted(pair))
)


@settings(max_examples=20, deadline=None)
@given(st.lists(SPELL, min_size=1, max_size=4), st.lists(st.tuples(DAYS, DAYS).map(sorted)))
def test_days_are_what_a_plain_loop_says(spells, leaves):
    people = pd.DataFrame(
        {
            "rep_id": [f"r{n}" for n in range(len(spells))],
            "hired_on": pd.array([str(a) if a else None for a, _ in spells], dtype="str"),
            "left_on": pd.array([str(b) if b else None for _, b in spells], dtype="str"),
        }
    )
    given_leaves = pd.DataFrame(
        {
            "rep_id": pd.array(["r0"] * len(leaves), dtype="str"),
            "starts_on": pd.array([str(a) for a, _ in leaves], dtype="str"),
            "ends_on": pd.array([str(b) for _, b in leaves], dtype="str"),
        }
    )
    opportunities = pd.DataFrame({"opportunity_id": ["o"], "rep_id": "r0", "outcome": "open"})
    changed = {"leaves": given_leaves} if leaves else {}
    data = company(reps=people, opportunities=opportunities, **changed)
    found = spm.headcount_lines(data, "2026Q3").set_index("rep_id")
    for n, (hired, left) in enumerate(spells):
        there = [d for d in Q3 if (hired or d) <= d <= (left or d)]
        off = [d for d in there if n == 0 and any(a <= d <= b for a, b in leaves)]
        if not there:
            assert f"r{n}" not in found.index
            continue
        assert found.loc[f"r{n}", ["active_days", "leave_days"]].tolist() == [len(there), len(off)]
        assert found.loc[f"r{n}", "ramped_fte"] == pytest.approx((len(there) - len(off)) / 92)

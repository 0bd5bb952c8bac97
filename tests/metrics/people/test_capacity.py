"""Capacity, what departures cost, and territories without an owner."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, native, reps, staff, values

import spmkit as spm

PEOPLE = pd.DataFrame(
    {
        "rep_id": ["ada", "bo", "cy", "di", "eve"],
        "hired_on": pd.to_datetime(["2020-01-01", "2026-09-20", "2026-12-01", "2020-01-01", None]),
        "left_on": pd.to_datetime([None, None, None, "2026-11-15", None]),
        "productivity": [100.0, 80.0, 80.0, None, 50.0],
    }
)
ASSUMED = {"replacement_cost": 20_000, "loss_share": 0.4, "ramp_loss": 30_000, "daily_pay": 150}
COSTS = [spm.departure_cost, spm.total_departure_cost]


def capacity(people=PEOPLE, months=3, ramp=(0.25, 0.5), annual_attrition=0.2):
    return spm.capacity_lines(
        people, "2026-10-05", months, ramp=ramp, annual_attrition=annual_attrition
    )


def territories(*rows):
    columns = ["territory_id", "rep_id", "starts_on", "ends_on", "share"]
    frame = pd.DataFrame([(*row, 1.0)[:5] for row in rows], columns=columns)
    return frame.assign(starts_on=days(*frame["starts_on"]), ends_on=days(*frame["ends_on"]))


def test_capacity_on_every_engine(engine):
    """October to December. Bo is in the second month of two in the ramp, then full; cy comes in
    December; di is there until November, of unknown productivity; eve's hiring is not known."""
    lines = capacity(native(engine(PEOPLE)))
    assert values(lines, "rep_id", "month", "tenure_month", "ramp") == [
        ["ada", "2026-10-01", 82, 1.0],
        ["ada", "2026-11-01", 83, 1.0],
        ["ada", "2026-12-01", 84, 1.0],
        ["bo", "2026-10-01", 2, 0.5],
        ["bo", "2026-11-01", 3, 1.0],
        ["bo", "2026-12-01", 4, 1.0],
        ["cy", "2026-12-01", 1, 0.25],
        ["di", "2026-10-01", 82, 1.0],
        ["di", "2026-11-01", 83, 1.0],
    ]
    stay = [0.8 ** (month / 12) for month in (1, 2, 3)]
    expected = 140 * stay[0] + 180 * stay[1] + (180 + 20) * stay[2]
    read = native(engine(lines[["ramp", "productivity", "stay"]]))
    found = spm.measure(read, spm.ramped_capacity).iloc[0]
    assert found["ramped_capacity"] == pytest.approx(expected)
    assert found["ramped_capacity_n"] == 7


def test_attrition_compounds_and_a_year_of_it_is_the_whole():
    lines = capacity(months=12, ramp=())
    ada = lines[lines["rep_id"] == "ada"]["stay"]
    assert ada.iloc[-1] == pytest.approx(0.8)
    assert (ada / ada.shift()).dropna().to_list() == pytest.approx([0.8 ** (1 / 12)] * 11)


def test_nobody_to_come_has_no_capacity():
    nobody = spm.measure(capacity(PEOPLE.assign(hired_on=pd.NaT)), spm.ramped_capacity).iloc[0]
    assert pd.isna(nobody["ramped_capacity"])
    assert nobody["ramped_capacity_status"] == "undefined: no rows"
    all_gone = spm.measure(capacity(annual_attrition=1.0), spm.ramped_capacity).iloc[0]
    assert all_gone["ramped_capacity"] == 0


def test_rep_tenure_gives_the_people():
    """Eve has no hiring; bo and cy have left."""
    lines = capacity(spm.rep_tenure(staff()).assign(productivity=10.0))
    assert sorted(lines["rep_id"].unique()) == ["ada", "di"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"months": 0}, "months is 0"),
        ({"ramp": [25]}, "ramp is 25"),
        ({"annual_attrition": 20}, "annual_attrition is 20"),
        ({"annual_attrition": float("nan")}, "annual_attrition is nan"),
    ],
)
def test_capacity_refuses_what_is_no_share(changed, said):
    with pytest.raises(ValueError, match=said):
        capacity(**changed)


def test_departures_on_every_engine(engine):
    """60 empty days at 1,000 a day, of which 0.4 are lost: 24,000; 60 × 150 are saved.

    20,000 + 24,000 + 30,000 − 9,000 = 65,000; a seat never empty costs 50,000; of the third the
    run rate is not known.
    """
    left = pd.DataFrame(
        {
            "rep_id": ["bo", "cy", "di"],
            "vacant_days": [60, 0, 10],
            "daily_run_rate": [1000.0, 500.0, None],
        }
    )
    lines = spm.departure_lines(native(engine(left)), spm.DepartureAssumptions(**ASSUMED))
    lines = lines.sort_values("rep_id")
    assert values(lines, "vacancy_loss", "salary_saved") == [
        [24_000.0, 9_000.0],
        [0.0, 0.0],
        [None, 1_500.0],
    ]
    found = spm.measure(native(engine(lines.drop(columns="rep_id"))), COSTS).iloc[0]
    assert found[["departure_cost", "departure_cost_n"]].tolist() == [57_500.0, 2]
    assert found["total_departure_cost"] == 115_000.0


def test_nobody_left_costs_nothing_that_is_known():
    nobody = pd.DataFrame({"vacant_days": [], "daily_run_rate": []}, dtype="float64")
    lines = spm.departure_lines(nobody, spm.DepartureAssumptions(**ASSUMED))
    assert spm.measure(lines, COSTS).iloc[0, 2] == "undefined: no rows"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"loss_share": 1.5}, "loss_share is 1.5"),
        ({"daily_pay": -1}, "daily_pay is -1"),
        ({"ramp_loss": float("nan")}, "ramp_loss is nan"),
    ],
)
def test_assumptions_that_cannot_be_meant(changed, said):
    with pytest.raises(ValueError, match=said):
        spm.DepartureAssumptions(**ASSUMED | changed)


def test_assumptions_have_no_default_and_departures_need_their_columns():
    with pytest.raises(TypeError, match="daily_pay"):
        spm.DepartureAssumptions(replacement_cost=1, loss_share=0.1, ramp_loss=1)
    assumed = spm.DepartureAssumptions(**ASSUMED)
    with pytest.raises(ValueError, match="no column 'daily_run_rate'"):
        spm.departure_lines(pd.DataFrame({"vacant_days": [1]}), assumed)
    with pytest.raises(ValueError, match="vacant_days is negative"):
        spm.departure_lines(pd.DataFrame({"vacant_days": [-1], "daily_run_rate": 1.0}), assumed)


SPELLS = territories(
    ("T1", "ada", "2026-01-01", "2026-07-10"),
    ("T1", "di", "2026-07-05", "2026-07-20"),  # overlaps: counted once
    ("T1", "di", "2026-07-25", "2026-07-25", 0.5),  # half an owner owns
    ("T1", "ada", "2026-07-26", None, 0.0),  # no share is no owner
    ("T2", "ada", "2026-07-11", None),  # began within the window
    ("T3", "bo", "2026-01-01", None),  # bo left on 30 June
    ("T4", "ada", "2026-08-01", None),  # not yet there
    ("T5", "ada", "2026-01-01", None),
    ("T5", "di", "2026-07-30", "2026-07-01"),  # ends before it starts
)


def test_vacancies_on_every_engine(engine):
    """July: T1 is empty on 21 to 24 and 26 to 31, T3 on every day."""
    data = staff(engine, territory_assignments=SPELLS)
    lines = spm.territory_vacancies(data, "2026-07-01", "2026-07-31")
    assert values(lines, "territory_id", "territory_days", "owned_days", "vacant_days") == [
        ["T1", 31, 21, 10],
        ["T2", 21, 21, 0],
        ["T3", 31, 0, 31],
        ["T5", 31, 31, 0],
    ]
    spells = spm.vacancy_spells(data, "2026-07-01", "2026-07-31")
    said = ["territory_id", "vacant_from", "vacant_to", "vacant_days", "after_rep_id", "filled"]
    assert values(spells, *said) == [
        ["T1", "2026-07-21", "2026-07-24", 4, "di", True],
        ["T1", "2026-07-26", "2026-07-31", 6, "di", False],
        ["T3", "2026-07-01", "2026-07-31", 31, "bo", False],
    ]
    read = native(engine(lines[["vacant_days", "territory_days"]]))
    found = spm.measure(read, [spm.vacant_territory_days, spm.vacancy_rate]).iloc[0]
    assert found["vacant_territory_days"] == 41
    assert found["vacancy_rate"] == pytest.approx(41 / 114)


def test_always_owned_is_0_and_not_null():
    data = staff(territory_assignments=territories(("T1", "ada", "2026-01-01", None)))
    found = spm.measure(spm.territory_vacancies(data), spm.vacant_territory_days).iloc[0]
    assert found["vacant_territory_days"] == 0
    assert spm.vacancy_spells(data).empty


def test_without_ends_or_shares_a_spell_runs_until_its_rep_leaves():
    bare = SPELLS[["territory_id", "rep_id", "starts_on"]].iloc[[5]]
    data = staff(territory_assignments=bare, reps=reps().drop(columns="left_on"))
    assert spm.territory_vacancies(data, "2026-07-01")["vacant_days"].tolist() == [0]


def test_before_any_territory_there_is_no_line():
    data = staff(territory_assignments=SPELLS)
    lines = spm.territory_vacancies(data, "2020-01-01", "2020-12-31")
    assert lines.empty
    found = spm.measure(lines, spm.vacant_territory_days).iloc[0]
    assert found["vacant_territory_days_status"] == "undefined: no rows"


def test_without_the_table_it_is_unavailable():
    for lines in (spm.territory_vacancies, spm.vacancy_spells):
        with pytest.raises(spm.DataError, match="unavailable: needs territory_assignments"):
            lines(staff())


SPELL = st.tuples(
    st.sampled_from(["T1", "T2"]),
    st.integers(0, 60),
    st.one_of(st.none(), st.integers(-2, 30)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SPELL, min_size=1, max_size=8), st.integers(0, 50), st.integers(0, 30))
def test_any_spells_against_counting_day_by_day(spells, start, length):
    base, end = date(2026, 6, 1), start + length
    rows = [
        (
            name,
            "ada",
            str(base + timedelta(days=first)),
            None if days is None else str(base + timedelta(days=first + days)),
        )
        for name, first, days in {
            (name, first): (name, first, days) for name, first, days in spells
        }.values()
    ]
    data = staff(territory_assignments=territories(*rows))
    window = base + timedelta(days=start), base + timedelta(days=end)
    found = spm.territory_vacancies(data, *window).set_index("territory_id")
    for name in ("T1", "T2"):
        own = [
            (date.fromisoformat(first), date.fromisoformat(last) if last else window[1])
            for territory, _, first, last in rows
            if territory == name
        ]
        own = [spell for spell in own if spell[0] <= spell[1]]
        began = min((first for first, _ in own), default=None)
        there = [window[0] + timedelta(days=n) for n in range(length + 1)]
        there = [day for day in there if began is not None and day >= began]
        vacant = sum(not any(first <= day <= last for first, last in own) for day in there)
        if there:
            assert found.loc[name, "territory_days"] == len(there)
            assert found.loc[name, "vacant_days"] == vacant
        else:
            assert name not in found.index

"""Tenure: one row a rep, nothing guessed, leavers by kind."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, native, reps, staff, values

import spmkit as spm
from spmkit.metrics.people import LEAVE_KINDS

SAID = ["rep_id", "tenure_days", "current_tenure_days", "left", "leave_kind", "voluntary", "cohort"]
EXPECTED = [
    # 2024-01-01 to 2026-10-02: 366 + 365 + 274 days
    ["ada", 1005, 1005, False, None, None, "2024Q1"],
    # 2025-01-15 to 2026-06-30: 365 + 166
    ["bo", 531, None, True, "voluntary", True, "2025Q1"],
    # 2023-05-01 to 2026-03-31: 1065
    ["cy", 1065, None, True, "involuntary", False, "2023Q2"],
    ["di", 184, 184, False, None, None, "2026Q2"],
    ["eve", None, None, False, None, None, None],
]


def test_every_engine_gives_the_expected_rows(engine):
    found = spm.rep_tenure(staff(engine))
    assert values(found, *SAID) == EXPECTED
    assert found["tenure_status"].tolist() == ["ok"] * 4 + ["undefined: no hired_on"]
    assert found["region"].tolist() == ["North", "North", "South", "South", "South"]
    people = native(engine(found[["current_tenure_days"]].astype("float64")))
    # of 1005 and 184: 594.5
    assert spm.measure(people, spm.median_tenure).iloc[0, :2].tolist() == [594.5, 2]


def test_left_before_hired_is_excluded_with_its_reason():
    """The old leaving of somebody hired again, or a slip: it is not guessed which."""
    found = spm.rep_tenure(staff(reps=reps(left_on=days("2020-01-01", *[None] * 4))))
    assert found["tenure_status"][0] == "undefined: left before hired"
    assert found["tenure_days"].isna()[0]
    assert spm.attrition_lines(staff(reps=reps(left_on=days("2020-01-01", *[None] * 4))))[
        "rep_id"
    ].tolist() == ["bo", "cy", "di"]


def test_a_hire_to_come_and_a_notice_given_are_no_tenure_and_no_leaving():
    data = staff(
        reps=reps(
            hired_on=days("2026-11-01", "2025-01-15", None, None, None),
            left_on=days(None, "2026-12-31", None, None, None),
        )
    )
    found = spm.rep_tenure(data)
    assert found["tenure_status"][0] == "undefined: hired after as_of"
    assert not found["left"][1]
    assert found["current_tenure_days"][1] == 625  # 2025-01-15 to 2026-10-02
    assert found["leave_kind"].isna().all()


def test_the_first_and_last_day_may_be_one():
    data = staff(
        reps=reps(hired_on=days(*["2026-10-02"] * 5), left_on=days("2026-10-02", *[None] * 4))
    )
    found = spm.rep_tenure(data)
    assert found["tenure_days"].tolist() == [0] * 5
    assert found["left"].tolist() == [True] + [False] * 4


def test_reasons_are_classified_as_declared():
    reasons = ["RELOCATION ", "moon trip", None, "transfer", "x"]
    data = staff(reps=reps(left_on=days(*["2026-09-01"] * 5), leave_reason=reasons))
    found = spm.rep_tenure(data)
    assert values(found, "leave_kind") == [["voluntary"], [None], [None], ["transfer"], [None]]
    own = spm.rep_tenure(data, kinds={"Moon Trip": "voluntary"})
    assert values(own, "leave_kind") == [[None], ["voluntary"], [None], [None], [None]]
    with pytest.raises(ValueError, match="'fired' is no kind"):
        spm.rep_tenure(data, kinds={"x": "fired"})
    assert set(LEAVE_KINDS.values()) == {"voluntary", "involuntary", "transfer"}


def test_without_the_columns_all_is_null():
    found = spm.rep_tenure(staff(reps=pd.DataFrame({"rep_id": ["ada"]})))
    said = ["hired_on", "left_on", "leave_kind", "tenure_days", "cohort"]
    assert found[said].isna().all(axis=None)
    assert found["rep"].tolist() == ["ada"]
    assert spm.measure(found, spm.median_tenure).iloc[0, 2] == "undefined: no rows"


def test_attributes_are_those_of_the_last_day():
    spells = pd.DataFrame(
        {
            "rep_id": ["bo", "bo", "bo"],
            "starts_on": days("2025-01-15", "2026-01-01", "2026-08-01"),
            "region": ["North", "West", "East"],
        }
    )
    found = spm.rep_tenure(staff(rep_assignments=spells)).set_index("rep_id")
    assert found["region"]["bo"] == "West"  # left on 2026-06-30


def test_cohorts_are_fiscal_periods():
    data = staff(settings={"calendar": {"year_starts": "02-01"}})
    found = spm.rep_tenure(data, grain="year")
    # 1 January 2024 is still fiscal 2024, which ends on 31 January 2024
    assert values(found, "cohort") == [["2024"], ["2025"], ["2024"], ["2027"], [None]]


def test_hires_outside_the_companys_own_periods_have_no_cohort():
    quotas = pd.DataFrame(
        {
            "rep_id": "ada",
            "quota": 1.0,
            "period_start": days("2026-01-01", "2026-04-01"),
            "period_end": days("2026-03-31", "2026-06-30"),
        }
    )
    data = staff(quotas=quotas, settings={"calendar": {"periods": "quotas"}})
    found = spm.rep_tenure(data)
    assert found["cohort"].notna().tolist() == [False, False, False, True, False]


DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2028, 1, 1)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=6))
def test_any_dates_against_plain_python(spells):
    people = pd.DataFrame(
        {
            "rep_id": [f"r{number}" for number in range(len(spells))],
            "hired_on": [hired for hired, _ in spells],
            "left_on": [left for _, left in spells],
        }
    ).astype({"hired_on": "datetime64[s]", "left_on": "datetime64[s]"})
    found = spm.rep_tenure(staff(reps=people))
    as_of = date(2026, 10, 2)
    for (hired, left), tenure in zip(spells, found["tenure_days"], strict=True):
        if hired is None or hired > as_of or (left is not None and left < hired):
            assert pd.isna(tenure)
        else:
            gone = left is not None and left <= as_of
            assert tenure == ((left if gone else as_of) - hired).days

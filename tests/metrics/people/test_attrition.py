"""Attrition by kind, regretted attrition, coaching: worked by hand, and at their edges."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, native, reps, staff, values

import spmkit as spm

RATES = [
    spm.attrition_rate,
    spm.annual_attrition_rate,
    spm.voluntary_attrition_rate,
    spm.involuntary_attrition_rate,
    spm.transfer_rate,
    spm.unexplained_attrition_rate,
]
PERFORMANCE = pd.DataFrame({"rep_id": ["ada", "bo", "cy"], "performance": [1.0, 1.2, 0.6]})


def first(frame, *metrics):
    found = spm.measure(frame, list(metrics)).iloc[0]
    return [found[spm.declaration.metric_name(metric)] for metric in metrics]


def test_attrition_of_a_quarter_on_every_engine(engine):
    """April to June 2026, 91 days: ada and bo throughout (bo's last day is 30 June), di too.

    Cy left before; of eve the hiring is not known. One leaves of 3.0 heads: 1/3 a quarter, and
    of 0.75 years of employment: 4/3 a year.
    """
    lines = spm.attrition_lines(staff(engine), "2026-04-01", "2026-06-30")
    assert values(lines, "rep_id", "headcount", "employed_years", "leaver") == [
        ["ada", 1.0, 0.25, False],
        ["bo", 1.0, 0.25, True],
        ["di", 1.0, 0.25, False],
    ]
    known = spm.regretted_lines(lines, native(engine(PERFORMANCE)))
    read = ["headcount", "employed_years", "leaver", "left_voluntarily", "left_involuntarily"]
    read += ["transferred", "left_unexplained", "regretted"]
    found = first(native(engine(known[read])), *RATES, spm.regretted_attrition)
    assert found == pytest.approx([1 / 3, 4 / 3, 1 / 3, 0, 0, 0, 1 / 3])


def test_the_default_window_is_the_twelve_months_up_to_as_of():
    """365 days from 2025-10-03: bo 271, cy 180, di 185 and ada 365 of them."""
    lines = spm.attrition_lines(staff())
    assert lines["employed_days"].tolist() == [365, 271, 180, 185]
    rate, annual, chosen, forced = first(lines, *RATES[:4])
    assert rate == pytest.approx(2 * 365 / (365 + 271 + 180 + 185))
    assert annual == pytest.approx(rate)
    assert chosen == forced == pytest.approx(rate / 2)


def test_the_first_and_the_last_day_of_a_window_count():
    for window, leaves in [
        (("2026-06-30", "2026-07-30"), True),
        (("2026-06-01", "2026-06-30"), True),
        (("2026-06-01", "2026-06-29"), False),
    ]:
        lines = spm.attrition_lines(staff(), *window).set_index("rep_id")
        assert lines["leaver"]["bo"] == leaves
    later = spm.attrition_lines(staff(), "2026-07-01", "2026-07-31")
    assert "bo" not in later["rep_id"].tolist()


def test_reasons_that_are_not_classified_are_neither_voluntary_nor_involuntary():
    data = staff(reps=reps(leave_reason=[None, "moon trip", None, None, None]))
    assert first(spm.attrition_lines(data), *RATES[2:]) == pytest.approx([0, 0, 0, 730 / 1001])


def test_without_leavers_the_rate_is_0_with_an_interval():
    lines = spm.attrition_lines(staff(reps=reps(left_on=[None] * 5)))
    found = spm.attrition_interval(lines).iloc[0]
    heads = (365 + 365 + 365 + 185) / 365
    assert found["attrition_rate"] == found["attrition_rate_low"] == 0
    # no event in so much time: −ln(0.025) of it
    assert found["attrition_rate_high"] == pytest.approx(3.6889 / heads, rel=1e-4)
    assert found["attrition_rate_status"] == "ok"


def test_the_interval_of_ten_leavers_is_the_published_one():
    """Of a count of 10 the exact bounds are 4.795 and 18.390."""
    lines = pd.DataFrame({"leaver": [True] * 10, "headcount": 1.0, "team": "a"})
    found = spm.attrition_interval(lines, by="team").iloc[0]
    assert [found["attrition_rate_low"], found["attrition_rate_high"]] == pytest.approx(
        [0.4795, 1.8390], abs=1e-4
    )


def test_a_group_of_one_and_an_empty_window():
    lines = spm.attrition_lines(staff(), "2026-04-01", "2026-06-30")
    found = spm.attrition_interval(lines, by="region").set_index("region")
    assert found["attrition_rate_n"].tolist() == [2, 1]
    assert found.loc["South", "attrition_rate_high"] > 1
    nobody = spm.attrition_lines(staff(), "2020-01-01", "2020-12-31")
    found = spm.attrition_interval(nobody).iloc[0]
    assert found["attrition_rate_status"] == "undefined: no rows"
    assert found[["attrition_rate", "attrition_rate_low", "attrition_rate_high"]].isna().all()


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (("2026-06-01", "2026-05-01"), "ends .* before it starts"),
        (("2026-06-01", "2026-12-31"), "after the data's as_of"),
    ],
)
def test_windows_that_cannot_be_meant(window, said):
    for lines in (spm.attrition_lines, spm.coaching_lines, spm.territory_vacancies):
        with pytest.raises(ValueError, match=said):
            lines(staff(), *window)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-200, 400), st.one_of(st.none(), st.integers(-200, 400))),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 300),
    st.integers(0, 95),
)
def test_any_spells_against_counting_day_by_day(spells, start, length):
    base = date(2025, 6, 1)
    end = start + length
    people = pd.DataFrame(
        {
            "rep_id": [f"r{n}" for n in range(len(spells))],
            "hired_on": [base + timedelta(days=hired) for hired, _ in spells],
            "left_on": [
                None if left is None else base + timedelta(days=left) for _, left in spells
            ],
        }
    ).astype({"hired_on": "datetime64[s]", "left_on": "datetime64[s]"})
    window = base + timedelta(days=start), base + timedelta(days=end)
    lines = spm.attrition_lines(staff(reps=people), *window)
    usable = [(hired, left) for hired, left in spells if left is None or left >= hired]
    heads = sum(
        sum(hired <= day and (left is None or day <= left) for hired, left in usable)
        for day in range(start, end + 1)
    )
    leavers = sum(left is not None and start <= left <= end for _, left in usable)
    assert lines["employed_days"].sum() == heads
    assert lines["leaver"].sum() == leavers
    rate = spm.measure(lines, spm.attrition_rate)["attrition_rate"][0]
    assert (pd.isna(rate) and heads == 0) or rate == pytest.approx(leavers * (length + 1) / heads)


def test_regret_needs_a_performance_from_before_the_leaving():
    lines = spm.attrition_lines(staff())
    late = PERFORMANCE.assign(frozen_on=pd.to_datetime(["2026-09-01"] * 3))
    found = spm.regretted_lines(lines, late).set_index("rep_id")
    assert pd.isna(found["regretted"]["bo"])
    assert pd.isna(found["performance"]["bo"])
    early = PERFORMANCE.assign(frozen_on=pd.to_datetime(["2026-01-01"] * 3))
    assert spm.regretted_lines(lines, early)["regretted"].tolist() == [False, True, False, False]


def test_at_the_median_is_regretted_and_below_it_is_not():
    lines = spm.attrition_lines(staff())  # bo alone left by choice
    for own, regretted in [(1.0, True), (0.99, False)]:
        known = pd.DataFrame({"rep_id": ["ada", "bo", "di"], "performance": [1.0, own, 1.0]})
        found = spm.regretted_lines(lines, known).set_index("rep_id")
        assert found["regretted"]["bo"] == regretted


def test_an_unknown_leaver_is_null_and_a_double_performance_refused():
    lines = spm.attrition_lines(staff())
    found = spm.regretted_lines(lines, PERFORMANCE[PERFORMANCE["rep_id"] != "bo"])
    assert found["regretted"].isna().tolist() == [False, True, False, False]
    assert first(found, spm.regretted_attrition) == [0.0]
    with pytest.raises(ValueError, match="'ada' has several performances"):
        spm.regretted_lines(lines, pd.concat([PERFORMANCE, PERFORMANCE]))


def coached():
    programs = pd.DataFrame(
        {
            "rep_id": ["ada", "ada", "di", "bo"],
            "program": ["Discovery", "Tool", "Discovery", "Discovery"],
            "kind": ["coaching", "tool", "coaching", "coaching"],
            "starts_on": days("2026-06-01", "2026-07-01", "2026-07-01", "2026-05-01"),
            "ends_on": days("2026-07-01", None, None, "2026-06-30"),
        }
    )
    activities = pd.DataFrame(
        {
            "activity_id": ["a1", "a2", "a3", "a4"],
            "rep_id": ["ada", "ada", "ada", "eve"],
            "type": ["Coaching", "coaching", "call", "coaching"],
            "status": ["held", "no_show", "held", "held"],
            "started_at": [
                datetime(2026, 7, 9, 23, 30),
                datetime(2026, 7, 10, 9),
                datetime(2026, 7, 11, 9),
                datetime(2026, 6, 30, 23, 59),
            ],
        }
    )
    return {"programs": programs, "activities": activities}


def test_coaching_on_every_engine(engine):
    """July to September: ada a program and a held session, di a program, eve none; bo has left."""
    lines = spm.coaching_lines(staff(engine, **coached()), "2026-07-01", "2026-09-30")
    said = ["rep_id", "coaching_activities", "coaching_programs", "sessions", "last_session_on"]
    assert values(lines, *said) == [
        ["ada", 1, 1, 2, "2026-07-09"],
        ["di", 0, 1, 1, "2026-09-30"],
        ["eve", 0, 0, 0, None],
    ]
    twice = functools.partial(spm.coaching_coverage, at_least=2)
    found = first(native(engine(lines[["sessions"]])), spm.coaching_coverage, twice)
    assert found == pytest.approx([2 / 3, 1 / 3])


def test_coaching_counts_the_types_that_are_named():
    window = ("2026-07-01", "2026-09-30")
    none = spm.coaching_lines(staff(**coached()), *window, types=())
    assert none["sessions"].tolist() == [1, 1, 0]
    calls = spm.coaching_lines(staff(**coached()), *window, types=("CALL",))
    assert calls["coaching_activities"].tolist() == [1, 0, 0]


def test_a_source_that_records_no_coaching_is_unknown_not_0():
    tables = coached()
    quiet = {"activities": tables["activities"].assign(type="call")}
    for data in (staff(), staff(**quiet)):
        with pytest.raises(spm.DataError, match="unavailable: needs coaching"):
            spm.coaching_lines(data)
    bare = {"programs": tables["programs"].drop(columns="kind")}
    with pytest.raises(spm.DataError, match="unavailable"):
        spm.coaching_lines(staff(**bare))


def test_coaching_of_another_time_is_a_true_0():
    lines = spm.coaching_lines(staff(**coached()), "2025-01-01", "2025-03-31")
    assert lines["sessions"].sum() == 0
    assert first(lines, spm.coaching_coverage) == [0.0]

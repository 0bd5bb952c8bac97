"""Ramp time and hires that fail: months by hand, censoring, engines."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from new_hires import DEALS, progress, quotas
from staff import days, deals, native, reps, staff, values

import spmkit as spm


def tenure(**hired):
    return pd.DataFrame(
        {
            "rep_id": list(hired),
            "hired_on": pd.to_datetime(list(hired.values())),
            "left_on": pd.NaT,
            "as_of": pd.Timestamp("2026-10-02"),
            "tenure_status": "ok",
        }
    )


def ramp(credited, quota=100.0, hired="2026-01-01", **options):
    found = spm.ramp_lines(progress(credited, quota), tenure(ada=hired), **options)
    return values(found, "ramp_months", "ramped")[0]


def test_progress_on_every_engine(engine):
    """Bo came on 15 January 2025: months from the 15th, quota of 31 a month or 28 by days.

    The first quarter's quota of 90 is 1 a day, the second's of 182 is 2 a day. February's month
    (15 February to 14 March) has 28 days; 15 March to 14 April has 17 of the first quarter and
    14 of the second, 45; 15 April to 14 May has 30 days, 60. The months after 30 June have none.
    """
    lines = quotas(
        ("bo", "2025-01-01", "2025-03-31", 90.0), ("bo", "2025-04-01", "2025-06-30", 182.0)
    )
    won = [
        ("bo", "2024-12-01", "2025-01-14", 5.0, "won"),
        ("bo", "2024-12-01", "2025-01-15", 50.0, "won"),
        ("bo", "2025-02-01", "2025-02-14", 60.0, "won"),
        ("bo", "2025-02-01", "2025-02-15", 70.0, "won"),
    ]
    data = staff(engine, opportunities=deals(won))
    found = spm.ramp_progress(data, native(engine(lines)))
    bo = found[found["rep_id"] == "bo"]
    assert values(bo.head(6), "month", "credited", "quota") == [
        ["2025-01-15", 110.0, 31.0],
        ["2025-02-15", 70.0, 28.0],
        ["2025-03-15", 0.0, 45.0],
        ["2025-04-15", 0.0, 60.0],
        ["2025-05-15", 0.0, 62.0],
        ["2025-06-15", 0.0, None],
    ]
    # to the end of bo's last complete month before 30 June 2026
    assert str(bo["month"].max().date()) == "2026-05-15"
    # ada and cy were hired before the first quota: their early months were not seen
    ramp = spm.ramp_lines(native(engine(found)), spm.rep_tenure(data)).set_index("rep_id")
    assert ramp["ramp_status"].to_dict() == {
        "ada": "undefined: hired before the data begin",
        "bo": "ok",
        "cy": "undefined: hired before the data begin",
        "di": "undefined: no quota",
        "eve": "undefined: no hired_on",
    }
    assert values(ramp, "ramp_months", "ramped")[1] == [3, True]  # 180 of 104


@pytest.mark.parametrize(
    ("hired", "months"),
    [
        ("2025-12-31", ["2025-12-31", "2026-01-28", "2026-02-28", "2026-03-28"]),
        ("2026-01-28", ["2026-01-28", "2026-02-28", "2026-03-28", "2026-04-28"]),
    ],
)
def test_months_of_those_hired_late_in_a_month(hired, months):
    lines = quotas(("ada", "2025-12-01", "2026-12-31", 396.0))
    won = [
        ("ada", "2025-12-01", "2026-01-27", 5.0, "won"),
        ("ada", "2025-12-01", "2026-02-28", 7.0, "won"),
    ]
    won += [("ada", "2025-12-01", "2025-12-01", 9.0, "won")]  # before ada came
    people = reps(hired_on=days(hired, *[None] * 4))
    found = spm.ramp_progress(staff(reps=people, opportunities=deals(won)), lines).head(4)
    assert values(found, "month") == [[month] for month in months]
    before = hired == "2025-12-31"
    assert found["credited"].tolist() == ([5.0, 0.0, 7.0, 0.0] if before else [0.0, 7.0, 0.0, 0.0])
    ends = pd.to_datetime([*months[1:]])
    spans = (ends - pd.to_datetime(months[:-1])).days.tolist()
    assert found["quota"].tolist()[:3] == pytest.approx(spans)


def test_overlapping_quotas_are_refused_and_equal_ones_summed():
    data = staff(opportunities=deals(DEALS))
    year = ("bo", "2025-01-01", "2025-12-31", 365.0)
    with pytest.raises(ValueError, match="quota lines of 'bo' overlap"):
        spm.ramp_progress(data, quotas(year, ("bo", "2025-12-31", "2026-03-31", 90.0)))
    found = spm.ramp_progress(data, quotas(year, year))
    assert found.query("rep_id == 'bo'")["quota"].iloc[0] == pytest.approx(62.0)


def test_ramped_is_the_first_month_at_80_percent_of_the_trailing_three():
    # 60 + 80 + 99 = 239 of 300 is not; 80 + 99 + 61 = 240 is, to the cent
    assert ramp([60.0, 80.0, 99.0, 61.0, 500.0]) == [4, True]
    assert ramp([60.0, 80.0, 99.0, 60.99]) == [4, False]
    assert ramp([0.0, 0.0, 240.0]) == [3, True]
    assert ramp([240.0, 0.0]) == [2, False]
    assert ramp([50.0, 80.0], at=0.8, trailing=1) == [2, True]


def test_months_that_are_not_known_say_nothing():
    assert ramp([100.0, None, 100.0, 100.0, 100.0]) == [5, True]
    assert ramp([100.0] * 4, quota=[100.0, 100.0, None, 100.0]) == [4, False]
    assert ramp([100.0] * 4, quota=0.0) == [4, False]
    assert ramp([100.0] * 4, quota=None) == [None, None]
    gap = progress([100.0] * 5).drop(index=1)
    assert values(spm.ramp_lines(gap, tenure(ada="2026-01-01")), "ramp_months") == [[5]]


def test_calendar_months_begin_with_the_first_whole_one():
    lines = progress([100.0] * 5)
    both = pd.concat([lines, progress([100.0] * 5, rep_id="bo")])
    found = spm.ramp_lines(both, tenure(ada="2026-01-01", bo="2026-01-15"))
    assert values(found, "ramp_months") == [[3], [3]]
    late = spm.ramp_lines(both, tenure(ada="2025-12-31", bo="2026-01-15"))
    assert late["ramp_status"].tolist() == ["undefined: hired before the data begin", "ok"]


def test_bad_progress_is_refused():
    twice = pd.concat([progress([1.0]), progress([1.0])])
    with pytest.raises(ValueError, match="'ada' has the month 2026-01-01 twice"):
        spm.ramp_lines(twice, tenure(ada="2026-01-01"))
    with pytest.raises(ValueError, match="trailing is 0"):
        spm.ramp_lines(progress([1.0]), tenure(ada="2026-01-01"), trailing=0)
    with pytest.raises(ValueError, match="no column 'quota'"):
        spm.ramp_lines(progress([1.0]).drop(columns="quota"), tenure(ada="2026-01-01"))


def test_ramp_time_is_no_mean_of_finishers():
    lines = pd.DataFrame(
        {"ramp_months": [4, 6, 6, 9], "ramped": [True, True, False, False], "cohort": "2026Q1"}
    )
    # after 4 months 3/4 are not ramped; of three at risk one ramps in month 6: 3/4 × 2/3 = 1/2
    found = spm.ramp_time(lines, by="cohort").iloc[0]
    assert [found["median"], found["n"], found["ended"]] == [6.0, 4, 2]
    slow = spm.ramp_time(lines.assign(ramped=[True, False, False, False])).iloc[0]
    assert pd.isna(slow["median"])
    assert slow["status"] == "undefined: fewer than half ended"


def test_the_level_of_the_ramped_cohort():
    people = tenure(ada="2020-01-01", bo="2020-01-01", cy="2020-01-01", di="2026-01-01")
    parts = [
        progress([90.0, 90.0], rep_id="ada"),
        progress([60.0, 80.0], rep_id="bo"),
        progress([100.0, 300.0], rep_id="cy"),
        progress([500.0, 500.0], rep_id="di"),  # not ramped yet
    ]
    months = pd.concat(parts)
    assert spm.ramped_level(months, people) == pytest.approx(0.9)
    with pytest.raises(ValueError, match="no rep has a quota"):
        spm.ramped_level(progress([1.0]), tenure(ada="2026-01-01"))


def hires():
    """As of 2026-10-02: ramped, never ramped, left early, left late, young ones."""
    rows = [
        # hired, left, months, ramped, status, mature, failed
        ("2025-01-01", None, 6, True, "ok", True, False),
        ("2025-01-01", None, 13, True, "ok", True, True),  # too late
        ("2025-01-01", None, 20, False, "ok", True, True),
        ("2025-01-01", "2025-06-30", 5, True, "ok", True, True),  # ramped, but gone
        ("2025-01-01", "2025-03-31", None, None, "undefined: no quota", True, True),
        ("2025-01-01", "2025-12-31", 12, False, "ok", True, True),
        ("2025-01-01", "2026-01-01", 4, True, "ok", True, False),  # stayed the 12 months
        ("2025-10-03", None, 3, True, "ok", True, False),  # the 12 months end today
        ("2025-10-04", None, 3, True, "ok", False, None),
        ("2026-03-01", "2026-05-01", 1, False, "ok", False, None),  # of a young cohort
        ("2025-01-01", None, 5, False, "ok", False, None),  # not judged for 12 months
        ("2025-01-01", None, None, None, "undefined: no quota", False, None),
        ("2020-01-01", None, None, None, "undefined: hired before the data begin", False, None),
        (None, None, None, None, "undefined: no hired_on", False, None),
    ]
    columns = ["hired_on", "left_on", "ramp_months", "ramped", "ramp_status", "mature", "failed"]
    frame = pd.DataFrame(rows, columns=columns).assign(as_of=pd.Timestamp("2026-10-02"))
    kinds = {"hired_on": "datetime64[s]", "left_on": "datetime64[s]", "ramp_months": "Int64"}
    return frame.astype(kinds | {"ramped": "boolean"})


def test_new_hire_failure_of_mature_cohorts(engine):
    given = hires()
    found = spm.new_hire_lines(given.drop(columns=["mature", "failed"]))
    assert found["mature"].tolist() == given["mature"].tolist()
    assert values(found, "failed") == values(given, "failed")
    lines = native(engine(found[["failed", "mature"]]))
    rate = spm.measure(lines, spm.new_hire_failure, confidence=0.95).iloc[0]
    assert rate[["new_hire_failure", "new_hire_failure_n"]].tolist() == [5 / 8, 8]
    assert rate["new_hire_failure_low"] < 5 / 8 < rate["new_hire_failure_high"]


AMOUNT = st.one_of(st.none(), st.integers(0, 12).map(lambda tens: tens * 10.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(AMOUNT, AMOUNT), min_size=1, max_size=9), st.integers(1, 4))
def test_any_months_against_plain_python(months, trailing):
    credited, quota = ([row[place] for row in months] for place in (0, 1))
    expected = None
    judged = [n for n, row in enumerate(months, 1) if None not in row]
    for last in range(trailing, len(months) + 1):
        window = months[last - trailing : last]
        if any(None in row for row in window) or sum(q for _, q in window) == 0:
            continue
        if sum(c for c, _ in window) >= 0.75 * sum(q for _, q in window):
            expected = last
            break
    found = ramp(
        pd.Series(credited, dtype="float64"),
        pd.Series(quota, dtype="float64"),
        at=0.75,
        trailing=trailing,
    )
    if not judged:
        assert found == [None, None]
    else:
        assert found == [expected or judged[-1], expected is not None]

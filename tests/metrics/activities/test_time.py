"""Activity lines on every engine, and the metrics of time and meetings over them."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

METRICS = [
    spm.selling_time_share,
    spm.admin_time_share,
    spm.prospecting_time_share,
    spm.meeting_hold_rate,
]


def activities(**changed):
    """Held, cancelled, without minutes, without a status, without a category, still to come."""
    days = [(7, 1), (7, 2), (7, 3), (8, 14), (8, 15), (9, 30), (10, 2), (10, 3)]
    columns = {
        "activity_id": [f"a{n}" for n in range(1, 9)],
        "rep_id": ["ada", "ada", "ada", "ada", "ada", "bo", "bo", "bo"],
        "account_id": ["c1", None, None, "c2", None, "c1", None, "c2"],
        "opportunity_id": ["o1", "o1", None, None, "o4", None, None, "o4"],
        "type": ["Meeting", "call", "crm update", "demo", "call", "meeting", None, "meeting"],
        "category": [*("selling", "prospecting", "admin"), *["selling"] * 3, None, "selling"],
        "status": ["held", "held", "held", "cancelled", "held", None, "no_show", "held"],
        "started_at": [datetime(2026, month, day, 9) for month, day in days],
        "minutes": [60.0, 30.0, 90.0, 60.0, None, 120.0, 15.0, 45.0],
        "external": [True, True, False, True, True, True, None, True],
    }
    return pd.DataFrame(columns | changed)


REPS = pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]})
MOVES = pd.DataFrame(
    {
        "rep_id": ["ada", "ada"],
        "starts_on": [date(2026, 1, 1), date(2026, 8, 15)],
        "region": ["North", "South"],
    }
)


def lines(categories=None, *, frame=None, **options):
    data = company(activities=activities() if frame is None else frame)
    return spm.activity_lines(data, categories, **options).df().sort_values("activity_id")


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


EXPECTED = pd.DataFrame(
    {
        "activity_id": [f"a{n}" for n in range(1, 9)],
        "period": ["2026Q3"] * 6 + ["2026Q4"] * 2,
        "held": [True, True, True, False, True, True, False, False],
        "booked": [True, True, True, True, True, False, True, False],
        "scheduled": [False] * 7 + [True],
        "touch": [True, True, False, False, True, True, False, False],
        "meeting_held_external": [True, False, False, False, False, True, False, False],
        "worked_hours": [1.0, 0.5, 1.5, None, None, 2.0, None, None],
        "selling_hours": [1.0, 0.0, 0.0, None, None, 2.0, None, None],
        "prospecting_hours": [0.0, 0.5, 0.0, None, None, 0.0, None, None],
        "admin_hours": [0.0, 0.0, 1.5, None, None, 0.0, None, None],
        # ada moved to the South on 15 August
        "region": ["North"] * 4 + ["South"] * 4,
    }
)


def test_every_engine_gives_what_is_expected(engine):
    frames = {
        "reps": REPS,
        "rep_assignments": MOVES,
        "activities": activities(),
        "opportunities": pd.DataFrame(
            {"opportunity_id": ["o1"], "rep_id": ["ada"], "outcome": ["open"]}
        ),
    }
    data = spm.open_data(
        {name: engine_frame(engine, frame) for name, frame in frames.items()},
        settings={"as_of": "2026-10-02"},
    )
    made = spm.activity_lines(data, attributes=("region",))
    found = spm.measure(made, [*METRICS, *_counted()], by="activity_id")
    wide = pd.DataFrame(
        {
            "activity_id": found["activity_id"],
            **{name: found[f"shown_{name}"] == 1 for name in FLAGS},
            **{name: found[f"shown_{name}"] for name in HOURS},
        }
    )
    pd.testing.assert_frame_equal(wide, EXPECTED[list(wide)], check_dtype=False)
    grouped = spm.measure(made, METRICS, by=["period", "region"])
    # North Q3: 1 h selling, 0.5 h prospecting, 1.5 h admin of 3 h; meetings a1 held, a4 cancelled
    assert grouped["region"].tolist() == ["North", "South", "South"]
    assert grouped["selling_time_share"].tolist()[:2] == [pytest.approx(1 / 3), 1.0]
    assert grouped["prospecting_time_share"].tolist()[:2] == [pytest.approx(0.5 / 3), 0.0]
    assert grouped["admin_time_share"].tolist()[:2] == [0.5, 0.0]
    assert grouped["meeting_hold_rate"].fillna(-1).tolist() == [0.5, -1, -1]
    assert pd.isna(grouped["selling_time_share"].iloc[2])  # a7 and a8 took no time yet


FLAGS = ["held", "booked", "scheduled", "touch", "meeting_held_external"]
HOURS = ["worked_hours", "selling_hours", "prospecting_hours", "admin_hours"]


def _counted():
    """One metric a column, which shows its value where a group is one row."""

    def made(name, unit, shown):
        source = f"def shown_{name}({name}: spm.Column) -> spm.{unit}:\n    return {shown}\n"
        known = {"spm": spm}
        exec(source, known)
        return known[f"shown_{name}"]

    flags = [made(name, "Count", f"spm.count({name})") for name in FLAGS]
    return flags + [made(name, "Number", f"spm.total({name})") for name in HOURS]


def test_the_lines_without_a_join_are_as_many_as_the_activities_and_stay_lazy():
    found = spm.activity_lines(company(activities=activities()))
    assert not isinstance(found, pd.DataFrame)
    assert len(found.df()) == 8
    assert "region" not in found.df()


def test_an_activity_without_minutes_counts_and_has_no_hours():
    found = lines()
    assert found["held"].tolist()[4] is True
    assert pd.isna(found["worked_hours"].tolist()[4])


def test_hours_of_which_none_is_known_are_undefined_and_not_zero():
    found = spm.measure(lines(frame=activities(minutes=[None] * 8)), METRICS).iloc[0]
    assert found[["selling_time_share", "admin_time_share"]].isna().all()


def test_negative_minutes_are_no_hours():
    found = lines(frame=activities(minutes=[-60.0] + [30.0] * 7))
    assert pd.isna(found["worked_hours"].iloc[0])


def test_what_counts_as_selling_is_a_parameter():
    # hours: a1 1.0 selling; a2 0.5 call; a3 1.5 admin; a6 2.0 selling → (1 + 0.5 + 2) / 5
    found = spm.measure(lines({"call": "selling"}), spm.selling_time_share)
    assert found["selling_time_share"].iloc[0] == pytest.approx(3.5 / 5)


def test_a_type_that_is_no_work_leaves_the_worked_hours():
    found = spm.measure(lines({"crm update": None}), spm.selling_time_share)
    assert found["selling_time_share"].iloc[0] == pytest.approx(3.0 / 3.5)


def test_which_types_are_meetings_is_a_parameter():
    rate = spm.measure(lines(meetings=("CALL",)), spm.meeting_hold_rate).iloc[0]
    assert rate[["meeting_hold_rate", "meeting_hold_rate_n"]].tolist() == [1.0, 2]


@pytest.mark.parametrize(
    ("categories", "message"),
    [({"cal": "selling"}, "'call'"), ({"call": "sellling"}, "'selling'")],
)
def test_a_map_that_names_what_is_not_there_is_refused(categories, message):
    with pytest.raises(spm.DataError, match=message):
        lines(categories)


def test_an_unknown_attribute_is_refused():
    with pytest.raises(ValueError, match="region"):
        lines(attributes=("regoin",))


def test_without_activities_it_says_what_is_needed():
    with pytest.raises(spm.DataError, match=r"unavailable: needs activities.*spmkit\.toml"):
        spm.activity_lines(company())


def test_columns_that_the_source_lacks_are_null():
    bare = activities()[["activity_id", "rep_id", "started_at"]]
    found = lines(frame=bare)
    assert found[["meeting", "worked_hours", "meeting_held_external"]].isna().all(axis=None)
    assert found["held"].tolist() == [True] * 7 + [False]
    rates = spm.measure(found, METRICS).iloc[0]
    assert rates[["selling_time_share", "meeting_hold_rate"]].isna().all()


def test_no_activities_at_all():
    found = spm.measure(lines(frame=activities().head(0).assign(minutes=1.0)), METRICS).iloc[0]
    assert found["selling_time_share_status"].startswith("undefined")


def test_meetings_a_week_leave_out_those_of_whom_nothing_is_known():
    frame = pd.DataFrame({"meetings": [24, None, 6], "active_weeks": [12.0, 12.0, 3.0]})
    found = spm.measure(frame, spm.meetings_per_rep_week)
    assert found["meetings_per_rep_week"].iloc[0] == 2.0  # 30 / 15
    nobody = spm.measure(frame.assign(active_weeks=0.0), spm.meetings_per_rep_week).iloc[0]
    assert nobody["meetings_per_rep_week_status"] == "undefined: zero denominator"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["selling", "admin", "prospecting", "internal", None]),
        st.sampled_from(["held", "cancelled", "no_show", None]),
        st.sampled_from([0.0, 15.0, 60.0, -5.0, None]),
        st.sampled_from(["meeting", "call", None]),
        st.sampled_from([date(2026, 8, 3), date(2026, 10, 2), date(2026, 10, 3)]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_shares_are_what_a_plain_loop_says(rows):
    category, status, minutes, kind, day = map(list, zip(*rows, strict=True))
    frame = pd.DataFrame(
        {
            "activity_id": [str(n) for n in range(len(rows))],
            "rep_id": "ada",
            "category": pd.array(category, dtype="str"),
            "status": pd.array(status, dtype="str"),
            "minutes": pd.array(minutes, dtype="float64"),
            "type": pd.array(kind, dtype="str"),
            "started_at": [datetime(d.year, d.month, d.day, 8) for d in day],
        }
    )
    sold = worked = held = booked = 0.0
    known = False
    for c, s, m, t, d in rows:
        come = d <= date(2026, 10, 2)
        took_place = come and s in ("held", None)
        if t == "meeting" and come and s is not None:
            booked += 1
            held += s == "held"
        if took_place and c is not None and m is not None and m >= 0:
            known = True
            worked += m
            sold += m if c == "selling" else 0
    found = spm.measure(lines(frame=frame), [spm.selling_time_share, spm.meeting_hold_rate]).iloc[0]
    expected = sold / worked if known and worked else None
    share = found["selling_time_share"]
    assert pd.isna(share) if expected is None else share == pytest.approx(expected)
    rate = found["meeting_hold_rate"]
    assert pd.isna(rate) if not booked else rate == pytest.approx(held / booked)

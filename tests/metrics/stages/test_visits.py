"""Visits to stages: one hand-made log on every engine, and any log against plain loops."""

from __future__ import annotations

from datetime import datetime

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, native, values
from stage_walks import made, walked

import spmkit as spm

STAGES = ["A", "B", "C"]
SETTINGS = {"as_of": "2026-10-02", "stages": STAGES}
REPS = pd.DataFrame({"rep_id": ["ada", "bo"], "name": ["Ada", "Bo"], "region": ["North", "South"]})
DEALS = [  # id, created, closed, outcome, stage as it is now
    ("o1", "2026-06-01", "2026-07-31", "won", "Closed Won"),
    ("o2", "2026-06-05", None, "open", "B"),
    ("o3", "2026-06-10", "2026-07-12", "lost", "Closed Lost"),  # its log begins with a change
    ("o4", "2026-08-01", None, "open", "A"),  # of which the log says nothing
    ("o5", "2026-05-01", None, "open", "C"),  # older than the log
    ("o6", "2026-06-01", "2026-06-30", "void", "Closed Lost"),
    ("o7", "2026-06-03", "2026-07-03", "won", "Closed Won"),  # closed, opened again, closed
    ("o8", "2026-08-01", "2026-08-15", "lost", "B"),  # whose closing was not logged
    ("o9", "2026-08-10", "2026-08-20", "no_decision", "Closed Lost"),  # was in no stage
    ("p1", "2026-08-01", "2026-08-10", "won", "Closed Won"),  # changed after it closed
]
LOG = [
    ("o1", "2026-06-01", "stage", None, "A"),
    ("o1", "2026-06-11", "stage", "A", "B"),
    ("o1", "2026-07-01", "stage", "B", "C"),
    ("o1", "2026-07-31", "stage", "C", "Closed Won"),
    ("o2", "2026-06-05", "stage", None, "A"),
    ("o2", "2026-06-20", "stage", "A", "C"),
    ("o2", "2026-06-25", "rep_id", "Ada", "Bo"),
    ("o2", "2026-07-05", "stage", "C", "B"),
    ("o3", "2026-06-30", "stage", "A", "B"),
    ("o3", "2026-07-10", "stage", "B", "Closed Lost"),
    ("o5", "2026-06-15", "stage", "B", "C"),
    ("o6", "2026-06-01", "stage", None, "A"),
    ("o7", "2026-06-03", "stage", None, "A"),
    ("o7", "2026-06-13", "stage", "A", "Closed Lost"),
    ("o7", "2026-06-23", "stage", "Closed Lost", "A"),
    ("o7", "2026-07-03", "stage", "A", "Closed Won"),
    ("o8", "2026-08-01", "stage", None, "A"),
    ("o8", "2026-08-05", "stage", "A", "B"),
    ("p1", "2026-08-01", "stage", None, "C"),
    ("p1", "2026-08-10", "stage", "C", "Closed Won"),
    ("p1", "2026-08-20", "stage", "Closed Won", "B"),
]
EXPECTED = [  # id, rep, stage, visit, entered, left, to, direction, days
    ["o1", "bo", "A", 1, "2026-06-01", "2026-06-11", "B", "forward", 10],
    ["o1", "bo", "B", 1, "2026-06-11", "2026-07-01", "C", "forward", 20],
    ["o1", "bo", "C", 1, "2026-07-01", "2026-07-31", "won", "won", 30],
    ["o2", "ada", "A", 1, "2026-06-05", "2026-06-20", "C", "skip", 15],
    ["o2", "bo", "B", 1, "2026-07-05", None, None, None, 89],
    ["o2", "ada", "C", 1, "2026-06-20", "2026-07-05", "B", "back", 15],
    ["o3", "bo", "A", 1, "2026-06-10", "2026-06-30", "B", "forward", 20],
    ["o3", "bo", "B", 1, "2026-06-30", "2026-07-10", "lost", "lost", 10],
    ["o4", "bo", "A", 1, "2026-08-01", None, None, None, 62],
    ["o5", "bo", "B", 1, None, "2026-06-15", "C", "forward", None],
    ["o5", "bo", "C", 1, "2026-06-15", None, None, None, 109],
    ["o7", "bo", "A", 1, "2026-06-03", "2026-06-13", "Closed Lost", "undeclared", 10],
    ["o7", "bo", "A", 2, "2026-06-23", "2026-07-03", "won", "won", 10],
    ["o7", "bo", "Closed Lost", 1, "2026-06-13", "2026-06-23", "A", "undeclared", 10],
    ["o8", "bo", "A", 1, "2026-08-01", "2026-08-05", "B", "forward", 4],
    ["o8", "bo", "B", 1, "2026-08-05", "2026-08-15", "lost", "lost", 10],
    ["p1", "bo", "C", 1, "2026-08-01", "2026-08-10", "won", "won", 9],
]
SHOWN = [
    "opportunity_id",
    "rep_id",
    "stage",
    "visit",
    "entered_on",
    "left_on",
    "to",
    "direction",
    "days",
]


def deals(rows=DEALS):
    frame = pd.DataFrame(
        rows, columns=["opportunity_id", *["created", "closed", "outcome", "stage"]]
    )
    return pd.DataFrame(
        {
            "opportunity_id": frame["opportunity_id"],
            "rep_id": "bo",
            "created_on": days(*frame["created"]),
            "closed_on": days(*frame["closed"]),
            "outcome": frame["outcome"],
            "stage": frame["stage"],
            "amount": 100.0,
        }
    )


def log(rows=LOG):
    columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    frame = pd.DataFrame(rows, columns=columns)
    moments = [datetime.fromisoformat(text) for text in frame["changed_at"]]
    return frame.assign(changed_at=moments)


def opened(frame_of=lambda frame: frame, **changed):
    declared = SETTINGS | changed.pop("settings", {})
    tables = {"reps": REPS, "opportunities": deals(), "opportunity_history": log()} | changed
    frames = {name: native(frame_of(frame)) for name, frame in tables.items()}
    return spm.open_data(frames, settings=declared)


def visits(data, **options):
    lazy = nw.from_native(spm.stage_visits(data, **options)).lazy()
    frame = lazy.collect("pandas").to_native()
    return frame.sort_values(["opportunity_id", "stage", "visit"], ignore_index=True)


def dated(found):
    return found.assign(**{n: pd.to_datetime(found[n]) for n in ("entered_on", "left_on")})


def test_every_engine_tells_the_visits_of_a_log(engine):
    assert values(dated(visits(opened(engine))), *SHOWN) == EXPECTED


def test_flags_say_what_came_of_each_visit():
    found = visits(opened()).set_index(["opportunity_id", "stage", "visit"])
    flags = found[["entered", "advanced", "decided", "moved_on", "dropped"]].astype("boolean")
    # o2 went from A to C and back to B: past A, not past C, and B is still open.
    assert flags.loc[("o2", "A", 1)].tolist() == [True, True, True, True, False]
    assert flags.loc[("o2", "C", 1)].tolist() == [True, False, False, False, False]
    assert flags.loc[("o2", "B", 1)].tolist() == [True, False, False, False, False]
    assert flags.loc[("o3", "B", 1)].tolist() == [True, False, True, False, True]
    # Before the log began nobody knows since when: no cohort has it.
    assert flags.loc[("o5", "B", 1)].tolist() == [False, True, True, True, False]
    # The first visit to A came to a win in the end, though not directly.
    assert flags.loc[("o7", "A", 1)].tolist() == [True, True, True, False, False]
    assert flags.loc[("o7", "A", 2)].tolist() == [False, True, True, True, False]
    assert flags.loc[("o7", "Closed Lost", 1), "entered"] == False  # noqa: E712
    assert flags.loc[("o7", "Closed Lost", 1), ["advanced"]].isna().all()


def test_what_came_before_a_visit_is_no_progress_after_it():
    rows = [("o1", "2026-06-01", None, "open", "A")]
    moves = [("o1", "2026-06-01", "stage", None, "B"), ("o1", "2026-06-05", "stage", "B", "C")]
    moves += [("o1", "2026-06-09", "stage", "C", "A")]
    found = visits(opened(opportunities=deals(rows), opportunity_history=log(moves)))
    assert dict(zip(found["stage"], found["advanced"], strict=True)) == {
        "A": False,
        "B": True,
        "C": False,
    }


def test_periods_and_attributes_are_those_of_the_day_of_entry():
    found = visits(opened(), attributes=("region",))
    row = found[(found["opportunity_id"] == "o2") & (found["stage"] == "C")].iloc[0]
    assert row[["entered_period", "left_period", "region"]].tolist() == [
        "2026Q2",
        "2026Q3",
        "North",
    ]
    assert "manager" not in found


def test_a_log_that_does_not_say_what_was_before_tells_the_same():
    bare = log().drop(columns="old_value")
    # Without the old value neither who owned it nor what preceded the first change is known.
    known = [row for row in EXPECTED if row[0] not in ("o2", "o3", "o5")]
    told = values(dated(visits(opened(opportunity_history=bare))), *SHOWN)
    assert [row for row in told if row[0] not in ("o2", "o3", "o5")] == known


def test_a_stage_written_twice_is_one_visit():
    again = [("o1", "2026-06-05", "stage", "A", "A"), ("o2", "2026-06-10", "stage", "A", "A")]
    for history in (log([*LOG, *again]), log([*LOG, *again]).drop(columns="old_value")):
        found = visits(opened(opportunity_history=history))
        assert len(found[(found["opportunity_id"] == "o1") & (found["stage"] == "A")]) == 1


def test_snapshots_tell_visits_too():
    rows = [("o1", "2026-06-01", None, "open", "B"), ("o2", "2026-06-20", None, "open", "A")]
    taken = pd.DataFrame(
        {
            "opportunity_id": ["o1", "o1", "o1", "o2"],
            "taken_on": days("2026-06-08", "2026-06-15", "2026-06-22", "2026-06-22"),
            "stage": ["A", "A", "B", "A"],
        }
    )
    data = spm.open_data(
        {"reps": REPS, "opportunities": deals(rows), "opportunity_snapshots": taken},
        settings=SETTINGS,
    )
    told = values(visits(data), "opportunity_id", "stage", "entered_on", "left_on")
    # The first snapshot found o1 in A: since when it was there is not known.
    assert told == [
        ["o1", "A", None, "2026-06-22"],
        ["o1", "B", "2026-06-22", None],
        ["o2", "A", "2026-06-22", None],
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"settings": {"stages": []}}, "needs the order of the stages"),
        ({"opportunity_history": None}, "needs opportunity_history"),
    ],
)
def test_what_is_missing_is_named_with_the_remedy(changed, message):
    tables = {"reps": REPS, "opportunities": deals(), "opportunity_history": log()}
    declared = SETTINGS | changed.pop("settings", {})
    tables = {k: v for k, v in (tables | changed).items() if v is not None}
    with pytest.raises(spm.DataError, match=message):
        spm.stage_visits(spm.open_data(tables, settings=declared))


DAY = st.integers(0, 60)
STAGE = st.sampled_from([*STAGES, "Closed", "Review"])
OUTCOME = st.sampled_from(["open", "won", "lost", "no_decision", "void"])
DEAL = st.tuples(st.one_of(st.none(), DAY), DAY, OUTCOME, st.one_of(st.none(), STAGE))
CHANGES = st.lists(st.tuples(DAY, STAGE), max_size=5)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(DEAL, CHANGES, st.booleans()), min_size=1, max_size=25))
def test_any_log_is_told_as_plain_loops_tell_it(cases):
    rows, moves = made(cases)
    data = opened(opportunities=deals(rows), opportunity_history=log(moves))
    told = values(dated(visits(data)), *SHOWN[:1], *SHOWN[2:])
    expected = walked(rows, moves, STAGES, SETTINGS["as_of"])
    assert sorted(told, key=str) == sorted(expected, key=str)

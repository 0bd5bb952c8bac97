"""How often close dates moved to a later quarter."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

CHANGES = [
    ("o1", "2026-06-01 09:00", "2026-06-20", "2026-06-30"),  # within its quarter
    ("o1", "2026-06-30 09:00", "2026-06-30", "2026-07-01"),  # a day later, a quarter later
    ("o1", "2026-07-05 09:00", "2026-07-01", "2027-03-31"),  # three quarters in one push
    ("o1", "2026-07-05 17:00", "2027-03-31", "2026-12-31"),
    ("o2", "2026-07-05 09:00", None, "2026-07-31"),  # first set
    ("o2", "2026-07-06 09:00", "2026-07-31", "2026-07-31"),  # not moved
    ("o2", "2026-07-07 09:00", "2026-07-31", None),  # removed
    ("o2", "2026-07-08 09:00", "2026-07-31", "some day"),
    ("o2", "2026-07-09 09:00", "2026-02-29", "2026-12-31"),
    ("o3", "2026-07-01 09:00", "2026-07-31", "2099-12-31"),  # "some day" as a date
    ("o3", "2026-07-02 09:00", "2099-12-31", "2199-12-31"),  # later, yet both are beyond
    ("o3", "2026-07-03 09:00", "2199-12-31", "1926-01-01"),
    ("o5", "2026-07-01 09:00", "2026-07-31", "2026-12-31"),  # void
    ("gone", "2026-07-01 09:00", "2026-07-31", "2026-12-31"),
]
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["o1", "o2", "o3", "o4", "o5"],
        "rep_id": ["ada", "ada", "bo", None, "bo"],
        "outcome": ["won", "open", "lost", "open", "void"],
        "closed_on": days("2026-09-30", None, "2026-08-01", None, "2026-08-01"),
        "amount": [90.0, None, 40.0, 10.0, 1.0],
    }
)
COLUMNS = ["opportunity_id", "rep", "pushes", "pulls", "date_changes"]
BY_HAND = [["o1", "Ada", 2, 1, 4], ["o2", "Ada", 0, 0, 0], ["o3", "Bo", 1, 1, 3]]
BY_HAND += [["o4", None, 0, 0, 0]]  # its dates never moved


def log(changes, drop=()):
    changes = [(deal, str(at), "expected_close_on", old, new) for deal, at, old, new in changes]
    other = ("o4", "2026-06-01 09:00", "amount", "2026-06-20", "2026-12-31")  # of another field
    columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    frame = pd.DataFrame([*changes, other], columns=columns).drop(columns=list(drop))
    texts = frame.astype("string")
    return texts.assign(changed_at=pd.to_datetime(frame["changed_at"], format="ISO8601"))


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def lines(changes, of_engine=polars, drop=(), settings=None, deals=DEALS):
    history = log(changes, drop)
    data = staff(of_engine, settings, opportunities=deals, opportunity_history=history)
    return spm.push_lines(data)


def rows(found, columns=COLUMNS):
    return sorted(values(collected(lazy_columns(found, columns)), *columns), key=str)


def test_moves_by_hand_on_every_engine(engine):
    found = lines(CHANGES, engine)
    assert rows(found) == BY_HAND
    measured = spm.measure(found, spm.push_count)
    # 2 + 0 + 1 + 0 over four.
    assert measured[["push_count", "push_count_n"]].to_numpy().tolist() == [[0.75, 4]]


def test_neither_order_nor_rows_that_stand_twice_matter():
    assert rows(lines([*CHANGES[::-1], *CHANGES[::2]])) == BY_HAND


def test_where_the_log_does_not_say_what_was_before_it_was_what_the_change_before_made_it():
    changes = [
        ("o1", "2026-06-05", None, "2026-09-30"),
        ("o1", "2026-06-01", None, "2026-06-30"),  # what it was before is not known
        ("o1", "2026-06-05", None, "2026-09-30"),
        ("o1", "2026-06-09", None, "2026-06-15"),
        ("o2", "2026-06-09", None, "2026-12-31"),
    ]
    found = rows(lines(changes, drop=["old_value"]))
    assert found[:2] == [["o1", "Ada", 1, 1, 2], ["o2", "Ada", 0, 0, 0]]


def test_quarters_are_those_of_the_fiscal_calendar():
    changes = [
        ("o1", "2026-06-01", "2026-06-30", "2026-07-31"),
        ("o2", "2026-06-02", "2026-07-31", "2026-08-01"),
    ]
    assert [row[2] for row in rows(lines(changes))] == [1, 0, 0, 0]
    february = {"calendar": {"year_starts": "02-01"}}  # its quarters begin on 1 May and 1 August
    assert [row[2] for row in rows(lines(changes, settings=february))] == [0, 1, 0, 0]


def test_of_moves_between_two_snapshots_one_is_seen():
    seen = days("2026-06-30", "2026-07-31", "2026-07-31")
    taken = pd.DataFrame({"opportunity_id": ["o1", "o1", "o2"], "taken_on": seen})
    taken["expected_close_on"] = days("2026-07-31", "2026-12-31", "2026-12-31")
    data = staff(polars, opportunities=DEALS, opportunity_snapshots=taken)
    assert rows(spm.push_lines(data))[:2] == [["o1", "Ada", 1, 0, 1], ["o2", "Ada", 0, 0, 0]]


def test_lines_are_those_of_opportunities_with_their_flags():
    found = rows(lines(CHANGES), ["opportunity_id", "won", "amount", "pushes"])
    assert found[0] == ["o1", True, 90.0, 2]
    by_rep = spm.measure(lines(CHANGES), spm.push_count, by="rep")
    assert by_rep[["push_count", "push_count_n"]].to_numpy().tolist() == [[1, 2], [1, 1], [0, 1]]


def test_without_a_log_pushes_are_unavailable_and_without_opportunities_null():
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        spm.push_lines(staff(polars, opportunities=DEALS))
    none = spm.measure(lines(CHANGES, deals=DEALS.tail(1)), spm.push_count).iloc[0]
    assert pd.isna(none["push_count"])
    assert none["push_count_status"] == "undefined: no rows"


PLACES = {"2026-06-20": 0, "2026-06-30": 0, "2026-07-01": 1, "2027-01-01": 2, "2099-01-01": 3}
TEXTS = st.sampled_from([None, "soon", *PLACES])
MOMENTS = st.sampled_from([datetime(2026, 7, day, hour) for day in (1, 2, 3) for hour in (9, 17)])
MANY = pd.DataFrame({"opportunity_id": list("abcdefghij"), "rep_id": "ada", "outcome": "open"})
CHANGE = st.tuples(st.sampled_from("abcdefghij"), MOMENTS, TEXTS, TEXTS)


def slow_moves(changes, deal, says_before):
    """Go through the changes of one opportunity in the order of time, each of them once."""
    own = {
        (at, new if new in PLACES else "", says_before and old)  # of one moment, unread ones first
        for other, at, old, new in changes
        if other == deal
    }
    found, last = [0, 0, 0], None
    for _, new, old in sorted(own, key=lambda change: change[:2]):
        before, last = old if says_before else last, new
        if before in PLACES and new in PLACES and before != new:
            step = PLACES[new] - PLACES[before]
            found = [found[0] + (step > 0), found[1] + (step < 0), found[2] + 1]
    return found


AT_ONCE = [  # "soon" and a date at one moment: the date is the later of the two
    ("a", datetime(2026, 7, 1, 9), None, "soon"),
    ("a", datetime(2026, 7, 1, 9), None, "2026-06-20"),
    ("a", datetime(2026, 7, 1, 17), None, "2026-06-30"),
]


@settings(max_examples=8, deadline=None)  # each is of ten opportunities
@example(AT_ONCE, False)
@given(st.lists(CHANGE, max_size=60), st.booleans())
def test_random_logs_against_plain_loops(changes, says_before):
    told = [*changes, *changes[::3]]
    found = lines(told, drop=[] if says_before else ["old_value"], deals=MANY)
    assert rows(found, ["opportunity_id", *COLUMNS[2:]]) == [
        [deal, *slow_moves(changes, deal, says_before)] for deal in MANY["opportunity_id"]
    ]

"""The open pipeline of a day, told from the log of changes or from periodic snapshots."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

DAY, AS_OF = date(2026, 7, 15), date(2026, 10, 2)
LOG = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
DEALS = pd.DataFrame(
    [
        ("o1", "ada", "open", "2026-06-01", None, 90.0, "Proposal", "2026-12-31", "Commit", 80.0),
        ("o2", "ada", "won", "2026-06-10", "2026-07-16", 40.0, "Won", "2026-07-16", None, 100.0),
        ("o3", "bo", "won", "2026-06-10", "2026-07-15", 1.0, "Won", "2026-07-15", None, 100.0),
        ("o4", "cy", "open", "2026-07-15", None, None, "Discovery", "2026-09-30", None, None),
        ("o5", "cy", "open", "2026-07-16", None, 2.0, "Discovery", "2026-09-30", None, 10.0),
        ("o6", "cy", "lost", "2026-07-15", "2026-07-15", 4.0, "Lost", "2026-09-30", None, 0.0),
        ("o7", "bo", "void", "2026-06-01", None, 8.0, "Discovery", "2026-09-30", None, None),
        ("o8", None, "open", None, None, -5.0, None, None, None, None),
    ],
)
DEALS.columns = [
    *["opportunity_id", "rep_id", "outcome", "created_on", "closed_on", "amount", "stage"],
    *["expected_close_on", "forecast_category", "score"],
]
DEALS = DEALS.assign(**{c: days(*DEALS[c]) for c in DEALS if c.endswith("_on")})
CHANGES = [
    ("o1", "2026-06-01 08:00", "stage", None, "Discovery"),
    ("o1", "2026-07-01 08:00", "expected_close_on", "2026-09-30", None),
    ("o1", "2026-07-15 09:00", "amount", "60", "70"),
    ("o1", "2026-07-15 17:00", "amount", "70", "80.5"),
    ("o1", "2026-07-20 08:00", "rep_id", "Bo", "Ada"),
    ("o1", "2026-08-01 08:00", "amount", "80.5", "90"),
    ("o1", "2026-08-01 08:00", "stage", "Discovery", "Proposal"),
    ("o1", "2026-09-01 08:00", "expected_close_on", None, "2026-12-31"),
    ("o1", "2026-09-10 08:00", "forecast_category", "Pipeline", "Commit"),
    ("o2", "2026-07-16 08:00", "stage", "Proposal", "Won"),
    ("o4", "2026-07-15 12:00", "amount", "7", "1e999"),
    ("o8", "2026-07-01 08:00", "expected_close_on", "2026-09-30", "2026-02-29"),
]
COLUMNS = "opportunity_id rep_id rep region amount stage expected_close_on forecast_category"
# o1 had two changes of amount on the day and the others before or after it; o2 was closed on the
# day after; o3 and o6 closed on the day; o5 came later; o7 is void; when o8 came nobody knows.
# An infinite amount and a day that there is not are not known.
BY_HAND = [
    ["o1", "bo", "Bo", "North", 80.5, "Discovery", None, "Pipeline"],
    ["o2", "ada", "Ada", "North", 40.0, "Proposal", "2026-07-16", None],
    ["o4", "cy", "Cy", "South", None, "Discovery", "2026-09-30", None],
    ["o8", None, None, None, -5.0, None, None, None],
]


def log(*changes, drop=()):
    frame = pd.DataFrame(list(changes), columns=LOG).drop(columns=list(drop))
    texts = {name: "string" for name in frame if name != "changed_at"}
    return frame.astype(texts).assign(changed_at=pd.to_datetime(frame["changed_at"]))


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def rows(lines, *columns):
    found = values(collected(lazy_columns(lines, columns)), *columns)
    return sorted([[str(v) if isinstance(v, date) else v for v in row] for row in found], key=str)


def logged(deals, *changes, drop=(), settings=None, **tables):
    tables |= {"opportunities": deals, "opportunity_history": log(*changes, drop=drop)}
    return staff(polars, settings, **tables)


@cache
def opened():
    return logged(DEALS, *CHANGES)


def one_deal(*changes, drop=(), **changed):
    """The first opportunity alone, under a log of its own that begins on 1 June."""
    begins = ("gone", "2026-06-01", "stage", None, "Discovery")
    return logged(DEALS.head(1).assign(**changed), begins, *changes, drop=drop)


def of_one(data, column, day=DAY):
    [[value]] = rows(spm.pipeline_snapshot(data, day), column)
    return value


def read(field, texts, **tables):
    """What each text in the log is read as, an opportunity each."""
    ids = [f"o{number:02}" for number in range(len(texts))]
    deals = pd.DataFrame({"opportunity_id": ids, "rep_id": "ada", "outcome": "open"})
    changes = [(f"o{n:02}", DAY, field, "2026-06-30", text) for n, text in enumerate(texts)]
    data = logged(deals.assign(created_on=DAY), *changes, **tables)
    found = rows(spm.pipeline_snapshot(data, DAY), "opportunity_id", field)
    return dict(zip(texts, [value for _, value in found], strict=True))


def test_a_day_by_hand_on_every_engine(engine):
    data = staff(engine, opportunities=DEALS, opportunity_history=log(*CHANGES))
    assert rows(spm.pipeline_snapshot(data, DAY), *COLUMNS.split()) == BY_HAND


def test_the_last_day_needs_no_log_and_has_today_s_values_and_scores():
    data = staff(polars, opportunities=DEALS)
    columns = ["opportunity_id", "rep_id", "amount", "stage", "score"]
    assert rows(spm.pipeline_snapshot(data), *columns) == [
        ["o1", "ada", 90.0, "Proposal", 80.0],
        ["o4", "cy", None, "Discovery", None],
        ["o5", "cy", 2.0, "Discovery", 10.0],
        ["o8", None, -5.0, None, None],
    ]
    # What a score was on another day nothing tells, and what became of it later is not said.
    before = lazy_columns(spm.pipeline_snapshot(opened(), DAY), [])
    assert rows(before, "score", "value_as_of") == [[None, "2026-07-15"]] * 4
    assert not {"outcome", "closed_on", "loss_reason"} & set(before.columns)
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        spm.pipeline_snapshot(data, DAY)


def test_days_of_which_nothing_is_known():
    with pytest.raises(DataError, match="begins on 2026-06-01.*stood on 2026-05-31"):
        spm.pipeline_snapshot(opened(), date(2026, 5, 31))
    first = spm.pipeline_snapshot(opened(), date(2026, 6, 1))
    assert rows(first, "opportunity_id") == [["o1"], ["o8"]]
    with pytest.raises(DataError, match="2026-10-03 lies after as_of"):
        spm.pipeline_snapshot(opened(), date(2026, 10, 3))


def test_without_dates_of_creation_or_any_change_no_day_can_be_told():
    with pytest.raises(DataError, match=r"needs opportunities\.created_on"):
        spm.pipeline_snapshot(logged(DEALS.drop(columns="created_on"), *CHANGES), DAY)
    with pytest.raises(DataError, match="opportunity_history is empty"):
        spm.pipeline_snapshot(logged(DEALS), DAY)


def test_an_amount_that_cannot_be_read_is_not_known_and_never_0():
    numbers = {" 70 ": 70.0, "-7.5": -7.5, "+7.": 7.0, ".5": 0.5, "7E1": 70.0, "0": 0.0}
    others = dict.fromkeys(["a lot", "1,000", "", None, "1e999", "NaN", "inf", "9" * 400])
    assert read("amount", numbers | others) == numbers | others


def test_a_date_that_is_none_is_not_known():
    dates = {"2028-02-29": "2028-02-29", "2026-07-31T10:00:00.000Z": "2026-07-31"}
    others = ["2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "31/07/2026", "2026-07-311"]
    assert read("expected_close_on", dates | dict.fromkeys(others)) == dates | dict.fromkeys(others)


def test_owners_are_meant_by_whatever_name():
    reps = pd.DataFrame(
        {"rep_id": ["ada", "bo"], "name": ["Ada", "Bo Diaz"], "email": ["ada@x.com", "bo@x.com"]}
    )
    meant = {"bo": "bo", "bo  DIAZ": "bo", "BO@x.com": "bo", "Zed": "not in reps", None: None}
    assert read("rep_id", meant, reps=reps) == meant


def test_attributes_are_the_owner_s_of_that_day():
    starts = days("2026-01-01", "2026-07-18")
    spells = pd.DataFrame({"rep_id": "bo", "starts_on": starts, "region": ["West", "East"]})
    data = logged(DEALS.head(1), *CHANGES, rep_assignments=spells)
    dates = [date(2026, 7, day) for day in (17, 18, 20)]
    found = [rows(spm.pipeline_snapshot(data, day), "rep_id", "region")[0] for day in dates]
    assert found == [["bo", "West"], ["bo", "East"], ["ada", "North"]]


def test_of_two_changes_at_one_moment_the_greater_text_is_the_later():
    data = one_deal(
        ("o1", "2026-07-01", "stage", "A", "C"),
        ("o1", "2026-07-01", "stage", "C", "B"),
        ("o1", "2026-07-01", "stage", "B", None),
    )
    assert of_one(data, "stage") == "C"
    assert of_one(data, "stage", date(2026, 6, 30)) == "C"  # of what they say was before, too


def test_where_the_log_does_not_say_what_was_before_nothing_is_known_of_it():
    data = one_deal(("o1", "2026-08-01", "amount", None, "70"), drop=["old_value"])
    assert of_one(data, "amount") is None
    assert of_one(data, "amount", date(2026, 8, 1)) == 70.0


def test_one_that_was_opened_again_counts_as_open_until_its_last_closing():
    closings = [
        ("o1", "2026-06-20", "stage", "Proposal", "Lost"),
        ("o1", "2026-07-20", "stage", "Lost", "Proposal"),
        ("o1", "2026-09-20", "stage", "Proposal", "Won"),
    ]
    data = one_deal(*closings, outcome="won", closed_on=days("2026-09-20"), stage="Won")
    assert [of_one(data, "stage", day) for day in (DAY, date(2026, 9, 19))] == ["Lost", "Proposal"]
    assert rows(spm.pipeline_snapshot(data, date(2026, 9, 20)), "stage") == []


def test_amounts_are_in_one_currency_at_the_rate_of_the_day():
    starts = days("2026-01-01", "2026-08-01")
    rates = pd.DataFrame({"currency": "EUR", "starts_on": starts, "rate": [1.25, 1.5]})
    deals, usd = DEALS.iloc[[0, 7]].assign(currency=["EUR", "USD"]), {"currency": "USD"}
    data = logged(deals, *CHANGES, settings=usd, fx=rates)
    columns = ["opportunity_id", "amount", "currency"]
    july = rows(spm.pipeline_snapshot(data, DAY), *columns)
    assert july == [["o1", 80.5 * 1.25, "USD"], ["o8", -5.0, "USD"]]
    assert rows(spm.pipeline_snapshot(data), *columns)[0] == ["o1", 90.0 * 1.5, "USD"]
    with pytest.raises(DataError, match="no table fx"):
        spm.pipeline_snapshot(logged(deals, *CHANGES, settings=usd), DAY)


def test_snapshots_of_several_days_stand_for_the_log():
    taken = pd.DataFrame({"opportunity_id": ["o1", "o1", "o8"], "amount": [60.0, None, 7.0]})
    taken["taken_on"] = days("2026-07-01", "2026-07-20", "2026-07-20")
    data = staff(polars, opportunities=DEALS.iloc[[0, 7]], opportunity_snapshots=taken)
    # Nothing was seen of o8 before 20 July. That it changed once more is not in the snapshots.
    columns = ["opportunity_id", "amount"]
    assert rows(spm.pipeline_snapshot(data, DAY), *columns) == [["o1", 60.0], ["o8", None]]
    assert rows(spm.pipeline_snapshot(data, AS_OF), *columns) == [["o1", 90.0], ["o8", -5.0]]
    later = spm.pipeline_snapshot(data, date(2026, 7, 31))
    assert rows(later, *columns) == [["o1", None], ["o8", 7.0]]


def test_neither_the_order_of_rows_nor_the_size_of_money_matters():
    size = {"amount": "e2"}
    scaled = [(*c[:3], *[text and text + size.get(c[2], "") for text in c[3:]]) for c in CHANGES]
    deals = DEALS.assign(amount=DEALS["amount"] * 100).iloc[list(range(7, -1, -1))]
    data = logged(deals, *scaled[::-1])
    hundredfold = [[*row[:4], row[4] and row[4] * 100, *row[5:]] for row in BY_HAND]
    assert rows(spm.pipeline_snapshot(data, DAY), *COLUMNS.split()) == hundredfold


SOME_DAYS = [date(2026, 7, day) for day in (13, 14, 15, 16, 17)]
MOMENTS = st.sampled_from([datetime(2026, 7, d.day, hour) for d in SOME_DAYS for hour in (9, 17)])
TEXTS = {
    "amount": [None, "10", "9", "250.5", " 7", "x", "-3"],
    "stage": [None, "A", "B"],
    "expected_close_on": [None, "2026-07-31", "2026-09-30", "soon", "2026-02-29"],
    "rep_id": [None, "ada", "Bo", "Zed"],
}
READ = {"10": 10.0, "9": 9.0, "250.5": 250.5, " 7": 7.0, "-3": -3.0, "x": None, "soon": None}
READ |= {"2026-02-29": None, "Bo": "bo", "Zed": "not in reps"}
IDS = ["o0", "o1", "o2", "o3"]
CHANGE = st.sampled_from(list(TEXTS)).flatmap(
    lambda field: st.tuples(
        st.sampled_from(IDS), MOMENTS, st.just(field), *[st.sampled_from(TEXTS[field])] * 2
    )
)
OUTCOMES = st.sampled_from(["open", "won", "lost", "no_decision", "void"])
CREATED, ASKED = st.sampled_from([None, *SOME_DAYS]), st.sampled_from([*SOME_DAYS, AS_OF])
DEAL = st.tuples(OUTCOMES, CREATED, st.sampled_from(SOME_DAYS), st.sampled_from([None, 5.0]))


def slow_value(changes, deal, field, day, now):
    """What the last changes by the day made it, else what the first ones after it changed."""
    own = [change for change in changes if change[0] == deal and change[2] == field]
    if day == AS_OF or not own:
        return now
    by_then = [change for change in own if change[1].date() <= day]
    moment, said = max((c[1] for c in by_then), default=min(c[1] for c in own)), 4 if by_then else 3
    texts = [change[said] or "" for change in own if change[1] == moment]
    return READ.get(max(texts), max(texts) or None)


def slow_snapshot(deals, changes, day):
    found = []
    for deal, (outcome, created, closed, amount) in zip(IDS, deals, strict=True):
        gone = outcome == "void" or (outcome != "open" and closed <= day)
        if not gone and (created is None or created <= day):
            now = dict(zip(TEXTS, [amount, "A", "2026-07-31", "ada"], strict=True))
            told = [slow_value(changes, deal, name, day, now[name]) for name in TEXTS]
            found.append([deal, *told])
    return found


def table(deals):
    frame = pd.DataFrame(deals, columns=["outcome", "created_on", "closed_on", "amount"])
    closed = frame["closed_on"].mask(frame["outcome"] == "open", None)
    frame = frame.assign(opportunity_id=IDS, closed_on=closed, rep_id="ada", stage="A")
    return frame.assign(expected_close_on=date(2026, 7, 31)).astype({"amount": "float64"})


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[DEAL] * 4), st.lists(CHANGE, max_size=25), st.booleans(), ASKED)
def test_random_logs_against_plain_loops(deals, changes, says_before, day):
    # What stands in the log twice happened once; what it says of others is not asked for.
    changes = [*changes, *changes[::3], ("gone", datetime(2026, 6, 1), "stage", None, "A")]
    data = logged(table(deals), *changes, drop=[] if says_before else ["old_value"])
    found = rows(spm.pipeline_snapshot(data, day), "opportunity_id", *TEXTS)
    known = changes if says_before else [(*change[:3], None, change[4]) for change in changes]
    assert found == slow_snapshot(deals, known, day)

"""Open pipeline beside the quota that it has to cover."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, reps, staff, values

import spmkit as spm
from spmkit.data import DataError

AS_OF, NOW, NEXT = "2026-11-16", "2026Q4", "2027Q1"
SETTINGS = {"as_of": AS_OF, "currency": "USD"}
Q4, Q1 = ("2026-10-01", "2026-12-31"), ("2027-01-01", "2027-03-31")
OPEN = [  # owner, day on which it is expected to close, amount
    ("ada", "2026-12-31", 90.0),
    ("ada", "2026-10-01", 30.0),  # overdue, yet within the quarter
    ("ada", "2026-09-30", 500.0),
    ("ada", None, 800.0),
    ("bo", "2026-12-01", None),
    ("cy", "2026-12-01", 40.0),  # euros
    ("di", "2026-12-01", 20.0),
    ("Zed", "2026-12-01", 7.0),  # not in reps
    (None, "2026-12-01", 5.0),
    ("ada", "2027-01-01", 50.0),
    ("bo", "2027-03-31", 30.0),
    (None, "2027-02-01", None),
]
CLOSED = [  # owner, day, amount, outcome
    ("ada", "2026-10-01", 40.0, "won"),
    ("ada", "2026-09-30", 9.0, "won"),
    ("ada", "2026-10-05", 9.0, "lost"),
    ("ada", "2026-10-05", 600.0, "void"),
    ("bo", "2026-11-01", 80.0, "won"),
    ("cy", "2026-10-15", 8.0, "won"),  # euros
    ("eve", "2026-11-16", 10.0, "won"),
    (None, "2026-10-10", 3.0, "won"),
]
QUOTAS = [
    ("ada", "2026-10-01", "2026-10-31", 30.0),
    ("ada", "2026-11-01", "2026-11-30", 30.0),
    ("ada", "2026-12-01", "2026-12-31", 40.0),
    ("bo", *Q4, 80.0),
    ("cy", *Q4, 20.0),  # euros
    ("di", *Q4, 0.0),
    ("Zed", *Q4, 30.0),  # a stranger's quota is not another stranger's
    (None, *Q4, 999.0),  # a vacant seat
    ("ada", *Q1, 100.0),
    ("bo", *Q1, 0.0),
    ("cy", *Q1, 20.0),
    ("eve", *Q1, None),
    ("Zed", *Q1, 30.0),
    (None, *Q1, 999.0),
]
# A euro is 1.25 dollars, from November on 1.5: Cy's open 40 are 60 on the day of the data, the 8
# were 10 in October, and the quota of 20 is 25, of the next quarter 30.
COLUMNS = ["rep", "region", "open_amount", "quota", "credited", "remaining_quota"]
BY_HAND = [
    ["Ada", "North", 120, 100, 40, 60],
    ["Bo", "North", None, 80, 80, 0],
    ["Cy", "South", 60, 25, 10, 15],
    ["Di", "South", 20, 0, 0, 0],
    ["Eve", "South", 0, None, 10, None],
    ["nobody", None, 5, None, 3, None],
    ["not in reps", None, 7, None, 0, None],
]
TO_COME = [
    ["Ada", "North", 50, 100, 0, 100],
    ["Bo", "North", 30, 0, 0, 0],
    ["Cy", "South", 0, 30, 0, 30],
    ["Eve", "South", 0, None, 0, None],
    ["nobody", None, None, None, 0, None],
]
MEASURED = ["pipeline_coverage", "pipeline_coverage_status", "total_pipeline_coverage"]
BY_REP = [  # what is open over what remains, and over the whole quota
    ["Ada", 2, "ok", 1.2],
    ["Bo", None, "met", None],  # what of Bo's is open nobody knows
    ["Cy", 4, "ok", 2.4],
    ["Di", None, "met", None],  # of a quota of 0 nothing remains
    ["Eve", None, "no quota", None],
    ["nobody", None, "no quota", None],
    ["not in reps", None, "no quota", None],
]


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def currencies(owners):
    return ["EUR" if owner == "cy" else None for owner in owners]


def opportunities(open_=OPEN, closed=CLOSED, size=1.0):
    columns = ["rep_id", "expected_close_on", "closed_on", "amount", "outcome"]
    rows = [(rep, due, None, amount, "open") for rep, due, amount in open_]
    rows += [(rep, None, day, amount, outcome) for rep, day, amount, outcome in closed]
    frame = pd.DataFrame(rows, columns=columns)
    ids = [f"o{number}" for number in range(len(frame))]
    dates = {name: days(*frame[name]) for name in columns[1:3]}
    money = {"amount": frame["amount"].astype("float64") * size}
    return frame.assign(opportunity_id=ids, currency=currencies(frame["rep_id"]), **dates, **money)


def quotas(lines=QUOTAS, size=1.0):
    frame = pd.DataFrame(lines, columns=["rep_id", "period_start", "period_end", "quota"])
    dates = {name: days(*frame[name]) for name in ("period_start", "period_end")}
    money = {"quota": frame["quota"].astype("float64") * size}
    seats = ["t1" if rep is None else None for rep in frame["rep_id"]]
    return frame.assign(territory_id=seats, currency=currencies(frame["rep_id"]), **dates, **money)


def world(of_engine=polars, changed_settings=None, **changed):
    starts = days("2026-01-01", "2026-11-01")
    rates = pd.DataFrame({"currency": "EUR", "starts_on": starts, "rate": [1.25, 1.5]})
    tables = {"opportunities": opportunities(), "quotas": quotas(), "fx": rates} | changed
    told = {name: frame for name, frame in tables.items() if frame is not None}
    return staff(of_engine, SETTINGS | (changed_settings or {}), **told)


def told(lines):
    return values(lines, *COLUMNS)


def rows(found, *keys):
    return values(found, *keys, *MEASURED)


def test_a_running_and_a_coming_period_by_hand_on_every_engine(engine):
    data = world(engine)
    lines = spm.coverage_lines(data)
    assert told(lines) == BY_HAND
    assert set(lines["period"]) == {NOW}
    assert told(spm.coverage_lines(data, NEXT)) == TO_COME
    assert rows(spm.coverage_summary(lines, "rep"), "rep") == BY_REP
    # 120 + 60 + 20 + 5 + 7 over 60 + 15, and over 100 + 80 + 25; the pipeline of those without a
    # quota counts overall.
    overall = [[pytest.approx(212 / 75), "ok", pytest.approx(212 / 205)]]
    assert rows(spm.coverage_summary(lines)) == overall


def test_groups_sum_first_and_hide_who_has_no_pipeline():
    found = spm.coverage_summary(spm.coverage_lines(world()), "region")
    # North is Ada's 120 over 60, for Bo is at quota; South 60 + 20 over 15, nobody's is no quota.
    assert rows(found, "region") == [
        ["North", 2, "ok", pytest.approx(120 / 180)],
        ["South", pytest.approx(80 / 15), "ok", pytest.approx(80 / 25)],
        [None, None, "no quota", None],
    ]
    assert found["pipeline_coverage_n"].tolist() == [1, 2, 0]
    assert found["pipeline_coverage_status"].dtype == found["region"].dtype


def test_a_quota_is_met_where_less_than_half_a_cent_is_left():
    left = {"remaining_quota": [0.005, 0.0049, -5.0, None]}
    lines = pd.DataFrame({"rep": list("abcd"), "open_amount": 1.0, "quota": 9.0} | left)
    found = rows(spm.coverage_summary(lines, "rep"), "rep")
    assert [row[1] for row in found] == [200, None, None, None]
    assert [row[2] for row in found] == ["ok", "met", "met", "no quota"]
    # What one rep has too much another one has to sell no more: 0.005 less 5 are left.
    assert rows(spm.coverage_summary(lines.head(3))) == [[None, "met", pytest.approx(3 / 27)]]


def test_a_pipeline_of_unknown_amounts_covers_nobody_knows_what():
    lines = spm.coverage_lines(world(opportunities=opportunities(closed=[])))
    found = spm.coverage_summary(lines[lines["rep"] == "Bo"])
    assert rows(found) == [[None, "undefined: no rows", None]]
    assert rows(spm.coverage_summary(lines.head(0))) == [[None, "no quota", None]]


def test_periods_that_are_over_are_refused():
    with pytest.raises(DataError, match="2026Q3 ended on 2026-09-30, before as_of"):
        spm.coverage_lines(world(), "2026Q3")
    last_day = world(changed_settings={"as_of": "2026-12-31"})
    assert set(spm.coverage_lines(last_day, NOW)["period"]) == {NOW}


@pytest.mark.parametrize("period", [NOW, NEXT])
def test_several_components_are_refused_and_one_is_not(period):
    lines = quotas().assign(component="new")
    assert told(spm.coverage_lines(world(quotas=lines), period)) == told(
        spm.coverage_lines(world(), period)
    )
    credits = pd.DataFrame({"credit_id": ["c1"], "rep_id": "ada", "amount": [1.0]})
    credits = credits.assign(credited_on=days("2026-10-01"), component="new")
    lines["component"] = ["new", "renewal"] * 7
    data = world(quotas=lines, opportunities=opportunities(closed=[]), credits=credits)
    with pytest.raises(DataError, match=r"several components \(new, renewal\).*unavailable"):
        spm.coverage_lines(data, period)


def test_full_quotas_are_prorated_while_they_run_and_refused_before():
    # Di came on 16 November: 34 of the 66 weekdays are left.
    hired = reps(hired_on=days(None, None, None, AS_OF, None))
    lines = quotas([("di", *Q4, 66.0), ("di", *Q1, 66.0)])
    data = world(polars, {"quotas": {"basis": "full"}}, reps=hired, quotas=lines)
    found = spm.coverage_lines(data)
    assert found.loc[found["rep"] == "Di", "remaining_quota"].tolist() == [pytest.approx(34)]
    with pytest.raises(DataError, match='2027Q1 starts after as_of.*basis = "full"'):
        spm.coverage_lines(data, NEXT)


@pytest.mark.parametrize(("period", "start"), [(NOW, Q4[0]), (NEXT, Q1[0])])
def test_quotas_that_do_not_fit_the_period_are_refused_whenever_it_is(period, start):
    for months, said in ((12, "longer than"), (1, "The quotas cover only 31 of")):
        end = pd.Timestamp(start) + pd.DateOffset(months=months, days=-1)
        data = world(quotas=quotas([("ada", start, str(end.date()), 100.0)]))
        with pytest.raises(DataError, match=said):
            spm.coverage_lines(data, period)


@pytest.mark.parametrize("period", [NOW, NEXT])
def test_without_quotas_there_is_a_pipeline_and_no_quota(period):
    lines = spm.coverage_lines(world(quotas=None), period)
    assert set(spm.coverage_summary(lines, "rep")["pipeline_coverage_status"]) == {"no quota"}
    kept = BY_HAND if period == NOW else [row for row in TO_COME if row[2] != 0]
    assert [row[:3] for row in told(lines)] == [row[:3] for row in kept]


def test_without_amounts_dates_or_rates_coverage_is_unavailable():
    for column in ("amount", "expected_close_on"):
        data = world(opportunities=opportunities(closed=[]).drop(columns=column))
        with pytest.raises(DataError, match=rf"unavailable: needs opportunities\.{column}"):
            spm.coverage_lines(data, NEXT)
    with pytest.raises(DataError, match="no table fx"):
        spm.coverage_lines(world(fx=None))


def test_a_rep_who_moved_stands_where_the_rep_is_now_with_all_of_the_quota():
    starts = days("2026-01-01", "2026-11-01")
    spells = pd.DataFrame({"rep_id": "ada", "starts_on": starts, "region": ["West", "East"]})
    lines = spm.coverage_lines(world(rep_assignments=spells))
    assert told(lines)[0] == ["Ada", "East", *BY_HAND[0][2:]]


@pytest.mark.parametrize("period", [NOW, NEXT])
def test_neither_the_order_of_rows_nor_the_size_of_money_matters(period):
    deals = opportunities(size=100).iloc[::-1]
    data = world(opportunities=deals, quotas=quotas(size=100).iloc[::-1])
    lines, before = (spm.coverage_lines(d, period) for d in (data, world()))
    hundredfold = [[*row[:2], *[v and v * 100 for v in row[2:]]] for row in told(before)]
    assert told(lines) == hundredfold
    found, expected = (spm.coverage_summary(told, "rep") for told in (lines, before))
    pd.testing.assert_frame_equal(found, expected)


OWNER = st.sampled_from(["ada", "bo", "cy", "Zed", None])
EDGES = [None, "2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01", "2027-03-31", "2027-04-01"]
CLOSINGS = st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01", AS_OF])
AMOUNT = st.sampled_from([0.0, 10.25, -4.0, 7.0])
DEALS = st.lists(st.tuples(OWNER, st.sampled_from(EDGES), st.none() | AMOUNT), max_size=12)
OUTCOMES = st.sampled_from(["won", "lost", "void"])
CLOSES = st.lists(st.tuples(OWNER, CLOSINGS, AMOUNT, OUTCOMES), max_size=8)
HELD = st.dictionaries(st.sampled_from(["ada", "bo"]), st.sampled_from([None, 0.0, 9.5]))


def rate(rep, day):
    return 1 if rep != "cy" else 1.5 if day >= "2026-11-01" else 1.25


def slow_lines(open_, closed, held, period):
    """Go through everything for each rep there may be, and leave out who has nothing."""
    start, end = Q4 if period == NOW else Q1
    found = []
    for rep, name in (("ada", "Ada"), ("bo", "Bo"), ("cy", "Cy"), (None, "nobody"), ("Zed", None)):
        due = [deal[2] for deal in open_ if deal[0] == rep and start <= (deal[1] or "") <= end]
        sold = [
            amount * rate(rep, day)
            for owner, day, amount, outcome in closed
            if owner == rep and outcome == "won" and period == NOW and day >= start
        ]
        known = [amount * rate(rep, AS_OF) for amount in due if amount is not None]
        opened = sum(known) if known or not due else None
        quota = held.get(rep) and held[rep] * rate(rep, start)
        left = None if quota is None else quota - sum(sold)
        if due or sold or rep in held:
            found.append([name or "not in reps", opened, quota, sum(sold), left])
    return found


@settings(max_examples=10, deadline=None)
@given(DEALS, CLOSES, HELD, st.sampled_from([NOW, NEXT]))
def test_random_pipelines_against_plain_loops(open_, closed, held, period):
    held = held | {"cy": 40.0}
    start, end = Q4 if period == NOW else Q1
    lines = quotas([(rep, start, end, quota) for rep, quota in held.items()])
    deals = opportunities([*open_, ("di", "2030-01-01", 1.0)], closed)
    found = spm.coverage_lines(world(opportunities=deals, quotas=lines), period)
    assert values(found, "rep", *COLUMNS[2:]) == [
        [row[0], *[value if value is None else pytest.approx(value) for value in row[1:]]]
        for row in slow_lines(open_, closed, held, period)
    ]

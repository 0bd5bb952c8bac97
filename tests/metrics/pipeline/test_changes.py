"""What happened to the pipeline between two days, split so that it adds up to the cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from math import floor

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

START, END, AS_OF = date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 2)
LOG = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
LOG, TAKEN = "opportunity_history", "opportunity_snapshots"
COLUMNS = ("opportunity_id", "kind", "rep_id", "amount")
FIELDS = ("rep_id", "amount", "expected_close_on")
BETWEEN = {"rep_id": "Di", "amount": "1e9", "expected_close_on": None}
DEALS = (  # created, closed; owner, amount and close date at the start of the quarter, at its end
    ("a", "open", "06-01", None, "ada", 100.0, "09-15", "ada", 100.0, "09-15"),
    ("b", "open", "06-01", None, "Bo", 50.0, "09-15", "ada", 55.0, "09-15"),
    ("c", "open", "06-01", None, "Bo", 30.0, "09-30", "Bo", 35.0, "10-01"),
    ("d", "open", "06-01", None, "ada", 20.0, "11-15", "ada", 18.005, "07-01"),
    ("e", "open", "07-10", None, None, None, None, "ada", 10.125, "09-15"),
    ("f", "won", "06-01", "08-20", "ada", 40.0, "09-15", "ada", 45.0, "08-20"),
    ("g", "lost", "06-01", "08-20", "Bo", 70.0, "09-15", "Bo", 70.0, "09-15"),
    ("h", "won", "07-15", "07-15", None, None, None, "ada", 8.0, "07-15"),  # within one day
    ("i", "won", "06-01", "09-10", "ada", 12.0, "12-01", "ada", 12.0, "12-01"),  # ahead of time
    ("j", "no_decision", "06-01", "09-10", "ada", 9.0, "09-15", "ada", 9.0, "12-31"),
    ("k", "open", "06-01", None, "cy", 10.0, "09-15", "cy", 20.0, "09-15"),  # euros, at 1.5
    ("l", "open", None, None, "cy", None, "09-15", "cy", 25.0, "09-15"),  # created when?
    ("m", "open", "06-01", None, "ada", 6.0, "09-15", "ada", 6.0, None),
    ("n", "open", "06-01", None, "ada", 7.0, None, "ada", 7.0, "09-15"),
    ("o", "open", "06-01", None, "ada", 11.0, "09-15", "ada", 11.0, "09-15"),  # opened again
    ("p", "void", "06-01", None, "ada", 90.0, "09-15", "ada", 99.0, "09-15"),
    ("q", "won", "06-01", "06-30", "ada", 90.0, "09-15", "ada", 99.0, "09-15"),
    ("s", "open", "06-01", None, None, 3.0, "09-15", "cy", 3.0, "09-15"),  # nobody's before
    ("t", "open", "06-01", None, "Zed", 2.0, "09-15", "Yan", 2.0, "09-15"),  # both not in reps
    ("u", "won", "06-01", "10-01", "ada", 5.0, "09-15", "ada", 5.0, "09-15"),  # after the quarter
    ("v", "open", "06-01", None, "ada", -4.0, "09-15", "ada", -4.0, "09-15"),
)
# b changes hands first, at 50; d comes in at 20, then loses 1801 less 2000 cents; e has 1012.5
# cents. 337 + 18.13 + 39 - 45 + 50 - 1.99 - 70 - 65 are 262.14.
BY_HAND = {  # the deals, the amount of each, and their sum
    "start": ("abcfgjklmostuv", [100, 50, 30, 40, 70, 9, 15, None, 6, 11, 3, 2, 5, -4], 337),
    "reassigned out": ("bs", [-50, -3], -53),
    "reassigned in": ("bs", [50, 3], 53),
    "created": ("eh", [10.13, 8], 18.13),
    "pulled in": ("din", [20, 12, 7], 39),
    "pushed": ("cjm", [-30, -9, -6], -45),
    "upsized": ("bfkl", [5, 5, 15, 25], 50),
    "downsized": ("d", [-1.99], -1.99),
    "lost": ("g", [-70], -70),
    "won": ("fhi", [-45, -8, -12], -65),
    "end": ("abdeklnostuv", [100, 55, 18.01, 10.13, 30, 25, 7, 11, 3, 2, 5, -4], 262.14),
}
WATERFALL = [
    (kind, total, len(deals), amounts.count(None))
    for kind, (deals, amounts, total) in BY_HAND.items()
    if kind[:2] != "re"
]
# Bo: 50 + 30 + 70, of which 50 change hands, 30 are pushed and 70 lost.
OF_BO = {"start": 150, "reassigned out": -50, "pushed": -30, "lost": -70}
MEANT = {"Bo": "bo", "Zed": "not in reps", "Yan": "not in reps"}
OWNERS = {deal[0]: [MEANT.get(rep, rep) for rep in (deal[4], deal[7])] for deal in DEALS}
LINES = {
    (deal, kind): (OWNERS[deal][kind not in ("start", "reassigned out")], amount)
    for kind, (deals, amounts, _) in BY_HAND.items()
    for deal, amount in zip(deals, amounts, strict=True)
}


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def told(lines):
    """Owner and amount by deal and kind; Polars divides by 100 less exactly than others do."""
    found = values(collected(lazy_columns(lines, COLUMNS)), *COLUMNS)
    by_kind = {
        (deal, kind): (rep, amount and round(amount, 9)) for deal, kind, rep, amount in found
    }
    assert len(by_kind) == len(found)
    return by_kind


def dates(texts):
    return days(*["2026-" + text if isinstance(text, str) else None for text in texts])


def opportunities(deals, size=1):
    frame = pd.DataFrame([(*deal[:4], *deal[7:]) for deal in deals])
    frame.columns = ["opportunity_id", "outcome", "created_on", "closed_on", *FIELDS]
    frame = frame.assign(**{name: dates(frame[name]) for name in frame if name.endswith("_on")})
    amounts = frame["amount"].where(frame["opportunity_id"] != "a", 999.0) * size
    currency = ["EUR" if deal[0] == "k" else "USD" for deal in deals]
    return frame.assign(amount=amounts.astype("float64"), currency=currency)


def changes(deals, size):
    """Two changes of every field on one day, whether they undo each other or not."""
    yield from [("z", "06-01", "stage", None, "Lost"), ("o", "08-10", "stage", "Lost", None)]
    yield ("a", "10-01", "amount", str(100.0 * size), str(999.0 * size))
    for deal, _, created, _, *told in deals:
        before, after = (
            (rep, amount and str(amount * size), day and f"2026-{day}")
            for rep, amount, day in (told[:3], told[3:])
        )
        fields = FIELDS if (created or "") <= "06-30" else ()
        for field, old, new in zip(fields, before, after, strict=False):
            yield (deal, "08-01T17:00", field, BETWEEN[field], new)
            yield (deal, "08-01T09:00", field, old, BETWEEN[field])


def log(deals, size):
    """The changes, every third of them twice."""
    told = list(changes(deals, size))
    frame = pd.DataFrame([*told, *told[::3]])
    frame.columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    moments = pd.to_datetime("2026-" + frame["changed_at"], format="ISO8601")
    return frame.astype("string").assign(changed_at=moments)


def snapshots(deals):
    """The same truth, exported on the two days and on one after them."""
    taken = [("z", "06-30", *DEALS[0][4:7]), ("a", "10-01", "ada", 999.0, "09-15")]
    for day, at in (("06-30", 4), ("09-30", 7)):
        taken += [(d[0], day, *d[at : at + 3]) for d in deals if (d[2] or "") <= day]
    frame = pd.DataFrame(taken)
    frame.columns = ["opportunity_id", "taken_on", *FIELDS]
    return frame.assign(**{name: dates(frame[name]) for name in frame if name.endswith("_on")})


@cache
def world(of_engine=polars, source=LOG, size=1, deals=DEALS):
    starts = days("2026-01-01", "2026-09-01")
    rates = pd.DataFrame({"currency": "EUR", "starts_on": starts, "rate": [1.25, 1.5]})
    told = log(deals, size) if source == LOG else snapshots(deals)
    tables = {"opportunities": opportunities(deals, size), source: told, "fx": rates}
    return staff(of_engine, {"currency": "USD"}, **tables)


def lines_of(data, period="2026Q3", start=START, end=END):
    return spm.pipeline_changes(data, start, end, period)


def steps(waterfall):
    found = waterfall[waterfall["n"] > 0]
    return dict(zip(found["kind"], found["amount"], strict=True))


def test_every_kind_by_hand_on_every_engine(engine):
    lines = lines_of(world(engine))
    assert told(lines) == LINES
    found = spm.pipeline_waterfall(lines)
    assert list(found.itertuples(index=False, name=None)) == WATERFALL


def test_what_changes_hands_shows_by_rep():
    found = spm.pipeline_waterfall(lines_of(world()), "rep_id")
    assert steps(found[found["rep_id"] == "bo"]) == OF_BO


@pytest.mark.parametrize("source", [LOG, TAKEN])
@pytest.mark.parametrize("by", [["rep_id"], ["region"], ["region", "rep"], ["team"]])
def test_every_group_adds_up_to_the_cent(source, by):
    lines = lines_of(world(source=source))
    assert told(lines) == LINES
    found = spm.pipeline_waterfall(lines, by)
    cents = (found["amount"] * 100).round().astype("int64")
    signed = cents.mask(found["kind"] == "end", -cents)
    assert set(signed.groupby([found[name] for name in by], dropna=False).sum()) == {0}
    assert sum(found.loc[found["kind"] == "end", "amount"]) == pytest.approx(262.14)


def test_without_a_period_nothing_is_pushed_or_pulled_in():
    # It starts with d, i and n too (39), c's 5 more are upsized and j's 9 lost; it ends with c's
    # 35 and m's 6 too.
    amounts = [376.0, 18.13, 55.0, -1.99, -79.0, -65.0, 303.14]
    kinds = ["start", "created", "upsized", "downsized", "lost", "won", "end"]
    found = steps(spm.pipeline_waterfall(lines_of(world(), None)))
    assert found == dict(zip(kinds, amounts, strict=True))


def test_up_to_the_day_of_the_data_what_is_now_counts():
    found = told(lines_of(world(), "2026Q3", END, AS_OF))
    # u was won on the day after the quarter, for which it was expected: it is pushed out of it.
    assert [found["u", kind] for kind in ("start", "pushed")] == [("ada", 5), ("ada", -5)]
    assert [found["a", kind][1] for kind in ("start", "upsized", "end")] == [100, 899, 999]


def test_a_hundred_times_the_money_is_a_hundred_times_every_amount():
    found = told(lines_of(world(size=100)))
    # The amounts of d and e are in halves of a cent.
    of_cents = {line: value for line, value in LINES.items() if line[0] not in "de"}
    assert {line: found[line] for line in of_cents} == {
        line: (rep, amount and amount * 100) for line, (rep, amount) in of_cents.items()
    }


def test_a_period_with_nothing_in_it():
    lines = lines_of(world(), "2020Q1")
    assert spm.pipeline_waterfall(lines)[["amount", "n"]].to_numpy().tolist() == [[0, 0]] * 9
    assert spm.pipeline_waterfall(lines, "rep").empty


def test_days_that_cannot_be_compared():
    bad = [(END, END, "must lie before end"), (date(2026, 5, 31), END, "begins on 2026-06-01")]
    for first, last, said in [*bad, (START, date(2026, 10, 3), "lies after as_of")]:
        with pytest.raises(DataError, match=said):
            lines_of(world(), None, first, last)
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        lines_of(staff(polars, opportunities=opportunities(DEALS)))


def test_a_waterfall_refuses_lines_of_which_some_are_missing():
    lines = pd.DataFrame({"kind": ["start", "won"], "amount": [60.0, -60.0], "rep": ["Bo", "Ada"]})
    assert steps(spm.pipeline_waterfall(lines)) == {"start": 60.0, "won": -60.0}
    for some, by in ((lines, "rep"), (lines.head(1), None)):
        with pytest.raises(ValueError, match="do not add up to end"):
            spm.pipeline_waterfall(some, by)


DAY = st.sampled_from([None, "06-30", "07-01", "08-01", "09-30", "10-01"])
STATE = st.tuples(
    st.sampled_from([None, "ada", "Bo", "Zed"]), st.sampled_from([None, 10.0, 9.005, -7.25]), DAY
)
DEAL = st.tuples(
    st.sampled_from(["open", "won", "lost", "no_decision", "void"]), DAY, DAY, STATE, STATE
).map(lambda d: (d[0], d[1], None if d[0] == "open" else d[2] or "08-20", *d[3], *d[4]))


def slow_steps(there, before, after, gone, within):
    (former, old, was_due), (owner, new, due) = before, after
    was_in, is_in = there and within(was_due), within(due)
    grown, stayed = (new or 0) - (old or 0), there and is_in
    told = [
        (was_in, "start", former, old, 1),
        (was_in and former != owner, "reassigned out", former, old, -1),
        (was_in and former != owner, "reassigned in", owner, old, 1),
        (is_in and not there, "created", owner, new, 1),
        (stayed and not was_in, "pulled in", owner, old, 1),
        (was_in and not is_in, "pushed", owner, old, -1),
        (stayed and grown > 0, "upsized", owner, grown, 1),
        (stayed and grown < 0, "downsized", owner, grown, 1),
        (is_in and gone not in (None, "won"), "lost", owner, new, -1),
        (is_in and gone == "won", "won", owner, new, -1),
        (is_in and gone is None, "end", owner, new, 1),
    ]
    return {k: (who, c if c is None else c * sign / 100) for so, k, who, c, sign in told if so}


def slow_state(deal, rep, amount, due):
    rate = Fraction(3, 2) if deal == "k" else 1
    return (
        MEANT.get(rep, rep),
        amount and floor(Fraction(str(amount)) * rate * 100 + Fraction(1, 2)),
        due,
    )


def slow_lines(deals, whole):
    found = {}
    for deal, outcome, created, closed, *told in deals:
        ends = closed or "12-31"
        if outcome != "void" and (created or "") <= "09-30" and ends > "06-30":
            before, after = slow_state(deal, *told[:3]), slow_state(deal, *told[3:])
            gone = outcome if ends <= "09-30" else None
            after = (*after[:2], ends) if gone == "won" else after
            told = ((created or "") <= "06-30", before, after, gone)
            lines = slow_steps(*told, lambda day: whole or "07" <= (day or "") < "10")
            found |= {(deal, kind): line for kind, line in lines.items()}
    return found


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[DEAL] * 5), st.sampled_from([LOG, TAKEN]), st.booleans())
def test_random_deals_against_plain_loops(drawn, source, whole):
    deals = tuple((name, *deal) for name, deal in zip("kuvwx", drawn, strict=True))
    lines = lines_of(world(source=source, deals=deals), None if whole else "2026Q3")
    expected = slow_lines(deals, whole)
    assert told(lines) == expected
    amounts = [(kind, amount or 0) for (_, kind), (_, amount) in expected.items()]
    sums = [sum(c for k, c in amounts if k == kind) for kind, *_ in WATERFALL]
    assert spm.pipeline_waterfall(lines)["amount"].tolist() == pytest.approx(sums)
    spm.pipeline_waterfall(lines, "rep_id")  # refuses what does not add up for every rep

"""The chance that what is open is won by a period's end, and what coverage that asks for."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import narwhals.stable.v2 as nw
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

COLUMNS = ["opportunity_id", "type", "outcome", "created_on", "closed_on", "amount", "expected"]
DEALS = [
    ("n1", "new", "won", "2026-08-01", "2026-08-11", 10.0, None),  # won at 10 days
    ("n2", "new", "lost", "2026-08-01", "2026-08-21", 10.0, None),  # lost at 20
    ("n3", None, "won", "2026-07-01", "2026-07-31", 10.0, None),  # at 30; no type is new business
    ("n4", "new", "no_decision", "2026-06-01", "2026-07-31", 10.0, None),  # at 60
    ("r1", "renewal", "won", "2026-08-01", "2026-08-06", 10.0, None),  # at 5
    ("v1", "new", "void", "2026-08-01", "2026-08-02", 10.0, None),
    ("o1", "new", "open", "2026-09-17", None, 100.0, "2026-10-20"),  # 15 days old
    ("o2", "new", "open", "2026-09-02", None, 40.0, "2026-12-31"),  # 30
    ("o3", "renewal", "open", "2026-10-02", None, 60.0, "2026-11-01"),  # 0
    ("o4", "new", "open", None, None, 20.0, "2026-11-01"),  # not known how old
    ("o5", "new", "open", "2026-09-22", None, 70.0, "2027-01-05"),  # another period's
    ("o6", "renewal", "open", "2026-09-12", None, 30.0, "2026-11-01"),  # 20
]
# New business, by age: of 7 are won 1 at 10 days (o5 is seen for 10); of 4 is lost 1 at 20 (o1 is
# seen for 15); of 3 is won 1 at 30 (n3; o2 is seen for 30), and the last ends at 60.
AT_10, AT_20 = 1 / 7, 6 / 7 * (1 / 4)
OPEN_AT_15, OPEN_AT_20 = 6 / 7, 6 / 7 * 3 / 4
AT_30 = OPEN_AT_20 / 3
CHANCES = {
    "o1": AT_30 / OPEN_AT_15,  # won between 15 and 105 days, of those open at 15
    "o2": 0.0,  # after 30 days nobody won
    "o3": 1 / 2,  # renewals: of r1 and o6, which is seen for 20, one is won
    "o4": None,
    "o6": 0.0,
}


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def opportunities(deals=DEALS):
    frame = pd.DataFrame(deals, columns=COLUMNS)
    dates = {name: days(*frame[name]) for name in ("created_on", "closed_on")}
    expected = days(*frame["expected"])
    return (
        frame.drop(columns="expected")
        .assign(rep_id="ada", **dates, expected_close_on=expected)
        .astype({"type": "string"})
    )


def chances(lines):
    found = collected(lazy_columns(lines, ["opportunity_id", "probability"]))
    return dict(values(found, "opportunity_id", "probability"))


@cache
def sample():
    return spm.open_data(spm.shipped("datasets") / "sample")


def test_by_hand_on_every_engine(engine):
    lines = spm.chance_lines(staff(engine, opportunities=opportunities()), "2026Q4")
    assert chances(lines) == {
        name: chance if chance is None else pytest.approx(chance)
        for name, chance in CHANCES.items()
    }
    found = spm.measure(lines, [spm.required_coverage, spm.weighted_pipeline])
    won = 100 * CHANCES["o1"] + 60 / 2
    assert values(found, "weighted_pipeline", "required_coverage", "required_coverage_n") == [
        [pytest.approx(won), pytest.approx((100 + 40 + 60 + 30) / won), 4]
    ]


def test_without_types_all_is_new_business_and_without_closings_nothing_is_won():
    bare = opportunities()[["opportunity_id", "rep_id", "outcome", "created_on", "amount"]]
    bare = bare.assign(expected_close_on=opportunities()["expected_close_on"])
    lines = spm.chance_lines(staff(polars, opportunities=bare[bare["outcome"] == "open"]))
    assert set(chances(lines).values()) == {0.0, None}
    found = spm.measure(lines, spm.required_coverage)
    assert values(found, "required_coverage", "required_coverage_status") == [
        [None, "undefined: zero denominator"]
    ]


def test_nobody_of_known_age_and_nothing_expected():
    undated = opportunities().assign(created_on=days(*[None] * len(DEALS)))
    assert set(chances(spm.chance_lines(staff(polars, opportunities=undated))).values()) == {None}
    none = spm.chance_lines(staff(polars, opportunities=opportunities(DEALS[:6])))
    assert chances(none) == {}
    assert values(spm.measure(none, spm.required_coverage), "required_coverage") == [[None]]


def test_an_older_one_than_was_ever_seen_has_no_chance_that_is_known():
    old = [*DEALS[:4], ("o1", "new", "open", "2026-08-03", None, 9.0, "2026-10-20")]
    lines = spm.chance_lines(staff(polars, opportunities=opportunities(old)))
    assert chances(lines) == {"o1": 0.0}  # at 60 days all the others had ended
    older = [*DEALS[:4], ("o1", "new", "open", "2026-08-02", None, 9.0, "2026-10-20")]
    lines = spm.chance_lines(staff(polars, opportunities=opportunities(older)))
    assert chances(lines) == {"o1": 0.0}  # it is seen itself, and won by nobody


def test_a_period_that_is_over_and_missing_columns_are_refused():
    data = staff(polars, opportunities=opportunities())
    with pytest.raises(DataError, match="2026Q3 ended on 2026-09-30"):
        spm.chance_lines(data, "2026Q3")
    with pytest.raises(DataError, match="created_on"):
        spm.chance_lines(staff(polars, opportunities=opportunities().drop(columns="created_on")))
    with pytest.raises(DataError, match="history"):
        spm.chance_lines(data, "2026Q3", as_of=date(2026, 7, 1))


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.01, 1)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_required_coverage_lies_between_the_needs_of_its_parts(rows):
    frame = pd.DataFrame(rows, columns=["amount", "probability"])
    found = spm.measure(frame, spm.required_coverage)["required_coverage"].iloc[0]
    needs = 1 / frame["probability"]
    assert needs.min() * (1 - 1e-9) <= found <= needs.max() * (1 + 1e-9)


def test_of_the_past_it_promises_rather_too_little():
    """What the docstring says of the sample, by what was known on the day before each quarter."""
    data, shares = sample(), []
    for period in data.calendar.between(date(2024, 7, 1), date(2026, 9, 30)):
        lines = spm.chance_lines(data, period.label, as_of=period.start - timedelta(days=1))
        known = nw.from_native(lines).lazy().collect("pandas").to_native()
        fates = data.opportunities.df()[["opportunity_id", "outcome", "closed_on"]]
        fates = known.merge(fates, on="opportunity_id")
        won = fates["outcome"].eq("won") & (fates["closed_on"] <= pd.Timestamp(period.end))
        promised = (known["amount"] * known["probability"]).sum()
        shares.append(promised / fates.loc[won, "amount"].sum())
    assert [round(min(shares), 2), round(max(shares), 2)] == [0.83, 0.96]

"""What was forecast to close in a period, and what became of it by its end."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError
from spmkit.engine import collected, lazy_columns

METRICS = [
    spm.slippage_rate,
    spm.slippage_count_rate,
    spm.forecast_loss_rate,
    spm.commit_hit_rate,
]
USD = {"currency": "USD"}
DEALS = [  # owner, outcome, created, closed, expected, amount and category as they are now
    ("a", "ada", "open", "2026-06-01", None, "2026-12-31", 75.0, "Pipeline"),
    ("b", "ada", "won", "2026-06-01", "2026-08-20", "2026-08-20", 100.0, "Commit"),
    ("c", "ada", "lost", "2026-06-01", "2026-09-30", "2026-09-30", 30.0, "Best Case"),
    ("d", "cy", "no_decision", "2026-06-01", "2026-07-01", "2026-09-30", 20.0, "commit"),
    ("e", "cy", "won", "2026-06-01", "2026-10-01", "2026-09-30", 40.0, None),  # a day too late
    ("f", "cy", "open", "2026-06-01", None, "2026-10-01", 7.0, "Commit"),  # of the next quarter
    ("g", "cy", "open", "2026-07-01", None, "2026-09-30", 8.0, "Commit"),  # came later
    ("h", "ada", "open", "2026-06-01", None, "2026-07-01", None, "COMMIT"),
    ("i", "ada", "won", "2026-06-01", "2026-06-30", "2026-07-31", 9.0, "Commit"),  # too early
    ("j", "ada", "void", "2026-06-01", None, "2026-09-30", 500.0, "Commit"),
    ("k", None, "open", None, None, None, -5.0, None),
    ("l", "cy", "won", "2026-06-01", "2026-07-31", "2026-07-31", 10.0, "Best Case"),  # euros
    ("m", "ada", "open", "2026-06-01", None, "2026-09-30", 50.0, "Pipeline"),
    ("n", "ada", "lost", "2026-06-01", "2026-07-31", "2026-12-31", 25.0, "Omitted"),
]
CHANGES = [
    ("z", "2026-06-30 00:00", "stage", None, "Discovery"),
    ("a", "2026-07-01 00:00", "amount", "60", "75"),
    ("a", "2026-09-01 00:00", "expected_close_on", "2026-09-15", "2026-12-31"),
    ("a", "2026-09-01 00:00", "forecast_category", "Commit", "Pipeline"),
    ("b", "2026-08-20 00:00", "amount", "90", "100"),
    ("k", "2026-07-20 00:00", "expected_close_on", "2026-08-01", None),
    ("m", "2026-08-01 00:00", "rep_id", "BO", "Ada"),
    ("n", "2026-07-15 00:00", "expected_close_on", "2026-09-30", "2026-12-31"),
]
COLUMNS = ["opportunity_id", "rep_id", "slipped", "won", "lost", "forecast_amount"]
FATES = ["slipped_amount", "won_amount", "lost_amount", "commit_amount", "commit_won_amount"]
BY_HAND = [  # the amounts and owners are those of 30 June; euros were at 1.25 then
    ["a", "ada", True, False, False, 60, 60, 0, 0, 60, 0],
    ["b", "ada", False, True, False, 90, 0, 90, 0, 90, 90],
    ["c", "ada", False, False, True, 30, 0, 0, 30, None, None],
    ["d", "cy", False, False, True, 20, 0, 0, 20, 20, 0],
    ["e", "cy", True, False, False, 40, 40, 0, 0, None, None],
    ["h", "ada", True, False, False, None, None, None, None, None, None],
    ["k", None, True, False, False, -5, -5, 0, 0, None, None],
    ["l", "cy", False, True, False, 12.5, 0, 12.5, 0, None, None],
    ["m", "bo", True, False, False, 50, 50, 0, 0, None, None],
    ["n", "ada", False, False, True, 25, 0, 0, 25, None, None],
]


def polars(frame):
    """The engine that is the fastest to open."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pytest.importorskip("polars").from_arrow(table).lazy()


def log(changes):
    frame = pd.DataFrame(changes)
    frame.columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    return frame.astype("string").assign(changed_at=pd.to_datetime(frame["changed_at"]))


def opportunities(deals=DEALS):
    frame = pd.DataFrame(deals)
    frame.columns = [
        *["opportunity_id", "rep_id", "outcome", "created_on", "closed_on", "expected_close_on"],
        *["amount", "forecast_category"],
    ]
    dates = {name: days(*frame[name]) for name in frame if name.endswith("_on")}
    return frame.assign(**dates, currency=["EUR" if d[0] == "l" else "USD" for d in deals])


def tables(**changed):
    starts = days("2026-01-01", "2026-08-01")
    rates = pd.DataFrame({"currency": "EUR", "starts_on": starts, "rate": [1.25, 1.5]})
    told = {"opportunities": opportunities(), "opportunity_history": log(CHANGES), "fx": rates}
    return told | changed


@cache
def opened():
    return staff(polars, USD, **tables())


def rows(lines, *columns):
    columns = columns or (*COLUMNS, *FATES)
    return sorted(values(collected(lazy_columns(lines, columns)), *columns), key=str)


def test_fates_by_hand_on_every_engine(engine):
    lines = spm.slippage_lines(staff(engine, USD, **tables()), "2026Q3")
    assert rows(lines) == BY_HAND
    found = spm.measure(lines, METRICS, confidence=0.95).iloc[0]
    # Of 60 + 90 + 30 + 20 + 40 - 5 + 12.5 + 50 + 25 = 322.5 in all 60 + 40 - 5 + 50 = 145 slipped
    # and 30 + 20 + 25 = 75 were lost; of the 60 + 90 + 20 in commit 90 were won; 5 of 10 slipped.
    assert found[[metric.__name__ for metric in METRICS]].tolist() == pytest.approx(
        [145 / 322.5, 5 / 10, 75 / 322.5, 90 / 170]
    )
    assert found[["slippage_rate_n", "slippage_count_rate_n", "commit_hit_rate_n"]].tolist() == [
        *[9, 10, 3]
    ]
    assert found["slippage_count_rate_low"] < 0.5 < found["slippage_count_rate_high"]


def test_slipped_won_and_lost_make_up_the_whole():
    lines = collected(lazy_columns(spm.slippage_lines(opened()), []))
    assert (lines[["slipped", "won", "lost"]].sum(axis=1) == 1).all()
    known = lines.dropna(subset="forecast_amount")
    assert (known[FATES[:3]].sum(axis=1) == known["forecast_amount"]).all()
    assert lines["forecast"].all()
    assert set(lines["period"]) == {"2026Q3"}  # the last complete one


def test_owners_and_their_attributes_are_those_of_the_forecast():
    found = rows(spm.slippage_lines(opened()), "opportunity_id", "rep", "region")
    assert [row for row in found if row[0] in "amk"] == [
        *[["a", "Ada", "North"], ["k", None, None], ["m", "Bo", "North"]]
    ]
    by_rep = spm.measure(spm.slippage_lines(opened()), METRICS, by="rep")
    # Bo's one deal slipped; Cy: 40 of 20 + 40 + 12.5; Ada: 60 of 60 + 90 + 30 + 25; nobody's: all.
    assert by_rep["slippage_rate"].tolist() == pytest.approx([60 / 205, 1, 40 / 72.5, 1])
    assert by_rep["commit_hit_rate"].fillna(-1).tolist() == pytest.approx([90 / 150, -1, 0, -1])
    assert by_rep["commit_hit_rate_status"].tolist()[1] == "undefined: no rows"


def test_a_forecast_may_be_taken_on_a_day_within_the_period():
    found = rows(spm.slippage_lines(opened(), "2026Q3", as_of=date(2026, 8, 31)), *COLUMNS)
    # b, d, l and n are closed by then, k has no date any more, g has come, and m is Ada's.
    assert [row[0] for row in found] == ["a", "c", "e", "g", "h", "m"]
    assert [row[1] for row in found if row[0] == "m"] == ["ada"]
    assert [row[5] for row in found if row[0] == "a"] == [75.0]
    month = spm.slippage_lines(opened(), "2026M09", as_of=date(2026, 9, 29))
    assert [row[0] for row in rows(month)] == ["c", "e", "g", "m"]


@pytest.mark.parametrize("day", [date(2026, 6, 29), date(2026, 9, 30)])
def test_other_days_are_refused(day):
    with pytest.raises(DataError, match="choose one from 2026-06-30 to the day before 2026-09-30"):
        spm.slippage_lines(opened(), "2026Q3", as_of=day)


def test_what_slips_out_of_a_period_that_runs_is_not_known():
    with pytest.raises(DataError, match=r"2026Q4 ends on 2026-12-31, after as_of"):
        spm.slippage_lines(opened(), "2026Q4")


def test_without_a_log_or_before_it_slippage_is_unavailable():
    with pytest.raises(DataError, match="unavailable: needs opportunity_history"):
        spm.slippage_lines(staff(polars, opportunities=opportunities()))
    with pytest.raises(DataError, match="begins on 2026-06-30"):
        spm.slippage_lines(opened(), "2026Q2")


def test_a_period_for_which_nothing_was_forecast_has_no_rates():
    nobody = staff(polars, USD, **tables(opportunities=opportunities(DEALS[5:6])))
    found = spm.measure(spm.slippage_lines(nobody), METRICS).iloc[0]
    names = [metric.__name__ for metric in METRICS]
    assert found[names].isna().all()
    assert set(found[[f"{name}_status" for name in names]]) == {"undefined: no rows"}


def test_what_is_not_known_adds_nothing_and_what_adds_up_to_0_has_no_rate():
    lines = pd.DataFrame(
        {
            "rep": ["Ada", "Ada", "Bo", "Bo", "Cy"],
            "slipped_amount": [None, 30.0, 0.0, 5.0, None],
            "lost_amount": [None, 0.0, -5.0, 0.0, None],
            "forecast_amount": [None, 30.0, -5.0, 5.0, None],
            "commit_amount": [None, 30.0, None, 0.0, None],
            "commit_won_amount": [40.0, 0.0, 7.0, 0.0, None],
        }
    )
    rates = [spm.slippage_rate, spm.forecast_loss_rate, spm.commit_hit_rate]
    found = spm.measure(lines, rates, by="rep")
    # Won amounts of what was in no commit are not in the rate.
    assert found.loc[0, [m.__name__ for m in rates]].tolist() == [1.0, 0.0, 0.0]
    assert found.loc[1:, [m.__name__ for m in rates]].isna().all(axis=None)
    assert found["slippage_rate_status"].tolist() == [
        *["ok", "undefined: zero denominator", "undefined: no rows"]
    ]


def test_snapshots_of_the_first_and_the_last_day_are_enough():
    first = [("a", "ada", "2026-09-15", 60.0, "Commit"), ("b", "ada", "2026-08-20", 90.0, "Commit")]
    taken = pd.DataFrame(first, columns=["opportunity_id", "rep_id", *opportunities().columns[5:8]])
    taken = taken.assign(taken_on=days("2026-06-30", "2026-06-30"))
    taken["expected_close_on"] = days(*taken["expected_close_on"])
    told = tables(opportunities=opportunities(DEALS[:2]), opportunity_snapshots=taken)
    del told["opportunity_history"]
    assert rows(spm.slippage_lines(staff(polars, USD, **told))) == BY_HAND[:2]


def test_neither_the_order_of_rows_nor_the_size_of_money_matters():
    scaled = [
        (*c[:3], *[t and t + "e2" for t in c[3:]]) if c[2] == "amount" else c for c in CHANGES
    ]
    deals = [(*d[:6], d[6] and d[6] * 100, d[7]) for d in DEALS[::-1]]
    data = staff(
        polars,
        USD,
        **tables(opportunities=opportunities(deals), opportunity_history=log(scaled[::-1])),
    )
    lines = spm.slippage_lines(data)
    assert rows(lines) == [[*row[:5], *[v and v * 100 for v in row[5:]]] for row in BY_HAND]
    found, before = (spm.measure(told, METRICS) for told in (lines, spm.slippage_lines(opened())))
    pd.testing.assert_frame_equal(found, before)

"""In which part of a period the won amount comes in."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError
from spmkit.metrics.forecasts.linearity import (
    closing_lines,
    first_third_share,
    last_third_share,
    last_two_weeks_share,
    middle_third_share,
    period_thirds,
)

METRICS = [first_third_share, middle_third_share, last_third_share, last_two_weeks_share]
# 2026Q3 has 66 weekdays: the middle third starts on 31 July, the last on 1 September, and the
# last two weeks on the 17th.
DEALS = pd.DataFrame(
    {
        "opportunity_id": [f"o{n}" for n in range(9)],
        "rep_id": ["ada", "ada", "bo", "bo", "bo", "ada", "ada", "bo", None],
        "outcome": [*["won"] * 6, "lost", "won", "won"],
        "amount": [10.0, 20.0, 30.0, 40.0, 60.0, 70.0, 999.0, None, 20.0],
        "closed_on": [
            date(2026, 7, 30),
            date(2026, 7, 31),
            date(2026, 8, 31),
            date(2026, 9, 1),
            date(2026, 9, 17),
            date(2026, 10, 1),  # in a period that runs
            date(2026, 9, 30),
            date(2026, 9, 30),
            date(2026, 9, 16),
        ],
    }
)
REPS = pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]})


def test_parts_by_hand():
    data = company(opportunities=DEALS, reps=REPS)
    lines = closing_lines(data).df().sort_values("opportunity_id")
    assert lines["opportunity_id"].tolist() == ["o0", "o1", "o2", "o3", "o4", "o7", "o8"]
    assert lines["first_third_amount"].tolist() == [10.0] + [0.0] * 6
    assert lines["middle_third_amount"].tolist() == [0.0, 20.0, 30.0] + [0.0] * 4
    assert lines["last_two_weeks_amount"].fillna(-1).tolist() == [0.0] * 4 + [60.0, -1, 0.0]
    found = spm.measure(lines, METRICS).iloc[0]
    assert found[[metric.__name__ for metric in METRICS]].tolist() == pytest.approx(
        [10 / 180, 50 / 180, 120 / 180, 60 / 180]
    )
    assert found["last_third_share_n"] == 6


def test_months_and_holidays_move_the_thirds():
    july = spm.Calendar().period("2026M07")
    plain = [third.start for third in period_thirds(july)]
    assert plain == [date(2026, 7, 1), date(2026, 7, 13), date(2026, 7, 22)]
    # Without 3 July, kept as a holiday, 22 selling days are left.
    kept = [third.start for third in period_thirds(july, "US")]
    assert kept == [date(2026, 7, 1), date(2026, 7, 13), date(2026, 7, 23)]
    monthly = closing_lines(company(opportunities=DEALS), grain="month").df()
    assert sorted(monthly["closed_period"].unique()) == ["2026M07", "2026M08", "2026M09"]


def test_a_period_of_few_selling_days_is_split_by_all_its_days():
    weekend = spm.Period("x", date(2026, 8, 1), date(2026, 8, 3), "month")  # Saturday to Monday
    assert [(t.start.day, t.end.day) for t in period_thirds(weekend)] == [(1, 1), (2, 2), (3, 3)]


def test_without_sales_nothing_is_said():
    lost = company(opportunities=opportunities(outcome=["lost"] * 3 + ["open"]))
    found = spm.measure(closing_lines(lost), METRICS).iloc[0]
    assert found[[metric.__name__ for metric in METRICS]].isna().all()


def test_without_amounts_it_is_not_available():
    bare = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada", "outcome": "open"})
    with pytest.raises(DataError, match="unavailable: needs opportunities"):
        closing_lines(company(opportunities=bare))


def test_every_engine_gives_the_same(engine):
    tables = {"reps": REPS, "opportunities": DEALS}
    given = {name: engine_frame(engine, frame) for name, frame in tables.items()}
    data = spm.open_data(given, settings={"as_of": "2026-10-02"})
    lines = closing_lines(data, attributes=("region",))
    found = spm.measure(lines, METRICS, by=["closed_period", "region"])
    assert found["region"].fillna("nobody").tolist() == ["North", "South", "nobody"]
    values = found[[metric.__name__ for metric in METRICS]].to_numpy("float64").tolist()
    assert values == [
        pytest.approx([10 / 30, 20 / 30, 0.0, 0.0]),
        pytest.approx([0.0, 30 / 130, 100 / 130, 60 / 130]),
        pytest.approx([0.0, 0.0, 1.0, 0.0]),
    ]


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


SALE = st.tuples(
    st.integers(0, 180).map(lambda number: date(2026, 4, 1) + timedelta(days=number)),
    st.one_of(st.none(), st.sampled_from([0.0, 10.0, 25.0])),
    st.sampled_from(["won", "won", "lost"]),
)


def slow_shares(sales):
    """Count the selling days of each period one by one."""
    sums = dict.fromkeys(["all", "first", "middle", "last", "late"], 0.0)
    for day, amount, outcome in sales:
        if outcome != "won" or amount is None:
            continue
        start, end = (
            (date(2026, 4, 1), date(2026, 6, 30))
            if day < date(2026, 7, 1)
            else (date(2026, 7, 1), date(2026, 9, 30))
        )
        every = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        selling = [one for one in every if one.weekday() < 5]
        passed = sum(one <= day for one in selling)  # a weekend belongs to the day before
        third = len(selling) / 3
        part = "first" if passed <= round(third) else "middle"
        sums["last" if passed > round(2 * third) else part] += amount
        sums["late"] += amount if (end - day).days < 14 else 0
        sums["all"] += amount
    parts = [sums[name] for name in ("first", "middle", "last", "late")]
    return [part / sums["all"] for part in parts] if sums["all"] else None


@settings(max_examples=25, deadline=None)
@given(st.lists(SALE, min_size=1, max_size=15))
def test_random_sales_against_plain_loops(sales):
    deals = pd.DataFrame(sales, columns=["closed_on", "amount", "outcome"])
    deals = deals.assign(
        opportunity_id=[f"o{n}" for n in range(len(sales))],
        rep_id="ada",
        amount=deals["amount"].astype("float64"),
    )
    found = spm.measure(closing_lines(company(opportunities=deals)), METRICS).iloc[0]
    values = found[[metric.__name__ for metric in METRICS]]
    expected = slow_shares(sales)
    if expected is None:
        assert values.isna().all()
    else:
        assert values.tolist() == pytest.approx(expected)
        assert values.iloc[:3].sum() == pytest.approx(1)

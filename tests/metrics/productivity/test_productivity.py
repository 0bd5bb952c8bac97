"""Productivity lines and margin lines on every engine, and the metrics over them."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from company import company
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

METRICS = [
    spm.bookings_per_rep,
    spm.bookings_per_ramped_fte,
    spm.bookings_per_productive_rep,
    spm.productive_rep_share,
    spm.bookings_per_selling_hour,
    spm.meetings_per_rep_week,
]
PAY = [spm.productivity_of_pay, spm.productivity_of_variable_pay]


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def tables():
    """A rep who moved, one who came in the middle, one who left before, a stranger."""
    return {
        "reps": pd.DataFrame(
            {
                "rep_id": ["ada", "bo", "cy", "di"],
                "region": ["North", "North", "South", "South"],
                "hired_on": days(None, "2026-08-16", None, None),
                "left_on": days(None, None, "2026-06-30", None),
                "base_pay": [36800.0, 18400.0, 40000.0, None],
            }
        ),
        "rep_assignments": pd.DataFrame(
            {
                "rep_id": ["ada", "ada"],
                "starts_on": days("2026-01-01", "2026-08-16"),
                "region": ["North", "South"],
            }
        ),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": [f"o{n}" for n in range(1, 9)],
                "rep_id": ["ada", "ada", "ada", "bo", "cy", "Zed", "bo", "ada"],
                "outcome": ["won", "won", "lost", "won", "won", "won", "won", "void"],
                "amount": [90.0, 30.0, 500.0, None, 7.0, 5.0, 1000.0, 1000.0],
                "closed_on": days(
                    "2026-07-01",
                    "2026-09-30",
                    "2026-08-01",
                    "2026-09-01",
                    "2026-07-15",
                    "2026-07-02",
                    "2026-10-01",
                    "2026-08-02",
                ),
            }
        ),
        "opportunity_lines": pd.DataFrame(
            {
                "opportunity_id": ["o1", "o1", "o2", "o4"],
                "product": ["A", "B", "A", "A"],
                "margin": [4000.0, 1000.0, 13400.0, None],
            }
        ),
        "activities": pd.DataFrame(
            {
                "activity_id": [f"a{n}" for n in range(1, 6)],
                "rep_id": ["ada", "ada", "ada", "bo", "ada"],
                "type": ["meeting", "call", "meeting", "call", "meeting"],
                "category": ["selling", "selling", "selling", "selling", "selling"],
                "external": [True, True, True, True, True],
                "status": ["held", "held", "cancelled", "held", "held"],
                "minutes": [60.0, 120.0, 60.0, None, 600.0],
                "started_at": [
                    datetime(2026, 7, 1, 9),
                    datetime(2026, 9, 1, 9),
                    datetime(2026, 9, 2, 9),
                    datetime(2026, 9, 3, 9),
                    datetime(2026, 6, 30, 9),
                ],
            }
        ),
        "payouts": pd.DataFrame(
            {
                "rep_id": ["ada", "ada", "cy"],
                "period_start": days("2026-07-01", "2026-09-01", "2026-07-01"),
                "amount": [500.0, 300.0, 50.0],
            }
        ),
    }


SETTINGS = {"as_of": "2026-10-02"}


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


@pytest.fixture
def on_engine(engine):
    frames = {name: engine_frame(engine, frame) for name, frame in tables().items()}
    return spm.open_data(frames, settings=SETTINGS)


def test_every_engine_gives_the_productivity_that_is_expected(on_engine):
    lines = spm.productivity_lines(on_engine, "2026Q3")
    expected = pd.DataFrame(
        [
            # ada until 15 August (46 of 92 days), then in the South
            ["ada", "North", 0.5, 90.0, 1, 1.0, 1],
            ["ada", "South", 0.5, 30.0, 1, 2.0, 0],
            ["bo", "North", 0.5, None, 1, None, 0],  # one win, of which the amount is not known
            ["cy", "South", 0.0, 7.0, 1, None, 0],  # had left: bookings, and no head
            ["di", "South", 1.0, 0.0, 0, None, 0],
            ["not in reps", None, 0.0, 5.0, 1, None, 0],
        ],
        columns=["rep_id", "region", "headcount", "bookings", "wins", "selling_hours", "meetings"],
    )
    found = lines.sort_values(["rep_id", "region"], na_position="last", ignore_index=True)
    texts = {"rep_id": "str", "region": "str"}
    pd.testing.assert_frame_equal(
        found[list(expected)].astype(texts), expected.astype(texts), check_dtype=False
    )
    answer = spm.measure(lines, METRICS).iloc[0]
    # bookings 90 + 30 + 7 + 5 = 132; heads 1 + 0.5 + 1 = 2.5; productive ada, bo, cy
    assert answer["bookings_per_rep"] == pytest.approx(132 / 2.5)
    assert answer["bookings_per_ramped_fte"] == pytest.approx(132 / 2.5)
    assert answer["bookings_per_productive_rep"] == pytest.approx(132 / 3)
    assert answer["productive_rep_share"] == pytest.approx(2 / 3)  # ada and bo of ada, bo, di
    assert answer["bookings_per_selling_hour"] == pytest.approx((90 + 30) / 3)
    assert answer["meetings_per_rep_week"] == pytest.approx(1 / ((92 + 46 + 92) / 7))


def test_every_engine_gives_the_margin_and_pay_that_are_expected(on_engine):
    lines = spm.margin_lines(on_engine, "2026Q3")
    found = lines.sort_values(["rep_id", "region"], ignore_index=True)
    assert found["rep_id"].tolist() == ["ada", "ada", "bo", "di"]
    # a quarter of 36,800 is 9,200: half of it in each assignment; bo half a quarter of 18,400
    assert found["base_earned"].fillna(-1).tolist() == pytest.approx([4600, 4600, 2300, -1])
    assert found["paid"].tolist() == [500.0, 300.0, 0.0, 0.0]
    assert found["margin"].fillna(-1).tolist() == [5000.0, 13400.0, -1, 0.0]
    answer = spm.measure(lines, PAY).iloc[0]
    # bo's margin and di's base are not known: ada alone, 18,400 / (5,100 + 4,900)
    assert answer["productivity_of_pay"] == pytest.approx(1.84)
    assert answer["productivity_of_variable_pay"] == pytest.approx(18400 / 800)


def opened(**changed):
    return spm.open_data(tables() | changed, settings=SETTINGS)


def test_without_activities_hours_and_meetings_are_not_known():
    lines = spm.productivity_lines(company(), "2026Q3")
    assert lines[["selling_hours", "meetings"]].isna().all(axis=None)
    answer = spm.measure(lines, METRICS).iloc[0]
    assert answer["bookings_per_rep"] == 75.0  # (90 + 60) / 2
    assert answer[["bookings_per_selling_hour", "meetings_per_rep_week"]].isna().all()


def test_without_types_meetings_are_not_known():
    bare = tables()["activities"].drop(columns="type")
    lines = spm.productivity_lines(opened(activities=bare), "2026Q3")
    assert lines["meetings"].isna().all()


def test_categories_of_ones_own():
    data = opened()
    own = spm.activity_lines(data, {"call": "admin"})
    lines = spm.productivity_lines(data, "2026Q3", activities=own)
    assert lines["selling_hours"].sum() == 1.0


def test_several_periods_have_their_own_lines():
    lines = spm.productivity_lines(opened(), ["2026Q3", "2026Q4"])
    by_period = spm.measure(lines, spm.bookings_per_rep, by="period")
    # Q4 has two days so far: ada, bo and di are there, bo won 1,000
    assert by_period["bookings_per_rep"].tolist() == pytest.approx([132 / 2.5, 1000 / 3])


def test_nothing_won_and_nobody_there():
    lost = tables()["opportunities"].assign(outcome="lost")
    lines = spm.productivity_lines(opened(opportunities=lost), "2026Q3")
    answer = spm.measure(lines, METRICS).iloc[0]
    assert answer["bookings_per_rep"] == 0.0
    assert pd.isna(answer["bookings_per_productive_rep"])
    assert answer["productive_rep_share"] == 0.0
    nobody = spm.measure(lines.assign(headcount=0.0), spm.bookings_per_rep).iloc[0]
    assert nobody["bookings_per_rep_status"] == "undefined: zero denominator"


@pytest.mark.parametrize("gone", ["payouts", "opportunity_lines"])
def test_without_pay_or_margin_it_says_what_is_needed(gone):
    frames = {name: frame for name, frame in tables().items() if name != gone}
    with pytest.raises(spm.DataError, match=f"unavailable: needs {gone}"):
        spm.margin_lines(spm.open_data(frames, settings=SETTINGS), "2026Q3")
    without = tables()["opportunity_lines"].drop(columns="margin")
    with pytest.raises(spm.DataError, match=r"unavailable: needs opportunity_lines\.margin"):
        spm.margin_lines(opened(opportunity_lines=without), "2026Q3")


def test_a_period_in_which_nobody_was_paid_says_nothing_of_pay():
    early = tables()["payouts"].assign(period_start=date(2026, 1, 1))
    lines = spm.margin_lines(opened(payouts=early), "2026Q3")
    assert lines["paid"].isna().all()
    assert spm.measure(lines, PAY).iloc[0][["productivity_of_pay"]].isna().all()


def test_money_in_another_currency_is_converted():
    reps = tables()["reps"].assign(currency="EUR")
    deals = tables()["opportunities"].assign(currency=["EUR", *["USD"] * 7])
    rates = pd.DataFrame({"currency": ["EUR"], "rate": [2.0]})
    data = spm.open_data(
        tables() | {"reps": reps, "opportunities": deals, "fx": rates},
        settings=SETTINGS | {"currency": "USD"},
    )
    assert spm.productivity_lines(data, "2026Q3")["bookings"].sum() == 132 + 90
    lines = spm.margin_lines(data, "2026Q3")
    assert lines["margin"].sum() == 18400 + 5000
    assert lines["base_earned"].sum() == pytest.approx(2 * 11500)


WINS = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo", "di", "Zed"]),
        st.sampled_from([10.0, 10.0, 25.0, None]),
        st.sampled_from(["2026-06-30", "2026-07-01", "2026-08-15", "2026-08-16", "2026-09-30"]),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=20, deadline=None)
@given(WINS)
def test_bookings_are_what_a_plain_loop_says(rows):
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"o{n}" for n in range(len(rows))],
            "rep_id": [rep for rep, _, _ in rows],
            "outcome": "won",
            "amount": pd.array([amount for _, amount, _ in rows], dtype="float64"),
            "closed_on": days(*[day for _, _, day in rows]),
        }
    )
    lines = spm.productivity_lines(opened(opportunities=deals), "2026Q3")
    sums: dict[tuple[str, str], list[float | None]] = {}
    for rep, amount, day in rows:
        if day < "2026-07-01":
            continue
        name = "not in reps" if rep == "Zed" else rep
        where = "-" if rep == "Zed" else "South" if rep == "di" else "North"
        if rep == "ada" and day >= "2026-08-16":
            where = "South"
        sums.setdefault((name, where), []).append(amount)
    for line in lines.itertuples():
        amounts = sums.pop((line.rep_id, "-" if pd.isna(line.region) else line.region), [])
        known = [amount for amount in amounts if amount is not None]
        assert line.wins == len(amounts)
        if amounts and not known:
            assert pd.isna(line.bookings)
        else:
            assert line.bookings == pytest.approx(sum(known))
    assert not sums

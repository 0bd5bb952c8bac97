"""Pay lines and credited opportunities: joined from tables, on every engine."""

from __future__ import annotations

from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd
import pytest

import spmkit as spm
from spmkit.data import DataError, open_data

SETTINGS = {"as_of": "2026-10-02"}


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def tables(**changed):
    """Ada all quarter, Bo hired in its midst, Cy gone before it, Di without a quota."""
    return {
        "reps": pd.DataFrame(
            {
                "rep_id": ["ada", "bo", "cy", "di"],
                "name": ["Ada", "Bo", "Cy", "Di"],
                "role": ["AE", "AE", "AE", "VP"],
                "ote": [100.0, 80.0, 90.0, 200.0],
                "base_pay": [60.0, 40.0, 50.0, 220.0],
                "hired_on": days("2020-01-01", "2026-08-16", "2019-01-01", "2018-01-01"),
                "left_on": days(None, None, "2026-03-31", None),
            }
        ),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ["o1", "o2", "o3", "o4"],
                "rep_id": ["ada", "ada", "bo", "bo"],
                "outcome": ["won", "lost", "won", "won"],
                "amount": [90.0, 40.0, 60.0, 30.0],
                "closed_on": days("2026-07-11", "2026-08-01", "2026-08-20", "2026-05-01"),
            }
        ),
        "quotas": pd.DataFrame(
            {
                "rep_id": ["ada", "bo"],
                "period_start": days("2026-07-01", "2026-07-01"),
                "period_end": days("2026-09-30", "2026-09-30"),
                "quota": [100.0, 50.0],
            }
        ),
        "payouts": pd.DataFrame(
            {
                "rep_id": ["ada", "ada", "ada", "cy", "ada"],
                "period_start": days(
                    *["2026-07-01", "2026-08-01"], *["2026-09-01"] * 2, "2026-04-01"
                ),
                "amount": [6.0, 5.0, -3.0, -2.0, 99.0],
            }
        ),
        "credits": pd.DataFrame(
            {
                "credit_id": ["c1", "c2", "c3", "c4"],
                "opportunity_id": ["o1", "o1", "o1", None],
                "rep_id": ["ada", "bo", "di", "ada"],
                "credited_on": days(*["2026-07-11"] * 3, "2026-08-01"),
                "amount": [60.0, 30.0, 45.0, 7.0],
                "credit_type": ["split", "split", "overlay", "split"],
            }
        ),
    } | changed


def opened(settings=None, **changed):
    return open_data(tables(**changed), settings=SETTINGS | (settings or {}))


COLUMNS = ["rep_id", "role", "target_earnings", "base_earned", "target_variable", "paid"]
SOLD = ["rep_id", "quota", "credited", "pay_index", "attainment"]


def expected():
    half = 46 / 92  # Bo's days from 16 August to 30 September, both included
    return [
        ["ada", "AE", 25.0, 15.0, 10.0, 8.0],  # 6 + 5 − 3
        ["bo", "AE", 20.0 * half, 10.0 * half, 10.0 * half, 0.0],  # a quota and no payout
        ["cy", "AE", None, None, None, -2.0],  # gone, and still clawed back from
        ["di", "VP", 50.0, 55.0, None, None],  # base pay above OTE; no quota, so no 0
    ]


def filled(frame):
    return frame.astype("object").where(frame.notna(), None).to_numpy().tolist()


def test_every_engine_gives_what_is_worked_by_hand(engine):
    native = {name: _native(engine, frame) for name, frame in tables().items()}
    data = open_data(native, settings=SETTINGS)
    found = spm.pay_lines(data, "2026Q3")
    assert filled(found[COLUMNS]) == expected()
    sold = found[SOLD].set_index("rep_id")
    assert sold.loc["ada"].tolist() == pytest.approx([100.0, 67.0, 0.8, 0.67])
    assert sold.loc["bo"].tolist() == pytest.approx([50.0, 90.0, 0.0, 1.8])
    deals = nw.from_native(spm.credited_opportunities(data)).lazy().collect("pandas").to_native()
    deals = deals.sort_values("opportunity_id")[["opportunity_id", "booked", "credited"]]
    assert deals.to_numpy().tolist() == [["o1", 90.0, 135.0], ["o3", 60.0, 60.0]]
    inflation = spm.measure(spm.credited_opportunities(data), spm.credit_inflation)
    assert inflation["credit_inflation"].tolist() == pytest.approx([195 / 150])


def _native(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def test_overlays_are_told_apart_and_null_without_any():
    found = spm.credited_opportunities(opened()).df().sort_values("opportunity_id")
    assert filled(found[["overlay_credited"]]) == [[45.0], [None]]


def test_a_period_in_which_nobody_was_paid_says_nothing_of_pay():
    found = spm.pay_lines(opened(payouts=tables()["payouts"].iloc[:3]), "2026Q2")
    assert found["paid"].isna().all()
    assert found["rep_id"].tolist() == ["ada", "bo", "di"]  # Cy left; Bo is credited before hire
    assert found["target_variable"].fillna(-1).tolist() == [10.0, -1.0, -1.0]


def test_several_periods_and_a_month():
    found = spm.pay_lines(opened(), ["2026Q2", "2026Q3"])
    assert found.loc[found["rep_id"] == "ada", "paid"].tolist() == [99.0, 8.0]
    assert found["period"].unique().tolist() == ["2026Q2", "2026Q3"]
    month = {"quotas": tables()["quotas"].assign(period_end=days("2026-07-31", "2026-07-31"))}
    ada = spm.pay_lines(opened(**month), "2026M07").set_index("rep_id").loc["ada"]
    assert ada[["target_variable", "paid"]].tolist() == pytest.approx([40 / 12, 6.0])


def test_without_payouts_what_can_be_said_is():
    frames = tables()
    del frames["payouts"]
    found = spm.pay_lines(open_data(frames, settings=SETTINGS), "2026Q3")
    assert found["paid"].isna().all()
    assert found["target_variable"].notna().sum() == 2


def test_without_anything_on_pay_it_says_what_is_missing():
    frames = tables(reps=tables()["reps"].drop(columns=["ote", "base_pay"]))
    del frames["payouts"]
    with pytest.raises(DataError, match="unavailable: needs payouts, or reps with ote"):
        spm.pay_lines(open_data(frames, settings=SETTINGS), "2026Q3")


def test_payouts_alone_give_paid_alone():
    reps = tables()["reps"].drop(columns=["ote", "base_pay"])
    found = spm.pay_lines(opened(reps=reps), "2026Q3").set_index("rep_id")
    assert found.loc["ada", "paid"] == 8.0
    assert found[["ote", "target_variable", "pay_index"]].isna().all(axis=None)


def test_pay_in_the_one_currency_that_is_named_needs_no_rate():
    found = spm.pay_lines(opened(payouts=tables()["payouts"].assign(currency="USD")), "2026Q3")
    assert found.set_index("rep_id").loc["ada", "paid"] == 8.0


def test_pay_in_another_currency_is_converted_at_its_rate():
    fx = pd.DataFrame({"currency": ["EUR"], "rate": [2.0], "starts_on": days("2020-01-01")})
    payouts = tables()["payouts"].assign(currency=["EUR", None, None, None, None])
    reps = tables()["reps"].assign(currency=["EUR", "USD", None, None])
    data = opened({"currency": "USD"}, payouts=payouts, reps=reps, fx=fx)
    found = spm.pay_lines(data, "2026Q3").set_index("rep_id")
    assert found.loc["ada", ["target_variable", "paid"]].tolist() == [20.0, 12.0 + 5.0 - 3.0]
    assert found.loc["bo", "ote"] == 80.0


def test_mixed_currencies_without_a_rate_are_refused():
    payouts = tables()["payouts"].assign(currency=["EUR", "USD", None, None, None])
    with pytest.raises(DataError, match="EUR, USD and no reporting currency"):
        spm.pay_lines(opened(payouts=payouts), "2026Q3")
    with pytest.raises(DataError, match="no table fx"):
        spm.pay_lines(opened({"currency": "USD"}, payouts=payouts), "2026Q3")


def test_a_moved_rep_stands_once_where_the_period_ends():
    moves = pd.DataFrame(
        {
            "rep_id": ["ada", "ada"],
            "starts_on": days("2020-01-01", "2026-08-15"),
            "region": ["North", "South"],
        }
    )
    found = spm.pay_lines(opened(rep_assignments=moves), "2026Q3")
    ada = found[found["rep_id"] == "ada"]
    assert ada["region"].tolist() == ["South"]
    assert ada[["quota", "credited", "paid"]].to_numpy().tolist() == [
        pytest.approx([100.0, 67.0, 8.0])
    ]


def test_credited_opportunities_need_an_amount():
    deals = tables()["opportunities"].drop(columns=["amount"])
    with pytest.raises(DataError, match="needs opportunities.amount"):
        spm.credited_opportunities(opened(opportunities=deals))


def test_a_reversal_lowers_the_credit():
    credits = tables()["credits"].assign(amount=[60.0, 30.0, -90.0, 7.0], credit_type="split")
    found = spm.credited_opportunities(opened(credits=credits)).df().set_index("opportunity_id")
    assert found.loc["o1", "credited"] == 0.0

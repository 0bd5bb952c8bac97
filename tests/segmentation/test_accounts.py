"""Accounts by cumulative share and by recency, frequency and monetary value."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.segmentation import account_orders, account_tier, accounts_by_value, rfm_scores

AS_OF = date(2026, 10, 2)


def tiers(*values, **options):
    ids = [f"a{number}" for number in range(len(values))]
    frame = pd.DataFrame({"account_id": ids, "sales": values})
    found = account_tier(frame.astype({"sales": "float64"}), **options)
    return found.set_index("account_id").reindex(ids)


def test_abc_by_hand():
    # Of 100: 50 and 30 reach 80 %, 10 and 5 reach 95 %, the rest is C.
    found = tiers(10, 50, 3, 30, 2, 5)
    assert found["tier"].tolist() == ["B", "A", "C", "A", "C", "B"]
    assert found["cumulative_share"].round(9).tolist() == [0.9, 0.5, 0.98, 0.8, 1.0, 0.95]
    assert found["share"].round(9).tolist() == [0.1, 0.5, 0.03, 0.3, 0.02, 0.05]
    assert set(found["n"]) == {6}


def test_the_account_that_reaches_a_line_is_above_it():
    assert tiers(97, 2, 1)["tier"].tolist() == ["A", "C", "C"]
    assert tiers(70, 24, 6)["tier"].tolist() == ["A", "A", "B"]


def test_accounts_of_one_value_share_a_tier():
    assert tiers(70, 10, 10, 10)["tier"].tolist() == ["A", "A", "A", "A"]
    assert tiers(*[1.0] * 20)["tier"].unique().tolist() == ["A"]
    # 80 fills A, the two of 8 begin in B though the second ends beyond 95 %.
    assert tiers(80, 8, 8, 4)["tier"].tolist() == ["A", "B", "B", "C"]


def test_zero_and_less_is_c_and_takes_from_no_share():
    found = tiers(80, 15, 5, 0, -500)
    assert found["tier"].tolist() == ["A", "B", "C", "C", "C"]
    assert found["share"].tolist() == [0.8, 0.15, 0.05, 0.0, 0.0]


def test_null_is_not_zero():
    found = tiers(80, None, 20)
    assert found["tier"].isna().tolist() == [False, True, False]
    assert found["status"].tolist() == ["ok", "undefined: no value", "ok"]
    assert found["share"].isna().tolist() == [False, True, False]
    assert set(found["n"]) == {2}


def test_nobody_and_nothing_sold():
    assert tiers().empty
    found = tiers(0, -1)
    assert found["tier"].tolist() == ["C", "C"]
    assert found["share"].isna().all()


@pytest.mark.parametrize("cuts", [(0.9, 0.8), (0, 0.5), (0.8, 1.0)])
def test_cuts_that_do_not_rise_are_refused(cuts):
    with pytest.raises(ValueError, match="two rising shares"):
        tiers(1, cuts=cuts)


@given(st.lists(st.one_of(st.none(), st.integers(-3, 9)), max_size=25))
@settings(max_examples=80, deadline=None)
def test_tiers_are_those_of_a_plain_loop(values):
    found = tiers(*values)["tier"].tolist()
    whole = sum(value for value in values if value and value > 0)
    for value, tier in zip(values, found, strict=True):
        if value is None:
            assert pd.isna(tier)
        elif value <= 0:
            assert tier == "C"
        else:
            larger = sum(other for other in values if other is not None and other > value)
            expected = "A" if larger * 100 < 80 * whole else "B"
            assert tier == (expected if larger * 100 < 95 * whole else "C")


def sold():
    return company(
        accounts=pd.DataFrame(
            {
                "account_id": ["a1", "a2", "a3", "a4"],
                "potential": [500.0, 100.0, None, 10.0],
                "segment": "SMB",
            }
        ),
        opportunities=pd.DataFrame(
            {
                "opportunity_id": ["o1", "o2", "o3", "o4", "o5", "o6", "o7"],
                "rep_id": "ada",
                "account_id": ["a1", "a1", "a2", "a9", None, "a3", "a1"],
                "outcome": ["won", "won", "lost", "won", "won", "won", "void"],
                "amount": [90.0, 60.0, 40.0, 5.0, 7.0, None, 1000.0],
                "closed_on": ["2026-07-11", "2026-05-01", *["2026-08-01"] * 5],
            }
        ),
    )


def test_orders_are_what_was_won_of_an_account():
    found = account_orders(sold()).df().sort_values("opportunity_id")
    assert found["opportunity_id"].tolist() == ["o1", "o2", "o4", "o6"]
    assert list(found) == ["account_id", "opportunity_id", "ordered_on", "amount"]


def by_value(period=None):
    return accounts_by_value(sold(), period).df().set_index("account_id").sort_index()


def test_accounts_with_what_they_bought():
    found = by_value()
    assert found.index.tolist() == ["a1", "a2", "a3", "a4", "a9"]
    assert found["sales"].fillna(-1).tolist() == [150.0, 0.0, -1.0, 0.0, 5.0]
    assert found["orders"].tolist() == [2, 0, 1, 0, 1]
    assert found["potential"].fillna(-1).tolist() == [500.0, 100.0, -1.0, 10.0, -1.0]
    assert found["segment"].fillna("–").tolist() == ["SMB"] * 4 + ["–"]


def test_a_period_bounds_the_sales():
    assert by_value("2026Q3")["sales"].fillna(-1).tolist() == [90.0, 0.0, -1.0, 0.0, 5.0]
    assert by_value(["2026Q2", "2026Q3"])["sales"]["a1"] == 150.0


def test_without_accounts_it_is_said():
    with pytest.raises(spm.DataError, match="accounts"):
        accounts_by_value(company(opportunities=opportunities()))


def orders(**first_and_days):
    rows = [
        (account, AS_OF - timedelta(days=days), amount)
        for account, given in first_and_days.items()
        for days, amount in given
    ]
    return pd.DataFrame(rows, columns=["account_id", "ordered_on", "amount"])


FIVE = {
    "a": [(300, 10.0)],
    "b": [(250, 20.0), (240, 1.0)],
    "c": [(200, 40.0), (150, 1.0), (150, 1.0)],
    "d": [(400, 80.0), (399, 1.0), (398, 1.0), (120, 1.0)],
    "e": [(100, 100.0), (99, 1.0), (98, 1.0), (97, 1.0), (96, 1.0)],
}


def test_scores_by_hand():
    # Recency 300, 240, 150, 120, 96 and frequency 1 … 5: each account is a fifth of its own.
    found = rfm_scores(orders(**FIVE), AS_OF)
    assert found["recency"].tolist() == [300, 240, 150, 120, 96]
    assert found["frequency"].tolist() == [1, 2, 3, 4, 5]
    assert found["monetary"].tolist() == [10.0, 21.0, 42.0, 83.0, 104.0]
    assert found["rfm_score"].tolist() == [111, 222, 333, 444, 555]
    assert set(found["n"]) == {5}


def test_a_new_account_stands_apart_and_moves_no_fifth():
    found = rfm_scores(orders(**FIVE, new=[(89, 1e6)], old=[(90, 5.0)]), AS_OF)
    found = found.set_index("account_id")
    assert found.loc["new", "status"] == "new account"
    assert found.loc["new", ["recency_score", "rfm_score"]].isna().all()
    assert found.loc["old", "status"] == "ok"
    assert set(found["n"]) == {6}


def test_orders_after_the_day_are_not_read():
    later = pd.concat([orders(**FIVE), orders(e=[(-1, 900.0)], z=[(-5, 1.0)])])
    pd.testing.assert_frame_equal(rfm_scores(later, AS_OF), rfm_scores(orders(**FIVE), AS_OF))


def test_what_cannot_be_scored_is_said():
    found = rfm_scores(orders(**FIVE, f=[(200, None)]), AS_OF).set_index("account_id")
    assert found.loc["f", "status"] == "undefined: no amount"
    assert found.loc["a", "rfm_score"] == 111
    few = rfm_scores(orders(a=[(300, 1.0)], b=[(200, 2.0)]), AS_OF)
    assert set(few["status"]) == {"insufficient n"}
    assert few["rfm_score"].isna().all()
    once = {account: [given[0]] for account, given in FIVE.items()}
    assert set(rfm_scores(orders(**once), AS_OF)["status"]) == {"undefined: all equal"}
    none = rfm_scores(orders(a=[(1, 1.0)]).iloc[:0].astype({"ordered_on": "datetime64[s]"}), AS_OF)
    assert none.empty
    assert "rfm_score" in none


def test_every_engine_scores_alike(engine):
    frame = orders(**FIVE, f=[(200, None)], new=[(3, 9.0)])
    expected = rfm_scores(frame, AS_OF)
    assert expected["rfm_score"].dropna().tolist() == [111, 222, 333, 444, 555]
    pd.testing.assert_frame_equal(rfm_scores(engine(frame), AS_OF), expected, check_dtype=False)


def test_the_published_scores_of_the_r_package(require):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    table = pd.read_csv(Path(root) / "rfm_orders.csv", parse_dates=["order_date"])
    names = {"customer_id": "account_id", "order_date": "ordered_on", "revenue": "amount"}
    found = rfm_scores(table.rename(columns=names), date(2006, 12, 31), new_days=0)
    assert (len(table), len(found)) == (4906, 995)
    known = found.set_index("account_id")
    published = {
        "Abbey O'Reilly": (205, 6, 472, 343),
        "Add Senger": (140, 3, 340, 412),
        "Aden Lesch": (194, 4, 405, 323),
        "Aden Murphy": (98, 7, 596, 544),
        "Admiral Senger": (132, 5, 448, 433),
    }
    columns = ["recency", "frequency", "monetary", "rfm_score"]
    for name, expected in published.items():
        assert tuple(known.loc[name, columns]) == expected


def test_where_nothing_was_sold_there_are_no_shares():
    found = tiers(0, -5, None)
    assert found["tier"].fillna("none").tolist() == ["C", "C", "none"]
    assert found["share"].isna().all()
    zero, missing = "undefined: zero denominator", "undefined: no value"
    assert found["status"].tolist() == [zero, zero, missing]

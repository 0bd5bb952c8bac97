"""What is paid of the list price."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm

BOTH = [spm.price_realisation, spm.discount]


def sold(amounts, list_amounts):
    frame = pd.DataFrame({"won_amount": amounts, "won_list_amount": list_amounts})
    return frame.astype("Float64")


def test_every_engine_gives_what_is_worked_by_hand(engine):
    # Without a list price, without an amount and with a list price of 0 it is in neither sum.
    frame = sold([80.0, 300.0, 50.0, None, 7.0], [100.0, 300.0, None, 999.0, 0.0])
    found = spm.measure(engine(frame), BOTH).iloc[0]
    assert found["price_realisation"] == pytest.approx(380 / 400)
    assert found["discount"] == pytest.approx(20 / 400)


def test_without_a_list_price_it_is_undefined():
    found = spm.measure(sold([80.0], [None]), BOTH).iloc[0]
    assert found[["price_realisation", "discount"]].isna().all()
    assert found["discount_status"] == "undefined: no rows"


def test_a_surcharge_is_a_negative_discount():
    assert spm.measure(sold([110.0], [100.0]), spm.discount)["discount"].tolist() == [-0.1]


def test_of_the_lines_only_what_was_won_has_a_price():
    deals = opportunities(list_amount=[100.0, 50.0, None, 20.0])
    found = spm.measure(spm.opportunity_lines(company(opportunities=deals)), BOTH).iloc[0]
    assert found[["price_realisation", "price_realisation_n"]].tolist() == [0.9, 1]


def test_list_prices_are_in_the_reporting_currency():
    deals = opportunities(
        list_amount=[100.0] * 4, amount=[90.0] * 4, currency=["EUR", "USD", "USD", "USD"]
    )
    fx = pd.DataFrame({"currency": ["EUR"], "rate": [2.0]})
    data = company(settings={"currency": "USD"}, opportunities=deals, fx=fx)
    lines = spm.opportunity_lines(data).df()
    assert lines["won_list_amount"].dropna().sum() == 200.0 + 100.0


PRICE = st.one_of(st.none(), st.integers(0, 9).map(float))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(PRICE, PRICE), min_size=1, max_size=15))
def test_the_two_add_up_to_the_list_price(rows):
    found = spm.measure(sold([a for a, _ in rows], [b for _, b in rows]), BOTH).iloc[0]
    priced = [(a, b) for a, b in rows if a is not None and b]
    if not priced:
        assert found[["price_realisation", "discount"]].isna().all()
        return
    paid, listed = (sum(column) for column in zip(*priced, strict=True))
    assert found["price_realisation"] == pytest.approx(paid / listed)
    assert found["price_realisation"] + found["discount"] == pytest.approx(1)

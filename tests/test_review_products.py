"""The change of credit by product, worked by hand, and that it adds up whatever lines say."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from three_reps import SALES, opened, records, won

from spmkit import review


def cents(amounts):
    return sum(round(amount * 100) for amount in amounts)


def of_products(**changed):
    sold = SALES.assign(product=["A", "B", "A", None, "B", "A"])
    return opened(**({"opportunities": sold} | changed))


def test_products_by_hand():
    found = review.product_change(of_products())
    assert found.whole == 0.0
    # A 120 → 70 + 10, B 30 → 60, 10 of no product.
    assert records(found.parts["product"], "group", "part") == [
        ("B", 30.0),
        ("not given", 10.0),
        ("A", -40.0),
    ]


def test_credit_beside_what_was_won_is_a_part_of_its_own():
    credit = pd.DataFrame({"credit_id": ["c1"], "rep_id": "ada", "amount": [-5.0]})
    the = of_products(credits=credit.assign(credited_on="2026-08-01"))
    found = review.product_change(the)
    assert ("splits and other credit", -5.0) in records(found.parts["product"], "group", "part")
    assert cents(found.parts["product"]["part"]) == cents([-5.0]) == cents([found.whole])


def test_the_lines_of_an_opportunity_count_before_its_main_product():
    lines = pd.DataFrame(
        {"opportunity_id": ["o3", "o3"], "product": ["A", "C"], "amount": [40.0, 25.0]}
    )
    values = review.product_values(of_products(opportunity_lines=lines))
    now = values[values["period"] == "2026Q3"].set_index("product")["won_amount"]
    # o3 is 70: 40 of A, 25 of C and 5 that no line names, beside o4's 10 of no product.
    assert now.loc[["A", "B", "C"]].tolist() == [50.0, 60.0, 25.0]
    assert now[now.index.isna()].tolist() == [15.0]
    found = review.product_change(of_products(opportunity_lines=lines))
    assert cents(found.parts["product"]["part"]) == 0


def test_where_no_product_is_named_one_line_says_so():
    found = review.product_change(opened())
    assert found.parts == {}
    assert found.reason == "No product is named, so nothing is said of products."


PRODUCT = st.sampled_from(["A", "B", None, "splits and other credit"])
DAY = st.sampled_from(["2026-05-01", "2026-07-11"])
LINE = st.sampled_from([None, 5.0, 33.33])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(DAY, st.sampled_from([10.0, 33.33, 1e7]), PRODUCT, LINE), min_size=2))
def test_products_add_up_whatever_their_lines_say(sold):
    sales = won(*[("ada", day, amount) for day, amount, _, _ in sold])
    sales["product"] = pd.Series([product for *_, product, _ in sold], dtype="string")
    lines = pd.DataFrame(
        {"opportunity_id": sales["opportunity_id"], "product": "A", "amount": [s[3] for s in sold]}
    ).astype({"amount": "float64"})
    found = review.product_change(opened("2026Q3", opportunities=sales, opportunity_lines=lines))
    if found.reason:
        assert found.parts == {}
        return
    assert cents(found.parts["product"]["part"]) == cents([found.whole])

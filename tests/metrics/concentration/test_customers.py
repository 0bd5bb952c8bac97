"""Which customer stands above an account, and how much hangs on the largest of them."""

from __future__ import annotations

from collections import Counter

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import staff, values

import spmkit as spm


def accounts(parents):
    found = pd.DataFrame({"account_id": list(parents), "parent_id": list(parents.values())})
    return found.astype("string")


def sold(account_ids, days=None, **columns):
    """A deal of 10, 20, … won in each account, all on one day unless days are given."""
    amounts = [10.0 * (n + 1) for n in range(len(account_ids))]
    closed = pd.to_datetime(days or ["2026-08-01"] * len(account_ids))
    frame = pd.DataFrame({"account_id": pd.Series(account_ids, dtype="string"), "rep_id": "ada"})
    names = [f"o{n:02}" for n in range(len(account_ids))]
    return frame.assign(
        opportunity_id=names, outcome="won", amount=amounts, closed_on=closed, **columns
    )


def customers(data, period=None):
    found = nw.from_native(spm.customer_lines(data, period)).lazy().collect("pandas").to_native()
    return [who for (who,) in values(found.sort_values("opportunity_id"), "customer_id")]


def test_whatever_hangs_below_a_ring_of_parents_stands_for_itself_too():
    ring = {"a": "b", "b": "c", "c": "a", "below": "a", "lower": "below", "free": "top"}
    data = staff(accounts=accounts(ring), opportunities=sold([*ring, "top"]))
    assert customers(data) == ["a", "b", "c", "below", "lower", "top", "top"]


def test_a_parent_that_accounts_does_not_know_is_the_customer():
    data = staff(accounts=accounts({"shop": "holding"}), opportunities=sold(["shop", "holding"]))
    assert customers(data) == ["holding", "holding"]


def test_a_long_chain_of_parents_ends_at_its_top():
    chain = {f"a{n}": f"a{n + 1}" for n in range(64)}
    data = staff(accounts=accounts(chain), opportunities=sold(["a0", "a63", "a64"]))
    assert customers(data) == ["a64"] * 3


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"accounts": accounts({"x": None})},
        {"accounts": accounts({"x": "x", "y": "y"})},  # some systems write so: no parent
        {"accounts": accounts({"x": "y"})[["account_id"]]},
    ],
)
def test_without_parents_every_account_is_its_own_customer(table):
    assert customers(staff(opportunities=sold(["x", "y", None]), **table)) == ["x", "y", None]


def test_several_quarters_are_those_that_are_named():
    days = ["2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01"]
    data = staff(opportunities=sold(["a", "b", "c", "d"], days))
    assert customers(data, "2026Q2") == ["b", "c"]
    assert customers(data, ["2026Q1", "2026Q3"]) == ["a", "d"]
    assert customers(data) == ["a", "b", "c", "d"]


def test_booked_is_in_the_reporting_currency():
    rate = pd.DataFrame({"currency": ["EUR"], "rate": [1.5]})
    deals = sold(["a", "b"], currency=["EUR", "USD"])
    data = staff(settings={"currency": "USD"}, fx=rate, opportunities=deals)
    found = spm.customer_lines(data).df().sort_values("opportunity_id")
    assert found["booked"].tolist() == [15.0, 20.0]


PARENTS = st.dictionaries(
    st.sampled_from("abcd"), st.one_of(st.none(), st.sampled_from("abcdz")), min_size=2
)
SOLD = st.lists(st.one_of(st.none(), st.sampled_from("abcdy")), min_size=2, max_size=12)


def slow_top(account, parents):
    """Climb to the top; who comes by the same parent twice never gets there."""
    seen, here = set(), account
    while parents.get(here) not in (None, here):
        if here in seen:
            return account
        seen.add(here)
        here = parents[here]
    return here


@settings(max_examples=15, deadline=None, derandomize=True)
@given(PARENTS, SOLD, st.randoms(use_true_random=False))
def test_random_parents_against_plain_loops(parents, account_ids, random):
    rows = pd.concat([sold(account_ids)] * 2)  # each deal twice: the same row again
    tables = {"accounts": accounts(parents), "opportunities": rows}
    mixed = {n: t.sample(frac=1, random_state=random.randrange(99)) for n, t in tables.items()}
    data = staff(pytest.importorskip("polars").from_pandas, **mixed)
    assert customers(data) == [slow_top(account, parents) for account in account_ids]


def concentrated(rows, **options):
    frame = pd.DataFrame(rows, columns=["customer_id", "booked"])
    frame = frame.astype({"customer_id": "object", "booked": "float64"})
    return spm.customer_concentration(frame, **options)


def test_more_customers_than_there_are_bring_all_of_it():
    # 60 of 100 is of one customer, 90 of two; a tenth of all sales names no account.
    rows = [("x", 20.0), ("y", 30.0), ("x", 40.0), ("z", 10.0), (None, 100 / 9)]
    found = concentrated(rows, top=(1, 2, 3, 50))
    assert found["share"].tolist() == pytest.approx([0.6, 0.9, 1.0, 1.0])
    assert found["n"].tolist() == [3] * 4
    assert found["without_account"].tolist() == pytest.approx([0.1] * 4)
    assert concentrated(rows)["customers"].tolist() == [1, 5, 10]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], "undefined: no rows"),
        ([(None, 5.0)], "undefined: no rows"),
        ([("x", None)], "undefined: no rows"),
        ([("x", 5.0), ("y", -1.0)], "undefined: negative amounts"),
        ([("x", 0.0), ("y", 0.0)], "undefined: zero total"),
    ],
)
def test_what_has_no_share_says_why(rows, status):
    found = concentrated(rows, top=[1])
    assert found["share"].isna().all()
    assert found["status"].tolist() == [status]


def test_a_customer_who_gave_back_what_was_bought_counts_as_nothing_and_one_alone_is_all():
    found = concentrated([("x", 5.0), ("x", -5.0), ("y", 8.0)], top=[1])
    assert found[["share", "n", "status"]].values.tolist() == [[1.0, 2, "ok"]]
    assert concentrated([("x", 3.0)], top=[1])["share"].tolist() == [1.0]


def test_sales_without_an_account_alone_are_all_without_one():
    found = concentrated([(None, 5.0)], top=[1])
    assert found["without_account"].tolist() == [1.0]
    # Nothing was sold, so no part of it is without an account: null, not 0.
    assert concentrated([("x", 0.0)], top=[1])["without_account"].isna().all()


AMOUNTS = st.one_of(st.none(), st.integers(0, 9).map(float))
BOOKED = st.lists(st.tuples(st.sampled_from(["x", "y", "z", None]), AMOUNTS), min_size=1)


@settings(max_examples=40, deadline=None)
@given(BOOKED, st.sampled_from([1.0, 1000.0]), st.randoms(use_true_random=False))
def test_random_sales_against_plain_loops_in_any_order_and_currency(rows, size, random):
    sums: Counter[str | None] = Counter()
    for customer, amount in rows:
        if amount is not None:
            sums[customer] += amount
    known = sorted((s for customer, s in sums.items() if customer), reverse=True)
    larger = [(c, None if a is None else a * size) for c, a in random.sample(rows, len(rows))]
    found = concentrated(larger, top=(1, 2))
    assert found["n"].tolist() == [len(known)] * 2
    for k, share in zip((1, 2), found["share"], strict=True):
        if sum(known):
            assert share == pytest.approx(sum(known[:k]) / sum(known))
        else:
            assert pd.isna(share)

"""Who was a customer, who left and how many last a year, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit import narrative, review
from spmkit.data import DataError
from spmkit.reports import review_parts

FIRST = {"a": "2025-01-10", "b": "2025-02-01", "c": "2026-06-30", "d": "2026-07-01", "e": None}
CHURNED = {"a": "2026-07-01", "b": "2026-06-30", "c": None, "d": "2026-09-30", "e": "2026-08-01"}
# Customers on 30 June: a, b and c. b left on that day, in the quarter before; d came too late,
# and e never bought.


def company(churned=CHURNED, as_of="2026-10-02", **tables):
    won = pd.DataFrame({"account_id": list(FIRST), "closed_on": list(FIRST.values())}).dropna()
    again = pd.DataFrame({"account_id": ["a", "c"], "closed_on": "2026-09-01"})
    deals = pd.concat([won, again], ignore_index=True).assign(outcome="won", amount=9.0)
    lost = pd.DataFrame(
        {"account_id": ["e"], "closed_on": "2026-08-20", "outcome": "lost", "amount": 5.0}
    )
    deals = pd.concat([deals, lost], ignore_index=True)
    deals = deals.assign(opportunity_id=[f"o{n}" for n in range(len(deals))], rep_id="ada")
    accounts = pd.DataFrame({"account_id": list(churned), "churned_on": list(churned.values())})
    frames = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": deals}
    frames |= {"accounts": accounts.astype({"churned_on": "string"})} | tables
    return review.open_review(spm.open_data(frames, settings={"as_of": as_of}), "2026Q3")


def test_by_hand():
    kept = review.customers_kept(company())
    told = kept[["period", "churned", "churn_rate_n"]].to_dict("records")
    # Before April a and b were customers, of whom b left; before July a and c, of whom a left.
    assert told == [
        {"period": "2026Q2", "churned": 1.0, "churn_rate_n": 2},
        {"period": "2026Q3", "churned": 1.0, "churn_rate_n": 2},
    ]
    assert kept["churn_rate"].tolist() == [0.5, 0.5]
    assert kept["churn_rate_low"].iloc[0] == pytest.approx(0.0945, abs=1e-4)  # Wilson, 1 of 2


def test_a_year_after_the_first_sale():
    year = review.kept_for_a_year(company())
    # a lasted 537 days and b 514; c is seen for 94, and d lasted 91 of a year: of four one left.
    assert year["remaining"] == pytest.approx(3 / 4)
    assert year["at_risk"] == 2


def test_a_running_period_stands_alone_and_counts_up_to_the_day():
    the = company(as_of="2026-07-31")
    kept = review.customers_kept(the)
    assert kept[["period", "churned", "churn_rate_n"]].values.tolist() == [["2026Q3", 1.0, 2]]


def test_nobody_was_a_customer_and_nobody_for_a_year():
    late = {"d": "2026-09-30"}
    kept, year = (f(company(late)) for f in (review.customers_kept, review.kept_for_a_year))
    assert narrative.kept_said(kept, year) == "Nobody was a customer when 2026Q3 began."
    assert pd.isna(year["remaining"])
    stays = {"c": None, "e": "2026-08-01"}
    kept, year = (f(company(stays)) for f in (review.customers_kept, review.kept_for_a_year))
    assert narrative.kept_said(kept, year) == (
        "None of 1 customers left in 2026Q3 (0.0 %, 95 % interval 0.0 to 79.3 %). "
        "Nobody has been one for a year yet."
    )


def test_what_is_missing_is_one_line():
    never = company(dict.fromkeys(FIRST))
    with pytest.raises(DataError, match="No account has a day in churned_on"):
        review.customers_kept(never)
    without = company(accounts=pd.DataFrame({"account_id": ["a"]}))
    with pytest.raises(DataError, match="accounts.churned_on"):
        review.kept_for_a_year(without)
    said = review_parts.product_parts(without)[1]
    assert "accounts.churned_on" in said._repr_html_()


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from([None, "2026-08-09"]), min_size=1))
@settings(max_examples=12, deadline=None)
def test_no_more_leave_than_were_there(churned):
    the = company({"e": "2026-08-01"} | churned)
    kept = review.customers_kept(the)
    assert (kept["churned"].fillna(0) <= kept["churn_rate_n"]).all()
    assert kept["churn_rate_n"].iloc[-1] == len({"a", "b", "c"} & set(churned))

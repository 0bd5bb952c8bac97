"""Concentration over reps and customers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

import spmkit as spm
from spmkit.data import DataError, open_data

UNEQUAL = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def lines(amounts, **more):
    return pd.DataFrame(
        {"rep_id": [f"r{i}" for i in range(len(amounts))], "credited": amounts} | more
    )


@pytest.mark.parametrize(
    ("amounts", "gini"),
    [([1, 3, 2, 1, 1, 1, 4], 0.3076923), ([5, 5, 5], 0.0), (UNEQUAL, 0.462091)],
)
def test_gini_of_published_numbers(amounts, gini):
    assert spm.credit_gini(lines(amounts))["gini"].iloc[0] == pytest.approx(gini, abs=5e-7)


def test_the_corrected_gini_and_its_bounds():
    found = spm.credit_gini(lines(UNEQUAL)).iloc[0]
    assert found["gini_corrected"] == pytest.approx(0.513435, abs=5e-7)
    assert found["low"] < found["gini"] < found["high"]
    assert found["status"] == "ok"


@pytest.mark.parametrize(
    ("amounts", "status"),
    [
        ([], "undefined: no rows"),
        ([None, None], "undefined: no rows"),
        ([5.0, -1.0], "undefined: negative amounts"),
        ([0.0, 0.0], "undefined: zero total"),
    ],
)
@pytest.mark.parametrize(
    "metric", [spm.credit_gini, spm.top_decile_share, spm.effective_reps], ids=lambda m: m.__name__
)
def test_undefined_has_a_reason_and_no_number(metric, amounts, status):
    found = metric(lines(amounts).astype({"credited": "float64"}))
    assert set(found["status"]) == {status}
    assert found[["low", "high"]].isna().all(axis=None)
    value = {"top_decile_share": "share", "credit_gini": "gini"}.get(metric.__name__)
    assert found[value or metric.__name__].isna().all()


def test_one_rep():
    assert spm.credit_gini(lines([7.0]))["gini"].iloc[0] == 0.0
    assert np.isnan(spm.credit_gini(lines([7.0]))["gini_corrected"].iloc[0])
    assert spm.effective_reps(lines([7.0]))["effective_reps"].iloc[0] == 1.0
    assert spm.top_decile_share(lines([7.0]))["share"].tolist() == [1.0]


def test_the_best_tenth_is_rounded_up_from_twenty_reps_on():
    found = spm.top_decile_share(lines(range(1, 22))).iloc[0]
    assert found["reps"] == "top 10 %"
    assert found["share"] == pytest.approx((21 + 20 + 19) / 231)  # three of 21
    assert found["low"] < found["share"] < found["high"]
    few = spm.top_decile_share(lines(range(1, 20)))
    assert few["reps"].tolist() == ["top 1", "top 2"]
    assert few["share"].tolist() == pytest.approx([19 / 190, 37 / 190])
    assert few[["low", "high"]].isna().all(axis=None)


def test_effective_reps_by_hand():
    # Shares of a half, a quarter and a quarter: 1 ÷ (1/4 + 1/16 + 1/16).
    assert spm.effective_reps(lines([50, 25, 25]))["effective_reps"].iloc[0] == pytest.approx(8 / 3)


def test_lines_of_a_rep_are_summed_nobody_is_no_rep_and_null_is_not_zero():
    frame = pd.DataFrame(
        {
            "rep_id": ["a", "a", "b", None, "not in reps", "c"],
            "credited": [1.0, 2.0, 1.0, 90.0, 90.0, None],
        }
    )
    found = spm.credit_gini(frame).iloc[0]
    assert found[["gini", "n"]].tolist() == [pytest.approx(0.25), 2]  # of 1 and 3


_AMOUNT = st.one_of(st.none(), st.integers(0, 9).map(float))
_REP = st.sampled_from(["a", "b", "c", "d", None])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_REP, _AMOUNT), max_size=25))
def test_against_plain_loops(rows):
    frame = pd.DataFrame(rows, columns=["rep_id", "credited"]).astype(
        {"rep_id": "object", "credited": "float64"}
    )
    sums: dict[str, float] = {}
    for rep, amount in rows:
        if rep is not None and amount is not None:
            sums[rep] = sums.get(rep, 0.0) + amount
    whole, n = sum(sums.values()), len(sums)
    gini = spm.credit_gini(frame)["gini"].iloc[0]
    effective = spm.effective_reps(frame)["effective_reps"].iloc[0]
    if not whole:
        assert np.isnan(gini)
        assert np.isnan(effective)
        return
    apart = sum(abs(x - y) for x in sums.values() for y in sums.values())
    assert gini == pytest.approx(apart / (2 * n * whole))
    assert effective == pytest.approx(1 / sum((x / whole) ** 2 for x in sums.values()))
    assert spm.top_decile_share(frame)["share"].iloc[0] == pytest.approx(max(sums.values()) / whole)


def test_every_engine_gives_the_same_by_group(engine):
    frame = pd.DataFrame(
        {
            "team": ["A", "A", "A", "B", "B"],
            "rep_id": ["a", "a", "b", "c", None],
            "credited": [1.0, 2.0, 1.0, 5.0, 3.0],
            "customer_id": ["x", "y", "x", None, "z"],
        }
    )
    native = engine(frame)
    assert spm.credit_gini(native, by="team")["gini"].tolist() == pytest.approx([0.25, 0.0])
    assert spm.effective_reps(native, by="team")["effective_reps"].tolist() == pytest.approx(
        [16 / 10, 1.0]
    )
    best = spm.top_decile_share(native, by="team")
    assert best["share"].tolist() == pytest.approx([0.75, 1.0, 1.0])
    largest = spm.customer_concentration(native, by="team", top=[1], of="credited")
    assert largest["share"].tolist() == pytest.approx([0.5, 1.0])
    assert largest["without_account"].tolist() == pytest.approx([0.0, 5 / 8])


def test_the_largest_customers():
    frame = pd.DataFrame({"customer_id": ["x", "y", "x", "z"], "booked": [30.0, 30.0, 20.0, 20.0]})
    found = spm.customer_concentration(frame, top=(1, 2, 9))
    assert found["share"].tolist() == pytest.approx([0.5, 0.8, 1.0])
    assert found["n"].tolist() == [3, 3, 3]
    with pytest.raises(ValueError, match="from one on"):
        spm.customer_concentration(frame, top=[0])


def accounts(**changed):
    parents = {"a1": "a2", "a2": "a3", "a3": None, "r1": "r2", "r2": "r1", "s": "s", "t": "s"}
    return pd.DataFrame(
        {"account_id": list(parents), "parent_id": list(parents.values())} | changed
    )


def sold(account_ids):
    n = len(account_ids)
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(n)],
            "rep_id": "ada",
            "account_id": account_ids,
            "outcome": "won",
            "amount": [10.0 * (i + 1) for i in range(n)],
            "closed_on": [date(2026, 8, 1)] * (n - 1) + [date(2026, 5, 1)],
        }
    )


CUSTOMERS = ["a3", "a3", "a3", "r1", "r2", "s", "s", "u", None]


def test_every_engine_rolls_accounts_up_to_the_topmost_parent(engine):
    deals = sold(["a1", "a2", "a3", "r1", "r2", "s", "t", "u", None])
    reps = pd.DataFrame({"rep_id": ["ada"], "name": ["Ada"]})
    frames = {"reps": reps, "opportunities": deals, "accounts": accounts()}
    tables = {name: _native(engine, frame) for name, frame in frames.items()}
    data = open_data(tables, settings={"as_of": "2026-10-02"})
    rows = _pandas(spm.customer_lines(data)).sort_values("opportunity_id")
    known = rows["customer_id"].astype("object").where(rows["customer_id"].notna(), None)
    assert known.tolist() == CUSTOMERS
    assert rows["booked"].tolist() == [10.0 * (i + 1) for i in range(9)]
    quarter = _pandas(spm.customer_lines(data, "2026Q3"))
    assert sorted(quarter["opportunity_id"]) == [f"o{i}" for i in range(8)]


def _native(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def _pandas(native):
    import narwhals.stable.v2 as nw

    return nw.from_native(native).lazy().collect("pandas").to_native()


def test_only_won_ones_with_an_amount_are_customer_lines():
    deals = opportunities(account_id=["x", "x", "y", "y"])
    found = spm.customer_lines(company(opportunities=deals)).df()
    assert sorted(found["opportunity_id"]) == ["o1", "o3"]


def test_without_accounts_on_opportunities_it_says_what_is_missing():
    with pytest.raises(DataError, match="unavailable: needs opportunities.account_id"):
        spm.customer_lines(company())
    with pytest.raises(DataError, match="No period is named"):
        spm.customer_lines(company(opportunities=opportunities(account_id=["x"] * 4)), [])

"""Every row that is read is used or set aside with a reason, and the sums say so."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.data import DataError


def reasons(data, table="opportunities", status="quarantined"):
    ledger = data.quality()
    found = ledger[(ledger.table == table) & (ledger.status == status)]
    return dict(zip(found.reason, found["rows"], strict=True))


def assert_adds_up(data):
    ledger = data.quality()
    for _, lines in ledger.groupby("table"):
        rows = lines.groupby("status")["rows"].sum()
        assert rows["read"] == rows["used"] + rows.get("quarantined", 0)
        amounts = lines.groupby("status")["amount"].sum()
        assert amounts["read"] == pytest.approx(amounts["used"] + amounts.get("quarantined", 0))


def test_a_clean_company_has_nothing_set_aside():
    data = company()
    assert reasons(data) == {}
    assert data.quarantined().empty
    assert_adds_up(data)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"opportunity_id": [None, "o2", "o3", "o4"]}, "opportunity_id is missing"),
        ({"opportunity_id": ["Total", "o2", "o3", "o4"]}, "a total, not a row"),
        ({"opportunity_id": ["Grand total:", "o2", "o3", "o4"]}, "a total, not a row"),
        ({"amount": ["1.234,56", "40", "60", "10"]}, "amount cannot be read"),
        ({"amount": ["$1,200", "40", "60", "10"]}, "amount cannot be read"),
        ({"amount": ["n/a", "40", "60", "10"]}, "amount cannot be read"),
        ({"amount": [float("inf"), 40.0, 60.0, 10.0]}, "amount cannot be read"),
        (
            {"closed_on": ["01/02/2026", "2026-08-01", "2026-08-20", None]},
            "closed_on cannot be read",
        ),
        (
            {"closed_on": ["2026-12-01", "2026-08-01", "2026-08-20", None]},
            "closed_on is after as_of (2026-10-02)",
        ),
        (
            {"closed_on": [None, "2026-08-01", "2026-08-20", None]},
            "closed, yet closed_on is missing",
        ),
        (
            {"outcome": ["Closed Won", "lost", "won", "open"]},
            "outcome is not one of open, won, lost, no_decision, void",
        ),
        ({"outcome": [None, "lost", "won", "open"]}, "outcome is missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_reason(changed, reason):
    data = company(opportunities=opportunities(**changed))
    assert reasons(data) == {reason: 1}
    assert data.quarantined()["row"].tolist() == [2]
    assert data.opportunities.shape[0] == 3
    assert_adds_up(data)


def test_values_of_a_log_that_cannot_be_read_are_counted():
    rows = [
        ("amount", "$1,200.00", "1500"),
        ("amount", "1e3", "about 90"),
        ("expected_close_on", "08/01/2026", "2026-02-29"),
        ("expected_close_on", None, "2028-02-29 00:00:00"),
        ("stage", "$1", "08/01/2026"),
    ]
    log = pd.DataFrame(rows, columns=["field", "old_value", "new_value"]).astype("string")
    log = log.assign(opportunity_id="o1", changed_at=pd.Timestamp("2026-07-01"))
    assert reasons(company(opportunity_history=log), "opportunity_history", "limited") == {
        "old_value of amount is no plain number": 1,
        "new_value of amount is no plain number": 1,
        "old_value of expected_close_on is no ISO date": 1,
        "new_value of expected_close_on is no ISO date": 1,
    }


@pytest.mark.parametrize(
    ("changed", "reason", "closes"),
    [
        (
            {"created_on": ["2026-07-12", "2026-06-10", "2026-07-01", "2026-09-01"]},
            "created_on is after closed_on",
            "sales_cycle",
        ),
        ({"amount": [None, 40.0, 60.0, 10.0]}, "won without an amount", "metrics that read amount"),
        ({"rep_id": [None, "ada", "bo", "bo"]}, "no owner", "metrics by rep (nobody's)"),
        (
            {"rep_id": ["Zed", "ada", "bo", "bo"]},
            "rep_id is not in reps: Zed",
            "metrics by rep (not in reps)",
        ),
        (
            {"created_on": ["soon", "2026-06-10", "2026-07-01", "2026-09-01"]},
            "created_on cannot be read",
            "metrics that read created_on",
        ),
    ],
)
def test_a_defect_closes_the_row_to_some_metrics_and_is_counted(changed, reason, closes):
    data = company(opportunities=opportunities(**changed))
    ledger = data.quality()
    line = ledger[(ledger.status == "limited") & (ledger.reason == reason)].iloc[0]
    assert (line["rows"], line.closes) == (1, closes)
    assert data.opportunities.shape[0] == 4
    assert_adds_up(data)


def test_an_owner_whom_nobody_knows_becomes_not_in_reps():
    data = company(opportunities=opportunities(rep_id=["Zed", "ada", "bo", "bo"]))
    assert sorted(data.opportunities.df()["rep_id"]) == ["ada", "bo", "bo", "not in reps"]


def test_of_rows_that_say_the_same_the_first_is_used():
    twice = pd.concat([opportunities(), opportunities().head(1)])
    data = company(opportunities=twice)
    assert reasons(data) == {"the same row again (the first is used)": 1}
    assert data.quarantined()["row"].tolist() == [6]
    assert_adds_up(data)


def test_rows_of_one_key_that_disagree_are_all_set_aside():
    data = company(opportunities=opportunities(opportunity_id=["o1", "o1", "o3", "o4"]))
    assert reasons(data) == {"rows with one key disagree": 2}
    assert data.quarantined()["row"].tolist() == [2, 3]
    assert_adds_up(data)


@pytest.mark.parametrize(
    ("quota", "expected"),
    [(-1.0, {"quota is negative": 1}), (0.0, {}), (None, {})],
    ids=["negative", "zero", "null"],
)
def test_a_quota_of_zero_and_none_at_all_are_facts_a_negative_one_is_not(quota, expected):
    quotas = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "quota": [quota, 50.0],
        }
    )
    assert reasons(company(quotas=quotas), "quotas") == expected


def test_an_account_that_is_not_there_is_counted():
    found = opportunities().assign(account_id=["a1", "a2", "a2", None])
    accounts = pd.DataFrame({"account_id": ["a1"]})
    data = company(opportunities=found, accounts=accounts)
    assert reasons(data, status="limited") == {"account_id is not in accounts": 2}


def test_managers_in_a_ring_are_named():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "manager_id": ["bo", "ada"]})
    ring = reasons(company(reps=reps), "reps", "limited")
    assert ring == {"managers in a ring: ada → bo → ada": 2}


def test_a_manager_who_is_no_rep_is_a_node_of_its_own():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "manager_id": ["Vi Peak", "Vi Peak"]})
    data = company(reps=reps)
    assert reasons(data, "reps", "limited") == {"manager_id is not in reps: Vi Peak": 2}
    assert data.reps.df()["manager_id"].unique().tolist() == ["Vi Peak"]


def test_where_no_row_can_be_used_the_message_says_why_and_where():
    wrong = opportunities(outcome=["Won", "Lost", "Won", "Open"])
    with pytest.raises(
        DataError,
        match=r"no row of 'opportunities' can be used. outcome is not one"
        r" of .*4 rows, first at row 2.*map the column",
    ):
        company(opportunities=wrong)


def test_a_table_with_a_header_only_is_refused():
    with pytest.raises(DataError, match="'opportunities' has a header and no rows"):
        company(opportunities=opportunities().head(0))


_amounts = st.one_of(
    st.none(),
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.2f}"),
    st.sampled_from(["n/a", "1.234,56", "", "Total"]),
)
_rows = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "o3", "Total", None]),
        st.sampled_from(["ada", "Bo Diaz", "Zed", None]),
        st.sampled_from(["won", "lost", "open", "void", "Won", None]),
        _amounts,
        st.sampled_from(["2026-07-01", "2027-01-01", "01/02/2026", None]),
    ),
    min_size=1,
    max_size=8,
)


@given(_rows)
@settings(max_examples=40, deadline=None)
def test_whatever_comes_in_adds_up(rows):
    sound = ("sound", "ada", "open", "1", None)
    names = ["opportunity_id", "rep_id", "outcome", "amount", "closed_on"]
    frame = pd.DataFrame([sound, *rows], columns=names, dtype="object")
    data = company(opportunities=frame)
    assert_adds_up(data)
    assert len(data.quarantined()) + data.opportunities.shape[0] == len(frame)

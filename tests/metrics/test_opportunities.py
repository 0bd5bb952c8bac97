"""Opportunity lines, and the metrics of conversion over them."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm

METRICS = [spm.win_rate, spm.sales_cycle, spm.sales_cycle_mean, spm.average_deal_size]


def lines(**changed):
    data = company(opportunities=opportunities(**changed))
    return spm.opportunity_lines(data).df().sort_values("opportunity_id").reset_index(drop=True)


def test_flags_days_and_periods():
    found = lines(outcome=["won", "no_decision", "lost", "open"])
    assert found["won"].tolist() == [True, False, False, False]
    assert found["lost"].tolist() == [False, False, True, False]
    assert found["closed"].tolist() == [True, True, True, False]
    assert found["cycle_days"].fillna(-1).tolist() == [40, 52, 50, -1]
    assert found["won_cycle_days"].fillna(-1).tolist() == [40, -1, -1, -1]
    assert found["created_period"].tolist() == ["2026Q2", "2026Q2", "2026Q3", "2026Q3"]
    assert found["closed_period"].fillna("open").tolist() == ["2026Q3"] * 3 + ["open"]


def test_void_ones_are_in_no_line():
    found = lines(outcome=["won", "void", "won", "open"])
    assert found["opportunity_id"].tolist() == ["o1", "o3", "o4"]


def test_an_opportunity_closed_before_its_creation_has_no_cycle():
    found = lines(created_on=["2026-07-12", "2026-06-10", "2026-08-20", "2026-09-01"])
    assert found["won_cycle_days"].fillna(-1).tolist() == [-1, -1, 0, -1]


def test_the_closing_date_of_an_open_one_is_not_read():
    found = lines(closed_on=["2026-07-11", "2026-08-01", "2026-08-20", "2026-09-30"])
    assert found["closed_period"].fillna("open").tolist()[3] == "open"


def test_win_rate_is_of_what_closed_without_renewals():
    data = company(
        opportunities=opportunities(
            type=[None, "new", "renewal", "new"], outcome=["won", "no_decision", "won", "open"]
        )
    )
    found = spm.measure(spm.opportunity_lines(data), METRICS).iloc[0]
    assert found[["win_rate", "win_rate_n"]].tolist() == [0.5, 2]
    assert found["average_deal_size"] == 75.0
    assert found[["sales_cycle", "sales_cycle_mean"]].tolist() == [45.0, 45.0]


def test_without_anything_closed_the_rates_are_undefined():
    data = company(opportunities=opportunities(outcome=["open"] * 4, closed_on=[None] * 4))
    found = spm.measure(spm.opportunity_lines(data), METRICS).iloc[0]
    assert found[["win_rate", "sales_cycle", "average_deal_size"]].isna().all()


def test_the_attributes_of_owner_and_account_are_joined_and_the_own_ones_kept():
    accounts = pd.DataFrame({"account_id": ["a1"], "segment": ["SMB"], "industry": ["Retail"]})
    reps = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "name": ["Ada", "Bo"],
            "segment": "Mid",
            "region": ["North", "South"],
        }
    )
    deals = opportunities(account_id=["a1", "a1", "a1", "a9"], segment=["Big"] * 4)
    data = company(accounts=accounts, reps=reps, opportunities=deals)
    found = spm.opportunity_lines(data).df().sort_values("opportunity_id")
    assert found["rep"].tolist() == ["Ada", "Ada", "Bo", "Bo"]
    assert found["segment"].unique().tolist() == ["Big"]
    assert found["rep_segment"].unique().tolist() == ["Mid"]
    assert found["account_industry"].fillna("–").tolist() == ["Retail"] * 3 + ["–"]
    assert "account_segment" in found


@pytest.mark.parametrize(("wanted", "extra"), [((), []), (("region",), ["region"])])
def test_only_the_attributes_asked_for_are_joined(wanted, extra):
    found = spm.opportunity_lines(company(), attributes=wanted).df()
    assert [c for c in found if c in ("rep", "region", "team")] == extra
    assert len(found) == 4


def test_the_lines_stay_lazy():
    assert not isinstance(spm.opportunity_lines(company()), pd.DataFrame)


def test_columns_that_the_source_lacks_are_null():
    deals = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada", "outcome": "open"})
    found = spm.opportunity_lines(company(opportunities=deals)).df()
    assert found[["amount", "closed_on", "created_period", "won_amount"]].isna().all(axis=None)
    assert found["renewal"].tolist() == [False]

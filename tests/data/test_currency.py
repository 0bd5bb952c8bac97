"""One currency: plan rates at dates, never a sum across."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities, tables

import spmkit as spm
from spmkit.data import DataError

USD = {"currency": "USD"}


def deals(*currencies):
    return opportunities(currency=list(currencies))


def rates(*lines, kind="plan"):
    return pd.DataFrame(
        [{"currency": c, "starts_on": day, "rate": rate, "kind": kind} for c, day, rate in lines]
    )


def credited(settings=None, **changed):
    return spm.quota_lines(company(settings, **changed), "2026Q3")["credited"].tolist()


def test_one_currency_needs_no_declaration():
    assert credited(opportunities=deals("EUR", "EUR", "EUR", "EUR")) == [90.0, 60.0]


def test_mixed_currencies_without_a_declaration_are_an_error():
    with pytest.raises(DataError, match='Amounts are in EUR, USD .* Write currency = "USD"'):
        credited(opportunities=deals("USD", "USD", "EUR", "USD"))


def test_mixed_currencies_without_rates_are_an_error():
    with pytest.raises(DataError, match="in EUR beside USD, and there is no table fx"):
        credited(USD, opportunities=deals("USD", "USD", "EUR", "USD"))


def test_sales_of_one_currency_and_quotas_of_another_are_mixed():
    quotas = tables()["quotas"].assign(currency="USD")
    with pytest.raises(DataError, match="Amounts are in EUR, USD"):
        credited(opportunities=deals("EUR", "EUR", "EUR", "EUR"), quotas=quotas)


def test_the_plan_rate_that_holds_on_the_day_converts():
    fx = rates(("EUR", "2026-08-20", 2.0), ("EUR", "2026-01-01", 1.5))
    both = deals("EUR", "EUR", "EUR", "EUR")  # closed on 11 July and 20 August
    assert credited(USD, opportunities=both, fx=fx) == [90 * 1.5, 60 * 2.0]


def test_before_the_first_rate_the_first_holds():
    fx = rates(("EUR", "2026-09-01", 2.0))
    assert credited(USD, opportunities=deals("EUR", None, None, None), fx=fx) == [180.0, 60.0]


def test_a_rate_without_a_start_holds_until_the_first_that_has_one():
    fx = rates(("EUR", None, 3.0), ("EUR", "2026-08-01", 2.0))
    both = deals("EUR", "EUR", "EUR", "EUR")
    assert credited(USD, opportunities=both, fx=fx) == [270.0, 120.0]


def test_actual_rates_are_ignored():
    fx = pd.concat(
        [rates(("EUR", "2026-01-01", 2.0)), rates(("EUR", "2026-07-01", 9.0), kind="actual")]
    )
    assert credited(USD, opportunities=deals("USD", "USD", "EUR", "USD"), fx=fx) == [90.0, 120.0]


def test_a_currency_with_actual_rates_only_is_an_error():
    fx = rates(("EUR", "2026-07-01", 9.0), kind="actual")
    with pytest.raises(DataError, match="fx has no plan rate for EUR"):
        credited(USD, opportunities=deals("USD", "USD", "EUR", "USD"), fx=fx)


def test_quotas_convert_at_the_start_of_their_period():
    quotas = tables()["quotas"].assign(currency=["EUR", "USD"])
    fx = rates(("EUR", "2026-01-01", 2.0), ("EUR", "2026-07-02", 9.0))
    lines = spm.quota_lines(company(USD, quotas=quotas, fx=fx), "2026Q3")
    assert lines["quota"].tolist() == [200.0, 50.0]


def test_credits_convert_when_they_are_dated():
    credits = pd.DataFrame(
        {
            "credit_id": ["c1", "c2"],
            "opportunity_id": None,
            "rep_id": "ada",
            "credited_on": ["2026-07-01", "2026-09-01"],
            "amount": [1.0, -1.0],
            "currency": "EUR",
        }
    )
    fx = rates(("EUR", "2026-01-01", 2.0), ("EUR", "2026-08-01", 5.0))
    assert credited(USD, credits=credits, fx=fx) == [90.0 + 2.0 - 5.0, 60.0]


def test_amounts_of_opportunity_lines_convert_too():
    fx = rates(("EUR", "2026-01-01", 2.0))
    data = company(USD, opportunities=deals("USD", "USD", "EUR", "EUR"), fx=fx)
    found = spm.opportunity_lines(data, attributes=()).df().sort_values("opportunity_id")
    assert found["amount"].tolist() == [90.0, 40.0, 120.0, 20.0]
    assert found["currency"].unique().tolist() == ["USD"]

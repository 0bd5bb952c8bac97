"""Who is credited: credit lines before owners, owners as they were at closing."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm
from spmkit.data import DataError


def credits(*lines):
    """Lines as (opportunity, rep, day, amount, other columns)."""
    rows = [
        {
            "credit_id": f"c{i}",
            "opportunity_id": deal,
            "rep_id": rep,
            "credited_on": day,
            "amount": amount,
        }
        | dict(*more)
        for i, (deal, rep, day, amount, *more) in enumerate(lines)
    ]
    return pd.DataFrame(rows)


def credited(period="2026Q3", **tables):
    lines = spm.quota_lines(company(**tables), period)
    return lines.groupby("rep")["credited"].sum().to_dict()


def moves(*changes):
    rows = [
        {
            "opportunity_id": deal,
            "changed_at": at,
            "field": field,
            "old_value": old,
            "new_value": new,
        }
        for deal, at, field, old, new in changes
    ]
    return pd.DataFrame(rows)


def test_an_opportunity_counts_by_its_credit_lines_and_another_to_its_owner():
    given = credits(("o1", "ada", "2026-07-11", 50.0), ("o1", "bo", "2026-07-11", 40.0))
    assert credited(credits=given) == {"Ada Byron": 50.0, "Bo Diaz": 40.0 + 60.0}


def test_credits_without_an_opportunity_count():
    given = credits((None, "ada", "2026-08-01", 7.0))
    assert credited(credits=given) == {"Ada Byron": 97.0, "Bo Diaz": 60.0}


def test_a_credit_counts_when_it_is_dated_not_when_the_opportunity_closed():
    given = credits(("o1", "ada", "2026-10-01", 90.0))
    assert credited(credits=given)["Ada Byron"] == 0.0


def test_a_reversal_hits_the_period_in_which_it_is_dated():
    given = credits(
        ("o1", "ada", "2026-07-11", 90.0),
        ("o1", "ada", "2026-10-01", -90.0, {"reverses_id": "c0"}),
    )
    data = company(credits=given)
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [90.0, 60.0]
    assert spm.quota_lines(data, "2026Q4")["credited"].tolist() == [-90.0]


def test_an_overlay_credit_alone_does_not_take_the_owners_credit_away():
    given = credits(("o1", "bo", "2026-07-11", 90.0, {"credit_type": "overlay"}))
    assert credited(credits=given) == {"Ada Byron": 90.0, "Bo Diaz": 60.0}


def test_what_is_void_counts_nowhere():
    outcome = ["won", "lost", "void", "open"]
    given = credits(("o3", "ada", "2026-08-20", 60.0))
    deals = opportunities(outcome=outcome)
    assert credited(opportunities=deals) == {"Ada Byron": 90.0, "Bo Diaz": 0.0}
    assert credited(opportunities=deals, credits=given) == {"Ada Byron": 90.0, "Bo Diaz": 0.0}


@pytest.mark.parametrize("former", ["ada", "ADA@x.com", "Ada Byron"])
def test_the_owner_at_closing_counts_however_the_history_names_him(former):
    history = moves(
        ("o3", "2026-09-10 08:00:00", "rep_id", "zed", "bo"),
        ("o3", "2026-08-21 09:00:00", "rep_id", former, "zed"),
        ("o3", "2026-08-25 09:00:00", "stage", "A", "B"),
    )
    assert credited(opportunity_history=history) == {"Ada Byron": 150.0, "Bo Diaz": 0.0}


def test_a_change_of_owner_on_or_before_the_closing_day_is_in_the_owner_already():
    history = moves(("o3", "2026-08-20 23:00:00", "rep_id", "ada", "bo"))
    assert credited(opportunity_history=history) == {"Ada Byron": 90.0, "Bo Diaz": 60.0}


def test_a_former_owner_whom_reps_does_not_know():
    history = moves(("o3", "2026-09-10 08:00:00", "rep_id", "Gone Long Ago", "bo"))
    found = credited(opportunity_history=history)
    assert found == {"Ada Byron": 90.0, "Bo Diaz": 0.0, "not in reps": 60.0}


def test_an_ambiguous_name_is_an_error_that_lists_the_candidates():
    reps = pd.DataFrame({"rep_id": ["r1", "r2"], "name": "Ada Byron"})
    deals = opportunities(rep_id=["Ada Byron", "r1", "r2", "r2"])
    with pytest.raises(DataError, match="'Ada Byron' may mean any of the reps r1, r2"):
        company(
            reps=reps,
            opportunities=deals,
            quotas=pd.DataFrame({"rep_id": ["r1"], "period_start": "2026-07-01", "quota": [1.0]}),
        )


def test_an_ambiguous_former_owner_is_an_error():
    reps = pd.DataFrame({"rep_id": ["ada", "bo", "b2"], "name": ["A", "Bo Diaz", "Bo Diaz"]})
    history = moves(("o3", "2026-09-10 08:00:00", "rep_id", "Bo Diaz", "ada"))
    data = company(reps=reps, opportunity_history=history)
    with pytest.raises(DataError, match="'Bo Diaz' may mean any of the reps b2, bo"):
        spm.quota_lines(data, "2026Q3")


def test_nobodys_and_unknown_owners_are_listed_and_in_the_whole():
    deals = opportunities(rep_id=[None, "ada", "Zed", "bo"])
    assert credited(opportunities=deals) == {
        "Ada Byron": 0.0,
        "Bo Diaz": 0.0,
        "nobody": 90.0,
        "not in reps": 60.0,
    }


def test_won_without_an_amount_counts_nothing_and_is_counted_in_quality():
    deals = opportunities(amount=[None, 40.0, 60.0, 10.0])
    data = company(opportunities=deals)
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [0.0, 60.0]
    assert "won without an amount" in data.quality()["reason"].tolist()


def test_won_before_it_was_created_counts_to_attainment():
    created = ["2026-08-01", "2026-06-10", "2026-07-01", "2026-09-01"]
    assert credited(opportunities=opportunities(created_on=created))["Ada Byron"] == 90.0

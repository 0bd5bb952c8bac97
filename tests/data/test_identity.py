"""Every reference to a rep resolves through rep_id, e-mail, name or alias."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

from spmkit.data import DataError


def owners(data):
    return sorted(data.opportunities.df()["rep_id"].unique())


@pytest.mark.parametrize("reference", ["ada", "ADA@X.com", "ada byron", " Ada Byron "])
def test_a_rep_is_known_by_id_email_and_name(reference):
    data = company(opportunities=opportunities(rep_id=[reference, "ada", "bo", "bo"]))
    assert owners(data) == ["ada", "bo"]


def test_aliases_are_separated_by_a_bar_in_a_text():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "aliases": ["A. Byron| Countess", None]})
    data = company(
        reps=reps, opportunities=opportunities(rep_id=["countess", "A. Byron", "bo", "bo"])
    )
    assert owners(data) == ["ada", "bo"]


def test_ids_of_15_and_18_characters_are_the_same_one():
    short, long = "005A0000001abcD", "005A0000001abcDEAZ"
    reps = pd.DataFrame({"rep_id": [short, "005A0000001ABCd"]})
    data = company(
        reps=reps,
        opportunities=opportunities(rep_id=[long, short, long, short]),
        quotas=pd.DataFrame(
            {
                "rep_id": [long],
                "period_start": ["2026-07-01"],
                "period_end": ["2026-09-30"],
                "quota": [1.0],
            }
        ),
    )
    assert owners(data) == [short]
    assert data.quotas.df()["rep_id"].tolist() == [short]


def test_a_name_that_two_reps_share_is_refused_with_both():
    reps = pd.DataFrame({"rep_id": ["a1", "a2"], "name": ["Ada Byron", "Ada Byron"]})
    with pytest.raises(DataError, match=r"'Ada Byron' may mean any of the reps a1, a2.*e-mail"):
        company(reps=reps, opportunities=opportunities(rep_id=["Ada Byron", "a1", "a2", "a2"]))


def test_two_reps_of_one_name_are_no_trouble_while_ids_are_used():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "name": ["Ada Byron", "Ada Byron"]})
    assert owners(company(reps=reps)) == ["ada", "bo"]


def test_managers_resolve_too():
    reps = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "email": ["ada@x.com", "bo@x.com"],
            "manager_id": [None, "ADA@x.com"],
        }
    )
    assert company(reps=reps).reps.df().set_index("rep_id").loc["bo", "manager_id"] == "ada"

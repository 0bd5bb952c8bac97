"""Ids of 15 and 18 characters name the same opportunity, and what is joined is counted once."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities
from folders import HEADER, ROWS, folder

import spmkit as spm
from spmkit.data import open_data
from spmkit.data.identity import written

SHORT, LONG = "006A00000012abC", "006A00000012abCIAV"


def splits(reference):
    return pd.DataFrame(
        {
            "credit_id": ["s1", "s2"],
            "opportunity_id": reference,
            "rep_id": ["ada", "bo"],
            "credited_on": "2026-07-11",
            "amount": [60.0, 30.0],
        }
    )


@pytest.mark.parametrize(("own", "reference"), [(SHORT, LONG), (LONG, SHORT), (LONG, LONG)])
def test_a_split_replaces_its_owner_s_credit_in_either_form(own, reference):
    sold = opportunities(opportunity_id=[own, "o2", "o3", "o4"])
    data = company(opportunities=sold, credits=splits(reference))
    assert set(data.credits.df()["opportunity_id"]) == {own}
    lines = spm.quota_lines(data, "2026Q3").set_index("rep_id")
    assert lines["credited"].to_dict() == {"ada": 60.0, "bo": 30.0 + 60.0}


def test_other_ids_of_those_lengths_are_left_alone():
    twins = ["INVOICE20260001AAA", "INVOICE20260001AAB"]
    sold = opportunities(opportunity_id=[*twins, "o3", "o4"])
    data = company(opportunities=sold, credits=splits("INVOICE20260001"))
    assert set(data.credits.df()["opportunity_id"]) == {"INVOICE20260001"}


def test_a_name_is_known_however_it_is_composed():
    assert written("Jose\u0301  GARCI\u0301A ") == written("José García")
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "name": ["José García", "Anna Schmidt"]})
    sold = opportunities(rep_id=["Jose\u0301 Garci\u0301a", "anna  schmidt", "ada", "bo"])
    owners = company(reps=reps, opportunities=sold).opportunities.df()
    assert owners.set_index("opportunity_id").loc["o1", "rep_id"] == "ada"
    assert owners.set_index("opportunity_id").loc["o2", "rep_id"] == "bo"


def test_a_footer_is_counted_by_the_file_s_own_table_alone(tmp_path):
    path = folder(tmp_path, "\n".join([HEADER, *ROWS, "Confidential"]))
    (path / "spmkit.toml").write_text(
        'as_of = "2026-10-02"\n[credits]\n'
        "from = \"select * from 'opportunities.csv' where outcome = 'none'\"\n"
        'credit_id = "opportunity_id"\nrep_id = "rep_id"\ncredited_on = "closed_on"\n'
        'amount = "amount"\n',
        encoding="utf-8",
    )
    ledger = open_data(path).quality()
    aside = ledger[ledger.status == "quarantined"]
    assert aside[["table", "rows"]].values.tolist() == [["opportunities", 1]]
    said = ledger[(ledger.table == "credits") & (ledger.status == "limited")]
    assert said["reason"].tolist() == ["no rows: what is mapped is empty"]


def test_much_that_is_set_aside_is_said_and_a_footer_is_not(tmp_path):
    data = company(opportunities=opportunities(outcome=["Won", "lost", "won", "open"]))
    assert data.cautions() == ["1 of 4 rows of opportunities (25 %) are set aside"]
    path = folder(tmp_path, "\n".join([HEADER, *ROWS, "Confidential", "Total,,,130,"]))
    assert open_data(path).cautions() == []

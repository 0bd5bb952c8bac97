"""What may lie behind a verdict: each cause planted and not, and what is not known named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from calibration.companies import company, company_tables

from spmkit.calibration import open_study
from spmkit.calibration.explaining.cause_lines import Seen, found_above
from spmkit.calibration.explaining.causes import causes
from spmkit.calibration.explaining.how_set import (
    double_credit,
    from_the_top,
    late_release,
    same_growth,
)


def test_a_cause_is_there_by_its_whole_interval_only():
    assert found_above(Seen(0.2, 0.11, 0.4, 60), 0.1) == "yes"
    assert found_above(Seen(0.2, 0.09, 0.4, 60), 0.1) == "cannot tell"
    assert found_above(Seen(0.02, 0.0, 0.09, 60), 0.1) == "no"
    assert found_above(Seen(0.2), 0.1) == "cannot tell"


def study_of(tables):
    return open_study(company(tables))


def test_what_is_missing_is_named_and_nothing_is_asserted():
    tables = company_tables()
    bare = {name: tables[name] for name in ("reps", "opportunities", "quotas")}
    found = causes(study_of(bare)).set_index("cause")
    told = ["late release", "from the top alone", "large patches asked otherwise", "vacant seats"]
    assert (found.loc[told, "found"] == "cannot tell").all()
    assert found.loc[told, "note"].str.contains("eeds").all()
    sure = found[found["found"] != "cannot tell"]
    assert (sure["low"].notna() | sure["counted"]).all()


def released(quotas, days):
    """The quotas, each out so many days after its first."""
    out = pd.to_datetime(quotas["period_start"]) + pd.Timedelta(days=days)
    return quotas.assign(released_on=out.dt.date)


def test_late_release_is_seen():
    tables = company_tables()
    late, early = (
        late_release(study_of({**tables, "quotas": released(tables["quotas"], days)}))
        for days in (9, -9)
    )
    assert (late["found"], late["note"]) == ("yes", "In the middle 9 days late.")
    assert (early["found"], early["value"]) == ("no", 0.0)


def test_one_growth_rate_for_all_is_seen():
    tables = company_tables(reps=24)
    quotas = tables["quotas"].reset_index(drop=True)
    start = pd.to_datetime(quotas["period_start"])
    later = (start + pd.DateOffset(years=1)).dt.date
    grown = quotas.assign(period_start=later, asked=quotas["quota"] * 1.1)
    both = quotas.merge(grown[["rep_id", "period_start", "asked"]], how="left")
    lately = start == start.max()
    same = quotas.assign(quota=both["asked"].where(lately).fillna(quotas["quota"]).to_numpy())
    found = same_growth(study_of({**tables, "quotas": same}))
    assert found["found"] == "yes"
    assert found["note"] == "Within 2 points of 10 % more than the year before."
    assert same_growth(study_of(tables))["found"] == "no"


def test_credit_given_twice_is_seen():
    tables = company_tables()
    deals = tables["opportunities"]
    both = pd.concat([deals, deals], ignore_index=True)
    credits = pd.DataFrame(
        {
            "credit_id": [f"c{place}" for place in range(len(both))],
            "opportunity_id": both["opportunity_id"],
            "rep_id": both["rep_id"],
            "credited_on": both["closed_on"],
            "amount": both["amount"] * np.repeat([1.0, 0.5], len(deals)),
            "credit_type": "split",
        }
    )
    found = double_credit(study_of({**tables, "credits": credits}))
    assert found["value"] == pytest.approx(1.5)
    assert found["found"] == "yes"
    assert double_credit(study_of(tables))["found"] == "no"


def test_a_log_of_requests_answers_who_was_asked():
    study = study_of(company_tables())
    log = pd.DataFrame({"rep_id": [study.panel["rep_id"].iloc[-1]], "period": study.period})
    assert from_the_top(replace(study, adjustments=log))["found"] == "no"
    assert from_the_top(replace(study, adjustments=log[:0]))["found"] == "yes"
    assert from_the_top(study)["found"] == "cannot tell"

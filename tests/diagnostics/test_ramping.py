"""Ramp: by hand, with those who left, and where nothing can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit import charts, diagnostics, narrative, open_data, shipped
from spmkit.data import DataError
from spmkit.diagnostics.ramping import ramped_levels
from spmkit.diagnostics.ramping_times import half_reached, reached_share
from spmkit.reports.diagnostics_parts import ramping_parts

MONTHS = pd.date_range("2024-01-05", "2026-09-05", freq="MS") + pd.Timedelta(days=4)
OLD = [f"old{number}" for number in range(5)]


def company(hired, sold, left=None, as_of="2026-10-02"):
    """Five old reps who sell 100 a month, and hires who sell what is given month by month."""
    people = pd.DataFrame({"rep_id": [*OLD, *hired]})
    people["hired_on"] = ["2020-01-01"] * len(OLD) + list(hired.values())
    people["left_on"] = people["rep_id"].map(left or {})
    rows = [(rep, day, 100.0) for rep in OLD for day in MONTHS]
    for rep, amounts in sold.items():
        start = pd.Timestamp(hired[rep])
        days = [start + pd.DateOffset(months=n, days=4) for n in range(len(amounts))]
        rows += [(rep, day, amount) for day, amount in zip(days, amounts, strict=True) if amount]
    deals = pd.DataFrame(rows, columns=["rep_id", "closed_on", "amount"])
    deals.insert(0, "opportunity_id", [f"o{number}" for number in range(len(deals))])
    deals = deals.assign(outcome="won", created_on=deals["closed_on"] - pd.Timedelta(days=2))
    deals.loc[len(deals)] = ["first", OLD[0], None, 1.0, "open", pd.Timestamp("2023-10-01")]
    tables = {"reps": people, "opportunities": deals}
    return diagnostics.open_diagnosis(open_data(tables, settings={"as_of": as_of}))


def slowly(months=15):
    return [0.0] * 3 + [100.0] * (months - 3)


HIRED = {f"new{number}": f"2025-0{number + 1}-01" for number in range(6)}


def test_ramp_by_hand():
    # 0, 0, 0, then 100 a month: three months come to 80 % of 300 first in the sixth.
    the = company(HIRED, dict.fromkeys(HIRED, slowly()))
    found = diagnostics.ramp_by_cohort(the)
    assert found["cohort"].tolist() == ["2025", "All"]
    assert found.loc[1, ["n", "ramp"]].tolist() == [6, 6.0]
    assert found.loc[1, "deal"] == 95.5  # of 93, 94, 95, 96, 96 and 96 days
    assert found.loc[1, ["failed", "failed_n"]].tolist() == [0.0, 6]
    assert ramped_levels(the)["level"].iloc[3] == pytest.approx(300.0)


def test_who_left_counts():
    left = {"new0": "2025-03-15", "new1": "2025-04-15", "new2": "2025-05-15", "new3": "2025-06-15"}
    the = company(HIRED, {rep: slowly() for rep in HIRED if rep not in left}, left)
    row = diagnostics.ramp_by_cohort(the).iloc[-1]
    assert (row["failed"], row["failed_n"]) == (pytest.approx(4 / 6), 6)
    fan = diagnostics.ramp_fan(the)
    late = fan[fan["month"] == 10].iloc[0]
    # The two who stayed sell all of it; the middle of all who were hired sells nothing.
    assert (late["n"], late["gone"], late["median"]) == (6, 4, 0.0)
    assert late["upper"] == pytest.approx(0.75, abs=0.35)


def test_who_has_not_ramped_counts_for_as_long_as_seen():
    the = company(HIRED, {"new0": slowly(), "new1": slowly()})
    row = diagnostics.ramp_by_cohort(the).iloc[-1]
    assert np.isnan(row["ramp"])
    assert narrative.ramp_title(row) == (
        "Of 6 hires fewer than half have ramped so far, leavers counted as never"
    )
    assert row["ramp_status"] == "undefined: fewer than half ramped"
    curve = diagnostics.ramp_curve(the)
    assert curve["ramped"].max() == pytest.approx(1 / 3)
    assert curve.iloc[0][["months", "ramped", "at_risk"]].tolist() == [0, 0.0, 6]


def test_who_left_is_not_still_on_the_way():
    # Of 20 hires 6 ramp in month 6, 12 leave in month 3, 2 are still not there in month 18.
    hired = {f"new{number:02}": "2025-01-01" for number in range(20)}
    sold = dict.fromkeys(list(hired)[:6], slowly())
    left = dict.fromkeys(list(hired)[6:18], "2025-03-20")
    the = company(hired, sold, left)
    row = diagnostics.ramp_by_cohort(the).iloc[-1]
    assert row["n"] == 20
    assert np.isnan(row["ramp"])
    assert row["ramp_status"] == "undefined: fewer than half ramped"
    assert np.isnan(row["deal"])
    assert row["deal_status"] == "undefined: fewer than half first deal closed"
    assert diagnostics.ramp_curve(the)["ramped"].max() == pytest.approx(0.3)


def test_who_left_within_the_first_month_was_a_hire():
    left = dict.fromkeys(list(HIRED)[:4], "2025-05-20") | {"new0": "2025-01-10"}
    the = company(HIRED, {rep: slowly() for rep in HIRED if rep not in left}, left)
    row = diagnostics.ramp_by_cohort(the).iloc[-1]
    assert row["n"] == 6
    assert np.isnan(row["ramp"])
    assert diagnostics.hires(the).set_index("rep_id").loc["new0", "ramp_months"] == 0


def test_who_is_still_there_counts_for_as_long_as_seen():
    lines = pd.DataFrame({"months": [3, 6, 6, 9], "ramped": [False, True, True, False]})
    lines = lines.assign(cohort="2025", gone=False)
    asked = ("months", "ramped", "cohort", 0.95)
    found = half_reached(lines, *asked)
    assert found["median"].tolist() == [6.0]  # two of the three who were still there
    gone = half_reached(lines.assign(gone=[True, *[False] * 3]), *asked)
    assert gone["median"].tolist() == [6.0]  # exactly half of four
    assert reached_share(lines, *asked)["share"].max() == pytest.approx(2 / 3)


@settings(max_examples=1)
@given(st.floats(0.01, 1000))
def test_the_currency_does_not_matter(rate):
    the = company(HIRED, dict.fromkeys(HIRED, slowly()))
    deals = the.data.opportunities.df()
    tables = {"reps": the.data.reps.df(), "opportunities": deals.assign(amount=deals.amount * rate)}
    other = diagnostics.open_diagnosis(open_data(tables, settings={"as_of": "2026-10-02"}))
    columns = ["lower", "median", "upper"]
    own, theirs = (diagnostics.ramp_fan(one)[columns] for one in (the, other))
    np.testing.assert_allclose(own, theirs, rtol=1e-6)


def test_what_cannot_be_told_is_a_line():
    with pytest.raises(DataError, match="before the data begin"):
        diagnostics.ramp_by_cohort(company({}, {}))
    assert "before the data begin" in str(ramping_parts(company({}, {}))[0])
    everybody = company({}, {}).data.reps.df().assign(hired_on="2026-06-01")
    the = company({}, {})
    tables = {"reps": everybody, "opportunities": the.data.opportunities.df()}
    alike = diagnostics.open_diagnosis(open_data(tables, settings={"as_of": "2026-10-02"}))
    assert "nothing to ramp to" in str(ramping_parts(alike)[0])
    undated = tables | {"reps": everybody.assign(hired_on=None)}
    nobody = diagnostics.open_diagnosis(open_data(undated, settings={"as_of": "2026-10-02"}))
    assert "No rep says when" in str(ramping_parts(nobody)[0])


def test_years_of_hiring_are_told_apart_only_by_their_bounds():
    rows = pd.DataFrame({"cohort": ["2024", "2025"], "ramp": [4.0, 9.0]})
    apart = rows.assign(ramp_low=[3.0, 7.0], ramp_high=[6.0, np.nan])
    assert narrative.cohorts_said(apart).startswith("Those hired in 2024 ramped sooner")
    near = rows.assign(ramp_low=[3.0, 5.0], ramp_high=[6.0, np.nan])
    assert "no difference can be told" in narrative.cohorts_said(near)
    assert "Only one year" in narrative.cohorts_said(apart.iloc[:1])


def test_the_sample_company_s_hires_on_the_page():
    the = diagnostics.open_diagnosis(open_data(shipped("datasets") / "sample"))
    row = diagnostics.ramp_by_cohort(the).iloc[-1]
    assert row["ramp_status"] == "ok"
    assert row["ramp_low"] <= row["ramp"]
    assert row["failed_low"] < row["failed"] < row["failed_high"]
    parts = ramping_parts(the)[0]
    assert len(parts) == 5
    fan = charts.ramp_fan(diagnostics.ramp_fan(the), "T", "S").to_dict()["description"]
    assert "Month 3: " in fan

"""The lines of each table, for a quick measure on the command line."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company, opportunities

from spmkit.data import DataError, open_data
from spmkit.lines import lines, periods_with_quotas


def quotas(*starts, quota=100.0):
    ends = [str((pd.Period(start, freq="Q")).end_time.date()) for start in starts]
    columns = {"period_start": [*starts], "period_end": ends, "quota": quota}
    return pd.DataFrame({"rep_id": "ada"} | columns)


def ids(frame, name="opportunity_id"):
    return sorted(frame.df()[name])


def test_opportunities_have_the_rep_s_attributes_and_their_flags():
    found = lines(company(), "opportunities").df().sort_values("opportunity_id")
    assert found["region"].tolist() == ["North", "North", "South", "South"]
    assert found["won"].tolist() == [True, False, True, False]


def test_opportunities_of_a_period_are_those_that_closed_in_it():
    closed = ["2026-06-30", "2026-07-01", "2026-09-30", None]
    data = company(opportunities=opportunities(closed_on=closed))
    assert ids(lines(data, "opportunities", "2026Q3")) == ["o2", "o3"]
    assert ids(lines(data, "opportunities", "2026Q2,2026Q3")) == ["o1", "o2", "o3"]
    assert ids(lines(data, "opportunities")) == ["o1", "o2", "o3", "o4"]


def test_quotas_of_no_period_are_those_of_every_period_that_has_any():
    data = company(quotas=quotas("2026-01-01", "2026-07-01"))
    assert set(lines(data, "quotas")["period"]) == {"2026Q1", "2026Q3"}
    assert set(lines(data, "quotas", "2026Q3")["period"]) == {"2026Q3"}
    assert set(lines(data, "quotas", "2026Q1,2026Q3")["period"]) == {"2026Q1", "2026Q3"}


def test_periods_with_quotas_are_in_order_and_end_with_the_running_one():
    data = company(quotas=quotas("2026-10-01", "2025-10-01", "2026-07-01", "2027-01-01"))
    assert periods_with_quotas(data) == ["2025Q4", "2026Q3", "2026Q4"]


def test_quotas_of_the_future_alone_give_no_period():
    assert periods_with_quotas(company(quotas=quotas("2027-01-01"))) == []


def test_without_quotas_there_is_no_period_with_quotas():
    data = open_data(
        {"reps": pd.DataFrame({"rep_id": ["ada", "bo"]}), "opportunities": opportunities()},
        settings={"as_of": "2026-10-02"},
    )
    assert periods_with_quotas(data) == []
    found = lines(data, "quotas")
    assert found["credited"].sum() == 150.0
    assert found["quota"].isna().all()


def test_any_other_table_has_its_rows_and_the_rep_s_attributes():
    activities = pd.DataFrame(
        {
            "activity_id": ["a1", "a2"],
            "rep_id": ["bo", None],
            "started_at": "2026-07-01 09:00:00",
            "minutes": [30, 60],
        }
    )
    found = lines(company(activities=activities), "activities").df().sort_values("activity_id")
    assert found["minutes"].tolist() == [30, 60]
    assert found["region"].fillna("none").tolist() == ["South", "none"]


def test_the_reps_are_not_joined_to_themselves():
    assert ids(lines(company(), "reps"), "rep_id") == ["ada", "bo"]
    assert not any(name.endswith("_right") for name in lines(company(), "reps").columns)


def test_pay_is_never_joined_to_other_rows():
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "ote": 1.0, "base_pay": 1.0, "email": "x@x.com"})
    for table in ("opportunities", "quotas"):
        frame = lines(company(reps=reps.assign(email=["a@x.com", "b@x.com"])), table)
        assert not {"ote", "base_pay", "email"} & set(frame.columns)


def test_a_table_without_periods_refuses_one():
    with pytest.raises(DataError, match="reps has no periods.*leave the period out"):
        lines(company(), "reps", "2026Q3")


def test_an_unknown_table_names_the_nearest_and_a_known_one_says_it_is_not_there():
    with pytest.raises(DataError, match="no table 'oportunities'.*'opportunities'"):
        lines(company(), "oportunities")
    with pytest.raises(DataError, match="no table 'leads'"):
        lines(company(), "leads")


@pytest.mark.parametrize("table", ["opportunities", "quotas"])
def test_an_unreadable_period_is_refused_with_the_form(table):
    with pytest.raises(ValueError, match=r"2026-3.*2026Q3|2026Q3"):
        lines(company(), table, "2026-3")


@pytest.mark.parametrize("table", ["opportunities", "quotas"])
def test_a_period_that_has_not_begun_is_refused(table):
    with pytest.raises(DataError, match="2030Q1"):
        lines(company(), table, "2030Q1")


def test_a_function_that_makes_lines_can_be_named_with_its_period():
    found = lines(company(), "headcount_lines", "2026Q2,2026Q3")
    assert set(found["period"]) == {"2026Q2", "2026Q3"}
    assert set(lines(company(), "headcount_lines", "2026Q3")["period"]) == {"2026Q3"}


@pytest.mark.parametrize(
    ("name", "period", "message"),
    [
        ("pipeline_changes", None, "needs start, end"),
        ("closing_lines", "2026Q3", "has no periods to choose from"),
        ("stage_visits", None, "needs opportunity_history"),
        ("win_rate", None, "no table 'win_rate'"),
    ],
)
def test_lines_that_cannot_be_made_of_the_source_say_so(name, period, message):
    with pytest.raises(DataError, match=message):
        lines(company(), name, period)


def test_lines_made_by_a_function_have_every_attribute():
    assert {"region", "manager", "rep"} <= set(lines(company(), "closing_lines").columns)

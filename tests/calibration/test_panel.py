"""The panel: who carried a quota, what was sold on which territory, and who is there ahead."""

import numpy as np
import pandas as pd
import pytest

import spmkit as spm
from spmkit.calibration.expecting.panel import COLUMNS, quota_panel
from spmkit.data import DataError
from spmkit.shipped import shipped


def opened(**tables):
    return spm.open_data(
        {
            "reps": pd.DataFrame(
                {
                    "rep_id": ["ada", "bo", "cy", "mo"],
                    "manager_id": ["mo", "mo", "mo", None],
                    "role": ["AE", "AE", "AE", "Manager"],
                    "hired_on": ["2020-01-01", "2026-05-15", "2026-10-01", "2019-01-01"],
                    "left_on": [None, None, None, None],
                }
            ),
            "opportunities": pd.DataFrame(
                {
                    "opportunity_id": ["o1", "o2", "o3"],
                    "rep_id": ["ada", "bo", "mo"],
                    "outcome": "won",
                    "closed_on": ["2026-02-01", "2026-06-01", "2026-06-02"],
                    "amount": [90.0, 20.0, 7.0],
                }
            ),
            "quotas": pd.DataFrame(
                {
                    "rep_id": ["ada", "ada", "bo"],
                    "period_start": ["2026-01-01", "2026-04-01", "2026-04-01"],
                    "period_end": ["2026-03-31", "2026-06-30", "2026-06-30"],
                    "quota": [100.0, 110.0, 30.0],
                }
            ),
            **tables,
        },
        settings={"as_of": "2026-10-02"},
    )


def test_a_row_is_a_rep_with_a_quota_and_a_complete_period():
    panel = quota_panel(opened())
    assert list(panel) == list(COLUMNS)
    rows = panel[["period", "rep_id", "quota", "credited"]].values.tolist()
    assert rows[:3] == [
        ["2026Q1", "ada", 100.0, 90.0],
        ["2026Q2", "ada", 110.0, 0.0],
        ["2026Q2", "bo", 30.0, 20.0],
    ]
    assert "mo" not in set(panel["rep_id"])


def test_presence_and_tenure_count_from_hire():
    panel = quota_panel(opened()).set_index(["period", "rep_id"])
    assert panel["present"]["2026Q2", "bo"] == pytest.approx(33 / 65)
    assert panel["tenure_periods"]["2026Q2", "bo"] == 0
    assert panel["tenure_periods"]["2026Q1", "ada"] == 24


def test_ahead_are_those_who_carry_a_quota_and_who_were_hired_into_such_a_role():
    ahead = quota_panel(opened(), "2026Q4").query("period == '2026Q4'")
    assert ahead["rep_id"].tolist() == ["ada", "bo", "cy"]
    assert ahead["credited"].isna().all()
    assert set(ahead["step"]) == {3}


def test_who_left_is_not_there_ahead():
    reps = opened().reps
    frame = reps.df() if hasattr(reps, "df") else reps
    left = frame.assign(left_on=["2026-09-30", None, None, None])
    ahead = quota_panel(opened(reps=left), "2026Q4").query("period == '2026Q4'")
    assert ahead["rep_id"].tolist() == ["bo", "cy"]


def test_several_territories_are_held_as_one_with_their_potentials():
    panel = quota_panel(
        opened(
            accounts=pd.DataFrame(
                {
                    "account_id": ["a", "b", "c"],
                    "territory_id": ["west", "east", "none"],
                    "potential": [10.0, 5.0, 0.0],
                }
            ),
            territory_assignments=pd.DataFrame(
                {
                    "territory_id": ["west", "east", "none"],
                    "rep_id": ["ada", "ada", "bo"],
                    "starts_on": "2020-01-01",
                }
            ),
        )
    ).set_index(["period", "rep_id"])
    assert panel["territory_id"]["2026Q2", "ada"] == "east+west"
    assert panel["potential"]["2026Q2", "ada"] == 15.0
    assert panel["potential"]["2026Q2", "bo"] == 0.0


def test_without_potential_or_territories_both_are_unknown():
    panel = quota_panel(opened())
    assert panel["potential"].isna().all()
    assert panel["territory_id"].isna().all()


def test_a_period_that_is_over_is_not_ahead():
    with pytest.raises(DataError, match="2026Q2 is over"):
        quota_panel(opened(), "2026Q2")


def test_without_quotas_it_is_unavailable():
    data = spm.open_data(
        {
            "reps": pd.DataFrame({"rep_id": ["ada"]}),
            "opportunities": pd.DataFrame(
                {"opportunity_id": ["o"], "rep_id": ["ada"], "outcome": ["open"]}
            ),
        },
        settings={"as_of": "2026-10-02"},
    )
    with pytest.raises(DataError, match="needs quotas"):
        quota_panel(data)


def test_the_sample_adds_up_to_its_quota_lines():
    data = spm.open_data(shipped("datasets") / "sample")
    panel = quota_panel(data)
    lines = spm.quota_lines(data, sorted(panel["period"].unique()))
    carried = lines[lines["rep_id"].isin(panel["rep_id"])]
    assert panel["credited"].sum() == pytest.approx(carried["credited"].sum())
    assert panel["issued_quota"].sum() == pytest.approx(carried["issued_quota"].sum())
    assert not panel.duplicated(["period", "rep_id"]).any()
    assert np.ptp(panel["step"]) == 11

"""Components and kinds of quota: lines of their own, and the credits that count to them."""

from __future__ import annotations

import pandas as pd
import pytest
from company import company
from quotas_of_ada import q3, quotas

import spmkit as spm
from spmkit.data import DataError


def component_company(components, credited, **more):
    frame = quotas(*[q3(50.0 * (i + 1), component=name) for i, name in enumerate(components)])
    credits = pd.DataFrame(
        {
            "credit_id": [f"c{i}" for i in range(len(credited))],
            "rep_id": "ada",
            "credited_on": "2026-07-11",
            "amount": [30.0 * (i + 1) for i in range(len(credited))],
            "component": credited,
        }
    )
    return company(quotas=frame, credits=credits, **more)


def only_open():
    return pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada", "outcome": "open"})


def test_several_components_are_lines_of_their_own_and_sum_to_the_rep():
    data = component_company(
        ["hardware", "services"], ["hardware", "services"], opportunities=only_open()
    )
    lines = spm.quota_lines(data, "2026Q3")
    assert lines[["component", "quota", "credited"]].values.tolist() == [
        ["hardware", 50.0, 30.0],
        ["services", 100.0, 60.0],
    ]
    assert lines["rep_quota"].dropna().tolist() == [150.0]
    assert lines["rep_credited"].dropna().tolist() == [90.0]


def test_credits_of_a_component_without_a_quota_reach_none():
    data = component_company(["hardware"], ["hardware", "training"], opportunities=only_open())
    lines = spm.quota_lines(data, "2026Q3")
    assert lines[["component", "credited"]].values.tolist() == [
        ["hardware", 30.0],
        ["training", 60.0],
    ]
    assert lines["rep_credited"].dropna().tolist() == [30.0]
    assert spm.measure(lines, spm.attainment)["attainment"].tolist() == [0.6]


def test_several_components_and_credits_without_one_is_an_error():
    data = component_company(["hardware", "services"], ["hardware", None])
    with pytest.raises(DataError, match=r"hardware, services, but 3 credits name none"):
        spm.quota_lines(data, "2026Q3")  # a bare one, and two of owners


def test_several_components_and_a_quota_without_one_is_an_error():
    data = component_company(["hardware", "services", None], ["hardware"])
    with pytest.raises(DataError, match="1 quota lines name none"):
        spm.quota_lines(data, "2026Q3")


def test_one_component_takes_the_credits_that_name_none():
    data = component_company(["bookings"], ["bookings", None], opportunities=only_open())
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [90.0]


def test_components_that_no_credit_shares_are_an_error():
    data = component_company(["bookings"], ["Bookings"], opportunities=only_open())
    with pytest.raises(DataError, match="no credit counts to any quota"):
        spm.quota_lines(data, "2026Q3")


def test_components_of_credits_are_not_read_where_quotas_have_none():
    data = component_company([None], ["hardware", "services"], opportunities=only_open())
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [90.0]


def test_overlay_quotas_and_credits_stand_apart():
    frame = pd.concat([quotas(q3(100.0)), quotas(q3(300.0, kind="overlay")).assign(rep_id="bo")])
    credits = pd.DataFrame(
        {
            "credit_id": ["c1"],
            "opportunity_id": "o1",
            "rep_id": "bo",
            "credited_on": "2026-07-11",
            "amount": [90.0],
            "credit_type": "overlay",
        }
    )
    data = company(quotas=frame, credits=credits)
    direct = spm.quota_lines(data, "2026Q3").set_index("rep_id")
    assert direct["credited"].to_dict() == {"ada": 90.0, "bo": 60.0}  # the owner keeps o1
    assert direct["quota"].dropna().to_dict() == {"ada": 100.0}
    overlay = spm.quota_lines(data, "2026Q3", kind="overlay")
    assert overlay[["rep_id", "quota", "credited"]].values.tolist() == [["bo", 300.0, 90.0]]

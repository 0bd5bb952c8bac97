"""Where the hours go: worked by hand, what is planted, and what nobody may see."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from specification import assert_stands_alone

import spmkit as spm
from spmkit import charts, diagnostics
from spmkit.data import DataError
from spmkit.diagnostics.drivers_redrawn import judged, redrawn_sums
from spmkit.diagnostics.time_use import time_by_rep, time_dimensions
from spmkit.diagnostics.time_use_lines import SPENT_ON, time_lines
from spmkit.diagnostics.time_use_people import pooled
from spmkit.narrative.time_use import recoverable_said, time_title
from spmkit.reports.diagnostics_parts import time_use_parts

SETTINGS = {"as_of": "2026-10-02"}
SAMPLE = spm.shipped("datasets") / "sample"


def activities(rows):
    columns = ["rep_id", "category", "minutes", "day", "type"]
    found = pd.DataFrame(rows, columns=columns)
    return found.assign(
        activity_id=[f"a{n}" for n in range(len(found))],
        started_at=pd.to_datetime(found.pop("day") + " 09:00:00"),
        external=found["category"].isin(["selling", "prospecting"]),
    )


def opened(rows, reps=None, settings=None, **tables):
    people = (
        reps
        if reps is not None
        else pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["North", "South"]})
    )
    given_tables = {
        "reps": people,
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ["o1"],
                "rep_id": people["rep_id"].iloc[0],
                "outcome": "won",
                "amount": 9.0,
                "created_on": "2026-06-01",
                "closed_on": "2026-07-01",
            }
        ),
    } | tables
    if rows is not None:
        given_tables["activities"] = activities(rows)
    data = spm.open_data(given_tables, settings=SETTINGS | (settings or {}))
    return diagnostics.open_diagnosis(data, "2026Q3")


ROWS = [
    ("ada", "selling", 120.0, "2026-07-01", "call"),
    ("ada", "admin", 60.0, "2026-07-02", "crm"),
    ("ada", None, 60.0, "2026-07-02", "other"),
    ("ada", "selling", None, "2026-07-03", "call"),
    ("bo", "selling", 60.0, "2026-07-01", "call"),
    ("bo", "travel", 180.0, "2026-07-01", "trip"),
    ("bo", "selling", 600.0, "2026-10-02", "call"),  # after the period
]


def test_shares_by_hand():
    found = diagnostics.time_by_group(opened(ROWS))
    north = found[found["group"] == "North"].set_index("category")
    assert north["hours"].to_dict() == {
        "selling": 2.0,
        "prospecting": 0.0,
        "admin": 1.0,
        "internal": 0.0,
        "travel": 0.0,
        "unknown": 1.0,
    }
    assert north["share"].to_dict()["selling"] == 0.5
    assert north["n"].unique().tolist() == [1]
    assert north["low"].isna().all()  # one rep: no interval
    assert found["group"].iloc[0] == "South"  # three quarters of its hours are travel


def test_what_has_no_minutes_is_counted_and_in_no_hours():
    found = diagnostics.customer_time(opened(ROWS)).set_index("group")
    assert found.loc["North", ["activities", "untimed"]].tolist() == [4, 1]
    assert found.loc["North", "hours"] == 2.0
    assert found.loc["North", "untimed_share"] == 0.25


def test_hours_beyond_the_peers_by_hand():
    found = diagnostics.recoverable_hours(opened(ROWS)).set_index("group")
    # South: 3 of 4 hours; North: 1 of the 3 hours whose category is known.
    assert found.loc["South", "hours"] == pytest.approx((0.75 - 1 / 3) * 4)
    assert found.loc["South", "largest"] == "travel"
    assert not found["told"].any()
    assert found["status"].str.startswith("insufficient n").all()


def test_the_map_of_categories_is_a_parameter():
    data = opened(ROWS).data
    the = diagnostics.open_diagnosis(data, "2026Q3", {"trip": "selling", "crm": None})
    lines = time_lines(the).set_index("rep_id")
    assert lines.loc["bo", "selling_hours"] == 4.0
    assert lines.loc["ada", "unknown_hours"] == 2.0


def test_the_shares_are_those_of_the_metrics():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    start, end = pd.Timestamp(the.start), pd.Timestamp(the.end)
    lines = spm.activity_lines(the.data, attributes=("region",)).df()
    within = lines[lines["day"].between(start, end)]
    measured = spm.measure(within, spm.admin_time_share, by="region").set_index("region")
    found = diagnostics.time_by_group(the)
    own = found[found["category"] == "admin"].set_index("group")["share"]
    for region, share in own.items():
        assert share == pytest.approx(measured.loc[region, "admin_time_share"])


def test_the_planted_region_is_named_first_and_no_other():
    planted = json.loads((SAMPLE / "truth.json").read_text())["planted"]["admin_region"]["name"]
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    found = diagnostics.recoverable_hours(the)
    assert found["group"].iloc[0] == planted
    assert found["largest"].iloc[0] == "admin"
    assert found.loc[found["told"], "group"].tolist() == [planted]
    assert time_title(found, "region").startswith(planted)
    teams = diagnostics.recoverable_hours(the, "team")
    assert teams.loc[teams["told"], "group"].str.startswith(planted).all()


def test_who_is_of_no_group_is_neither_a_peer_nor_the_headline():
    """Ten reps a region, and ten of none, who do nothing but administration."""
    people = pd.DataFrame({"rep_id": [f"r{n:02}" for n in range(30)]})
    people["region"] = np.repeat(["N", "S", None], 10)
    idle = np.repeat([30.0, 32.0, 90.0], 10)
    rows = [
        (one, "selling", 100 - off, "2026-07-01", "call")
        for one, off in zip(people["rep_id"], idle, strict=True)
    ]
    rows += [
        (one, "admin", off, "2026-07-01", "crm")
        for one, off in zip(people["rep_id"], idle, strict=True)
    ]
    found = diagnostics.recoverable_hours(opened(rows, people)).set_index("group")
    assert found.loc["N", "peers_share"] == pytest.approx(0.32)
    assert found.loc["not given", "peers"] == 2
    for name in ("not given", "smaller groups"):
        told = found.rename(index={"not given": name}).reset_index()
        told["told"] = told["group"] == name
        assert time_title(told, "region").startswith("No region")
        assert recoverable_said(told, "region").startswith("No region")
    named = found.assign(told=found.index == "S").reset_index()
    assert "the other region 30 %" in time_title(named, "region")


def _company(seed, reps=40, groups=4):
    """Reps whose time differs by chance alone, in groups."""
    rng = np.random.default_rng(seed)
    idle = rng.beta(20, 20, reps) * 100
    group = np.array(list("ABCDEFGH"))[np.arange(reps) % groups]
    return pd.DataFrame(
        {
            "rep_id": [f"r{n}" for n in range(reps)],
            "group": group,
            "non_selling_hours": idle,
            "worked_hours": 100.0,
        }
    )


def test_where_nothing_is_planted_a_region_is_seldom_named():
    from spmkit.diagnostics.drivers_redrawn import discoveries

    alarms = 0
    for seed in range(100):
        people = _company(seed)
        draws = redrawn_sums(people, ["non_selling_hours", "worked_hours"])
        share = {name: d[:, 0] / d[:, 1] for name, d in draws.items()}
        real = people.groupby("group")["non_selling_hours"].sum() / 1000
        p = [
            judged(
                real[name] - real.drop(name).median(),
                share[name] - np.median([share[o] for o in share if o != name], 0),
                10,
            )["p"]
            for name in share
        ]
        alarms += bool(discoveries(p).any())
    assert alarms <= 10  # of 100; 5 are to be expected


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30))
def test_no_group_of_one_or_two_people_is_left(groups):
    group = pd.Series(groups)
    person = pd.Series(range(len(groups)))
    found = pooled(group, person)
    sizes = person.groupby(found).nunique()
    assert sizes.min() >= 3 or len(sizes) == 1
    assert sizes.sum() == len(groups)


def test_where_it_is_barred_nobody_stands_alone():
    people = pd.DataFrame({"rep_id": list("abcdefgh"), "region": list("NNNSSSWW")})
    rows = [(one, "selling", 60.0, "2026-07-01", "call") for one in people["rep_id"]]
    the = opened(rows, people, {"individual_activity": False})
    assert set(diagnostics.time_by_group(the)["group"]) == {"N", "smaller groups"} or set(
        diagnostics.time_by_group(the)["group"]
    ) == {"S", "smaller groups"}
    with pytest.raises(DataError, match="individual_activity = false"):
        time_by_rep(the)
    page = " ".join(str(part) for part in time_use_parts(the))
    assert "individual_activity = false" in page


def test_by_rep_two_of_one_name_stay_two():
    people = pd.DataFrame({"rep_id": ["x", "y"], "name": "Kim", "region": ["N", "S"]})
    rows = [("x", "selling", 60.0, "2026-07-01", "c"), ("y", "admin", 60.0, "2026-07-01", "c")]
    assert sorted(time_by_rep(opened(rows, people))["rep"]) == ["Kim (x)", "Kim (y)"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (None, "needs activities"),
        ([("ada", "selling", None, "2026-07-01", "call")], "says how long it took"),
        ([("ada", "selling", 60.0, "2019-07-01", "call")], "says how long it took"),
    ],
)
def test_without_activities_or_durations_there_is_one_line(rows, said):
    found = time_use_parts(opened(rows))
    assert len(found) == 1
    assert said in str(found[0])


def test_a_company_of_one_region_has_nobody_to_compare_with():
    people = pd.DataFrame({"rep_id": ["ada", "bo"]})
    the = opened(ROWS, people)
    assert time_dimensions(the) == []
    found = diagnostics.recoverable_hours(the)
    assert found["status"].tolist() == ["nobody to compare with"]
    assert "nobody to compare with" in time_title(found, "region")
    assert "nothing is said" in recoverable_said(found, "region")
    assert len(time_use_parts(the)) > 1


def test_hostile_names_are_drawn_as_they_are():
    people = pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["</script>'<b>", 'S & "T"']})
    found = diagnostics.time_by_group(opened(ROWS, people))
    spec = charts.time_bars(found, "A title", "Shares").to_dict()
    assert_stands_alone(spec)
    assert "<svg" in vl_convert.vegalite_to_svg(spec)


def test_the_chart_draws_only_what_there_is():
    found = diagnostics.time_by_group(opened(ROWS))
    spec = charts.time_bars(found, "A title", "Shares").to_dict()
    drawn = {row["category"] for row in next(iter(spec["datasets"].values()))}
    assert drawn == {"selling", "admin", "travel", "unknown"}
    assert set(found["category"]) == set(SPENT_ON)
    assert found.groupby("group")["share"].sum().round(12).eq(1.0).all()

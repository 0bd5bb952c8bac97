"""Half of each gap: worked by hand, adding up, and honest about chance."""

from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from specification import assert_stands_alone

import spmkit as spm
from spmkit import charts, diagnostics, narrative
from spmkit.decomposition import driver_effects
from spmkit.diagnostics import drivers as tree_of
from spmkit.diagnostics.drivers_lines import COUNTS
from spmkit.diagnostics.drivers_redrawn import discoveries
from spmkit.reports.diagnostics_parts import sizing_parts

sized = import_module("spmkit.diagnostics.sizing")  # the package has a function of that name
SAMPLE = spm.shipped("datasets") / "sample"


def lines_of(**teams):
    """A team's counts a row: heads, opportunities, wins, bookings, credited."""
    columns = ["heads", "opportunities", "wins", "bookings", "credited"]
    rows = pd.DataFrame(list(teams.values()), columns=columns).reindex(columns=COUNTS)
    return rows.assign(group=list(teams), kind="AE", rep_id=[f"r{n}" for n in range(len(rows))])


def rows_of(lines):
    tree = tree_of._tree(lines, "team")
    return pd.DataFrame([row for group in tree.peers for row in sized._sized(tree, group)])


def test_a_driver_that_is_zero_in_a_draw_spoils_no_other():
    share = sized.offsets(np.array([-0.3, 0.2, -0.1, -0.4]))
    drawn = np.array([[-0.3, 0.2, -0.1, -0.4], [-np.inf, 0.2, -0.1, -0.4]])
    net = sized._made_up_for(drawn, share)
    assert net[0].tolist() == pytest.approx([-0.15, 0.2, -0.05, -0.4])
    assert net[1].tolist() == pytest.approx([-np.inf, 0.2, -0.05, -0.4])


def test_one_gap_by_hand():
    # East wins 20 % where West wins 40 %; all else is alike: half of the way is 30 %.
    found = rows_of(lines_of(East=(10, 100, 20, 2e5, 4e5), West=(10, 100, 40, 4e5, 8e5)))
    assert found["driver"].tolist() == ["win rate"]
    assert found["gap"].iloc[0] == pytest.approx(0.5)
    assert found["worth"].iloc[0] == pytest.approx(4e5 * (0.3 / 0.2 - 1))
    assert found["status"].iloc[0].startswith("insufficient n")


def test_two_gaps_share_their_joint_effect():
    found = rows_of(lines_of(East=(10, 80, 20, 1e5, 1e5), West=(10, 100, 50, 5e5, 5e5)))
    assert found["driver"].tolist() == ["opportunities per rep", "win rate", "deal size"]
    joint = 1e5 * (90 / 80) * (0.375 / 0.25) * (7500 / 5000) - 1e5
    assert diagnostics.joint_worth(found) == pytest.approx(joint)
    now = pd.DataFrame([[9.0, 0.375, 7500.0]], columns=list("abc"))
    before = pd.DataFrame([[8.0, 0.25, 5000.0]], columns=list("abc"))
    effects = driver_effects(now, before, list("abc"))["contribution"] * 10  # heads
    assert found["worth"].tolist() == pytest.approx(effects.tolist())


def test_what_the_next_driver_makes_up_for_is_no_gap():
    # Half the opportunities and twice the share won: nothing to close.
    found = rows_of(lines_of(East=(10, 50, 40, 4e5, 4e5), West=(10, 100, 40, 4e5, 4e5)))
    assert found.empty


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=7))
def test_a_surplus_is_used_once_and_makes_no_gap_a_surplus(values):
    factors = np.array(values)
    shares = sized.offsets(factors)
    assert (shares >= 0).all()
    assert (shares.sum(axis=1) <= 1 + 1e-9).all()
    net = factors + factors @ shares
    below = factors < 0
    assert (net[below] <= 1e-9).all()
    assert (net[below] >= factors[below] - 1e-9).all()


counts = st.floats(1.0, 1e3)


@given(st.lists(st.tuples(*[counts] * 5), min_size=2, max_size=3))
def test_the_parts_add_up_to_the_joint_effect(rows):
    lines = lines_of(**{f"T{n}": row for n, row in enumerate(rows)})
    tree = tree_of._tree(lines, "team")
    for group in tree.peers:
        found = pd.DataFrame(sized._sized(tree, group))
        if found.empty:
            continue
        credited = tree.sums.loc[group, "credited"]
        steps = (1 + 1 / (1 - found["gap"])) / 2
        assert found["worth"].sum() == pytest.approx(credited * (steps.prod() - 1), rel=1e-6)
        assert (found["worth"] > 0).all()


def company(seed, planted=1.0, teams=5, reps=10):
    rng = np.random.default_rng(seed)
    number = teams * reps
    rate = np.where(np.arange(number) < reps, 0.4 * planted, 0.4) * rng.lognormal(0, 0.15, number)
    closed = rng.poisson(60 * rng.lognormal(0, 0.2, number))
    wins = rng.binomial(closed, np.clip(rate, 0, 0.9))
    bookings = np.array([rng.lognormal(0, 0.6, one).sum() * 1e4 for one in wins])
    lines = pd.DataFrame(
        {
            "heads": 4.0,
            "opportunities": closed,
            "wins": wins,
            "bookings": bookings,
            "credited": bookings,
        }
    )
    group = [f"T{n // reps}" for n in range(number)]
    return lines.reindex(columns=COUNTS).assign(
        rep_id=[f"r{n}" for n in range(number)], group=group, kind="AE"
    )


def judged_rows(lines):
    found = rows_of(lines)
    found["told"] = discoveries(found["p"]) & (found["low"] > 0)
    return found.sort_values("worth", ascending=False, ignore_index=True)


def test_a_planted_leak_is_the_largest_and_told():
    found = judged_rows(company(3, planted=0.5))
    assert found[["group", "driver", "told"]].iloc[0].tolist() == ["T0", "win rate", True]
    assert narrative.leak_answer_over(found, "a year").startswith(
        "The largest leak that is told from chance is win rate in T0"
    )


def test_where_nothing_is_planted_a_leak_is_seldom_told():
    alarms = sum(bool(judged_rows(company(seed))["told"].any()) for seed in range(60))
    assert alarms <= 8  # of 60


def test_on_the_sample_no_leak_is_told_and_the_answer_says_so():
    planted = json.loads((SAMPLE / "truth.json").read_text())["planted"]
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    leaks = diagnostics.sizing(the)
    answer = narrative.leak_answer_over(leaks, "a year")
    if not leaks["told"].any():
        assert answer.startswith("Which team leaks most cannot be told from chance")
        assert "in four of five cases" in answer
    # What administration takes from meetings is mostly made up for by more of each meeting.
    low = leaks[leaks["driver"] == "meetings per activity"].set_index("group")
    for team in low.index[low.index.str.startswith(planted["admin_region"]["name"])]:
        assert low.loc[team, "made_up"] > low.loc[team, "gap"]


def test_no_amounts_and_no_teams_are_one_line():
    reps = pd.DataFrame({"rep_id": ["a", "b"], "team": ["East", "West"]})
    rows = pd.DataFrame(
        {
            "opportunity_id": ["o1", "o2"],
            "rep_id": ["a", "b"],
            "outcome": "won",
            "created_on": "2026-06-01",
            "closed_on": "2026-07-01",
        }
    )
    for people, said in ((reps, "amount"), (reps[["rep_id"]], "no team has peers")):
        data = spm.open_data(
            {"reps": people, "opportunities": rows.assign(amount=None)},
            settings={"as_of": "2026-10-02"},
        )
        found = sizing_parts(diagnostics.open_diagnosis(data, "2026Q3"))
        assert len(found) == 1
        assert said in str(found[0]) or "no credited sales" in str(found[0])


def test_nobody_below_the_peers_is_said():
    nobody = pd.DataFrame({"worth": []})
    assert (
        narrative.leak_answer_over(nobody, "a year") == "No team is below its peers in any driver"
    )


def test_the_chart_stands_alone_with_hostile_names():
    rows = pd.DataFrame(
        {
            "label": ["</script>'\"", "B"],
            "value": [1.0, 2.0],
            "low": [None, 1.0],
            "high": [None, 3.0],
            "told": [False, True],
            "words": ["a", "b"],
        }
    )
    spec = charts.leak_intervals(rows, "A title", "Leaks").to_dict()
    assert_stands_alone(spec)
    assert "<svg" in vl_convert.vegalite_to_svg(spec)

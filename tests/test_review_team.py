"""A team's page: whose lines it holds, its scorecard, and how its people moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specification import assert_stands_alone
from three_reps import BEFORE, NOW, quotas, records, won

from spmkit import charts, narrative, review
from spmkit.data import DataError, open_data
from spmkit.reports import review_parts as parts

PEOPLE = ["lea", "max", *[f"a{n}" for n in range(3)], *[f"b{n}" for n in range(6)]]


def reps():
    above = {f"a{n}": "lea" for n in range(3)} | {f"b{n}": "max" for n in range(6)}
    rows = [{"rep_id": one, "name": one.upper(), "manager_id": above.get(one)} for one in PEOPLE]
    region = ["North" if one[0] in "la" else "South" for one in PEOPLE]
    return pd.DataFrame(rows).assign(role="AE", region=region)


def company(sales, lines=None, **tables):
    carriers = [one for one in PEOPLE if one not in ("lea", "max")]
    given_lines = [(one, span, 100.0) for span in (BEFORE, NOW) for one in carriers]
    own = {"reps": reps(), "opportunities": won(*sales), "quotas": quotas(*(lines or given_lines))}
    return open_data(own | tables, settings={"as_of": "2026-10-02"})


SALES = [
    *[("a0", "2026-07-10", 50.0), ("a1", "2026-07-10", 150.0), ("b0", "2026-07-10", 90.0)],
    *[("a0", "2026-05-10", 80.0), ("b0", "2026-05-10", 70.0)],
]


def test_a_team_holds_its_own_people_alone():
    team = review.open_team(company(SALES), manager="lea")
    assert team.reps == ["a0", "a1", "a2"]
    assert team.scope == "team of LEA"
    assert team.now["credited"] == 200.0
    assert team.now["attainment"] == pytest.approx(200 / 300)
    assert team.earlier["credited"] == 80.0
    assert team.conversion["win_rate_n"] == 2  # both of this quarter, none of the others'


def test_a_manager_who_is_no_rep_leads_a_team_by_the_id():
    people = reps().assign(manager_id=reps()["manager_id"].replace({"lea": "Lea Nobody"}))
    people = people[people["rep_id"] != "lea"]
    team = review.open_team(company(SALES, reps=people), manager="Lea Nobody")
    assert team.scope == "team of Lea Nobody"
    assert team.reps == ["a0", "a1", "a2"]


def test_a_manager_is_found_by_name_and_a_region_in_place_of_one():
    data = company(SALES)
    assert review.open_team(data, manager="LEA").leader_id == "lea"
    region = review.open_team(data, region="South")
    assert region.reps == [f"b{n}" for n in range(6)]
    assert region.scope == "South"
    assert region.over_assigned is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "whose page"),
        ({"manager": "lea", "region": "North"}, "Leave one of them empty"),
        ({"manager": "LEB"}, "Did you mean 'lea'"),
        ({"manager": "a0"}, "leads nobody"),
        ({"region": "Nord"}, "Known: North, South"),
    ],
)
def test_whose_page_it_is_must_be_said_and_known(asked, said):
    with pytest.raises(DataError, match=said):
        review.open_team(company(SALES), **asked)


def test_two_leaders_of_one_name_are_told_apart_by_id():
    people = reps().assign(name=lambda r: r["name"].replace({"MAX": "LEA"}))
    data = company(SALES, reps=people)
    with pytest.raises(DataError, match="2 people have this name; say lea, max"):
        review.open_team(data, manager="LEA")


def test_a_team_of_one_and_a_team_without_any_sale():
    alone = reps().assign(manager_id=lambda r: r["manager_id"].where(r["rep_id"] == "a0"))
    team = review.open_team(company(SALES, reps=alone), manager="lea")
    assert team.reps == ["a0"]
    assert str(parts.team_answer(team)).startswith('<p class="lead">The team closed')
    unsold = review.open_team(company([("b0", "2026-07-10", 9.0)]), manager="lea")
    assert unsold.now["attainment"] == 0.0


def test_over_assignment_is_that_of_the_team():
    lines = [(f"a{n}", NOW, 100.0) for n in range(3)] + [(f"b{n}", NOW, 500.0) for n in range(6)]
    plan = quotas(("lea", NOW, 250.0)).assign(level="team")
    given_quotas = pd.concat([quotas(*lines), plan])
    team = review.open_team(company(SALES, quotas=given_quotas), manager="lea")
    assert team.over_assigned == pytest.approx(300 / 250 - 1)


def test_quartiles_by_hand_and_none_of_four():
    # Hyndman and Fan 8: the place of p among n is p (n + 1/3) + 1/3.
    values = pd.Series([1.0, 2.0, 3.0, 4.0, 50.0])
    found = review.peer_quartiles(values)
    place = 0.25 * (5 + 1 / 3) + 1 / 3
    assert found["low"] == float(f"{1 + (place - 1):.2g}")
    assert (found["median"], found["peers"]) == (3.0, 5)
    few = review.peer_quartiles(values.head(4))
    assert np.isnan([few["low"], few["median"], few["high"]]).all()
    assert few["peers"] == 4


@given(st.lists(st.floats(1, 1e6), min_size=5, max_size=40))
def test_quartiles_never_are_the_extremes_and_have_two_figures(values):
    found = review.peer_quartiles(pd.Series(values))
    ends = [found[name] for name in ("low", "median", "high")]
    assert ends == sorted(ends)
    assert all(end == float(f"{end:.2g}") for end in ends)
    assert min(values) * 0.94 <= ends[0]
    assert ends[-1] <= max(values) * 1.06


def test_peers_leave_out_the_own_team_and_other_roles():
    scores = pd.DataFrame(
        {
            "rep_id": [f"r{n}" for n in range(8)],
            "group": ["AE"] * 7 + ["SE"],
            "metric": "win_rate",
            "shown": [0.9, 0.8, 0.1, 0.2, 0.3, 0.4, 0.5, 0.99],
            "enough": True,
        }
    )
    found = review.peers_of(scores, ["r0", "r1"])
    assert records(found, "group", "metric", "median", "peers") == [("AE", "win_rate", 0.3, 5)]
    unsure = scores.assign(enough=[True] * 6 + [False] * 2)
    assert review.peers_of(unsure, ["r0", "r1"])["median"].isna().all()


def many(outcomes):
    """Closings of this quarter: rep → (won, lost)."""
    rows = [
        (rep, f"2026-07-{1 + n % 28:02}", 100.0, "won" if n < wins else "lost")
        for rep, (wins, losses) in outcomes.items()
        for n in range(wins + losses)
    ]
    return won(*[row[:3] for row in rows]).assign(outcome=[row[3] for row in rows])


def test_the_scorecard_pulls_rates_towards_the_group_and_marks_what_is_apart():
    outcomes = {f"b{n}": (20, 20) for n in range(6)} | {"a0": (38, 2), "a1": (2, 2), "a2": (21, 19)}
    team = review.open_team(company([], opportunities=many(outcomes)), manager="lea")
    scores, missing = review.scorecard(team.company)
    rates = scores[scores["metric"] == "win_rate"].set_index("rep_id")
    assert rates.loc["a0", "value"] == 38 / 40
    assert 0.5 < rates.loc["a0", "shown"] < 38 / 40
    assert not rates.loc["a1", "enough"]  # four closings tell nothing of a rep
    marks = review.judged(scores, team.reps).query("metric == 'win_rate'").set_index("rep_id")
    assert marks["mark"].to_dict() == {"a0": "▲", "a1": "", "a2": ""}
    assert marks["median"].unique().tolist() == [pytest.approx(rates.loc["b0", "shown"], abs=0.006)]
    assert any(reason.startswith("Meetings") for reason in missing)


def test_the_table_of_a_team_shows_its_people_and_one_row_of_peers():
    outcomes = {f"b{n}": (20, 20) for n in range(6)} | {"a0": (38, 2), "a1": (2, 2), "a2": (21, 19)}
    team = review.open_team(company([], opportunities=many(outcomes)), manager="lea")
    shown = parts.team_scores(team, *review.scorecard(team.company))
    html = "".join(getattr(part, "as_raw_html", part.__str__)() for part in shown)
    assert all(name in html for name in ("A0", "A1", "A2", "Peers, AE"))
    assert not any(f"B{n}" in html for n in range(6))
    assert "(" in html  # what is of too few cases stands in brackets


def pairs(sales_before, sales_now, quarters=4):
    """The same attainments over and over, so that a line can be fitted."""
    days = ["2025-08-10", "2025-11-10", "2026-02-10", "2026-05-10"][-quarters:]
    sales = [(rep, day, amount) for day in days for rep, amount in sales_before.items()]
    return [*sales, *[(rep, "2026-07-10", amount) for rep, amount in sales_now.items()]]


def spans(quarters=4):
    starts = pd.period_range(end="2026Q3", periods=quarters + 1, freq="Q")
    return [(f"{q.start_time:%Y-%m-%d}", f"{q.end_time:%Y-%m-%d}") for q in starts]


def test_movement_by_hand_without_and_with_a_band():
    team = review.open_team(company(SALES), manager="lea")
    moved = review.movement(team)
    assert records(moved, "rep_id", "before", "now", "change") == [
        ("a1", 0.0, 1.5, 1.5),
        ("a2", 0.0, 0.0, 0.0),
        ("a0", 0.8, 0.5, pytest.approx(-0.3)),
    ]
    assert moved["low"].isna().all()
    assert not moved["beyond"].any()

    carriers = [one for one in PEOPLE if one not in ("lea", "max")]
    steady = {rep: 60.0 + 10 * n + 7 * (n % 2) for n, rep in enumerate(carriers)}
    lines = [(rep, span, 100.0) for span in spans(5) for rep in carriers]
    sales = pairs(steady, steady | {"a0": 400.0}) + [
        (rep, "2025-05-10", amount + 5) for rep, amount in steady.items()
    ]
    known = review.movement(review.open_team(company(sales, lines), manager="lea"))
    assert known.set_index("rep_id")["beyond"].to_dict() == {"a0": True, "a1": False, "a2": False}
    assert narrative.movement_title(known).endswith("chance explains: A0")


def test_whoever_is_far_from_the_middle_is_expected_nearer_to_it():
    carriers = [one for one in PEOPLE if one not in ("lea", "max")]
    rng = np.random.default_rng(20261002)
    lines = [(rep, span, 100.0) for span in spans(7) for rep in carriers]
    days = ["2024-11-10", "2025-02-10", "2025-05-10", "2025-08-10", "2025-11-10"]
    days += ["2026-02-10", "2026-05-10", "2026-07-10"]
    sales = [(rep, day, float(rng.uniform(60, 140))) for day in days for rep in carriers]
    moved = review.movement(review.open_team(company(sales, lines), manager="lea"))
    far = moved[(moved["before"] - 1).abs() > 0.05]
    assert len(far)
    assert ((far["expected"] - 1).abs() < (far["before"] - 1).abs()).all()
    assert (moved["low"] < moved["expected"]).all()


def test_the_movement_chart_stands_alone_and_says_its_values():
    moves = review.movement(review.open_team(company(SALES), manager="lea"))
    chart = charts.movement_dumbbells(moves, "A1 moved most", "Attainment")
    spec = chart.to_dict()
    assert_stands_alone(spec)
    assert "A0: 80 % to 50 %" in spec["description"]


def test_movement_of_a_running_period_is_not_told():
    data = company([*SALES, ("a0", "2026-10-01", 10.0)])
    team = review.open_team(data, "2026Q4", manager="lea") if data else None
    assert "is running" in str(parts.team_movement(team))


def test_time_is_shared_out_and_missing_activities_are_one_line():
    team = review.open_team(company(SALES), manager="lea")
    assert "activities" in str(parts.team_time(team, review.scorecard(team.company)[0]))
    hours = pd.DataFrame(
        {
            "activity_id": [f"x{n}" for n in range(4)],
            "rep_id": ["a0", "a0", "a1", "b0"],
            "started_at": "2026-08-03 09:00:00",
            "type": "call",
            "category": ["selling", "admin", "selling", "admin"],
            "minutes": [1800.0, 600.0, 60.0, 3000.0],
            "status": "held",
        }
    )
    busy = review.open_team(company(SALES, activities=hours), manager="lea")
    mix = review.time_mix(busy, review.scorecard(busy.company)[0])
    selling = mix[mix["metric"] == "selling"].set_index("rep_id")
    assert selling["value"].to_dict() == {"a0": 0.75, "a1": 1.0, "b0": 0.0}
    assert selling["enough"].to_dict() == {"a0": True, "a1": False, "b0": True}


def test_what_single_people_do_with_their_time_is_not_shown_where_it_is_barred():
    hours = pd.DataFrame({"activity_id": ["x1"], "rep_id": "a0", "type": "meeting"})
    hours = hours.assign(started_at="2026-08-03 09:00:00", minutes=60.0, status="held")
    own = {"reps": reps(), "opportunities": won(*SALES), "quotas": quotas(("a0", NOW, 100.0))}
    barred = {"as_of": "2026-10-02", "individual_activity": False}
    team = review.open_team(open_data(own | {"activities": hours}, settings=barred), manager="lea")
    scores, missing = review.scorecard(team.company)
    assert not set(scores["metric"]) & {"meetings", "untouched"}
    assert sum("individual_activity = false" in reason for reason in missing) == 2
    assert "individual_activity = false" in str(parts.team_time(team, scores))


def test_a_rep_of_two_teams_moves_by_the_whole_of_both_periods():
    spells = pd.DataFrame(
        {
            "rep_id": ["a0", "a0"],
            "manager_id": ["lea", "max"],
            "starts_on": ["2020-01-01", "2026-08-16"],
        }
    )
    sales = [("a0", "2026-07-10", 50.0), ("a0", "2026-09-10", 30.0), ("a0", "2026-05-10", 80.0)]
    data = company(sales, rep_assignments=spells)
    for manager, credited in (("lea", 50.0), ("max", 30.0)):
        team = review.open_team(data, manager=manager)
        assert team.lines.loc[team.lines["rep_id"] == "a0", "credited"].sum() == credited
        moved = review.movement(team).set_index("rep_id")
        assert (moved.loc["a0", "before"], moved.loc["a0", "now"]) == (0.8, 0.8)

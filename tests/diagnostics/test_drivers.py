"""The driver tree: exact by hand, what is planted is found, and what is not is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import assert_stands_alone

import spmkit as spm
from spmkit import charts, diagnostics
from spmkit.data import DataError
from spmkit.decomposition import driver_effects
from spmkit.diagnostics import drivers as tree_of
from spmkit.diagnostics.drivers_lines import COUNTS, driver_lines
from spmkit.diagnostics.drivers_redrawn import discoveries, judged, redrawn_sums
from spmkit.narrative.drivers import drivers_title, leaks_said
from spmkit.reports.diagnostics_parts import drivers_parts

SETTINGS = {"as_of": "2026-10-02"}
SAMPLE = spm.shipped("datasets") / "sample"


def sales(rows):
    """Opportunities of (rep, outcome, amount), all closed within the quarter."""
    found = pd.DataFrame(rows, columns=["rep_id", "outcome", "amount"])
    return found.assign(
        opportunity_id=[f"o{n}" for n in range(len(found))],
        created_on="2026-06-01",
        closed_on="2026-07-15",
    )


def opened(teams, rows, period="2026Q3", **tables):
    reps = pd.DataFrame({"rep_id": list(teams), "team": list(teams.values())})
    given_tables = {"reps": reps, "opportunities": sales(rows)} | tables
    return diagnostics.open_diagnosis(spm.open_data(given_tables, settings=SETTINGS), period)


def quotas(**of):
    return pd.DataFrame(
        {
            "rep_id": list(of),
            "quota": list(of.values()),
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
        }
    )


TEAMS = {"a": "East", "b": "West", "c": "West"}
ROWS = [
    ("a", "won", 50.0),
    ("a", "lost", 9.0),
    ("a", "lost", 9.0),
    ("a", "lost", 9.0),
    ("b", "won", 40.0),
    ("b", "lost", 9.0),
    ("c", "won", 40.0),
    ("c", "lost", 9.0),
]


def test_the_tree_by_hand():
    the = opened(TEAMS, ROWS, quotas=quotas(a=100.0, b=100.0, c=100.0))
    east = diagnostics.driver_tree(the).query("group == 'East'").set_index("driver")
    assert list(east.index) == [
        "opportunities per rep",
        "win rate",
        "deal size",
        "credited per new booking",
        "quota per rep",
        "attainment",
    ]
    assert east["value"].round(12).tolist() == [4.0, 0.25, 50.0, 1.0, 100.0, 0.5]
    assert east["peers_value"].round(12).tolist() == [2.0, 0.5, 40.0, 1.0, 100.0, 0.4]
    assert east["factor"].round(12).tolist() == [2.0, 0.5, 1.25, 1.0, 1.0, 1.25]
    assert east["part"].iloc[:-1].sum() == pytest.approx(0.1)  # 50 % less 40 %
    assert east["status"].str.startswith("insufficient n").all()
    assert not east["told"].any()


def test_without_quotas_the_outcome_is_credit_per_rep():
    found = diagnostics.driver_tree(opened(TEAMS, ROWS))
    assert found["driver"].iloc[-1] == "credited per rep"
    east = found[found["group"] == "East"]
    assert east["value"].iloc[-1] == pytest.approx(50.0)
    assert east["value"].iloc[:-1].prod() == pytest.approx(50.0)


def test_the_last_column_is_attainment_as_it_is_measured():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    found = diagnostics.driver_tree(the)
    lines = spm.quota_lines(the.data, list(the.window))
    measured = spm.measure(lines, spm.attainment, by="team").set_index("team")["attainment"]
    whole = found[found["driver"] == "attainment"].set_index("group")["value"]
    assert whole.to_dict() == pytest.approx(measured.loc[whole.index].to_dict())
    start, end = the.start, the.end
    closed = spm.opportunity_lines(the.data).df()
    closed = closed[closed["closed_on"].between(start, end)]
    won = spm.measure(closed, spm.win_rate, by="team").set_index("team")["win_rate"]
    rates = found[found["driver"] == "win rate"].set_index("group")["value"]
    assert rates.to_dict() == pytest.approx(won.loc[rates.index].to_dict())
    signed = found.assign(log=np.log(found["value"]))
    signed.loc[signed["driver"] == "quota per rep", "log"] *= -1
    steps = signed[signed["driver"] != "attainment"].groupby("group")["log"].sum()
    assert np.exp(steps).to_dict() == pytest.approx(whole.to_dict())


def test_what_the_sample_has_planted_shows_where_it_is_logged():
    the = diagnostics.open_diagnosis(spm.open_data(SAMPLE))
    found = diagnostics.driver_tree(the)
    # More administration: fewer of the activities are meetings, in the planted region's teams.
    low = found[found["told"] & (found["factor"] < 1)]
    planted = low[low["driver"] == "meetings per activity"]["group"].tolist()
    assert sorted(planted) == ["Southeast 1", "Southeast 2"]
    leaks = diagnostics.team_leaks(found).set_index("group")
    assert leaks.loc["Southeast 1", "made_up"] == "opportunities per meeting"
    assert "beside it makes up for" in drivers_title(leaks.reset_index())


numbers = st.floats(0.1, 1e4)


@settings(max_examples=20)
@given(st.lists(st.tuples(*[numbers] * 6), min_size=2, max_size=5))
def test_the_parts_add_up_and_are_those_of_the_decomposition(rows):
    counts = ["heads", "opportunities", "wins", "bookings", "credited", "quota"]
    lines = pd.DataFrame(rows, columns=counts).reindex(columns=COUNTS)
    lines = lines.assign(group=[f"g{n}" for n in range(len(rows))], kind="AE", rep_id="x")
    tree = tree_of._tree(lines, "team")
    for group in tree.peers:
        found = tree_of._rows(tree, group)
        steps, whole = found.iloc[:-1], found.iloc[-1]
        distance = whole["value"] - whole["peers_value"]
        assert steps["part"].sum() == pytest.approx(distance, rel=1e-6, abs=1e-9)
        logs = tree.logs.loc[group].to_numpy()
        factors, _ = tree.factors(group)
        now = pd.DataFrame([np.exp(logs)], columns=tree.drivers)
        before = pd.DataFrame([np.exp(logs - factors)], columns=tree.drivers)
        effects = driver_effects(now, before, list(tree.drivers))
        assert effects["contribution"].tolist() == pytest.approx(
            steps["part"].tolist(), rel=1e-5, abs=1e-9
        )


def company(seed, planted=1.0, teams=5, reps=10):
    """Teams alike but for the win rate of the first: what each rep closed, won and booked."""
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
            "quota": 2.5e5,
        }
    ).reindex(columns=COUNTS)
    group = [f"T{n // reps}" for n in range(number)]
    return lines.assign(rep_id=[f"r{n}" for n in range(number)], group=group, kind="AE")


def told(lines):
    tree = tree_of._tree(lines, "team")
    found = pd.concat([tree_of._rows(tree, group) for group in tree.peers], ignore_index=True)
    found["told"] = discoveries(found["p"])
    return found


def test_a_planted_leak_is_found_in_its_driver_and_team():
    found = told(company(1, planted=0.6))
    leaks = diagnostics.team_leaks(found)
    assert (leaks["group"].iloc[0], leaks["driver"].iloc[0]) == ("T0", "win rate")
    assert leaks["told"].iloc[0]
    assert drivers_title(leaks).startswith("Below its peers, told from chance: T0 in win rate")


def test_where_nothing_is_planted_teams_are_seldom_told_apart():
    alarms = sum(bool(told(company(seed))["told"].any()) for seed in range(60))
    assert alarms <= 8  # of 60; at most 3 are expected of what is looked at together


def test_intervals_hold_what_they_promise():
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(500):
        people = pd.DataFrame({"rep_id": list("abcdefghij"), "group": "A"})
        people["x"] = rng.normal(5, 1, 10)
        mean = redrawn_sums(people, ["x"])["A"][:, 0] / 10
        found = judged(float(people["x"].mean()), mean, 10)
        inside += found["low"] <= 5 <= found["high"]
    assert inside >= 460  # 95 % of 500 is 475; three deviations of chance are 15


def test_of_very_many_teams_the_tables_show_the_first_and_say_so():
    teams = {f"r{number}": f"T{number:02}" for number in range(30)}
    rows = [(rep, outcome, 9.0) for rep in teams for outcome in ("won", "lost")]
    *_, tree = drivers_parts(opened(teams, rows))
    assert "Every driver of every team, with intervals: the first 24 of 30" in str(tree)
    assert len({team for team in teams.values() if f">{team}<" in str(tree)}) == 24


def test_a_rep_who_moved_counts_in_both_teams():
    spells = pd.DataFrame(
        {
            "rep_id": ["a", "a", "b"],
            "team": ["East", "West", "West"],
            "starts_on": ["2020-01-01", "2026-08-01", "2020-01-01"],
        }
    )
    rows = sales([("a", "won", 50.0), ("a", "won", 30.0), ("b", "won", 10.0)])
    rows["closed_on"] = ["2026-07-15", "2026-08-15", "2026-08-15"]
    data = spm.open_data(
        {
            "reps": pd.DataFrame({"rep_id": ["a", "b"]}),
            "rep_assignments": spells,
            "opportunities": rows,
        },
        settings=SETTINGS,
    )
    lines = driver_lines(diagnostics.open_diagnosis(data, "2026Q3"))
    booked = lines.groupby("group")["bookings"].sum().to_dict()
    assert booked == {"East": 50.0, "West": 40.0}
    assert lines.groupby("group")["credited"].sum().to_dict() == booked


def test_a_team_that_won_nothing_is_undefined_and_no_finding():
    rows = [*ROWS, ("d", "lost", 5.0)]
    found = diagnostics.driver_tree(opened(TEAMS | {"d": "South"}, rows))
    south = found[found["group"] == "South"]
    assert south["status"].eq("undefined: no win rate").all()
    assert not south["told"].any()
    assert south["factor"].isna().all()


@pytest.mark.parametrize(
    ("teams", "period", "said"),
    [
        ({"a": "East", "b": "East", "c": "East"}, "2026Q3", "no team has peers"),
        ({"a": None, "b": None, "c": None}, "2026Q3", "no team has peers"),
        (TEAMS, "2026Q4", "is running"),
    ],
)
def test_where_nothing_can_be_compared_there_is_one_line(teams, period, said):
    the = opened(teams, ROWS, period)
    if period == "2026Q4":
        the = diagnostics.Diagnosis(the.data, spm_periods(the))
    found = drivers_parts(the)
    assert len(found) == 1
    assert said in str(found[0])


def spm_periods(the):
    """The running period alone, as of a company that has just begun."""
    from spmkit.review.opening import Periods

    return Periods(the.periods.now, False, None, (the.periods.now.label,))


def test_nothing_closed_is_one_line():
    rows = sales(ROWS).assign(outcome="open", closed_on=None)
    data = {
        "reps": pd.DataFrame({"rep_id": list(TEAMS), "team": list(TEAMS.values())}),
        "opportunities": rows,
    }
    the = diagnostics.open_diagnosis(spm.open_data(data, settings=SETTINGS), "2026Q3")
    with pytest.raises(DataError, match="nothing in 2026Q3|nothing that closed"):
        diagnostics.driver_tree(the)
    assert len(drivers_parts(the)) == 1


def test_few_reps_are_said_and_not_judged():
    parts = drivers_parts(opened(TEAMS, ROWS))
    leaks = diagnostics.team_leaks(diagnostics.driver_tree(opened(TEAMS, ROWS)))
    assert "nothing is said" in leaks_said(leaks)
    assert len(parts) > 1


def test_the_chart_stands_alone_with_hostile_names():
    rows = [(rep, *rest) for rep, *rest in ROWS]
    found = diagnostics.driver_tree(opened({"a": "</script>'<", "b": 'W"', "c": 'W"'}, rows))
    cells = found.assign(cell="×1", side="cannot tell", own="1", peers="1")
    spec = charts.driver_dots(cells, "A title", "Drivers").to_dict()
    assert_stands_alone(spec)
    assert "<svg" in vl_convert.vegalite_to_svg(spec)

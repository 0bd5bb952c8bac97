"""Who sees what: a manager's page holds no other team's people, a rep's page nobody else."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from review_company import QUARTERS, everything_in, write

from spmkit.reports import run_report
from spmkit.units import MONEY, format_full, format_value

TEAMS = {"boss1": [f"alpha{n}" for n in range(7)], "boss2": [f"omega{n}" for n in range(7)]}
REPS = [rep for team in TEAMS.values() for rep in team]
EVERYBODY = [*TEAMS, *REPS, "chief"]


def named(rep):
    return f"Zq{rep.capitalize()}"


def reps():
    above = {rep: boss for boss, team in TEAMS.items() for rep in team}
    above |= dict.fromkeys(TEAMS, "chief")
    rows = [
        {"rep_id": f"id-{rep}", "name": named(rep), "manager_id": above.get(rep)}
        for rep in EVERYBODY
    ]
    frame = pd.DataFrame(rows)
    frame["manager_id"] = "id-" + frame["manager_id"]
    return frame.assign(role="Account Executive", segment="All", region="North")


def amount_of(number):
    """An amount that nothing else on a page can be by chance."""
    return 40_000 + 1_000 * (number % 90) + 7.13 + number / 100


def opportunities():
    rows = [
        (f"id-{rep}", outcome, start[:5] + f"{int(start[5:7]) + part % 3:02}-{11 + part}")
        for start, _ in QUARTERS
        for rep in REPS
        for part, outcome in enumerate(["won", "lost", "won", "lost", "won"])
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "outcome", "closed_on"])
    frame.insert(0, "opportunity_id", [f"deal-{n:04}" for n in range(len(frame))])
    return frame.assign(
        amount=[amount_of(n) for n in range(len(frame))], created_on="2026-03-01", stage="Proposal"
    )


def quotas():
    lines = [
        (f"id-{rep}", *quarter, 150_000.0 + 1234.5 * n)
        for quarter in QUARTERS
        for n, rep in enumerate(REPS)
    ]
    return pd.DataFrame(lines, columns=["rep_id", "period_start", "period_end", "quota"])


def shared():
    """The first won deal of alpha0 and of omega1 is credited to two people."""
    deals = opportunities()
    first = deals[deals["rep_id"].eq("id-alpha0") & deals["closed_on"].gt("2026-07-01")].iloc[0]
    rows = [
        ("c1", first["opportunity_id"], "id-alpha0", 30_111.11),
        ("c2", first["opportunity_id"], "id-omega1", 12_222.22),
    ]
    frame = pd.DataFrame(rows, columns=["credit_id", "opportunity_id", "rep_id", "amount"])
    return frame.assign(credited_on=first["closed_on"])


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    return write(
        folder, reps=reps(), opportunities=opportunities(), quotas=quotas(), credits=shared()
    )


@pytest.fixture(scope="module")
def manager_page(company, tmp_path_factory):
    to = tmp_path_factory.mktemp("to")
    page = run_report("quarterly_review_manager", to, company, "2026Q3", manager="id-boss1")
    return everything_in(page)


@pytest.fixture(scope="module")
def rep_page(company, tmp_path_factory):
    to = tmp_path_factory.mktemp("to")
    return everything_in(run_report("quarterly_review_rep", to, company, "2026Q3", rep="id-alpha0"))


def words_of(people):
    return [word for rep in people for word in (named(rep), f"id-{rep}")]


def written(amount):
    """An amount in every writing of a page or of a chart's data."""
    return {
        f"{amount:.2f}",
        f"{amount:,.2f}",
        repr(amount),
        str(int(amount)),
        f"{amount:,.0f}",
        format_full(amount, MONEY),
    }


def deals_of(people):
    deals = opportunities()
    return deals[deals["rep_id"].isin([f"id-{rep}" for rep in people])]


def found(page, texts):
    return sorted(text for text in texts if re.search(rf"(?<!\d){re.escape(text)}(?!\d)", page))


def test_the_manager_sees_the_own_team(manager_page):
    assert not set(words_of(TEAMS["boss1"])[::2]) - set(
        found(manager_page, words_of(TEAMS["boss1"]))
    )


def test_no_person_of_another_team_is_on_a_managers_page(manager_page):
    others = [*TEAMS["boss2"], "boss2", "chief"]
    assert found(manager_page, words_of(others)) == []


def test_no_deal_or_amount_of_another_team_is_on_a_managers_page(manager_page):
    deals = deals_of(TEAMS["boss2"])
    assert found(manager_page, deals["opportunity_id"]) == []
    assert found(manager_page, set().union(*map(written, deals["amount"]))) == []


def test_the_rep_sees_own_lines(rep_page):
    assert named("alpha0") in rep_page
    won = deals_of(["alpha0"]).query("outcome == 'won' and closed_on > '2026-07-01'")
    assert set(found(rep_page, won["opportunity_id"])) == set(won["opportunity_id"])
    assert "30,111.11" in rep_page
    assert "shared" in rep_page


def test_nobody_else_but_the_managers_name_is_on_a_reps_page(rep_page):
    others = [one for one in EVERYBODY if one != "alpha0"]
    assert found(rep_page, words_of(others)) == [named("boss1")]


def test_no_deal_or_amount_of_anybody_else_is_on_a_reps_page(rep_page):
    deals = deals_of([rep for rep in REPS if rep != "alpha0"])
    assert found(rep_page, deals["opportunity_id"]) == []
    assert found(rep_page, set().union(*map(written, deals["amount"]))) == []
    assert found(rep_page, written(12_222.22)) == []


def test_no_attainment_of_another_person_is_in_the_data_of_a_page(manager_page, rep_page):
    lines = quotas().query("period_start == '2026-07-01'").set_index("rep_id")["quota"]
    won = opportunities().query("outcome == 'won' and closed_on > '2026-07-01'")
    reached = won.groupby("rep_id")["amount"].sum() / lines
    others = {"manager": TEAMS["boss2"], "rep": [rep for rep in REPS if rep != "alpha0"]}
    for page, people in ((manager_page, others["manager"]), (rep_page, others["rep"])):
        values = [f"{reached[f'id-{rep}']:.6f}"[:6] for rep in people]
        assert found(page, values) == []


def test_a_total_beside_ones_own_part_leaves_nobody_elses(manager_page, rep_page):
    won = opportunities().query("outcome == 'won' and closed_on > '2026-07-01'")["amount"].sum()
    for page in (manager_page, rep_page):
        assert format_value(won, MONEY) not in page
        assert found(page, written(won)) == []

"""Who sees what: a manager's page holds no other team's people, a rep's page nobody else.

It holds for all that a run writes: the page, what it carries compressed, the tables beside it.
"""

from __future__ import annotations

import re

import privacy_company
import pytest
from privacy_company import (
    EVERYBODY,
    REPS,
    TEAMS,
    all_written,
    everything_in,
    everything_written,
    found,
    named,
    of,
    owner_of,
    ratios_written,
    shortened,
    title_of,
    words_of,
    written,
)

from spmkit.reports import recipients, run_report

READERS = {"manager": TEAMS["boss1"], "rep": ["alpha0"], "pair": ["pair0"]}
"""Whose numbers a page is about, by its reader."""


def others(reader):
    return [rep for rep in REPS if rep not in READERS[reader]]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return privacy_company.write(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def texts(company, tmp_path_factory):
    """All that is written for each reader; made when it is first asked for."""
    asked = {
        "vp": ("quarterly_review", {}),
        "manager": ("quarterly_review_manager", {"manager": "id-boss1"}),
        "rep": ("quarterly_review_rep", {"rep": "id-alpha0"}),
        "pair": ("quarterly_review_rep", {"rep": "id-pair0"}),
    }
    made = {}

    def written_for(reader):
        if reader not in made:
            report, told = asked[reader]
            to = tmp_path_factory.mktemp(reader)
            made[reader] = everything_written(
                run_report(report, to, company, "2026Q3", also=["csv", "xlsx"], **told)
            )
        return made[reader]

    return written_for


each_reader = pytest.mark.parametrize("reader", READERS)


@each_reader
def test_the_tables_were_read_too(texts, reader):
    """Else the other tests could not fail."""
    assert "\ufeff" in texts(reader)  # a CSV file
    assert "</sheetData>" in texts(reader)  # a sheet of a workbook
    assert '"datasets"' in texts(reader)  # the charts' data


def test_the_manager_sees_the_own_team(texts):
    assert not set(words_of(TEAMS["boss1"])[::2]) - set(
        found(texts("manager"), words_of(TEAMS["boss1"]))
    )


def test_no_person_of_another_team_is_on_a_managers_page(texts):
    strangers = [*others("manager"), "boss2", "boss3", "chief"]
    assert found(texts("manager"), words_of(strangers)) == []


@pytest.mark.parametrize(("reader", "rep"), [("rep", "alpha0"), ("pair", "pair0")])
def test_the_rep_sees_own_lines(texts, reader, rep):
    assert named(rep) in texts(reader)
    won = of([rep], privacy_company.won_now())
    assert set(found(texts(reader), won["opportunity_id"])) == set(won["opportunity_id"])


def test_a_shared_credit_is_shown_as_the_own_part(texts):
    assert "30,111.11" in texts("rep")
    assert "shared" in texts("rep")
    assert found(texts("rep"), written(12_222.22)) == []


@pytest.mark.parametrize(
    ("reader", "rep", "boss"), [("rep", "alpha0", "boss1"), ("pair", "pair0", "boss3")]
)
def test_nobody_else_but_the_managers_name_is_on_a_reps_page(texts, reader, rep, boss):
    people = [one for one in EVERYBODY if one != rep]
    assert found(texts(reader), words_of(people)) == [named(boss)]


@each_reader
def test_no_deal_or_amount_of_anybody_else_is_on_a_page(texts, reader):
    deals = of(others(reader), privacy_company.opportunities())
    assert found(texts(reader), deals["opportunity_id"]) == []
    assert found(texts(reader), all_written(deals["amount"])) == []


@each_reader
def test_no_quota_of_anybody_else_is_on_a_page(texts, reader):
    quotas = of(others(reader), privacy_company.quotas())["quota"]
    assert found(texts(reader), all_written(quotas)) == []


@each_reader
def test_no_attainment_of_anybody_else_is_on_a_page(texts, reader):
    lines = privacy_company.quotas().query("period_start == '2026-07-01'").set_index("rep_id")
    reached = privacy_company.won_now().groupby("rep_id")["amount"].sum() / lines["quota"]
    values = {f"{reached[f'id-{rep}']:.6f}"[:6] for rep in others(reader)}
    assert found(texts(reader), values) == []


@each_reader
def test_ones_own_action_is_on_a_page_and_no_other(texts, reader):
    mine = {word for rep in READERS[reader] for word in (title_of(rep), owner_of(rep))}
    all_ = {word for rep in REPS for word in (title_of(rep), owner_of(rep), f"act-{rep}")}
    assert set(found(texts(reader), all_)) == mine


@each_reader
def test_no_goal_of_anybody_elses_action_is_on_a_page(texts, reader):
    agreed = of(others(reader), privacy_company.actions())
    assert found(texts(reader), ratios_written([*agreed["baseline"], *agreed["target"]])) == []


@each_reader
def test_no_activity_of_anybody_else_is_on_a_page(texts, reader):
    visits = of(others(reader), privacy_company.activities())
    assert found(texts(reader), [*visits["activity_id"], *visits["account_id"]]) == []


@each_reader
def test_how_nobody_else_spends_the_time_is_on_a_page(texts, reader):
    shares = privacy_company.shares_of_time().loc[[f"id-{rep}" for rep in others(reader)]]
    assert found(texts(reader), ratios_written(shares[["selling", "admin"]].to_numpy().flat)) == []


def test_the_manager_sees_how_the_own_team_spends_its_time(texts):
    shares = privacy_company.shares_of_time().loc[[f"id-{rep}" for rep in TEAMS["boss1"]]]
    printed = [f"{share * 100:.1f} %" for share in shares["selling"]]
    assert set(found(texts("manager"), printed)) == set(printed)


@pytest.mark.parametrize("reader", ["vp", *READERS])
def test_what_a_person_was_paid_is_on_no_page(texts, reader):
    assert found(texts(reader), all_written(privacy_company.payouts()["amount"])) == []


def test_what_two_people_were_paid_together_is_on_no_page_nor_follows_from_one(texts):
    """The region of the two is no line of its own, and no other line is the whole less it."""
    paid = privacy_company.payouts()["amount"]
    pair = of(TEAMS["boss3"], privacy_company.payouts())["amount"].sum()
    assert shortened(paid.sum()) in texts("vp")
    for amount in (pair, paid.sum() - pair):
        assert found(texts("vp"), {shortened(amount), *written(amount)}) == []


@each_reader
def test_no_forecast_of_anybody_else_is_on_a_page(texts, reader):
    calls = of(others(reader), privacy_company.forecasts())["amount"]
    assert found(texts(reader), all_written(calls)) == []


TOTALS = {"manager": REPS, "rep": TEAMS["boss1"], "pair": TEAMS["boss3"]}
"""Those whose total would leave somebody else's part beside the reader's own."""


@each_reader
@pytest.mark.parametrize("of_all", [False, True], ids=["team", "company"])
def test_a_total_beside_ones_own_part_leaves_nobody_elses(texts, reader, of_all):
    people = REPS if of_all else TOTALS[reader]
    won = of(people, privacy_company.won_now())["amount"].sum()
    quota = of(people, privacy_company.quotas().query("period_start == '2026-07-01'"))["quota"]
    called = of(people, privacy_company.forecasts())["amount"].sum()
    paid = of(people, privacy_company.payouts())["amount"].sum()
    for total in (won, quota.sum(), called, paid):
        assert found(texts(reader), {shortened(total), *written(total)}) == []
    assert f"{won / quota.sum():.6f}"[:7] not in texts(reader)


@each_reader
def test_a_page_leads_to_no_other(texts, reader):
    links = re.findall(r'<a [^>]*href="([^"]*)"', texts(reader))
    assert [link for link in links if not link.startswith("#")] == []


def test_an_index_names_its_recipients_and_nothing_of_their_numbers(company, tmp_path, monkeypatch):
    """It is for whoever sends the pages; each of them lies in a folder of its own."""

    def run(report, to, *_, **told):
        to.mkdir(parents=True)
        (to / "page.html").write_text(told["rep"], "utf-8")
        return to / "page.html"

    monkeypatch.setattr(recipients, "run_report", run)
    index = recipients.run_for_each("quarterly_review", "rep", tmp_path, company, "2026Q3")
    text = everything_in(index)
    assert set(found(text, words_of(REPS)[::2])) == set(words_of(REPS)[::2])
    assert "This index names everybody" in text
    folders = [path.parent for path in tmp_path.rglob("page.html")]
    assert len({*folders, tmp_path}) == len(REPS) + 1
    deals = privacy_company.opportunities()
    amounts = [*deals["amount"], *privacy_company.quotas()["quota"]]
    amounts += [*privacy_company.payouts()["amount"], *privacy_company.forecasts()["amount"]]
    assert found(text, [*deals["opportunity_id"], *all_written(amounts)]) == []
    assert found(text, [word for rep in REPS for word in (title_of(rep), owner_of(rep))]) == []

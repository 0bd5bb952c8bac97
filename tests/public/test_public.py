"""Two public data sets, read through a mapping: the numbers that are known of them come out."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from review_company import toml_text
from typer.testing import CliRunner

import spmkit
from spmkit.calibration import method_scores, open_study
from spmkit.calibration.expecting.scores import method_ahead
from spmkit.cli import app
from spmkit.data import DataError
from spmkit.diagnostics import funnel_curve, open_diagnosis, winning_tests
from spmkit.lines import periods_with_quotas
from spmkit.reports import run_report

HERE = Path(__file__).parent
SETS = {"maven_crm": "2017Q4", "adventureworks": ""}
"""Each set with a period to review; AdventureWorks' own last complete one is taken."""


@pytest.fixture(scope="session")
def mapping(require, tmp_path_factory):
    """Give the mapping of a set, with the folder of its files written on top."""
    root = os.environ.get("SPMKIT_PUBLIC_DATA")
    require(root, "SPMKIT_PUBLIC_DATA does not say where the public data sets are")
    written = tmp_path_factory.mktemp("public")

    def write(name):
        folder = Path(root) / name
        require(folder.is_dir(), f"SPMKIT_PUBLIC_DATA has no folder {name}")
        text = (HERE / f"{name}.toml").read_text(encoding="utf-8")
        path = written / f"{name}.toml"
        path.write_text(f"folder = {toml_text(str(folder))}\n{text}", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def crm(mapping):
    return spmkit.open_data(mapping("maven_crm"))


@pytest.fixture(scope="session")
def works(mapping):
    return spmkit.open_data(mapping("adventureworks"))


def assert_adds_up(data, table, rows):
    ledger = data.quality()
    lines = ledger[ledger["table"] == table].groupby("status")["rows"].sum()
    assert lines["read"] == rows
    assert lines["used"] + lines.get("quarantined", 0) == rows


# CRM Sales Opportunities: 8,800 opportunities, no quotas


def test_every_row_of_the_crm_is_accounted_for(crm):
    assert_adds_up(crm, "opportunities", 8800)
    assert crm.quarantined().empty


def test_what_the_crm_won(crm):
    metrics = [
        spmkit.win_rate,
        spmkit.average_deal_size,
        spmkit.sales_cycle,
        spmkit.sales_cycle_mean,
    ]
    row = spmkit.measure(spmkit.opportunity_lines(crm), metrics, confidence=0.95).iloc[0]
    assert row["win_rate_n"] == 6711
    assert row["win_rate"] == 4238 / 6711
    assert row["win_rate_low"] < 0.6315 < row["win_rate_high"]
    assert row["average_deal_size_n"] == 4238
    assert row["average_deal_size"] == pytest.approx(2360.91, abs=0.005)
    assert row["sales_cycle_mean"] == pytest.approx(51.78, abs=0.005)
    assert row["sales_cycle"] == 57


def test_the_offices_of_the_crm_add_up(crm):
    lines = spmkit.opportunity_lines(crm)
    offices = spmkit.measure(lines, spmkit.win_rate, by="region")
    assert offices["win_rate_n"].sum() == 6711
    assert len(offices) == 3


def test_nobody_and_nothing_of_the_crm_is_lost_on_the_way(crm):
    sold = spmkit.opportunity_lines(crm).df()
    assert sold["product"].eq("GTX Pro").sum() == 1480
    assert set(sold["rep_id"]) < set(crm.reps.df()["rep_id"])
    assert len(crm.reps.df()) == 35  # five of them without an opportunity


def test_the_agents_of_the_crm_win_alike_of_what_closed_and_leave_different_shares_open(crm):
    diagnosis = open_diagnosis(crm, "2017Q4")
    by_age = funnel_curve.won_by_age(diagnosis)
    last = by_age[by_age["eventual"]].iloc[0]
    assert last["won_share"] == pytest.approx(0.519, abs=0.005)
    assert last["closed_rate"] == pytest.approx(0.6315, abs=5e-5)
    assert last["high"] < last["closed_rate"]
    tests = winning_tests.homogeneity(diagnosis).set_index("test")
    assert (tests["reps"] == 30).all()
    # Of what closed at one age; those still open are in none.
    assert tests["p"][["closed", "age"]].gt(0.05).all()
    # What differs is how much each leaves open, so that shares of all created differ with it.
    assert tests["p"]["open"] < 0.001


# AdventureWorks: quotas of 17 people by periods of their own, up to 29 May 2013


@pytest.fixture(scope="session")
def quota_lines(works):
    return spmkit.quota_lines(works, periods_with_quotas(works))


def test_attainment_of_the_works(quota_lines):
    complete = quota_lines[quota_lines["complete"] & quota_lines["quota"].notna()]
    row = spmkit.measure(complete, [spmkit.attainment, spmkit.participation_rate]).iloc[0]
    assert row["attainment"] == pytest.approx(0.8425, abs=5e-5)
    assert row["participation_rate_n"] == 95
    assert row["participation_rate"] == pytest.approx(6 / 95)
    assert complete["credited"].sum() == pytest.approx(44_210_112.28, abs=0.005)
    assert complete["quota"].sum() == 52_474_000


def test_online_orders_are_nobody_s_and_counted(works):
    credited = spmkit.credit_lines(works).df()
    nobody = credited[credited["rep_id"].isna()]
    assert nobody["amount"].sum() == pytest.approx(12_834_218.54, abs=0.005)
    ledger = works.quality()
    owner = ledger[(ledger["table"] == "opportunities") & (ledger["reason"] == "no owner")].iloc[0]
    assert owner["rows"] == len(nobody)
    assert owner["amount"] == pytest.approx(12_834_218.54, abs=0.005)


def test_every_order_is_used_or_set_aside_with_its_amount(works):
    ledger = works.quality()
    orders = ledger[ledger["table"] == "opportunities"].groupby("status")[["rows", "amount"]].sum()
    assert orders.loc["read", "rows"] == 7_422  # as many as there are up to that day
    parts = orders.reindex(["used", "quarantined"]).sum()
    pd.testing.assert_series_equal(parts, orders.loc["read"], check_names=False)


# On both: the commands and the review


def ran(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", SETS)
def test_check_and_measure(mapping, name):
    path = mapping(name)
    said = ran("check", path)
    assert "opportunities" in said
    assert "read" in said
    rate = ran("measure", "opportunities", "win_rate", "--by", "region", "--data", path)
    assert len(rate.splitlines()) > 3


@pytest.mark.parametrize(("name", "period"), SETS.items())
def test_the_review_is_a_good_page(mapping, tmp_path, name, period):
    page = run_report("quarterly_review", tmp_path, mapping(name), period or None)
    html = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 600_000
    assert 'class="failed"' not in html
    text = html.split("<main", 1)[1].split("</main>")[0]
    for word in ("nan", "None", "NaT", "inf "):
        assert f" {word}" not in text
        assert f">{word}" not in text
    assert text.count('class="plot"') >= 3


OF_ONE = {
    "maven_crm": ({"manager": "Cara Losch"}, {"rep": "Darcel Schlecht"}),
    "adventureworks": ({"region": "North America", "manager": ""}, {"rep": "282"}),
}
"""Whose team and whose own page; who leads whom is in one of the sets alone."""


@pytest.mark.parametrize(("name", "period"), SETS.items())
@pytest.mark.parametrize("audience", ["manager", "rep"])
def test_the_pages_of_a_team_and_of_a_rep_are_good_pages(mapping, tmp_path, name, period, audience):
    whose = OF_ONE[name][audience == "rep"]
    report = f"quarterly_review_{audience}"
    page = run_report(report, tmp_path, mapping(name), period or None, **whose)
    html = page.read_text(encoding="utf-8")
    assert 'class="failed"' not in html
    text = html.split("<main", 1)[1].split("</main>")[0]
    for word in ("nan", "NaT", "inf "):
        assert f" {word}" not in text
        assert f">{word}" not in text
    assert next(iter(whose.values())) in html
    assert text.count('class="plot"') >= 1


def test_the_review_of_data_without_quotas_says_nothing_of_attainment(mapping, tmp_path):
    page = run_report("quarterly_review", tmp_path, mapping("maven_crm"), "2017Q4")
    main = page.read_text(encoding="utf-8").split("<main", 1)[1].split("</main>")[0]
    top = main.split("<h2", 1)[0]
    assert "nothing is said of attainment" in top
    assert "of quota" not in top


def test_of_few_reps_the_calibration_mostly_cannot_tell(mapping, tmp_path):
    page = run_report("quota_calibration", tmp_path, mapping("adventureworks"))
    html = page.read_text(encoding="utf-8")
    assert 'class="failed"' not in html
    text = html.split("<main", 1)[1].split("</main>")[0]
    said = re.search(r"pass (\d+) and fail (\d+); of (\d+) the data cannot tell", text)
    passed, failed, unsure = map(int, said.groups())
    assert unsure > passed + failed
    assert "For the next period none can be proposed" in text
    for word in ("nan", "NaT", "inf "):
        assert f">{word}" not in text


def test_on_few_reps_the_calibrated_method_loses_and_is_not_taken(works):
    study = open_study(works)
    scores = method_scores(study.tested).set_index("method")
    assert scores["error"]["calibrated"] > 2 * scores["error"]["last_year"]
    assert set(scores["status"]) == {"insufficient n"}
    assert method_ahead(study.tested) == "last_year"


def test_without_quotas_the_calibration_says_what_to_add(crm):
    with pytest.raises(DataError, match="needs quotas"):
        open_study(crm)

"""The page of a quota calibration: its first screen, and what odd companies leave of it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest
from calibration.companies import company, company_tables

from spmkit.calibration import open_study
from spmkit.reports.run import run_report
from spmkit.shipped import shipped

QUESTIONS = (
    "Was the level right?",
    "Was it fair?",
    "Was it luck?",
    "What should 2026Q4 be?",
    "What will it cost?",
)
PAY = "\n[pay]\nthreshold = 0.5\ntiers = [[1.0, 2.0]]\n"


def words(page):
    html = page.read_text(encoding="utf-8")
    body = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return words(
        run_report(
            "quota_calibration", tmp_path_factory.mktemp("page"), shipped("datasets") / "sample"
        )
    )


def test_the_first_screen_answers_five_questions(sample):
    first = sample[: sample.index("rows read")]
    places = [first.index(question) for question in QUESTIONS]
    assert places == sorted(places)
    assert "region Central attains 21 % less than the others" in first
    assert "97 % is asked again" in first
    assert re.search(r"reached with \d+ % where no rule holds a seat \(\d+ to \d+ %\)", first)
    assert len(re.findall(r"\([\d.]+ M? ?to [\d.]+", first)) >= 5  # an interval each


def test_no_number_is_unwritten(sample):
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|\binf\b", sample)


def test_every_claim_has_its_interval_or_says_that_it_cannot_tell(sample):
    table = sample[sample.index("What is measured") : sample.index("Reps by attainment")]
    assert table.count("cannot tell") >= 2
    assert len(re.findall(r"\d+ to −?\d+", table)) >= 4


def test_the_page_says_what_was_found_of_each_cause(sample):
    causes = sample[sample.index("One growth rate for all") : sample.index("Effect (dot)")]
    for cause in ("Last year's luck asked again", "Late release", "Sales credited twice", "Chance"):
        assert re.search(rf"{cause}: .*? (yes|no|cannot tell) ", causes)
    assert "Found: last year's luck asked again, late release" in sample
    assert "Apart: Central." in causes


@pytest.mark.parametrize(
    "finding",
    [
        r"42 % of reps reached quota \(30 to 54 %\), wanted about 60 %",
        r"Attainment follows last year's growth; not potential",
        r"The largest fifth by potential attains \d+ % of what all do",
        r"Reps ahead of quota do not slow down by a tenth in the last period of the year",
        r"Reps carry [\d.]+ M of a goal of [\d.]+ M; [\d.]+ M stand on seats without a rep",
        r"December is asked for \d+ % of 2026Q4; by selling days alone it would be 35 %",
    ],
)
def test_each_chart_says_what_was_found(sample, finding):
    assert re.search(finding, sample)


def test_the_sheets_add_up_to_the_quotas(sample):
    sheet = sample[sample.index("Goran Petrov: ") :][:900]
    assert "baseline" in sheet
    assert "the potential of the territory" in sheet


def written(folder, tables, policy=""):
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "spmkit.toml").write_text('as_of = "2023-03-31"\n', encoding="utf-8")
    if policy:
        (folder / "policy.toml").write_text(policy, encoding="utf-8")
    return folder


def late(tables):
    first = pd.Timestamp("2023-01-01").date()
    sold = tables["opportunities"]
    asked = tables["quotas"]
    return {
        **tables,
        "opportunities": sold[sold["closed_on"] >= first],
        "quotas": asked[asked["period_start"] >= first],
    }


ODD = {
    "one rep": (lambda: company_tables(reps=1, moves=0.0, leaves=0.0), "", "Fewer than 20"),
    "five reps": (
        lambda: company_tables(reps=5),
        "",
        "Of fewer than 8 reps no curve is drawn against the policy.",
    ),
    "one period": (lambda: late(company_tables()), "", "complete periods are too few"),
    "no potential": (
        lambda: {k: v for k, v in company_tables().items() if k != "accounts"},
        "",
        "Boxes by size of territory need the potential",
    ),
    "no pay": (
        lambda: {**company_tables(), "reps": company_tables()["reps"].drop(columns="ote")},
        PAY,
        "needs reps with ote and base_pay",
    ),
    "paid": (company_tables, PAY, "If everyone were at 100 %"),
    "no room": (company_tables, "max_increase = 0.0\nmax_decrease = 0.0\n", "policy.toml: "),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_company_has_a_whole_page(case, tmp_path):
    tables, policy, told = ODD[case]
    folder = tmp_path / "data"
    folder.mkdir()
    said = words(run_report("quota_calibration", tmp_path, written(folder, tables(), policy)))
    assert told in said
    assert "Was the level right?" in said
    assert not re.search(r"\bnan\b|\bNaN\b|\binf\b", said)


def test_a_log_of_changes_is_on_the_page(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    tables = company_tables()
    rep = tables["reps"].loc[tables["reps"]["left_on"].isna(), "rep_id"].iloc[0]
    (folder / "adjustments.csv").write_text(
        "rep_id,period,requested,reason,decision,decided_by\n"
        f"{rep},2023Q2,90000,a key account left,accepted,Mo\n",
        encoding="utf-8",
    )
    said = words(run_report("quota_calibration", tmp_path, written(folder, tables)))
    assert "1 of 16 quotas were asked to be changed" in said
    assert "a key account left" in said


def test_what_was_decided_by_hand_is_in_the_quotas_of_the_page(tmp_path):
    tables = company_tables()
    rep = tables["reps"].loc[tables["reps"]["left_on"].isna(), "rep_id"].iloc[0]
    log = pd.DataFrame(
        {
            "rep_id": [rep],
            "period": ["2023Q2"],
            "requested": [90_000.0],
            "reason": ["a key account left"],
            "decision": ["accepted"],
            "decided_by": ["Mo"],
        }
    )
    study = replace(open_study(company(tables)), adjustments=log)
    seats = study.proposal.seats.set_index("rep_id")
    assert seats["quota"][rep] == 90_000.0
    assert study.before_changes.seats["quota"].sum() == pytest.approx(seats["quota"].sum())

"""A page each: who gets one, where it lies, and the index of them."""

from __future__ import annotations

import html
import re

import pytest
import review_company
from command import ran, refused

from spmkit.reports.recipients import Outcome, Recipient, recipients, report_for, write_index


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    reps = review_company.reps()
    led = reps.assign(manager_id=[None, None] + ["r0"] * 4 + ["r1"] * 4)
    return review_company.write(tmp_path_factory.mktemp("company"), reps=led)


def test_everybody_who_gets_a_page(company):
    assert recipients(company, "manager", "2026Q3") == [
        Recipient("r0", "Rep r0"),
        Recipient("r1", "Rep r1"),
    ]
    assert [one.value for one in recipients(company, "rep", "2026Q3")] == review_company.REPS
    assert [one.name for one in recipients(company, "region", "2026Q3")] == ["North", "South"]


def test_an_audience_has_a_notebook_of_its_own():
    names = [report_for("quarterly_review", audience) for audience in ("vp", "manager", "rep")]
    assert names == ["quarterly_review", "quarterly_review_manager", "quarterly_review_rep"]
    with pytest.raises(ValueError, match="no report 'attainment_rep'"):
        report_for("attainment", "rep")


def test_each_manager_gets_a_page_in_a_folder_and_the_index_leads_there(company, tmp_path):
    found = ran(
        *("report", "quarterly_review", "--for-each", "manager", "--period", "2026Q3"),
        *("--data", company, "--to", tmp_path),
    )
    assert found.exit_code == 0, found.output
    index = tmp_path / "index.html"
    assert found.stdout.strip() == str(index)
    text = index.read_text(encoding="utf-8")
    paths = re.findall(r'<li><a href="\./([^"]+)"[^>]*>([\w ]+)</a></li>', text)
    assert [name for _, name in paths] == ["Rep r0", "Rep r1"]
    for path, name in paths:
        page = (tmp_path / path).read_text(encoding="utf-8")
        assert re.search(rf'<header class="masthead">.*team of {name}', page)
    assert "2 of 2 pages" in text


def test_a_page_that_fails_is_in_the_index_with_its_reason_and_leads_to_the_others(tmp_path):
    good = tmp_path / "a folder" / "page.html"
    hostile = Recipient("x", "<b>=cmd</b>")
    outcomes = [
        Outcome(Recipient("r3", "Rep r3"), good),
        Outcome(hostile, None, 'there is <no> "rep"'),
    ]
    text = write_index(tmp_path, "One to one", "rep", outcomes).read_text(encoding="utf-8")
    assert "1 of 2 pages" in text
    assert re.search(r'<a href="\./a%20folder/page.html"[^>]*>Rep r3</a>', text)
    assert "<b>=cmd</b>" not in text
    assert html.escape('<b>=cmd</b>: there is <no> "rep"', quote=False) in text.replace(
        "&#34;", '"'
    )


def test_the_page_of_a_manager_by_the_command_line(company, tmp_path):
    asked = ("report", "quarterly_review", "--audience", "manager", "-p", "manager=Rep r1")
    found = ran(*asked, "--data", company, "--to", tmp_path)
    assert found.exit_code == 0, found.output
    assert "team of Rep r1" in next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    wrong = (*asked[:-1], "manager=Rep r9", "--data", company, "--to", tmp_path)
    assert "leads nobody" in refused(*wrong)

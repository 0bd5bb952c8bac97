"""What a run writes beside its page: all of it or nothing, and the page stays whatever happens."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbformat.v4 as nb
import pandas as pd
import pytest
import review_company
from command import ran, refused

from spmkit.reports import PageAlone, ReportError, ReportFailed, page_pdf, pdf, run_report
from spmkit.reports.beside import beside_path
from spmkit.reports.html_tables import html_tables
from spmkit.reports.recipients import run_for_each
from spmkit.units import MONEY, NULL, PERCENT, format_difference, format_value

TABLE = """import pandas as pd
from spmkit import charts, tables, units
frame = pd.DataFrame({"team": ["=1+1", "East"], "now": [0.91234, None], "ote": [1.0, 2.0]})
labels = {"team": "Team", "now": "Attainment"}
tables.unit_table(frame, {"now": units.PERCENT}, "East is not known", labels)"""


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook with one working cell under a heading, and give its path."""

    def write(code):
        cells = [
            nb.new_markdown_cell("# Review"),
            nb.new_code_cell("data: str = ''\nperiod: str = ''", metadata={"tags": ["parameters"]}),
            nb.new_markdown_cell("## Where"),
            nb.new_code_cell(code),
        ]
        path = tmp_path / "review.ipynb"
        nbformat.write(nb.new_notebook(cells=cells), path)
        return path

    return write


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_tables_lie_beside_a_page_that_is_the_same_with_them_and_without(notebook, tmp_path):
    to = tmp_path / "to"
    before = run_report(notebook(TABLE), to).read_bytes()
    page = run_report(notebook(TABLE), to, also=["csv", "xlsx"])
    assert page.read_bytes() == before
    assert names(to) == ["review-tables", "review-tables.xlsx", "review.html"]
    frame = pd.read_csv(to / "review-tables" / "01-where-1.csv")
    assert frame.to_dict("list")["Team"] == ["'=1+1", "East"]
    assert frame["Attainment"].tolist()[0] == 0.91234
    assert frame.columns.tolist() == ["Team", "Attainment"]
    book = pd.read_excel(to / "review-tables.xlsx", sheet_name="1.1 Where", engine="calamine")
    assert book["Team"].tolist() == ["=1+1", "East"]
    assert pd.isna(book["Attainment"].tolist()[1])


def test_a_failed_run_leaves_the_last_good_tables_and_writes_none(notebook, tmp_path):
    to = tmp_path / "to"
    run_report(notebook(TABLE), to, also=["csv", "xlsx"])
    before = {path: path.read_bytes() for path in to.rglob("*") if path.is_file()}
    with pytest.raises(ReportFailed):
        run_report(notebook(f"{TABLE}\nraise KeyError('team')"), to, also=["csv", "xlsx"])
    assert {path: path.read_bytes() for path in to.rglob("*") if path.is_file()} == before
    with pytest.raises(ReportFailed):
        run_report(notebook("raise KeyError('team')"), tmp_path / "other", also=["csv", "xlsx"])
    assert names(tmp_path / "other") == []


def test_a_page_without_tables_says_so_and_stays(notebook, tmp_path):
    to = tmp_path / "to"
    with pytest.raises(PageAlone, match="shows neither a table nor a chart; the page is") as told:
        run_report(notebook("print('good')"), to, also=["csv"])
    assert names(to) == ["review.html"]
    assert told.value.page == to / "review.html"


def test_what_cannot_stand_beside_a_page_is_refused_before_the_run(notebook, tmp_path):
    with pytest.raises(ReportError, match="'xls' cannot stand beside a page: did you mean xlsx"):
        run_report(notebook("raise SystemError"), tmp_path / "to", also=["xls"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_of_others_are_in_the_way_before_the_run(notebook, tmp_path, kind):
    place = beside_path(tmp_path / "to" / "review.html", kind)
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("mine")
    with pytest.raises(ReportError, match=r"review-tables(\.xlsx)? (holds|is a folder)"):
        run_report(notebook("raise SystemError"), tmp_path / "to", also=[kind])
    assert (place / "mine.txt").read_text() == "mine"


def test_tables_that_cannot_be_written_leave_the_page(notebook, tmp_path):
    place = tmp_path / "to" / "review-tables"
    code = f"open({str(place)!r}, 'w').close()\n{TABLE}"
    with pytest.raises(PageAlone, match="tables were not written .*is a file.*; the page is there"):
        run_report(notebook(code), tmp_path / "to", also=["csv"])
    assert names(tmp_path / "to") == ["review-tables", "review.html"]
    assert place.read_text() == ""


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """The review of a company, with its tables beside it."""
    data = review_company.write(tmp_path_factory.mktemp("company"))
    page = run_report("quarterly_review", tmp_path_factory.mktemp("to"), data, also=["csv"])
    return page, beside_path(page, "csv")


def listed(folder):
    return pd.read_csv(folder / "contents.csv", encoding="utf-8-sig").fillna("")


def test_the_tables_of_a_review_say_what_its_page_prints(reviewed):
    page, folder = reviewed
    printed = next(t for t in html_tables(page.read_text("utf-8")) if "reps in" in t.title)
    [file] = listed(folder).query("Title == @printed.title")["File"]
    frame = pd.read_csv(folder / file, encoding="utf-8-sig")
    assert frame.columns.tolist() == printed.headings
    forms = {"Rep": str, "Attainment": percent, "On 2026Q2": points}
    for place, name in enumerate(frame):
        cells = [row[place] if row[place] is not None else NULL for row in printed.rows]
        assert [forms.get(name, money)(value) for value in frame[name]] == list(map(str, cells))


def money(value):
    return format_value(value, MONEY)


def percent(value):
    return format_value(value, PERCENT)


def points(value):
    return format_difference(value, PERCENT)


def test_each_table_and_chart_of_a_review_is_there(reviewed):
    page, folder = reviewed
    html = page.read_text("utf-8")
    files = listed(folder)
    assert sorted([*files["File"], "contents.csv"]) == names(folder)
    assert len(files) >= html.count("<table") + html.count('class="plot"') > 8


def test_without_playwright_the_page_is_there_and_the_message_says_what_to_install(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    said = refused("report", notebook(TABLE), "--to", tmp_path / "to", "--pdf")
    page = tmp_path / "to" / "review.html"
    assert "pip install 'spmkit[pdf]'" in said
    assert said.endswith(f"the page is there: {page}")
    assert names(tmp_path / "to") == ["review.html"]


def test_without_chromium_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    driver = SimpleNamespace(chromium=SimpleNamespace(executable_path="/nowhere/chrome"))
    with pytest.raises(PageAlone, match=r"install chromium or Google Chrome, .*the page is there"):
        pdf._printed_by(driver, Path("review.html"))


def test_a_pdf_of_no_page_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such page"):
        page_pdf(tmp_path / "gone.html")


def test_the_command_prints_the_page_and_what_stands_beside_it(notebook, tmp_path):
    done = ran("report", notebook(TABLE), "--to", tmp_path / "to", "--tables", "xlsx")
    assert done.exit_code == 0, done.output
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "review.html",
        "review-tables.xlsx",
    ]


def test_the_command_knows_no_other_tables(tmp_path):
    done = ran("report", "quarterly_review", "--to", tmp_path / "to", "--tables", "docx")
    assert done.exit_code == 2
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize("name", ["also", "pdf", "tables"])
def test_what_has_an_option_of_its_own_is_no_parameter(tmp_path, name):
    said = refused("report", "quarterly_review", "--to", tmp_path / "to", "-p", f"{name}=csv")
    assert "this is no parameter of a report" in said


def test_pages_for_each_have_their_own_beside_them_and_the_index_says_what_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    data = review_company.write(tmp_path / "company")
    to = tmp_path / "to"
    index = run_for_each("quarterly_review", "region", to, data, "2026Q3", also=["csv", "pdf"])
    text = index.read_text("utf-8")
    for region in ("North", "South"):
        [page] = (to / region).glob("*.html")
        assert beside_path(page, "csv").is_dir()
        assert f'href="./{region}/{page.name}"' in text
        assert re.search(rf'<header class="masthead">.*{region}', page.read_text("utf-8"))
    assert (
        text.count("pip install &#39;spmkit[pdf]&#39;") + text.count("install 'spmkit[pdf]'") == 2
    )

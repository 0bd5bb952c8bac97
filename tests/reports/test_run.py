from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path

import nbformat
import nbformat.v4 as nb
import numpy as np
import pytest

from spmkit.reports.naming import file_name, plain, slug
from spmkit.reports.run import (
    KernelDied,
    ReportError,
    ReportFailed,
    ReportTimeout,
    run_report,
)

PARAMETERS = """data: str = ""  # folder
period: str = "2026Q2"  # fiscal quarter
team: str = "all"  # one team
deals: int = 8
share: float = 0.5
open_only: bool = True
top = 5"""


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook with one working cell, and give its path."""

    def write(code, tag="parameters", name="review"):
        cells = [
            nb.new_markdown_cell("# Review\n\nHow it went."),
            nb.new_code_cell(PARAMETERS, metadata={"tags": [tag]}),
            nb.new_markdown_cell("## Why"),
            nb.new_code_cell(code),
        ]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nb.new_notebook(cells=cells), path)
        return path

    return write


def test_a_run_gives_a_page_that_knows_what_it_was_told(notebook, tmp_path):
    data = tmp_path / "customer"
    data.mkdir()
    code = "import os\nprint(period, team, os.path.isdir(data), os.listdir('.') != [], sep=' | ')"
    seen: list[str] = []
    page = run_report(notebook(code), tmp_path / "to", data, "2026Q3", progress=seen.append)
    html = page.read_text()
    assert page == tmp_path / "to" / "review-2026Q3.html"
    assert "2026Q3 | all | True | True" in html
    assert "<title>Review · 2026Q3</title>" in html
    assert seen == ["Review", "Why"]
    assert not re.search(r"/(home|root|tmp|usr|work)/", html)
    assert str(tmp_path) not in html


def test_a_failed_run_leaves_the_last_good_page(notebook, tmp_path):
    page = run_report(notebook("print('good')"), tmp_path)
    before = page.read_bytes()
    with pytest.raises(ReportFailed, match=r"review, “Why”: KeyError: 'team'") as caught:
        run_report(notebook("raise KeyError('team')"), tmp_path)
    assert page.read_bytes() == before
    assert "Traceback" in caught.value.traceback
    assert "\x1b" not in caught.value.traceback
    assert sorted(file.name for file in tmp_path.iterdir()) == ["review.html", "review.ipynb"]


@pytest.mark.parametrize(
    ("code", "error", "timeout"),
    [
        ("import time\ntime.sleep(60)", ReportTimeout, 4),
        ("import os\nos._exit(3)", KernelDied, None),
        ("import sys\nsys.exit(0)", ReportFailed, None),
    ],
    ids=["hangs", "dies", "leaves"],
)
def test_each_way_to_fail_has_its_name_and_gives_no_page(
    notebook, tmp_path, code, error, timeout, capfd
):
    with pytest.raises(error, match="“Why”"):
        run_report(notebook(code), tmp_path, timeout=timeout)
    assert [file.name for file in tmp_path.iterdir()] == ["review.ipynb"]
    assert capfd.readouterr() == ("", "")


def test_a_misspelt_parameter_is_refused_with_the_nearest(notebook, tmp_path):
    with pytest.raises(ReportError, match="no parameter 'teem': did you mean team"):
        run_report(notebook("1"), tmp_path, teem="East")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"deals": "abc"}, r"review: deals is 'abc', not a whole number \(int\); its default is 8"),
        ({"deals": 2.5}, "deals is 2.5"),
        ({"deals": True}, "deals is True"),
        ({"deals": None}, "deals is None"),
        ({"top": "many"}, "top is 'many', not a whole number.*default is 5"),
        ({"share": "half"}, r"not a number \(float\); its default is 0.5"),
        ({"open_only": 1}, r"not true or false \(bool\); its default is True"),
        ({"team": ["East"]}, r"not a text \(str\); its default is \"all\""),
        ({"team": True}, "team is True"),
    ],
)
def test_a_parameter_of_another_type_is_refused_before_the_run(notebook, tmp_path, told, message):
    with pytest.raises(ReportError, match=message):
        run_report(notebook("raise SystemError"), tmp_path / "to", **told)
    assert not (tmp_path / "to").exists()


def test_numbers_fit_where_they_lose_nothing(notebook, tmp_path):
    code = "print(repr(period), repr(team), deals, share, open_only, sep=' | ')"
    told = {"team": 7, "deals": 0, "share": 1, "open_only": False}
    page = run_report(notebook(code), tmp_path / "to", period=2026, **told)
    assert "'2026' | '7' | 0 | 1.0 | False" in html.unescape(page.read_text())
    assert page.name.startswith("review-2026-")


@pytest.mark.parametrize("name", ["page.html", "page.HTM"])
def test_a_page_s_name_is_no_folder(notebook, tmp_path, name):
    with pytest.raises(ReportError, match=rf"{name} would be a file; give a folder"):
        run_report(notebook("raise SystemError"), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_file_is_no_folder(notebook, tmp_path):
    (tmp_path / "pages").write_text("mine")
    with pytest.raises(ReportError, match="pages is a file; give a folder"):
        run_report(notebook("raise SystemError"), tmp_path / "pages")


def test_a_notebook_that_cannot_be_told_anything_is_refused(notebook, tmp_path):
    with pytest.raises(ValueError, match="no cell is tagged `parameters`"):
        run_report(notebook("1", tag="other"), tmp_path)


def test_data_that_are_not_there_are_refused_before_the_run(notebook, tmp_path):
    with pytest.raises(ReportError, match="no file or folder 'nowhere'"):
        run_report(notebook("1"), tmp_path, data="nowhere")


def test_a_folder_that_cannot_be_written_is_refused_before_the_run(notebook, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="pages cannot be written there"):
        run_report(notebook("raise SystemError"), tmp_path / "file" / "below")


@pytest.mark.parametrize(
    "period", ["../../x", "/etc/x", "{period}", "a\x00b", "N" * 300, "..", "🚀", "con"]
)
def test_no_period_leaves_the_folder(period):
    name = file_name("review", {"period": period})
    assert re.fullmatch(r"review-[A-Za-z0-9_-]+\.html", name)
    assert len(name) < 100


def test_names_that_lose_letters_stay_apart():
    assert slug("a/b") != slug("a b") != slug("a-b") == "a-b"


def test_a_hostile_period_runs_and_stays_in_the_folder(notebook, tmp_path):
    page = run_report(notebook("print(period)"), tmp_path / "to", period="../{team}</script>")
    assert page.parent == tmp_path / "to"
    assert "../{team}&lt;/script&gt;" in page.read_text()


def test_other_parameters_have_a_page_each():
    names = {file_name("review", {"period": "2026Q3", "team": team}) for team in ("East", "West")}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 10, 2), "2026-10-02"),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        ((np.int64(1), "a"), [1, "a"]),
        ({"a": date(2026, 1, 1)}, {"a": "2026-01-01"}),
        (None, None),
    ],
)
def test_values_become_plain(value, expected):
    got = plain("x", value)
    assert got == expected
    assert type(got) is type(expected)


def test_paths_become_absolute():
    assert plain("x", Path("data")) == str(Path.cwd() / "data")


def test_what_a_notebook_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="parameter frame: object cannot be handed"):
        plain("frame", object())


def test_a_run_leaves_nothing_behind(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    code = "import os, tempfile\nopen(tempfile.mkstemp()[1], 'w').write('a name')\nos._exit(1)"
    with pytest.raises(KernelDied):
        run_report(notebook(code), tmp_path)
    assert list((tmp_path / "temporary").iterdir()) == []

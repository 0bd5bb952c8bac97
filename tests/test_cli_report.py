"""Reports from the command line, and what a shell sees of any command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command import ran, refused

from spmkit.data.sample import Company, write_sample


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "company"
    write_sample(folder, Company(reps=20, quarters=4, activities_per_opportunity=0.1))
    return folder


def test_a_misspelt_parameter_gives_no_page(company, tmp_path):
    said = refused(
        "report", "quarterly_review", "--to", tmp_path, "--data", company, "-p", "dael=3"
    )
    assert "no parameter 'dael'" in said
    assert "did you mean deals" in said
    assert list(tmp_path.iterdir()) == []


def test_data_and_period_are_parameters_like_the_others(company, tmp_path):
    """As they are listed by ``spmkit reports``."""
    asked = ("report", "quarterly_review", "--to", tmp_path)
    given = ran(*asked, "-p", f"data={company}", "-p", "period=2026Q2")
    assert given.exit_code == 0, given.output
    [page] = tmp_path.iterdir()
    assert "2026Q2" in page.name


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("quaterly_review",), "did you mean quarterly_review"),
        (("quarterly_review", "--data", "gone"), "no file or folder 'gone'"),
        (("quarterly_review", "-p", "deals"), "key=value"),
        (("quarterly_review", "-p", "to=elsewhere"), "to"),
    ],
)
def test_a_report_that_cannot_begin_says_why(tmp_path, arguments, told):
    assert told in refused("report", *arguments, "--to", tmp_path)


def test_a_folder_that_cannot_be_written_is_refused_before_the_run(company, tmp_path):
    (tmp_path / "file").write_text("")
    said = refused(
        "report", "quarterly_review", "--data", company, "--to", tmp_path / "file" / "to"
    )
    assert "cannot be written" in said


def test_a_period_without_data_gives_no_page(company, tmp_path):
    to = tmp_path / "to"
    said = refused(
        "report", "quarterly_review", "--data", company, "--to", to, "--period", "2019Q1"
    )
    assert "2019Q1" in said
    assert list(to.iterdir()) == []


def test_from_a_shell_a_report_prints_its_page_alone_on_stdout(company, tmp_path):
    command = ["report", "quarterly_review", "--to", tmp_path, "--data", company]
    done = _in_a_shell(*command, "--period", "2026Q2", "-p", "deals=3")
    assert done.returncode == 0, done.stderr
    [page] = tmp_path.iterdir()
    assert done.stdout.strip() == str(page)
    assert "2026Q2" in page.name
    assert done.stderr == ""


def test_from_a_shell_a_wrong_folder_ends_with_1_and_a_wrong_word_with_2(tmp_path):
    done = _in_a_shell("check", tmp_path / "gone")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("spmkit: ")
    assert _in_a_shell("chek").returncode == 2


def _in_a_shell(*arguments):
    command = [sys.executable, "-c", "from spmkit.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)

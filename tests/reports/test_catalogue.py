from __future__ import annotations

import nbformat
import nbformat.v4 as nb
import pytest

from spmkit.reports import catalogue
from spmkit.reports.catalogue import Parameter, find_report, reports


@pytest.fixture
def folder(tmp_path, monkeypatch):
    code = 'period: str = "2026Q2"  # fiscal quarter\ntop = 5'
    cells = [
        nb.new_markdown_cell("# Quarterly review\n\nHow the quarter\nclosed.\n\nMore."),
        nb.new_code_cell(code, metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(nb.new_notebook(cells=cells), tmp_path / "quarterly_review.ipynb")
    monkeypatch.setattr(catalogue, "shipped", lambda _: tmp_path)
    return tmp_path


def test_a_notebook_in_the_folder_is_a_report(folder):
    [report] = reports()
    assert (report.name, report.title) == ("quarterly_review", "Quarterly review")
    assert report.description == "How the quarter closed."
    assert report.parameters == (
        Parameter("period", "str", '"2026Q2"', "fiscal quarter"),
        Parameter("top", "None", "5", ""),
    )


def test_a_report_is_found_by_name_or_by_path(folder):
    assert find_report("quarterly_review") == find_report(folder / "quarterly_review.ipynb")


def test_a_misspelt_report_is_refused_with_the_nearest(folder):
    with pytest.raises(ValueError, match="did you mean quarterly_review"):
        find_report("quaterly_review")


def test_a_report_without_words_is_called_by_its_file(folder):
    cell = nb.new_code_cell("a = 1", metadata={"tags": ["parameters"]})
    nbformat.write(nb.new_notebook(cells=[cell]), folder / "bare.ipynb")
    assert (find_report("bare").title, find_report("bare").description) == ("bare", "")


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no such notebook"):
        find_report(tmp_path / "gone.ipynb")

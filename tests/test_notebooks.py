"""Notebooks compose and hold no logic; each runs with other parameters, and one output is kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from spmkit.data.sample import Company, write_sample
from spmkit.reports import run_report
from spmkit.shipped import shipped

REPORTS = sorted(shipped("notebooks").glob("*.ipynb"))
PANELS = sorted(shipped("widgets").glob("*.ipynb"))
MOST_LINES = 6
KEPT = {"keep_output", "nbval-check-output"}
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp, ast.Match, ast.Try, ast.With),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)

every = pytest.mark.parametrize("path", [*REPORTS, *PANELS], ids=lambda path: path.stem)
each_report = pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)


def cells(path, kind="code"):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def logic_in(source):
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, LOGIC)]


def test_there_are_reports_and_panels():
    assert REPORTS
    assert PANELS


@pytest.mark.parametrize(
    "source", ["f = lambda x: x", "[x for x in y]", "if a:\n    b", "a if b else c", "def f(): ..."]
)
def test_logic_is_recognised(source):
    assert logic_in(source)


@every
def test_a_cell_is_short_and_holds_no_logic(path):
    for cell in cells(path):
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source
        assert logic_in(cell.source) == [], cell.source


@every
def test_a_notebook_begins_with_its_title_and_says_what_it_is_for(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    title, _, rest = first.source.partition("\n")
    assert re.fullmatch(r"# \S.+", title)
    assert rest.strip()


@every
def test_no_output_is_committed_but_the_one_that_is_compared(path):
    for cell in cells(path):
        assert cell.execution_count is None or tags(cell) & KEPT
        assert not cell.outputs or tags(cell) >= KEPT
        for output in cell.outputs:
            assert not re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/root/", str(output))


@each_report
def test_the_parameters_are_the_first_code_and_plain_annotated_literals_with_help(path):
    first = cells(path)[0]
    assert "parameters" in tags(first)
    assert sum("parameters" in tags(cell) for cell in cells(path)) == 1
    lines = first.source.splitlines()
    for statement, line in zip(ast.parse(first.source).body, lines, strict=True):
        assert isinstance(statement, ast.AnnAssign), line
        assert type(ast.literal_eval(statement.value)).__name__ == ast.unparse(statement.annotation)
        assert re.search(r"  # \S", line), line


@each_report
def test_what_a_report_is_told_it_reads(path):
    first, *others = cells(path)
    names = [statement.target.id for statement in ast.parse(first.source).body]
    code = "\n".join(cell.source for cell in others)
    read = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert {"data", "period"} <= set(names)
    assert set(names) <= read


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "company"
    write_sample(folder, Company(reps=20, quarters=4, activities_per_opportunity=0.1))
    return folder


OTHERS = {"quarterly_review": {"deals": 3}}
"""Other values than the defaults for what a report is told beside data and period."""


@each_report
def test_a_report_runs_on_other_data_and_another_period(path, company, tmp_path):
    others = OTHERS.get(path.stem, {})
    page = run_report(path.stem, tmp_path, company, "2026Q2", **others)
    html = page.read_text(encoding="utf-8")
    assert page.name.startswith(f"{path.stem}-2026Q2")
    assert "2026Q2" in html
    assert 'class="failed"' not in html


@each_report
def test_a_report_runs_on_the_running_period(path, company, tmp_path):
    html = run_report(path.stem, tmp_path, company, "2026Q4").read_text(encoding="utf-8")
    said = re.search(r'<p class="lead">(.*?)</p>', html)[1]
    assert "2026Q4" in said
    assert "closed" not in said


def test_an_output_is_kept_and_it_is_what_the_notebook_gives():
    kept = {path for path in REPORTS for cell in cells(path) if cell.outputs}
    assert kept, "no notebook has a stored output to compare: run it, and keep the tagged one"
    found = _nbval(*sorted(kept))
    assert found.returncode == 0, found.stdout[-3000:]
    assert "[100%]" in found.stdout  # quiet twice over, pytest counts no more than that


def test_a_changed_output_is_noticed(tmp_path):
    changed = [path for path in map(_with_another_output(tmp_path), REPORTS) if path]
    assert changed, "no notebook has a stored output to change"
    assert _nbval(*changed).returncode == 1


def _with_another_output(folder):
    """Write a notebook with the numbers of its kept output changed, if it has one."""

    def write(path):
        notebook = nbformat.read(path, as_version=4)
        kept = [cell for cell in notebook.cells if cell.get("outputs")]
        for cell in kept:
            data = cell.outputs[0].data
            data["text/plain"] = re.sub(r"\d", "0", data["text/plain"])
        if kept:
            nbformat.write(notebook, folder / path.name)
        return folder / path.name if kept else None

    return write


def _nbval(*paths):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q"]
    root = Path(__file__).parents[1]
    return subprocess.run(
        [*command, *map(str, paths)], cwd=root, capture_output=True, text=True, timeout=300
    )

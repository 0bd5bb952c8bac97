"""What the README says is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spmkit.cli import app

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
FILES = {
    "people.csv": """Employee,Full Name,Area
e1,Ada Byron,West
e2,Bo Diaz,East
""",
    "pipeline.csv": """Id,Owner,Amount,Created,Close Date,Stage,source
1,Ada Byron,$90000,2026-06-01,2026-07-15,Closed Won,Web
2,e2,$40000,2026-06-10,2026-08-20,Closed Won,Event
3,e2,$10000,2026-06-11,2026-08-21,Closed Lost,Event
4,e1,$70000,2026-09-01,2026-11-30,Proposal,Web
""",
    "quotas.csv": """Owner,Quarter Start,Quarter End,Quota
e1,2026-07-01,2026-09-30,100000
e2,2026-07-01,2026-09-30,40000
""",
}


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def my_export(tmp_path, monkeypatch):
    folder = tmp_path / "my_export"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    mapping = blocks("toml")[0].replace("[quotas]", 'source = "source"\n\n[quotas]')
    (folder / "spmkit.toml").write_text(mapping, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.usefixtures("my_export")
def test_its_python_runs_and_says_what_it_says():
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)
    data, lines, spm = names["data"], names["lines"], names["spm"]
    assert data.quality().set_index(["table", "status"]).loc[("opportunities", "used"), "rows"] == 4
    assert spm.measure(lines, spm.attainment)["attainment"].iloc[0] == pytest.approx(130 / 140)


@pytest.mark.usefixtures("my_export")
def test_its_commands_run():
    commands = [line.split("#")[0] for block in blocks("sh") for line in block.splitlines()]
    ours = [shlex.split(line)[1:] for line in commands if line.startswith("spmkit ")]
    assert {words[0] for words in ours} == {
        "check",
        "explain",
        "report",
        "reports",
        "measure",
        "metrics",
        "quotas",
        "sample",
    }
    for words in ours:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (words, result.output)
    assert list(Path("reports").glob("quarterly_review*.html"))
    index = Path("reports/regions/index.html").read_text("utf-8")
    pages = re.findall(r'<a href="\./(\w+)/quarterly_review_manager', index)
    assert pages == ["East", "West"]


def test_its_verbs_are_the_makefile_s():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text("utf-8")
    for verb in set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE)):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb

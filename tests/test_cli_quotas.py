"""The commands about quotas: proposed to the cent, compared, doubted where a goal looks wrong."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner

from spmkit.cli import app


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A policy without limits."""
    file = tmp_path_factory.mktemp("policy") / "policy.toml"
    file.write_text("rounding = 1000\n", encoding="utf-8")
    return file


def ran(*words):
    return CliRunner().invoke(app, ["quotas", *map(str, words)])


def proposed(goal, to, policy, *more):
    return ran(
        "propose", "--period", "2026Q4", "--goal", goal, "--policy", policy, "--to", to, *more
    )


def test_quotas_sum_to_the_goal_and_are_the_same_again(bare, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for file in (one, other):
        assert proposed(21_000_000, file, bare, "--over-assignment", 0.1).exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    assert pd.read_csv(one)["quota"].sum() == pytest.approx(23_100_000.0, abs=0.001)


def test_two_files_are_compared(bare, tmp_path):
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file, goal in zip(files, (20_000_000, 21_000_000), strict=True):
        assert proposed(goal, file, bare).exit_code == 0
    found = ran("compare", *files)
    assert found.exit_code == 0
    assert "1,000,000" in found.stdout


@pytest.mark.parametrize("goal", [1_000_000, 60_000_000])
def test_a_goal_that_looks_wrong_is_doubted(bare, tmp_path, goal):
    found = proposed(goal, tmp_path / "q.csv", bare)
    assert found.exit_code == 0
    assert "is the goal right?" in found.stderr


def test_a_goal_that_looks_right_is_not(bare, tmp_path):
    assert "is the goal right?" not in proposed(21_000_000, tmp_path / "q.csv", bare).stderr


def test_a_period_that_is_over_is_refused(bare, tmp_path):
    words = ("propose", "--period", "2026Q2", "--goal", 1, "--policy", bare)
    found = ran(*words, "--to", tmp_path / "q.csv")
    assert found.exit_code == 1
    assert "2026Q2 is over" in found.stderr
    assert not (tmp_path / "q.csv").exists()


def test_a_report_finds_a_policy_by_its_path_from_here(bare, tmp_path, monkeypatch):
    monkeypatch.chdir(bare.parent)
    words = ["report", "quota_calibration", "-p", "policy=policy.toml", "--to", str(tmp_path)]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output


def test_a_comparison_names_reps_and_their_chances_where_the_files_do(bare, tmp_path):
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    assert proposed(21_000_000, new, bare).exit_code == 0
    lines = pd.read_csv(new)
    lines.assign(quota=lines["quota"] + 1000).to_csv(old, index=False)
    found = ran("compare", old, new).stdout
    first = lines.dropna(subset=["rep"]).sort_values("rep_id").iloc[0]
    (row,) = [line for line in found.splitlines() if str(first["rep_id"]) in line]
    assert first["rep"] in row
    assert row.count(f"{first['probability']:.0%}") == 2  # of the old and of the new
    bare_lines = lines[["rep_id", "territory_id", "period_start", "quota"]]
    bare_lines.to_csv(old, index=False)
    assert "old_chance" not in ran("compare", old, old).stdout


def test_a_malformed_pay_curve_is_refused_before_anything_is_worked_out(tmp_path):
    policy, to = tmp_path / "policy.toml", tmp_path / "q.csv"
    policy.write_text("rounding = 1000\n[pay]\ntreshold = 0.5\n", encoding="utf-8")
    found = proposed(21_000_000, to, policy)
    assert found.exit_code == 1
    assert "policy.toml [pay]: there is no key 'treshold'. Did you mean 'threshold'?" in (
        found.stderr
    )
    assert not to.exists()


@pytest.mark.parametrize("words", [("--for-each", "rep"), ("--audience", "manager")])
def test_a_page_for_each_is_refused_with_what_can_be_asked(words, tmp_path):
    asked = ["report", "quota_calibration", *words, "--to", str(tmp_path)]
    found = CliRunner().invoke(app, asked)
    assert found.exit_code == 1
    assert f"has none for a {words[1]}: leave out --for-each and --audience" in found.stderr
    assert "quarterly_review." in found.stderr

"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest
from command import ran, refused
from folders import HEADER, ROWS, folder

import spmkit

COMMANDS = ("report", "reports", "check", "measure", "sample")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "company"
    result = ran("sample", path, "--reps", 20, "--quarters", 4)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(path)
    return path


# What there is


def test_help_says_what_the_exit_codes_mean_and_lists_the_commands():
    result = ran("--help")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "Exit codes: 0 done; 1 what was asked for cannot be given" in said
    assert "2 the command line could not be parsed" in said
    for command in COMMANDS:
        assert f" {command} " in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    result = ran(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 4


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek",),
        ("check",),
        ("measure", "quotas"),
        ("measure", "quotas", "attainment", "--format", "xml"),
        ("report", "quarterly_review"),
        ("sample", "x", "--reps", "many"),
        ("reports", "--all"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_2(arguments):
    assert ran(*arguments).exit_code == 2


def test_the_reports_are_listed_with_their_parameters():
    result = ran("reports")
    assert result.exit_code == 0
    for report in spmkit.reports.reports():
        assert report.name in result.stdout
        for parameter in report.parameters:
            assert f"-p {parameter.name}=" in result.stdout
            assert parameter.help in result.stdout


# check


def test_check_says_what_was_read_used_and_set_aside(tmp_path):
    text = "\n".join([HEADER, *ROWS, "o3,ada,won,n/a,2026-07-11"])
    result = ran("check", folder(tmp_path, text))
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["opportunities", "read", "3", "130.00"] in lines
    assert ["opportunities", "used", "2", "130.00"] in lines
    aside = next(line for line in result.stdout.splitlines() if "o3" in line)
    assert aside.split()[:3] == ["opportunities", "4", "o3"]
    assert "amount cannot be read" in aside


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rep_id,outcome\nada,won", ["opportunities", "opportunity_id"]),
        (HEADER.replace("rep_id", "repid") + "\n" + ROWS[0], ["'rep_id'", "'repid'"]),
        (HEADER + "\no1,ada,Closed Won,90,2026-07-11", ["outcome", "row 2", "map the column"]),
        (HEADER + "\no1,ada,won,90,2027-07-11", ["closed_on is after as_of (2026-10-02)", "row 2"]),
        (HEADER, ["opportunities", "no rows", "Export it again"]),
        ("", ["opportunities.csv is empty"]),
    ],
    ids=["no key", "misspelt", "words of another house", "the future", "header only", "empty"],
)
def test_check_of_data_that_cannot_be_used_names_place_and_remedy(tmp_path, text, told):
    said = refused("check", folder(tmp_path, text))
    for part in told:
        assert part in said


def test_check_of_a_mapping_that_is_wrong_names_it(tmp_path):
    wrong = 'as_of = "2026-10-02"\n[opportunities]\nfrom = "opportunities.csv"\nammount = "x"\n'
    said = refused("check", folder(tmp_path, **{"spmkit.toml": wrong}))
    assert "ammount" in said
    assert "'amount'" in said


def test_check_without_a_day_says_how_to_give_one(tmp_path):
    assert 'as_of = "' in refused("check", folder(tmp_path, **{"spmkit.toml": ""}))


def test_check_refuses_a_table_of_which_no_row_can_be_used(tmp_path):
    path = folder(tmp_path, **{"quotas.csv": "rep_id,period_start,quota\nada,July,100\n"})
    result = ran("check", path)
    assert result.exit_code == 1
    assert "period_start cannot be read" in result.stdout
    assert "no row of quotas can be used" in result.stderr


def test_check_of_nothing_says_so(tmp_path):
    assert "no file or folder" in refused("check", tmp_path / "gone")
    assert "no data files" in refused("check", _bare(tmp_path))


def _bare(path):
    (path / "spmkit.toml").write_text('as_of = "2026-10-02"\n')
    return path


# sample


def test_a_sample_company_can_be_used(company):
    result = ran("check", company)
    assert result.exit_code == 0
    assert "opportunities" in result.stdout


def test_a_sample_is_not_written_over_files_and_needs_a_story(company, tmp_path):
    assert "holds files already" in refused("sample", company)
    assert "reps" in refused("sample", tmp_path / "few", "--reps", 3)
    assert not (tmp_path / "few").exists()


# measure


def measured(company, *arguments, form="csv"):
    result = ran("measure", *arguments, "--data", company, "--format", form)
    assert result.exit_code == 0, result.output
    return result.stdout


def frame(company, *arguments):
    return pd.read_csv(io.StringIO(measured(company, *arguments)))


def test_measure_agrees_with_the_library_by_group(company):
    by = ["region", "period"]
    found = frame(company, "quotas", "attainment", "participation_rate", "--by", ",".join(by))
    data = spmkit.open_data(company)
    periods = sorted(found["period"].unique())
    lines = spmkit.quota_lines(data, periods)
    metrics = [spmkit.attainment, spmkit.participation_rate]
    expected = spmkit.measure(lines, metrics, by=by, confidence=0.95)
    assert len(periods) >= 4
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_a_metric_of_other_lines_says_which(company):
    result = ran("measure", "leads", "lead_conversion_within:within_days=30", "--data", company)
    assert result.exit_code == 1
    assert "spmkit measure lead_outcomes lead_conversion_within" in result.stderr


def test_an_option_of_a_metric_is_bound(company):
    at = ("quotas", "participation_rate", "participation_rate:at=0.8", "--period", "2026Q3")
    row = frame(company, *at).iloc[0]
    assert row["participation_rate_0.8"] > row["participation_rate"]
    assert row["participation_rate_0.8_n"] == row["participation_rate_n"]


def test_where_keeps_the_rows_that_are_meant(company):
    whole = frame(company, "quotas", "attainment", "--by", "region", "--period", "2026Q3")
    region = whole["region"].iloc[0]
    part = frame(
        company, "quotas", "attainment", "--where", f"region={region}", "--period", "2026Q3"
    )
    assert part["attainment"].iloc[0] == pytest.approx(whole["attainment"].iloc[0])
    assert part["attainment_n"].iloc[0] == whole["attainment_n"].iloc[0]


def test_the_three_forms_say_the_same(company):
    asked = ("opportunities", "win_rate", "--period", "2026Q3")
    [row] = json.loads(measured(company, *asked, form="json"))
    assert frame(company, *asked).iloc[0]["win_rate"] == pytest.approx(row["win_rate"])
    assert f"{row['win_rate'] * 100:.1f} %" in measured(company, *asked, form="table")
    assert 0 < row["win_rate_low"] < row["win_rate"] < row["win_rate_high"] < 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("quotas", "atainment"), "'attainment'"),
        (("quota", "attainment"), "'quotas'"),
        (("quotas", "attainment", "--by", "regoin"), "'region'"),
        (("quotas", "attainment", "--where", "regoin=North"), "'region'"),
        (("quotas", "attainment", "--where", "region"), "key=value"),
        (("quotas", "participation_rate:att=0.8"), "at"),
        (("quotas", "participation_rate:at"), "key=value"),
        (("quotas", "participation_rate:at=high"), "high"),
        (("opportunities", "win_rate", "--where", "amount=high"), "high"),
        (("quotas", "attainment", "--period", "2026-Q33"), "2026Q3"),
        (("quotas", "attainment", "--period", "2031Q1"), "2031Q1"),
        (("opportunities", "attainment"), "credited"),
        (("quotas", "measure"), "no metric 'measure'"),
    ],
)
def test_what_is_not_known_is_refused_with_the_nearest(company, arguments, told):
    assert told in refused("measure", *arguments, "--data", company)

"""Files of quotas: the same bytes each time, read by the table quotas, compared to the cent."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from calibration.seats_ahead import fact, last_of, seats_ahead

import spmkit as spm
from spmkit.attainment.quotas import issued_quotas
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import propose
from spmkit.calibration.proposing.quota_changes import compare_quotas
from spmkit.data import DataError
from spmkit.periods import Period
from spmkit.reports.formula_text import is_like_formula
from spmkit.reports.quota_files import COLUMNS, QuotaFile, quota_csv, read_quotas, write_quotas

QUARTER = Period("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter")
TOLD = QuotaFile(QUARTER, "USD", version=2)


def proposal_of(names, goal=600.0, **columns):
    seats = pd.DataFrame({"rep_id": names, "rep": names, "expected": 100.0, "spread": 20.0})
    return propose(Expectation(seats.assign(**columns), np.linspace(-2, 2, 41)), goal)


def lines_of(text):
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_same_input_gives_the_same_bytes_whatever_the_order(tmp_path):
    ahead, policy = seats_ahead(30), Policy(rounding=100, over_assignment=0.1)
    turned = Expectation(ahead.seats.sample(frac=1, random_state=1), ahead.errors)
    found = []
    for place, one in enumerate((ahead, turned)):
        file = tmp_path / f"{place}.csv"
        write_quotas(propose(one, 2_000_000.0, policy), TOLD, file)
        found.append(file.read_bytes())
    assert found[0] == found[1]
    other = quota_csv(propose(ahead, 2_000_000.01, policy), TOLD)
    assert (
        lines_of(other)[0]["fingerprint"]
        != lines_of(found[0].decode("utf-8-sig"))[0]["fingerprint"]
    )


def test_columns_and_sum(tmp_path):
    ahead = seats_ahead(12)
    ahead.seats.loc[3, "rep_id"] = None
    lines = lines_of(quota_csv(propose(ahead, 1_234_567.89, Policy(over_assignment=0.1)), TOLD))
    assert list(lines[0]) == list(COLUMNS)
    assert sum(round(float(line["quota"]) * 100) for line in lines) == 135_802_468
    vacant = [line for line in lines if not line["rep_id"]]
    assert [line["territory_id"] for line in vacant] == ["t003"]
    assert {line["territory_id"] for line in lines if line["rep_id"]} == {""}
    assert {line["version"] for line in lines} == {"2"}
    assert {line["released_on"] for line in lines} == {""}


@pytest.mark.parametrize("policy", [Policy(), Policy(max_increase=0.5, rounding=100)])
def test_the_file_is_the_table_quotas(tmp_path, policy):
    ahead = seats_ahead(8)
    ahead.seats.loc[2, "rep_id"] = None
    found = propose(ahead, 600_000.0, policy, last_of(ahead))
    write_quotas(found, TOLD, tmp_path / "quotas.csv")
    reps = [rep for rep in found.seats["rep_id"] if isinstance(rep, str)]
    pd.DataFrame({"rep_id": reps}).to_csv(tmp_path / "reps.csv", index=False)
    (tmp_path / "opportunities.csv").write_text("opportunity_id,rep_id,outcome\no,r000,open\n")
    (tmp_path / "spmkit.toml").write_text('as_of = "2026-10-02"\n')
    data = spm.open_data(tmp_path)
    assert data.quarantined().empty
    issued = issued_quotas(data, [QUARTER])
    assert round(issued["issued_quota"].sum(), 2) == 600_000.0
    by_rep = issued.dropna(subset=["rep_id"]).set_index("rep_id")["issued_quota"]
    ours = found.seats.dropna(subset=["rep_id"]).set_index("rep_id")["quota"]
    assert by_rep.sort_index().tolist() == ours.sort_index().tolist()
    assert issued.loc[issued["rep_id"].isna(), "territory_id"].tolist() == ["t002"]


HOSTILE = ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+49-170", "-7", "a@b.com", 'x"y', "a,b\nc", "名前"]


def test_nothing_in_the_file_runs_and_every_id_is_found_again(tmp_path):
    file = write_quotas(proposal_of(HOSTILE, 800.0), TOLD, tmp_path / "quotas.csv")
    for line in lines_of(file.read_text("utf-8")):
        for name, field in line.items():
            harmless = name == "rep_id" and field in ("+49-170", "-7")
            assert harmless or not is_like_formula(field), (name, field)
    assert set(read_quotas(file)["rep_id"]) == set(HOSTILE)


def test_only_a_proposal_is_overwritten(tmp_path):
    file = tmp_path / "quotas.csv"
    write_quotas(proposal_of(["ada"], 100.0), TOLD, file)
    write_quotas(proposal_of(["ada"], 110.0), TOLD, file)
    assert lines_of(file.read_text("utf-8"))[0]["quota"] == "110.00"
    file.write_text("rep_id,quota\nada,100\n")
    with pytest.raises(DataError, match="is no proposal and is not overwritten"):
        write_quotas(proposal_of(["ada"]), TOLD, file)
    with pytest.raises(DataError, match="is a folder"):
        write_quotas(proposal_of(["ada"]), TOLD, tmp_path)
    with pytest.raises(DataError, match="there is no folder"):
        write_quotas(proposal_of(["ada"]), TOLD, tmp_path / "none" / "quotas.csv")


def test_two_files_compared_to_the_cent(tmp_path):
    ahead = seats_ahead(10)
    old = propose(ahead, 900_000.0)
    fewer = Expectation(ahead.seats.iloc[1:], ahead.errors)
    new = propose(fewer, 900_000.01, Policy(pins={"r005": 1_000.01}))
    for name, found in (("old", old), ("new", new)):
        write_quotas(found, TOLD, tmp_path / f"{name}.csv")
    changes = compare_quotas(read_quotas(tmp_path / "old.csv"), read_quotas(tmp_path / "new.csv"))
    seats = changes.seats.set_index("rep_id")
    assert seats["what"]["r000"] == "removed"
    assert seats["new"]["r005"] == 1_000.01
    assert changes.seats["change"].abs().is_monotonic_decreasing
    assert seats["share_of_moves"].sum() == pytest.approx(1)
    assert fact(changes.total, "change") == 0.01
    assert fact(changes.total, "new total") == 900_000.01
    assert fact(changes.total, "moved up") + fact(changes.total, "moved down") == pytest.approx(
        0.01
    )


def test_a_file_compared_with_itself_moves_nothing(tmp_path):
    file = write_quotas(proposal_of(["ada", "bo"]), TOLD, tmp_path / "quotas.csv")
    changes = compare_quotas(read_quotas(file), read_quotas(file))
    assert set(changes.seats["what"]) == {"unchanged"}
    assert fact(changes.total, "change") == 0
    assert changes.seats["share_of_moves"].isna().all()


def test_the_highest_version_of_the_same_period_counts_and_other_periods_do_not():
    old = pd.DataFrame(
        {
            "rep_id": ["ada", "ada", "ada"],
            "quota": [1.0, 2.0, 50.0],
            "version": [1, 2, 1],
            "period_start": ["2026-10-01", "2026-10-01", "2026-07-01"],
        }
    )
    new = pd.DataFrame({"rep_id": ["ada"], "quota": [3.0], "period_start": ["2026-10-01"]})
    found = compare_quotas(old, new).seats
    assert found[["old", "new", "change"]].values.tolist() == [[2.0, 3.0, 1.0]]
    assert found["change_share"].tolist() == [0.5]
    with pytest.raises(DataError, match="no period_start in common"):
        compare_quotas(old, new.assign(period_start="2027-01-01"))
    apart = compare_quotas(old.iloc[2:], new).seats  # one period each: across them
    assert apart["change"].tolist() == [-47.0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("rep_id,quota\nada,5\n", "old.csv has no column 'period_start'"),
        ("rep,period_start,quota\nada,2026-10-01,5\n", "old.csv has no column 'rep_id'"),
        ("rep_id,period_start,quota\n", "old.csv has no rows"),
        ("rep_id,period_start,quota\nada,2026-10-01,much\n", "old.csv, row 2: quota is 'much'"),
        ("rep_id,period_start,quota\nada,2026-10-01,\n", "old.csv, row 2: quota is ''"),
        ("rep_id,period_start,quota\nada,2026-10-01,-4\n", "old.csv, row 2: quota is '-4'"),
        ("rep_id,period_start,quota\nada,2026-10-01,nan\n", "old.csv, row 2: quota is 'nan'"),
        ('rep_id,period_start,quota\nada,2026-10-01,"1,5"\n', "row 2: quota is '1,5'"),
        ("rep_id,period_start,quota\n,2026-10-01,4\n", "row 2: it names no rep_id"),
        ("rep_id,period_start,quota\nada,2026-10-01\n", "row 2: it has not as many fields"),
        ("rep_id,period_start,quota\nada,2026-10-01,4,5\n", "row 2: it has not as many fields"),
        ('rep_id,period_start,quota\n"ada"x,2026-10-01,4\n', "old.csv, after row 1"),
        ("rep_id,period_start,quota,version\nada,2026-10-01,4,x\n", "row 2: version is 'x'"),
    ],
)
def test_rows_that_cannot_be_read_are_named(tmp_path, rows, said):
    file = tmp_path / "old.csv"
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_quotas(file)
    assert said in str(error.value)


def test_duplicates_are_named_by_file_and_row(tmp_path):
    file = tmp_path / "old.csv"
    file.write_text(
        "rep_id,period_start,quota\nada,2026-10-01,4\nbo,2026-10-01,5\nada,2026-10-01,4\n"
    )
    lines = read_quotas(file)
    with pytest.raises(DataError, match=r"old\.csv, rows 2, 4: 'ada' has more than one quota"):
        compare_quotas(lines, lines, ("old.csv", "new.csv"))


def test_no_file_and_bytes_are_said(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_quotas(tmp_path / "none.csv")
    (tmp_path / "old.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        read_quotas(tmp_path / "old.csv")


def test_lines_of_teams_and_overlays_are_left_out():
    old = pd.DataFrame(
        {
            "rep_id": ["ada", None, "mo", "ov"],
            "level": [None, "company", "team", "rep"],
            "kind": [None, None, None, "overlay"],
            "quota": [1.0, 100.0, 50.0, 9.0],
        }
    )
    assert fact(compare_quotas(old, old).total, "old total") == 1.0

"""A mapping is SQL over the folder, and nothing beyond the folder."""

from __future__ import annotations

import pytest
from folders import folder

from spmkit.data import DataError, open_data

MAPPED = """
as_of = "2026-10-02"
[opportunities]
from = "export.csv"
opportunity_id = "Id"
rep_id = "Owner"
outcome = "case Stage when 'Closed Won' then 'won' when 'Closed Lost' then 'lost' else 'open' end"
amount = "replace(replace(Amount, '$', ''), ',', '')"
closed_on = "strptime(Closed, '%d/%m/%Y')"
"""
EXPORT = 'Id,Owner,Stage,Amount,Closed\n1,ada,Closed Won,"$1,200.50",31/07/2026\n2,bo,Open,,\n'


@pytest.fixture
def mapped(tmp_path):
    path = folder(tmp_path, **{"export.csv": EXPORT, "spmkit.toml": MAPPED})
    (path / "opportunities.csv").unlink()
    return path


def change(path, old, new):
    file = path / "spmkit.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return path


def test_expressions_make_the_columns(mapped):
    rows = open_data(mapped).opportunities.df()
    assert rows["amount"].fillna(-1).tolist() == [1200.5, -1.0]
    assert str(rows["closed_on"].iloc[0])[:10] == "2026-07-31"


def test_a_row_on_which_an_expression_fails_is_set_aside(mapped):
    text = (mapped / "export.csv").read_text().replace("31/07/2026", "the 31st")
    (mapped / "export.csv").write_text(text)
    aside = open_data(mapped).quarantined()
    assert aside["reason"].tolist() == ["closed_on cannot be read"]
    assert aside["row"].tolist() == [2]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[opportunities]", "[oportunities]", r"'oportunities' is no setting.*'opportunities'"),
        ("closed_on =", "close_on =", r"\[opportunities\] has no column 'close_on'.*'closed_on'"),
        ('"Owner"', '"Ownr"', r"no column 'Ownr' in the source. Did you mean 'Owner'"),
        ('"export.csv"', '"exprt.csv"', r"there is no such file. Did you mean 'export.csv'"),
        ("case Stage", "case Stag ", r"outcome = .*no column 'Stag'.*Did you mean 'Stage'"),
        (
            '"replace(replace(Amount',
            '"replace(replace(export.Amont',
            r"\[opportunities\] amount = ",
        ),
        ('as_of = "2026-10-02"', 'as_of = "2.10.2026"', r"write it as 2026-10-02"),
        ('as_of = "2026-10-02"', "", r"as_of is not set"),
        ('as_of = "2026-10-02"', 'as_of = 2026-10-02\ntimezone = "Paris"', r"'Paris' is unknown"),
        (
            "[opportunities]",
            "[calendar]\nyear = 1\n[opportunities]",
            r"\[calendar\] knows no 'year'",
        ),
        ("[opportunities]", '[quotas]\nbasis = "half"\n[opportunities]', r'"issued" or "full"'),
        ("as_of", "as_of = = ", r"not valid TOML: .*Values need quotes"),
        ('"Owner"', "Owner", r"not valid TOML: .*Values need quotes"),
        ('rep_id = "Owner"', 'rep_id = "Owner"\nrep_id = "Id"', r"\). A name stands there twice"),
        ("[opportunities]", "[quotas]\n[quotas]\n[opportunities]", r"Keep one of the two sections"),
        ("as_of", 'folder = "C:\\Exports"\nas_of', r"Write a path with / in place of"),
        ("as_of", 'folder = "C:\\Users"\nas_of', r"Write a path with / in place of"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(mapped, old, new, message):
    with pytest.raises(DataError, match=message):
        open_data(change(mapped, old, new))


def test_a_mapping_saved_by_a_text_editor_with_a_mark_is_read(mapped):
    file = mapped / "spmkit.toml"
    file.write_text(file.read_text(), encoding="utf-8-sig")
    assert open_data(mapped).opportunities.shape[0] == 2


NAMES = ["Amount (converted)", "Net Amount [EUR]", "amount.net", 'Amount "net"', "1st-year %"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_form_is_a_column_without_quotes(mapped, name):
    header, rows = EXPORT.split("\n", 1)
    written = name.replace('"', '""')
    header = header.replace("Amount", f'"{written}"')
    (mapped / "export.csv").write_text(f"{header}\n{rows.replace('$1,200.50', '1200.50')}")
    text = (mapped / "spmkit.toml").read_text()
    entry = next(line for line in text.splitlines() if line.startswith("amount"))
    change(mapped, entry, f"amount = '{name.upper()}'")
    assert open_data(mapped).opportunities.df()["amount"].fillna(-1).tolist() == [1200.5, -1.0]


def test_a_misspelt_column_in_an_expression_names_the_nearest(mapped):
    text = (mapped / "export.csv").read_text()
    (mapped / "export.csv").write_text(text.replace("Owner", "Opportunity Owner"))
    change(mapped, '"Owner"', """'lower("Oportunity Owner")'""")
    meant = (
        r"\[opportunities\] rep_id = .*: no column 'Oportunity Owner' in the source. "
        r"Did you mean 'Opportunity Owner'\?"
    )
    with pytest.raises(DataError, match=meant):
        open_data(mapped)


def test_a_misspelt_name_with_brackets_names_the_nearest(mapped):
    text = (mapped / "export.csv").read_text()
    (mapped / "export.csv").write_text(text.replace("Owner", "Owner (full name)"))
    change(mapped, '"Owner"', "'Owner (full nam)'")
    with pytest.raises(DataError, match=r"\[opportunities\] rep_id.*'Owner \(full name\)'"):
        open_data(mapped)
    change(mapped, "'Owner (full nam)'", "'Owner (fullname)'")
    with pytest.raises(DataError, match=r"rep_id = .*Did you mean 'Owner \(full name\)'"):
        open_data(mapped)


@pytest.mark.parametrize(
    "source",
    [
        "select * from 'export.csv'; copy (select 1) to 'stolen.csv'",
        "copy (select 1) to 'stolen.csv'",
        "select * from read_csv('/etc/hostname')",
        "select * from '../secret.csv'",
        "attach 'x.duckdb'",
    ],
)
def test_a_mapping_can_neither_leave_the_folder_nor_write(mapped, source):
    (mapped.parent / "secret.csv").write_text("Id\n1\n")
    with pytest.raises(DataError):
        open_data(change(mapped, '"export.csv"', f'"{source}"'))
    assert not list(mapped.glob("stolen*"))


@pytest.mark.parametrize(
    "expression",
    [
        "(select max(Id) from 'export.csv')); copy (select 1) to 'stolen.csv'; select (1",
        "1) from 'export.csv'; drop table x; select (1",
    ],
)
def test_an_expression_cannot_smuggle_a_second_statement(mapped, expression):
    with pytest.raises(DataError):
        open_data(change(mapped, 'rep_id = "Owner"', f'rep_id = "{expression}"'))
    assert not list(mapped.glob("stolen*"))


def test_a_glob_reads_every_matching_file(mapped):
    (mapped / "export2.csv").write_text(
        "Id,Owner,Stage,Amount,Closed\n3,bo,Closed Won,5,01/07/2026\n"
    )
    data = open_data(change(mapped, '"export.csv"', '"export*.csv"'))
    assert sorted(data.opportunities.df()["opportunity_id"]) == ["1", "2", "3"]


def test_the_mapping_file_may_stand_elsewhere(mapped, tmp_path_factory):
    text = (mapped / "spmkit.toml").read_text()
    elsewhere = tmp_path_factory.mktemp("mappings") / "crm.toml"
    elsewhere.write_text(f'folder = "{mapped}"\n{text}')
    (mapped / "spmkit.toml").unlink()
    assert open_data(elsewhere).opportunities.shape[0] == 2

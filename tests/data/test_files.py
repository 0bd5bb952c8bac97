"""Files as they come: encodings, delimiters, footers, sheets, and what is refused."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from company import opportunities, tables
from folders import HEADER, ROWS, folder, workbook

from spmkit.data import DataError, open_data
from spmkit.data import folder as door

GUIDE = Path(__file__).parents[2] / "docs" / "mapping.md"


def used(data):
    return data.opportunities.df().sort_values("opportunity_id").reset_index(drop=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter(tmp_path, encoding, delimiter):
    text = "\n".join([HEADER, ROWS[0].replace("ada", "Ada Böhm"), ROWS[1]])
    data = open_data(folder(tmp_path, text.replace(",", delimiter), encoding))
    assert used(data)["rep_id"].tolist() == ["ada", "bo"]
    assert used(data)["amount"].tolist() == [90.0, 40.0]


def test_a_late_byte_of_cp1252_is_read_too(tmp_path):
    body = "\n".join(f"o{i},ada,won,1,2026-07-11" for i in range(4000))
    raw = f"{HEADER}\n{body}\nlast,Ada Böhm,won,1,2026-07-11\n"
    data = open_data(folder(tmp_path, raw, "cp1252"))
    assert set(used(data)["rep_id"]) == {"ada"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("first", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("other", ["\r\n", "\n", "\r"])
def test_mixed_line_endings_are_read(tmp_path, encoding, first, other):
    text = f"{HEADER}{first}{ROWS[0].replace('ada', 'Ada Böhm')}{other}{ROWS[1]}{first}"
    data = open_data(folder(tmp_path, text, encoding))
    assert used(data)[["rep_id", "amount"]].values.tolist() == [["ada", 90.0], ["bo", 40.0]]
    assert data.quarantined().empty


def test_a_line_ending_between_two_blocks_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "_BLOCK", len(HEADER) + 1)  # it ends between \r and \n
    path = folder(tmp_path, "\r\n".join([HEADER, *ROWS, ""]))
    assert door._is_regular(path / "opportunities.csv")
    (path / "opportunities.csv").write_bytes(b"a\r\nb\n")
    assert not door._is_regular(path / "opportunities.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_compressed_file_is_read_like_another(tmp_path, encoding):
    path = folder(tmp_path)
    (path / "opportunities.csv").unlink()
    text = f"{HEADER}\r\n{ROWS[0].replace('ada', 'Ada Böhm')}\n{ROWS[1]}\r\n"
    packed = gzip.compress(text.encode(encoding))
    (path / "opportunities.csv.gz").write_bytes(packed)
    assert used(open_data(path))["rep_id"].tolist() == ["ada", "bo"]
    (path / "opportunities.csv.gz").write_bytes(packed[:-12])
    with pytest.raises(DataError, match=r"opportunities.csv.gz is no whole gzip file. Copy it"):
        open_data(path)


def test_what_duckdb_says_about_a_file_names_it_and_a_remedy(tmp_path):
    file = tmp_path / "export.csv.utf8.csv"
    file.write_bytes(b"a,b\r\n1,2\n3,4\r\n")
    options = "auto_detect = false, strict_mode = true, columns = {a: 'VARCHAR', b: 'VARCHAR'}"
    with pytest.raises(duckdb.Error) as caught:
        duckdb.sql(f"from read_csv('{file}', {options})").fetchall()
    words = door.explained(caught.value)
    assert words.startswith("export.csv is no regular CSV (")
    assert words.endswith("save it as CSV UTF-8, or export it again.")
    assert str(tmp_path) not in words


def test_a_folder_without_data_says_so(tmp_path):
    (tmp_path / "notes.md").write_text("Nothing here.")
    with pytest.raises(DataError, match=r"no data files in .* \(CSV, Parquet or .xlsx\)"):
        door.refuse_empty(tmp_path)
    with pytest.raises(DataError, match="no data files in"):
        open_data(tmp_path, settings={"as_of": "2026-10-02"})
    door.refuse_empty(folder(tmp_path))


@pytest.mark.parametrize("name", ["report.csv", "report.CSV.GZ", "plan.xlsx", "deals.parquet"])
def test_one_file_of_an_export_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match=rf"{name} is one file of an export: give the folder"):
        door.refuse_file(tmp_path / name)
    door.refuse_file(tmp_path / "sales.duckdb")
    door.refuse_file(tmp_path)


def test_footers_and_broken_lines_are_set_aside_with_their_line(tmp_path):
    text = "\n".join(
        [
            HEADER,
            *ROWS,
            "o3,ada,won",
            "o4,ada,won,1,2026-07-01,extra",
            "",
            "Total,,,130,",
            "Copyright 2026 Example",
            "Confidential",
        ]
    )
    data = open_data(folder(tmp_path, text))
    aside = data.quarantined()
    # The total is the 7th line, and the 6th row: blank lines before a row are not counted.
    assert sorted(aside["row"]) == [4, 5, 6, 8, 9]
    ledger = data.quality()
    total = ledger[ledger.reason == "a total, not a row"].iloc[0]
    assert (total["rows"], total.amount) == (1, 130.0)
    read = ledger[(ledger.table == "opportunities") & (ledger.status == "read")].iloc[0]
    assert (read["rows"], len(used(data))) == (7, 2)


def test_a_missing_column_names_the_nearest(tmp_path):
    text = "\n".join([HEADER.replace("rep_id", "repid"), *ROWS])
    with pytest.raises(
        DataError, match=r"opportunities has no column 'rep_id'. Did you mean 'repid'"
    ):
        open_data(folder(tmp_path, text))


def test_a_missing_table_says_what_to_add(tmp_path):
    path = folder(tmp_path)
    (path / "reps.csv").unlink()
    with pytest.raises(DataError, match=r"no table 'reps'. Add a file reps.csv"):
        open_data(path)


def test_an_empty_file_and_two_files_of_one_table_are_refused(tmp_path):
    path = folder(tmp_path, **{"quotas.csv": "  \n"})
    with pytest.raises(DataError, match="quotas.csv is empty"):
        open_data(path)
    (path / "quotas.csv").unlink()
    opportunities().to_parquet(path / "opportunities.parquet")
    with pytest.raises(DataError, match="both are the table 'opportunities'"):
        open_data(path)


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(DataError, match="two columns named 'amount'"):
        open_data(folder(tmp_path, "\n".join([HEADER + ",amount", *(r + ",1" for r in ROWS)])))


def test_a_symbolic_link_is_refused(tmp_path):
    path = folder(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "q.csv").write_text("a\n1\n")
    (path / "quotas.csv").symlink_to(tmp_path / "elsewhere" / "q.csv")
    with pytest.raises(DataError, match="quotas.csv is a symbolic link"):
        open_data(path)


def test_parquet_stays_lazy_and_gives_the_same(tmp_path):
    (tmp_path / "spmkit.toml").write_text('as_of = "2026-10-02"\n')
    for name, frame in tables().items():
        dates = [c for c in frame if c.endswith("_on") or c.startswith("period_")]
        frame.assign(**{c: pd.to_datetime(frame[c]).dt.date for c in dates}).to_parquet(
            tmp_path / f"{name}.parquet"
        )
    data = open_data(tmp_path)
    assert used(data)["amount"].tolist() == [90.0, 40.0, 60.0, 10.0]
    views = data.connection.execute("select view_name from duckdb_views() where not internal")
    assert ("opportunities",) in views.fetchall()


def test_a_duckdb_file(tmp_path):
    file = tmp_path / "sales.duckdb"
    with duckdb.connect(str(file)) as con:
        for name, frame in tables().items():
            con.register("frame", frame)
            con.execute(f"create table {name} as select * from frame")
            con.unregister("frame")
    data = open_data(file, settings={"as_of": "2026-10-02"})
    assert used(data)["opportunity_id"].tolist() == ["o1", "o2", "o3", "o4"]


def guide_mapping():
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if "unpivot" in block)


def test_quotas_of_a_sheet_with_a_column_a_month(tmp_path):
    path = folder(tmp_path)
    sheet = [
        ["Rep", "Region", "Jul", "Aug", "Sep"],
        ["ada", "N", 10, 20.5, None],
        ["bo", "S", 1, 2, 3],
    ]
    workbook(path / "quotas.xlsx", {"Plan": sheet, "Read me": [["Quotas 2026"]]})
    with (path / "spmkit.toml").open("a") as file:
        file.write(guide_mapping())
    quotas = open_data(path).quotas.df().sort_values(["rep_id", "period_start"])
    assert quotas["quota"].fillna(-1).tolist() == [10.0, 20.5, -1.0, 1.0, 2.0, 3.0]
    assert str(quotas["period_end"].iloc[1])[:10] == "2026-08-31"


def test_a_sheet_beyond_the_first_has_the_file_s_name_and_its_own(tmp_path):
    path = folder(tmp_path)
    workbook(path / "plan.xlsx", {"Read me": [["x"]], "Q3": [["Rep", "Quota"], ["ada", 5]]})
    with (path / "spmkit.toml").open("a") as file:
        file.write(
            '[quotas]\nfrom = "plan.xlsx:Q3"\nrep_id = "Rep"\nquota = "Quota"\n'
            "period_start = \"'2026-07-01'\"\nperiod_end = \"'2026-09-30'\"\n"
        )
    assert open_data(path).quotas.df()["quota"].tolist() == [5.0]

"""The files that hold a page's tables: what a spreadsheet makes of them, whatever is in them."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spmkit.carried import DataTable
from spmkit.reports.csv_tables import csv_name, csv_text, write_csv
from spmkit.reports.failures import ReportError
from spmkit.reports.formula_text import is_like_formula, neutral
from spmkit.reports.shown_tables import ShownTable
from spmkit.reports.table_list import distinct
from spmkit.reports.xlsx_tables import sheet_name, xlsx_bytes
from tests.reports.review import HOSTILE

FORMULAS = [
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tx",
    "   =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "﹦1",
]
WORDS = ["East", "7-1", "a=b", "− 4 %", "'=1", "", "o@example.com", "Grüße 🚀"]
ROWS = [
    ["=1+1", 0.9123456789, 58, date(2026, 7, 1), datetime(2026, 7, 1, 9, 30), True],
    [None, None, None, None, None, None],
    ['a "b"\nc;d,e', 2_300_000.0, -3, date(1899, 1, 1), None, False],
]
HEADS = ["Text", "Share", "Count", "Day", "Moment", "Flag"]
TABLE = DataTable("Everything", HEADS, ROWS, [1])


def shown(table=TABLE, heading="Where", section=3, place=2):
    return ShownTable(section, heading, place, table)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_made_harmless(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", WORDS)
def test_what_is_no_formula_stays_as_it_is(text):
    assert neutral(text) == text


def read_csv(text):
    return pd.read_csv(io.BytesIO(text.encode()), encoding="utf-8-sig")


def test_a_csv_file_gives_back_its_values():
    text = csv_text(TABLE)
    assert text.startswith('\ufeff"Text","Share","Count","Day","Moment","Flag"\r\n')
    frame = read_csv(text)
    assert frame["Share"].tolist()[0] == 0.9123456789
    assert frame["Count"].dropna().tolist() == [58, -3]
    assert frame["Day"].dropna().tolist() == ["2026-07-01", "1899-01-01"]
    assert frame["Moment"].dropna().tolist() == ["2026-07-01 09:30:00"]
    assert frame["Text"].tolist()[::2] == ["'=1+1", 'a "b"\nc;d,e']
    assert frame.isna().loc[1].all()
    assert "\r\n,,,,,\r\n" in text


@given(st.lists(st.lists(st.text(max_size=9), min_size=2, max_size=2), min_size=1, max_size=4))
def test_every_text_of_a_csv_file_is_quoted_and_none_is_a_formula(rows):
    frame = pd.read_csv(
        io.StringIO(csv_text(DataTable("", ["a", "b"], rows, []))[1:], newline=""),
        keep_default_na=False,
        dtype=str,
    )
    values = [value for row in frame.to_numpy().tolist() for value in row]
    assert values == [neutral(text) for row in rows for text in row]
    assert not any(is_like_formula(value) for value in values)


def opened(content):
    return pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine")


def test_a_workbook_gives_back_its_values():
    book = opened(xlsx_bytes([shown()]))
    assert list(book) == ["Contents", "3.2 Where"]
    assert book["Contents"].iloc[0].tolist() == ["3.2 Where", "Where", "Everything", 3]
    frame = book["3.2 Where"]
    assert frame.columns.tolist() == HEADS
    assert frame["Text"].tolist()[::2] == ["=1+1", 'a "b"\nc;d,e']
    assert frame["Share"].tolist()[::2] == [0.9123456789, 2_300_000]
    assert frame["Day"].tolist()[0] == pd.Timestamp("2026-07-01")
    assert frame["Day"].tolist()[2] == "1899-01-01"  # Excel has no days before 1900
    assert frame["Moment"].tolist()[0] == pd.Timestamp("2026-07-01 09:30")
    assert frame["Flag"].tolist()[::2] == [True, False]
    assert frame.isna().loc[1].all()


def parts(content):
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_workbook_holds_no_formula_and_no_link_whatever_is_in_it():
    texts = [*FORMULAS, *HOSTILE, "https://evil.example", "mailto:a@b.c", "{=1+1}"]
    table = DataTable(texts[0], texts, [texts], [])
    found = parts(xlsx_bytes([shown(table, texts[0])]))
    assert not [name for name, text in found.items() if "<f>" in text or "<hyperlink" in text]
    assert 'quotePrefix="1"' in found["xl/styles.xml"]


def test_a_share_prints_as_percent_and_counts_do_not():
    found = parts(xlsx_bytes([shown()]))
    assert 'formatCode="0.0%"' in found["xl/styles.xml"]
    styles = dict(re.findall(r'<c r="([BC]2)"(?: s="(\d+)")?>', found["xl/worksheets/sheet2.xml"]))
    assert styles["B2"]
    assert not styles["C2"]


def test_a_text_longer_than_a_cell_and_an_identifier_longer_than_a_number_are_kept_as_text():
    table = DataTable("", ["a", "b"], [["N" * 40_000, 2**60]], [])
    row = opened(xlsx_bytes([shown(table)]))["3.2 Where"].iloc[0]
    assert len(row["a"]) == 32_767
    assert str(row["b"]) == str(2**60)  # as a number it would end in 847e+18


@pytest.mark.parametrize(
    "heading",
    [
        "Every [thing]: that * a / sheet ? may \\ not be called and more",
        "=HYPERLINK()",
        "'quoted'",
        "🚀" * 40,
        "a\nb\x00\x1f",
        "History",
        "",
        "   ",
        "شركة الاختبار",
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(heading):
    name = sheet_name(shown(heading=heading))
    assert 0 < len(name.encode("utf-16-le")) / 2 <= 31
    assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
    assert not name.startswith("'")
    assert not name.endswith("'")
    assert list(opened(xlsx_bytes([shown(heading=heading)]))) == ["Contents", name]


def test_sheets_and_files_of_one_heading_have_names_of_their_own():
    several = [shown(heading="N" * 80, section=s, place=p) for s in (1, 2) for p in (1, 2)]
    assert len({sheet_name(one).casefold() for one in several}) == 4
    assert len({csv_name(one) for one in several}) == 4


@pytest.mark.parametrize("heading", ["../../x", "/etc/passwd", "Größe: {x}", "con", "🚀" * 99, ""])
def test_a_heading_cannot_steer_a_file(heading):
    assert re.fullmatch(r"03[a-z0-9-]{0,60}-2\.csv", csv_name(shown(heading=heading)))


def test_headings_of_a_table_are_told_apart():
    assert distinct(["a", "A", "", "a", "a (2)"]) == [
        "a",
        "A (2)",
        "Column 3",
        "a (3)",
        "a (2) (2)",
    ]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_of_tables_takes_the_place_of_the_one_before(tmp_path):
    folder = tmp_path / "review-tables"
    write_csv(folder, [shown(place=1), shown(place=2)])
    write_csv(folder, [shown(place=1)])
    assert names(folder) == ["03-where-1.csv", "contents.csv"]
    assert names(tmp_path) == ["review-tables"]
    assert (folder / "03-where-1.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_files_of_others_are_not_taken_away(tmp_path):
    folder = tmp_path / "review-tables"
    write_csv(folder, [shown(place=1)])
    (folder / "my notes.csv").write_text("mine")
    with pytest.raises(ReportError, match=r"holds what is no table of a report \(my notes.csv\)"):
        write_csv(folder, [shown(place=2)])
    assert names(folder) == ["03-where-1.csv", "contents.csv", "my notes.csv"]


def test_a_folder_that_cannot_be_replaced_stays(tmp_path, monkeypatch):
    folder = tmp_path / "review-tables"
    write_csv(folder, [shown(place=1)])
    rename = type(folder).rename

    def fails(path, target):
        if path.name == "new":
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(type(folder), "rename", fails)
    with pytest.raises(OSError, match="no space left"):
        write_csv(folder, [shown(place=2)])
    assert names(folder) == ["03-where-1.csv", "contents.csv"]
    assert names(tmp_path) == ["review-tables"]

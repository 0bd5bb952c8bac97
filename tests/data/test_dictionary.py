"""datasets/README.md and schema.py say the same, table by table and column by column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spmkit.data.schema import TABLES

DICTIONARY = Path(__file__).parents[2] / "datasets" / "README.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| (.+) \|$")


def documented() -> dict[str, list[tuple[str, str, str]]]:
    """Table to its rows of column, kind and meaning, as the page gives them."""
    parts = re.split(r"^### (\w+)$", DICTIONARY.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {
        name: [row.groups() for line in text.splitlines()[5:] if (row := ROW.match(line))]
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_the_page_has_every_table_and_no_other() -> None:
    assert list(documented()) == list(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_same_columns_of_the_same_kinds(name: str) -> None:
    rows = documented()[name]
    assert [(column, kind) for column, kind, _ in rows] == list(TABLES[name].columns.items())


@pytest.mark.parametrize("name", TABLES)
def test_the_values_that_a_column_may_hold_stand_in_its_meaning(name: str) -> None:
    meaning = {column: text for column, _, text in documented()[name]}
    for column, values in TABLES[name].values.items():
        assert [value for value in values if f"`{value}`" not in meaning[column]] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_sentence_says_what_a_row_is(name: str) -> None:
    text = DICTIONARY.read_text(encoding="utf-8").split(f"### {name}\n")[1]
    assert re.match(r"\n[A-Z].+\.\n\n\| column \| kind \| meaning \|\n", text)

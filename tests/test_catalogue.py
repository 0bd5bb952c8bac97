"""The catalogue has no hole, and every metric says all that a reader must know."""

from __future__ import annotations

import doctest
import inspect
import json
from pathlib import Path

import pytest
from command import ran

import spmkit
from spmkit.catalogue import FAMILIES, catalogue
from spmkit.declaration import is_metric
from spmkit.reference import reference_page

ROOT = Path(__file__).parent.parent
NUMBERS = {
    # A9 and A10 need the predictive distribution of the calibration, I8 to I12 a pay plan, Q5, Q6,
    # Q8 and Q9 quotas beside their expectation; P14 and G10 are left out on purpose.
    "A": [*range(1, 9), *range(11, 21)],
    "P": range(1, 14),
    "W": range(1, 21),
    "V": range(1, 6),
    "F": range(1, 10),
    "H": range(1, 11),
    "G": range(1, 10),
    "I": [*range(1, 8), 13, 14],
    "K": range(1, 5),
    "Q": [1, 2, 3, 4, 7, 10, 11],
}
ENTRIES = catalogue()


@pytest.mark.parametrize("letter", NUMBERS)
def test_the_catalogue_has_no_hole(letter):
    listed = {place for entry in ENTRIES for place in entry.ids}
    assert {f"{letter}{number}" for number in NUMBERS[letter]} <= listed
    assert letter in FAMILIES


def test_every_public_metric_is_in_it():
    metrics = {name for name in spmkit.__all__ if is_metric(getattr(spmkit, name))}
    assert metrics <= {entry.name for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_says_all_of_itself(entry):
    assert entry.definition.endswith(".")
    assert entry.columns or entry.lines.startswith("any "), "name the columns that it reads"
    assert entry.lines
    assert "; " in inspect.getdoc(getattr(spmkit, entry.name)).partition("References")[2]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_has_an_example_that_shows_a_result(entry):
    text = inspect.getdoc(getattr(spmkit, entry.name))
    examples = doctest.DocTestParser().get_examples(text)
    assert any(example.want for example in examples)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_has_a_test_beside_its_example(entry):
    written = "".join(path.read_text("utf-8") for path in TESTS)
    assert entry.name in written


TESTS = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]


def test_the_lines_of_every_entry_are_a_function_or_a_table():
    from spmkit.data.schema import TABLES

    known = {*spmkit.__all__, *TABLES}
    unknown = {entry.lines for entry in ENTRIES if entry.lines not in known}
    assert {lines for lines in unknown if not lines.startswith("any ")} == set()


def test_the_page_of_the_documentation_is_the_generated_one():
    found = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert found == reference_page(), "run: make metrics"


def test_the_command_lists_and_writes_them():
    listed = ran("metrics")
    assert listed.exit_code == 0
    lines = listed.stdout.splitlines()
    assert {entry.name for entry in ENTRIES} <= set(lines)
    assert max(map(len, lines)) <= 80
    given = json.loads(ran("metrics", "--format", "json").stdout)
    assert [entry["name"] for entry in given] == [entry.name for entry in ENTRIES]
    rate = next(entry for entry in given if entry["name"] == "win_rate")
    assert rate["ids"] == ["W2"]
    assert (rate["unit"], rate["better"], rate["timing"]) == ("percent", "higher", "lagging")
    assert rate["columns"] == ["won", "closed", "renewal"]
    assert ran("metrics", "--format", "markdown").stdout == reference_page()

"""What the benchmark of the catalogue measures, on the sample company, against SQL by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import spmkit as spm
from benchmarks.catalogue import BY_HAND, refuse_difference
from benchmarks.entries import ENTRIES, NOT_BY_HAND
from spmkit.catalogue import catalogue


@pytest.fixture(scope="module")
def company():
    return spm.open_data(Path(__file__).parents[1] / "datasets" / "sample")


def test_every_entry_has_its_sql_and_no_sql_is_left_over():
    assert {file.stem for file in BY_HAND.glob("*.sql")} == set(ENTRIES)


def test_every_metric_is_in_an_entry_or_said_not_to_be():
    measured = {name for entry in ENTRIES.values() for name in entry.measures}
    listed = {metric.name for metric in catalogue()}
    assert listed - measured == set(NOT_BY_HAND)


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_sql_says_what_spmkit_says(company, entry):
    sql = (BY_HAND / f"{entry}.sql").read_text("utf-8")
    expected = company.connection.cursor().sql(sql).df()
    assert len(expected)
    assert expected.notna().any().all()  # a column of nulls alone would compare nothing
    refuse_difference(entry, ENTRIES[entry](company), expected)

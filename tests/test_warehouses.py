"""The SQL of every metric compiles for warehouses, through Ibis."""

from __future__ import annotations

import inspect
import re

import pytest

import spmkit as spm
from spmkit.catalogue import catalogue
from spmkit.docstrings import docstring_parts

DIALECTS = ("snowflake", "bigquery", "postgres", "databricks")
TEXTS = ("rep_id", "active_rep", "productive_rep", "source", "stage", "type")
EXACT = "Median|Quantile"  # of which BigQuery has none
METRICS = [getattr(spm, entry.name) for entry in catalogue() if entry.gives == "one number"]


def lines(metric):
    """An empty warehouse table with the columns that a metric reads, of the kinds it says."""
    ibis = pytest.importorskip("ibis")
    said = docstring_parts(metric)["Parameters"]
    flags = set()
    for names, words in re.findall(r"^([\w, ]+)\n {4}(.+)", said, re.MULTILINE):
        flags |= set(names.split(", ")) if words.startswith("Whether") else set()
    columns = [n for n, p in inspect.signature(metric).parameters.items() if p.default is p.empty]
    return ibis.table({name: _kind(name, flags) for name in (*columns, "team")}, name="lines")


def _kind(name, flags):
    if name in (*TEXTS, "team"):
        return "string"
    return "boolean" if name in flags else "date" if name.endswith("_on") else "float64"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
def test_every_metric_compiles(metric, dialect):
    ibis = pytest.importorskip("ibis")
    query = spm.measure_query(lines(metric), metric, by="team")
    if dialect == "bigquery" and re.search(r"\.(median|quantile)\(", inspect.getsource(metric)):
        with pytest.raises(ibis.common.exceptions.OperationNotDefinedError, match=EXACT):
            ibis.to_sql(query, dialect=dialect)
        return
    assert "group by" in str(ibis.to_sql(query, dialect=dialect)).lower()

"""What the tests share: skipping with a reason, Spark, and one frame on every engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

ENGINES = ("pandas", "duckdb", "polars", "pyspark", "ibis")


# Said by the engines of themselves, whatever one does with them.
ENGINES_OWN_WARNINGS = (
    "ignore:PySpark does not yet fully support pandas:FutureWarning",
    "ignore:The 'future.infer_string' option is deprecated",
    "ignore:The copy keyword is deprecated:DeprecationWarning:pyspark",
)


def pytest_configure(config: pytest.Config) -> None:
    for line in ENGINES_OWN_WARNINGS:
        config.addinivalue_line("filterwarnings", line)


def _require(condition: object, reason: str) -> None:
    if condition:
        return
    if os.environ.get("SPMKIT_REQUIRE_ALL") == "1":
        pytest.fail(f"required (SPMKIT_REQUIRE_ALL=1), but: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def require() -> Callable[[object, str], None]:
    """``require(condition, reason)`` skips without it, and fails where all is required."""
    return _require


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A small local Spark, on the loopback interface alone."""
    _require(shutil.which("java") or os.environ.get("JAVA_HOME"), "Spark needs Java")
    _require(find_spec("pyspark"), "pyspark is not installed")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # else every moment has a time zone
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    session = _spark_session(settings)
    yield session
    session.stop()


def _spark_session(settings: Mapping[str, str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("spmkit-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def _duckdb(frame: pd.DataFrame) -> Any:
    return duckdb.connect().from_arrow(_arrow(frame))


def _polars(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("polars").from_arrow(_arrow(frame)).lazy()


def _ibis(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("ibis").memtable(_arrow(frame))


@pytest.fixture(
    params=[pytest.param(e, marks=pytest.mark.spark if e == "pyspark" else ()) for e in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> Callable[[pd.DataFrame], Any]:
    """Turn a pandas frame into a native frame of each engine in turn."""
    if request.param == "pyspark":
        session = request.getfixturevalue("spark")
        return lambda frame: session.createDataFrame(_arrow(frame))
    return {"pandas": lambda frame: frame, "duckdb": _duckdb, "polars": _polars, "ibis": _ibis}[
        request.param
    ]

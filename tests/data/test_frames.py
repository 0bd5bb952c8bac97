"""Frames that are given instead of files: types fitted, zones refused, engines not mixed."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

import spmkit as spm
from spmkit.data import DataError, open_data

pl = pytest.importorskip("polars")
SETTINGS = {"as_of": "2026-10-02"}


def frames(**changed):
    reps = pl.DataFrame({"rep_id": ["ada"], "region": ["North"]})
    deals = {
        "opportunity_id": ["o1", "o2"],
        "rep_id": ["ada", "ada"],
        "outcome": ["won", "won"],
        "amount": [90.0, 10.0],
        "closed_on": [date(2026, 7, 11), date(2026, 9, 30)],
    }
    return {"reps": reps, "opportunities": pl.DataFrame(deals | changed)}


def credited(given, settings=None):
    lines = spm.quota_lines(open_data(given, settings=SETTINGS | (settings or {})), "2026Q3")
    return lines["credited"].tolist()


def test_days_may_be_moments():
    moments = [datetime(2026, 7, 11, 23, 59), datetime(2026, 9, 30, 23, 59)]
    assert credited(frames(closed_on=moments)) == [100.0]


@pytest.mark.parametrize("kind", ["Categorical", "Enum"])
def test_texts_may_be_categories(kind):
    dtype = pl.Categorical if kind == "Categorical" else pl.Enum(["won", "lost"])
    given = frames()
    given["opportunities"] = given["opportunities"].with_columns(pl.col("outcome").cast(dtype))
    assert credited(given) == [100.0]


@pytest.mark.parametrize("dtype", ["Int32", "Decimal", "Float32"])
def test_money_may_be_any_number(dtype):
    kind = pl.Decimal(12, 2) if dtype == "Decimal" else getattr(pl, dtype)
    given = frames()
    given["opportunities"] = given["opportunities"].with_columns(pl.col("amount").cast(kind))
    assert credited(given) == [100.0]


def test_nan_is_no_amount_and_infinite_is_none_to_use():
    data = open_data(frames(amount=[float("nan"), float("inf")]), settings=SETTINGS)
    ledger = data.quality().query("table == 'opportunities'").set_index("reason")
    assert ledger.loc["amount cannot be read", ["status", "rows"]].tolist() == ["quarantined", 1]
    assert ledger.loc["won without an amount", ["status", "rows"]].tolist() == ["limited", 1]
    assert data.opportunities.collect().columns == [
        "opportunity_id",
        "rep_id",
        "outcome",
        "amount",
        "closed_on",
    ]


def zoned(*moments):
    return pl.Series(list(moments)).dt.replace_time_zone("UTC")


def test_moments_with_a_zone_are_refused_without_a_declared_one():
    given = frames(closed_on=zoned(datetime(2026, 7, 1, 3), datetime(2026, 10, 1, 3)))
    with pytest.raises(DataError, match=r"opportunities.closed_on holds times with a time zone"):
        open_data(given, settings=SETTINGS)


def test_moments_with_a_zone_become_local_days():
    given = frames(closed_on=zoned(datetime(2026, 7, 1, 3), datetime(2026, 10, 1, 3)))
    assert credited(given, {"timezone": "America/New_York"}) == [10.0]  # 30 June, 30 September


@pytest.mark.spark
def test_timestamps_of_spark(spark):
    rows = [
        ("o1", "ada", "won", 90.0, "2026-07-01 03:00:00"),
        ("o2", "ada", "won", 10.0, "2026-10-01 03:00:00"),
    ]
    columns = "opportunity_id string, rep_id string, outcome string, amount double, at string"
    deals = spark.createDataFrame(rows, columns)
    reps = spark.createDataFrame([("ada",)], "rep_id string")
    local = deals.selectExpr("*", "cast(at as timestamp_ntz) closed_on").drop("at")
    assert credited({"reps": reps, "opportunities": local}) == [90.0]
    zoned_deals = deals.selectExpr("*", "cast(at as timestamp_ltz) closed_on").drop("at")
    given = {"reps": reps, "opportunities": zoned_deals}
    with pytest.raises(DataError, match="no zone is declared"):
        open_data(given, settings=SETTINGS)
    assert credited(given, {"timezone": "America/New_York"}) == [10.0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"amount": ["90", "10"]}, "opportunities.amount is String, a money is needed"),
        ({"closed_on": ["2026-07-01", "2026-07-02"]}, "closed_on is String, a date is needed"),
        ({"outcome": [1, 2]}, "opportunities.outcome is Int64, a text is needed"),
    ],
)
def test_a_type_that_cannot_be_meant_is_an_error(changed, message):
    with pytest.raises(DataError, match=message):
        open_data(frames(**changed), settings=SETTINGS)


def test_a_needed_column_that_is_missing_is_an_error():
    given = frames()
    given["opportunities"] = given["opportunities"].rename({"outcome": "outcomes"})
    with pytest.raises(DataError, match="has no column 'outcome'. Did you mean 'outcomes'"):
        open_data(given, settings=SETTINGS)


def test_a_table_that_is_not_known_is_an_error():
    with pytest.raises(DataError, match="no table 'rep'. Did you mean 'reps'"):
        open_data({"rep": pl.DataFrame({"rep_id": ["ada"]})}, settings=SETTINGS)


def test_what_is_no_frame_is_an_error():
    with pytest.raises(DataError, match="reps is a list: give a frame"):
        open_data(frames() | {"reps": ["ada"]}, settings=SETTINGS)


def test_frames_of_two_engines_are_an_error():
    reps = pd.DataFrame({"rep_id": ["ada"]})
    with pytest.raises(DataError, match="reps is pandas, opportunities is polars"):
        open_data(frames() | {"reps": reps}, settings=SETTINGS)


def test_a_duckdb_relation_is_refused_with_the_remedy():
    relation = duckdb.connect().sql("select 'ada' as rep_id")
    with pytest.raises(DataError, match="open the DuckDB file by its path"):
        open_data(frames() | {"reps": relation}, settings=SETTINGS)


def test_lists_of_aliases_name_reps():
    given = frames(rep_id=["A. Byron", "0052"])
    given["reps"] = given["reps"].with_columns(aliases=pl.Series([["A. Byron", "0052"]]))
    assert credited(given) == [100.0]


def test_a_row_that_is_there_twice_is_used_once():
    given = frames()
    given["opportunities"] = pl.concat([given["opportunities"]] * 2)
    data = open_data(given, settings=SETTINGS)
    assert data.quality().query("status == 'quarantined'")["rows"].tolist() == [2]
    assert data.quarantined()["key"].tolist() == ["o1", "o2"]
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [100.0]


def test_rows_of_one_key_that_disagree_are_set_aside():
    deals = frames()["opportunities"]
    third = deals.head(1).with_columns(opportunity_id=pl.lit("o3"))
    other = deals.head(1).with_columns(amount=pl.lit(1.0))
    given = frames() | {"opportunities": pl.concat([deals, other, third])}
    data = open_data(given, settings=SETTINGS)
    assert data.quality().query("status == 'quarantined'")["reason"].tolist() == [
        "rows with one key disagree"
    ]
    assert spm.quota_lines(data, "2026Q3")["credited"].tolist() == [100.0]

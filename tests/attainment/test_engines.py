"""Frames of other engines give what pandas gives: quota lines, opportunities, the ledger."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pyarrow as pa
import pytest

import spmkit as spm
from spmkit.data import open_data

SETTINGS = {"as_of": "2026-10-02"}


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def tables():
    """Aliases, a transfer, splits, an overlay, a former owner, rows that repeat."""
    closed = [
        "2026-07-11",
        "2026-08-01",
        "2026-08-20",
        None,
        "2026-09-30",
        *["2026-07-02"] * 2,
        *["2026-07-03"] * 2,
        "2026-07-04",
        "2026-07-05",
    ]
    return {
        "reps": pd.DataFrame(
            {
                "rep_id": ["ada", "bo"],
                "name": ["Ada Byron", "Bo Diaz"],
                "email": ["ada@x.com", "bo@x.com"],
                "region": ["North", "South"],
                "aliases": [["A. Byron", "0052"], ["B. Diaz"]],
                "hired_on": days("2020-01-01", "2021-02-03"),
            }
        ),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": [
                    "o1",
                    "o2",
                    "o3",
                    "o4",
                    "o5",
                    "o6",
                    "o6",
                    "o7",
                    "o7",
                    "o8",
                    "o9",
                ],
                "rep_id": [
                    "A. Byron",
                    "ada",
                    "bo@x.com",
                    "bo",
                    "Zed",
                    "ada",
                    "ada",
                    "bo",
                    "bo",
                    None,
                    "ada",
                ],
                "outcome": ["won", "lost", "won", "open", *["won"] * 6, "void"],
                "amount": [90.0, 40.0, 60.0, 10.0, 5.0, 7.0, 7.0, 3.0, 4.0, None, 1000.0],
                "created_on": days(
                    "2026-06-01",
                    "2026-06-10",
                    "2026-07-01",
                    "2026-09-01",
                    None,
                    *["2026-06-01"] * 6,
                ),
                "closed_on": days(*closed),
            }
        ),
        "quotas": pd.DataFrame(
            {
                "rep_id": ["ada", "bo"],
                "period_start": days(*["2026-07-01"] * 2),
                "period_end": days(*["2026-09-30"] * 2),
                "quota": [100.0, 50.0],
            }
        ),
        "credits": pd.DataFrame(
            {
                "credit_id": ["c1", "c2", "c3", "c4"],
                "opportunity_id": ["o1", "o1", None, "o3"],
                "rep_id": ["ada", "bo", "Bo Diaz", "ada"],
                "credited_on": days("2026-07-11", "2026-07-11", "2026-07-15", "2026-09-01"),
                "amount": [60.0, 30.0, 2.5, 10.0],
                "credit_type": ["split", None, "split", "overlay"],
            }
        ),
        "rep_assignments": pd.DataFrame(
            {
                "rep_id": ["ada", "ada"],
                "starts_on": days("2026-01-01", "2026-08-15"),
                "region": ["North", "South"],
            }
        ),
        "opportunity_history": pd.DataFrame(
            {
                "opportunity_id": ["o3"],
                "changed_at": [datetime(2026, 9, 1, 10)],
                "field": ["rep_id"],
                "old_value": ["Ada Byron"],
                "new_value": ["bo"],
            }
        ),
    }


def answers(data):
    lines = spm.quota_lines(data, "2026Q3")
    metrics = [spm.win_rate, spm.average_deal_size, spm.sales_cycle]
    deals = spm.measure(spm.opportunity_lines(data), metrics, by=["region", "closed_period"])
    ledger = data.quality().sort_values(["table", "status", "reason"]).reset_index(drop=True)
    return {
        "lines": lines,
        "deals": deals,
        "ledger": ledger,
        "crossings": spm.quota_crossings(data, "2026Q3"),
    }


@pytest.fixture(scope="module")
def of_pandas():
    return answers(open_data(tables(), settings=SETTINGS))


def test_of_pandas_is_what_the_decisions_say(of_pandas):
    lines = of_pandas["lines"]
    assert lines["rep"].tolist() == ["Ada Byron", "Ada Byron", "Bo Diaz", "not in reps"]
    assert lines["credited"].tolist() == [60.0 + 7.0, 60.0, 30.0 + 2.5, 5.0]
    assert lines["quota"].tolist()[:3] == pytest.approx([100 * 45 / 92, 100 * 47 / 92, 50.0])


def test_every_engine_gives_what_pandas_gives(engine, of_pandas):
    found = answers(
        open_data({k: engine_frame(engine, v) for k, v in tables().items()}, settings=SETTINGS)
    )
    for name, expected in of_pandas.items():
        pd.testing.assert_frame_equal(found[name], expected, check_dtype=False, obj=name)


def engine_frame(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


def test_an_eager_polars_frame(of_pandas):
    polars = pytest.importorskip("polars")
    frames = {
        name: polars.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
        for name, frame in tables().items()
    }
    found = answers(open_data(frames, settings=SETTINGS))
    pd.testing.assert_frame_equal(found["lines"], of_pandas["lines"], check_dtype=False)

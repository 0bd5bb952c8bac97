"""Stated apart: opening a million opportunities, with every check, beside merely loading them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks import processes, rows
from benchmarks.table import Row, against

WAYS = ("spmkit.open_data", "DuckDB create table", "pandas read")
DATES = ["created_on", "closed_on"]


def claim(number: int = 1_000_000, times: int = 2) -> list[Row]:
    """The rows of the table, for CSV and for Parquet."""
    found: list[Row] = []
    for form in ("csv", "parquet"):
        processes.cost_of(processes.module("rows", "company", number, form))
        folder = rows.CACHE / f"company-{rows.SEED}-{number}-{form}"
        commands = {way: processes.module("opening", way, folder, form) for way in WAYS}
        title = f"opening {number:,} opportunities as {form}"
        goals = {WAYS[0]: "none: checks and ledger are in it"}
        found += against(title, processes.in_turn(commands, times), WAYS[1], goals)
    return found


def opened(way: str, folder: Path, form: str) -> Any:
    """What each way has in hand afterwards."""
    if way == WAYS[0]:
        import spmkit as spm

        return spm.open_data(folder)
    if way == WAYS[1]:
        import duckdb

        connection = duckdb.connect()
        for name in ("reps", "opportunities"):
            file = folder / f"{name}.{form}"
            connection.execute(f"create table {name} as from read_{form}('{file}')")
        return connection
    return _by_pandas(folder, form)


def _by_pandas(folder: Path, form: str) -> Any:
    import pandas as pd

    if form == "parquet":
        return [pd.read_parquet(folder / f"{name}.parquet") for name in ("reps", "opportunities")]
    reps = pd.read_csv(folder / "reps.csv")
    return [reps, pd.read_csv(folder / "opportunities.csv", parse_dates=DATES)]


if __name__ == "__main__":
    opened(sys.argv[1], Path(sys.argv[2]), sys.argv[3])

"""Claim: measuring millions of rows costs little more than SQL by hand, in bounded memory."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import processes, rows, ways
from benchmarks.table import Row, against

WAYS = ("spmkit.measure on DuckDB", "DuckDB SQL by hand", "pandas by hand")
GOAL = {WAYS[0]: "≤ 1.3 and ≤ 600 MB"}


def claim(number: int, times: int = 3) -> list[Row]:
    """The rows of the table."""
    processes.cost_of(processes.module("rows", "lines", number))
    file = rows.CACHE / f"lines-{rows.SEED}-{number}.parquet"
    answers = {way: rows.CACHE / f"answer-{place}.parquet" for place, way in enumerate(WAYS)}
    commands = {way: processes.module("at_scale", way, file, answers[way]) for way in WAYS}
    costs = processes.in_turn(commands, times)
    processes.cost_of(processes.module("at_scale", "compare", *answers.values()))
    title = f"five metrics by region over {number:,} opportunities in Parquet"
    return against(title, costs, WAYS[1], GOAL)


def answer(way: str, file: str) -> object:
    """The table, from nothing but the file."""
    import duckdb

    if way == WAYS[2]:
        import pandas as pd

        return ways.by_pandas(pd.read_parquet(file, columns=ways.KEYS))
    connection = duckdb.connect()
    if way == WAYS[0]:
        return ways.by_measure(connection.read_parquet(file))
    return ways.by_sql(connection, f"read_parquet('{file}')")


def compare(files: list[str]) -> None:
    """Raise unless every answer is the same."""
    import pandas as pd

    first, *others = [pd.read_parquet(file) for file in files]
    for other in others:
        ways.refuse_difference(first, other)


def main(arguments: list[str]) -> None:
    """Be the process that is measured."""
    first, *files = arguments
    if first == "compare":
        compare(files)
        return
    table = answer(first, files[0])
    table.to_parquet(Path(files[1]))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(sys.argv[1:])

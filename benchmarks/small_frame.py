"""Claim: on a small pandas frame, measure costs at most twice what pandas does by hand."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from statistics import median

from benchmarks import processes, rows, ways
from benchmarks.processes import Cost
from benchmarks.table import Row, against

WAYS = ("spmkit.measure on pandas", "pandas by hand")
GOAL = {WAYS[0]: "≤ 2"}


def claim(number: int = 50_000) -> list[Row]:
    """The rows of the table; a process of its own repeats both in turn."""
    command = processes.module("small_frame", number)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    costs = {way: Cost(*figures) for way, figures in json.loads(said).items()}
    title = f"the same table of a pandas frame of {number:,} rows, warm, medians"
    return against(title, costs, WAYS[1], GOAL)


def measured(number: int, times: int = 41) -> dict[str, tuple[float, float]]:
    """Median CPU and wall seconds of each way."""
    import pandas as pd

    frame = pd.read_parquet(rows.lines_file(number))
    ways.refuse_difference(ways.by_measure(frame), ways.by_pandas(frame))
    calls: dict[str, Callable[[], object]] = {
        WAYS[0]: lambda: ways.by_measure(frame),
        WAYS[1]: lambda: ways.by_pandas(frame),
    }
    found = [{way: _cost(call) for way, call in calls.items()} for _ in range(times)]
    return {
        way: (median(one[way][0] for one in found), median(one[way][1] for one in found))
        for way in calls
    }


def _cost(call: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    import sys

    print(json.dumps(measured(int(sys.argv[1]))))

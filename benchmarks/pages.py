"""Claim: the pages of a company of ten million opportunities are made in a minute or two, in 2 GB.

The command as anybody runs it, the kernel's start and the opening with every check included.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import processes, rows
from benchmarks.table import Row

GOALS = {
    "quarterly_review": "≤ 60 s wall, 2,000 MB",
    "productivity_diagnostics": "≤ 120 s wall, 2,000 MB",
}


def claim(reps: int) -> list[Row]:
    """A row a report of a large company."""
    processes.cost_of(processes.module("rows", "large", reps))
    folder = rows.large_folder(reps)
    with tempfile.TemporaryDirectory() as to:
        return [_row(name, folder, reps, to) for name in GOALS]


def _row(name: str, folder: Path, reps: int, to: str) -> Row:
    spmkit = str(Path(sys.executable).with_name("spmkit"))
    command = [spmkit, "report", name, "--data", str(folder), "--to", to]
    title = f"the page {name}, of {reps:,} reps"
    return Row(title, "spmkit report", processes.cost_of(command), None, GOALS[name])

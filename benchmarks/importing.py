"""Claim: importing spmkit costs little more than importing pandas."""

from __future__ import annotations

import sys

from benchmarks import processes
from benchmarks.table import Row, against

GOAL = {"import spmkit": "≤ 1.3"}


def claim(times: int = 15) -> list[Row]:
    """The rows of the table."""
    ways = [*GOAL, "import pandas"]
    costs = processes.in_turn({way: [sys.executable, "-c", way] for way in ways}, times)
    return against("importing, a new process", costs, "import pandas", GOAL)

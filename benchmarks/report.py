"""Claim: a report costs no more than papermill and nbconvert do on the same notebook."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import processes
from benchmarks.processes import Cost
from benchmarks.table import Row, against

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "quarterly_review.ipynb"
WAYS = ("spmkit report", "papermill, then jupyter nbconvert")
GOAL = {WAYS[0]: "≤ 1"}


def claim(times: int = 2) -> list[Row]:
    """The rows of the table; none where there is no such notebook."""
    if not NOTEBOOK.exists():
        print(f"no {NOTEBOOK.name}: the report's line is left out", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        found = [(_ours(Path(folder)), _plain(Path(folder))) for _ in range(times)]
    costs = {way: processes.least([one[i] for one in found]) for i, way in enumerate(WAYS)}
    return against("the quarterly review of the sample, cold", costs, WAYS[1], GOAL)


def _ours(folder: Path) -> Cost:
    return processes.cost_of([_script("spmkit"), "report", NOTEBOOK.stem, "--to", str(folder)])


def _plain(folder: Path) -> Cost:
    """Both commands one after the other."""
    run = folder / "run.ipynb"
    steps = [
        [_script("papermill"), str(NOTEBOOK), str(run), "-k", "python3", "-p", "data", "sample"],
        [_script("jupyter"), "nbconvert", "--to", "html", str(run)],
    ]
    one, two = (processes.cost_of(step) for step in steps)
    peak = max(one.peak or 0.0, two.peak or 0.0)
    return Cost(one.cpu + two.cpu, one.wall + two.wall, peak)


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))

"""The rows of the performance table, and how they print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.processes import Cost

HEAD = ("claim", "way", "CPU s", "wall s", "peak MB", "CPU ratio", "goal")


@dataclass(frozen=True)
class Row:
    """One way to do a thing; ``ratio`` is its CPU over that of the way it is held against."""

    claim: str
    way: str
    cost: Cost
    ratio: float | None = None
    goal: str = ""


def against(claim: str, costs: dict[str, Cost], yardstick: str, goals: dict[str, str]) -> list[Row]:
    """Rows of several ways, each as a multiple of the yardstick's CPU."""
    base = costs[yardstick].cpu
    return [
        Row(claim, way, cost, cost.cpu / base, goals.get(way, "")) for way, cost in costs.items()
    ]


def markdown(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    return "\n".join([_line(HEAD), _line(["---"] * len(HEAD)), *map(_line, map(_cells, rows))])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> list[str]:
    return [row.claim, row.way, *_figures(row), row.goal]


def _figures(row: Row) -> Iterator[str]:
    yield f"{row.cost.cpu:.3f}"
    yield f"{row.cost.wall:.3f}"
    yield "" if row.cost.peak is None else f"{row.cost.peak:.0f}"
    yield "" if row.ratio is None else f"{row.ratio:.2f}"

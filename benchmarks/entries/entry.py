"""What one entry of the benchmark is, the two ways of writing one, and their periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import spmkit as spm
from spmkit.declaration import metric_name

Lines: TypeAlias = Callable[[spm.SalesData], Any]

QUARTER = "2026Q3"
YEAR = ("2025Q4", "2026Q1", "2026Q2", QUARTER)


@dataclass(frozen=True)
class Entry:
    """What spmkit is asked, and the names of the metrics and tables in the answer."""

    measures: tuple[str, ...]
    answer: Lines

    def __call__(self, data: spm.SalesData) -> Any:
        """Ask it of an open source."""
        return self.answer(data)


def over(lines: Lines, by: str | None, *metrics: Any) -> Entry:
    """Metrics over the same lines, in one call."""
    names = tuple(metric_name(metric) for metric in metrics)
    return Entry(names, lambda data: spm.measure(lines(data), list(metrics), by=by))


def table(function: Callable[..., Any], lines: Lines, **options: Any) -> Entry:
    """A table that a function of the catalogue makes of lines."""
    return Entry((function.__name__,), lambda data: function(lines(data), **options))

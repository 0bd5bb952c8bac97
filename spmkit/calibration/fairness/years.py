"""T2: whether attainment follows what was sold the year before."""

from __future__ import annotations

from collections.abc import Iterator

from spmkit.calibration.fairness.equivalence import Effect, no_effect
from spmkit.calibration.fairness.fairness_lines import Asked, Line, Question, line
from spmkit.calibration.fairness.pooled import RANKS, pooled_spearman

_ASKED = (
    ("last year's sales", "last_year", "two", "Above zero may be skill, which lasts."),
    ("last year's growth", "growth", "three", "Below zero last year's growth is asked for again."),
    ("last year's surprise", "surprise", "three", "Below zero luck is taxed."),
)


def last_year(asked: Asked) -> Iterator[Line]:
    """T2: level and growth of last year's sales, and what of them was a surprise."""
    for name, column, years, note in _ASKED:
        test = Question("T2", name, RANKS, asked.margin)
        yield line(test, _ranked(asked, column, years), note=note)


def _ranked(asked: Asked, column: str, years: str) -> Effect:
    if asked.changes[column].isna().all():
        return no_effect(f"needs {years} fiscal years of reps on one territory")
    return pooled_spearman(asked.changes, "attained", column, "year", asked.confidence)

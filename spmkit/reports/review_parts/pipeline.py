"""The pipeline: how it moved, what slipped, what it covers; each said, or why it cannot be."""

from __future__ import annotations

from typing import Any

from spmkit import charts, narrative
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.review import Review, coverage_ahead, pipeline_steps, slippage


def pipeline_parts(review: Review) -> Stack:
    """The waterfall of the period, what slipped out of it, and what the running one has open."""
    ways = [_moved, _slipped, _covered] if review.periods.complete else [_moved, _covered]
    return Stack([or_reason(way, review) for way in ways])


def _moved(review: Review) -> Any:
    steps = pipeline_steps(review)
    unknown = int(steps["unknown"].iloc[-1])
    added = f"; {unknown} open without an amount add nothing" if unknown else ""
    first, last = steps["step"].iloc[0], steps["step"].iloc[-1]
    subtitle = f"Open amounts at the end of {first} and of {last}; adds up to the cent{added}"
    return charts.money_waterfall(steps, narrative.pipeline_title(steps), subtitle)


def _slipped(review: Review) -> Any:
    return page.note(narrative.slipped(slippage(review), review.periods.now.label))


def _covered(review: Review) -> Any:
    return page.note(narrative.covered(coverage_ahead(review)))

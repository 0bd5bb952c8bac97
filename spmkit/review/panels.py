"""What the levers and the metrics of actions came to by rep and period, measured once a review."""

from __future__ import annotations

from collections.abc import Sequence

from spmkit.actions import RepPanels, asked_metric
from spmkit.data import DataError
from spmkit.declaration import Metric
from spmkit.metrics.activities import admin_time_share, meeting_hold_rate, selling_time_share
from spmkit.review.agreed import agreed_actions
from spmkit.review.opening import Review

LEVERS: Sequence[Metric] = (selling_time_share, admin_time_share, meeting_hold_rate)
"""What reps control, what moves before results do, and what does not grow with a territory."""


def panels_of(review: Review) -> RepPanels:
    """Panels of the levers, and of the metrics that actions name, over the review's trend."""
    made = f"panels of {review.periods.now.label}"
    data, periods = review.data, review.periods.trend
    return data.fact(made, lambda: RepPanels(data, [*LEVERS, *_named(review)], periods))  # type: ignore[no-any-return]


def _named(review: Review) -> list[Metric]:
    """The metrics that actions name, but for the levers and what is no metric."""
    if "actions" not in review.data:
        return []
    names = agreed_actions(review.data)["metric"].dropna().unique()
    known = {name: _metric(name) for name in names}
    return [metric for metric in known.values() if metric and metric not in LEVERS]


def _metric(name: str) -> Metric | None:
    try:
        return asked_metric(name)
    except DataError:
        return None

"""Why credit changed: the bridge from the period before, and the drivers behind it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import Review, credit_drivers
from spmkit.units import MONEY, NUMBER, PERCENT

_UNITS = {
    "reps": NUMBER,
    "closings_per_rep": NUMBER,
    "share_won": PERCENT,
    "deal_size": MONEY,
    "won_amount": MONEY,
}
_LABELS = {
    "period": "Period",
    "business": "Business",
    "reps": "Reps, on average",
    "closings_per_rep": "Closings per rep",
    "share_won": "Won of closed",
    "deal_size": "Value won, each",
    "won_amount": "Value won",
}


def why_parts(review: Review, steps: pd.DataFrame) -> Any:
    """The bridge from the period before as a chart, with its drivers folded below it."""
    if steps.empty:
        return page.note(_missing(review))
    label = review.periods.before.label if review.periods.before else ""
    subtitle = (
        f"Credited sales, {label} to {review.periods.now.label}; the steps add up exactly. "
        "They are arithmetic, no proof of a cause"
    )
    chart = charts.money_waterfall(steps, narrative.bridge_title(steps), subtitle)
    currency = review.data.settings.currency
    table = tables.unit_table(credit_drivers(review), _UNITS, "", _LABELS, currency)
    return Stack([chart, page.unfolding("What the steps are made of", table.as_raw_html())])


def _missing(review: Review) -> str:
    now = review.periods.now.label
    if not review.periods.complete:
        return (
            f"{now} is running: what it is against the period before is said once it is complete."
        )
    if review.earlier is None:
        return f"There is no period before {now} to compare it with."
    return f"Nothing was closed, or nobody was employed, in {now} or before: there are no steps."

"""Forecast quality, incentives, products and customers: each shown, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spmkit import charts, narrative, tables
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.review import (
    Review,
    bias_by_manager,
    customers_kept,
    forecast_calls,
    forecast_standing,
    inversions,
    kept_for_a_year,
    paid_lines,
    pay_by_region,
    product_mix,
)
from spmkit.units import COUNT, MONEY, PERCENT, Unit

_MOST_DRAWN = 40
_PAY_UNITS: Mapping[str, Unit] = {
    "reps": COUNT,
    "attainment": PERCENT,
    "paid": MONEY,
    "target": MONEY,
    "effective_commission_rate": PERCENT,
    "target_commission_rate": PERCENT,
}
_PAY_LABELS = {
    "group": "Region",
    "reps": "Reps",
    "attainment": "Attainment",
    "paid": "Variable pay",
    "target": "At target",
    "effective_commission_rate": "Commission rate",
    "target_commission_rate": "Rate at quota",
}
_MIX_UNITS: Mapping[str, Unit] = {
    "won_amount": MONEY,
    **dict.fromkeys(("share", "share_change", "price_realisation"), PERCENT),
    **dict.fromkeys(("price_realisation_change", "margin"), PERCENT),
}


def forecast_parts(review: Review) -> Any:
    """How good the period's forecast was, and to which side each manager's reps lean."""
    return or_reason(_forecast, review)


def _forecast(review: Review) -> Any:
    calls = forecast_calls(review)
    row = forecast_standing(review, calls)
    said = page.note(narrative.forecast_said(row, review.periods.spoken))
    groups = bias_by_manager(calls)
    if groups.empty:
        few = "Of too few managers are four quarters of forecasts known to say whose reps lean."
        return Stack([said, page.note(few)])
    clear = (groups["low"] > 0) | (groups["high"] < 0)
    shown = groups.assign(clear=clear).head(_MOST_DRAWN)
    subtitle = (
        "Bias to expect of the next forecast (dot) with its 95 % interval, pulled towards that of "
        f"all by how little is known; raw bias (ring). Forecasts of {calls['period'].nunique()} "
        "periods, read at the middle of each"
    )
    return Stack([charts.bias_dots(shown, narrative.bias_title(groups), subtitle), said])


def incentive_parts(review: Review) -> Any:
    """What was paid against target and attainment, by region; nothing of a person."""
    return or_reason(_incentives, review)


def _incentives(review: Review) -> Any:
    lines = paid_lines(review)
    regions = pay_by_region(lines)
    inverted, pairs = inversions(lines)
    said = narrative.pay_said(regions.iloc[-1], inverted, pairs, review.periods.now.label)
    currency = review.data.settings.currency
    title = f"What {review.periods.now.label} paid, by region"
    table = tables.unit_table(regions, _PAY_UNITS, title, _PAY_LABELS, currency)
    return Stack([table, page.note(said)])


def product_parts(review: Review) -> Any:
    """What each product brings, at what price and margin, and how many customers stayed."""
    return Stack([or_reason(_products, review), or_reason(_kept, review)])


def _kept(review: Review) -> Any:
    return page.note(narrative.kept_said(customers_kept(review), kept_for_a_year(review)))


def _products(review: Review) -> Any:
    mix = product_mix(review)
    before = review.periods.before.label if review.periods.before else "before"
    labels = {
        "group": "Product",
        "won_amount": "Won",
        "share": "Share",
        "share_change": f"On {before}",
        "price_realisation": "Of list price",
        "price_realisation_change": f"On {before}",
        "margin": "Margin",
    }
    known = {name: label for name, label in labels.items() if mix[name].notna().any()}
    title = f"What was won of each product in {review.periods.now.label}"
    table = tables.unit_table(mix, _MIX_UNITS, title, known, review.data.settings.currency)
    said = narrative.products_said(mix, review.periods.now.label, before)
    return Stack([table, page.note(said)])

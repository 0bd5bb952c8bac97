"""Where a gap or a change lies: the chart of its parts, and what folds below it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, group_table, to_decide
from spmkit.review import Breakdown, Review, by_group, drawn_parts, product_change
from spmkit.units import MONEY

_MOST_LISTED = 60
_HEADS = {
    "gap": {"base": "Quota", "value": "Credited", "part": "Gap"},
    "change": {"base": "Before", "value": "Now", "part": "Change"},
}


def where_chart(review: Review, found: Breakdown) -> Any:
    """The parts of the gap, or of the change, by the dimension that tells most."""
    if found.reason:
        return page.note(found.reason)
    shown = drawn_parts(found.parts[found.dimension])
    shown = shown.assign(label=[narrative.part_label(part, found.kind) for part in shown["part"]])
    return charts.contribution_bars(shown, _title(review, found), _subtitle(review, found))


def _title(review: Review, found: Breakdown) -> str:
    parts = found.parts[found.dimension]
    if found.kind == "gap":
        return narrative.gap_title(parts, found.dimension, complete=review.periods.complete)
    return narrative.change_title(parts, found.dimension, _before(review))


def _before(review: Review) -> str:
    return review.periods.before.label if review.periods.before else "before"


def _subtitle(review: Review, found: Breakdown) -> str:
    label = review.periods.now.label
    what = (
        f"Quota less credited by {found.dimension}, {label}"
        if found.kind == "gap"
        else f"Credited sales by {found.dimension}, {_before(review)} to {label}"
    )
    said = f"{what}; adds up to the cent"
    if found.telling is None:
        return said
    why = narrative.told_apart(
        found.telling.share,
        found.dimension,
        list(found.parts),
        beyond=found.telling.beyond_chance,
    )
    return f"{said}; {why}"


def where_details(review: Review, found: Breakdown, groups: pd.DataFrame) -> Stack:
    """The other dimensions in a sentence each, the tables folded, and what to decide."""
    products = product_change(review)
    said = [_said(review, found, name) for name in found.parts if name != found.dimension]
    told = products.reason or f"By product, c{_title(review, products)[1:]}."
    parts: list[Any] = [page.note(" ".join([*said, told]))]
    if found.parts or products.parts:
        parts.append(_folded(review, [found, products]))
    parts.append(group_table(review, groups, found.dimension))
    if found.dimension != "rep":
        parts.append(group_table(review, by_group(review, "rep"), "rep"))
    if review.has_quotas and review.periods.complete:
        parts.append(to_decide(groups))
    return Stack(parts)


def _said(review: Review, found: Breakdown, dimension: str) -> str:
    parts = found.parts[dimension]
    if found.kind == "gap":
        told = narrative.gap_parts(parts, dimension, complete=review.periods.complete)
    else:
        told = narrative.change_parts(parts, dimension)
    return f"By {dimension}, {told}."


def _folded(review: Review, several: list[Breakdown]) -> page.Part:
    """A table a dimension, each ending with the sum of its parts."""
    shown = [(found, name) for found in several for name in found.parts]
    names = ", ".join(name for _, name in shown)
    html = "".join(_added_up(review, found, name) for found, name in shown)
    return page.unfolding(f"How it adds up, by {names}", html)


def _added_up(review: Review, found: Breakdown, dimension: str) -> str:
    parts = found.parts[dimension]
    sums = parts[["base", "value"]].sum(min_count=1)
    last = pd.DataFrame([{"group": "All", **sums, "part": found.whole}])
    rows = pd.concat([drawn_parts(parts, _MOST_LISTED), last], ignore_index=True)
    heads = _HEADS[found.kind]
    labels = {"group": dimension.capitalize(), **heads}
    units, currency = dict.fromkeys(heads, MONEY), review.data.settings.currency
    return str(tables.unit_table(rows, units, "", labels, currency, heads).as_raw_html())

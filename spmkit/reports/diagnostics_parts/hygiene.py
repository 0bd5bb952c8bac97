"""What is missing or left lying in the data, and what it hides."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis
from spmkit.diagnostics.hygiene import defects, hygiene_cost, tended_pipeline
from spmkit.narrative.hygiene import defect_labels, hygiene_hides, hygiene_title, tended_title
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn
from spmkit.units import COUNT, MONEY, PERCENT

_LABELS = {
    "defect": "Defect",
    "rows": "Rows",
    "of": "Of",
    "share": "Share",
    "low": "95 % from",
    "high": "to",
    "amount": "Worth",
    "hides": "What it hides",
}
_UNITS = {
    "rows": COUNT,
    "of": COUNT,
    "share": PERCENT,
    "low": PERCENT,
    "high": PERCENT,
    "amount": MONEY,
}
_TEAMS = {"group": "Team", "tended": "In order", "low": "95 % from", "high": "to", "n": "n"}


def hygiene_parts(diagnosis: Diagnosis) -> Stack:
    """The defects that there are, what they hide, and whose pipeline is in order."""
    found = defects(diagnosis)
    there = found[found["rows"] > 0]
    bars = there.assign(
        group=there["defect"], part=there["share"], label=defect_labels(there), along=True
    )
    subtitle = (
        f"Share of the rows that could have it: open ones of {diagnosis.data.as_of}, closed and "
        f"created ones of {diagnosis.spoken_window}"
    )
    parts = Stack([drawn(charts.contribution_bars, bars, hygiene_title(found), subtitle)])
    parts += [page.note(said) for said in hygiene_hides(hygiene_cost(diagnosis))]
    return Stack([*parts, _tended(diagnosis), _every(diagnosis, found)])


def _tended(diagnosis: Diagnosis) -> Any:
    groups = tended_pipeline(diagnosis)
    if groups.empty:
        return page.note("No opportunity is open, so none can be out of order.")
    named = groups.assign(group=groups["group"].astype("object").fillna("no team"))
    units = {**_UNITS, "tended": PERCENT, "n": COUNT, "amount": MONEY}
    labels = {**_TEAMS, "amount": "Worth of the others"}
    currency = diagnosis.data.settings.currency
    return tables.unit_table(named, units, tended_title(groups), labels, currency)


def _every(diagnosis: Diagnosis, found: pd.DataFrame) -> page.Part:
    table = tables.unit_table(found, _UNITS, "", _LABELS, diagnosis.data.settings.currency)
    return page.unfolding(f"All {len(found)} defects that were looked for", table.as_raw_html())

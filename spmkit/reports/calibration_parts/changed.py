"""Quotas that change: by hand before the period, and by what comes in while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spmkit import tables
from spmkit.calibration.study import Study
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.units import MONEY, PERCENT, Unit

_MONEY = ("before", "after", "effect", "requested", "quota", "proposed", "so_far", "expected")


def adjustment_parts(study: Study) -> Any:
    """Quotas changed by hand: who asked for what, why, what was decided and what it moved."""
    if isinstance(study.adjusted, str):
        return page.note(study.adjusted)
    trail = study.adjusted.trail
    asked = trail[trail["requested"].notna()]
    if asked.empty:
        return page.note(f"Nothing was asked to be changed in the quotas of {study.ahead}.")
    names = study.adjusted.proposal.seats.set_index("rep_id")["rep"]
    shown = asked.assign(rep=asked["rep_id"].map(names).fillna(asked["territory_id"]))
    labels = {
        "rep": "Rep",
        "before": "Proposed",
        "requested": "Asked for",
        "decision": "Decision",
        "decided_by": "By",
        "after": "Quota",
        "reason": "Reason",
    }
    title = f"{len(asked):,} of {len(trail):,} quotas were asked to be changed"
    return tables.unit_table(shown, _units(), title, labels, study.data.settings.currency)


def running_parts(study: Study) -> Any:
    """The running period as seen now, and which quotas have lost their sense."""
    if isinstance(study.running, str):
        return page.note(study.running)
    found = study.running
    labels = {
        "rep": "Rep",
        "quota": "Quota",
        "so_far": "So far",
        "expected": "Expected now",
        "probability_before": "Chance before",
        "probability": "now",
        "proposed": "Proposed",
        "why": "Why",
    }
    said = [page.note(found.drift.sentence), page.note(found.sentence)]
    moved = found.seats[found.seats["change"] != 0]
    shown = moved if len(moved) else found.seats
    table = tables.unit_table(shown, _units(), "", labels, study.data.settings.currency)
    what = "quotas to change" if len(moved) else "seats as seen now"
    return Stack([*said, page.unfolding(f"{len(shown):,} {what}", table.as_raw_html())])


def _units() -> Mapping[str, Unit]:
    shares = dict.fromkeys(("probability_before", "probability"), PERCENT)
    return {**dict.fromkeys(_MONEY, MONEY), **shares}

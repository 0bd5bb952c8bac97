"""Effort and outcome of reps, where that may be shown, and the territories before them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis, effort_by_rep, effort_classes, territories_balanced
from spmkit.diagnostics.effort import TERRITORY, UNTOLD
from spmkit.narrative.effort import balance_said, effort_said, effort_title
from spmkit.reports import page
from spmkit.reports.printed import brief
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT, MONEY, MULTIPLE, NUMBER, PERCENT

_MOST_DRAWN = 300
_MOST_NAMED = 12
_MOST_LISTED = 200


def effort_parts(diagnosis: Diagnosis) -> Stack:
    """The territories, then effort and outcome, then what to look at."""
    return Stack([or_reason(_territories, diagnosis), or_reason(_people, diagnosis)])


def _territories(diagnosis: Diagnosis) -> page.Part:
    return page.note(balance_said(territories_balanced(diagnosis)))


def _people(diagnosis: Diagnosis) -> Any:
    found = effort_by_rep(diagnosis)
    if found.empty or not found["status"].eq("ok").any():
        reasons = ", ".join(sorted(set(found["status"]))) or "no rep has effort and outcome"
        return page.note(f"Effort and outcome tell nothing of single reps: {reasons}.")
    classes = effort_classes(found)
    return Stack(
        [
            _scatter(diagnosis, found, classes),
            page.sub(f"{effort_said(found)} {_READ}"),
            _class_table(classes),
            _rep_table(found, diagnosis.data.settings.currency),
        ]
    )


_READ = (
    "What is logged is not all that is done. A class is what to ask about, never a verdict; where "
    "a territory has too little or too much for its quota, it is asked about first."
)


def _scatter(diagnosis: Diagnosis, found: pd.DataFrame, classes: pd.DataFrame) -> Any:
    high = found["quadrant"].fillna("").str.endswith("high outcome")
    outcome = np.where(high, "a high outcome", "a low outcome")
    side = np.where(found["to_do"].isin([UNTOLD, TERRITORY]), found["to_do"], outcome)
    told = found["to_do"] != UNTOLD
    shown = found.assign(side=side, name=found["rep"].where(told, ""))
    shown = pd.concat([shown[told], shown[~told]]).head(_MOST_DRAWN)
    shown["name"] = shown["name"].where(np.arange(len(shown)) < _MOST_NAMED, "")
    columns = ["rep", "effort_raw", "outcome_raw", "effort", "outcome", "effort_cut"]
    columns += ["outcome_cut", "effort_error", "outcome_error", "side", "name"]
    drawn = shown.dropna(subset=["effort", "outcome"])[columns]
    subtitle = (
        f"Contacts and meetings a week against peers, and attainment, {diagnosis.spoken_window}; "
        "line: from as seen to without its share of chance; grey: within one standard error"
    )
    return charts.effort_scatter(drawn, effort_title(classes), subtitle)


def _class_table(classes: pd.DataFrame) -> Any:
    labels = {"to_do": "What to do first", "n": "Reps", "share": "Share", "named": "Such as"}
    hidden = classes["named"].where(classes["to_do"] != UNTOLD, "")
    units = {"n": COUNT, "share": PERCENT}
    return tables.unit_table(classes.assign(named=hidden), units, "What to look at first", labels)


def _rep_table(found: pd.DataFrame, currency: str | None) -> page.Part:
    labels = {
        "rep": "Rep",
        "kind": "Peers",
        "outcome_raw": "Attainment",
        "outcome": "Without chance",
        "outcome_error": "Give or take",
        "effort": "Effort",
        "effort_error": "Give or take ",
        "potential": "Potential",
        "potential_index": "For its quota, against peers",
        "to_do": "First",
        "periods": "Periods",
    }
    units = {
        **dict.fromkeys(("outcome_raw", "outcome", "outcome_error"), PERCENT),
        **dict.fromkeys(("effort", "effort_error"), NUMBER),
        "potential": MONEY,
        "potential_index": MULTIPLE,
        "periods": COUNT,
    }
    table = tables.unit_table(found.head(_MOST_LISTED), units, "", labels, currency)
    some = f"{_MOST_LISTED:,} of " if len(found) > _MOST_LISTED else ""
    return brief(f"{some}{len(found):,} reps in figures", table)

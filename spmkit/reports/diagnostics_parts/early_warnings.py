"""Early warnings, back-tested, and what customers answered beside who of them left."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, diagnostics, narrative, tables
from spmkit.diagnostics import Diagnosis
from spmkit.narrative.early_warnings import counted_said
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn, or_reason
from spmkit.units import COUNT, PERCENT

_LABELS = {
    "warning": "Warning",
    "n": "Reps and periods",
    "flagged": "Warned",
    "missed": "Missed",
    "base": "Base rate",
    "precision": "Precision",
    "precision_low": "from",
    "precision_high": "to",
    "recall": "Recall",
    "recall_low": "from ",
    "recall_high": "to ",
    "verdict": "Verdict",
}
_SHARES = ("base", "precision", "precision_low", "precision_high")
_UNITS = {
    **dict.fromkeys(("n", "flagged", "missed"), COUNT),
    **dict.fromkeys((*_SHARES, "recall", "recall_low", "recall_high"), PERCENT),
}


def early_warnings_parts(diagnosis: Diagnosis) -> Stack:
    """What could have been known in the middle of past periods, and whether it told anything."""
    return Stack([or_reason(_warnings, diagnosis), or_reason(_customers, diagnosis)])


def _warnings(diagnosis: Diagnosis) -> Stack:
    found = diagnostics.judged_warnings(diagnosis)
    known = found.dropna(subset=["precision"])
    said = [narrative.warning_said(row) for row in found.to_dict("records")]
    said.append(counted_said(found))
    notes = [page.note(sentence) for sentence in said if sentence]
    return Stack([_chart(known), *notes, *([_table(known)] if len(known) else [])])


def _chart(known: pd.DataFrame) -> Any:
    first = known.iloc[0] if len(known) else None
    subtitle = (
        ""
        if first is None
        else f"Share of the warned who missed quota, 95 % intervals (reps drawn anew), beside that "
        f"of all (tick); {int(first['n']):,} reps and periods, warned in the middle, judged at "
        "the end"
    )
    return drawn(charts.warning_precision, known, narrative.warnings_title(known), subtitle)


def _table(known: pd.DataFrame) -> page.Part:
    table = tables.unit_table(known, _UNITS, "", _LABELS)
    return page.unfolding("The warnings in figures", table.as_raw_html())


def _customers(diagnosis: Diagnosis) -> Stack:
    found = diagnostics.feedback_and_churn(diagnosis)
    said = [narrative.feedback_said(row) for row in found.to_dict("records")]
    return Stack([page.note(sentence) for sentence in said])

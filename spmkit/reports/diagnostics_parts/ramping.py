"""Ramp: by cohort of hiring, the fan of what hires sell, first deals and failure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, diagnostics, narrative, tables
from spmkit.diagnostics import Diagnosis
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn, or_reason
from spmkit.units import COUNT, DAYS, NUMBER, PERCENT

_LABELS = {
    "cohort": "Hired in",
    "n": "Hires",
    "ramp": "Months to ramp",
    "ramp_low": "from",
    "ramp_high": "to ",
    "deal": "Days to first deal",
    "deal_low": "from ",
    "deal_high": " to",
    "failed": "Failed in a year",
    "failed_low": " from",
    "failed_high": " to ",
    "failed_n": "of",
}
_UNITS = {
    "n": COUNT,
    "failed_n": COUNT,
    **dict.fromkeys(("ramp", "ramp_low", "ramp_high"), NUMBER),
    **dict.fromkeys(("deal", "deal_low", "deal_high"), DAYS),
    **dict.fromkeys(("failed", "failed_low", "failed_high"), PERCENT),
}


def ramping_parts(diagnosis: Diagnosis) -> Stack:
    """How long hires take; who left before counts as never there."""
    return Stack([or_reason(_ramp, diagnosis)])


def _ramp(diagnosis: Diagnosis) -> Stack:
    found = diagnostics.ramp_by_cohort(diagnosis)
    whole = found.iloc[-1].to_dict()
    said = [narrative.first_deal_said(whole), narrative.cohorts_said(found.iloc[:-1])]
    notes = [page.note(sentence) for sentence in said]
    return Stack([_curves(diagnosis, whole), *notes, _fan(diagnosis), _table(found)])


def _curves(diagnosis: Diagnosis, whole: dict[Any, Any]) -> Any:
    title = narrative.ramp_title(whole)
    curves = diagnostics.ramp_curve(diagnosis)
    if curves.empty:
        return page.note(f"{title}.")
    subtitle = (
        "Share of hires whose three months' credit came to 80 % of the median ramped rep's, by "
        "year of hiring; who left before never does, who is still there counts for as long as seen"
    )
    return drawn(charts.ramp_curves, curves, title, subtitle)


def _fan(diagnosis: Diagnosis) -> Any:
    months = diagnostics.ramp_fan(diagnosis)
    if len(months) < 2:
        return page.note("Too few hires were seen for several months: no fan is drawn.")
    first, last = int(months["n"].iloc[0]), int(months["n"].iloc[-1])
    subtitle = (
        "Three months' credit as a share of the median ramped rep's: median and quartiles of "
        f"{first:,} hires in the first month drawn, {last:,} in the last; who left counts as 0"
    )
    return drawn(charts.ramp_fan, months, narrative.fan_said(months), subtitle)


def _table(found: pd.DataFrame) -> Any:
    table = tables.unit_table(found, _UNITS, "", _LABELS)
    return page.unfolding("Ramp, first deal and failure by year of hiring", table.as_raw_html())

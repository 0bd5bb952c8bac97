"""Head, figures and trend of a diagnosis."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, diagnostics, narrative
from spmkit.diagnostics import Diagnosis
from spmkit.reports import page
from spmkit.reports.review_parts.answer import day_words
from spmkit.reports.review_parts.sections import drawn
from spmkit.units import MONEY, PERCENT, format_value

_NAMED = {
    "bookings_per_rep": ("Bookings per rep", MONEY),
    "bookings_per_ramped_fte": ("Bookings per ramped full-time rep", MONEY),
    "bookings_per_selling_hour": ("Bookings per selling hour", MONEY),
    "productive_rep_share": ("Reps who won something", PERCENT),
}


def diagnosis_masthead(diagnosis: Diagnosis) -> page.Part:
    """The head of the page: report and period, company, dates, the day of the data."""
    period, data = diagnosis.periods.now, diagnosis.data
    days = f"{day_words(period.start)} to {day_words(period.end)}"
    rates = f"rates of {diagnosis.spoken_window}"
    facts = [data.settings.company, days, rates, f"data as of {day_words(data.as_of)}"]
    title = f"Productivity diagnostics · {diagnosis.label}"
    return page.masthead(title, *[str(fact) for fact in facts if fact])


def productivity_figures(diagnosis: Diagnosis) -> page.Part:
    """What was brought in by head and by hour, each beside the year before."""
    found = diagnosis.found(diagnostics.headline_productivity)
    return page.figures(*[_figure(row) for _, row in found.iterrows()])


def _figure(row: pd.Series[Any]) -> tuple[object, object, object]:
    title, unit = _NAMED[row["metric"]]
    if row["status"] != "ok":
        return title, format_value(None, unit), str(row["status"])
    said = narrative.productivity_change(row, unit)
    return title, format_value(row["value"], unit), f"{int(row['n']):,} reps · {said}"


def headline_title(diagnosis: Diagnosis) -> str:
    """What a ramped full-time rep brought in, in one sentence."""
    found = diagnosis.found(diagnostics.headline_productivity).set_index("metric")
    return narrative.productivity_title(found.loc["bookings_per_ramped_fte"], diagnosis.label)


def productivity_chart(diagnosis: Diagnosis) -> Any:
    """What a ramped full-time rep brought in by period, with intervals."""
    trend = diagnosis.found(diagnostics.productivity_trend)
    if trend.empty:
        return page.note("No period has reps on the payroll whose bookings are known.")
    subtitle = (
        "Bookings per ramped full-time rep by period, with 95 % intervals (reps drawn anew); the "
        "season of the last period in colour"
    )
    return drawn(charts.productivity_bars, trend, headline_title(diagnosis), subtitle)

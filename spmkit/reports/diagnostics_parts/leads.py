"""Lead handling on a diagnosis's page: answers, yield by source, and scores against wins."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import tables
from spmkit.charts import funnel as dots
from spmkit.charts import leads as drawings
from spmkit.data import DataError
from spmkit.diagnostics import Diagnosis, leads, leads_score
from spmkit.narrative import leads as words
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT, MONEY, PERCENT, format_value

_MOST = 6  # sources that are drawn
_YIELDS = {
    "source": "Source",
    "conversion_n": "Leads",
    "conversion_90": "Became a deal within 90 days",
    "win_rate": "Won so far",
    "value": "Won value a lead",
}


def leads_parts(diagnosis: Diagnosis, promised_hours: float = 1.0) -> Stack:
    """How soon leads are answered, what sources yield, and whether scores say who is won.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    promised_hours
        Within how many hours an answer is promised.
    """
    handled = or_reason(lambda asked: _handled(asked, float(promised_hours)), diagnosis)
    scored = or_reason(_scored, diagnosis)
    told = [handled, scored]
    return Stack([one for part in told for one in (part if isinstance(part, Stack) else [part])])


def _handled(diagnosis: Diagnosis, promised_hours: float) -> Any:
    if promised_hours <= 0:
        raise DataError(f"promised hours are {promised_hours}; write a number above 0, such as 1.")
    times = leads.response_times(diagnosis, promised_hours)
    if times.empty:
        return page.note(f"No lead came in {diagnosis.spoken_window}.")
    return Stack(
        [
            _answers(diagnosis, times, promised_hours),
            page.note(words.promised_said(times, promised_hours)),
            _yields(diagnosis),
            page.decide(words.to_answer(times)),
        ]
    )


def _answers(diagnosis: Diagnosis, times: pd.DataFrame, promised_hours: float) -> Any:
    curves = leads.response_curves(diagnosis)
    largest = times.sort_values("n", ascending=False)["source"].head(_MOST)
    shown = [*times.loc[times["slowest"], "source"], *largest]
    kept = curves[curves["source"].isin(shown)]
    if kept.empty:
        return page.note(words.response_title(times))
    slow = kept["source"].isin(times.loc[times["slowest"], "source"])
    some = f"; {kept['source'].nunique()} of {len(times)} sources" if len(times) > _MOST else ""
    hours = format_value(promised_hours, COUNT) if promised_hours.is_integer() else promised_hours
    subtitle = (
        f"Share of {int(times['n'].sum()):,} leads of {diagnosis.spoken_window} answered, by hours "
        f"since they came; never answered counts as waiting (Kaplan–Meier); promised: {hours} h "
        f"(dashed){some}"
    )
    frame = kept.assign(slowest=slow)[["source", "hours", "answered", "slowest"]]
    return drawings.response_lines(frame, promised_hours, words.response_title(times), subtitle)


def _yields(diagnosis: Diagnosis) -> Any:
    found = leads.source_yields(diagnosis)
    names = ("conversion_90", "win_rate", "value")
    texts = {name: [_told(row, name) for _, row in found.iterrows()] for name in names}
    behind = {f"{name}_value": found[name] for name in names}
    shares = {"conversion_90_value": PERCENT, "win_rate_value": PERCENT}
    units = shares | {"conversion_n": COUNT, "value_value": MONEY}
    title = words.yields_title(found)
    return tables.unit_table(found.assign(**texts, **behind), units, title, _YIELDS)


def _told(row: pd.Series[Any], name: str) -> str:
    """A number with its interval and, of a rate, of how many leads."""
    unit = MONEY if name == "value" else PERCENT
    value, low, high = (format_value(row[f"{name}{end}"], unit) for end in ("", "_low", "_high"))
    span = "" if pd.isna(row[f"{name}_low"]) else f" ({low.removesuffix(' %')} to {high})"
    of = f" of {int(row['conversion_90_n']):,}" if name == "conversion_90" else ""
    return f"{value}{span}{of}"


def _scored(diagnosis: Diagnosis) -> Any:
    bands = leads_score.score_bands(diagnosis)
    if bands.empty:
        return page.note(f"No deal with a score closed in {diagnosis.spoken_window}.")
    trend = leads_score.score_trend(bands)
    rows = [row for _, row in bands.iterrows()]
    columns = ["name", "value", "low", "high", "label", "told", "tone", "yardstick"]
    shown = bands.rename(columns={"band": "name", "win_rate": "value"}).assign(
        label=[words.score_label(row) for row in rows],
        told=[words.score_said(row) for row in rows],
        tone=(bands["off"] & bands["enough"]).map({True: "worse", False: "accent"}),
        yardstick=None,
    )
    subtitle = (
        f"Won of what closed in {diagnosis.spoken_window} by bands of the score, with 95 % "
        "interval; orange where the mean score, read as percent, lies outside it"
    )
    chart = dots.interval_dots(shown[columns], words.score_title(bands, trend), subtitle)
    return Stack([chart, page.note(words.trend_said(trend))])

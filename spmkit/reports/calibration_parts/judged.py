"""The quotas that were: verdict, shape, fairness, luck and ratchet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import attainment_bins, charts, narrative, quota_lines, tables
from spmkit.calibration.frames import (
    elasticities,
    fairness_effects,
    quota_potential,
    ratchet_changes,
)
from spmkit.calibration.study import Study
from spmkit.reports import page
from spmkit.reports.calibration_parts.written import interval, number
from spmkit.reports.printed import cards
from spmkit.reports.review_parts.sections import drawn
from spmkit.segmentation.bands import attainment_band
from spmkit.units import COUNT

_PERCENTS = ("level", "participation", "discrimination", "fairness", "no luck tax", "honest ranges")
_MORE = ("shape", "stability", "exceptions", "reconciliation")
_SHARES = {*_PERCENTS, *_MORE, "unassigned potential"}
_VERDICT = {
    "measure": "What is measured",
    "value": "Value",
    "interval": "Interval",
    "n": "n",
    "wanted": "Wanted",
    "verdict": "Verdict",
    "note": "",
}


def verdict_table(study: Study) -> Any:
    """The ten criteria, each with its value, interval, what is wanted and the verdict."""
    found = study.judged
    percent = found["name"].isin(_SHARES)
    shown = found.assign(
        measure=found["criterion"] + " " + found["measure"],
        value=_written(found, percent),
        interval=_intervals(found, percent),
        value_value=found["value"],
    )
    return cards(tables.unit_table(shown, {"n": COUNT}, "", _VERDICT))


def _written(found: pd.DataFrame, percent: pd.Series[bool]) -> list[str]:
    rows = zip(found["measure"], found["value"], found["n"], percent, strict=True)
    return [
        f"{round(value * n)} of {n:.0f}"
        if measure.startswith("tests passed") and n
        else number(value, share=share)
        for measure, value, n, share in rows
    ]


def _intervals(found: pd.DataFrame, percent: pd.Series[bool]) -> list[str]:
    rows = zip(found["low"], found["high"], percent, strict=True)
    return [interval(low, high, share=share) for low, high, share in rows]


def shape_parts(study: Study) -> Any:
    """Reps by attainment in the period that is judged."""
    lines = quota_lines(study.data, study.period)
    bands = attainment_band(lines)
    title = narrative.distribution_title(bands)
    subtitle = f"Reps by attainment of quota, {study.period}"
    return drawn(charts.attainment_histogram, attainment_bins(lines), title, subtitle)


def fairness_parts(study: Study) -> Any:
    """Every test of fairness that gave an effect, on the scale of what would matter."""
    effects = fairness_effects(study.fairness)
    subtitle = (
        "Effect (dot) with its 95 % interval as a multiple of what would matter (band); "
        "at the right as measured"
    )
    return drawn(
        charts.effect_intervals, effects, narrative.fairness_title(study.fairness), subtitle
    )


def potential_chart(study: Study) -> Any:
    """Quotas over potential, with the slopes of quotas and of sales."""
    points, lines = quota_potential(study.panel, study.period)
    if points.empty:
        return page.note("No potential is given, so quotas cannot be held against it.")
    title = narrative.elasticity_title(elasticities(study.panel, study.period))
    subtitle = (
        f"Quota over potential of each rep, {study.period}, both as ratios; the slope of quotas, "
        "and that of sales"
    )
    return charts.quota_potential_points(points, lines, title, subtitle)


def ratchet_chart(study: Study) -> Any:
    """How quotas changed after a year above or below what was to be expected."""
    points, lines = ratchet_changes(study.panel)
    if points.empty:
        return page.note(
            "Whether quotas follow last year's luck takes three years of quotas and sales of the "
            "same reps."
        )
    slope = lines["line"].iloc[0].split()[-1]
    title = f"Of a year above expectation {float(slope):.0%} is asked again".replace("%", " %")
    subtitle = "Change of a rep's quota over the surprise of the year before"
    return charts.ratchet_points(points, lines, title, subtitle)


def fairness_table(study: Study) -> page.Part:
    """All tests with their numbers, those that need something more among them."""
    found = study.fairness
    shown = found.assign(
        effect=[number(value, share=False) for value in found["effect"]],
        interval=_intervals(found, pd.Series(data=False, index=found.index)),
        why=[
            note if status == "ok" else status
            for note, status in zip(found["note"], found["status"], strict=True)
        ],
    )
    labels = {
        "test": "",
        "name": "Of what",
        "statistic": "Measured as",
        "effect": "Effect",
        "interval": "95 % interval",
        "n": "n",
        "reps": "Reps",
        "verdict": "Verdict",
        "why": "",
    }
    table = tables.unit_table(shown, {"n": COUNT, "reps": COUNT}, "", labels)
    return page.unfolding("All ten tests in figures", table.as_raw_html())

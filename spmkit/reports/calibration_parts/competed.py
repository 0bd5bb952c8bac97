"""How the methods competed in the past, and whether their probabilities were honest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spmkit import charts, narrative, tables
from spmkit.calibration.expecting.scores import (
    brier_skill,
    picked_method,
    reliability,
)
from spmkit.calibration.frames import method_errors, scored_methods, skill_effects
from spmkit.calibration.study import Study
from spmkit.reports import page
from spmkit.units import COUNT, NUMBER, PERCENT, Unit, whole_percent

SHORT = (
    "A back-test needs at least six periods: until then the methods cannot be told apart, and "
    "nothing is said of which is better."
)
_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("error", "skill", "pinball", "near", "reached", "reached_new"), PERCENT),
    **dict.fromkeys(("spread", "of_potential"), NUMBER),
    "covered": PERCENT,
    "n": COUNT,
}
_LABELS = {
    "title": "Method",
    "error": "Missed",
    "skill": "Less than last year",
    "pinball": "Pinball loss",
    "spread": "Spread",
    "near": "Within 80–120 %",
    "of_potential": "Follows potential",
    "reached": "Reached",
    "reached_new": "New hires",
    "covered": "In 80 % range",
}


def skill_chart(study: Study) -> Any:
    """How much less each method missed than last year's sales."""
    scores = study.scores
    if scores is None:
        return page.note(SHORT)
    row = scores.iloc[0]
    subtitle = (
        f"Misses against those of last year's sales at the same sum (dot), 90 % interval; "
        f"{row['seats']:,} territories, {row['periods']} periods, each set from what was before"
    )
    return charts.effect_intervals(
        skill_effects(scores), narrative.methods_title(scores), subtitle, ".0%"
    )


def error_chart(study: Study) -> Any:
    """What was missed in each period."""
    if study.tested is None:
        return page.Part("")
    errors = method_errors(study.tested)
    picked = picked_method(study.tested).dropna(subset=["error"])
    if picked.empty:
        title = "What was missed, as a share of sales"
    else:
        mine, base = picked["error"].mean(), picked["baseline_error"].mean()
        title = (
            f"Whoever took the best of the past missed {whole_percent(mine)}, last year's sales "
            f"{whole_percent(base)}"
        )
    return charts.error_lines(errors, title, "Sum of misses over sales, all at the same sum")


def reliability_chart(study: Study) -> Any:
    """Whether what was said to be reached with a probability was."""
    if study.tested is None:
        return page.Part("")
    tenths = reliability(study.tested, study.method)
    if tenths.empty:
        return page.Part("")
    title = narrative.reliability_title(brier_skill(study.tested, study.method))
    subtitle = (
        "Share that reached the company's quota over the chance said before, by tenths; "
        "95 % interval"
    )
    return charts.reliability_points(tenths, title, subtitle)


def scores_table(study: Study) -> page.Part:
    """All scores of all methods."""
    if study.scores is None:
        return page.Part("")
    table = tables.unit_table(scored_methods(study.scores), _UNITS, "", _LABELS)
    return page.unfolding("All methods in figures", table.as_raw_html())

"""Programs: what those in one came to against the others, and how often reps are coached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit import charts, diagnostics, narrative, tables
from spmkit.actions import asked_metric
from spmkit.declaration import metric_unit
from spmkit.diagnostics import Diagnosis
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn, or_reason
from spmkit.units import COUNT, DAYS, PERCENT, Unit, format_difference

_MOST_DRAWN = 4
_FIRST = "win_rate"
_LABELS = {
    "program": "Program",
    "metric_said": "Metric",
    "question": "Asks of",
    "reps": "In it / without",
    "least": "Smallest effect seen",
    "effect": "Effect",
    "interval": "95 % interval",
    "chance": "p",
    "placebo": "Put at an earlier date",
    "slopes": "p of slopes before",
    "said": "Verdict",
}
_COACHING = {
    "team": "Team",
    "coached": "Coached",
    "low": "from",
    "high": "to",
    "n": "Reps",
    "often": "Four times or more",
    "since": "Days since, median",
}


def programs_parts(diagnosis: Diagnosis) -> Stack:
    """Each program's course around its start, all in figures, and the cadence of coaching."""
    return Stack(
        [
            or_reason(_effects, diagnosis),
            or_reason(_coaching, diagnosis),
            or_reason(_reviews, diagnosis),
        ]
    )


def _effects(diagnosis: Diagnosis) -> Stack:
    found = diagnostics.program_effects(diagnosis)
    if found.empty:
        return Stack([page.note("The table programs names nobody, so nothing is said of one.")])
    head = found[found["metric"] == _FIRST].sort_values("started", ascending=False)
    courses = [_course(diagnosis, row) for row in head.head(_MOST_DRAWN).to_dict("records")]
    return Stack([*courses, _table(found), *_said(found)])


def _course(diagnosis: Diagnosis, row: Mapping[Any, Any]) -> Any:
    title = narrative.program_title(row)
    if pd.isna(row["value"]):
        return page.note(f"{title}: {row['status']}.")
    course = diagnostics.program_course(diagnosis, row["program"], asked_metric(_FIRST))
    subtitle = (
        f"{narrative.least_words(row)}; win rate by period, each rep against the own mean before: "
        "those in it less those without (coming back to the middle is still in it), 95 % intervals"
    )
    return drawn(charts.program_course, course, title, subtitle)


def _table(found: pd.DataFrame) -> Any:
    written = [_written(row) for row in found.to_dict("records")]
    shown = pd.DataFrame(written, index=found.index)
    heads = {**_LABELS}
    table = tables.unit_table(shown, {}, "", heads)
    summary = f"{len(found):,} comparisons of {found['program'].nunique():,} programs in figures"
    return page.unfolding(summary, table.as_raw_html())


def _unit(row: Mapping[Any, Any]) -> Unit:
    return metric_unit(asked_metric(row["metric"]))


def _written(row: Mapping[Any, Any]) -> dict[str, str]:
    unit = _unit(row)
    low, high = (format_difference(row[name], unit) for name in ("low", "high"))
    return {
        "program": row["program"],
        "metric_said": narrative.metric_words(row["metric"]),
        "question": row["question"],
        "reps": f"{row['treated']:,} / {row['control']:,}",
        "least": format_difference(row["detectable"], unit).removeprefix("+"),
        "effect": format_difference(row["value"], unit),
        "interval": "–" if pd.isna(row["low"]) else f"{low} to {high}",
        "chance": "–" if pd.isna(row["p"]) else f"{row['p']:.3f}",
        "placebo": narrative.placebo_words(row, unit),
        "slopes": "–" if pd.isna(row["trend_p"]) else f"{row['trend_p']:.3f}",
        "said": narrative.program_verdict(row),
    }


def _said(found: pd.DataFrame) -> list[page.Part]:
    """What the comparison rests on: overlaps, and the naive sum beside what it gets wrong."""
    first = found[found["metric"] == _FIRST].to_dict("records")
    naive = [narrative.naive_words(row) for row in first if not pd.isna(row["value"])]
    beside = [*map(narrative.set_aside_words, first), *map(narrative.lapsed_words, first)]
    said = [*beside, *naive, *_spiffs(first), _CAUSE]
    return [page.note(sentence) for sentence in said if sentence]


_CAUSE = (
    "Who is in a program was not drawn by lot here as far as the data tell: a difference given the "
    "same past is no proof that the program made it. Of twenty comparisons without any effect one "
    "is taken for one."
)


def _spiffs(rows: list[dict[Any, Any]]) -> list[str]:
    names = [row["program"] for row in rows if str(row["kind"]).casefold() == "spiff"]
    return [narrative.spiff_words(name) for name in names]


def _coaching(diagnosis: Diagnosis) -> Stack:
    teams = diagnostics.coaching_cadence(diagnosis)
    units = {"coached": PERCENT, "low": PERCENT, "high": PERCENT, "often": PERCENT}
    title = narrative.coaching_title(teams, diagnosis.spoken_window)
    table = tables.unit_table(teams, units | {"n": COUNT, "since": DAYS}, title, _COACHING)
    return Stack([table])


def _reviews(diagnosis: Diagnosis) -> page.Part:
    return page.note(narrative.review_words(diagnostics.due_reviews(diagnosis)))

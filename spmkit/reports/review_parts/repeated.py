"""What repeated in a rep's wins and losses: each difference only where it holds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import narrative, tables
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import (
    KINDS,
    LEAST_CLOSED,
    MEASURES,
    Course,
    WinsAndLosses,
    wins_and_losses,
)
from spmkit.units import format_value, whole_percent


def person_repeated(course: Course) -> Any:
    """What wins have in common that losses have not: the last four periods, and this one."""
    now = course.person.periods.now.label
    spans = _spans(course)
    found = {name: wins_and_losses(course, labels) for name, labels in spans.items()}
    said = [page.note(line) for name, one in found.items() for line in _said(name, one)]
    longest = next(iter(found.values()))
    missing = [page.note(reason) for reason in found[now].missing]
    return Stack([*said, *missing, *_figures(next(iter(found)), longest)])


def _spans(course: Course) -> dict[str, list[str]]:
    """The last four periods up to this one, where there are as many, and this one."""
    now, calendar = course.person.periods.now, course.person.data.calendar
    labels = [now.label]
    try:
        for _ in range(_LONG - 1):
            labels.insert(0, calendar.previous(calendar.period(labels[0])).label)
    except ValueError:  # a calendar of the quota lines has a first period
        return {now.label: [now.label]}
    return {f"{labels[0]} to {now.label}": labels, now.label: [now.label]}


_LONG = 4


def _said(name: str, found: WinsAndLosses) -> list[str]:
    measures = [
        narrative.difference_said(*MEASURES[row["measure"]], row) for row in _held(found.measures)
    ]
    kinds = [
        narrative.rates_said(KINDS[str(kind)], rows.to_dict("records"))
        for kind, rows in found.kinds[found.kinds["holds"].astype(bool)].groupby("kind")
    ]
    endings = [narrative.ending_said(row) for row in _held(found.endings)]
    if not measures and not kinds:
        none = narrative.none_said(name, found.wins, found.losses, LEAST_CLOSED)
        return [none, *[f"{name}: {line}" for line in endings]]
    return [f"{name}: {line}" for line in (*measures, *kinds, *endings)]


def _held(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame[frame["holds"].astype(bool)].to_dict("records")


def _figures(name: str, found: WinsAndLosses) -> list[Any]:
    """All that was looked at, whether it holds or not: what was not found is an answer too."""
    rows = [*_measure_rows(found), *_kind_rows(found), *_ending_rows(found)]
    if not rows:
        return []
    labels = ["Looked at", "Wins", "Losses", "Surely apart"]
    frame = pd.DataFrame(rows, columns=labels)
    table = tables.unit_table(frame, {}, "", {label: label for label in labels})
    count = f"{found.wins} wins and {found.losses} losses"
    told = f"All that was compared, {name}: {count}; p by permutation, corrected for all of it"
    return [page.unfolding(told, table.as_raw_html())]


def _measure_rows(found: WinsAndLosses) -> list[tuple[str, str, str, str]]:
    return [
        (
            MEASURES[row["measure"]][0].capitalize(),
            f"{format_value(row['wins'], MEASURES[row['measure']][1])} (n {row['wins_n']})",
            f"{format_value(row['losses'], MEASURES[row['measure']][1])} (n {row['losses_n']})",
            _apart(row),
        )
        for row in found.measures.to_dict("records")
    ]


def _kind_rows(found: WinsAndLosses) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{KINDS[row['kind']].capitalize()} {row['value']}",
            f"{row['won']}",
            f"{row['closed'] - row['won']}",
            f"{_apart(row)}; win rate {_span('rate', row)}",
        )
        for row in found.kinds.to_dict("records")
    ]


def _ending_rows(found: WinsAndLosses) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"Ended, {row['ending']}: {row['value']}",
            "",
            f"{row['losses']} of {row['of']}",
            f"{'yes' if row['holds'] else 'no'}; {_span('share', row)}",
        )
        for row in found.endings.to_dict("records")
    ]


def _apart(row: dict[Any, Any]) -> str:
    if pd.isna(row["p"]):
        return "–"
    return f"{'yes' if row['holds'] else 'no'} (p {narrative.chance_words(row['p'])})"


def _span(name: str, row: dict[Any, Any]) -> str:
    return f"{whole_percent(row[name])} ({row['low'] * 100:.0f} to {row['high'] * 100:.0f} %)"

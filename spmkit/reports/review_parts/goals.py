"""The goals of a rep's page: the year and where it may end, the pace, what a quota is made of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.data import DataError
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import (
    Course,
    Outlook,
    Person,
    chance,
    fan,
    horizons,
    outlook,
    quarters,
    record,
    required,
    year_so_far,
)
from spmkit.units import MONEY, PERCENT


def person_goals(course: Course) -> Any:
    """The year against its quotas and where it may end, the pace, each period up to this one."""
    return Stack([*_year(course), *_strip(course.person)])


def _year(course: Course) -> list[Any]:
    """The line of the year with its fan, the pace, and in words how good the fan is."""
    try:
        found = outlook(course)
    except DataError as error:
        closed = f"Outlook: {error}"
        return [_chart(course, None), *_pace(course), page.note(closed)]
    return [_chart(course, found), *_pace(course), *_outlook(found)]


def _chart(course: Course, found: Outlook | None) -> Any:
    days, stands = year_so_far(course), narrative.standing_title(_year_row(course))
    asked = ", quotas known (area)" if days["quota"].max() > 0 else ""
    begun = f"Credited since {narrative.day_said(course.span.start)} (line){asked}"
    if found is None:
        return charts.quota_fan(days, pd.DataFrame(columns=["day", "high"]), stands, begun)
    lines = fan(found)
    end = lines.iloc[-1]
    title = narrative.fan_title(stands, end["low"], end["high"], narrative.day_said(end["day"]))
    return charts.quota_fan(days, lines, title, f"{begun}; where it may end: 50 and 80 % ranges")


def _year_row(course: Course) -> dict[Any, Any]:
    """The horizon of the whole span, which the chart draws."""
    rows = horizons(course)
    return rows[rows["start"] == course.span.start].iloc[-1].to_dict()


def _outlook(found: Outlook) -> list[Any]:
    end, judged = fan(found).iloc[-1], record(found)
    by = narrative.day_said(end["day"])
    told = narrative.projection_said(
        end["low"], end["high"], by, _counted(found), found.past, found.people
    )
    held = narrative.held_said(judged.n, judged.held)
    return [
        page.note(page.accent("Chance: "), _chance(found)),
        page.note(page.accent("Projection: "), f"{told} {held}"),
    ]


def _counted(found: Outlook) -> str:
    return f"{found.own} complete {_noun(found.course)}s"


def _noun(course: Course) -> str:
    """What a period is called."""
    person = course.person
    return "period" if person.data.calendar.starts else person.periods.now.grain


def _chance(found: Outlook) -> str:
    try:
        at = chance(found)
    except DataError as error:
        return str(error)
    until = narrative.day_said(at.until)
    stated = narrative.chance_said(at.chance, (at.low, at.high), at.goal, until, at.n, at.people)
    worth = narrative.worth_said(at.record.n, at.record.brier, at.record.naive)
    return f"{stated} {worth}".strip()


def _pace(course: Course) -> list[Any]:
    """Each horizon in figures, and what a week must bring."""
    rows = horizons(course)
    shown = rows.assign(
        horizon=[_named(row) for row in rows.to_dict("records")],
        pace=[narrative.pace_words(row) for row in rows.to_dict("records")],
    )
    currency = course.person.data.settings.currency
    table = tables.unit_table(shown, _UNITS, "", _HORIZON, currency)
    running = [page.note(_RUNNING.format(course.running.label))] if course.running else []
    if course.left_on or "quotas" not in course.person.data:
        return [table, *running]
    return [table, *running, page.note(page.accent("Still to do: "), _left(course))]


_RUNNING = "Of {}, which is running, the pace asks for what has usually come in by now."


def _left(course: Course) -> str:
    asked = required(course)
    best = f"your best {_noun(course)}, {asked.best}," if asked.best else ""
    return narrative.required_said(
        asked.left,
        asked.a_week,
        narrative.day_said(asked.until),
        best,
        asked.best_a_week,
        asked.unknown,
    )


_UNITS = {"credited": MONEY, "quota": MONEY, "attainment": PERCENT, "gap": MONEY}
_HORIZON = {
    "horizon": "Horizon",
    "credited": "Credited",
    "quota": "Quota",
    "attainment": "Attainment",
    "gap": "Gap to quota",
    "pace": "Pace",
}


def _named(row: dict[Any, Any]) -> str:
    some = 0 < row["with_quota"] < row["periods"]
    return (
        f"{row['horizon']} ({row['with_quota']} of {row['periods']} with a quota)"
        if some
        else row["horizon"]
    )


def _strip(person: Person) -> list[Any]:
    past = quarters(person)
    if len(past) < 2 or past["quota"].isna().all():
        return []
    now = person.periods.now.label
    if past["period"].iloc[-1] != now:
        return [charts.attainment_trend(past, f"The periods before {now}", _BEFORE)]
    return [charts.attainment_trend(past, narrative.trend_title(past), _PERIODS)]


_BEFORE = "Credited sales (bar), quota (line) and attainment; the period reviewed has no quota"


_PERIODS = "Credited sales (bar), quota (line) and attainment; the period reviewed in colour"

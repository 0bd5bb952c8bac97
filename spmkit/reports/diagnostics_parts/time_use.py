"""Where the hours go: shares by group, customers, what is not timed, and hours beyond peers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis
from spmkit.diagnostics.time_use import (
    customer_time,
    time_by_group,
    time_by_rep,
    time_dimensions,
)
from spmkit.diagnostics.time_use_lines import NON_SELLING
from spmkit.diagnostics.time_use_recoverable import recoverable_hours
from spmkit.narrative.time_use import (
    category_words,
    customer_said,
    recoverable_said,
    time_title,
    told_groups,
    untimed_said,
)
from spmkit.reports import page
from spmkit.reports.printed import brief
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT, PERCENT

_MOST_DRAWN = 20
_MOST_LISTED = 200
_MOST_NAMED = 6
_UNITS = {
    **dict.fromkeys(("share", "low", "high", "peers_share", "untimed_share", "customer"), PERCENT),
    **dict.fromkeys(("hours", "worked_hours", "n", "activities", "untimed"), COUNT),
}


def time_use_parts(diagnosis: Diagnosis) -> Stack:
    """Shares of time by region and team, hours with a customer, and hours beyond peers."""
    found = or_reason(_parts, diagnosis)
    return found if isinstance(found, Stack) else Stack([found])


def _parts(diagnosis: Diagnosis) -> Stack:
    by, *others = time_dimensions(diagnosis) or ["region"]
    customer, hours = customer_time(diagnosis, by), _hours(diagnosis, by)
    said = [recoverable_said(hours, by), *[_also(diagnosis, other) for other in others]]
    beside = [customer_said(customer), untimed_said(customer)]
    return Stack(
        [
            _bars(diagnosis, by, hours),
            page.sub(" ".join(said)),
            page.note(" ".join([*beside, category_words(diagnosis.hours), _SEEN])),
            *[_recoverable_table(diagnosis, name) for name in (by, *others)],
            _shares_table(diagnosis, by),
            or_reason(_by_rep, diagnosis),
        ]
    )


def _hours(diagnosis: Diagnosis, by: str) -> pd.DataFrame:
    """What a group has beyond its peers, worked out once a dimension."""
    found: pd.DataFrame = diagnosis.data.fact(
        f"hours beyond peers by {by} in {diagnosis.window} by {diagnosis.hours}",
        lambda: recoverable_hours(diagnosis, by),
    )
    return found


_SEEN = (
    f"Not selling is {', '.join(NON_SELLING[:-1])} and {NON_SELLING[-1]}; prospecting is not. "
    "What nobody logs is not seen, and who logs little but calls seems to do little else."
)


def _bars(diagnosis: Diagnosis, by: str, hours: pd.DataFrame) -> Any:
    shares = time_by_group(diagnosis, by)
    kept = list(dict.fromkeys(shares["group"]))[:_MOST_DRAWN]
    some = f"; {len(kept)} of {shares['group'].nunique()}" if len(kept) == _MOST_DRAWN else ""
    subtitle = f"Shares of the hours logged in {diagnosis.spoken_window}, by {by}{some}"
    return charts.time_bars(shares[shares["group"].isin(kept)], time_title(hours, by), subtitle)


def _also(diagnosis: Diagnosis, by: str) -> str:
    """Which groups of another dimension are beyond their peers; its hours are the same hours."""
    hours = _hours(diagnosis, by)
    told = told_groups(hours)
    if told.empty:
        return f"By {by}: none is told from its peers."
    named = [f"{row['group']} {row['hours']:,.0f}" for _, row in told.head(_MOST_NAMED).iterrows()]
    more = f" and {len(told) - _MOST_NAMED:,} more" if len(told) > _MOST_NAMED else ""
    return f"By {by}, the same hours again: {', '.join(named)}{more}."


def _recoverable_table(diagnosis: Diagnosis, by: str) -> page.Part:
    hours = _hours(diagnosis, by).head(_MOST_LISTED)
    verdict = ["told from chance" if told else "cannot tell" for told in hours["told"]]
    verdict = [v if s == "ok" else s for v, s in zip(verdict, hours["status"], strict=True)]
    labels = {
        "group": by.capitalize(),
        "worked_hours": "Hours",
        "share": "Not selling",
        "peers_share": "Peers' median",
        "hours": "Hours beyond it",
        "low": "from",
        "high": "to",
        "n": "Reps",
        "verdict": "",
    }
    units = _UNITS | {"low": COUNT, "high": COUNT}
    table = tables.unit_table(hours.assign(verdict=verdict), units, "", labels)
    return page.unfolding(f"Hours that are not selling, by {by}", table.as_raw_html())


def _shares_table(diagnosis: Diagnosis, by: str) -> page.Part:
    labels = {
        "group": by.capitalize(),
        "category": "Spent on",
        "hours": "Hours",
        "share": "Share",
        "low": "from",
        "high": "to",
        "n": "Reps",
    }
    table = tables.unit_table(time_by_group(diagnosis, by).head(_MOST_LISTED), _UNITS, "", labels)
    return page.unfolding(f"Hours by category and {by}, with intervals", table.as_raw_html())


def _by_rep(diagnosis: Diagnosis) -> page.Part:
    people = time_by_rep(diagnosis)
    names = [name for name in people if name in (*NON_SELLING, "selling", "prospecting", "unknown")]
    labels = {
        "rep": "Rep",
        "hours": "Hours",
        **{name: name.capitalize() for name in names if people[name].gt(0).any()},
        "customer": "With a customer",
        "activities": "Activities",
        "untimed": "Without minutes",
    }
    units = _UNITS | dict.fromkeys(names, PERCENT)
    table = tables.unit_table(people.head(_MOST_LISTED), units, "", labels)
    some = f"{_MOST_LISTED:,} of " if len(people) > _MOST_LISTED else ""
    return brief(f"Hours of {some}{len(people):,} reps", table)

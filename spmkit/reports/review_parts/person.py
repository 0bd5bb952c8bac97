"""The parts of a rep's page: the answer, what closed, the rep's own view, the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, narrative
from spmkit.data import DataError
from spmkit.reports import lists, page
from spmkit.reports.review_parts.answer import day_words, toned
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import Person, biggest_deals, deal_stages

_OWN_VIEW = (
    "What went well, in my own words",
    "What I would do differently",
    "What stands in the way, and what I need",
    "What I think of my quota and my territory",
)


def person_answer(person: Person) -> page.Part:
    """The answer of a rep's page, and what it was in the period before."""
    label, currency = person.periods.spoken, person.data.settings.currency or ""
    words = narrative.person_headline(person.now, label, currency)
    if not person.periods.complete:
        words = narrative.person_running(person.now, label, day_words(person.data.as_of), currency)
    before = person.periods.before
    said = narrative.win_rates(
        person.conversion, person.conversion_before, before.label if before else ""
    )
    return page.Part(page.lead(*[toned(*word) for word in words]) + page.sub(said))


def person_closed(person: Person) -> Any:
    """The biggest win and the biggest loss, with their way through the stages."""
    deals = biggest_deals(person)
    said = [page.note(narrative.deal_words(deal)) for deal in deals.to_dict("records")]
    return Stack([*_ways(person, deals), *said])


def _ways(person: Person, deals: pd.DataFrame) -> list[Any]:
    if deals.empty:
        return [page.note(f"Nothing with an amount was closed in {person.periods.now.label}.")]
    try:
        visits = deal_stages(person, deals)
    except DataError as error:
        return [page.note(f"The way through the stages: {error}")]
    if visits.empty:
        return []
    label = visits["deal"].str.capitalize()
    again = visits["visit"].map(lambda visit: f" ({visit})" if visit > 1 else "")
    stage = visits["stage"] + again  # a stage that was gone back to has a bar of its own
    shown = visits.assign(label=label, stage=stage, won=visits["deal"] == "biggest win")
    return [charts.stage_ways(shown, narrative.ways_title(deals), "Days in each stage")]


def own_view() -> page.Part:
    """Blank fields for the rep's own words, that print."""
    return lists.fields(*_OWN_VIEW)


def next_actions() -> page.Part:
    """Blank fields for what the two agree on."""
    return lists.fields(*_NEXT)


_NEXT = ("What we agree on: the action, who, by when", "The metric, where it stands, its target")

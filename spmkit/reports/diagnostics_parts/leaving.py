"""Leaving: rates and vacancies of groups, what departures cost, and capacity against plan."""

from __future__ import annotations

from functools import partial
from typing import Any

from spmkit import charts, diagnostics, narrative, tables
from spmkit.diagnostics import Diagnosis
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn, or_reason
from spmkit.units import COUNT, MONEY, NUMBER, PERCENT

_TENURE = {
    "group": "Tenure a year ago",
    "n": "There then",
    "leavers": "Left since",
    "share": "Share",
    "low": "from",
    "high": "to",
    "now": "There now",
    "expected": "Would leave",
}
_TENURE_UNITS = {
    **dict.fromkeys(("n", "leavers", "now"), COUNT),
    **dict.fromkeys(("share", "low", "high"), PERCENT),
    "expected": NUMBER,
}
_CAPACITY = {
    "period": "Period",
    "full": "Full strength",
    "ramp": "Ramp",
    "notice": "Notices",
    "leavers": "Expected to leave",
    "capacity": "Capacity",
    "low": "from",
    "high": "to",
    "plan": "Plan",
    "gap": "Missing",
}


def leaving_parts(diagnosis: Diagnosis, departure: str = "") -> Stack:
    """Who left, in groups; what a departure costs where inputs are given; capacity ahead.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    departure
        The company's assumptions, as :func:`spmkit.diagnostics.departure_inputs` reads them.
    """
    cost = partial(_cost, departure=departure)
    ways = (_rates, _regretted, _tenure, _vacant, cost, _capacity)
    parts = {str(part): part for part in (or_reason(way, diagnosis) for way in ways)}
    return Stack(parts.values())  # what several wait for is said once


def _rates(diagnosis: Diagnosis) -> Stack:
    rates = diagnostics.leaving_rates(diagnosis)
    said = [f"{narrative.leaving_title(rates)}.", narrative.kinds_said(rates)]
    return Stack([page.note(sentence) for sentence in said])


def _regretted(diagnosis: Diagnosis) -> page.Part:
    return page.note(narrative.regretted_said(diagnostics.regretted_leavers(diagnosis).to_dict()))


def _tenure(diagnosis: Diagnosis) -> Stack:
    groups = diagnostics.leaving_by_tenure(diagnosis)
    note = page.note(narrative.tenure_said(groups))
    if groups.empty:
        return Stack([note])
    table = tables.unit_table(groups, _TENURE_UNITS, "", _TENURE)
    return Stack([note, page.unfolding("Who left, by tenure", table.as_raw_html())])


def _vacant(diagnosis: Diagnosis) -> page.Part:
    return page.note(narrative.vacancy_said(diagnostics.vacancies(diagnosis).to_dict()))


def _cost(diagnosis: Diagnosis, departure: str) -> page.Part:
    assumptions = diagnostics.departure_inputs(departure)
    if assumptions is None:
        return page.note(
            "No cost of a departure is told: what replacing, an empty territory and ramp cost is "
            "the company's to say (parameter departure)."
        )
    cost = diagnostics.leaving_cost(diagnosis, assumptions)
    return page.note(narrative.departure_said(cost.to_dict()))


def _capacity(diagnosis: Diagnosis) -> Stack:
    capacity = diagnostics.capacity_ahead(diagnosis)
    steps = diagnostics.capacity_steps(capacity)
    subtitle = (
        f"If a ramped rep sells as the mean one did over {diagnosis.spoken_window}, hires ramp as "
        "hires did, people leave at the rate of 12 months and nobody is hired"
    )
    chart = drawn(charts.money_waterfall, steps, narrative.capacity_title(capacity), subtitle)
    return Stack([chart, _by_period(diagnosis, capacity)])


def _by_period(diagnosis: Diagnosis, capacity: Any) -> page.Part:
    units = dict.fromkeys(list(_CAPACITY)[1:], MONEY)
    table = tables.unit_table(capacity, units, "", _CAPACITY, diagnosis.data.settings.currency)
    return page.unfolding("Capacity by period, with 95 % intervals", table.as_raw_html())

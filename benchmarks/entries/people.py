"""People: who is there, who leaves, how hires ramp, and what the force can sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import spmkit as spm
from benchmarks.entries.entry import YEAR, Entry, over, table
from spmkit.expressions import total

_FIRST_YEAR = ("2023Q4", "2024Q1", "2024Q2", "2024Q3")
_ALL = (*_FIRST_YEAR, "2024Q4", "2025Q1", "2025Q2", "2025Q3", *YEAR)
_ASSUMED = spm.DepartureAssumptions(
    replacement_cost=20_000, loss_share=0.5, ramp_loss=30_000, daily_pay=200
)


def daily_run_rate(sales: spm.Column) -> spm.Money:
    """What accounts bought on a day of a year."""
    return total(sales) / 365


def _regretted(data: spm.SalesData) -> Any:
    """Two years' leavers, judged by their attainment of the year before."""
    before = spm.measure(spm.quota_lines(data, _FIRST_YEAR), spm.attainment, by="rep_id")
    known = before.rename(columns={"attainment": "performance"})
    return spm.regretted_lines(spm.attrition_lines(data, "2024-10-03"), known)


def _departures(data: spm.SalesData) -> Any:
    """A year's vacancies, each at what its territory sold on a day of that year."""
    accounts = spm.accounts_by_value(data, YEAR)
    rates = spm.measure(accounts, daily_run_rate, by="territory_id")
    spells = spm.vacancy_spells(data)
    return spm.departure_lines(spells.merge(rates, on="territory_id", how="left"), _ASSUMED)


def _capacity(data: spm.SalesData) -> Any:
    """A year ahead, in which each rep sells what was credited to the rep in the last one."""
    credited = spm.quota_lines(data, YEAR).groupby("rep_id")["credited"].sum()
    productivity = (credited / 12).rename("productivity")
    people = spm.rep_tenure(data).merge(productivity, on="rep_id", how="left")
    return spm.capacity_lines(
        people, "2026-10-01", 12, ramp=[0.25, 0.5, 0.75], annual_attrition=0.2
    )


def _ramp(data: spm.SalesData) -> Any:
    quotas, credits = spm.quota_lines(data, _ALL), spm.credit_lines(data)
    progress = spm.ramp_progress(data, quotas, credits)
    return spm.ramp_lines(progress, spm.rep_tenure(data), at=1.5)  # hires are asked for less


PEOPLE: Mapping[str, Entry] = {
    "attrition": over(
        spm.attrition_lines,
        "region",
        *(spm.attrition_rate, spm.annual_attrition_rate, spm.voluntary_attrition_rate),
        *(spm.involuntary_attrition_rate, spm.transfer_rate, spm.unexplained_attrition_rate),
    ),
    "regretted": over(_regretted, "region", spm.regretted_attrition),
    "tenure": over(spm.rep_tenure, "region", spm.median_tenure),
    "tenure_bands": table(spm.tenure_band, spm.rep_tenure),
    "ramp": table(spm.ramp_time, _ramp),
    "new_hires": over(lambda data: spm.new_hire_lines(_ramp(data)), "region", spm.new_hire_failure),
    "first_deal": table(
        spm.time_to_first_deal, lambda data: spm.first_deal_lines(data, spm.credit_lines(data))
    ),
    "departures": over(_departures, "filled", spm.departure_cost, spm.total_departure_cost),
    "vacancies": over(spm.territory_vacancies, None, spm.vacancy_rate, spm.vacant_territory_days),
    "capacity": over(_capacity, "month", spm.ramped_capacity),
    "coaching": over(spm.coaching_lines, "region", spm.coaching_coverage),
}

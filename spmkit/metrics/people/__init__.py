"""Who is there, who leaves, how hires ramp, and what the force can sell."""

from spmkit.metrics.people.attrition import (
    annual_attrition_rate,
    attrition_interval,
    attrition_rate,
    involuntary_attrition_rate,
    transfer_rate,
    unexplained_attrition_rate,
    voluntary_attrition_rate,
)
from spmkit.metrics.people.attrition_lines import attrition_lines
from spmkit.metrics.people.capacity import capacity_lines, ramped_capacity
from spmkit.metrics.people.coaching import coaching_coverage, coaching_lines
from spmkit.metrics.people.departures import (
    DepartureAssumptions,
    departure_cost,
    departure_lines,
    total_departure_cost,
)
from spmkit.metrics.people.first_deal import first_deal_lines, time_to_first_deal
from spmkit.metrics.people.ramp import (
    new_hire_failure,
    new_hire_lines,
    ramp_lines,
    ramp_time,
    ramped_level,
)
from spmkit.metrics.people.ramp_months import ramp_progress
from spmkit.metrics.people.regret import regretted_attrition, regretted_lines
from spmkit.metrics.people.tenure import LEAVE_KINDS, median_tenure, rep_tenure
from spmkit.metrics.people.vacancies import (
    territory_vacancies,
    vacancy_rate,
    vacancy_spells,
    vacant_territory_days,
)

__all__ = [
    "LEAVE_KINDS",
    "DepartureAssumptions",
    "annual_attrition_rate",
    "attrition_interval",
    "attrition_lines",
    "attrition_rate",
    "capacity_lines",
    "coaching_coverage",
    "coaching_lines",
    "departure_cost",
    "departure_lines",
    "first_deal_lines",
    "involuntary_attrition_rate",
    "median_tenure",
    "new_hire_failure",
    "new_hire_lines",
    "ramp_lines",
    "ramp_progress",
    "ramp_time",
    "ramped_capacity",
    "ramped_level",
    "regretted_attrition",
    "regretted_lines",
    "rep_tenure",
    "territory_vacancies",
    "time_to_first_deal",
    "total_departure_cost",
    "transfer_rate",
    "unexplained_attrition_rate",
    "vacancy_rate",
    "vacancy_spells",
    "vacant_territory_days",
    "voluntary_attrition_rate",
]

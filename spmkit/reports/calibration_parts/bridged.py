"""From the goal to the quotas that reps carry, and from the period to its months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spmkit import charts
from spmkit.calibration.explaining.month_grid import ALL, month_grid
from spmkit.calibration.explaining.quota_steps import quota_steps
from spmkit.calibration.proposing.phasing import Days
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.study import Study
from spmkit.narrative import explained as said


def steps_chart(study: Study, proposal: Proposal) -> Any:
    """What stands between the goal and the quotas that reps carry."""
    steps = quota_steps(proposal)
    subtitle = (
        f"From the goal of {study.ahead} to the quotas of its reps; what a rule takes off some "
        "seats others take up; exact to the cent"
    )
    return charts.money_waterfall(steps, said.steps_title(steps), subtitle)


def months_chart(
    study: Study, proposal: Proposal, days: Days, indices: Mapping[str, float], basis: str
) -> Any:
    """The quotas by month and region."""
    cells = month_grid(proposal.seats, days, indices)
    names = {month.label: f"{month.start:%B}" for month in days.months}
    whole = cells[cells["group"] == ALL]
    title = said.months_title(whole, study.ahead, names)
    shown = (
        cells.assign(part=cells["part"].map(names))
        if len(set(names.values())) == len(names)
        else cells
    )
    subtitle = f"Quotas by region and month, by selling days {basis}; exact to the cent in sum"
    return charts.quota_heatmap(shown[shown["group"] != ALL], title, subtitle)

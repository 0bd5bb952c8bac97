"""The quotas of the period ahead: proposed, reconciled, phased, and explained seat by seat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit import charts, tables
from spmkit.calibration.company_facts import unheld_territories
from spmkit.calibration.proposing.cascade import cascade, refuse_unequal
from spmkit.calibration.proposing.guardrails import seat_names
from spmkit.calibration.proposing.phasing import Days, days_of, phased
from spmkit.calibration.proposing.policy import YEAR_BEFORE
from spmkit.calibration.proposing.proposal import Proposal
from spmkit.calibration.proposing.rationale import rationale
from spmkit.calibration.proposing.seasonality import sales_by_month, seasonal_indices
from spmkit.calibration.study import Study
from spmkit.reports import page
from spmkit.reports.calibration_parts.bridged import months_chart, steps_chart
from spmkit.reports.printed import brief, sheet
from spmkit.reports.review_parts.sections import Stack
from spmkit.units import COUNT, MONEY, MULTIPLE, PERCENT, Unit, format_value, whole_percent

_MOST_DRAWN = 40
_MOST_EXPLAINED = 100
_MOST_LISTED = 1000
_MOST_NAMED = 8
_SEAT_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("expected", "low", "high", "last_quota", "quota"), MONEY),
    **dict.fromkeys(("change", "probability"), PERCENT),
    "quota_to_expected": MULTIPLE,
}
_SEAT_LABELS = {
    "rep": "Rep",
    "last_quota": "Last quota",
    "expected": "Expected",
    "low": "80 % from",
    "high": "to",
    "quota": "Proposed",
    "change": "Change",
    "probability": "Chance",
    "quota_to_expected": "Of expected",
    "reasons": "Why",
}
_COST_UNITS: Mapping[str, Unit] = {
    "binds": COUNT,
    "rise_share": PERCENT,
    **dict.fromkeys(("spread_without", "spread"), PERCENT),
}
_COST_LABELS = {
    "guardrail": "Rule",
    "detail": "",
    "binds": "Holds seats",
    "rise_share": "Loss rises by",
    "spread_without": "Spread of chances without",
    "spread": "with it",
}


def proposal_parts(study: Study) -> Any:
    """The proposed quotas, or why there are none."""
    if isinstance(study.proposal, str):
        return page.note(study.proposal)
    seats = named_seats(study.proposal)
    costs = [_cost_table(study.proposal)] if len(study.proposal.costs) else []
    return Stack([_dumbbells(study, seats), *_left_out(study), _seat_table(study, seats), *costs])


def _left_out(study: Study) -> list[page.Part]:
    """Who is there and gets no quota, and which territories no quota stands for."""
    said = []
    if not isinstance(study.expected, str) and len(study.expected.left_out):
        names = ", ".join(map(str, study.expected.left_out["rep"]))
        said.append(
            page.note(f"No quota is proposed for {names}: no day at work in {study.ahead}.")
        )
    vacant = set(study.proposal.seats["territory_id"].dropna())  # type: ignore[union-attr]
    bare = [one for one in unheld_territories(study.data, study.ahead) if one not in vacant]
    if bare:
        some = ", ".join(bare[:_MOST_NAMED]) + (" and more" if len(bare) > _MOST_NAMED else "")
        said.append(
            page.note(
                f"Nobody holds {some}, and no quota stands for it. A line of quotas with the "
                "territory_id and no rep_id makes a vacant seat."
            )
        )
    return said


def named_seats(proposal: Proposal) -> pd.DataFrame:
    """The seats, each with a name: a vacant one has that of its territory."""
    seats = proposal.seats
    vacant = "vacant: " + seats["territory_id"].astype("object")
    return seats.assign(rep=seats["rep"].astype("object").where(seats["rep"].notna(), vacant))


def _dumbbells(study: Study, seats: pd.DataFrame) -> Any:
    shown = seats.sort_values("quota", ascending=False).head(_MOST_DRAWN)
    shown = shown.assign(told=[whole_percent(p) for p in shown["probability"]])
    total = study.proposal.total.set_index("fact")["value"]  # type: ignore[union-attr]
    some = f"; the largest {len(shown)} of {len(seats):,}" if len(shown) < len(seats) else ""
    chance = whole_percent(float(total["common probability"]))
    reached = whole_percent(float(total["participation to expect"]))
    title = f"{reached} of the seats are expected at quota; where no rule holds one, with {chance}"
    subtitle = (
        f"{_last(study)} (ring), proposed for {study.ahead} (dot), 80 % range of what is expected "
        f"(band), chance to reach it{some}"
    )
    return charts.quota_dumbbells(shown, title, subtitle)


def _last(study: Study) -> str:
    """Which quota the proposed one is compared with."""
    year = study.policy.compared_with == YEAR_BEFORE
    return "Quota a year before" if year else "Last quota"


def _seat_table(study: Study, seats: pd.DataFrame) -> page.Part:
    shown = seats.sort_values("quota", ascending=False).head(_MOST_LISTED)
    currency = study.data.settings.currency
    labels = {**_SEAT_LABELS, "last_quota": _last(study)}
    table = tables.unit_table(shown, _SEAT_UNITS, "", labels, currency)
    return brief(f"{len(seats):,} seats in figures", table)


def _cost_table(proposal: Proposal) -> Any:
    title = "What each rule costs in accuracy, and how uneven it makes the chances"
    return tables.unit_table(proposal.costs, _COST_UNITS, title, _COST_LABELS)


def reconciliation_parts(study: Study) -> Any:
    """The sums by level, and the quotas by month."""
    if isinstance(study.proposal, str):
        return page.note(study.proposal)
    proposal = study.proposal
    return Stack(
        [steps_chart(study, proposal), _levels(study, proposal), *_months(study, proposal)]
    )


def _levels(study: Study, proposal: Proposal) -> Any:
    found = cascade(proposal)
    refuse_unequal(found)
    shown = found[found["level"] != "rep"]
    names = dict(zip(proposal.seats["manager_id"], proposal.seats["manager"], strict=True))
    node = shown["node"].map(lambda name: names.get(name, name))
    labels = {
        "level": "Level",
        "node": "",
        "quota": "Asked of it",
        "assigned": "Asked just below",
        "over_assignment": "Over-assigned",
        "reps": "Rep quotas below",
        "seats": "Seats",
        "vacant": "Vacant",
    }
    units: Mapping[str, Unit] = {
        **dict.fromkeys(("quota", "assigned", "reps"), MONEY),
        **dict.fromkeys(("seats", "vacant"), COUNT),
        "over_assignment": PERCENT,
    }
    levels = shown["level"].replace({"manager_id": "manager"})
    title = f"What {study.ahead} asks at each level; every sum is exact to the cent"
    currency = study.data.settings.currency
    rows = shown.assign(level=levels, node=node)
    return tables.unit_table(
        rows, units, title, labels, currency, in_full=("quota", "assigned", "reps")
    )


def _months(study: Study, proposal: Proposal) -> list[Any]:
    calendar = study.data.calendar
    holidays = study.data.settings.calendar.get("holidays")
    days = days_of(calendar.period(study.ahead), calendar, holidays)
    indices, basis = _season(study)
    sums = _by_month(proposal, days, {})
    labels = {"part": "Month", "selling_days": "Selling days", "quota": "By selling days alone"}
    if indices:  # the rush at a quarter's end is behaviour: whether to ask for it is a choice
        sums = sums.assign(seasonal=_by_month(proposal, days, indices)["quota"])
        labels["seasonal"] = "As sales come in"
    units: Mapping[str, Unit] = {"selling_days": COUNT, "quota": MONEY, "seasonal": MONEY}
    title = f"{study.ahead} by month, by selling days {basis}"
    currency = study.data.settings.currency
    table = tables.unit_table(sums, units, title, labels, currency, in_full=("quota", "seasonal"))
    if len(days.months) == 1:  # of one month there is no map to draw
        return [table]
    return [months_chart(study, proposal, days, indices, basis), table]


def _by_month(proposal: Proposal, days: Days, indices: Mapping[str, float]) -> pd.DataFrame:
    parts = phased(proposal.seats, days, "month", indices)
    return parts.groupby(["part", "selling_days"], sort=False)["quota"].sum().reset_index()


def _season(study: Study) -> tuple[Mapping[str, float], str]:
    """What a selling day of each month sells of a usual one's, and where that is known from."""
    calendar = study.data.calendar
    if calendar.starts:
        return {}, "alone: periods of the company's own have no months"
    period = calendar.period(study.ahead)
    sales = sales_by_month(study.data, period)
    found = seasonal_indices(sales) if len(sales) else pd.DataFrame({"status": ["no year"]})
    if not (found["status"] == "ok").all():
        return {}, "alone: a season takes two whole years"
    by_part = dict(zip(found["part"], found["index"].clip(lower=0), strict=True))
    labels = [month.label for month in calendar.parts(period, "month")]
    years = int(found["n"].iloc[0])
    return {one: by_part[int(one[-2:])] for one in labels}, f"and the season of {years} years"


def rationale_parts(study: Study) -> Any:
    """A sheet a seat: from what is expected to the quota, in steps that add up."""
    if isinstance(study.proposal, str):
        return page.note(study.proposal)
    names = seat_names(study.proposal.seats)
    titles = named_seats(study.proposal)["rep"].tolist()
    shown = list(zip(names, titles, strict=True))[:_MOST_EXPLAINED]
    more = len(names) - len(shown)
    sheets = [_sheet(study.proposal, name, str(title)) for name, title in shown]
    rest = (
        [
            page.note(
                f"Sheets of the first {len(shown)} seats are shown; in Python "
                f"rationale(proposal, rep_id) gives each of the {more:,} others."
            )
        ]
        if more
        else []
    )
    return Stack([page.Part("".join(sheets)), *rest])


def _sheet(proposal: Proposal, name: str, title: str) -> str:
    steps = rationale(proposal, name)
    labels = {"step": "Step", "amount": "Amount", "running": "So far", "words": "In words"}
    units: Mapping[str, Unit] = {"amount": MONEY, "running": MONEY}
    table = tables.unit_table(steps, units, "", labels, in_full=("amount", "running"))
    quota = format_value(float(steps["running"].iloc[-1]), MONEY)
    return str(sheet(f"{title}: {quota}", table))

"""Quotas that change: by hand before the period, and by what comes in while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit import tables
from spmkit.calibration.opening import beside
from spmkit.calibration.proposing.adjustment_scores import score_adjustments
from spmkit.calibration.study import Study
from spmkit.data import DataError
from spmkit.reports import page
from spmkit.reports.printed import brief
from spmkit.reports.review_parts.sections import Stack
from spmkit.reports.trail_files import TRAIL, read_trail
from spmkit.units import COUNT, MONEY, PERCENT, Unit, format_difference, format_value

_SCORE_LABELS = {
    "of": "Of",
    "quotas": "Quotas",
    "error_without": "Missed without",
    "error_with": "with the changes",
    "difference": "Difference",
    "low": "95 % from",
    "high": "to",
    "verdict": "Helped",
    "status": "",
}
_SCORE_UNITS: Mapping[str, Unit] = {
    "quotas": COUNT,
    **dict.fromkeys(("error_without", "error_with", "difference", "low", "high"), PERCENT),
}
_MONEY = ("before", "after", "effect", "requested", "quota", "proposed", "so_far", "expected")


def adjustment_parts(study: Study) -> Any:
    """Quotas changed by hand: who asked for what, and whether it helped where that is known."""
    return Stack([_asked(study), _scores(study)])


def _scores(study: Study) -> Any:
    """Whether changes by hand made quotas better, in the periods that are over."""
    file = beside(study.data, TRAIL)
    if file is None:
        return page.note(
            f"Whether changes by hand helped cannot be told: there is no {TRAIL} beside the data. "
            "spmkit quotas propose writes a trail of each period; keep them there, one below the "
            "other."
        )
    panel = study.whole_panel
    sold = panel.loc[panel["credited"].notna(), ["rep_id", "period", "credited"]]
    try:
        found = score_adjustments(read_trail(file), sold)
    except DataError as error:
        return page.note(str(error))
    if not found["quotas"].any():
        return page.note(f"No period of {TRAIL} is over: its changes cannot be scored yet.")
    title = "Whether changes by hand brought quotas closer to sales, in periods that are over"
    return tables.unit_table(found, _SCORE_UNITS, title, _SCORE_LABELS)


def _asked(study: Study) -> Any:
    """Who asked for what, why, what was decided and what it moved."""
    if isinstance(study.adjusted, str):
        return page.note(study.adjusted)
    trail, log = study.adjusted.trail, study.adjustments
    others = 0 if log is None else int((log["period"] != study.ahead).sum())
    asked = trail[trail["requested"].notna()]
    if asked.empty:
        rest = f" {others:,} lines of the log are of other periods." if others else ""
        return page.note(f"Nothing was asked to be changed in the quotas of {study.ahead}.{rest}")
    names = study.adjusted.proposal.seats.set_index("rep_id")["rep"]
    shown = asked.assign(rep=asked["rep_id"].map(names).fillna(asked["territory_id"]))
    labels = {
        "rep": "Rep",
        "before": "Proposed",
        "requested": "Asked for",
        "decision": "Decision",
        "decided_by": "By",
        "after": "Quota",
        "reason": "Reason",
    }
    title = f"{len(asked):,} of {len(trail):,} quotas were asked to be changed"
    return tables.unit_table(shown, _units(), title, labels, study.data.settings.currency)


def running_parts(study: Study) -> Any:
    """The running period as seen now, and which quotas have lost their sense."""
    if isinstance(study.running, str):
        return page.note(study.running)
    found = study.running
    labels = {
        "rep": "Rep",
        "quota": "Quota",
        "so_far": "So far",
        "expected": "Expected now",
        "probability_before": "Chance before",
        "probability": "now",
        "proposed": "Proposed",
        "why": "Why",
    }
    said = [page.note(found.drift.sentence), page.note(found.sentence)]
    moved = found.seats[found.seats["change"] != 0]
    shown = moved if len(moved) else found.seats
    table = tables.unit_table(shown, _units(), "", labels, study.data.settings.currency)
    what = "quotas to change" if len(moved) else "seats as seen now"
    seats = brief(f"{len(shown):,} {what}", table)
    return Stack([*said, seats, _changed_costs(study, found.costs)])


def _changed_costs(study: Study, costs: pd.DataFrame) -> Any:
    """What changing does to the whole, facts that are not known said below."""
    known = costs[costs["before"].notna()]
    ways = {"before": format_value, "after": format_value, "change": format_difference}
    told = {
        name: [way(one, Unit(unit)) for one, unit in zip(known[name], known["unit"], strict=True)]
        for name, way in ways.items()
    }
    rows = known.assign(**told)
    labels = {"fact": "Of all seats", "before": "As set", "after": "Changed", "change": "Change"}
    table = tables.unit_table(
        rows, {}, "What changing does to the whole", labels, study.data.settings.currency
    )
    why = costs.loc[costs["before"].isna(), "status"].unique()
    return Stack([table, *(page.note(f"Not known: {reason}.") for reason in why)])


def _units() -> Mapping[str, Unit]:
    shares = dict.fromkeys(("probability_before", "probability"), PERCENT)
    return {**dict.fromkeys(_MONEY, MONEY), **shares}

"""What the proposed quotas cost in pay, and what would be if."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit import charts, tables
from spmkit.calibration.costing.cost_sensitivity import cost_sensitivity
from spmkit.calibration.costing.scenario_table import Plan, scenario_table, usual_scenarios
from spmkit.calibration.study import Study, with_pay
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.units import MONEY, PERCENT, Unit, format_value

_FACTS = {
    "target pay": "Variable pay at target",
    "cost at target": "If everyone were at 100 %",
    "expected cost": "To be expected",
    "gap by level": "of it because quotas are not what is expected",
    "gap by spread": "of it because pay is no straight line",
    "P10": "In nine cases of ten at least",
    "P50": "As often more as less",
    "P90": "In one case of ten more than",
}

_SCENARIOS = {
    "Growth": "growth",
    "PotentialShock": "potential",
    "Leaver": "a leaver",
    "Joiner": "a joiner",
    "Accelerator": "accelerator",
}


def cost_parts(study: Study) -> Any:
    """The cost with its range, and what moves it."""
    if isinstance(study.cost, str):
        return page.note(study.cost)
    facts = study.cost.facts.set_index("fact")
    known = [name for name in _FACTS if name in facts.index and pd.notna(facts["value"][name])]
    rows = facts.loc[known].reset_index()
    rows = rows.assign(fact=rows["fact"].map(_FACTS))
    labels = {
        "fact": f"Variable pay of {study.ahead}",
        "value": "Amount",
        "low": "95 % from",
        "high": "to",
    }
    units: Mapping[str, Unit] = dict.fromkeys(("value", "low", "high"), MONEY)
    table = tables.unit_table(rows, units, "", labels, study.data.settings.currency)
    left = study.cost.left_out
    why = "; ".join(_left_words(str(reason), int(count)) for reason, count in left.items())
    said = [page.note(f"Not in the sums: {why}.")] if why else []
    return Stack([table, *said])


def _left_words(reason: str, count: int) -> str:
    seats = "seat" if count == 1 else "seats"
    return f"{count:,} {seats} ({reason.removeprefix('undefined: ')})"


def swing_chart(study: Study) -> Any:
    """What moves the expected cost, one part at a time."""
    if isinstance(study.cost, str) or isinstance(study.proposal, str) or study.curve is None:
        return page.Part("")
    if not study.shock.known:
        return page.Part("")
    ready = with_pay(study, study.proposal.request.expectation)
    quotas = study.proposal.seats["quota"].to_numpy("float64")
    found = cost_sensitivity(ready, quotas, study.curve, study.shock)
    ends = found[["expected_low", "expected_high"]]
    swings = pd.DataFrame(
        {
            "assumption": found["part"],
            "low": ends.min(axis=1),
            "high": ends.max(axis=1),
            "base": found["expected"],
            "told": [
                f"{a:.2f} to {b:.2f}" for a, b in zip(found["low"], found["high"], strict=True)
            ],
        }
    )
    first = swings.iloc[0]
    reach = format_value(float(first["high"] - first["low"]), MONEY)
    title = f"{str(first['assumption']).capitalize()} moves the cost most: by {reach}"
    subtitle = "Expected cost, one part at a time at the multiples at the right"
    return charts.swing_bars(swings, title, subtitle)


def curve_chart(study: Study) -> Any:
    """The declared pay curve."""
    if study.curve is None:
        return page.Part("")
    corners = _with_cliffs(study.curve.table())
    title = "What is paid of target for which attainment"
    return charts.payout_curve(corners, title, "As declared under [pay]")


def _with_cliffs(corners: pd.DataFrame) -> pd.DataFrame:
    """What is paid at once on reaching an attainment, drawn as a step."""
    before = corners[corners["cliff"] > 0].assign(payout=lambda row: row["payout"] - row["cliff"])
    return pd.concat([before, corners]).sort_values(["attainment", "payout"], ignore_index=True)


def scenario_parts(study: Study) -> Any:
    """What would be if: with these quotas, and with quotas set anew."""
    if isinstance(study.proposal, str):
        return page.note(study.proposal)
    held = study.proposal.seats["rep_id"].notna().to_numpy()  # nobody sells on a vacant seat
    whole = study.proposal.request.expectation
    expectation = replace(whole, seats=whole.seats[held].reset_index(drop=True))
    quotas = study.proposal.seats.loc[held, "quota"]
    curve = study.curve if study.shock.known and not isinstance(study.cost, str) else None
    ready = with_pay(study, expectation) if curve is not None else expectation
    goal = float(quotas.sum())
    plan = Plan(ready, np.asarray(quotas, "float64"), goal, curve, study.shock if curve else None)
    found = scenario_table(plan, usual_scenarios(plan.expectation))
    labels = {
        "scenario": "If",
        "expected": "Expected",
        "expected_to_goal": "Of the quotas",
        "participation": "At quota",
        "expected_cost": "Cost",
        "common_probability": "Chance of quotas set anew",
        "sentence": "That is",
    }
    units: Mapping[str, Unit] = {
        **dict.fromkeys(("expected", "expected_cost"), MONEY),
        **dict.fromkeys(("expected_to_goal", "participation", "common_probability"), PERCENT),
    }
    found = found.assign(scenario=found["scenario"].map(_SCENARIOS).fillna(found["scenario"]))
    known = {name: label for name, label in labels.items() if found[name].notna().any()}
    title = "What these quotas would meet, and what quotas set anew to the same sum could do"
    return tables.unit_table(found, units, title, known, study.data.settings.currency)

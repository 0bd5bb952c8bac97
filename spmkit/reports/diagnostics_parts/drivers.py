"""The driver tree: every team's way from hours to attainment, and where it is lowest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis, driver_tree, team_leaks
from spmkit.diagnostics.drivers_lines import complete_window, driver_dimension
from spmkit.narrative.drivers import (
    driver_value,
    drivers_title,
    factor_words,
    leaks_said,
    outcome_said,
    outcomes_said,
    peers_said,
)
from spmkit.reports import page
from spmkit.reports.printed import brief
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT

_MOST_DRAWN = 12
_MOST_LISTED = 24


def drivers_parts(diagnosis: Diagnosis) -> Stack:
    """Each team's drivers against its peers, and where each is lowest."""
    found = or_reason(_parts, diagnosis)
    return found if isinstance(found, Stack) else Stack([found])


def _parts(diagnosis: Diagnosis) -> Stack:
    by, found = driver_dimension(diagnosis), driver_tree(diagnosis)
    if found["factor"].isna().all():
        reasons = ", ".join(sorted(set(found["status"])))
        return Stack([page.note(f"No {by} can be compared with its peers: {reasons}.")])
    leaks = team_leaks(found)
    outcome = str(found["driver"].iloc[-1])
    return Stack(
        [
            _dots(diagnosis, found, leaks, by),
            page.sub(f"{outcomes_said(found)} {leaks_said(leaks)}".strip()),
            page.note(f"{peers_said(found)} {_READ}"),
            _leak_table(leaks, outcome, by),
            _tree_table(found, by),
        ]
    )


_READ = (
    "The drivers of a row multiply to the last column exactly. They are what teams differ in, not "
    "what made them differ. Opportunities and wins are those that closed, without renewals; per "
    "rep is per rep and period."
)


def _dots(diagnosis: Diagnosis, found: pd.DataFrame, leaks: pd.DataFrame, by: str) -> Any:
    kept = list(dict.fromkeys(found["group"]))[:_MOST_DRAWN]
    shown = found[found["group"].isin(kept)]
    shown = shown.assign(
        cell=[factor_words(factor) for factor in shown["factor"]],
        side=_sides(shown),
        own=_written(shown, "value"),
        peers=_written(shown, "peers_value"),
    )
    columns = ["group", "driver", "factor", "low", "high", "cell", "side", "own", "peers"]
    periods = complete_window(diagnosis)
    span = periods[0].label if len(periods) == 1 else f"{periods[0].label} to {periods[-1].label}"
    some = f"; {len(kept)} of {found['group'].nunique()}" if len(kept) == _MOST_DRAWN else ""
    subtitle = (
        f"What each driver multiplies a {by}'s outcome by, against the peers' median, {span}; "
        f"95 % intervals, in colour where told from chance{some}"
    )
    return charts.driver_dots(shown[columns], drivers_title(leaks), subtitle)


def _sides(found: pd.DataFrame) -> list[str]:
    told = found["told"].astype(bool)
    way = np.where(found["factor"] < 1, "below its peers", "above its peers")
    return list(np.where(told, way, "cannot tell"))


def _written(found: pd.DataFrame, column: str) -> list[str]:
    pairs = zip(found[column], found["driver"], strict=True)
    return [driver_value(value, driver) for value, driver in pairs]


def _leak_table(leaks: pd.DataFrame, outcome: str, by: str) -> Any:
    if leaks.empty:
        return page.note(f"No {by} is below its peers in any driver.")
    first = leaks.head(_MOST_LISTED)
    said = [outcome_said(row, outcome) for _, row in first.iterrows()]
    shown = _told(first).assign(outcome=said)
    labels = {
        "group": by.capitalize(),
        "outcome": outcome.capitalize(),
        "driver": "Lowest driver",
        "own": "Own",
        "median": "Peers",
        "factor": "Factor",
        "interval": "95 % interval",
        "n": "Reps",
        "verdict": "",
        "made_up": "Made up for by",
    }
    title = f"Where each {by} is lowest{_some(len(first), len(leaks))}"
    return tables.unit_table(shown, {"n": COUNT}, title, labels)


def _some(shown: int, all_of_them: int) -> str:
    """How many are shown, where they are not all."""
    return "" if shown == all_of_them else f": the first {shown} of {all_of_them:,}"


def _told(found: pd.DataFrame) -> pd.DataFrame:
    """Values, factors and verdicts as words."""
    spans = [
        "–" if pd.isna(low) else f"×{low:.2f} to ×{high:.2f}"
        for low, high in zip(found["low"], found["high"], strict=True)
    ]
    sides = [
        status if status != "ok" else side
        for status, side in zip(found["status"], _sides(found), strict=True)
    ]
    return found.assign(
        own=_written(found, "value"),
        median=_written(found, "peers_value"),
        factor=[factor_words(factor) for factor in found["factor"]],
        interval=spans,
        verdict=sides,
    )


def _tree_table(found: pd.DataFrame, by: str) -> page.Part:
    labels = {
        "group": by.capitalize(),
        "driver": "Driver",
        "own": "Own",
        "median": "Peers' median",
        "factor": "Factor",
        "interval": "95 % interval",
        "n": "Reps",
        "peers": "Peers",
        "verdict": "",
    }
    units = {"n": COUNT, "peers": COUNT}
    groups = list(dict.fromkeys(found["group"]))
    first = groups[:_MOST_LISTED]
    shown = _told(found[found["group"].isin(first)])
    table = tables.unit_table(shown, units, "", labels)
    some = _some(len(first), len(groups))
    return brief(f"Every driver of every {by}, with intervals{some}", table)

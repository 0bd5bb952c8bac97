"""The parts of a team's page: its people by the same metrics, how they moved, how time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.data import DataError
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import (
    SCORES,
    SHARES,
    Team,
    coverage_ahead,
    coverage_by_rep,
    judged,
    movement,
    peers_of,
    reps_today,
    time_mix,
)
from spmkit.units import COUNT, MONEY, MULTIPLE, PERCENT, Unit, format_value

_MOST_DRAWN = 40


def team_scores(team: Team, scores: pd.DataFrame, missing: Sequence[str]) -> Any:
    """Rep by metric, leading metrics left; the last rows are the quartiles of peers elsewhere."""
    own = judged(scores, team.reps)
    if own.empty:
        return page.note(" ".join(["No metric can be given of anybody in this team.", *missing]))
    labels = {name: score.label for name, score in SCORES.items()}
    units = {name: score.unit for name, score in SCORES.items()}
    shown = _wide(own, peers_of(scores, team.reps), units)
    compared = own[own["enough"] & (own["spread"] > 0) & own["median"].notna()]
    title = narrative.scorecard_title(compared)
    table = tables.unit_table(shown, _behind(units), title, {"rep": "Rep", **labels})
    listed = [page.note(_EXPLAINED), *[page.note(reason) for reason in missing]]
    return Stack([table, *listed])


_EXPLAINED = (
    "Leading metrics stand left. Rates, counts and deal sizes are pulled towards the reps of the "
    "same role and segment by their share of chance. ▲ and ▼: 90 % sure to be above or below the "
    "peers' median. In brackets: too few cases to tell of a rep. Open and untouched: on the day "
    "of the data. Peers: the middle half of the others of the role and segment, to two figures; "
    "of fewer than five people nothing is said."
)


def _wide(own: pd.DataFrame, peers: pd.DataFrame, units: Mapping[str, Unit]) -> pd.DataFrame:
    """A row a rep, and a row of peers a group; beside each text the number behind it."""
    cells = own.assign(
        text=[_cell(row, units[row["metric"]]) for row in own.to_dict("records")],
        value=[_shown(row["shown"], units[row["metric"]]) for row in own.to_dict("records")],
    )
    people = _pivoted(cells, ["rep", "rep_id"]).sort_values("rep", ignore_index=True)
    spans = [_span(row, units[row["metric"]]) for row in peers.to_dict("records")]
    told = peers.assign(rep="Peers, " + peers["group"], text=spans, value=spans)
    others = _pivoted(told[told["median"].notna()], ["rep"])
    return pd.concat([people, others], ignore_index=True)


def _pivoted(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    parts = {"": "text", "_value": "value"}
    wide = [
        cells.pivot_table(column, keys, "metric", "first").add_suffix(ending)
        for ending, column in parts.items()
    ]
    return pd.concat(wide, axis=1).reset_index()


def _shown(value: float, unit: Unit) -> float:
    """A number to the figures that are printed: more would tell of those it is pulled towards."""
    return round(value, 3) if unit is PERCENT else float(f"{value:.3g}")


def _behind(units: Mapping[str, Unit]) -> dict[str, Unit]:
    return {f"{name}_value": unit for name, unit in units.items()}


def _cell(row: Mapping[Any, Any], unit: Unit) -> str:
    text = format_value(row["shown"], unit)
    return f"{text} {row['mark']}".strip() if row["enough"] else f"({text})"


def _span(row: Mapping[Any, Any], unit: Unit) -> str:
    if unit is PERCENT:
        return f"{row['low'] * 100:.0f} to {row['high'] * 100:.0f}\N{NO-BREAK SPACE}%"
    return f"{format_value(row['low'], unit)} to {format_value(row['high'], unit)}"


def team_movement(team: Team) -> Any:
    """Each rep's attainment before and now, over what chance alone explains."""
    if not team.periods.complete:
        return page.note(f"{team.periods.now.label} is running: how reps moved is not known yet.")
    moves = movement(team)
    if moves.empty or team.periods.before is None:
        return page.note("Nobody of this team has a quota in this period and in the one before.")
    subtitle = (
        f"Attainment in {team.periods.before.label} (ring) and {team.periods.now.label} (dot); "
        "band: where 80 % of reps who stood there came to lie before"
    )
    if moves["low"].isna().all():
        subtitle = subtitle.split(";")[0]
    most = moves["change"].abs().nlargest(_MOST_DRAWN).index
    if len(most) < len(moves):
        subtitle += f"; the {len(most):,} of {len(moves):,} who moved most"
    drawn = moves[moves.index.isin(most)]
    return charts.movement_dumbbells(drawn, narrative.movement_title(moves), subtitle)


def team_pipeline(team: Team) -> Any:
    """What is open of the running period: of the whole team, and of each of its people."""
    try:
        reps = reps_today(team)
        whole, own = coverage_ahead(team, reps), coverage_by_rep(team, reps)
    except DataError as error:
        return page.note(f"What is open: {error}")
    said = page.note(narrative.covered(whole))
    if own.empty:
        return said
    known = {name: label for name, label in _OPEN_LABELS.items() if own[name].notna().any()}
    title = f"Open and expected to close in {whole['period']}, by rep"
    currency = team.data.settings.currency
    return Stack([tables.unit_table(own, _OPEN_UNITS, title, known, currency), said])


_OPEN_LABELS = {
    "rep": "Rep",
    "open_amount": "Open",
    "opportunities": "Opportunities",
    "weighted_pipeline": "Of it won in time, by the win curve",
    "remaining_quota": "Quota left",
    "pipeline_coverage": "Coverage",
}
_OPEN_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("open_amount", "weighted_pipeline", "remaining_quota"), MONEY),
    "opportunities": COUNT,
    "pipeline_coverage": MULTIPLE,
}


def team_time(team: Team, scores: pd.DataFrame) -> Any:
    """How each rep's logged hours were spent, with the quartiles of peers."""
    try:
        mix = time_mix(team, scores)
    except DataError as error:
        return page.note(f"How time was spent: {error}")
    own = mix[mix["rep_id"].isin(team.reps)].assign(mark="")
    if own.empty:
        return page.note("Nobody of this team logged any activity in the period.")
    units = dict.fromkeys(SHARES, PERCENT)
    shown = _wide(own, peers_of(mix, team.reps), units)
    labels = {"rep": "Rep", **_titled(list(SHARES))}
    table = tables.unit_table(shown, _behind(units), "Shares of the hours logged", labels)
    return Stack([table, page.note("What is not logged is not seen: shares are of logged hours.")])


def _titled(names: Sequence[str]) -> dict[str, str]:
    return {name: name.capitalize() for name in names}

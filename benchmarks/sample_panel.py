"""The panel of a sample company without its files: sales and quotas straight from the world."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spmkit.data.sample.company import Array, Company
from spmkit.data.sample.credits import Totals, count_credits, draw_credits, no_totals
from spmkit.data.sample.opportunities import draw_opportunities
from spmkit.data.sample.people_tables import ROLES, roles
from spmkit.data.sample.quotas import set_quotas
from spmkit.data.sample.words import REGIONS, SEGMENTS
from spmkit.data.sample.world import World, make_world

_QUARTER = 365.25 / 4


def sample_panel(company: Company) -> pd.DataFrame:
    """One row a rep and complete quarter, as quota calibration takes it; a second for hundreds."""
    world = make_world(company)
    totals = _totals(world)
    quotas = set_quotas(world, totals).rep[:, : company.quarters]
    seat, days = _held(world)
    # Who sold on after the last day, by a split, has no quota for it and no row.
    rep, step = np.nonzero((quotas > 0) & (days > 0))
    held = seat[rep, step]
    rows = _who(world, rep, held) | {
        "quota": quotas[rep, step],
        "credited": totals.rep[rep, step],
        "potential": world.seen_potential[held],
        "tenure_periods": _tenure(world, rep, step),
        "present": _present(world, rep, step),
    }
    return pd.DataFrame(_when(world, step) | rows).sort_values(
        ["step", "rep_id"], ignore_index=True
    )


def _totals(world: World) -> Totals:
    """All seats are one block, as they are in the files of a company of this size."""
    totals = no_totals(world)
    draw = draw_opportunities(world, np.arange(world.company.reps), 0)
    count_credits(world, totals, draw_credits(world, draw, 0))
    return totals


def _held(world: World) -> tuple[Array, Array]:
    """The seat that each person held longest in each quarter, and for how many days."""
    shape = (len(world.people.hired), world.company.quarters)
    seat, longest = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    for quarter in range(world.company.quarters):
        first, last = world.starts[quarter], world.starts[quarter + 1] - 1
        spells = world.spells
        days = np.minimum(spells.end, last) - np.maximum(spells.start, first) + 1
        for spell in np.flatnonzero(days > 0):
            rep = spells.rep[spell]
            if days[spell] > longest[rep, quarter]:
                seat[rep, quarter], longest[rep, quarter] = spells.seat[spell], days[spell]
    return seat, longest


def _when(world: World, step: Array) -> dict[str, Array]:
    month = world.starts[step].astype("datetime64[D]").astype("datetime64[M]").astype(int)
    season = month % 12 // 3 + 1
    labels = [f"{1970 + one // 12}Q{quarter}" for one, quarter in zip(month, season, strict=True)]
    return {"period": np.array(labels), "step": step, "season": season}


def _who(world: World, rep: Array, seat: Array) -> dict[str, Array]:
    ids = np.array(world.rep_ids.to_pylist())
    manager = ids[1 + world.team[seat]]
    return {
        "rep_id": ids[rep],
        "rep": ids[rep],
        "territory_id": np.array([f"T{one:05d}" for one in seat]),
        "region": np.array(REGIONS)[world.region[seat]],
        "segment": np.array(SEGMENTS)[world.segment[seat]],
        "role": np.array(ROLES)[roles(world)[rep]],
        "manager_id": manager,
        "manager": manager,
        "skill": world.people.skill[rep],
    }


def _tenure(world: World, rep: Array, step: Array) -> Array:
    """Whole quarters since hire at the middle of the quarter, below zero never."""
    middle = (world.starts[step] + world.starts[step + 1]) / 2
    days = middle - world.people.hired[rep]
    return np.maximum(np.floor(days / _QUARTER), 0.0)


def _present(world: World, rep: Array, step: Array) -> Array:
    """The share of the quarter's days in which a person was employed and not on leave."""
    people, first, last = world.people, world.starts[step], world.starts[step + 1] - 1
    there = np.minimum(people.left[rep], last) - np.maximum(people.hired[rep], first) + 1
    away = np.minimum(people.leave_end[rep], last) - np.maximum(people.leave_start[rep], first) + 1
    return np.clip((there - np.maximum(away, 0)) / (last - first + 1), 0.0, 1.0)

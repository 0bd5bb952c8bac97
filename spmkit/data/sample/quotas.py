"""Quotas, set as many companies set them: last year's sales and a bit more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import constant, dates, identifiers, labels, numbers
from spmkit.data.sample.company import (
    JUDGEMENT,
    NONE,
    OVER_ASSIGNMENT,
    POTENTIAL_ELASTICITY,
    QUOTA_GROWTH,
    YEAR_SEASON,
    Array,
    Draw,
)
from spmkit.data.sample.credits import Totals
from spmkit.data.sample.opportunities import counts, sizes
from spmkit.data.sample.world import BASE_LOGIT, TYPE_SIZE, World, unfair

LEVELS = ("rep", "team", "company")
KINDS = ("direct", "overlay")
RAMPED = np.array([0.40, 0.70, 0.90, 1.0])
LEVEL_BIAS = 1.0
CORRECTIONS = 5


@dataclass(frozen=True)
class Quotas:
    """Quotas by seat, by person and of vacant seats; quarters across."""

    seat: Array
    rep: Array
    vacant: Array


def set_quotas(world: World, totals: Totals) -> Quotas:
    """Set last year's sales plus growth, higher in the planted region, ramped for new hires.

    A company may set what its territories can be expected to buy instead.

    Parameters
    ----------
    world
        The company's world.
    totals
        Credits by seat and quarter.

    Returns
    -------
    Quotas
        In full thousands.
    """
    quarters = world.company.quarters + 1
    expected = world.company.quota_rule == "expectation"
    basis = (_expected(world) if expected else _basis(world, totals))[:, :quarters]
    raised = np.where(unfair(world), world.company.unfair_factor, 1.0)
    factor = (1 + QUOTA_GROWTH) * raised[:, None]
    seat = _thousands(basis * factor * world.season[:quarters])
    rep, vacant = _issued(world, seat)
    return Quotas(seat, _thousands(rep), _thousands(vacant))


def _thousands(amounts: Array) -> Array:
    """Round to full thousands."""
    return np.round(amounts / 1000) * 1000


def _basis(world: World, totals: Totals) -> Array:
    """Give last year's sales a quarter, at full strength; before the export an estimate."""
    strength = world.season * np.maximum(world.effort, 0.4)
    basis = _estimate(world) / YEAR_SEASON.mean()
    for year in np.unique(world.year)[2:]:
        last = world.year == year - 1
        sold, worked = totals.seat[:, last].sum(axis=1), strength[:, last].sum(axis=1)
        basis[:, world.year == year] = (sold / worked)[:, None]
    return np.asarray(np.maximum(basis, 5_000.0))


def _expected(world: World) -> Array:
    """Give what a territory can be expected to buy a quarter at full strength, judged each year."""
    lasting = POTENTIAL_ELASTICITY * np.log(world.potential) + world.luck
    years = world.year - world.year[0]
    judged = world.company.random(22).normal(0, JUDGEMENT, (len(lasting), years.max() + 1))
    given = world.pull * np.exp(world.shock / 2)
    usual = _sales(world) / given * np.exp(lasting[:, None] + judged[:, years]) * world.growth
    return np.asarray(np.maximum(usual, 5_000.0))


def _sales(world: World) -> Array:
    """Give what the market buys at full strength, whatever the season, from a usual rep."""
    chance = 1 / (1 + np.exp(-BASE_LOGIT))
    each = counts(world) / (world.season * world.effort)[:, :, None] * chance * TYPE_SIZE
    return np.asarray(each.sum(axis=2) * sizes(world) * LEVEL_BIAS)


def _estimate(world: World) -> Array:
    """Expect sales as the market gave them a year before, with last year's luck."""
    rng = world.company.random(20)
    sales = _sales(world)
    rep, _ = world.spells.owner(np.arange(len(sales)), np.full(len(sales), world.starts[0]))
    luck = rng.normal(0, 0.07, len(sales)) + world.people.skill[rep]
    return np.asarray((sales[:, 0] * np.exp(luck))[:, None] * world.growth / world.growth[4])


def _issued(world: World, seat: Array) -> tuple[Array, Array]:
    """Share a seat's quota by days among its holders; the rest belongs to the vacant seat."""
    spells, people = world.spells, world.people
    rep = np.zeros((len(people.hired), seat.shape[1]))
    vacant = seat.copy()
    for quarter in range(seat.shape[1]):
        first, last = world.starts[quarter], world.starts[quarter + 1] - 1
        days = np.minimum(spells.end, last) - np.maximum(spells.start, first) + 1
        share = np.maximum(days, 0) / (last - first + 1)
        held = seat[spells.seat, quarter] * share
        tenure = (first + last) // 2 - people.hired[spells.rep]
        issued = held * RAMPED[np.clip(tenure // 91, 0, 3)] * people.fte[spells.rep]
        np.add.at(rep[:, quarter], spells.rep, issued)
        np.subtract.at(vacant[:, quarter], spells.seat, held)
    return rep, np.where(vacant > 0.2 * seat, vacant, 0.0)


def quota_rows(world: World, quotas: Quotas, totals: Totals) -> pa.Table:
    """Make the rows of the table ``quotas``.

    Parameters
    ----------
    world
        The company's world.
    quotas
        What was set.
    totals
        Credits, of which those of specialists set their overlay quotas.

    Returns
    -------
    pyarrow.Table
        One row a quota line: reps, vacant seats, specialists, teams, the company.
    """
    vacant = _lines(quotas.vacant, level=0)
    vacant |= {"territory": vacant["rep"], "rep": np.full(len(vacant["rep"]), NONE)}
    direct = _lines(quotas.rep, level=0)
    parts = [
        direct,
        vacant,
        _lines(_overlay(world, totals), level=0) | {},
        _lines(_teams(world, quotas), level=1),
        _lines(_company(quotas), level=2),
        _corrections(world, direct),
    ]
    parts[2]["kind"] += 1
    lines = {name: np.concatenate([part[name] for part in parts]) for name in direct}
    return _quota_table(world, lines)


def _lines(amounts: Array, level: int) -> Draw:
    """List what is not zero, by quarter and holder."""
    quarter, rep = np.nonzero(amounts.T > 0)
    none = np.full(len(rep), NONE)
    zero = np.zeros(len(rep), dtype=np.int64)
    return {
        "rep": rep,
        "territory": none,
        "quarter": quarter,
        "quota": amounts[rep, quarter],
        "level": zero + level,
        "kind": zero,
        "version": zero + 1,
        "after": 2 + rep % 12,
    }


def _overlay(world: World, totals: Totals) -> Array:
    """Give specialists a quota near what they usually help to win."""
    quarters = world.company.quarters
    usual = totals.overlay[:, :quarters].mean(axis=1, keepdims=True)
    return _thousands(usual * world.season[: quarters + 1])


def _teams(world: World, quotas: Quotas) -> Array:
    """Give each manager less than the quotas of the team together: the over-assignment."""
    teams = np.zeros((1 + world.company.teams, quotas.seat.shape[1]))
    np.add.at(teams, 1 + world.team, quotas.seat)
    return _thousands(teams / OVER_ASSIGNMENT["team"])


def _company(quotas: Quotas) -> Array:
    """Give the company's own number to the vice president."""
    return _thousands(quotas.seat.sum(axis=0, keepdims=True) / OVER_ASSIGNMENT["company"])


def _corrections(world: World, direct: Draw) -> Draw:
    """Correct a few quotas downwards in the middle of their quarter."""
    rng = world.company.random(21)
    early = np.flatnonzero(
        (direct["quarter"] < world.company.quarters) & (direct["quota"] > 50_000)
    )
    chosen = np.sort(rng.choice(early, CORRECTIONS, replace=False))
    lines = {name: values[chosen] for name, values in direct.items()}
    changed = {"quota": _thousands(lines["quota"] * 0.9), "version": lines["version"] + 1}
    return lines | changed | {"after": lines["after"] + 30}


def _quota_table(world: World, lines: Draw) -> pa.Table:
    """Put the columns together; a new hire's quota is released on the first day."""
    start, end = world.starts[lines["quarter"]], world.starts[lines["quarter"] + 1] - 1
    hired = np.where(lines["rep"] >= 0, world.people.hired[lines["rep"]], 0)
    released = np.minimum(np.maximum(start + lines["after"], hired), end)
    rows = len(start)
    return pa.table(
        {
            "rep_id": labels(lines["rep"], world.rep_ids),
            "territory_id": identifiers("T", lines["territory"], 5),
            "level": labels(lines["level"], LEVELS),
            "kind": labels(lines["kind"], KINDS),
            "period_start": dates(start),
            "period_end": dates(end),
            "quota": numbers(lines["quota"]),
            "currency": constant("USD", rows),
            "component": constant("bookings", rows),
            "version": numbers(lines["version"]),
            "released_on": dates(released),
        }
    )

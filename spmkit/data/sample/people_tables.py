"""The tables about people: reps, where they sat, when they were away."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import constant, dates, identifiers, labels, numbers
from spmkit.data.sample.company import FAR, NONE, Array
from spmkit.data.sample.words import LEAVES, REGIONS, SEGMENTS, person
from spmkit.data.sample.world import World

ROLES = (
    "VP Sales",
    "Sales Manager",
    "Solution Specialist",
    "Account Executive",
    "Senior Account Executive",
)
OTE = np.array([380_000.0, 260_000.0, 190_000.0, 150_000.0, 240_000.0])
BASE = np.array([0.6, 0.6, 0.65, 0.5, 0.5])
REASONS = ("better offer", "relocation", "performance", "restructuring")


def roles(world: World) -> Array:
    """Give everyone's role, by the first seat that they held.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    Array
        Positions in ``ROLES``.
    """
    people = world.people
    role = np.where(np.arange(len(people.hired)) < 1, 0, np.full(len(people.hired), 3))
    role[1 : 1 + people.managers] = 1
    role[1 + people.managers : people.first_rep] = 2
    held = world.spells.rep >= people.first_rep
    senior = held & (world.segment[world.spells.seat] == 2)
    role[world.spells.rep[senior]] = 4
    return role


def rep_rows(world: World) -> pa.Table:
    """Make the rows of the table ``reps``.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    pyarrow.Table
        One row a person, managers and leavers included.
    """
    people, rows = world.people, len(world.people.hired)
    names = [person(number) for number in range(rows)]
    role = roles(world)
    why = world.company.random(30).integers(0, len(REASONS), rows)
    return pa.table(
        {
            "rep_id": world.rep_ids,
            "name": pa.array([f"{first} {last}" for first, last in names]),
            "email": pa.array([_email(first, last) for first, last in names]),
            "aliases": pa.array([_aliases(*name, number) for number, name in enumerate(names)]),
            "role": labels(role, ROLES),
            "hired_on": dates(people.hired),
            "left_on": dates(people.left),
            "leave_reason": labels(np.where(people.left < FAR, why, NONE), REASONS),
            "ote": numbers(OTE[role]),
            "base_pay": numbers(OTE[role] * BASE[role]),
            "currency": constant("USD", rows),
        }
    )


def _email(first: str, last: str) -> str:
    """Spell an address that can never be delivered."""
    return f"{first}.{last}@veldmark.example".lower()


def _aliases(first: str, last: str, number: int) -> list[str]:
    """Spell the names under which other systems know a person."""
    return [f"{last} {first}", f"0052v{number:010d}"]


def assignment_rows(world: World) -> pa.Table:
    """Make the rows of the table ``rep_assignments``.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    pyarrow.Table
        One row a spell; the player-manager's own seat makes none beside the manager's.
    """
    people, spells = world.people, world.spells
    above = np.arange(people.first_rep)
    mine = spells.rep >= people.first_rep
    seat = spells.seat[mine]
    rep = np.append(above, spells.rep[mine])
    top = np.where(above == 0, NONE, 0)
    own = np.where((above >= 1) & (above <= people.managers), above - 1, NONE)
    team = np.append(own, world.team[seat])
    segment = np.append(np.full(len(above), NONE), world.segment[seat])
    end = np.append(people.left[above], spells.end[mine])
    teams, region = _teams(world)
    return pa.table(
        {
            "rep_id": labels(rep, world.rep_ids),
            "manager_id": labels(np.append(top, 1 + world.team[seat]), world.rep_ids),
            "team": labels(team, teams),
            "region": labels(np.where(team < 0, NONE, region[team]), REGIONS),
            "role": labels(_spell_roles(world, rep, segment), ROLES),
            "segment": labels(segment, SEGMENTS),
            "starts_on": dates(np.append(people.hired[above], spells.start[mine])),
            "ends_on": dates(end),
            "fte": numbers(people.fte[rep]),
        }
    )


def _spell_roles(world: World, rep: Array, segment: Array) -> Array:
    """Give the role of a spell: who sells to enterprises is senior."""
    return np.where(rep < world.people.first_rep, roles(world)[rep], np.where(segment == 2, 4, 3))


def _teams(world: World) -> tuple[list[str], Array]:
    """Name the teams by region and number, and give each team's region."""
    region = np.arange(world.company.teams) * 4 // world.company.teams
    place = np.arange(len(region)) - np.searchsorted(region, region) + 1
    return [f"{REGIONS[where]} {count}" for where, count in zip(region, place, strict=True)], region


def territory_rows(world: World) -> pa.Table:
    """Make the rows of the table ``territory_assignments``.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    pyarrow.Table
        One row a spell of a person in a territory.
    """
    spells = world.spells
    return pa.table(
        {
            "territory_id": identifiers("T", spells.seat, 5),
            "rep_id": labels(spells.rep, world.rep_ids),
            "starts_on": dates(spells.start),
            "ends_on": dates(spells.end),
            "share": numbers(np.ones(len(spells.rep))),
        }
    )


def leave_rows(world: World) -> pa.Table:
    """Make the rows of the table ``leaves``.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    pyarrow.Table
        One row a long absence.
    """
    people = world.people
    away = np.flatnonzero(people.leave_start < FAR)
    return pa.table(
        {
            "rep_id": labels(away, world.rep_ids),
            "starts_on": dates(people.leave_start[away]),
            "ends_on": dates(people.leave_end[away]),
            "kind": labels(away % len(LEAVES), LEAVES),
        }
    )

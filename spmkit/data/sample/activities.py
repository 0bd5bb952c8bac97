"""What reps did with their time, and the leads that came in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import identifiers, labels, moments, numbers
from spmkit.data.sample.company import (
    ADMIN_SHARE,
    AS_OF,
    NONE,
    SLOW_SOURCE,
    Array,
    Draw,
    on_weekday,
)
from spmkit.data.sample.words import ACTIVITIES, SOURCES
from spmkit.data.sample.world import World, admin_heavy

CATEGORIES = ("selling", "prospecting", "admin", "internal", "travel")
STATUSES = ("held", "cancelled", "no_show")
USUAL = np.array([0.16, 0.12, 0.16, 0.06, 0.17, 0.16, 0.12, 0.05])
CATEGORY = np.array([0, 0, 0, 0, 1, 2, 3, 4])
MINUTES = np.array([15, 10, 45, 60, 20, 30, 40, 150])
HELD = np.array([[1.0, 1.0], [0.87, 0.94]])
LEADS_LOST = np.array([1.3, 2.9])  # leads that become nothing, for each that does not
RESPONSE_HOURS = np.array([2.5, 30.0])
NEVER_TOUCHED = np.array([0.06, 0.24])


def activity_rows(world: World, draw: Draw, block: int, first: int) -> pa.Table:
    """Make the rows of the table ``activities``.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block's opportunities; the more engaged the customer, the more activities.
    block
        Number of the block.
    first
        Number of the block's first activity.

    Returns
    -------
    pyarrow.Table
        One row an activity; only selling and travel name an opportunity.
    """
    rng = world.company.random(7, block)
    mean = world.company.activities_per_opportunity * np.exp(0.3 * draw["engagement"] - 0.045)
    row = np.repeat(np.arange(len(mean)), rng.poisson(mean))
    on, rep, row = _when(world, rng, draw, row)
    kind = _kinds(world, rng, draw["seat"][row])
    return _activity_table(
        world, rng, draw | {"row": row, "on": on, "rep": rep, "kind": kind}, first
    )


def _when(
    world: World, rng: np.random.Generator, draw: Draw, row: Array
) -> tuple[Array, Array, Array]:
    """Draw days between opening and end; who is on leave does nothing."""
    created, ends = draw["created"][row], draw["ends"][row]
    spread = np.floor(rng.random(len(row), dtype=np.float32) * (ends - created + 1))
    on = np.maximum(on_weekday(created + spread.astype(np.int64)), created)
    rep, _ = world.spells.owner(draw["seat"][row], on)
    people = world.people
    there = (on < people.leave_start[rep]) | (on > people.leave_end[rep])
    return on[there], rep[there], row[there]


def _kinds(world: World, rng: np.random.Generator, seat: Array) -> Array:
    """Draw types; in one region the load of administration is planted."""
    heavy = USUAL.copy()
    heavy[5] = ADMIN_SHARE
    heavy[:5] *= (1 - ADMIN_SHARE - heavy[6:].sum()) / heavy[:5].sum()
    drawn = rng.random(len(seat), dtype=np.float32)
    usual = np.searchsorted(np.cumsum(USUAL)[:-1], drawn, "right")
    loaded = np.searchsorted(np.cumsum(heavy)[:-1], drawn, "right")
    return np.where(admin_heavy(world, seat), loaded, usual)


def _activity_table(world: World, rng: np.random.Generator, draw: Draw, first: int) -> pa.Table:
    """Put the columns together."""
    row, kind = draw["row"], draw["kind"]
    category = CATEGORY[kind]
    about = np.isin(category, (0, 4))
    account = np.where(about | (category == 1), draw["account"][row], NONE)
    low = int(draw["account"].min(initial=0))
    accounts = identifiers("C", np.arange(low, draw["account"].max(initial=low) + 1), 6)
    return pa.table(
        {
            "activity_id": identifiers("A", np.arange(first, first + len(row)), 9),
            "rep_id": labels(draw["rep"], world.rep_ids),
            "account_id": labels(np.where(account < 0, NONE, account - low), accounts),
            "opportunity_id": identifiers("O", np.where(about, draw["number"][row], NONE), 8),
            "type": labels(kind, ACTIVITIES),
            "category": labels(category, CATEGORIES),
            "started_at": moments(_at(rng, draw["on"])),
            "minutes": numbers(_minutes(rng, kind)),
            "external": pa.array((category <= 1) & (kind != 1) | (category == 4)),
            "status": labels(_status(rng, kind), STATUSES),
        }
    )


def _at(rng: np.random.Generator, on: Array) -> Array:
    """Draw quarters of an hour between eight and six."""
    return on.astype(np.int64) * 1440 + 480 + 15 * rng.integers(0, 40, len(on), dtype=np.int16)


def _minutes(rng: np.random.Generator, kind: Array) -> Array:
    """Draw how long it took, in steps of five minutes."""
    factor = rng.integers(60, 150, len(kind), dtype=np.int16)
    return np.maximum(MINUTES[kind] * factor // 500, 1) * 5


def _status(rng: np.random.Generator, kind: Array) -> Array:
    """Only meetings and demos are cancelled or missed."""
    drawn = rng.random(len(kind), dtype=np.float32)
    meeting = np.isin(kind, (2, 3)).astype(np.int64)
    return np.asarray((drawn > HELD[meeting, 0]).astype(np.int64) + (drawn > HELD[meeting, 1]))


def draw_leads(world: World, draw: Draw, block: int) -> Draw:
    """Draw leads: some became the opportunities of their source, more became nothing.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block's opportunities.
    block
        Number of the block.

    Returns
    -------
    dict
        One array entry a lead, in order of creation.
    """
    rng = world.company.random(8, block)
    from_lead = np.flatnonzero((draw["source"] <= SLOW_SOURCE) & (draw["type"] == 0))
    lost = _lost(rng, from_lead, draw["source"][from_lead])
    row = np.concatenate([from_lead, lost])
    grown = np.arange(len(row)) < len(from_lead)
    source = draw["source"][row]
    wait = RESPONSE_HOURS[source] * rng.lognormal(0, 0.9, len(row)) * np.where(grown, 0.7, 1.1)
    came, touch = _arrival(rng, draw["created"][row], wait, grown)
    ignored = ~grown & (rng.random(len(row)) < NEVER_TOUCHED[source])
    touch = np.where(ignored | (touch > (AS_OF + 1) * 1440), NONE, touch)
    rep, _ = world.spells.owner(draw["seat"][row], came // 1440)
    leads = {"row": np.where(grown, row, NONE), "source": source, "came": came, "touch": touch}
    order = np.argsort(came, kind="stable")
    return {name: values[order] for name, values in (leads | {"rep": rep}).items()}


def _lost(rng: np.random.Generator, like: Array, source: Array) -> Array:
    """Draw leads that became nothing, each like one that did; slow answers lose more."""
    times = np.floor(LEADS_LOST[source] + rng.random(len(like))).astype(np.int64)
    return np.repeat(like, times)


def _arrival(
    rng: np.random.Generator, opened: Array, wait: Array, grown: Array
) -> tuple[Array, Array]:
    """Place a lead and its first touch before the day on which the opportunity was opened."""
    waited = np.floor(wait * 60).astype(np.int64)
    shift = np.where(grown, 0, rng.integers(0, 60, len(opened)) * 1440)
    touch = (opened - 1) * 1440 + rng.integers(540, 1020, len(opened)) - shift
    return touch - waited, touch


def lead_rows(world: World, draw: Draw, leads: Draw, first: int) -> pa.Table:
    """Make the rows of the table ``leads``.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block's opportunities.
    leads
        The block's leads.
    first
        Number of the block's first lead.

    Returns
    -------
    pyarrow.Table
        One row a lead; one that nobody touched has no first touch.
    """
    number = np.where(leads["row"] >= 0, draw["number"][leads["row"]], NONE)
    return pa.table(
        {
            "lead_id": identifiers("L", np.arange(first, first + len(number)), 8),
            "source": labels(leads["source"], SOURCES),
            "rep_id": labels(leads["rep"], world.rep_ids),
            "created_at": moments(leads["came"]),
            "first_touch_at": moments(leads["touch"]),
            "opportunity_id": identifiers("O", number, 8),
        }
    )

"""The way of every opportunity: stages with skips and returns, pushes, new amounts, new owners."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import identifiers, labels, moments
from spmkit.data.sample.company import AS_OF, FAR, NONE, Array, Draw
from spmkit.data.sample.opportunities import OPEN, WON
from spmkit.data.sample.words import CATEGORIES, CLOSED_STAGES, STAGES
from spmkit.data.sample.world import World
from spmkit.data.schema import HISTORY_FIELDS

SKIP, RETURN = 0.07, 0.07
WEIGHT = np.array([0.12, 0.16, 0.19, 0.40, 0.13])  # the fourth is the planted bottleneck
LOSS_AT = np.array([0.14, 0.20, 0.18, 0.36, 0.12])
CHANGES = np.array([0.75, 0.85, 0.9, 1.1, 1.25])
VISITS = len(STAGES) + 2
PUSHES = 3
DAY = 1440
NAMES = STAGES + CLOSED_STAGES


def walk(world: World, draw: Draw, block: int) -> Draw:
    """Walk every opportunity through the stages and push its expected day.

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
        Visits, pushes, and the stage, category and expected day as the export shows them.
    """
    rng = world.company.random(3, block)
    visits = _visits(rng, draw)
    current = np.where(visits["there"] & (visits["entered"] <= AS_OF + 0.99), visits["visit"], 0)
    last = visits["order"][np.arange(len(current)), current.argmax(axis=1)]
    ended = np.where(draw["fate"] == WON, len(STAGES), len(STAGES) + 1)
    stage = np.where(draw["outcome"] == OPEN, last, ended)
    closed = np.where(draw["outcome"] == WON, 3, 4)
    category = np.where(draw["outcome"] == OPEN, np.maximum(stage - 2, 0), closed)
    return visits | _pushes(rng, draw) | {"stage": stage, "category": category}


def _visits(rng: np.random.Generator, draw: Draw) -> Draw:
    """Lay out up to seven visits: five stages, and one step back and forth again."""
    rows = len(draw["seat"])
    depth = np.searchsorted(np.cumsum(LOSS_AT)[:-1], rng.random(rows), "right")
    depth = np.where(draw["fate"] == WON, len(STAGES) - 1, depth)[:, None]
    order = np.concatenate([np.tile(np.arange(5), (rows, 1)), depth - 1, depth], axis=1)
    there = order <= depth
    skipped = rng.random((rows, 3)) < SKIP
    there[:, 1:4] &= ~skipped | (order[:, 1:4] == depth)
    there[:, 5:] &= (rng.random((rows, 1)) < RETURN) & (depth >= 2)
    spent = WEIGHT[np.maximum(order, 0)] * rng.gamma(2.0, 0.5, order.shape) * there
    part = np.cumsum(spent, axis=1) - spent
    span = (draw["closes"] - draw["created"]) / spent.sum(axis=1)
    visit = np.broadcast_to(np.arange(VISITS), order.shape)
    entered = draw["created"][:, None] + part * span[:, None]
    return {"order": order, "there": there, "entered": entered, "visit": visit}


def _pushes(rng: np.random.Generator, draw: Draw) -> Draw:
    """Give the expected days before each push; the last one stands."""
    rows = len(draw["seat"])
    late = np.where(draw["fate"] == WON, 0.5, 1.0)
    count = np.minimum(rng.poisson(late), PUSHES)
    expected = np.maximum(_hoped(rng, draw), draw["created"] + 2)
    steps = rng.integers(12, 45, (rows, PUSHES))
    planned = expected[:, None] - np.cumsum(steps, axis=1)
    asked = np.arange(PUSHES) < count[:, None]
    ahead = asked & (planned - 2 > AS_OF)  # so far this day is the one that stands
    expected = np.minimum(expected, np.where(ahead, planned, FAR).min(axis=1))
    happened = asked & ~ahead & (planned > draw["created"][:, None] + 3)
    return {"expected": expected, "planned": planned, "pushed": happened}


def _hoped(rng: np.random.Generator, draw: Draw) -> Array:
    """Give the expected day as it stands now; a few open opportunities have been forgotten."""
    rows = len(draw["seat"])
    is_open = draw["outcome"] == OPEN
    stale = is_open & (rng.random(rows) < 0.06)
    hoped = draw["closes"] + np.where(is_open, rng.integers(-12, 20, rows), 0)
    return np.where(stale, AS_OF - rng.integers(8, 90, rows), hoped)


def history_rows(world: World, draw: Draw, block: int) -> pa.Table:
    """Make the rows of the table ``opportunity_history``.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block's opportunities after their walk.
    block
        Number of the block.

    Returns
    -------
    pyarrow.Table
        One row a change, in order of opportunity and moment.
    """
    rng = world.company.random(4, block)
    changes = [
        _stage_changes(draw),
        _category_changes(draw),
        _push_changes(draw),
        _amount_changes(rng, draw),
        _owner_changes(world, draw),
    ]
    row = np.concatenate([change[0] for change in changes])
    at = np.concatenate([change[1] for change in changes])
    field = np.concatenate([np.full(len(change[0]), change[2]) for change in changes])
    order = np.lexsort((field, at, row))
    old = pa.concat_arrays([change[3] for change in changes])
    new = pa.concat_arrays([change[4] for change in changes])
    return pa.table(
        {
            "opportunity_id": identifiers("O", draw["number"][row[order]], 8),
            "changed_at": moments(at[order]),
            "field": labels(field[order], HISTORY_FIELDS),
            "old_value": old.take(pa.array(order)).dictionary_encode(),
            "new_value": new.take(pa.array(order)).dictionary_encode(),
        }
    )


Change = tuple[Array, Array, int, pa.Array, pa.Array]


def _office(when: Array) -> Array:
    """Turn days with fractions into minutes of an eight-hour office day."""
    whole = np.floor(when)
    return np.asarray(
        whole.astype(np.int64) * DAY + 540 + np.floor((when - whole) * 480).astype(np.int64)
    )


def _path(draw: Draw) -> tuple[Array, Array, Array]:
    """List the stages entered until the export's day, the closing stage included."""
    closed = (draw["outcome"] != OPEN)[:, None]
    stage = np.concatenate([draw["order"], draw["stage"][:, None]], axis=1)
    entered = np.concatenate([draw["entered"], draw["ends"][:, None] + 0.995], axis=1)
    there = np.concatenate([draw["there"] & (draw["entered"] <= AS_OF + 0.99), closed], axis=1)
    row, visit = np.nonzero(there)
    return row, stage[row, visit], entered[row, visit]


def _before(row: Array, code: Array) -> Array:
    """Give the code before each, within a row; the first has none."""
    earlier = np.roll(code, 1)
    return np.where(np.roll(row, 1) == row, earlier, NONE) if len(row) > 1 else code * 0 - 1


def _words(codes: Array, names: tuple[str, ...] | pa.Array) -> pa.Array:
    """Spell codes as plain strings."""
    return labels(codes, names).cast(pa.string())


def _stage_changes(draw: Draw) -> Change:
    """Every stage entered is a change; the first one comes from nothing."""
    row, stage, entered = _path(draw)
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    earlier = np.where(first, NONE, _before(row, stage))
    return row, _office(entered), 0, _words(earlier, NAMES), _words(stage, NAMES)


def _category_changes(draw: Draw) -> Change:
    """The category follows the stage, and says at the end whether it was won."""
    row, stage, entered = _path(draw)
    last = np.where(draw["outcome"] == WON, 3, 4)[row]
    category = np.where(stage < len(STAGES), np.maximum(stage - 2, 0), last)
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    earlier = np.where(first, 0, _before(row, category))
    moved = earlier != category
    old, new = earlier[moved], category[moved]
    return row[moved], _office(entered[moved]), 4, _words(old, CATEGORIES), _words(new, CATEGORIES)


def _push_changes(draw: Draw) -> Change:
    """A push moves the expected day two days before it would be missed."""
    later = np.concatenate([draw["expected"][:, None], draw["planned"][:, :-1]], axis=1)
    row, push = np.nonzero(draw["pushed"])
    old, new = draw["planned"][row, push], later[row, push]
    return row, (old - 2) * DAY + 960, 2, _days(old), _days(new)


def _days(days: Array) -> pa.Array:
    """Spell days as ISO text."""
    first = int(days.min(initial=AS_OF))
    span = np.arange(first, int(days.max(initial=AS_OF)) + 1).astype("datetime64[D]")
    return _words(days - first, pa.array(np.datetime_as_string(span)))


def _amount_changes(rng: np.random.Generator, draw: Draw) -> Change:
    """A quarter of the opportunities are valued anew halfway."""
    halfway = draw["created"] + 0.5 * (draw["closes"] - draw["created"])
    row = np.nonzero((rng.random(len(halfway)) < 0.25) & (halfway <= AS_OF))[0]
    before = draw["amount"][row] * CHANGES[rng.integers(0, len(CHANGES), len(row))]
    old = np.round(before / 10).astype(np.int64) * 10
    row, old = row[old != draw["amount"][row]], old[old != draw["amount"][row]]
    new = pa.array(draw["amount"][row]).cast(pa.string())
    return row, _office(halfway[row]), 1, pa.array(old).cast(pa.string()), new


def _owner_changes(world: World, draw: Draw) -> Change:
    """Who opened it is not always who has it at the end."""
    row = np.nonzero(draw["opener"] != draw["owner"])[0]
    at = draw["since"][row] * DAY + 510
    names = world.rep_ids
    return row, at, 3, _words(draw["opener"][row], names), _words(draw["owner"][row], names)

"""The accounts of a block of seats, and what their people say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import dates, identifiers, labels, numbers
from spmkit.data.sample.company import AS_OF, NONE, Array
from spmkit.data.sample.words import CENTRES, COMMENTS, INDUSTRIES, SEGMENTS, firm
from spmkit.data.sample.world import ACCOUNTS, MEAN_SIZE, World

YEARLY_PURCHASES = (
    150.0  # of a usual size, by all accounts of a usual territory, if all bought here
)


def account_rows(world: World, seats: Array, block: int) -> pa.Table:
    """Make the rows of the table ``accounts``.

    Parameters
    ----------
    world
        The company's world.
    seats
        Seats of the block.
    block
        Number of the block.

    Returns
    -------
    pyarrow.Table
        One row an account; the potentials of a territory sum to what the company believes it has.
    """
    rng = world.company.random(9, block)
    seat = np.repeat(seats, ACCOUNTS)
    number = seat * ACCOUNTS + np.tile(np.arange(ACCOUNTS), len(seats))
    potential = _potential(world, rng, seats)
    child = (rng.random(len(seat)) < 0.06) & (number % ACCOUNTS > 0)
    owner, _ = world.spells.owner(seat, np.full(len(seat), AS_OF))
    north, east = _places(world, rng, seat)
    return pa.table(
        {
            "account_id": identifiers("C", number, 6),
            "name": pa.array([firm(int(one)) for one in number]),
            "industry": labels(rng.integers(0, len(INDUSTRIES), len(seat)), INDUSTRIES),
            "segment": labels(world.segment[seat], SEGMENTS),
            "parent_id": identifiers("C", np.where(child, seat * ACCOUNTS, NONE), 6),
            "rep_id": labels(owner, world.rep_ids),
            "territory_id": identifiers("T", seat, 5),
            "potential": numbers(potential),
            "target": numbers(np.round(potential * 0.3, -3)),
            "latitude": numbers(north),
            "longitude": numbers(east),
            "churned_on": dates(world.churned[seats].ravel()),
        }
    )


def _potential(world: World, rng: np.random.Generator, seats: Array) -> Array:
    """Share what a territory is believed to buy in a year among its accounts."""
    weight = rng.lognormal(0, 0.7, (len(seats), ACCOUNTS))
    usual = MEAN_SIZE[world.segment[seats]] * YEARLY_PURCHASES
    total = (world.seen_potential[seats] * usual)[:, None]
    return np.asarray(np.round(total * weight / weight.sum(axis=1, keepdims=True), -2).ravel())


def _places(world: World, rng: np.random.Generator, seat: Array) -> tuple[Array, Array]:
    """Scatter accounts around the centre of their territory, in the region."""
    centre = np.array(CENTRES)[world.region[seat]]
    shift = world.company.random(10).normal(0, 1.6, (world.company.reps, 2))[seat]
    place = np.round(centre + shift + rng.normal(0, 0.4, (len(seat), 2)), 3)
    return place[:, 0], place[:, 1]


def feedback_rows(world: World, seats: Array, block: int) -> pa.Table:
    """Make the rows of the table ``feedback``.

    Parameters
    ----------
    world
        The company's world.
    seats
        Seats of the block.
    block
        Number of the block.

    Returns
    -------
    pyarrow.Table
        One row an answer, from 0 to 10; half of the accounts answered once.
    """
    rng = world.company.random(11, block)
    seat = np.repeat(seats, ACCOUNTS)
    number = seat * ACCOUNTS + np.tile(np.arange(ACCOUNTS), len(seats))
    first = int(world.starts[0])
    given = first + rng.integers(0, AS_OF - first, len(seat))
    asked = (rng.random(len(seat)) < 0.5) & (world.churned[seats].ravel() > given)
    rep, _ = world.spells.owner(seat, given)
    score = np.clip(np.round(rng.normal(8 + 2 * world.people.skill[rep], 1.9)), 0, 10)
    says = np.where(rng.random(len(seat)) < 0.2, rng.integers(0, 4, len(seat)), NONE)
    return pa.table(
        {
            "account_id": identifiers("C", number[asked], 6),
            "rep_id": labels(rep[asked], world.rep_ids),
            "given_on": dates(given[asked]),
            "score": numbers(score[asked].astype(np.int64)),
            "comment": labels(says[asked], COMMENTS),
        }
    )

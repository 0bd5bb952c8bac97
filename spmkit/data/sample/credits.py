"""What was won: product lines, and the credits that count to quota."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import constant, dates, identifiers, labels, numbers
from spmkit.data.sample.company import AS_OF, NONE, Array, Draw
from spmkit.data.sample.opportunities import WON
from spmkit.data.sample.words import PRODUCTS
from spmkit.data.sample.world import World

MARGIN = np.array([0.78, 0.72, 0.66, 0.45])
SPLIT, OVERLAY, REVERSED = 0.10, 0.12, 0.015
SHARES = np.array([0.5, 0.6, 0.7])
KINDS = ("split", "overlay")


@dataclass(frozen=True)
class Totals:
    """Credits by quarter, gathered while the blocks are written; quotas are set from them."""

    seat: Array
    rep: Array
    overlay: Array


def no_totals(world: World) -> Totals:
    """Make totals of zero.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    Totals
        By seat and quarter, and by person and quarter.
    """
    quarters = len(world.starts)
    people = len(world.people.hired)
    shapes = (world.company.reps, quarters), (people, quarters), (people, quarters)
    return Totals(*(np.zeros(shape) for shape in shapes))


def line_rows(world: World, draw: Draw, block: int) -> pa.Table:
    """Make the rows of the table ``opportunity_lines``: the products of what was won.

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
    pyarrow.Table
        One or two rows a won opportunity; their amounts sum to its amount.
    """
    rng = world.company.random(5, block)
    won = np.flatnonzero(draw["outcome"] == WON)
    second = np.where(rng.random(len(won)) < 0.3, rng.choice([0.1, 0.2, 0.3], len(won)), 0.0)
    part = np.round(draw["amount"][won] * second / 10).astype(np.int64) * 10
    row = np.concatenate([won, won[part > 0]])
    amount = np.concatenate([draw["amount"][won] - part, part[part > 0]])
    product = np.concatenate([draw["product"][won], (draw["product"][won[part > 0]] + 1) % 4])
    listed = np.round(amount / (1 - draw["discount"][row]), 2)
    margin = np.round(amount - listed * (1 - MARGIN[product]), 2)
    order = np.argsort(row, kind="stable")
    return pa.table(
        {
            "opportunity_id": identifiers("O", draw["number"][row[order]], 8),
            "product": labels(product[order], PRODUCTS),
            "amount": numbers(amount[order].astype(float)),
            "list_amount": numbers(listed[order]),
            "margin": numbers(margin[order]),
        }
    )


def draw_credits(world: World, draw: Draw, block: int) -> Draw:
    """Credit what was won: to its owner, some to two, some to a specialist too, some taken back.

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
        One array entry a credit; ``reverses`` is the position that a reversal takes back.
    """
    rng = world.company.random(6, block)
    won = np.flatnonzero(draw["outcome"] == WON)
    granted = _granted(world, rng, draw, won)
    return _with_reversals(rng, granted, len(draw["seat"]))


def _granted(world: World, rng: np.random.Generator, draw: Draw, won: Array) -> Draw:
    """Grant the owner's, the partner's and the specialist's lines, in order of opportunity."""
    seat, on, amount = draw["seat"][won], draw["closes"][won], draw["amount"][won]
    other = _partner_seat(world, rng, seat)
    partner, _ = world.spells.owner(other, on)
    split = (rng.random(len(won)) < SPLIT) & (partner != draw["owner"][won])
    kept = np.where(split, SHARES[rng.integers(0, 3, len(won))], 1.0)
    mine = np.round(amount * kept).astype(np.int64)
    helped = rng.random(len(won)) < OVERLAY
    specialist = 1 + world.people.managers + rng.integers(0, world.people.specialists, len(won))
    lines = {
        "row": np.concatenate([won, won[split], won[helped]]),
        "on": np.concatenate([on, on[split], on[helped]]),
        "amount": np.concatenate([mine, (amount - mine)[split], amount[helped]]),
        "rep": np.concatenate([draw["owner"][won], partner[split], specialist[helped]]),
        "seat": np.concatenate([seat, other[split], seat[helped]]),
        "kind": np.repeat([0, 0, 1], [len(won), split.sum(), helped.sum()]),
    }
    order = np.argsort(lines["row"], kind="stable")
    return {name: values[order] for name, values in lines.items()}


def _partner_seat(world: World, rng: np.random.Generator, seat: Array) -> Array:
    """Choose the neighbour in the same team, else the seat itself."""
    other = np.minimum(seat + rng.integers(1, 4, len(seat)), world.company.reps - 1)
    return np.where(world.team[other] == world.team[seat], other, seat)


def _with_reversals(rng: np.random.Generator, granted: Draw, rows: int) -> Draw:
    """Take some credits back, all lines of an opportunity together, weeks later."""
    weeks = rng.integers(3, 18, rows)
    taken = rng.random(rows) < REVERSED
    later = granted["on"] + 7 * weeks[granted["row"]]
    back = np.flatnonzero(taken[granted["row"]] & (later <= AS_OF))
    reversal = {name: values[back] for name, values in granted.items()}
    reversal |= {"on": later[back], "amount": -granted["amount"][back]}
    both = {name: np.concatenate([granted[name], reversal[name]]) for name in granted}
    return both | {"reverses": np.concatenate([np.full(len(granted["on"]), NONE), back])}


def count_credits(world: World, totals: Totals, credits: Draw) -> None:
    """Add a block's credits to the totals, in place.

    Parameters
    ----------
    world
        The company's world.
    totals
        What grows.
    credits
        The block's credits.
    """
    direct = credits["kind"] == 0
    quarter, amount = world.quarter(credits["on"]), credits["amount"]
    np.add.at(totals.seat, (credits["seat"][direct], quarter[direct]), amount[direct])
    np.add.at(totals.rep, (credits["rep"][direct], quarter[direct]), amount[direct])
    np.add.at(totals.overlay, (credits["rep"][~direct], quarter[~direct]), amount[~direct])


def credit_rows(world: World, draw: Draw, credits: Draw, first: int) -> pa.Table:
    """Make the rows of the table ``credits``.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block's opportunities.
    credits
        The block's credits.
    first
        Number of the block's first credit.

    Returns
    -------
    pyarrow.Table
        One row a credit.
    """
    rows = len(credits["on"])
    reverses = np.where(credits["reverses"] >= 0, credits["reverses"] + first, NONE)
    return pa.table(
        {
            "credit_id": identifiers("D", np.arange(first, first + rows), 8),
            "opportunity_id": identifiers("O", draw["number"][credits["row"]], 8),
            "rep_id": labels(credits["rep"], world.rep_ids),
            "credited_on": dates(credits["on"]),
            "amount": numbers(credits["amount"].astype(float)),
            "currency": constant("USD", rows),
            "component": constant("bookings", rows),
            "credit_type": labels(credits["kind"], KINDS),
            "reverses_id": identifiers("D", reverses, 8),
        }
    )

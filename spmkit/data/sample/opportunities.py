"""Opportunities of a block of seats: when they come and close, how they end, their worth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import constant, dates, identifiers, labels, numbers
from spmkit.data.sample.company import (
    AS_OF,
    COACHING_EFFECT,
    ENGAGEMENT_EFFECT,
    FAR,
    NONE,
    Array,
    Draw,
    on_weekday,
)
from spmkit.data.sample.words import (
    CATEGORIES,
    CLOSED_STAGES,
    LOSS_REASONS,
    OUTCOMES,
    PRODUCTS,
    SEGMENTS,
    SOURCES,
    STAGES,
    TYPES,
)
from spmkit.data.sample.world import (
    ACCOUNTS,
    BASE_LOGIT,
    LOAD,
    MEAN_SIZE,
    TYPE_SHARE,
    TYPE_SIZE,
    World,
)

OPEN, WON, LOST, NO_DECISION, VOID = range(5)
CYCLE = np.array([38.0, 72.0, 115.0])
TYPE_CYCLE = np.array([1.0, 0.8, 0.7])
SOURCE_SHARE = np.array([0.30, 0.15, 0.15, 0.12, 0.28])
SOURCE_LOGIT = np.array([0.05, -0.15, 0.15, 0.45, -0.35, 0.0])
PRODUCT_SHARE = np.array([0.46, 0.26, 0.18, 0.10])
PRODUCT_SIZE = np.array([1.0, 1.15, 1.35, 0.45])
DISCOUNTS = np.array([0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30])
USUAL_OPPORTUNITIES = 28.0


def counts(world: World) -> Array:
    """Give how many opportunities are expected to close, by seat, quarter and type.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    Array
        Expected counts; three quarters beyond the last complete one make the open pipeline.
    """
    load = world.company.opportunities_per_rep * LOAD[world.segment][:, None]
    expected = load * np.sqrt(world.pull) * world.season * world.effort
    expected[:, world.company.quarters + 3 :] = 0.0
    return np.asarray(expected[:, :, None] * TYPE_SHARE)


def sizes(world: World) -> Array:
    """Give the usual amount of a new opportunity, by seat and quarter.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    Array
        Amounts; the more opportunities a rep has, the smaller each is.
    """
    scale = MEAN_SIZE[world.segment] * USUAL_OPPORTUNITIES / world.company.opportunities_per_rep
    return scale[:, None] * np.sqrt(world.pull) * np.exp(world.shock / 2)


def draw_opportunities(world: World, seats: Array, block: int) -> Draw:
    """Draw the opportunities of some seats that the export shows.

    Parameters
    ----------
    world
        The company's world.
    seats
        Seats of the block.
    block
        Number of the block: its own stream of random numbers.

    Returns
    -------
    dict
        One array entry an opportunity.
    """
    rng = world.company.random(2, block)
    draw = _timed(world, rng, _slots(world, rng, seats))
    draw = {name: values[draw["created"] <= AS_OF] for name, values in draw.items()}
    draw |= _described(rng, draw)
    draw["account"] = _account(world, rng, draw)
    draw |= _owned(world, draw)
    draw["chance"] = _chance(world, rng, draw)
    draw |= _ended(rng, draw)
    return draw | _valued(world, rng, draw)


def _slots(world: World, rng: np.random.Generator, seats: Array) -> Draw:
    """Round the expected counts at random and give every opportunity its place."""
    expected = counts(world)[seats]
    drawn = np.floor(expected + rng.random(expected.shape)).astype(np.int64)
    place = np.repeat(np.arange(drawn.size), drawn.ravel())
    seat, quarter, kind = np.unravel_index(place, drawn.shape)
    return {"seat": seats[seat], "quarter": quarter, "type": kind}


def _timed(world: World, rng: np.random.Generator, draw: Draw) -> Draw:
    """Set closing days, which crowd at a quarter's end, and the cycle before each."""
    rows = len(draw["seat"])
    start = world.starts[draw["quarter"]]
    length = world.starts[draw["quarter"] + 1] - start
    part = np.where(rng.random(rows) < 0.16, 1 - 0.06 * rng.random(rows), rng.random(rows) ** 0.62)
    closes = on_weekday(start + np.floor(part * length).astype(np.int64))
    closes = np.where(closes < start, closes + 3, closes)
    median = CYCLE[world.segment[draw["seat"]]] * TYPE_CYCLE[draw["type"]]
    cycle = 3 + median * rng.lognormal(0, 0.5, rows)
    return draw | {"closes": closes, "created": on_weekday(closes - cycle.astype(np.int64))}


def _described(rng: np.random.Generator, draw: Draw) -> Draw:
    """Draw source, product and how engaged the customer is."""
    rows = len(draw["seat"])
    source = _pick(rng, SOURCE_SHARE, rows)
    return {
        "source": np.where(draw["type"] == 0, source, len(SOURCES) - 1),
        "product": _pick(rng, PRODUCT_SHARE, rows),
        "engagement": rng.normal(0, 1, rows),
    }


def _pick(rng: np.random.Generator, shares: Array, rows: int) -> Array:
    """Draw codes with given shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(rows), "right")


def _account(world: World, rng: np.random.Generator, draw: Draw) -> Array:
    """Choose an account of the seat that is still a customer; the first one always is."""
    account = rng.integers(0, ACCOUNTS, len(draw["seat"]))
    stays = world.churned[draw["seat"], account] > draw["closes"]
    return draw["seat"] * ACCOUNTS + np.where(stays, account, 0)


def _owned(world: World, draw: Draw) -> Draw:
    """Find who opened each opportunity and who has it at its end, or now."""
    ends = np.minimum(draw["closes"], AS_OF)
    opener, _ = world.spells.owner(draw["seat"], draw["created"])
    owner, since = world.spells.owner(draw["seat"], ends)
    return {"ends": ends, "opener": opener, "owner": owner, "since": since}


def _chance(world: World, rng: np.random.Generator, draw: Draw) -> Array:
    """Give the log-odds of winning: type, source, skill, season's shock, coaching, engagement."""
    people, owner = world.people, draw["owner"]
    coached = draw["closes"] >= people.coached_from[owner]
    odds = (
        BASE_LOGIT[draw["type"]]
        + SOURCE_LOGIT[draw["source"]]
        + people.skill[owner]
        + world.shock[draw["quarter"]]
        + COACHING_EFFECT * coached
        + ENGAGEMENT_EFFECT * draw["engagement"]
        + rng.normal(0, 0.15, len(owner))
    )
    return np.asarray(odds)


def _ended(rng: np.random.Generator, draw: Draw) -> Draw:
    """Draw outcomes and reasons; what closes after the export's day is open."""
    rows = len(draw["seat"])
    won = rng.random(rows) < 1 / (1 + np.exp(-draw["chance"]))
    fate = np.where(won, WON, np.array([LOST, NO_DECISION, VOID])[_pick(rng, _FATES, rows)])
    outcome = np.where(draw["closes"] > AS_OF, OPEN, fate)
    why = np.where(outcome == NO_DECISION, rng.integers(4, 6, rows), _pick(rng, _REASONS, rows))
    reason = np.where(np.isin(outcome, (LOST, NO_DECISION)), why, NONE)
    return {"fate": fate, "outcome": outcome, "reason": reason}


_FATES = np.array([0.71, 0.26, 0.03])
_REASONS = np.array([0.36, 0.31, 0.18, 0.15])


def _valued(world: World, rng: np.random.Generator, draw: Draw) -> Draw:
    """Draw amounts in tens; discounts deepen in the last days of a quarter."""
    rows = len(draw["seat"])
    usual = sizes(world)[draw["seat"], draw["quarter"]] * TYPE_SIZE[draw["type"]]
    skill = np.exp(0.4 * world.people.skill[draw["owner"]])
    amount = usual * PRODUCT_SIZE[draw["product"]] * skill * rng.lognormal(-0.045, 0.30, rows)
    rushed = world.starts[draw["quarter"] + 1] - draw["closes"] <= 7
    discount = DISCOUNTS[np.minimum(_pick(rng, _STEPS, rows) + 2 * rushed, 6)]
    amount = np.maximum(np.round(amount / 10), 5) * 10
    score = 100 / (1 + np.exp(-draw["chance"] - rng.normal(0, 0.5, rows)))
    return {
        "amount": amount.astype(np.int64),
        "list_amount": np.round(amount / (1 - discount) / 10).astype(np.int64) * 10,
        "discount": discount,
        "score": np.round(score).astype(np.int64),
    }


_STEPS = np.array([0.42, 0.2, 0.16, 0.12, 0.1])


def opportunity_rows(world: World, draw: Draw) -> pa.Table:
    """Make the rows of the table ``opportunities``.

    Parameters
    ----------
    world
        The company's world.
    draw
        The block, with numbers, stage, category and expected day.

    Returns
    -------
    pyarrow.Table
        One row an opportunity.
    """
    closed = draw["outcome"] != OPEN
    first = int(draw["account"].min(initial=0))
    accounts = identifiers("C", np.arange(first, draw["account"].max(initial=first) + 1), 6)
    return pa.table(
        {
            "opportunity_id": identifiers("O", draw["number"], 8),
            "account_id": labels(draw["account"] - first, accounts),
            "rep_id": labels(draw["owner"], world.rep_ids),
            "type": labels(draw["type"], TYPES),
            "product": labels(draw["product"], PRODUCTS),
            "segment": labels(world.segment[draw["seat"]], SEGMENTS),
            "source": labels(draw["source"], SOURCES),
            "amount": numbers(draw["amount"].astype(float)),
            "list_amount": numbers(draw["list_amount"].astype(float)),
            "currency": constant("USD", len(closed)),
            "created_on": dates(draw["created"]),
            "expected_close_on": dates(draw["expected"]),
            "closed_on": dates(np.where(closed, draw["closes"], FAR)),
            "stage": labels(draw["stage"], STAGES + CLOSED_STAGES),
            "outcome": labels(draw["outcome"], OUTCOMES),
            "loss_reason": labels(draw["reason"], LOSS_REASONS),
            "forecast_category": labels(draw["category"], CATEGORIES),
            "score": numbers(draw["score"]),
        }
    )

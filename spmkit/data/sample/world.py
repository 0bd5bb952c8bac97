"""The world that the sample company sells in: territories, luck, seasons, effort."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import identifiers
from spmkit.data.sample.company import (
    ADMIN_REGION,
    LAST_QUARTER_SHOCK,
    POTENTIAL_ELASTICITY,
    SALES_GROWTH,
    UNFAIR_REGION,
    YEAR_SEASON,
    Array,
    Company,
    quarter_starts,
)
from spmkit.data.sample.people import People, Spells, hire

ACCOUNTS = 20  # a seat
PIECES = 6  # points of a quarter at which a seat's effort is looked at
COVER = 0.25  # what a manager gets done in a vacant seat
RAMP = np.array([0.35, 0.62, 0.85, 1.0])
TYPE_SHARE = np.array([0.45, 0.25, 0.30])
BASE_LOGIT = np.array([-0.95, 0.05, 1.75])
MEAN_SIZE = np.array([7_000.0, 16_000.0, 40_000.0])
TYPE_SIZE = np.array([1.0, 0.6, 0.95])
LOAD = np.array([1.25, 1.0, 0.75])


@dataclass(frozen=True)
class World:
    """Everything that is known of the company before it makes a sale; arrays by seat."""

    company: Company
    starts: Array
    team: Array
    region: Array
    segment: Array
    player_seat: int
    potential: Array
    seen_potential: Array
    luck: Array
    year_luck: Array
    shock: Array
    people: People
    spells: Spells
    effort: Array
    churned: Array

    @property
    def year(self) -> Array:
        """Calendar year of every quarter."""
        return self.starts.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970

    @property
    def season(self) -> Array:
        """Seasonal factor of every quarter."""
        month = self.starts.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
        return np.asarray(YEAR_SEASON[month // 3])

    @property
    def growth(self) -> Array:
        """Market growth since the first quarter."""
        return (1 + SALES_GROWTH) ** (np.arange(len(self.starts)) / 4)

    @property
    def pull(self) -> Array:
        """How much a territory buys, quarter by quarter, beside effort and skill."""
        elastic = (POTENTIAL_ELASTICITY * np.log(self.potential))[:, None]
        years = self.year - self.year[0]
        return np.exp(elastic + self.luck[:, None] + self.year_luck[:, years]) * self.growth

    @cached_property
    def rep_ids(self) -> pa.Array:
        """Identifiers of all people, by number."""
        return identifiers("R", np.arange(len(self.people.hired)), 5)

    def quarter(self, days: Array) -> Array:
        """Find the quarter in which a day lies."""
        return np.searchsorted(self.starts, days, "right") - 1


def make_world(company: Company) -> World:
    """Draw the world of a company.

    Parameters
    ----------
    company
        Its size and seed.

    Returns
    -------
    World
        The same for the same company.
    """
    rng = company.random(0)
    team = np.arange(company.reps) * company.teams // company.reps
    player = int(np.flatnonzero(team == 0)[-1])
    people, spells = hire(company, team, player)
    starts = quarter_starts(company.quarters)
    potential = rng.lognormal(0, 0.40, company.reps)
    potential[player] = 0.35
    return World(
        company=company,
        starts=starts,
        team=team,
        region=team * 4 // company.teams,
        segment=np.array([1, 2, 0])[team % 3],
        player_seat=player,
        potential=potential,
        seen_potential=potential * rng.lognormal(0, 0.15, company.reps),
        luck=rng.normal(0, 0.15, company.reps),
        year_luck=rng.normal(0, 0.07, (company.reps, len(starts) // 4 + 2)),
        shock=_shock(company, rng),
        people=people,
        spells=spells,
        effort=_effort(company, people, spells, player),
        churned=_churned(company, rng, starts),
    )


def _shock(company: Company, rng: np.random.Generator) -> Array:
    """Draw what hits everyone in a quarter; the last one is planted."""
    shock = rng.normal(0, 0.025, company.quarters + 4)
    shock[company.quarters - 1] = LAST_QUARTER_SHOCK
    return shock


def _effort(company: Company, people: People, spells: Spells, player_seat: int) -> Array:
    """Average a seat's working strength over a quarter: vacancy, ramp, leave, part time."""
    starts = quarter_starts(company.quarters)
    length = np.diff(starts, append=starts[-1] + 91)
    piece = (np.arange(PIECES) + 0.5) / PIECES
    days = (starts[:, None] + length[:, None] * piece).astype(np.int64).ravel()
    seat = np.repeat(np.arange(company.reps), len(days))
    strength = _strength(people, spells, seat, np.tile(days, company.reps))
    effort = strength.reshape(company.reps, len(starts), PIECES).mean(axis=2)
    effort[player_seat] = 1.0
    return np.asarray(effort)


def _strength(people: People, spells: Spells, seat: Array, days: Array) -> Array:
    """Give a seat's working strength on a day."""
    rep, _ = spells.owner(seat, days)
    away = (days >= people.leave_start[rep]) & (days <= people.leave_end[rep])
    strength = ramp(days - people.hired[rep]) * np.where(away, 0.3, people.fte[rep])
    return np.where(rep >= people.first_rep, strength, COVER)


def ramp(tenure: Array) -> Array:
    """Give the productivity of a rep after so many days, a quarter a step.

    Parameters
    ----------
    tenure
        Days since hire.

    Returns
    -------
    Array
        Share of full productivity.

    Examples
    --------
    >>> ramp(np.array([10, 100, 900])).tolist()
    [0.35, 0.62, 1.0]
    """
    return np.asarray(RAMP[np.clip(tenure // 91, 0, 3)])


def _churned(company: Company, rng: np.random.Generator, starts: Array) -> Array:
    """Draw the day on which an account leaves; a seat's first account never does."""
    shape = (company.reps, ACCOUNTS)
    last = int(starts[company.quarters])
    when = rng.integers(starts[1], last - 30, shape)
    gone = rng.random(shape) < 0.05
    gone[:, 0] = False
    return np.where(gone, when, 40_000)


def admin_heavy(world: World, seat: Array) -> Array:
    """Say which seats lie in the region with the planted load of administration."""
    return np.asarray(world.region[seat] == ADMIN_REGION)


def unfair(world: World) -> Array:
    """Say which seats lie in the region whose quotas are planted too high."""
    return np.asarray(world.region == UNFAIR_REGION)

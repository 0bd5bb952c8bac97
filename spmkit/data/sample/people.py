"""Who sat where and when: hires, leavers, replacements, swaps of territories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spmkit.data.sample.company import AS_OF, FAR, Array, Company, day, on_weekday, quarter_starts

YEARS_OF_TENURE = 6.5
SUCCESSORS = 6
SPELL = 1 << 17  # more than any day, so that seat and day make one key


@dataclass(frozen=True)
class People:
    """Everyone, by number: the vice president, the managers, the specialists, the reps."""

    hired: Array
    left: Array
    skill: Array
    fte: Array
    leave_start: Array
    leave_end: Array
    coached_from: Array
    toolkit_from: Array
    forecast_bias: Array
    managers: int
    specialists: int

    @property
    def first_rep(self) -> int:
        """Number of the first who is neither manager nor specialist."""
        return 1 + self.managers + self.specialists


@dataclass(frozen=True)
class Spells:
    """Who holds a seat from when to when, in order of seat and day."""

    seat: Array
    rep: Array
    start: Array
    end: Array
    manager: Array

    def owner(self, seat: Array, days: Array) -> tuple[Array, Array]:
        """Find who answers for a seat on a day; where it is vacant, its manager does.

        Parameters
        ----------
        seat
            Seats.
        days
            Days since 1970, one for each.

        Returns
        -------
        tuple
            Numbers of people, and the days since when they have held the seat.
        """
        found = np.searchsorted(self.seat * SPELL + self.start, seat * SPELL + days, "right") - 1
        spell = np.maximum(found, 0)
        known = (found >= 0) & (self.seat[spell] == seat)
        held = known & (days <= self.end[spell])
        since = np.where(held, self.start[spell], np.where(known, self.end[spell] + 1, 0))
        return np.where(held, self.rep[spell], self.manager[seat]), since


def hire(company: Company, seat_team: Array, player_seat: int) -> tuple[People, Spells]:
    """Fill the seats through the years.

    Parameters
    ----------
    company
        Its size and seed.
    seat_team
        Team of every seat.
    player_seat
        The seat that its manager holds in person.

    Returns
    -------
    tuple
        People and spells.
    """
    rng = company.random(1)
    start, end = _chains(company, rng)
    start[player_seat, 1:] = FAR
    end[player_seat, 0] = FAR
    chain, hired, left = _in_order_of_hire(start, end, player_seat)
    people = _people(company, rng, hired, left)
    number = np.arange(len(chain)) + people.first_rep
    chain, number = np.append(chain, player_seat), np.append(number, 1 + seat_team[player_seat])
    begin, finish = np.append(hired, people.hired[1]), np.append(left, FAR)
    return people, _spells(company, rng, (chain, number, begin, finish), seat_team)


def _chains(company: Company, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw first and last days of the successive holders of every chain."""
    opening = int(quarter_starts(company.quarters)[0])
    shape = (company.reps, SUCCESSORS)
    stay = 120 + rng.exponential(365.25 * YEARS_OF_TENURE - 120, shape).astype(np.int64)
    gap = rng.integers(20, 110, shape)
    start, end = np.full(shape, FAR), np.full(shape, FAR)
    start[:, 0] = opening - 200 - rng.exponential(700, company.reps).astype(np.int64)
    end[:, 0] = opening + stay[:, 0]
    for turn in range(1, SUCCESSORS):
        start[:, turn] = on_weekday(end[:, turn - 1] + gap[:, turn])
        end[:, turn] = start[:, turn] + stay[:, turn]
    return on_weekday(start), on_weekday(end)


def _in_order_of_hire(start: Array, end: Array, player_seat: int) -> tuple[Array, Array, Array]:
    """Flatten the chains into people, the longest serving first."""
    there = start < AS_OF - 20
    there[player_seat] = False
    chain = np.nonzero(there)[0]
    order = np.lexsort((chain, start[there]))
    left = np.where(end[there] > AS_OF, FAR, end[there])
    return chain[order], start[there][order], left[order]


def _people(company: Company, rng: np.random.Generator, hired: Array, left: Array) -> People:
    """Draw what each person is like."""
    specialists = max(1, company.reps // 30)
    above = 1 + company.teams + specialists
    early = int(quarter_starts(company.quarters)[0]) - 400 - rng.integers(0, 1500, above)
    hired = np.append(on_weekday(early), hired)
    left = np.append(np.full(above, FAR), left)
    reps = np.arange(len(hired)) >= above
    leave_start, leave_end = _leaves(company, rng, hired, left)
    wave = np.where(rng.random(len(hired)) < 0.5, day("2025-04-01"), day("2025-10-01"))
    coached, equipped = _exposed(
        rng, reps & (hired < day("2025-03-01")) & (left > day("2025-12-31"))
    )
    return People(
        hired=hired,
        left=left,
        skill=np.where(reps, rng.normal(0, 0.2, len(hired)), 0.0),
        fte=np.where(reps & (rng.random(len(hired)) < 0.04), 0.8, 1.0),
        leave_start=leave_start,
        leave_end=leave_end,
        coached_from=np.where(coached, wave, FAR),
        toolkit_from=np.where(equipped, day("2025-07-01"), FAR),
        forecast_bias=rng.normal(0.05, 0.15, len(hired)),
        managers=company.teams,
        specialists=specialists,
    )


def _exposed(rng: np.random.Generator, there: Array) -> tuple[Array, Array]:
    """Choose who is in which program; nobody is in both, so that effects do not mix."""
    drawn = rng.random(len(there))
    return there & (drawn < 0.4), there & (drawn > 0.65)


def _leaves(
    company: Company, rng: np.random.Generator, hired: Array, left: Array
) -> tuple[Array, Array]:
    """Draw at most one long leave a person, inside the employment and the window."""
    opening = int(quarter_starts(company.quarters)[0])
    first, last = np.maximum(hired + 180, opening), np.minimum(left, AS_OF) - 120
    start = first + (rng.random(len(hired)) * np.maximum(last - first, 1)).astype(np.int64)
    taken = (rng.random(len(hired)) < 0.16) & (first < last)
    end = start + rng.integers(14, 110, len(hired))
    return np.where(taken, start, FAR), np.where(taken, end, FAR)


def _spells(
    company: Company,
    rng: np.random.Generator,
    people: tuple[Array, Array, Array, Array],
    seat_team: Array,
) -> Spells:
    """Cut employments at the day on which two chains swap their seats."""
    chain, number, begin, finish = people
    partner, swapped = _swaps(company, rng, chain[-1])
    cut = swapped[chain]
    before, after = begin < cut, (finish >= cut) & (cut < FAR)
    seat = np.append(chain[before], partner[chain[after]])
    rep = np.append(number[before], number[after])
    start = np.append(begin[before], np.maximum(begin, cut)[after])
    end = np.append(np.minimum(finish, cut - 1)[before], finish[after])
    end = np.where(end >= FAR - 1, FAR, end)
    order = np.lexsort((start, seat))
    return Spells(seat[order], rep[order], start[order], end[order], 1 + seat_team)


def _swaps(company: Company, rng: np.random.Generator, player_seat: int) -> tuple[Array, Array]:
    """Choose the pairs of chains that swap, and their days: a tenth of the seats, mid-quarter."""
    partner, swapped = np.arange(company.reps), np.full(company.reps, FAR)
    seats = rng.permutation(np.delete(partner, player_seat))[: max(2, company.reps // 20) * 2]
    one, other = seats[0::2], seats[1::2]
    partner[one], partner[other] = other, one
    starts = quarter_starts(company.quarters)
    days = starts[rng.integers(1, company.quarters, len(one))] + rng.integers(25, 60, len(one))
    swapped[one] = swapped[other] = on_weekday(days)
    return partner, swapped

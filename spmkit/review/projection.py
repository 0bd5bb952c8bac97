"""Where credit may stand later: own quarters, drawn towards the peers', and how far that was off.

A rep's rest of the year is taken to reach what the rep's own past periods reached of
their quotas, drawn towards the median of everybody's as if that were four more periods
(quotas that follow last year's sales leave little that is the rep's own). How far such
a projection is off is read from the past ones of the other reps: their errors, in
multiples of each rep's own spread, are laid around it (normalised split-conformal). So
nothing is assumed of their shape, and they hold what changes for everybody at once.

The share of a rep's own periods at quota, taken alone, was tried first: on the sample company it
foretells the next quarter worse than the share of all reps does. The constants were chosen on
that company, so that its own back-test flatters them; tests hold both, and that the projection
keeps what it says on a company made from another seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from spmkit.intervals import Floats
from spmkit.review.progress import Progress

LEAST_PERIODS = 4
"""Of fewer complete periods with a quota nothing is projected."""
PEERS_COUNT_AS = 4
"""Periods as which the median of all counts beside the rep's own."""
QUOTA_TELLS = 0.75
"""How far a quota ahead tells what a period brings; for the rest it is the rep's last four."""
READ = 8
"""Latest periods that a projection is made from."""

Point: TypeAlias = tuple[int, int]
"""A moment ahead: of which period (0: the first that is not over), and the mark in it."""


@dataclass(frozen=True)
class Projected:
    """Projections of every rep from one moment: a row a rep, a column a point.

    ``middle`` is money from now on, ``spread`` the money that an error of 1 stands for
    (null where nothing ever varied), ``periods`` how many of each rep's own periods it was made
    from (null rows: too few).
    """

    middle: Floats
    spread: Floats
    periods: Floats


def points_ahead(progress: Progress, periods: int) -> list[Point]:
    """The moments to project: every mark that is left of some periods.

    Parameters
    ----------
    progress
        With the marks; where a part of the first period ahead is over, that is no point.
    periods
        How many periods are not over.

    Examples
    --------
    >>> nothing = np.zeros((0, 0))
    >>> some = Progress([], [], 0.5, (0.5, 2 / 3, 1.0), nothing, nothing)
    >>> points_ahead(some, 2)
    [(0, 1), (0, 2), (1, 1), (1, 2)]
    """
    begin = 1 if progress.elapsed else 0
    return [(ahead, mark) for ahead in range(periods) for mark in range(begin, len(progress.marks))]


def _along(points: Sequence[Point], part: Callable[[int, int], Floats]) -> Floats:
    """Cumulate parts of periods along the points, each part counted from its period's beginning."""
    done, found = np.zeros(()), []
    last = max(mark for _, mark in points)
    for ahead, mark in points:
        found.append(done + part(ahead, mark))
        done = found[-1] if mark == last else done
    return np.stack(found, axis=1)


def _window(progress: Progress, point: Point) -> Floats:
    """Credit of each past period in the part of it that a point stands for."""
    ahead, mark = point
    begun = progress.credited[:, :, 0] if progress.elapsed and ahead == 0 else 0.0
    window: Floats = progress.credited[:, :, mark] - begun
    return window


def projected(
    progress: Progress,
    origin: int,
    points: Sequence[Point],
    quotas: Floats,
) -> Projected:
    """Project every rep's credit from a moment, with what was known by then.

    Parameters
    ----------
    progress
        Complete periods; those from ``origin`` on are not read.
    origin
        The number of the first period that is not over.
    points
        The moments ahead.
    quotas
        What the quota of each rep in each period ahead is taken for.

    Examples
    --------
    A rep who reached 80, 100, 120 and 100 of quotas of 100, alone: 1.0 of the next 200.

    >>> reached = np.array([[[80.0], [100.0], [120.0], [100.0]]])
    >>> some = Progress(["ada"], list("abcd"), 0.0, (1.0,), np.full((1, 4), 100.0), reached)
    >>> projected(some, 4, [(0, 0)], np.array([[200.0]])).middle.tolist()
    [[200.0]]
    """
    past = slice(max(0, origin - READ), origin)
    quota = progress.quota[:, past]
    known = (~np.isnan(quota)).sum(axis=1).astype("float64")
    enough = known >= LEAST_PERIODS

    def reached(ahead: int, mark: int) -> Floats:
        window = _window(progress, (ahead, mark))[:, past]
        drawn: Floats = _drawn(window, quota, known) * quotas[:, ahead]
        return drawn

    def passed(ahead: int, mark: int) -> Floats:
        begun = progress.marks[0] if progress.elapsed and ahead == 0 else 0.0
        share: Floats = quotas[:, ahead] * (progress.marks[mark] - begun)
        return share

    middle = np.where(enough[:, None], _along(points, reached), np.nan)
    apart = _apart(progress.attainment[:, past], known)
    spread = apart[:, None] * _along(points, passed)
    return Projected(middle, np.where(spread > 0, spread, np.nan), known)


def _drawn(window: Floats, quota: Floats, known: Floats) -> Floats:
    """What a rep reaches of a quota in a part of a period, drawn towards the median of all."""
    every = window / quota
    median = np.nanmedian(every) if np.isfinite(every).any() else np.nan
    asked = np.nansum(quota, axis=1)
    own = np.nansum(np.where(np.isnan(quota), 0.0, window), axis=1) / np.where(
        asked > 0, asked, np.nan
    )
    drawn: Floats = (known * own + PEERS_COUNT_AS * median) / (known + PEERS_COUNT_AS)
    return drawn


def _apart(attainment: Floats, known: Floats) -> Floats:
    """How far a rep's periods lie apart, drawn towards the middle half of all of them."""
    if not np.isfinite(attainment).any():
        return np.full(len(known), np.nan)
    low, high = np.nanquantile(attainment, [0.25, 0.75])
    every = ((high - low) / _MIDDLE_HALF) ** 2
    mean = np.nansum(attainment, axis=1) / np.maximum(known, 1)
    squares = np.nansum((attainment - mean[:, None]) ** 2, axis=1)
    apart: Floats = np.sqrt(
        (squares + PEERS_COUNT_AS * every) / np.maximum(known - 1 + PEERS_COUNT_AS, 1)
    )
    return apart


_MIDDLE_HALF = 1.349  # standard deviations between the quartiles of a normal distribution


def stand_ins(progress: Progress, origin: int) -> Floats:
    """For a quota that is not known yet: the mean of each rep's last four."""
    last = progress.quota[:, max(0, origin - LEAST_PERIODS) : origin]
    known = ~np.isnan(last)
    count = np.where(known.any(axis=1), known.sum(axis=1), np.nan)
    mean: Floats = np.nansum(last, axis=1) / count
    return mean


def past_errors(
    progress: Progress, origin: int, points: Sequence[Point], known: Sequence[bool]
) -> Floats:
    """How far the projections made before a moment were off, in multiples of their spread.

    Parameters
    ----------
    progress
        Complete periods.
    origin
        The number of the first period that is not over: only what had come by then is read.
    points
        The moments ahead.
    known
        Of each period ahead, whether its quota is known; in the past the same are taken as known.

    Returns
    -------
    array
        A row a rep, a column a past origin, a third axis the points.
    """
    count = len(known)
    rows = [
        error_from(progress, past, points, known)
        for past in range(LEAST_PERIODS, origin - count + 1)
    ]
    shape = (len(progress.reps), 0, len(points))
    return np.stack(rows, axis=1) if rows else np.full(shape, np.nan)


def error_from(
    progress: Progress, origin: int, points: Sequence[Point], known: Sequence[bool]
) -> Floats:
    """How far the projections from one past moment were off, in multiples of their spread."""
    quotas = quotas_ahead(progress, origin, known)
    found = projected(progress, origin, points, quotas)
    came = came_after(progress, origin, points)
    error: Floats = (came - found.middle) / found.spread
    return error


def quotas_ahead(progress: Progress, origin: int, known: Sequence[bool]) -> Floats:
    """What the quotas of the periods after a past moment are taken for."""
    instead = stand_ins(progress, origin)
    columns = [
        taken_for(progress.quota[:, origin + ahead], instead) if told else instead
        for ahead, told in enumerate(known)
    ]
    return np.stack(columns, axis=1)


def taken_for(quota: Floats, instead: Floats) -> Floats:
    """What a known quota is taken for, as the measure of what its period brings.

    A quota that is raised does not raise sales as much: taken in full, no quota would be less
    likely to be reached than another. On the sample company a quarter of the mean of the last
    four beside it costs nothing.

    Examples
    --------
    >>> taken_for(np.array([200.0, 200.0]), np.array([100.0, np.nan])).tolist()
    [175.0, 200.0]
    """
    usual = np.where(np.isnan(instead), quota, instead)
    taken: Floats = QUOTA_TELLS * quota + (1 - QUOTA_TELLS) * usual
    return taken


def came_after(progress: Progress, origin: int, points: Sequence[Point]) -> Floats:
    """What was credited from a past moment to each point."""
    return _along(points, lambda ahead, mark: _window(progress, (ahead, mark))[:, origin + ahead])

"""Whether projections kept what they said: each past one judged by what had come before it only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spmkit.intervals import Floats
from spmkit.review.progress import Progress
from spmkit.review.projection import (
    LEAST_PERIODS,
    Point,
    came_after,
    past_errors,
    projected,
    quotas_ahead,
)

FEWEST_ERRORS = 20
"""Of fewer past projections nothing can be said of how far one is off."""
RANGE = (0.1, 0.9)
"""What lies between is the 80 % range."""


@dataclass(frozen=True)
class Calibration:
    """How projections of one kind did.

    ``n`` projections of ``people`` reps; ``held`` is the share of which the 80 % range held what
    came; ``brier`` the mean squared distance of the stated chance from what came (0 or 1), and
    ``naive`` that of stating the share of reps who had reached such a goal before. All null
    where nothing could be judged.
    """

    n: int
    people: int
    held: float
    brier: float
    naive: float

    @property
    def tells(self) -> bool:
        """Whether the chance said more than the share of all who reach quota."""
        return bool(self.brier < self.naive)


def calibration(
    progress: Progress, points: Sequence[Point], known: Sequence[bool], before: int = 0
) -> Calibration:
    """Judge every projection of a kind that could have been made in the past.

    Parameters
    ----------
    progress
        Complete periods.
    points
        The moments projected; the last one is judged.
    known
        Of each period ahead, whether its quota is known.
    before
        How many complete periods before the moment belong to the goal too.

    Returns
    -------
    Calibration
        A projection is judged by errors of projections that were over by then, of others.
    """
    last = len(progress.periods) - len(known)
    judged = [
        _judged(progress, origin, points, known, before)
        for origin in range(LEAST_PERIODS, last + 1)
    ]
    every = np.concatenate([np.zeros((0, 5)), *judged])
    if not len(every):
        return Calibration(0, 0, np.nan, np.nan, np.nan)
    rep, stated, reached, naive, held = every.T
    brier, share = (float(np.mean((chance - reached) ** 2)) for chance in (stated, naive))
    return Calibration(len(every), len(set(rep)), float(held.mean()), brier, share)


def _judged(
    progress: Progress, origin: int, points: Sequence[Point], known: Sequence[bool], before: int
) -> Floats:
    """Rep, chance stated, whether reached, share of all before, whether the range held."""
    errors = past_errors(progress, origin, points, known)[:, :, -1]
    pool = np.sort(errors[np.isfinite(errors)])
    quotas = quotas_ahead(progress, origin, known)
    found = projected(progress, origin, points, quotas)
    came = came_after(progress, origin, points)[:, -1]
    need = _need(progress, origin, len(known), before)
    asked = (need - found.middle[:, -1]) / found.spread[:, -1]
    off = (came - found.middle[:, -1]) / found.spread[:, -1]
    rows = np.flatnonzero(np.isfinite(asked) & np.isfinite(off))
    naive = _share_before(progress, origin, len(known) + before)
    if len(pool) < FEWEST_ERRORS or not len(rows) or np.isnan(naive):
        return np.zeros((0, 5))
    stated = 1 - np.searchsorted(pool, asked[rows]) / len(pool)
    low, high = np.quantile(pool, RANGE)
    held = (off[rows] >= low) & (off[rows] <= high)
    columns = [rows, stated, came[rows] >= need[rows], np.full(len(rows), naive), held]
    return np.column_stack([np.asarray(column, dtype="float64") for column in columns])


def _need(progress: Progress, origin: int, ahead: int, before: int) -> Floats:
    """What was still to come, of the quotas of some periods before a moment and after it."""
    first = max(0, origin - before)
    so_far = progress.credited[:, first:origin, -1]
    begun = progress.credited[:, origin, 0] if progress.elapsed else 0.0
    goal = progress.quota[:, first : origin + ahead]
    need: Floats = np.nansum(goal, axis=1) - np.nansum(so_far, axis=1) - begun
    return need


def _share_before(progress: Progress, origin: int, count: int) -> float:
    """The share of reps who reached the quotas of so many periods in a row, up to a moment."""
    hits = [
        progress.credited[:, start : start + count, -1].sum(axis=1)
        >= progress.quota[:, start : start + count].sum(axis=1)
        for start in range(origin - count + 1)
    ]
    whole = [
        np.isfinite(progress.quota[:, start : start + count]).all(axis=1)
        for start in range(origin - count + 1)
    ]
    of = sum(int(rows.sum()) for rows in whole)
    return (
        sum(int((hit & rows).sum()) for hit, rows in zip(hits, whole, strict=True)) / of
        if of
        else np.nan
    )

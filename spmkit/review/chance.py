"""The chance that a rep reaches the quotas known, and how such chances did in the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from spmkit.data import DataError
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval
from spmkit.review.calibration import Calibration, calibration
from spmkit.review.outlook import Outlook, day_said
from spmkit.review.required import required


@dataclass(frozen=True)
class Chance:
    """The chance that the quotas known are reached, with its 95 % interval, ``n`` and its record.

    ``goal`` is their sum and ``until`` the last day of the last of them. The interval is of whole
    reps drawn anew; ``n`` counts past projections of ``people`` other reps; ``record`` judges
    such chances in the past.
    """

    goal: float
    until: date
    chance: float
    low: float
    high: float
    n: int
    people: int
    record: Calibration


def chance(found: Outlook) -> Chance:
    """The chance that the rep reaches the quotas known up to the last of them.

    Parameters
    ----------
    found
        What :func:`outlook` gave.

    Raises
    ------
    DataError
        Where no quota lies ahead.
    """
    known = _leading(found.known)
    if not known:
        period = found.course.ahead[0]
        raise DataError(
            f"No chance is stated: {period.label} has no quota yet (none released by "
            f"{day_said(found.course.person.data.as_of)})."
        )
    last = max(mark for _, mark in found.points)
    number = found.points.index((known - 1, last))
    asked = required(found.course)
    need = (asked.quota - asked.credited - found.middle[number]) / found.spread[number]
    hits, of = _by_rep(found.errors[:, :, number], need)
    low, high = redrawn_interval(lambda drawn: (drawn @ hits) / (drawn @ of), len(of))
    points = found.points[: number + 1]
    record = calibration(found.progress, points, [True] * known, found.before)
    share = float(hits.sum() / of.sum())
    until = found.course.ahead[known - 1].end
    return Chance(asked.quota, until, share, low, high, int(of.sum()), len(of), record)


def record(found: Outlook) -> Calibration:
    """How fans like this one did in the past, at their end."""
    return calibration(found.progress, found.points, found.known, found.before)


def _leading(known: list[bool]) -> int:
    """How many periods in a row, from the first, have a quota."""
    return known.index(False) if False in known else len(known)


def _by_rep(errors: Floats, need: float) -> tuple[Floats, Floats]:
    """Of each rep, how many errors were large enough, of how many."""
    known = np.isfinite(errors)
    some = known.any(axis=1)
    hits = ((errors >= need) & known).sum(axis=1)[some].astype("float64")
    return hits, known.sum(axis=1)[some].astype("float64")

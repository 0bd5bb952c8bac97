"""Where each seat will end, seen from within the period, and how far that was off in the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.errors import Errors, errors_of
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError
from spmkit.intervals import Floats

FEWEST_PERIODS = 4
"""Of fewer past periods the share of credit that is usually in is taken from the days alone."""
WEIGHTS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, np.inf)
"""As how much of a mean expectation the expectation counts; the past chooses one."""
_READ = ("step", "expected", "credited_by", "credited")
_SMALLEST = 1e-3  # of the mean expectation


@dataclass(frozen=True)
class Pace:
    """What past periods teach at the same share elapsed.

    Parameters
    ----------
    share
        The share of a period's credit that is usually in by now.
    weight
        As how much of a mean expectation the expectation counts beside the run rate.
    errors
        How far what was still to come was off; none where too few periods are over.
    drifts
        Of each past period, the logarithm of all credit by then over what should have been in.
    n
        Seats and periods behind the errors.
    misses
        Sum of misses over sales of three re-forecasts of the past: ``combined``, ``expectation``
        (what is left of it, whatever came in) and ``run_rate``.
    """

    share: float
    weight: float
    errors: Errors | None
    drifts: Floats
    n: int
    misses: dict[str, float]


def pace_errors(lines: pd.DataFrame, elapsed: float) -> Pace:
    """Learn from periods that are over how to re-forecast one that is running.

    Every period is re-forecast with the share of credit that was usually in in
    the others, never its own.

    Parameters
    ----------
    lines
        A row a seat and past period: ``step``, ``expected`` (before the period), ``credited_by``
        (by the same share of its selling days) and ``credited`` (in all); see
        :func:`paced_lines`.
    elapsed
        The share of selling days that is over in the running one.

    Raises
    ------
    DataError
        Where the period has not begun or is over, or a column is missing.

    Examples
    --------
    Four periods of which 40 % is in by now; who is ahead of that stays ahead.

    >>> rows = [(step, 100.0, 40 * pull, 100 * pull) for step in range(4)
    ...     for pull in (0.5, 0.8, 1.0, 1.1, 1.3, 1.5)]
    >>> past = pd.DataFrame(rows, columns=["step", "expected", "credited_by", "credited"])
    >>> found = pace_errors(past, 0.5)
    >>> round(found.share, 6), found.weight, found.n
    (0.4, 0.0, 24)

    References
    ----------
    Bühlmann and Gisler 2005 (credibility), doi 10.1007/3-540-29273-X; Lei and others 2018 (errors
    as they were), doi 10.1080/01621459.2017.1307116.
    """
    if not 0 < elapsed < 1:
        raise DataError(
            f"the elapsed share is {elapsed}: a period is recalibrated while it runs, between 0 "
            "and 1."
        )
    missing = [name for name in _READ if name not in lines]
    if missing:
        raise DataError(f"the past lines have no column {missing[0]!r}.")
    known = lines.dropna(subset=list(_READ))
    known = known[known["expected"] > 0]
    shares = _shares(known)
    usual = float(shares.mean()) if len(shares) >= FEWEST_PERIODS else elapsed
    usual = _within(usual)
    apart = _of_others(shares, known["step"], elapsed)
    misses = {weight: _missed(known, apart, weight) for weight in WEIGHTS}
    weight = min(reversed(WEIGHTS), key=lambda one: misses[one])
    return Pace(
        share=usual,
        weight=weight,
        errors=_errors(known, apart, weight),
        drifts=_drifts(known, usual) if len(shares) >= FEWEST_PERIODS else np.zeros(0),
        n=len(known),
        misses={"combined": misses[weight], "expectation": misses[np.inf], "run_rate": misses[0.0]},
    )


def still_to_come(expected: Floats, so_far: Floats, share: float | Floats, weight: float) -> Floats:
    """What each seat is still to be credited with: expectation and run rate by credibility.

    ``(1 − s) · E · (C + k) / (s · E + k)`` with the expectation E, the credit C so far, the share s
    that is usually in by now, and k, the money as which the expectation counts. k = 0 is the
    run rate C ÷ s alone; with k without end what is left of E stands, whatever came in.
    Between them the run rate weighs s · E / (s · E + k): the more should be in, the more it tells.

    Parameters
    ----------
    expected
        Before the period.
    so_far
        Credited by now; below zero counts as nothing.
    share
        Between 0 and 1.
    weight
        k as a multiple of the mean expectation.

    Examples
    --------
    Half is usually in, and 80 of an expected 100 are: 80 more by run rate, 50 by expectation.

    >>> [still_to_come(np.array([100.0]), np.array([80.0]), 0.5, weight).tolist()
    ...     for weight in (0.0, 0.5, np.inf)]
    [[80.0], [65.0], [50.0]]

    References
    ----------
    Bühlmann and Gisler 2005, doi 10.1007/3-540-29273-X.
    """
    left = (1 - share) * expected
    if np.isinf(weight) or not len(expected):
        return np.asarray(left)
    counts_as = weight * expected.mean()
    pace = (np.maximum(so_far, 0.0) + counts_as) / (share * expected + counts_as)
    return np.asarray(left * pace)


def reforecast(expectation: Expectation, so_far: Floats, pace: Pace) -> Expectation:
    """Expect the whole period anew from what was credited by now.

    Parameters
    ----------
    expectation
        Before the period.
    so_far
        Credited by now, in the order of the seats; none (NaN) is nothing.
    pace
        What :func:`pace_errors` gave.

    Returns
    -------
    Expectation
        The seats with ``expected`` and ``spread`` of the whole period as seen now, and
        ``expected_before``, ``so_far``, ``usual_by_now`` (money that should be in), ``run_rate``
        (where it would end so) and ``run_rate_weighs`` (from 0 to 1).

    Raises
    ------
    DataError
        Where too few periods are over to know how far a re-forecast is off, or ``so_far`` is not
        one a seat.

    Examples
    --------
    >>> rows = [(step, 100.0, 40 * pull, 100 * pull) for step in range(4)
    ...     for pull in (0.5, 0.8, 1.0, 1.1, 1.3, 1.5)]
    >>> past = pd.DataFrame(rows, columns=["step", "expected", "credited_by", "credited"])
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [30.0]}), np.zeros(1))
    >>> reforecast(ahead, np.array([20.0]), pace_errors(past, 0.5)).seats["expected"].round(6)[0]
    np.float64(50.0)
    """
    if len(so_far) != len(expectation.seats):
        count = len(expectation.seats)
        raise DataError(f"credit so far of {len(so_far)} seats for {count}: give one a seat.")
    if pace.errors is None:
        raise DataError(
            f"{pace.n} re-forecasts of past periods are too few to know how far one is off: "
            "nothing is re-forecast."
        )
    before = expectation.seats["expected"].to_numpy("float64")
    known = np.nan_to_num(np.asarray(so_far, "float64"))
    left = still_to_come(before, known, pace.share, pace.weight)
    left = np.maximum(left, _SMALLEST * before.mean())
    expected = known + pace.errors.expected(left)
    by_now = pace.share * before
    counts_as = pace.weight * before.mean()
    seats = expectation.seats.assign(
        expected_before=before,
        so_far=known,
        usual_by_now=by_now,
        run_rate=known / pace.share,
        run_rate_weighs=0.0 if np.isinf(counts_as) else by_now / (by_now + counts_as),
        expected=np.maximum(expected, _SMALLEST * before.mean()),
        spread=pace.errors.spread(left),
    )
    return Expectation(seats, pace.errors.sizes, pace.errors.periods)


def _shares(known: pd.DataFrame) -> pd.Series[float]:
    """The share of each past period's credit that was in by then."""
    sums = known.groupby("step")[["credited_by", "credited"]].sum()
    sums = sums[sums["credited"] > 0]
    return sums["credited_by"] / sums["credited"]


def _of_others(shares: pd.Series[float], steps: pd.Series[int], elapsed: float) -> Floats:
    """For each row the mean share of the other periods; with few of them that of the days."""
    if len(shares) < FEWEST_PERIODS:
        return np.full(len(steps), elapsed)
    others = ((shares.sum() - shares) / (len(shares) - 1)).clip(0.01, 0.99)
    return np.asarray(steps.map(others).fillna(elapsed), "float64")


def _within(share: float) -> float:
    return min(max(share, 0.01), 0.99)


def _left(known: pd.DataFrame, share: Floats, weight: float) -> Floats:
    expected = known["expected"].to_numpy("float64")
    return still_to_come(expected, known["credited_by"].to_numpy("float64"), share, weight)


def _missed(known: pd.DataFrame, share: Floats, weight: float) -> float:
    came = (known["credited"] - known["credited_by"]).to_numpy("float64")
    sold = float(known["credited"].sum())
    missed = float(np.abs(came - _left(known, share, weight)).sum())
    return missed / sold if sold > 0 else np.nan


def _errors(known: pd.DataFrame, share: Floats, weight: float) -> Errors | None:
    came = (known["credited"] - known["credited_by"]).to_numpy("float64")
    steps = known["step"].to_numpy("float64")
    return errors_of(_left(known, share, weight), came, steps)


def _drifts(known: pd.DataFrame, share: float) -> Floats:
    sums = known.groupby("step")[["credited_by", "expected"]].sum()
    sums = sums[sums["credited_by"] > 0]
    return np.asarray(np.log(sums["credited_by"] / (share * sums["expected"])), "float64")

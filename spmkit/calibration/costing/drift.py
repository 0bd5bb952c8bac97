"""Whether all seats together stand where they usually do by now, or the level itself is off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spmkit.calibration.costing.pace_errors import Pace
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.intervals import Floats, refuse_confidence
from spmkit.units import whole_percent

FEWEST_DRIFTS = 5
"""Of fewer past periods no alarm is given."""


@dataclass(frozen=True)
class Drift:
    """All credit so far over what should be in, against what past periods allow.

    Parameters
    ----------
    ratio
        1 is just as expected.
    low, high
        What past periods at the same share elapsed allow; null with too few.
    n
        Past periods.
    seats
        Seats in the sum.
    verdict
        ``pass`` (within), ``fail`` (outside) or ``cannot tell``.
    common
        Whether it is outside also without the one seat that drives it most.
    sentence
        The same in words.
    """

    ratio: float
    low: float
    high: float
    n: int
    seats: int
    verdict: str
    common: bool
    sentence: str


def drift_alarm(
    expectation: Expectation, so_far: Floats, pace: Pace, confidence: float = 0.95
) -> Drift:
    """Compare the sum over all seats with what should be in by now.

    The bounds are those of one more period like the past ones (a prediction
    interval, Student's t of the logarithms), so an alarm is false in one of twenty
    periods. With few past periods they are wide, as they should be.

    Parameters
    ----------
    expectation
        Before the period.
    so_far
        Credited by now, in the order of the seats.
    pace
        What :func:`pace_errors` gave.
    confidence
        Of the bounds.

    Examples
    --------
    >>> import pandas as pd
    >>> pace = Pace(0.5, 1.0, None, np.log([0.95, 1.05, 1.0, 0.97, 1.03]), 100, {})
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0, 60.0], "spread": 20.0}), np.zeros(1))
    >>> found = drift_alarm(ahead, np.array([35.0, 20.0]), pace)
    >>> found.verdict, found.common
    ('fail', True)
    >>> found.sentence
    'All 2 seats together have 69 % of what is usually in by now; 5 past periods allow 88 to
    113 %.'

    References
    ----------
    Prediction interval of a normal distribution; practice of pacing.
    """
    refuse_confidence(confidence)
    expected = expectation.seats["expected"].to_numpy("float64")
    known = np.nan_to_num(np.asarray(so_far, "float64"))
    usual = pace.share * expected
    ratio = float(known.sum() / usual.sum())
    low, high = _allowed(pace.drifts, confidence)
    verdict = _verdict(ratio, low, high)
    common = verdict == "fail" and _verdict(_without_largest(known, usual), low, high) == "fail"
    told = Drift(ratio, low, high, len(pace.drifts), len(known), verdict, common, "")
    return Drift(**{**told.__dict__, "sentence": _said(told)})


def _allowed(drifts: Floats, confidence: float) -> tuple[float, float]:
    n = len(drifts)
    if n < FEWEST_DRIFTS:
        return np.nan, np.nan
    from scipy.stats import t

    reach = float(t.ppf((1 + confidence) / 2, n - 1)) * drifts.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(np.exp(drifts.mean() - reach)), float(np.exp(drifts.mean() + reach))


def _verdict(ratio: float, low: float, high: float) -> str:
    if np.isnan(low):
        return "cannot tell"
    return "pass" if low <= ratio <= high else "fail"


def _without_largest(known: Floats, usual: Floats) -> float:
    """The ratio without the seat that pulls it furthest away from 1."""
    if len(known) < 2:
        return 1.0
    off = (known - usual) * np.sign(known.sum() - usual.sum())
    rest = np.arange(len(known)) != int(np.argmax(off))
    return float(known[rest].sum() / usual[rest].sum())


def _said(found: Drift) -> str:
    ratio = whole_percent(found.ratio)
    start = f"All {found.seats} seats together have {ratio} of what is usually in by now"
    if found.verdict == "cannot tell":
        return (
            f"{start}; whether that is much cannot be told from {found.n} past periods: "
            f"{FEWEST_DRIFTS} are needed."
        )
    low, high = (whole_percent(bound).removesuffix(" %") for bound in (found.low, found.high))
    return f"{start}; {found.n} past periods allow {low} to {high} %."

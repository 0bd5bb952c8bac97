"""An effect with its interval, and what can be said of it: too small to matter, there, neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_REPS = 8
"""With fewer reps no interval is given: redrawing so few gives one that is too narrow."""


@dataclass(frozen=True)
class Effect:
    """An effect, its interval, the rows and reps behind it, and ``ok`` or why there is none."""

    value: float
    low: float
    high: float
    n: int
    reps: int
    status: str = "ok"


def no_effect(status: str, n: int = 0, reps: int = 0) -> Effect:
    """An effect that cannot be given, with the reason.

    Examples
    --------
    >>> no_effect("insufficient n", n=3).status
    'insufficient n'
    """
    return Effect(np.nan, np.nan, np.nan, n, reps, status)


def equivalence_verdict(low: float, high: float, margin: float) -> str:
    """Whether an effect is shown to be too small to matter, shown to be there, or neither.

    Two one-sided tests: an interval within the margin passes, also where it leaves out zero; an
    effect may be real and too small to matter. One that leaves out zero and reaches beyond the
    margin fails. Everything else cannot be told: not significant is no pass.

    Parameters
    ----------
    low, high
        The interval. One of 90 % makes both one-sided tests at 5 %; one of 95 % is stricter.
    margin
        An effect this small, up or down, does not matter.

    Returns
    -------
    str
        ``pass``, ``fail`` or ``cannot tell``; the last also without an interval.

    Examples
    --------
    >>> equivalence_verdict(-0.1, 0.2, 0.3), equivalence_verdict(0.1, 0.2, 0.3)
    ('pass', 'pass')
    >>> equivalence_verdict(0.1, 0.5, 0.3), equivalence_verdict(-0.1, 0.5, 0.3)
    ('fail', 'cannot tell')

    References
    ----------
    Schuirmann 1987, doi 10.1007/BF01068419 (two one-sided tests).
    """
    if low > -margin and high < margin:
        return "pass"
    return "fail" if low > 0 or high < 0 else "cannot tell"


def band_verdict(low: float, high: float, band: tuple[float, float]) -> str:
    """Whether an interval lies within a band of wanted values, outside it, or across its edge.

    Examples
    --------
    >>> band_verdict(0.6, 0.7, (0.55, 0.75)), band_verdict(0.3, 0.5, (0.55, 0.75))
    ('pass', 'fail')
    >>> band_verdict(0.5, 0.6, (0.55, 0.75))
    'cannot tell'
    """
    if low >= band[0] and high <= band[1]:
        return "pass"
    return "fail" if high < band[0] or low > band[1] else "cannot tell"

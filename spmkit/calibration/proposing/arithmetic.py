"""Share at quota, quotas as a share of expected sales, spread of the reps: two give the third."""

from __future__ import annotations

from math import exp, inf, isfinite, log, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


def implied_participation(coverage: float, spread: float) -> float:
    """The share of reps that reaches quota, where quotas stand in the same ratio to expected sales.

    Attainment is taken as log-normal: many a little under, few far over. Its mean is then 1 over
    the coverage, and its median lies below the mean, so quotas equal to honest expectations are
    reached by less than half.

    Parameters
    ----------
    coverage
        All quotas together as a share of the sales that are expected, such as 0.9.
    spread
        Standard deviation of the logarithm of attainment, such as 0.3.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        Where coverage or spread is not above zero.

    Examples
    --------
    >>> round(implied_participation(1.0, 0.3), 2), round(implied_participation(0.886, 0.3), 2)
    (0.44, 0.6)

    References
    ----------
    Closed form of the log-normal distribution: P(a ≥ 1) = 1 − Φ((ln c + σ²/2) ÷ σ).
    """
    return implied_share(1.0, inf, spread, coverage)


def implied_coverage(participation: float, spread: float) -> float:
    """All quotas together as a share of expected sales, for a share of reps to reach theirs.

    The other way round of :func:`implied_participation`. It is expected sales that count, not the
    plan: where a plan is above what is honestly expected, no over-assignment of it is reached.

    Parameters
    ----------
    participation
        The share that is to reach quota, such as 0.6.
    spread
        Standard deviation of the logarithm of attainment.

    Returns
    -------
    float
        1.0 are quotas that sum to expected sales.

    Raises
    ------
    ValueError
        Where participation is no share between 0 and 1, or the spread is not above zero.

    Examples
    --------
    >>> round(implied_coverage(0.6, 0.3), 3), round(implied_coverage(0.6, 0.2), 3)
    (0.886, 0.932)

    References
    ----------
    Closed form of the log-normal distribution: c = exp(−σ²/2 − σ·Φ⁻¹(p)).
    """
    _refuse_share(participation)
    _refuse("spread", spread, "0.3")
    return exp(-(spread**2) / 2 - spread * _NORMAL.inv_cdf(participation))


def implied_spreads(coverage: float, participation: float) -> tuple[float, ...]:
    """The spreads of attainment at which quotas of a coverage are reached by a share of reps.

    One where quotas sum to less than is expected. Where they sum to more, none or two: with
    hardly any spread nobody reaches such quotas, with some the lucky do, and with very much the
    median falls so far below the mean that again few do.

    Parameters
    ----------
    coverage
        All quotas together as a share of the sales that are expected.
    participation
        The share that reaches quota.

    Returns
    -------
    tuple of floats
        The smaller first; empty where no spread makes the two go together.

    Raises
    ------
    ValueError
        Where coverage is not above zero, or participation is no share between 0 and 1.

    Examples
    --------
    >>> [round(one, 2) for one in implied_spreads(0.886, 0.6)]
    [0.3]
    >>> [round(one, 2) for one in implied_spreads(1.1, 0.3)], implied_spreads(1.1, 0.6)
    ([0.23, 0.81], ())

    References
    ----------
    The roots of σ²/2 − zσ + ln c = 0 with z = Φ⁻¹(1 − p).
    """
    _refuse("coverage", coverage, "0.9")
    _refuse_share(participation)
    needed = _NORMAL.inv_cdf(1 - participation)
    under = needed**2 - 2 * log(coverage)
    if under < 0:
        return ()
    roots = {needed - sqrt(under), needed + sqrt(under)}
    return tuple(sorted(root for root in roots if root > 0))


def implied_share(low: float, high: float, spread: float, coverage: float = 1.0) -> float:
    """The share of reps from one attainment up to another that a spread puts there.

    A policy that asks for 60 to 70 % of reps between 80 and 120 % asks for a spread of 0.20 to
    0.25, which no quota setting reaches where chance alone is larger (see
    :func:`spmkit.noise_floor_ratio`). Where attainment is 100 % on average, the coverage is 1.

    Parameters
    ----------
    low, high
        The band's edges as shares of quota; 0 and infinity leave an end open.
    spread
        Standard deviation of the logarithm of attainment.
    coverage
        All quotas together as a share of expected sales: 1 over the mean attainment.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        Where spread or coverage is not above zero, or the edges are no band.

    Examples
    --------
    >>> [round(implied_share(0.8, 1.2, spread), 2) for spread in (0.2, 0.3, 0.4)]
    [0.69, 0.5, 0.38]
    >>> [round(implied_share(0, 0.5, spread), 3) for spread in (0.2, 0.3, 0.4)]
    [0.0, 0.015, 0.063]

    References
    ----------
    Closed form of the log-normal distribution.
    """
    _refuse("coverage", coverage, "0.9")
    _refuse("spread", spread, "0.3")
    if not 0 <= low < high:
        raise ValueError(f"a band from {low} to {high}: write the lower edge first, such as 0.8.")
    return _below(high, spread, coverage) - _below(low, spread, coverage)


def _below(attainment: float, spread: float, coverage: float) -> float:
    if attainment == 0:
        return 0.0
    return _NORMAL.cdf((log(attainment * coverage) + spread**2 / 2) / spread)


def _refuse(name: str, value: float, example: str) -> None:
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{name} is {value}; write a number above zero, such as {example}.")


def _refuse_share(participation: float) -> None:
    if not 0 < participation < 1:
        raise ValueError(
            f"participation is {participation}; write a share between 0 and 1, such as 0.6 "
            "for 60 %."
        )

"""How many reps reached how much, beside the shares that the policy declares."""

from __future__ import annotations

from math import inf

import numpy as np
import pandas as pd

from spmkit.calibration.fairness.equivalence import FEWEST_REPS
from spmkit.calibration.proposing.arithmetic import implied_coverage, implied_share
from spmkit.calibration.proposing.policy import Criteria
from spmkit.intervals import wilson_interval
from spmkit.units import whole_percent

_COLUMNS = ["attainment", "share", "low", "high"]
_FARTHEST = 2.5  # of quota: beyond it a curve says no more
_STEPS = 60


def reached_curve(now: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The share of reps at or above each attainment, with the interval of that share.

    The interval holds at each attainment by itself: of the whole curve more
    than one point in twenty may lie outside.

    Parameters
    ----------
    now
        A row a rep of one period, with ``quota`` above zero and ``credited``.
    confidence
        Of the interval (Wilson's).

    Returns
    -------
    pandas.DataFrame
        In rising order: ``attainment``, ``share`` (at or above it), ``low``, ``high``. Empty below
        8 reps.

    Examples
    --------
    >>> now = pd.DataFrame({"quota": 100.0, "credited": [60.0, 80, 90, 95, 100, 110, 120, 150]})
    >>> found = reached_curve(now)
    >>> found.loc[found["attainment"] == 1.0, ["share", "low", "high"]].round(2).values.tolist()
    [[0.5, 0.22, 0.78]]

    References
    ----------
    Wilson 1927, doi 10.1080/01621459.1927.10502953.
    """
    reached = np.sort((now["credited"] / now["quota"]).to_numpy("float64"))
    n = len(reached)
    if n < FEWEST_REPS:
        return pd.DataFrame(columns=_COLUMNS, dtype="float64")
    places = np.unique(reached)
    hits = n - np.searchsorted(reached, places, side="left")
    low, high = wilson_interval(hits, np.full(len(hits), n), confidence)
    values = {"attainment": places, "share": hits / n, "low": low, "high": high}
    found = pd.DataFrame(values)
    return found[found["attainment"].between(-_FARTHEST, _FARTHEST)].reset_index(drop=True)


def declared_curve(criteria: Criteria, spread: float) -> pd.DataFrame:
    """What the declared participation means for every attainment, at the spread that there is.

    Parameters
    ----------
    criteria
        What is declared; without a participation nothing follows.
    spread
        Standard deviation of the logarithm of attainment.

    Returns
    -------
    pandas.DataFrame
        ``attainment`` and ``share`` (at or above it); empty where nothing is declared.

    Examples
    --------
    >>> found = declared_curve(Criteria(participation=0.6), 0.3)
    >>> found.loc[(found["attainment"] - 1).abs().idxmin(), "share"].round(2)
    np.float64(0.6)

    References
    ----------
    Closed form of the log-normal distribution: see
    :func:`spmkit.calibration.proposing.arithmetic.implied_participation`.
    """
    if criteria.participation is None or not spread > 0:
        return pd.DataFrame(columns=["attainment", "share"], dtype="float64")
    coverage = implied_coverage(criteria.participation, spread)
    places = np.linspace(_FARTHEST / _STEPS, _FARTHEST, _STEPS)
    shares = [implied_share(float(one), inf, spread, coverage) for one in places]
    return pd.DataFrame({"attainment": places, "share": shares})


def declared_shares(criteria: Criteria) -> pd.DataFrame:
    """The declared shares of reps, each as the share at or above an attainment.

    Returns
    -------
    pandas.DataFrame
        In rising order: ``attainment``, ``low``, ``high`` (of the share at or above it) and
        ``label``; one of them alone, or none, where no more is declared.

    Examples
    --------
    >>> found = declared_shares(Criteria(participation=0.6, below_threshold=(0.0, 0.1)))
    >>> found.values.tolist()
    [[0.5, 0.9, 1.0, '0–10 % below 50 %'], [1.0, 0.6, 0.6, '60 % at quota']]
    """
    rows: list[tuple[float, float, float, str]] = []
    if criteria.below_threshold is not None:
        least, most = criteria.below_threshold
        rows.append(
            (
                criteria.threshold,
                1 - most,
                1 - least,
                f"{_range(least, most)} below {whole_percent(criteria.threshold)}",
            )
        )
    if criteria.participation is not None:
        share = criteria.participation
        rows.append((1.0, share, share, f"{whole_percent(share)} at quota"))
    if criteria.at_excellence is not None:
        least, most = criteria.at_excellence
        rows.append(
            (
                criteria.excellence,
                least,
                most,
                f"{_range(least, most)} at {whole_percent(criteria.excellence)}",
            )
        )
    return pd.DataFrame(rows, columns=["attainment", "low", "high", "label"])


def _range(least: float, most: float) -> str:
    return f"{least * 100:.0f}–{whole_percent(most)}"

"""Reps put into bands and ranks by their own attainment, and credit by its concentration."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd

from spmkit.attainment.cents import in_cents
from spmkit.traits import Traits
from spmkit.units import PERCENT

BANDS = (0.5, 0.8, 1.0, 1.2)
"""The default edges of attainment bands; each band is closed on the left."""

_BANDED = Traits("quota_lines", "neither", columns=("rep_credited", "rep_quota"))
_CAP, _FLOOR = 2.5, -0.5  # one rep far out must not make a histogram of a thousand bars


def rep_attainments(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a rep and complete period with the rep's own attainment.

    Parameters
    ----------
    lines
        Quota lines of complete periods.

    Returns
    -------
    pandas.DataFrame
        The lines that carry a rep's totals, with ``attainment``; reps without a quota above
        zero have none and are left out.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep": ["ada", "bo"], "rep_quota": [100.0, None],
    ...     "rep_credited": [90.0, None]})
    >>> rep_attainments(lines)[["rep", "attainment"]].values.tolist()
    [['ada', 0.9]]
    """
    rated = lines.dropna(subset=["rep_quota"])
    return rated.assign(attainment=rated["rep_credited"] / rated["rep_quota"])


def _edge(reps: pd.DataFrame) -> pd.Series[float]:
    """Attainment to the cent: what is at quota must not fall below it by a rounding error."""
    return (in_cents(reps["rep_credited"]) / in_cents(reps["rep_quota"])).round(9)


def attainment_band(
    lines: pd.DataFrame, edges: Sequence[float] = BANDS
) -> Annotated[pd.DataFrame, PERCENT, _BANDED]:
    """Reps in each band of attainment, as a count and a share of the reps with a quota.

    Published cut-points differ, so compare only bands of the same edges, and never those of
    a quarter with those of a year: over a year luck evens out and the ends empty.

    Parameters
    ----------
    lines
        Quota lines of complete periods.
    edges
        Where a band begins; it holds its lower edge, not its upper one.

    Returns
    -------
    pandas.DataFrame
        One row a band, empty ones too: ``band``, ``low``, ``high`` (null where it is open),
        ``reps``, ``share`` (null without reps).

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_quota": [100.0] * 4, "rep_credited": [49.9, 50.0, 80.0, 130.0]})
    >>> attainment_band(lines)[["band", "reps"]].values.tolist()
    [['below 50 %', 1], ['50–80 %', 1], ['80–100 %', 1], ['100–120 %', 0], ['120 % and more', 1]]

    References
    ----------
    Catalogue A17; common usage of the field (its cut-points differ from house to house).
    """
    value = _edge(rep_attainments(lines))
    limits = [-np.inf, *edges, np.inf]
    counts = pd.cut(value, limits, right=False).value_counts(sort=False).to_numpy()
    total = counts.sum()
    return pd.DataFrame(
        {
            "band": [_band_name(low, high) for low, high in pairwise(limits)],
            "low": [np.nan, *edges],
            "high": [*edges, np.nan],
            "reps": counts,
            "share": counts / total if total else np.nan,
        }
    )


def _band_name(low: float, high: float) -> str:
    if low == -np.inf:
        return f"below {high * 100:.0f} %"
    if high == np.inf:
        return f"{low * 100:.0f} % and more"
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def attainment_bins(lines: pd.DataFrame) -> pd.DataFrame:
    """Count the reps in steps of ten points of attainment, for a histogram.

    Parameters
    ----------
    lines
        Quota lines of complete periods.

    Returns
    -------
    pandas.DataFrame
        ``low``, ``high``, ``reps``, ``at_quota``, from the lowest rep to the highest without a
        gap; whoever is beyond 250 % stands in the last bin, below −50 % (clawed back) in the
        first.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_quota": [100.0] * 3, "rep_credited": [95.0, 100.0, 103.0]})
    >>> attainment_bins(lines).values.tolist()
    [[0.9, 1.0, 1, False], [1.0, 1.1, 2, True]]
    """
    value = _edge(rep_attainments(lines)).clip(_FLOOR, _CAP - 0.01)
    step = pd.Series(np.floor(value * 10 + 1e-9), dtype="int64")
    if step.empty:
        return pd.DataFrame({"low": [], "high": [], "reps": [], "at_quota": []})
    counts = step.value_counts().reindex(range(step.min(), step.max() + 1), fill_value=0)
    low = counts.index.to_numpy() / 10
    return pd.DataFrame(
        {
            "low": low,
            "high": np.round(low + 0.1, 1),
            "reps": counts.to_numpy(),
            "at_quota": low >= 1,
        }
    )


def attainment_ranks(lines: pd.DataFrame) -> pd.DataFrame:
    """Order the reps by attainment, with the share of reps at or above each.

    Parameters
    ----------
    lines
        Quota lines of complete periods.

    Returns
    -------
    pandas.DataFrame
        ``attainment`` from high to low and ``share``: 60 % at 0.8 says that 60 % of the reps
        reached at least 80 %.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_quota": [100.0, 100.0], "rep_credited": [80.0, 120.0]})
    >>> attainment_ranks(lines).values.tolist()
    [[1.2, 0.5], [0.8, 1.0]]
    """
    value = _edge(rep_attainments(lines)).sort_values(ascending=False)
    count = len(value)
    return pd.DataFrame(
        {"attainment": value.to_numpy(), "share": np.arange(1, count + 1) / max(count, 1)}
    )


def credit_concentration(lines: pd.DataFrame) -> pd.DataFrame:
    """Cumulate credit from the rep with the most to the one with the least.

    Parameters
    ----------
    lines
        Quota lines; credit at or below zero ends the curve, since a share of it says nothing.

    Returns
    -------
    pandas.DataFrame
        ``reps`` (share of the reps so far) and ``credit`` (their share of all credit), after a
        row of zeros.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": ["a", "b"], "credited": [80.0, 20.0]})
    >>> credit_concentration(lines).values.tolist()
    [[0.0, 0.0], [0.5, 0.8], [1.0, 1.0]]
    """
    credit = lines.dropna(subset=["rep_id"]).groupby("rep_id")["credited"].sum()
    credit = credit[credit > 0].sort_values(ascending=False)
    reps = np.arange(len(credit) + 1) / max(len(credit), 1)
    share = np.concatenate([[0.0], credit.cumsum().to_numpy() / max(credit.sum(), 1e-300)])
    return pd.DataFrame({"reps": reps, "credit": share})

"""Any number put into bands by its edges: of tenure, of size, of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.engine import as_pandas
from spmkit.traits import Traits
from spmkit.units import PERCENT

TENURE = (90, 180, 365, 730, 1826)
"""The default edges of tenure bands, in days: three and six months, one, two and five years."""

_QUARTERS = (0.25, 0.5, 0.75)


def band_of(values: pd.Series[float], edges: Sequence[float], *, unit: str = "") -> pd.Series[Any]:
    """Name the band of each value; a band holds its lower edge, not its upper one.

    Parameters
    ----------
    values
        Numbers; null has no band.
    edges
        Where a band begins, rising. Below the first is a band too.
    unit
        Written after the numbers.

    Returns
    -------
    pandas.Series
        Ordered categories, in the order of the edges, with the index of the values.

    Raises
    ------
    ValueError
        Where the edges do not rise.

    Examples
    --------
    >>> band_of(pd.Series([89, 90, 400, None]), (90, 365), unit="days").astype("str").tolist()
    ['below 90 days', '90–365 days', '365 days and more', nan]

    References
    ----------
    Catalogue H5 (distribution; a label a rep).
    """
    if any(low >= high for low, high in pairwise(edges)):
        raise ValueError(f"edges are {list(edges)}: each must be larger than the one before.")
    limits = [-np.inf, *edges, np.inf]
    numbers = values.astype("float64")
    found = pd.cut(numbers, limits, right=False, labels=_names(edges, unit))
    return pd.Series(found, index=values.index)


def tenure_band(
    frame: Any, edges: Sequence[float] = TENURE, *, column: str = "tenure_days"
) -> Annotated[pd.DataFrame, PERCENT, Traits("rep_tenure", "neither", columns=("tenure_days",))]:
    """Reps in each band of tenure, as a count and a share.

    Reps of the first bands are still learning: what they sell says little of
    them, and a team with many of them is not a weak team. Leavers count too, at
    the tenure with which they left, unless ``column`` says otherwise.

    Parameters
    ----------
    frame
        One row a rep, such as :func:`spmkit.rep_tenure` gives.
    edges
        Where a band begins, in days.
    column
        The days: ``tenure_days`` counts leavers too, ``current_tenure_days`` who is still there;
        null is left out.

    Returns
    -------
    pandas.DataFrame
        One row a band, empty ones too: ``band``, ``low``, ``high`` (null where open), ``reps``,
        ``share`` (null without reps).

    Examples
    --------
    >>> reps = pd.DataFrame({"tenure_days": [10, 90, 200, 4000]})
    >>> tenure_band(reps, edges=(90, 365))[["band", "reps"]].values.tolist()
    [['below 90 days', 1], ['90–365 days', 2], ['365 days and more', 1]]

    References
    ----------
    Catalogue H5 (distribution); sales turnover surveys.
    """
    days = as_pandas(frame, [column])[column]
    return _counted(days, edges, unit="days").rename(columns={"rows": "reps"})


def size_band(
    frame: Any, column: str, edges: Sequence[float] | None = None
) -> Annotated[pd.DataFrame, PERCENT, Traits("any lines with a size", "neither")]:
    """Rows in each band of a size, such as accounts by potential, as a count and a share.

    Without edges of one's own the bands are quarters of the rows, and move with
    them: give edges to compare two dates. Where many rows have one size, fewer
    than four bands can be told apart.

    Parameters
    ----------
    frame
        One row a thing that has a size.
    column
        The size; null is left out.
    edges
        Where a band begins; none for the quartiles.

    Returns
    -------
    pandas.DataFrame
        One row a band: ``band``, ``low``, ``high`` (null where open), ``rows``, ``share`` (null
        without rows).

    Examples
    --------
    >>> accounts = pd.DataFrame({"potential": [1.0, 2.0, 3.0, 4.0]})
    >>> size_band(accounts, "potential", edges=(2, 4))["rows"].tolist()
    [1, 2, 1]
    >>> size_band(accounts, "potential")["low"].tolist()
    [nan, 1.75, 2.5, 3.25]

    References
    ----------
    Catalogue G4 (variant: bands by size instead of by cumulative share); common usage of the
    field.
    """
    sizes = as_pandas(frame, [column])[column]
    if edges is None:
        known = sizes.dropna().astype("float64")
        edges = sorted(set(known.quantile(list(_QUARTERS)))) if len(known) else []
    return _counted(sizes, edges)


def _counted(values: pd.Series[float], edges: Sequence[float], unit: str = "") -> pd.DataFrame:
    counts = band_of(values, edges, unit=unit).value_counts(sort=False)
    total = counts.sum()
    return pd.DataFrame(
        {
            "band": [str(name) for name in counts.index],
            "low": [np.nan, *map(float, edges)],
            "high": [*map(float, edges), np.nan],
            "rows": counts.to_numpy(),
            "share": counts.to_numpy() / total if total else np.nan,
        }
    )


def _names(edges: Sequence[float], unit: str) -> list[str]:
    if not edges:
        return ["all"]
    after = f" {unit}" if unit else ""
    texts = _written(edges)
    between = [f"{low}–{high}{after}" for low, high in pairwise(texts)]
    return [f"below {texts[0]}{after}", *between, f"{texts[-1]}{after} and more"]


def _written(edges: Sequence[float]) -> list[str]:
    """Write the edges with as few decimals as tell them apart and stay within half a percent."""
    for decimals in range(7):
        near = all(abs(round(edge, decimals) - edge) <= 0.005 * abs(edge) for edge in edges)
        texts = [f"{edge:,.{decimals}f}" for edge in edges]
        if near and len(set(texts)) == len(texts):
            return texts
    return [repr(float(edge)) for edge in edges]

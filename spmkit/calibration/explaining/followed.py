"""Attainment beside what reps were given: a point a rep, and a smooth line through the points."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.fairness.attained import attained_rows, relative_attainment
from spmkit.calibration.fairness.equivalence import FEWEST_REPS
from spmkit.calibration.fairness.yearly import year_changes
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval

POTENTIAL, GROWTH, TENURE = "potential", "last year's growth", "periods since hire"
"""What reps were given: the territory, what it grew by the year before, and the start of tenure."""

_COLUMNS = ["rep_id", "rep", "given", "value", "relative"]
_SPAN = 0.75  # of the points, that the line looks at around each place
_PLACES = 12


def given_points(panel: pd.DataFrame) -> pd.DataFrame:
    """How far reps attained more than everybody in the same periods, beside what they were given.

    Never beside quota, by which attainment is divided. A point is a rep on a territory (potential),
    or a rep and fiscal year (growth of the year before, whole periods since hire).

    Parameters
    ----------
    panel
        A row a rep and period, as ``quota_panel`` gives it.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``given`` (``potential``, ``last year's growth``, ``periods since
        hire``), ``value`` (logarithms of the first two) and ``relative`` (logarithm; 0 is
        everybody's attainment). What fewer than 8 reps have is left out.

    Examples
    --------
    >>> panel = pd.DataFrame({"period": "2026", "step": 0, "season": 1, "rep_id": [*"abcdefgh"],
    ...     "territory_id": [*"abcdefgh"], "quota": 100.0, "credited": 90.0,
    ...     "potential": [1e6, 2e6] * 4})
    >>> given_points(panel)["given"].value_counts().to_dict()
    {'potential': 8}

    References
    ----------
    ZS, fairness of goals: attainment over size and over growth should show no relation.
    """
    rows = attained_rows(panel)
    found = [one[one["relative"].notna() & one["value"].notna()] for one in _each(rows, panel)]
    enough = [one for one in found if _varied(one)]
    if not enough:
        return pd.DataFrame(columns=_COLUMNS)
    points = pd.concat(enough, ignore_index=True)
    names = rows.get("rep", rows["rep_id"]).groupby(rows["rep_id"]).last()
    return points.assign(rep=points["rep_id"].map(names))[_COLUMNS]


def _varied(points: pd.DataFrame) -> bool:
    value = points["value"].to_numpy("float64")
    return points["rep_id"].nunique() >= FEWEST_REPS and bool((value != value[0]).any())


def _each(rows: pd.DataFrame, panel: pd.DataFrame) -> Iterator[pd.DataFrame]:
    if "potential" in rows:
        yield _sized(rows[rows["potential"] > 0]).assign(given=POTENTIAL)
    changes = year_changes(panel)
    attained = changes["attained"].where(changes["attained"] > 0)
    yield changes[["rep_id"]].assign(
        given=GROWTH, value=changes["growth"], relative=np.log(attained.astype("float64"))
    )
    if "tenure_periods" in rows:
        since = rows.groupby(["rep_id", "year"], as_index=False)["tenure_periods"].mean()
        yearly = relative_attainment(rows, ["year"]).merge(since, on=["rep_id", "year"])
        yield yearly.rename(columns={"tenure_periods": "value"}).assign(given=TENURE)


def _sized(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a rep and territory, with the logarithm of its potential."""
    by = [name for name in ("territory_id",) if name in rows and rows[name].notna().any()]
    size = rows.groupby(["rep_id", *by], observed=True)["potential"].mean().reset_index()
    units = relative_attainment(rows, by).merge(size, on=["rep_id", *by])
    return units.assign(value=np.log(units["potential"].to_numpy("float64")))


def smooth_lines(points: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """A line through the points of each thing given, with what redrawing the reps leaves of it.

    Parameters
    ----------
    points
        As :func:`given_points` gives them.
    confidence
        Of the bounds at each place by itself.

    Returns
    -------
    pandas.DataFrame
        ``given``, ``value``, ``relative`` (the line), ``low``, ``high``, ``n`` (points) and
        ``reps``; places from the 2nd to the 98th of a hundred values.

    Examples
    --------
    >>> points = pd.DataFrame({"rep_id": [*"abcdefghij"], "given": "potential",
    ...     "value": np.arange(10.0), "relative": 0.1 * np.arange(10.0)})
    >>> line = smooth_lines(points)
    >>> bool(np.allclose(line["relative"], 0.1 * line["value"])), line["reps"].unique().tolist()
    (True, [10])

    References
    ----------
    Cleveland 1979, doi 10.1080/01621459.1979.10481038 (local lines, tricube weights).
    """
    columns = ["given", "value", "relative", "low", "high", "n", "reps"]
    lines = [
        {"given": given, **place}
        for given, rows in points.groupby("given", sort=False)
        for place in _smooth(rows, confidence)
    ]
    return pd.DataFrame(lines, columns=columns)


def _smooth(rows: pd.DataFrame, confidence: float) -> Iterator[dict[str, float]]:
    value, relative = (rows[name].to_numpy("float64") for name in ("value", "relative"))
    rep, reps = pd.factorize(rows["rep_id"])
    first, last = np.quantile(value, [0.02, 0.98]).tolist()
    for place in np.linspace(first, last, _PLACES):
        parts = _summed(value - place, relative, rep, len(reps))
        whole = float(_height(np.ones((1, len(reps))), parts)[0])
        low, high = redrawn_interval(partial(_height, parts=parts), len(reps), confidence)
        ends = {"low": low, "high": high, "n": len(rows), "reps": len(reps)}
        yield {"value": float(place), "relative": whole, **ends}


def _summed(away: Floats, relative: Floats, rep: NDArray[np.intp], reps: int) -> list[Floats]:
    """What each rep adds to a weighted line about a place, so that redrawing is a product."""
    reach = np.quantile(np.abs(away), _SPAN)
    weight = np.clip(1 - (np.abs(away) / (reach or 1.0)) ** 3, 0, None) ** 3
    terms = (weight, weight * away, weight * away**2, weight * relative, weight * away * relative)
    return [np.asarray(np.bincount(rep, term, minlength=reps), "float64") for term in terms]


def _height(counts: Floats, parts: list[Floats]) -> Floats:
    """The height of each redraw's weighted line at the place; the mean where it has no slope."""
    one, away, square, sold, both = (counts @ part for part in parts)
    bent = one * square - away**2
    flat = bent <= 1e-12 * np.maximum(one * square, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(flat, sold / one, (square * sold - away * both) / bent)
    return np.asarray(np.where(one > 0, found, np.nan), dtype="float64")

"""Whose forecasts lean to which side, and how often an interval holds what it promises."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import count, present, total
from spmkit.intervals import Floats, refuse_confidence
from spmkit.measure import measure
from spmkit.traits import Traits
from spmkit.units import PERCENT, Column, Count, Percent, Share

_LEAN = Traits("forecast_lines", "target", columns=("rep_id", "forecast", "actual"))
_KEPT = Traits("forecast_lines", "target", columns=("actual", "low", "high"))
FEWEST_LINES = 4  # of a rep, before anything is said of that rep
FEWEST_REPS = 4  # before how far reps truly differ can be estimated
FEWEST_POINTS = 12  # a share of fewer cannot tell 80 % from 60 %


def bias_quotients(
    lines: Any, by: str = "rep_id", confidence: float = 0.95
) -> Annotated[pd.DataFrame, PERCENT, _LEAN]:
    """Each rep's bias of forecast, pulled towards that of all by how little is known of the rep.

    A few quarters say little of a rep: the raw bias of a large miss looks like
    a habit. The quotient is what to expect of the rep's next forecast: 0.10 is
    a tenth too high. Give the lines of one category and one horizon.

    Parameters
    ----------
    lines
        Rows with ``forecast``, ``actual`` and the column to judge by.
    by
        Whose bias it is.
    confidence
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        The group column, ``bias`` (raw: the errors as a share of what was sold),
        ``bias_quotient`` (shrunken), ``low``, ``high``, ``n`` (lines that have both) and
        ``status``: ``ok``; ``insufficient n`` with fewer than four lines of one, or fewer than
        four that can be compared (quotient and bounds are null); ``undefined: zero
        denominator`` where nothing was sold.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": [r for r in "abcd" for _ in range(4)],
    ...     "actual": 100.0, "forecast": [60.0, 180.0] * 2 + [70.0, 130.0] * 6})
    >>> spm.bias_quotients(lines)[["bias", "bias_quotient"]].round(2).values.tolist()
    [[0.2, 0.15], [0.0, 0.02], [0.0, 0.02], [0.0, 0.02]]

    References
    ----------
    Catalogue F4 (by rep); Morris 1983 (shrinking what is known with unequal errors), doi
    10.1080/01621459.1983.10477920.
    """
    refuse_confidence(confidence)
    found = _sums(lines, by)
    found["bias"] = (found["error"] / found["sold"]).where(found["sold"] > 0)
    judged = found["bias"].notna() & (found["n"] >= FEWEST_LINES)
    found["status"] = np.select(
        [found["bias"].isna() & (found["n"] > 0), ~judged],
        ["undefined: zero denominator", "insufficient n"],
        "ok",
    )
    for name in ("bias_quotient", "low", "high"):
        found[name] = np.nan
    if judged.sum() < FEWEST_REPS:
        found["status"] = found["status"].where(~judged, "insufficient n")
    else:
        middle, spread = _shrunken(found[judged])
        reach = NormalDist().inv_cdf((1 + confidence) / 2) * spread
        found.loc[judged, "bias_quotient"] = middle
        found.loc[judged, "low"], found.loc[judged, "high"] = middle - reach, middle + reach
    return found[[by, "bias", "bias_quotient", "low", "high", "n", "status"]]


def _sums(lines: Any, by: str) -> pd.DataFrame:
    """Sum by rep, in the engine, what the biases and their errors are made of."""
    both = lazy_columns(lines, [by, "forecast", "actual"])
    called = present(nw.col("forecast"))
    pairs = both.with_columns(
        nw.when(called).then(nw.col("actual").cast(nw.Float64)).alias("_sold"),
        (nw.col("forecast") - nw.col("actual")).cast(nw.Float64).alias("_error"),
    )
    error, sold = nw.col("_error"), nw.col("_sold")
    sums = {"error": error, "sold": sold, "squares": error * error, "sold_squares": sold * sold}
    sums["products"] = error * sold
    found = collected(
        pairs.with_columns(**sums)
        .group_by(by)
        .agg(count(present(error)).alias("n"), *[total(nw.col(name)) for name in sums])
    )
    floats = dict.fromkeys(sums, "float64")
    return found.astype({"n": "Int64"} | floats).sort_values(by, ignore_index=True)


def _shrunken(reps: pd.DataFrame) -> tuple[Floats, Floats]:
    """Pull each bias to that of all by its share of chance; with what stays unsure.

    The chance is pooled: the few lines of one rep do not tell how far that rep's errors
    scatter. An error is taken to grow with what was sold.
    """
    bias = reps["bias"].to_numpy("float64")
    left = reps["squares"] - 2 * bias * reps["products"] + bias**2 * reps["sold_squares"]
    lines, count_of = int(reps["n"].sum()), len(reps)
    scatter = max(float(left.sum() / reps["sold_squares"].sum()), 0) * lines / (lines - count_of)
    noise = (scatter * reps["sold_squares"] / reps["sold"] ** 2).to_numpy("float64")
    between = max(float(bias.var(ddof=1) - noise.mean()), 0.0)
    whole = noise + between
    if not whole.any():  # every rep has the same bias, without any scatter
        return bias, whole
    centre = float(np.average(bias, weights=1 / whole)) if whole.all() else float(bias.mean())
    chance = np.divide(noise, whole, out=np.zeros(count_of), where=whole > 0)
    pull = (count_of - 3) / (count_of - 1) * chance  # that the truth is estimated pulls less
    guessed = 2 / (count_of - 3) * pull**2 * (bias - centre) ** 2
    middle = centre + (1 - pull) * (bias - centre)
    return middle, np.sqrt(noise * (1 - (count_of - 1) / count_of * pull) + guessed)


def interval_coverage(
    lines: Any,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.8,
    confidence: float = 0.95,
) -> Annotated[pd.DataFrame, PERCENT, _KEPT]:
    """Share of the actuals that fell inside the interval that was forecast.

    Of intervals of 80 %, about 80 % should hold: fewer are too narrow, and
    more are too wide to be of use. Bounds count as inside.

    Parameters
    ----------
    lines
        Rows with ``actual``, ``low`` and ``high``; forecasts that were given without an interval
        have none, so the bounds are the caller's to add.
    by
        A column or several to group by.
    level
        What the intervals promise.
    confidence
        Level of the interval of the share itself.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``coverage``, ``low``, ``high`` (Wilson's), ``expected`` (the level),
        ``n`` (lines with an actual and both bounds) and ``status``: ``ok``, or ``insufficient
        n`` with fewer than 12, where the numbers are null.

    Raises
    ------
    ValueError
        Where a lower bound lies above the upper one, or the level is no share.

    Examples
    --------
    >>> lines = pd.DataFrame({"actual": range(1, 13), "low": 3, "high": 20})
    >>> spm.interval_coverage(lines)[["coverage", "expected", "n", "status"]].round(3)
       coverage  expected   n status
    0     0.833       0.8  12     ok

    References
    ----------
    Catalogue F8; common usage of statistics.
    """
    refuse_confidence(level)
    found = measure(lines, [_held, _reversed], by=by, confidence=confidence)
    if (found["_reversed"] > 0).any():
        raise ValueError("low is above high on some lines: give the lower bound as low.")
    enough = found["_held_n"] >= FEWEST_POINTS
    keys = found.columns[: found.columns.get_loc("_held")]
    named = {"_held": "coverage", "_held_low": "low", "_held_high": "high"}
    bounds = {new: found[old].where(enough) for old, new in named.items()}
    status = np.where(enough, "ok", "insufficient n")
    return found[keys].assign(**bounds, expected=level, n=found["_held_n"], status=status)


def _held(actual: Column, low: Column, high: Column) -> Percent:
    return Share((actual >= low) & (actual <= high), present(actual, low, high))


def _reversed(low: Column, high: Column) -> Count:
    return count(low > high)

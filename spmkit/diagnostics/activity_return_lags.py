"""What more of an activity goes with, some months later: within reps, all lags looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.diagnostics.drivers_redrawn import discoveries
from spmkit.diagnostics.opening import Diagnosis
from spmkit.measure import measure
from spmkit.metrics.activities import activity_panel, activity_return
from spmkit.metrics.opportunities import sales_cycle
from spmkit.metrics.productivity import average_deal_size
from spmkit.segmentation.shrinkage import FEWEST, shrunken

MOST_KINDS = 8
OTHERS = "other types"
LAGS = tuple(range(6))
"""Months after an activity; 0 is the same month, which says least."""

_OUTCOMES = ("rep_id", "period", "wins", "won_amount")
_MONTH = 30.44  # days
_HALF = 0.5
_MOST_MONTHS = 24  # what more of an activity went with years ago is not asked
_ANSWER = (
    *("activity", "lag", "coefficient", "low", "high", "error", "shrunken", "shrunken_low"),
    *("shrunken_high", "wins", "wins_low", "wins_high", "value", "p", "told", "inflation"),
    *("n", "reps", "status"),
)


def monthly_panel(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a rep and month, of the last 24 complete ones: wins, and activities held by type.

    As :func:`spmkit.activity_panel` makes it; of more than eight types the rarest stand together
    as ``other types``.

    Raises
    ------
    DataError
        Where there are no activities of a known type in a complete month.
    """
    made = f"monthly panel by {diagnosis.hours}"
    panel: pd.DataFrame = diagnosis.data.fact(made, lambda: _panel(diagnosis))
    return panel


def _panel(diagnosis: Diagnosis) -> pd.DataFrame:
    panel = activity_panel(diagnosis.data, by=_kind(diagnosis), activities=diagnosis.activities)
    panel = panel[panel["period"].isin(sorted(panel["period"].unique())[-_MOST_MONTHS:])]
    panel = panel.reset_index(drop=True)
    counts = panel[kinds_of(panel)].sum().sort_values(ascending=False, kind="stable")
    rare = list(counts.index[MOST_KINDS - 1 :]) if len(counts) > MOST_KINDS else []
    if not rare:
        return panel
    return panel.drop(columns=rare).assign(**{OTHERS: panel[rare].sum(axis=1)})


def _kind(diagnosis: Diagnosis) -> str:
    """By type where the activities have one, else by category."""
    lines = nw.from_native(diagnosis.activities).lazy()
    typed = diagnosis.data.fact(
        "typed activities",
        lambda: bool(to_pandas(lines.select(nw.col("type").count()))["type"].gt(0).any()),
    )
    return "type" if typed else "category"


def kinds_of(panel: pd.DataFrame) -> list[str]:
    """The columns of a panel that count activities."""
    return [str(name) for name in panel if name not in _OUTCOMES]


def usual_lag(diagnosis: Diagnosis) -> int:
    """The months from the creation of an opportunity to its win, at the median; at least one.

    Raises
    ------
    DataError
        Where nothing was won of which the days are known.
    """
    days: float = diagnosis.found(median_cycle)
    return min(max(1, math.ceil(days / _MONTH)), LAGS[-1])


def median_cycle(diagnosis: Diagnosis) -> float:
    """The days from the creation of an opportunity to its win, at the median of all wins.

    Raises
    ------
    DataError
        Where nothing was won of which the days are known.
    """
    cycle = measure(diagnosis.opportunities, sales_cycle)["sales_cycle"].iloc[0]
    if pd.isna(cycle):
        raise DataError("unavailable: no win whose days from creation to closing are known.")
    return float(cycle)


def lag_scan(diagnosis: Diagnosis, lags: Sequence[int] = LAGS) -> pd.DataFrame:
    """How a rep's wins differ some months after one with more of an activity: every lag.

    :func:`spmkit.activity_return` at each lag, all of them counted together against false
    discoveries (Benjamini and Hochberg). Associations within reps, and no effects: a full
    pipeline makes work, and wins make administration. Where what cannot bring a win, such as
    administration, seems to return as much as selling, none of it is to be read as an effect.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    lags
        Months after the activity.

    Returns
    -------
    pandas.DataFrame
        A row an activity and lag: ``coefficient`` with ``low``, ``high`` (95 %, clustered by rep)
        and ``error``; ``shrunken`` with ``shrunken_low`` and ``shrunken_high`` (pulled towards
        the activities of the same lag by its share of error; null below four of them); ``wins``
        (more of them with one more activity, at the average month) with its bounds, and
        ``value`` (times the average deal of the window); ``p``, ``told`` (all counted);
        ``inflation``, ``n`` (rep-months), ``reps``, ``status``.

    Raises
    ------
    DataError
        Where there are no activities of a known type in a complete month.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> sorted(lag_scan(diagnosis, [1])["activity"])[:3]
    ['call', 'crm update', 'demo']

    References
    ----------
    Catalogue P10; Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    made = f"lag scan of {list(lags)} in {diagnosis.window} by {diagnosis.hours}"
    found: pd.DataFrame = diagnosis.data.fact(
        made, lambda: scanned(monthly_panel(diagnosis), lags, _deal_size(diagnosis))
    )
    return found


def _deal_size(diagnosis: Diagnosis) -> float | None:
    lines = nw.from_native(diagnosis.opportunities).lazy()
    day = nw.col("closed_on").cast(nw.Date)
    start, end = (one.date() for one in (diagnosis.start, diagnosis.end))
    within = lines.filter(day >= nw.lit(start), day <= nw.lit(end))
    size = measure(within.to_native(), average_deal_size)["average_deal_size"].iloc[0]
    return None if pd.isna(size) else float(size)


def scanned(
    panel: pd.DataFrame, lags: Sequence[int], deal_size: float | None = None
) -> pd.DataFrame:
    """Scan the lags of a panel: what :func:`lag_scan` gives, of any panel of reps and periods."""
    kept = [lag for lag in lags if lag < panel["period"].nunique() - 1]
    if not kept:
        raise DataError(
            "unavailable: fewer than three complete months have activities, so none can be held "
            "against the wins that followed."
        )
    found = pd.concat([_at(panel, lag, deal_size) for lag in kept], ignore_index=True)
    found["told"] = discoveries(found["p"])
    return found[list(_ANSWER)]


def _at(panel: pd.DataFrame, lag: int, deal_size: float | None) -> pd.DataFrame:
    from scipy.stats import t

    found = activity_return(panel, lag=lag, deal_size=deal_size).assign(lag=lag)
    freedom = (found["reps"] - 1).clip(lower=1)
    reach = pd.Series(t.ppf(0.975, freedom), index=found.index)
    error = (found["high"] - found["low"]) / 2 / reach
    p = 2 * t.sf((found["coefficient"] / error).abs(), freedom)
    per = found["wins"] / found["coefficient"]
    bounds = {f"wins_{end}": found[end] * per for end in ("low", "high")}
    return found.assign(error=error, p=p, **bounds, **_pulled(found["coefficient"], error))


def _pulled(values: pd.Series[float], errors: pd.Series[float]) -> dict[str, pd.Series[float]]:
    """Each coefficient pulled towards those of the other activities."""
    nothing = pd.Series(np.nan, index=values.index)
    known = values.notna() & (errors > 0)
    if known.sum() < FEWEST:
        return {"shrunken": nothing, "shrunken_low": nothing, "shrunken_high": nothing}
    pair = [np.asarray(one[known], np.float64) for one in (values, errors)]
    middle, spread = shrunken(*pair)
    pulled = nothing.copy()
    pulled[known] = middle
    reach = nothing.copy()
    reach[known] = 1.96 * spread
    return {"shrunken": pulled, "shrunken_low": pulled - reach, "shrunken_high": pulled + reach}


def hours_each(diagnosis: Diagnosis) -> pd.DataFrame:
    """How long one activity of each kind takes, and whether it is one at which no customer is.

    Returns
    -------
    pandas.DataFrame
        ``activity``, ``hours`` (mean of those in the window with minutes; null where none has)
        and ``at_desk`` (more than half of them are administration or internal).
    """
    day, category = nw.col("day"), nw.col("category")
    start, end = (one.date() for one in (diagnosis.start, diagnosis.end))
    held = nw.from_native(diagnosis.activities).lazy().filter(nw.col("held"))
    within = held.filter(day >= nw.lit(start), day <= nw.lit(end))
    hours = nw.when(nw.col("minutes") >= 0).then(nw.col("minutes") / 60.0)
    desk = nw.when(category.is_in(["admin", "internal"])).then(1.0).otherwise(0.0)
    kind = _kind(diagnosis)
    found = to_pandas(
        within.group_by(kind).agg(hours.mean().alias("hours"), desk.mean().alias("at_desk"))
    )
    named = found.rename(columns={kind: "activity"}).dropna(subset=["activity"])
    return named.assign(at_desk=named["at_desk"] > _HALF)

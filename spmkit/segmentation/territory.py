"""Territories beside each other: how even they are, how far each is penetrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.engine import as_pandas, collected, lazy_columns
from spmkit.expressions import present
from spmkit.intervals import wilson_interval
from spmkit.segmentation.shrinkage import FEWEST, shrunken
from spmkit.traits import Traits
from spmkit.units import MULTIPLE, PERCENT

Floats: TypeAlias = NDArray[np.float64]

EVEN = {"workload": 1.0, "potential": 1.0, "sales": 1.0}
"""What a territory is weighed by, unless other weights are given: all three alike."""

_READ = ("territory_id", "sales", "potential")
_SMALL = 1e-12


def balance_index(
    frame: Any, weights: Mapping[str, float] = EVEN, *, tolerance: float = 0.15
) -> Annotated[
    pd.DataFrame, MULTIPLE, Traits("territory_lines", "target", columns=("territory_id", *EVEN))
]:
    """Weight of each territory against the mean territory, 1 being an even share.

    A weighted mean of workload, potential and own sales, each divided by its
    mean over the territories. 15 % either side is a convention, no finding:
    what a rep can work through depends on travel and on the accounts. Sales
    follow the rep as well as the territory, so weigh them little where reps
    differ much.

    Parameters
    ----------
    frame
        One row a territory with the columns that are weighed; a row without a ``territory_id`` is
        none.
    weights
        Column to weight.
    tolerance
        How far from 1 is still even.

    Returns
    -------
    pandas.DataFrame
        The territories with ``balance_index``, ``outside`` (whether beyond the tolerance), ``n``
        (territories weighed together) and ``status``: ``ok`` or ``undefined: no value`` (of a
        column that is weighed).

    Raises
    ------
    ValueError
        Where weights are not above zero, the tolerance is not, or a column has no value, is
        negative somewhere or sums to zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"territory_id": ["t1", "t2"], "potential": [100.0, 300.0]})
    >>> balance_index(lines, {"potential": 1})[["balance_index", "outside"]].values.tolist()
    [[0.5, True], [1.5, True]]

    References
    ----------
    Catalogue G8; Cozmix, alignment index; ArcGIS Business Analyst, territory balancing.
    """
    frame = as_pandas(frame)
    _refuse_weights(frame, weights, tolerance)
    found: pd.DataFrame = frame[frame["territory_id"].notna()].reset_index(drop=True)
    values = found[list(weights)].astype("float64")
    known = values.notna().all(axis=1)
    if len(found):
        _refuse_values(values[known], values)
    shares = values / values[known].mean()
    index = (shares * pd.Series(dict(weights))).sum(axis=1, skipna=False) / sum(weights.values())
    index = index.where(known)
    outside = ((index - 1).abs() > tolerance + _SMALL).astype("boolean").where(known)
    return found.assign(
        balance_index=index,
        outside=outside,
        n=int(known.sum()),
        status=np.where(known, "ok", "undefined: no value"),
    )


def territory_balance(
    frame: Any, confidence: float = 0.95
) -> Annotated[
    pd.DataFrame, PERCENT, Traits("balance_index", "lower", columns=("balance_index", "outside"))
]:
    """Share of territories outside the tolerance, and how unequal all are.

    It is as right as the weights and the potential behind the index: territories
    may be even on paper and far apart in what can be sold there. Of few
    territories one moves the share by much, so look at the single ones too.

    Parameters
    ----------
    frame
        What :func:`balance_index` gives.
    confidence
        Of the interval of the share.

    Returns
    -------
    pandas.DataFrame
        One row: ``n`` (territories with an index), ``outside_share`` with ``outside_share_low``
        and ``outside_share_high`` (Wilson), ``variation`` (standard deviation ÷ mean), ``gini``
        (0 is even), and ``status``: ``ok``, ``undefined: no rows``, or ``insufficient n`` (one
        territory is even with itself, so that says nothing).

    Examples
    --------
    >>> lines = pd.DataFrame({"territory_id": ["t1", "t2"], "potential": [100.0, 300.0]})
    >>> found = territory_balance(balance_index(lines, {"potential": 1}))
    >>> found[["outside_share", "variation", "gini"]].round(3).values.tolist()
    [[1.0, 0.707, 0.25]]

    References
    ----------
    Catalogue G8 (share outside, variation, Gini); Cozmix, alignment index.
    """
    frame = as_pandas(frame)
    index = frame["balance_index"].dropna().to_numpy("float64")
    count = len(index)
    outside = int(frame["outside"].fillna(value=False).astype("bool").sum())
    low, high = wilson_interval([outside], [count], confidence)
    status = {0: "undefined: no rows", 1: "insufficient n"}.get(count, "ok")
    row = {
        "n": count,
        "outside_share": outside / count if count > 1 else np.nan,
        "outside_share_low": low[0] if count > 1 else np.nan,
        "outside_share_high": high[0] if count > 1 else np.nan,
        "variation": index.std(ddof=1) / index.mean() if count > 1 else np.nan,
        "gini": _gini(index) if count > 1 else np.nan,
        "status": status,
    }
    return pd.DataFrame([row])


def shrunken_penetration(
    frame: Any, by: str = "territory_id"
) -> Annotated[pd.DataFrame, PERCENT, Traits("accounts_by_value", "neither", columns=_READ)]:
    """Sales as a share of potential by territory, pulled towards the mean by its uncertainty.

    A territory of few accounts, or of one large one, is high or low by chance
    and by the error of its potential; how much so is told by how differently
    the accounts within territories are penetrated. An error that all accounts
    of a territory share is not seen by this. Potential is what could be bought
    in a year, so give the sales of one: ``accounts_by_value(data, "2026")``.

    Parameters
    ----------
    frame
        One row an account with ``sales``, ``potential`` and the column to group by, such as
        :func:`accounts_by_value` gives: a frame of any engine. Accounts without a potential above
        zero or without known sales are left out.
    by
        The column to group by.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``by``, ``n`` (accounts), ``sales``, ``potential``, ``penetration``,
        ``standard_error``, ``shrunken``, ``low`` and ``high`` (95 %), and ``status``: ``ok``;
        ``caution: above potential`` or ``caution: mostly chance`` (more than half of the distance
        to what all have together went in shrinking); ``insufficient n`` (below 4 groups to learn
        from, or none with two accounts). A null group is left out.

    Examples
    --------
    >>> accounts = pd.DataFrame({"territory_id": list("aabbccdd"), "potential": 100.0,
    ...     "sales": [10.0, 30, 20, 40, 50, 10, 95, 25]})
    >>> shrunken_penetration(accounts)[["penetration", "shrunken"]].round(2).values.tolist()
    [[0.2, 0.25], [0.3, 0.32], [0.3, 0.32], [0.6, 0.52]]

    References
    ----------
    Catalogue G7 (shrunk); Efron and Morris 1975, doi 10.1080/01621459.1975.10479864.
    """
    sums = _account_sums(frame, by)
    found = sums[[by, "n", "sales", "potential"]].copy()
    found["penetration"] = sums["sales"] / sums["potential"]
    found["standard_error"] = _ratio_error(sums)
    rated = found["standard_error"].notna()
    middle = np.full(len(found), np.nan)
    spread = middle.copy()
    if rated.sum() >= FEWEST:
        values = [np.asarray(found.loc[rated, c], np.float64) for c in _RATE]
        middle[rated], spread[rated] = shrunken(values[0], values[1])
    found = found.assign(
        shrunken=middle, low=(middle - 1.96 * spread).clip(0), high=middle + 1.96 * spread
    )
    return found.assign(status=_cautions(found))


_RATE = ("penetration", "standard_error")


def _refuse_weights(frame: pd.DataFrame, weights: Mapping[str, float], tolerance: float) -> None:
    missing = [name for name in ["territory_id", *weights] if name not in frame]
    if missing or not weights:
        raise ValueError(f"the frame has no column {', '.join(missing) or 'to weigh'}.")
    if min(weights.values()) <= 0 or tolerance <= 0:
        raise ValueError("weights and tolerance are above zero; leave out what does not count.")


def _refuse_values(known: pd.DataFrame, values: pd.DataFrame) -> None:
    empty = values.columns[values.isna().all()]
    if len(empty):
        raise ValueError(f"{empty[0]!r} has no value: leave it out of the weights.")
    for name in values:
        if (values[name] < 0).any() or known[name].sum() == 0:
            raise ValueError(f"{name!r} is negative or zero throughout: it cannot be shared out.")


def _gini(values: Floats) -> float:
    """Mean absolute difference of two territories over twice the mean."""
    count = len(values)
    ranks = 2 * np.arange(1, count + 1) - count - 1
    return float(ranks @ np.sort(values) / (count * values.sum()))


def _account_sums(frame: Any, by: str) -> pd.DataFrame:
    """Counts, sums and sums of products by group, in one pass of the frame's engine."""
    lazy = lazy_columns(frame, [by, "sales", "potential"])
    sales, potential = nw.col("sales"), nw.col("potential")
    known = lazy.filter(present(nw.col(by), sales, potential), potential > 0)
    known = known.with_columns(sales.cast(nw.Float64), potential.cast(nw.Float64))
    sums: Sequence[Any] = [
        nw.len().cast(nw.Int64).alias("n"),
        sales.sum().alias("sales"),
        potential.sum().alias("potential"),
        (sales * sales).sum().alias("ss"),
        (sales * potential).sum().alias("sp"),
        (potential * potential).sum().alias("pp"),
    ]
    return collected(known.group_by(by).agg(*sums)).sort_values(by, ignore_index=True)


def _ratio_error(sums: pd.DataFrame) -> pd.Series[float]:
    """The standard error of a ratio of sums, an account's own rate varying alike everywhere.

    Each group by itself would call a territory sure in which nobody happened to buy.
    """
    rate = sums["sales"] / sums["potential"]
    squares = (sums["ss"] - 2 * rate * sums["sp"] + rate**2 * sums["pp"]).clip(lower=0)
    freedom = float((sums["pp"] * (sums["n"] - 1) / sums["n"]).sum())
    variance = squares.sum() / freedom if freedom > 0 else np.nan
    return pd.Series(np.sqrt(variance * sums["pp"]) / sums["potential"])


def _cautions(found: pd.DataFrame) -> NDArray[np.str_]:
    whole = found["sales"].sum() / found["potential"].sum() if len(found) else np.nan
    away = (found["penetration"] - whole).abs()
    moved = (found["penetration"] - found["shrunken"]).abs()
    chance = moved > away / 2
    conditions = [found["penetration"] > 1, found["shrunken"].isna(), chance]
    names = ["caution: above potential", "insufficient n", "caution: mostly chance"]
    return np.select(conditions, names, "ok")

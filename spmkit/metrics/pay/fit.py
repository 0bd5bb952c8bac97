"""Whether pay follows performance: leverage, correlation, inversions."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.correlations import Correlation, pearson, spearman
from spmkit.groups import each_group, group_keys
from spmkit.intervals import Floats, refuse_confidence
from spmkit.resampling import FEWEST_CLUSTERS, bootstrap_interval
from spmkit.traits import Traits
from spmkit.units import COUNT, MULTIPLE, NUMBER, Column, Multiple

_FEWEST_FOR_A_TAIL = 10
_AT_ONCE = 512  # reps held against all others
_BOTH = ("pay_index", "attainment")


def pay_leverage(
    lines: pd.DataFrame, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, MULTIPLE, Traits("pay_lines", "target", columns=("pay_index",))]:
    """90th percentile of variable pay over target variable pay: the upside really paid.

    A rule of thumb asks for 2 to 3. Quotas that hardly anyone beats compress it
    whatever the plan promises, so read it beside the 10th percentile (``bottom``).

    Parameters
    ----------
    lines
        Pay lines, with ``rep_id`` and ``pay_index``.
    by
        A column or several to group by.
    confidence
        Of the bounds, reps redrawn.

    Returns
    -------
    pandas.DataFrame
        The group, ``top`` (90th percentile of pay ÷ target, a Multiple), ``bottom`` (10th),
        ``top_to_average`` (÷ the mean instead), ``n``, ``low`` and ``high`` of ``top``,
        ``status`` (``insufficient n`` below 10: the percentile is then the best rep's).

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcdefghijk"),
    ...     "pay_index": [i / 5 for i in range(11)]})
    >>> found = pay_leverage(lines)
    >>> found[["top", "bottom", "top_to_average"]].round(2).values.tolist()
    [[1.8, 0.2, 1.8]]

    References
    ----------
    Catalogue I5; ZS, the great compression; SalesGlobe, upside and downside.
    """
    known = lines.dropna(subset=["pay_index"]).assign(
        pay_index=lambda f: f["pay_index"].astype(float)
    )
    rows = []
    for key, group in each_group(known, by):
        index = group["pay_index"]
        bounds = bootstrap_interval(group, _ninetieth, "rep_id", confidence=confidence).iloc[0]
        rows.append({**key, **_tails(index), "n": len(index)})
        rows[-1] |= {"low": bounds["_ninetieth_low"], "high": bounds["_ninetieth_high"]}
        rows[-1]["status"] = _enough(len(index), _FEWEST_FOR_A_TAIL)
    columns = ["top", "bottom", "top_to_average", "n", "low", "high", "status"]
    return pd.DataFrame(rows, columns=[*group_keys(by), *columns])


def pay_performance(
    lines: pd.DataFrame, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, NUMBER, Traits("pay_lines", "higher", columns=_BOTH)]:
    """Correlation of pay, as a multiple of target, with attainment.

    High by construction where the plan pays by a formula of attainment, so a
    high value proves only that the formula was applied; a low one says that
    components, caps or manual payments outweigh it. Give one period: repeated
    rows of a rep make the bounds too narrow.

    Parameters
    ----------
    lines
        Pay lines, with ``pay_index`` and ``attainment``.
    by
        A column or several to group by.
    confidence
        Of the bounds (Fisher's z).

    Returns
    -------
    pandas.DataFrame
        The group, ``method`` (``spearman``, ``pearson``), ``correlation`` (Number), ``low``,
        ``high``, ``n`` and ``status``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcdef"), "pay_index": [0, 0, 1, 1.4, 2, 3],
    ...     "attainment": [0.3, 0.4, 1.0, 1.2, 1.1, 1.5]})
    >>> pay_performance(lines)[["method", "correlation"]].round(3).values.tolist()
    [['spearman', 0.928], ['pearson', 0.944]]

    References
    ----------
    Catalogue I6; Falcon Incentives, pay versus performance (calls 0.6 fair and 0.8 good).
    """
    refuse_confidence(confidence)
    rows = []
    for key, group in each_group(lines, by):
        pay, reached = (group[name].to_numpy("float64", na_value=np.nan) for name in _BOTH)
        for method in (spearman, pearson):
            found = method(pay, reached, confidence)
            rows.append({**key, "method": method.__name__} | _said(found))
    columns = ["method", "correlation", "low", "high", "n", "status"]
    return pd.DataFrame(rows, columns=[*group_keys(by), *columns])


def pay_inversions(
    lines: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    margin: float = 0.0,
    confidence: float = 0.95,
) -> Annotated[pd.DataFrame, COUNT, Traits("pay_lines", "lower", columns=_BOTH)]:
    """Pairs of reps in which the one who attained more was paid less, as a multiple of target.

    The count grows with the square of the team: compare teams by the ``share`` of
    pairs. Only reps of one period are compared; of one plan only if ``by`` says so
    (``by="role"``): across plans an inversion may be meant.

    Parameters
    ----------
    lines
        Pay lines, with ``period``, ``pay_index`` and ``attainment``.
    by
        A column or several to group by, beside the period.
    margin
        By how much one must have attained more, as a share of quota, to be comparable.
    confidence
        Of the bounds of the share (each rep left out once).

    Returns
    -------
    pandas.DataFrame
        ``period``, the group, ``inversions`` (Count), ``pairs`` (comparable ones), ``share``,
        ``n`` (reps), ``low`` and ``high`` of the share (null with fewer than 8 reps or no
        inversion), ``status``.

    Raises
    ------
    ValueError
        Where the margin is below zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"period": "2026Q3", "rep_id": ["a", "b", "c"],
    ...     "attainment": [0.8, 1.0, 1.2], "pay_index": [0.9, 0.7, 1.3]})
    >>> pay_inversions(lines)[["inversions", "pairs"]].values.tolist()
    [[1, 3]]

    References
    ----------
    Catalogue I7; Falcon Incentives, pay versus performance.
    """
    refuse_confidence(confidence)
    if margin < 0:
        raise ValueError(f"margin is {margin}: write a share of quota from 0 on, such as 0.05.")
    rows = []
    for key, group in each_group(lines.dropna(subset=[*_BOTH]), ["period", *group_keys(by)]):
        pay, reached = (group[name].to_numpy("float64") for name in _BOTH)
        counts = _inverted(pay, reached, margin)
        rows.append({**key, **_share(counts, confidence)})
    columns = ["inversions", "pairs", "share", "n", "low", "high", "status"]
    return pd.DataFrame(rows, columns=["period", *group_keys(by), *columns])


def _inverted(pay: Floats, reached: Floats, margin: float) -> Floats:
    """For each rep the inversions and the comparable pairs that the rep is part of."""
    order = np.argsort(reached, kind="stable")
    reached, pay = np.round(reached[order], 9), np.round(pay[order], 9)
    # Everyone before this place attained less by more than the margin.
    before = np.searchsorted(reached, np.round(reached - margin, 9), side="left")
    counts = np.zeros((2, len(pay)))
    for first in range(0, len(pay), _AT_ONCE):
        block = slice(first, first + _AT_ONCE)
        comparable = np.arange(len(pay)) < before[block, None]
        inverted = comparable & (pay > pay[block, None])
        for row, flags in enumerate((inverted, comparable)):
            counts[row, block] += flags.sum(axis=1)
            counts[row] += flags.sum(axis=0)
    return counts


def _share(counts: Floats, confidence: float) -> dict[str, Any]:
    (inversions, pairs), n = counts.sum(axis=1) / 2, counts.shape[1]
    said = {"inversions": int(inversions), "pairs": int(pairs), "share": np.nan, "n": n}
    if not pairs:
        status = "insufficient n" if n < 2 else "undefined: no comparable pair"
        return said | {"low": np.nan, "high": np.nan, "status": status}
    low, high = _left_out(counts, inversions / pairs, confidence)
    return said | {"share": inversions / pairs, "low": low, "high": high, "status": "ok"}


def _left_out(counts: Floats, share: float, confidence: float) -> tuple[float, float]:
    """Jackknife over reps: pairs share reps, so counting pairs as cases would be far too sure."""
    n = counts.shape[1]
    (inversions, pairs), (own, all_own) = counts.sum(axis=1) / 2, counts
    if n < FEWEST_CLUSTERS or not inversions or (pairs <= all_own).any():
        return np.nan, np.nan
    others = (inversions - own) / (pairs - all_own)
    error = np.sqrt((n - 1) / n * ((others - others.mean()) ** 2).sum())
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return max(0.0, float(share - half)), min(1.0, float(share + half))


def _ninetieth(pay_index: Column) -> Multiple:
    return pay_index.quantile(0.9, interpolation="linear")


def _tails(index: pd.Series[float]) -> dict[str, float]:
    top, bottom, mean = (float(v) for v in (index.quantile(0.9), index.quantile(0.1), index.mean()))
    return {"top": top, "bottom": bottom, "top_to_average": top / mean if mean > 0 else np.nan}


def _enough(n: int, fewest: int) -> str:
    return "undefined: no rows" if not n else "ok" if n >= fewest else "insufficient n"


def _said(found: Correlation) -> dict[str, Any]:
    bounds = {"correlation": found.value, "low": found.low, "high": found.high}
    return {**bounds, "n": found.n, "status": found.status}

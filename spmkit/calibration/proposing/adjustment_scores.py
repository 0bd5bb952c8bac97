"""Whether changing quotas by hand made them better: judged when the sales are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.intervals import Floats, wilson_interval
from spmkit.redraws import redrawn_interval

_COLUMNS = (
    *("of", "error_without", "error_with", "difference", "low", "high", "n", "quotas"),
    *("exception_share", "exception_low", "exception_high", "verdict", "status"),
)
_FEWEST = 8


def score_adjustments(
    trail: pd.DataFrame, actuals: pd.DataFrame, confidence: float = 0.95
) -> pd.DataFrame:
    """Hold quotas with what was decided by hand, and without it, against what was sold.

    The error is the sum of the misses as a share of sales (WAPE). It holds
    level and allocation together: where adjustments only lower quotas, a weak
    market alone makes them look good.

    Parameters
    ----------
    trail
        Rows of :func:`apply_adjustments`, of one or several periods: ``rep_id``, ``period``,
        ``before``, ``after`` and ``what``.
    actuals
        ``rep_id``, ``period`` and ``credited``; null is not known and left out.
    confidence
        Of the bounds, reps redrawn with all their periods.

    Returns
    -------
    pandas.DataFrame
        A row for the ``seats decided`` (accepted or in part), one for ``all seats``: ``of``,
        ``error_without``, ``error_with``, ``difference`` (with less without; below zero is
        better), ``low``, ``high``, ``n`` (reps), ``quotas``, ``exception_share`` (decided of all),
        ``exception_low``, ``exception_high``, ``verdict`` (``pass``: the adjustments helped,
        ``fail``: they harmed, ``cannot tell``) and ``status``.

    Raises
    ------
    DataError
        Where a column is missing, or a rep stands twice in a period.

    Examples
    --------
    >>> trail = pd.DataFrame({"rep_id": list("abcdefgh"), "period": "2026Q4", "before": 100.0,
    ...     "after": 90.0, "what": "decided"})
    >>> actuals = trail[["rep_id", "period"]].assign(credited=[80.0, 85, 90, 95, 70, 88, 92, 89])
    >>> found = score_adjustments(trail, actuals)
    >>> found[["of", "error_without", "error_with", "verdict"]].round(2).values.tolist()
    [['seats decided', 0.16, 0.07, 'pass'], ['all seats', 0.16, 0.07, 'pass']]

    References
    ----------
    Fildes, Goodwin, Lawrence and Nikolopoulos 2009, doi 10.1016/j.ijforecast.2008.11.010
    (judgemental adjustments of forecasts: small ones and upward ones tend to harm).
    """
    known = _known(trail, actuals)
    decided = known["what"] == "decided"
    hits, of = int(decided.sum()), len(known)
    share = {"exception_share": hits / of if of else np.nan}
    low, high = wilson_interval([hits], [of], confidence)
    share |= {"exception_low": float(low[0]), "exception_high": float(high[0])}
    rows = [
        {"of": name, **_scored(lines, confidence), **share}
        for name, lines in (("seats decided", known[decided]), ("all seats", known))
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _known(trail: pd.DataFrame, actuals: pd.DataFrame) -> pd.DataFrame:
    key = ["rep_id", "period"]
    for frame, name, columns in (
        (trail, "the trail", [*key, "before", "after", "what"]),
        (actuals, "actuals", [*key, "credited"]),
    ):
        missing = [column for column in columns if column not in frame]
        if missing:
            raise DataError(f"{name}: there is no column {missing[0]!r}.")
        named = frame.dropna(subset=key)
        twice = named[named.duplicated(key)]
        if len(twice):
            first = twice.iloc[0]
            raise DataError(f"{name}: {first['rep_id']!r} stands twice in {first['period']}.")
    sold = actuals[[*key, "credited"]].dropna()
    return trail.dropna(subset=key).merge(sold, on=key, suffixes=("_of_trail", ""))


def _scored(lines: pd.DataFrame, confidence: float) -> dict[str, Any]:
    misses = {
        f"error_{name}": (lines[column] - lines["credited"]).abs()
        for name, column in (("without", "before"), ("with", "after"))
    }
    sums = lines[["credited"]].assign(**misses).groupby(lines["rep_id"]).sum()
    n = len(sums)
    told = {"n": n, "quotas": len(lines), "low": np.nan, "high": np.nan, "verdict": "cannot tell"}
    sold = float(sums["credited"].sum())
    if not sold > 0:
        return {**told, "status": "undefined: no sales" if len(lines) else "undefined: no rows"}
    without, having = (float(sums[name].sum()) / sold for name in misses)
    told |= {"error_without": without, "error_with": having, "difference": having - without}
    if n < _FEWEST:
        return {**told, "status": "insufficient n"}
    low, high = redrawn_interval(_difference(sums), n, confidence)
    verdict = "pass" if high < 0 else "fail" if low > 0 else "cannot tell"
    return {**told, "low": low, "high": high, "verdict": verdict, "status": "ok"}


def _difference(sums: pd.DataFrame) -> Any:
    worse = (sums["error_with"] - sums["error_without"]).to_numpy("float64")
    sold = sums["credited"].to_numpy("float64")

    def statistic(counts: Floats) -> Floats:
        total = counts @ sold
        return np.asarray(counts @ worse / np.where(total > 0, total, np.nan))

    return statistic

"""Winning and closing by age, with the open opportunities counted as open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.answers import NO_ROWS, OK
from spmkit.engine import lazy_columns
from spmkit.intervals import refuse_confidence
from spmkit.survival import median_duration
from spmkit.survival.competing import incidences
from spmkit.survival.counts import DAYS, ENDING, ROWS, by_group, counted, own_keys
from spmkit.traits import Traits
from spmkit.units import DAYS as DAYS_UNIT
from spmkit.units import PERCENT

NONE_SEEN = "undefined: none seen for so long"
INSUFFICIENT = "insufficient n"
FEWEST = 5
_COLUMNS = ["days", "won_share", "low", "high", "at_risk", "n", "left_out", "status"]


def win_curve(
    lines: Any,
    by: str | Sequence[str] | None = None,
    at: Sequence[float] = (90, 180),
    confidence: float = 0.95,
) -> Annotated[
    pd.DataFrame,
    PERCENT,
    Traits("opportunity_lines", "higher", columns=("lasted_days", "ending", "renewal")),
]:
    """Share of opportunities won within so many days of creation, the open ones counted as open.

    The rate to compare teams and periods by: an open opportunity counts for as
    long as it was seen, so that young cohorts do not look bad, nor those look
    good that never close their losses. What was lost can no longer be won. It
    misleads where winning changes over time, or where those created long ago
    were entered only once they were won. For the whole curve see
    :func:`spmkit.cumulative_incidence`.

    Parameters
    ----------
    lines
        Opportunity lines, or any frame with ``lasted_days``, ``ending`` and ``renewal``; renewals
        are left out.
    by
        A column or several to group by; null is a group of its own.
    at
        The ages in days at which the share is read.
    confidence
        Of the bounds, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``days`` (the age), ``won_share`` with ``low`` and ``high`` (null while
        nothing or everything is won), ``at_risk`` (seen for at least so long), ``n``,
        ``left_out`` (without a date or closed before its creation; one created after as_of was
        set aside when the data were opened) and ``status``: undefined where none was seen for so
        long, ``insufficient n`` below 5.

    Examples
    --------
    >>> lines = pd.DataFrame({"lasted_days": [20, 40, 60, 100, 200], "renewal": False,
    ...     "ending": ["won", "lost", None, "won", None]})
    >>> spm.win_curve(lines)[["days", "won_share", "at_risk", "status"]]
       days  won_share  at_risk status
    0    90        0.2        2     ok
    1   180        0.5        1     ok

    References
    ----------
    Catalogue W5; cumulative incidence of winning with losses as a competing end.
    """
    refuse_confidence(confidence)
    keys = own_keys(by, _COLUMNS)
    needed = list(dict.fromkeys([*keys, "lasted_days", "ending", "renewal"]))
    new = lazy_columns(lines, needed).filter(~nw.col("renewal"))
    counts, groups = counted(new.to_native(), "lasted_days", nw.col("ending"), keys, "ending")
    rows = by_group(counts, groups, keys, lambda part: _read_at(part, at, confidence))
    return rows.astype({"at_risk": "Int64", "n": "Int64", "left_out": "Int64", "status": "str"})


def median_time_to_close(
    lines: Any, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[
    pd.DataFrame,
    DAYS_UNIT,
    Traits("opportunity_lines", "lower", columns=("lasted_days", "closed")),
]:
    """Days after which half of all opportunities have closed, won or not, open ones counted.

    :func:`sales_cycle` looks at the won ones alone and so at the quick ones;
    this one waits for the slow. Quickly lost ones shorten it, and
    renewals are in it: it is the time until an answer, not until a sale.

    Parameters
    ----------
    lines
        Opportunity lines, or any frame with ``lasted_days`` and ``closed``.
    by, confidence
        As for :func:`win_curve`.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.median_duration` gives it; null where fewer than half have closed.

    Examples
    --------
    >>> lines = pd.DataFrame({"lasted_days": [10, 30, 50, 80], "closed": [True, True, True, False]})
    >>> spm.median_time_to_close(lines)["median"].tolist()
    [40.0]

    References
    ----------
    Catalogue W11; Kaplan and Meier's median over all opportunities.
    """
    return median_duration(lines, "lasted_days", "closed", by=by, confidence=confidence)


def _read_at(part: pd.DataFrame, at: Sequence[float], confidence: float) -> pd.DataFrame:
    endings = sorted({"won", *part[ENDING].dropna()})
    curve = incidences(part, endings, confidence)
    seen = part[part[DAYS].notna()]
    n = int(seen[ROWS].sum())
    left_out = int(part[ROWS].sum()) - n
    rows = [_row(curve, seen, day) | {"n": n, "left_out": left_out} for day in at]
    found = pd.DataFrame(rows, columns=_COLUMNS)
    return found.astype({"won_share": "float64", "low": "float64", "high": "float64"})


def _row(curve: pd.DataFrame, seen: pd.DataFrame, day: float) -> dict[str, Any]:
    """The last step of the curve up to a day; before the first step nothing is won."""
    last = curve[curve["days"] <= day].groupby("ending").tail(1).set_index("ending")
    at_risk = int(seen.loc[seen[DAYS] >= day, ROWS].sum())
    names = ["incidence", "low", "high"]
    found = [float(last[name]["won"]) for name in names] if len(last) else [0.0, np.nan, np.nan]
    status = _status(int(seen[ROWS].sum()), at_risk, 1 - last["incidence"].sum())
    if status.startswith("undefined"):
        found = [np.nan] * len(names)
    bounds = dict(zip(["won_share", "low", "high"], found, strict=True))
    return {"days": day, **bounds, "at_risk": at_risk, "status": status}


def _status(n: int, at_risk: int, still_open: float) -> str:
    if n == 0:
        return NO_ROWS
    if at_risk == 0 and still_open > 1e-9:
        return NONE_SEEN
    return INSUFFICIENT if n < FEWEST else OK

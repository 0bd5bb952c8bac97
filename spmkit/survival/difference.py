"""Whether groups differ in how long something lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.answers import OK
from spmkit.survival.counts import DAYS, ENDING, GROUP, ROWS, Floats, counted_by_flag, own_keys

ONE_GROUP = "undefined: fewer than two groups"


def duration_difference(frame: Any, days: str, ended: str, by: str | Sequence[str]) -> pd.DataFrame:
    """Test whether groups differ in how long they last (log-rank).

    It sees curves that lie apart throughout; curves that cross may differ
    without its noticing.

    Parameters
    ----------
    frame, days, ended
        As for :func:`duration_curve`.
    by
        A column or several that make the groups; rows without a group are left out.

    Returns
    -------
    pandas.DataFrame
        One row: ``chi_square``, ``degrees_of_freedom``, ``p_value``, ``n``, ``ended``,
        ``status``.

    Examples
    --------
    >>> cases = pd.DataFrame({"days": [1, 2, 3, 7, 8, 9], "ended": True, "team": list("aaabbb")})
    >>> spm.duration_difference(cases, "days", "ended", by="team").round(3).iloc[0, :3].tolist()
    [5.052, 1.0, 0.025]

    References
    ----------
    Mantel 1966; Peto and Peto 1972, doi 10.2307/2344317.
    """
    keys = own_keys(by, ["n", "ended", "status"])
    counts, groups = counted_by_flag(frame, days, ended, keys)
    known = groups.index[groups[keys].notna().all(axis=1)]
    counts = counts[counts[GROUP].isin(known)]
    return pd.DataFrame([_log_rank(counts)])


def _log_rank(counts: pd.DataFrame) -> dict[str, Any]:
    from scipy.stats import chi2

    used = counts[counts[DAYS].notna()]
    observed, expected, spread = _excess(used)
    there = expected > 0
    freedom = max(int(there.sum()) - 1, 0)
    rest = np.flatnonzero(there)[1:]
    apart = (observed - expected)[rest]
    chi = float(apart @ np.linalg.pinv(spread[np.ix_(rest, rest)]) @ apart) if freedom else np.nan
    return {
        "chi_square": chi,
        "degrees_of_freedom": freedom,
        "p_value": float(chi2.sf(chi, freedom)) if freedom else np.nan,
        "n": int(used[ROWS].sum()),
        "ended": int(observed.sum()),
        "status": OK if freedom else ONE_GROUP,
    }


def _excess(used: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Ends observed and expected in each group, and the covariance of their differences."""
    seen = _by_group_and_day(used, used[ROWS])
    ends = _by_group_and_day(used, used[ROWS].where(used[ENDING] == "ended", 0))
    at_risk = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]
    everyone, ended = at_risk.sum(axis=0), ends.sum(axis=0)
    share = at_risk / everyone
    weight = ended * (everyone - ended) / np.maximum(everyone - 1, 1.0)
    spread = np.diag(share @ weight) - (share * weight) @ share.T
    return ends.sum(axis=1), share @ ended, spread


def _by_group_and_day(used: pd.DataFrame, rows: pd.Series[Any]) -> Floats:
    wide = used.assign(rows=rows).pivot_table(
        index=GROUP, columns=DAYS, values="rows", aggfunc="sum", fill_value=0
    )
    return wide.to_numpy("float64")

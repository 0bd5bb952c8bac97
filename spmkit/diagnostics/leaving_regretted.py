"""How many of those who left by choice had reached more of their quotas than the middle had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.leaving import leaver_lines
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import wilson_interval
from spmkit.measure import measure
from spmkit.metrics.people import regretted_attrition, regretted_lines
from spmkit.review.opening import trend_lines

_PERIODS = 4
_YEAR = pd.DateOffset(months=12)


def regretted_leavers(diagnosis: Diagnosis) -> pd.Series[Any]:
    """Count the leavers of the year by choice who stood at or above the median before it.

    A rep's standing is credit over quota of up to four periods that had ended when the year
    began: what came after, the last weeks before leaving among it, is not read. It carries
    whatever was wrong with the quotas. Half is what chance alone would give.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.Series
        ``rate`` (regretted attrition: of the average headcount), ``left`` (by choice), ``known``
        (of them, those with a standing), ``regretted``, and ``share`` of the known with ``low``
        and ``high`` (Wilson, 95 %; null of none).

    Raises
    ------
    DataError
        Where no rep's hiring is known, or no quota of a period before the year.

    Examples
    --------
    >>> found = regretted_leavers(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> bool(found["regretted"] <= found["known"] <= found["left"])
    True

    References
    ----------
    Catalogue H4.
    """
    lines = regretted_lines(leaver_lines(diagnosis), _standing(diagnosis))
    left = lines["left_voluntarily"].astype("boolean").fillna(value=False)
    known = int((left & lines["performance"].notna()).sum())
    hits = int(lines["regretted"].astype("boolean").fillna(value=False).sum())
    low, high = wilson_interval([hits], [known], 0.95) if known else ([np.nan], [np.nan])
    rate = measure(lines, regretted_attrition)["regretted_attrition"].iloc[0]
    counts = {"rate": rate, "left": int(left.sum()), "known": known, "regretted": hits}
    share = hits / known if known else np.nan
    return pd.Series(counts | {"share": share, "low": float(low[0]), "high": float(high[0])})


def _standing(diagnosis: Diagnosis) -> pd.DataFrame:
    """Credit over quota of each rep in the periods that had ended when the year began."""
    start = diagnosis.end + pd.Timedelta(days=1) - _YEAR
    lines = trend_lines(diagnosis.data, diagnosis.periods)
    lines = lines[lines["quota"].gt(0) & (pd.to_datetime(lines["period_end"]) < start)]
    lines = lines[lines["rep_id"].notna()]
    last = sorted(pd.to_datetime(lines["period_end"]).unique())[-_PERIODS:]
    lines = lines[pd.to_datetime(lines["period_end"]).isin(last)]
    if lines.empty:
        raise DataError(
            "unavailable: no quota of a period before the year, so whom one would have kept is "
            "not told."
        )
    sums = lines.groupby("rep_id")[["credited", "quota"]].sum()
    standing = sums["credited"] / sums["quota"]
    return standing.rename("performance").reset_index().assign(frozen_on=max(last))

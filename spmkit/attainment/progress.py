"""How credit came in over a period, and when quota was reached."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.credits import credit_lines
from spmkit.attainment.lines import quota_lines
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of


def credit_progress(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Credit by rep and day, cumulated within the period.

    Parameters
    ----------
    data
        An open source.
    period
        As in :func:`quota_lines`.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``credited_on``, ``credited`` (of the day), ``cumulative``.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-01", "2026-08-01"],
    ...         "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> credit_progress(data, "2026Q3")["cumulative"].tolist()
    [60.0, 110.0]
    """
    labels = quota_lines(data, period)["period"].unique()
    periods = [data.calendar.period(label) for label in labels]
    lines = nw.from_native(credit_lines(data)).lazy()
    lines = lines.filter((nw.col("credit_type") != "overlay") & ~nw.col("rep_id").is_null())
    lines = lines.with_columns(period_of(nw.col("credited_on"), periods).alias("period"))
    daily = lines.filter(~nw.col("period").is_null()).group_by("rep_id", "period", "credited_on")
    found = to_pandas(daily.agg(nw.col("amount").sum().alias("credited")))
    found["credited_on"] = pd.to_datetime(found["credited_on"])
    found = found.sort_values(["rep_id", "credited_on"]).reset_index(drop=True)
    found["cumulative"] = found.groupby(["rep_id", "period"])["credited"].cumsum()
    return found


def quota_crossings(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """One row a rep and complete period: when the cumulative credit first reached the quota.

    Parameters
    ----------
    data
        An open source.
    period
        As in :func:`quota_lines`.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``, the rep's attributes, ``rep_quota``, ``rep_credited``,
        ``reached_on`` (null: never, so censored at the period's end) and ``reached_share``, the
        share of the period's days that had passed by then. A later reversal does not undo the
        first crossing.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-08-15"], "amount": [60.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "period_start": ["2026-07-01"],
    ...         "period_end": ["2026-09-30"], "quota": [50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quota_crossings(data, "2026Q3")["reached_share"].round(2).tolist()
    [0.5]
    """
    lines = quota_lines(data, period)
    rated = lines.dropna(subset=["rep_quota"])
    progress = credit_progress(data, period)
    merged = progress.merge(rated[["rep_id", "period", "rep_quota"]], on=["rep_id", "period"])
    reached = merged[merged["cumulative"].round(2) >= merged["rep_quota"].round(2)]
    first = reached.groupby(["rep_id", "period"])["credited_on"].min().rename("reached_on")
    crossings = rated.merge(first, on=["rep_id", "period"], how="left")
    days = (crossings["period_end"] - crossings["period_start"]).dt.days + 1
    passed = (crossings["reached_on"] - crossings["period_start"]).dt.days + 1
    crossings["reached_share"] = passed / days
    return crossings.replace({"reached_share": {np.inf: np.nan}})

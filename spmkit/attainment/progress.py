"""How credit came in over a period, and when quota was reached."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.cents import in_cents
from spmkit.attainment.credited import counted_credits, with_components
from spmkit.attainment.lines import asked_periods, quota_lines
from spmkit.attainment.quotas import issued_quotas
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas


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
    found = _daily(data, period).groupby(["rep_id", "period", "credited_on"])["credited"].sum()
    return _cumulated(found.reset_index())


def _daily(data: SalesData, period: str | Sequence[str] | None) -> pd.DataFrame:
    """Credit by rep, component and day; nobody's credits reach no quota."""
    periods = asked_periods(data, period)
    quotas = with_components(issued_quotas(data, periods))
    lines = counted_credits(data, periods, "direct", quotas).filter(~nw.col("rep_id").is_null())
    daily = lines.group_by("rep_id", "period", "component", "credited_on")
    found = to_pandas(daily.agg(nw.col("amount").sum().alias("credited")))
    texts = dict.fromkeys(("rep_id", "period", "component"), "object")
    days = pd.to_datetime(found["credited_on"]).astype("datetime64[s]")
    return found.astype(texts).assign(credited_on=days)


def _cumulated(daily: pd.DataFrame) -> pd.DataFrame:
    ordered = daily.sort_values(["rep_id", "credited_on"]).reset_index(drop=True)
    return ordered.assign(cumulative=ordered.groupby(["rep_id", "period"])["credited"].cumsum())


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
    key = ["rep_id", "period"]
    counted = lines.loc[lines["quota"].notna(), [*key, "component"]].drop_duplicates()
    towards = _daily(data, period).merge(counted, on=[*key, "component"])
    progress = _cumulated(towards.groupby([*key, "credited_on"])["credited"].sum().reset_index())
    merged = progress.merge(rated[[*key, "rep_quota"]], on=key)
    reached = merged[in_cents(merged["cumulative"]) >= in_cents(merged["rep_quota"])]
    first = reached.groupby(key)["credited_on"].min().rename("reached_on").reset_index()
    crossings = rated.merge(first, on=key, how="left")
    days = (crossings["period_end"] - crossings["period_start"]).dt.days + 1
    passed = (crossings["reached_on"] - crossings["period_start"]).dt.days + 1
    return crossings.assign(reached_share=passed / days)

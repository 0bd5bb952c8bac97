"""The frames that the parts of a review show: groups, trend, deals, over-assignment."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import (
    attainment,
    credit_lines,
    gap_to_quota,
    participation_rate,
)
from spmkit.data.quality import to_pandas
from spmkit.measure import measure
from spmkit.redraws import redrawn_ratio
from spmkit.review.opening import Review, trend_lines

_SEASON_DAYS = 20  # the same quarter of another year starts within these


def by_group(review: Review, dimension: str) -> pd.DataFrame:
    """Measure a review's lines by group, now and in the period before, the largest gap first.

    Parameters
    ----------
    review
        An open review.
    dimension
        A column of the lines: region, team, manager, rep.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``quota``, ``credited``, ``gap``, ``now`` with ``low`` and ``high`` (80 %
        bootstrap over the group's reps; null with fewer than eight), ``before``,
        ``now_change``, ``reps`` (rated ones), ``at_quota``, ``share`` of all credit. Without
        quotas the group with most credit comes first.
    """
    key, lines = KEYS.get(dimension, dimension), review.people
    found = measure(lines, (attainment, participation_rate, gap_to_quota), by=key)
    sums = lines.groupby(key, dropna=False)[["quota", "credited"]].sum(min_count=1)
    found = found.merge(sums.reset_index(), on=key)
    found = found.merge(_bands(lines, key), on=key, how="left")
    found["before"] = found[key].map(_earlier(review.before, key))
    reps = found["participation_rate_n"]
    rated = found["quota"] > 0  # no gap is owed to a quota of zero
    found = found.assign(
        group=labelled(found[key], lines, key, dimension),
        at_quota=(found["participation_rate"] * reps).round().astype("Int64"),
        share=_share_of(found["credited"], found["credited"].sum()),
        gap=found["gap_to_quota"].round(2).where(rated),
        now_change=found["attainment"] - found["before"],
    ).rename(columns={"attainment": "now", "participation_rate_n": "reps"})
    order = ["gap", "credited", "group"]
    ordered = found.sort_values(order, ascending=[False, False, True])
    return ordered[[*_GROUP, "before", "now_change"]].reset_index(drop=True)


KEYS = {"rep": "rep_id", "manager": "manager_id"}
"""The column to group by where two people may share a name."""

NOT_GIVEN = "not given"
"""The group of the lines that name none."""


def labelled(keys: pd.Series[Any], lines: pd.DataFrame, key: str, dimension: str) -> pd.Series[Any]:
    """The name of each group; where a name stands twice, with what tells the two apart."""
    names = dict(zip(lines[key], lines[dimension], strict=True))
    named = keys.map(lambda value: names.get(value, value)).astype("object")
    shared = (named.duplicated(keep=False) | named.eq(NOT_GIVEN)) & named.notna()
    told = named.astype("string") + " (" + keys.astype("string") + ")"
    return named.mask(shared, told).fillna(NOT_GIVEN).astype(str)


def _share_of(amount: pd.Series[float], whole: float) -> pd.Series[float]:
    """Shares of a whole; of nothing, or of a loss, there are none."""
    return amount / whole if whole > 0 else amount * float("nan")


_GROUP = ["group", "quota", "credited", "gap", "now", "low", "high", "reps", "at_quota", "share"]


def _bands(lines: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The 80 % interval of each group that has enough reps for one."""
    rated = lines[lines["quota"] > 0]
    if dimension == "rep_id" or rated.empty:
        return pd.DataFrame({dimension: pd.Series(dtype="object"), "low": [], "high": []})
    found = redrawn_ratio(rated, attainment, "rep_id", dimension, confidence=0.8)
    ends = {"attainment_low": "low", "attainment_high": "high"}
    return found.rename(columns=ends)[[dimension, "low", "high"]]


def _earlier(before: pd.DataFrame, dimension: str) -> dict[Any, float]:
    if before.empty:
        return {}
    found = measure(before, attainment, by=dimension)
    return dict(zip(found[dimension], found["attainment"], strict=True))


def trend(review: Review) -> pd.DataFrame:
    """Measure the periods of a review's trend, in order.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``credited``, ``quota``, ``attainment``, ``at_quota`` (a share),
        ``same_season``: whether the period is of the season of the last.
    """
    lines = trend_lines(review.data, review.periods)
    has_quotas = lines["quota"].notna().groupby(lines["period"]).transform("any")
    lines = lines[lines["quota"].notna() | (~has_quotas & lines["rep_id"].notna())]
    found = measure(lines, (attainment, participation_rate), by=["period_start", "period"])
    sums = lines.groupby("period")[["credited", "quota"]].sum(min_count=1).reset_index()
    found = found.merge(sums, on="period").sort_values("period_start")
    starts = pd.to_datetime(found["period_start"])
    apart = (starts - pd.Timestamp(review.periods.now.start)).dt.days.abs() % 365.25
    season = (apart < _SEASON_DAYS) | (apart > 365.25 - _SEASON_DAYS)
    columns = ["period", "credited", "quota", "attainment", "at_quota", "same_season"]
    found = found.assign(at_quota=found["participation_rate"], same_season=season)
    return found[columns].reset_index(drop=True)


def largest_credits(review: Review, most: int = 8) -> pd.DataFrame:
    """List the opportunities of a review's period for which most was credited.

    Parameters
    ----------
    review
        An open review.
    most
        How many to list.

    Returns
    -------
    pandas.DataFrame
        ``label`` (rep and opportunity), ``opportunity_id``, ``rep``, ``amount``, ``share`` of the
        whole.
    """
    names = dict(zip(review.people["rep_id"], review.people["rep"], strict=True))
    found = _credit_by_opportunity(review)
    found = found[found["rep_id"].isin(names) & (found["amount"] > 0)]
    found = found.sort_values(["amount", "opportunity_id"], ascending=[False, True]).head(most)
    rep = found["rep_id"].map(names).astype("object")
    return found.assign(
        rep=rep,
        label=rep + " · " + found["opportunity_id"].astype("object"),
        share=_share_of(found["amount"], review.people["credited"].sum()),
    )[["label", "opportunity_id", "rep", "amount", "share"]].reset_index(drop=True)


def _credit_by_opportunity(review: Review) -> pd.DataFrame:
    start, end = review.periods.now.start, review.periods.now.end
    credited = nw.from_native(credit_lines(review.data)).lazy()
    day = nw.col("credited_on").cast(nw.Date)
    within = credited.filter(
        (day >= nw.lit(start)) & (day <= nw.lit(end)),
        nw.col("credit_type") != "overlay",
        ~nw.col("opportunity_id").is_null(),
    )
    return to_pandas(within.group_by("opportunity_id", "rep_id").agg(nw.col("amount").sum()))

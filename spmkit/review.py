"""The measured frames of a performance review: the whole, the groups, the trend, the deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import (
    attainment,
    attainment_without_largest,
    credit_lines,
    gap_to_quota,
    issued_quotas,
    mean_attainment,
    median_attainment,
    pace,
    participation_rate,
    quota_lines,
    run_rate_projection,
)
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.lines import periods_with_quotas
from spmkit.measure import measure
from spmkit.metrics import average_deal_size, opportunity_lines, sales_cycle, win_rate
from spmkit.periods import Period
from spmkit.resampling import bootstrap_interval

STANDING = (
    attainment,
    participation_rate,
    mean_attainment,
    median_attainment,
    gap_to_quota,
    attainment_without_largest,
    pace,
    run_rate_projection,
)
CONVERSION = (win_rate, average_deal_size, sales_cycle)
_TREND = 8


@dataclass(frozen=True)
class Periods:
    """The period of a review and those that it is held against; none where there is none."""

    now: Period
    complete: bool
    before: Period | None
    year_ago: Period | None
    trend: tuple[str, ...]


def review_periods(data: SalesData, period: str | None = None) -> Periods:
    """Choose the period of a review, the one before it, and up to eight for the trend.

    Parameters
    ----------
    data
        An open source.
    period
        A label; none for the last complete period.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> review_periods(data).now.label
    '2026Q3'
    """
    calendar = data.calendar
    now = calendar.period(period) if period else calendar.last_complete(data.as_of)
    known = [calendar.period(label) for label in periods_with_quotas(data)]
    if now.grain != "quarter":
        return Periods(now, calendar.is_complete(now, data.as_of), None, None, (now.label,))
    earlier = [p for p in known if p.end < now.start]
    year_ago = [p for p in earlier if abs((now.start - p.start).days - 365) <= 20]
    return Periods(
        now,
        calendar.is_complete(now, data.as_of),
        earlier[-1] if earlier else None,
        year_ago[-1] if year_ago else None,
        tuple(p.label for p in [*earlier[1 - _TREND :], now]),
    )


def standing(lines: pd.DataFrame) -> pd.Series[Any]:
    """Measure the whole of some quota lines in one row.

    Parameters
    ----------
    lines
        Quota lines of one period.

    Returns
    -------
    pandas.Series
        The metrics of :data:`STANDING` with their ``_n``, ``_low``, ``_high``; ``credited`` and
        ``quota`` of the lines with a quota; ``at_quota``, the number of reps.
    """
    row = measure(lines, STANDING, confidence=0.95).iloc[0]
    rated = lines[lines["quota"].notna()]
    sums = {"credited": rated["credited"].sum(), "quota": rated["quota"].sum(min_count=1)}
    share, reps = row["participation_rate"], row["participation_rate_n"]
    sums["at_quota"] = 0 if pd.isna(share) else round(share * reps)
    return pd.concat([row, pd.Series(sums)])


def by_group(lines: pd.DataFrame, before: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Measure attainment by group, now and in the period before, the largest gap first.

    Parameters
    ----------
    lines
        Quota lines of the period.
    before
        Quota lines of the period before; without rows nothing is compared.
    dimension
        A column of the lines: region, team, manager, rep.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``quota``, ``credited``, ``gap``, ``now`` with ``low`` and ``high`` (80 %
        bootstrap over the group's reps; null with fewer than three), ``before``,
        ``now_change``, ``reps``, ``at_quota``.
    """
    rated = lines[lines["quota"].notna()]
    if rated.empty:
        return pd.DataFrame(columns=[*_GROUP, "before", "now_change"])
    found = measure(rated, (attainment, participation_rate, gap_to_quota), by=dimension)
    sums = rated.groupby(dimension, dropna=False)[["quota", "credited"]].sum().reset_index()
    found = found.merge(sums, on=dimension).merge(
        _bands(rated, dimension), on=dimension, how="left"
    )
    found["before"] = found[dimension].map(_earlier(before, dimension))
    reps = found["participation_rate_n"]
    found["at_quota"] = (found["participation_rate"] * reps).round().astype("Int64")
    renamed = found.rename(
        columns={
            dimension: "group",
            "attainment": "now",
            "gap_to_quota": "gap",
            "participation_rate_n": "reps",
        }
    )
    renamed["group"] = renamed["group"].fillna("(none)")
    renamed["now_change"] = renamed["now"] - renamed["before"]
    ordered = renamed.sort_values(["gap", "group"], ascending=[False, True])
    return ordered[[*_GROUP, "before", "now_change"]].reset_index(drop=True)


_GROUP = ["group", "quota", "credited", "gap", "now", "low", "high", "reps", "at_quota"]


def _bands(lines: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The 80 % interval of each group of at least three reps."""
    if dimension == "rep":
        return pd.DataFrame({dimension: lines["rep"].unique(), "low": None, "high": None})
    enough = lines.groupby(dimension)["rep_id"].transform("nunique") >= 3
    if not enough.any():
        return pd.DataFrame({dimension: [], "low": [], "high": []})
    found = bootstrap_interval(
        lines[enough], attainment, by=dimension, cluster="rep_id", confidence=0.8
    )
    ends = {"attainment_low": "low", "attainment_high": "high"}
    return found.rename(columns=ends)[[dimension, "low", "high"]]


def _earlier(before: pd.DataFrame, dimension: str) -> dict[Any, float]:
    rated = before[before["quota"].notna()] if len(before) else before
    if rated.empty:
        return {}
    found = measure(rated, attainment, by=dimension)
    return dict(zip(found[dimension], found["attainment"], strict=True))


def trend(data: SalesData, periods: Periods) -> pd.DataFrame:
    """Measure the periods of the trend, in order.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``credited``, ``quota``, ``attainment``, ``at_quota`` (a share),
        ``same_season``: whether the period is of the season of the last.
    """
    lines = quota_lines(data, list(periods.trend))
    rated = lines[lines["quota"].notna()]
    if rated.empty:
        return pd.DataFrame(
            columns=["period", "credited", "quota", "attainment", "at_quota", "same_season"]
        )
    found = measure(rated, (attainment, participation_rate), by=["period_start", "period"])
    sums = rated.groupby("period")[["credited", "quota"]].sum().reset_index()
    found = found.merge(sums, on="period").sort_values("period_start")
    months = pd.to_datetime(found["period_start"])
    apart = (months - pd.Timestamp(periods.now.start)).dt.days.abs() % 365.25
    season = (apart < 20) | (apart > 345)
    return found.assign(at_quota=found["participation_rate"], same_season=season)[
        ["period", "credited", "quota", "attainment", "at_quota", "same_season"]
    ].reset_index(drop=True)


def conversion(data: SalesData, period: Period | None) -> pd.Series[Any]:
    """Measure what closed in a period: win rate, deal size, cycle.

    Returns
    -------
    pandas.Series
        The metrics of :data:`CONVERSION` with their ``_n``, ``_low``, ``_high``; null in all
        without a period.
    """
    label = period.label if period else ""
    frame = nw.from_native(opportunity_lines(data, attributes=()))
    within = frame.filter(nw.col("closed_period") == label)
    return measure(within.to_native(), CONVERSION, confidence=0.95).iloc[0]


def largest_credits(
    data: SalesData, periods: Periods, lines: pd.DataFrame, most: int = 8
) -> pd.DataFrame:
    """List the largest opportunities of a period by what was credited for them.

    Parameters
    ----------
    data
        An open source.
    periods
        The periods of the review.
    lines
        Quota lines of the period, which say who counts and what the whole is.
    most
        How many to list.

    Returns
    -------
    pandas.DataFrame
        ``label`` (opportunity and rep), ``opportunity_id``, ``rep``, ``amount``, ``share`` of the
        whole.
    """
    start, end = periods.now.start, periods.now.end
    credited = nw.from_native(credit_lines(data)).lazy()
    day = nw.col("credited_on").cast(nw.Date)
    within = credited.filter(
        (day >= nw.lit(start)) & (day <= nw.lit(end)),
        nw.col("credit_type") != "overlay",
        ~nw.col("opportunity_id").is_null(),
    )
    grouped = within.group_by("opportunity_id", "rep_id").agg(nw.col("amount").sum())
    found = to_pandas(
        grouped.sort("amount", "opportunity_id", descending=[True, False]).head(most * 4)
    )
    rated = lines[lines["quota"].notna()]
    names = dict(zip(rated["rep_id"], rated["rep"], strict=True))
    found = found[found["rep_id"].isin(names)].head(most)
    found["rep"] = found["rep_id"].map(names)
    found["label"] = found["rep"] + " · " + found["opportunity_id"].astype(str)
    found["share"] = found["amount"] / rated["credited"].sum()
    return found[["label", "opportunity_id", "rep", "amount", "share"]].reset_index(drop=True)


def over_assignment(data: SalesData, period: Period) -> float | None:
    """How far the rep quotas issued, vacant seats included, exceed the company's plan.

    The plan is the company-level quota line of the period; without one the
    answer is None.
    """
    plan = issued_quotas(data, [period], level="company")["issued_quota"].sum(min_count=1)
    issued = issued_quotas(data, [period])["issued_quota"].sum(min_count=1)
    if pd.isna(plan) or pd.isna(issued) or plan <= 0:
        return None
    return float(issued / plan - 1)

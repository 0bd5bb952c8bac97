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
from spmkit.data import DataError, SalesData
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
_SEASON_DAYS = 20  # the same quarter of another year starts within these


@dataclass(frozen=True)
class Periods:
    """The period of a review, the one before it if there is one, and those of its trend."""

    now: Period
    complete: bool
    before: Period | None
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
    complete = calendar.is_complete(now, data.as_of)
    earlier = [p for p in _known_periods(data) if p.end < now.start and p.grain == now.grain]
    shown = [*earlier[1 - _TREND :], now]
    before = earlier[-1] if earlier else None
    return Periods(now, complete, before, tuple(p.label for p in shown))


def _known_periods(data: SalesData) -> list[Period]:
    """The periods that have quotas; without any quotas, those since the first closing."""
    labels = periods_with_quotas(data)
    if labels:
        return [data.calendar.period(label) for label in labels]
    closed = nw.from_native(opportunity_lines(data, attributes=())).lazy()
    first = to_pandas(closed.select(nw.col("closed_on").min())).iloc[0, 0]
    return [] if pd.isna(first) else data.calendar.between(first, data.as_of)


@dataclass(frozen=True)
class Review:
    """What a review is made from: the data, its periods, their quota lines and their sums.

    ``people`` are the lines of reps with a quota, or, where there are no quotas, of every rep
    with a credit; ``earlier`` and the conversion of the period before are None where there is
    none.
    """

    data: SalesData
    periods: Periods
    lines: pd.DataFrame
    before: pd.DataFrame
    now: pd.Series[Any]
    earlier: pd.Series[Any] | None
    conversion: pd.Series[Any]
    conversion_before: pd.Series[Any] | None

    @property
    def people(self) -> pd.DataFrame:
        """The lines that the review's groups are made of."""
        return _people(self.lines)

    @property
    def has_quotas(self) -> bool:
        """Whether any rep has a quota above zero in the period."""
        return bool((self.lines["quota"] > 0).any())


def _people(lines: pd.DataFrame) -> pd.DataFrame:
    with_quota = lines[lines["quota"].notna()]
    if len(with_quota):
        return with_quota
    return lines[lines["rep_id"].notna()]


def open_review(data: SalesData, period: str | None = None) -> Review:
    """Measure what every part of a review starts from.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; empty or none for the last complete period.

    Raises
    ------
    DataError
        Where nothing was credited and no quota was issued in the period.
    """
    periods = review_periods(data, period or None)
    lines = quota_lines(data, periods.now.label)
    if lines.empty:
        raise DataError(
            f"{data.name} has no quotas and no credited sales in {periods.now.label} "
            f"({periods.now.start} to {periods.now.end}): choose another period."
        )
    before = periods.before
    earlier = quota_lines(data, before.label) if before else lines.head(0)
    return Review(
        data,
        periods,
        lines,
        _people(earlier),
        standing(lines),
        standing(earlier) if len(earlier) else None,
        conversion(data, periods.now),
        conversion(data, before) if before else None,
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
    people = _people(lines)
    sums = {"credited": people["credited"].sum(), "quota": people["quota"].sum(min_count=1)}
    share, reps = row["participation_rate"], row["participation_rate_n"]
    sums["at_quota"] = 0 if pd.isna(share) else round(share * reps)
    return pd.concat([row, pd.Series(sums)])


def conversion(data: SalesData, period: Period) -> pd.Series[Any]:
    """Measure what closed in a period: win rate, deal size, cycle.

    Returns
    -------
    pandas.Series
        The metrics of :data:`CONVERSION` with their ``_n``, ``_low``, ``_high``.
    """
    frame = nw.from_native(opportunity_lines(data, attributes=()))
    within = frame.filter(nw.col("closed_period") == period.label)
    return measure(within.to_native(), CONVERSION, confidence=0.95).iloc[0]


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
        ``now_change``, ``reps`` (rated ones), ``at_quota``. Without quotas the credit comes first.
    """
    lines = review.people
    found = measure(lines, (attainment, participation_rate, gap_to_quota), by=dimension)
    sums = lines.groupby(dimension, dropna=False)[["quota", "credited"]].sum(min_count=1)
    found = found.merge(sums.reset_index(), on=dimension)
    found = found.merge(_bands(lines, dimension), on=dimension, how="left")
    found["before"] = found[dimension].map(_earlier(review.before, dimension))
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
    renamed["group"] = renamed["group"].fillna("(none)").astype(str)
    renamed["now_change"] = renamed["now"] - renamed["before"]
    order = ["gap", "credited", "group"]
    ordered = renamed.sort_values(order, ascending=[False, False, True])
    return ordered[[*_GROUP, "before", "now_change"]].reset_index(drop=True)


_GROUP = ["group", "quota", "credited", "gap", "now", "low", "high", "reps", "at_quota"]


def _bands(lines: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The 80 % interval of each group that has enough reps for one."""
    rated = lines[lines["quota"] > 0]
    if dimension == "rep" or rated.empty:
        return pd.DataFrame({dimension: pd.Series(dtype="object"), "low": [], "high": []})
    found = bootstrap_interval(rated, attainment, "rep_id", by=dimension, confidence=0.8)
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
    lines = quota_lines(review.data, list(review.periods.trend))
    lines = _people(lines)
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
        share=found["amount"] / review.people["credited"].sum(),
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

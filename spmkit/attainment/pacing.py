"""How much of a period has passed, by selling days and by how sales usually come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.credits import of_kind
from spmkit.attainment.selling import selling_dates
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

_PAST_PERIODS = 8
_LEAST_PERIODS = 4


def with_shares(
    lines: pd.DataFrame, data: SalesData, periods: Sequence[Period], kind: str
) -> pd.DataFrame:
    """Add selling days elapsed and left, and the shares of the period that they stand for."""
    rows = [_elapsed(period, data, kind) for period in periods]
    return lines.merge(pd.DataFrame(rows), on="period", how="left")


def _elapsed(period: Period, data: SalesData, kind: str) -> dict[str, object]:
    days = _days(data, period)
    done = int((days <= pd.Timestamp(data.as_of)).sum())
    share = done / len(days) if len(days) else 1.0
    expected = share if done in (0, len(days)) else expected_share(data, period, share, kind)
    return {
        "period": period.label,
        "days_elapsed": done,
        "days_left": len(days) - done,
        "elapsed_share": share,
        "expected_share": expected,
    }


def _days(data: SalesData, period: Period) -> pd.DatetimeIndex:
    return selling_dates(period.start, period.end, data.settings.calendar.get("holidays"))


def expected_share(data: SalesData, period: Period, elapsed: float, kind: str = "direct") -> float:
    """The share of a period's credit that has usually come in by now.

    The mean over up to eight complete periods before it, each read at the same
    share of its selling days; with fewer than four in which anything was
    credited, the elapsed share itself.
    """
    past = _before(data, period)
    if len(past) < _LEAST_PERIODS:
        return elapsed
    daily = _daily_credit(data, past[0].start, past[-1].end, kind)
    shares = [_share_by(daily, earlier, _days(data, earlier), elapsed) for earlier in past]
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if len(known) >= _LEAST_PERIODS else elapsed


def _before(data: SalesData, period: Period) -> list[Period]:
    found: list[Period] = []
    while len(found) < _PAST_PERIODS:
        try:
            period = data.calendar.previous(period)
        except ValueError:  # a calendar of the quota lines has a first period
            break
        found.insert(0, period)
    return found


def _daily_credit(data: SalesData, first: date, last: date, kind: str) -> pd.DataFrame:
    day = nw.col("credited_on").cast(nw.Date)
    within = of_kind(data, kind).filter((day >= nw.lit(first)) & (day <= nw.lit(last)))
    daily = to_pandas(within.group_by("credited_on").agg(nw.col("amount").sum()))
    return daily.assign(credited_on=pd.to_datetime(daily["credited_on"]))


def _share_by(
    daily: pd.DataFrame, period: Period, days: pd.DatetimeIndex, elapsed: float
) -> float | None:
    """The share of a past period's credit that had come in at the same share of selling days."""
    day = daily["credited_on"]
    within = (day >= pd.Timestamp(period.start)) & (day <= pd.Timestamp(period.end))
    total = float(daily.loc[within, "amount"].sum())
    if total <= 0 or not len(days):
        return None
    until = days[min(len(days), max(1, round(elapsed * len(days)))) - 1]
    return float(daily.loc[within & (day <= until), "amount"].sum()) / total

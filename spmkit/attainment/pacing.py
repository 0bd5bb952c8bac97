"""How much of a period has passed, by selling days and by how sales usually come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.credits import credit_lines
from spmkit.calendar import selling_days
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

_PAST_PERIODS = 8
_LEAST_PERIODS = 4


def with_shares(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Add selling days elapsed and left, and the shares of the period that they stand for."""
    rows = [_elapsed(period, data) for period in periods]
    return lines.merge(pd.DataFrame(rows), on="period")


def _elapsed(period: Period, data: SalesData) -> dict[str, object]:
    region = data.settings.calendar.get("holidays")
    total = selling_days(period.start, period.end, region)
    done = total
    if data.as_of < period.end:
        done = selling_days(period.start, data.as_of, region) if data.as_of >= period.start else 0
    share = done / total if total else 1.0
    expected = share if done in (0, total) else expected_share(data, period, share)
    return {
        "period": period.label,
        "days_elapsed": done,
        "days_left": total - done,
        "elapsed_share": share,
        "expected_share": expected,
    }


def expected_share(data: SalesData, period: Period, elapsed: float) -> float:
    """The share of a period's credit that has usually come in by now.

    The mean over up to eight complete periods before it, each read at the same
    share of its selling days; with fewer than four, the elapsed share itself.
    """
    past = _before(data, period)
    daily = _daily_credit(data, past[0].start, past[-1].end) if past else pd.Series(dtype="float64")
    shares = [_share_by(daily, earlier, elapsed) for earlier in past]
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


def _daily_credit(data: SalesData, first: date, last: date) -> pd.Series[float]:
    lines = nw.from_native(credit_lines(data)).lazy()
    day = nw.col("credited_on").cast(nw.Date)
    within = lines.filter((day >= nw.lit(first)) & (day <= nw.lit(last)))
    daily = to_pandas(within.group_by("credited_on").agg(nw.col("amount").sum()))
    return daily.set_index(pd.to_datetime(daily["credited_on"]))["amount"].sort_index()


def _share_by(daily: pd.Series[float], period: Period, elapsed: float) -> float | None:
    """The share of a past period's credit that had come in at the same share of selling days."""
    within = daily[str(period.start) : str(period.end)]  # type: ignore[misc]
    total = float(within.sum())
    if total <= 0:
        return None
    days = pd.bdate_range(period.start, period.end)
    day = days[min(len(days) - 1, max(0, round(elapsed * len(days)) - 1))]
    return float(within[:day].sum()) / total  # type: ignore[misc]

"""How the open pipeline moved in the period, what slipped out of it, and what it has to cover."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from spmkit.coverage import coverage_lines, coverage_summary
from spmkit.data import DataError
from spmkit.data.declared import running_period
from spmkit.measure import measure
from spmkit.metrics.pipeline import (
    chance_lines,
    forecast_loss_rate,
    pipeline_changes,
    pipeline_waterfall,
    required_coverage,
    slippage_count_rate,
    slippage_lines,
    weighted_pipeline,
)
from spmkit.periods import Period
from spmkit.review.opening import Review
from spmkit.review.why import led

_DAY = timedelta(days=1)


def pipeline_steps(review: Review) -> pd.DataFrame:
    """The steps from what was open before the period to what was open at its end, or by now.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``value``, ``start``, ``end`` and ``kind``, as of :func:`credit_bridge`, a step a
        kind of change that happened (what was won is a ``gain``, though less is open); ``n``
        opportunities, ``unknown`` of them without an amount.

    Raises
    ------
    DataError
        Where the past of the pipeline is not known.
    """
    first, last = review.periods.now.start - _DAY, _last_day(review)
    found = pipeline_waterfall(pipeline_changes(review.data, first, last))
    whole = found["kind"].isin(["start", "end"])
    between = found[~whole & (found["n"] > 0)]
    labels = [_spoken(first), _spoken(last)]
    steps = led(
        labels,
        [float(value) for value in found.loc[whole, "amount"]],
        dict(zip(between["kind"], between["amount"], strict=True)),
    )
    steps["kind"] = steps["kind"].mask(steps["step"] == "won", "gain")  # less open, and no loss
    counted = pd.concat([found[whole].iloc[:1], between, found[whole].iloc[1:]])
    return steps.assign(n=counted["n"].to_numpy(), unknown=counted["unknown"].to_numpy())


def _last_day(review: Review) -> Any:
    return min(review.periods.now.end, review.data.as_of)


def _spoken(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"


def slippage(review: Review) -> pd.Series[Any]:
    """What became of the opportunities forecast to close in the period.

    Returns
    -------
    pandas.Series
        ``slippage_count_rate`` and ``forecast_loss_rate`` with their ``_n``, ``_low``, ``_high``.

    Raises
    ------
    DataError
        Where the past of the pipeline is not known.
    """
    lines = slippage_lines(review.data, review.periods.now.label)
    row: pd.Series[Any] = measure(
        lines, [slippage_count_rate, forecast_loss_rate], confidence=0.95
    ).iloc[0]
    return row


def coverage_ahead(review: Review) -> pd.Series[Any]:
    """Open pipeline of the running period beside the quota that it has to cover.

    Returns
    -------
    pandas.Series
        ``period`` and its ``end``, ``open_amount`` (expected to close in it), ``remaining_quota``
        (null without quotas) and what :func:`spmkit.coverage_summary` says of the whole; of the
        chances that :func:`spmkit.chance_lines` gives, ``weighted_pipeline`` and
        ``required_coverage`` with their ``_n`` and ``_status`` (null without dates of creation).

    Raises
    ------
    DataError
        Where opportunities have no amounts or dates, or the quotas do not fit the period.
    """
    period = running_period(review.data)
    lines = coverage_lines(review.data, period.label)
    sums = lines[["open_amount", "remaining_quota"]].sum(min_count=1)
    whole: pd.Series[Any] = coverage_summary(lines).iloc[0]
    asked = pd.Series({"period": period.label, "end": period.end})
    told: pd.Series[Any] = pd.concat([asked, sums, whole, _by_chance(review, period)])
    return told


def _by_chance(review: Review, period: Period) -> pd.Series[Any]:
    """What of it would be won by the end; on the last day of a period nothing is left to say."""
    asked = [weighted_pipeline, required_coverage]
    try:
        lines = chance_lines(review.data, period.label)
    except DataError:  # coverage stands without it
        return pd.Series(dict.fromkeys([metric.__name__ for metric in asked], np.nan))
    row: pd.Series[Any] = measure(lines, asked).iloc[0]
    return row

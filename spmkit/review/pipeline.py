"""How the open pipeline moved in the period, and what slipped out of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from spmkit.measure import measure
from spmkit.metrics.pipeline import (
    forecast_loss_rate,
    pipeline_changes,
    pipeline_waterfall,
    slippage_count_rate,
    slippage_lines,
)
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

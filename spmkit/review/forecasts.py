"""How good the forecasts were: of the period, and to which side each manager's reps lean."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.attainment.credits import of_kind
from spmkit.data import DataError
from spmkit.measure import measure
from spmkit.metrics.forecasts import (
    bias_quotients,
    forecast_bias,
    forecast_error,
    forecast_lines,
    forecast_skill,
    forecast_wape,
)
from spmkit.metrics.forecasts.lines import Horizon
from spmkit.review.frames import labelled
from spmkit.review.opening import Review

HORIZON: Horizon = "mid"
"""Half of a period is over: late enough to know something, early enough to act on it."""

_JUDGED = (forecast_error, forecast_wape, forecast_bias, forecast_skill)
_COMMIT = "commit"


def forecast_calls(review: Review) -> pd.DataFrame:
    """Every rep's call on the periods up to that of the review, beside what was credited.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        What :func:`spmkit.forecast_lines` gives at the middle of each period, of one category:
        commit where there is one.

    Raises
    ------
    DataError
        Where there are no forecasts, several categories and none is commit, or the period runs.
    """
    now, data = review.periods.now, review.data
    if not review.periods.complete:
        raise DataError(
            f"{now.label} is running: what its forecast was worth is said once it is complete."
        )
    sold = of_kind(data, "direct").to_native() if "forecasts" in data else None
    lines = forecast_lines(data, horizon=HORIZON, grain=now.grain, actuals=sold)
    known = lines[lines["period_start"] <= pd.Timestamp(now.start)]
    return _of_one_category(known)


def _of_one_category(lines: pd.DataFrame) -> pd.DataFrame:
    named = lines["category"].astype("string").str.strip().str.lower()
    if named.eq(_COMMIT).any():
        return lines[named.eq(_COMMIT).fillna(value=False)]
    if len(named.unique()) > 1:
        found = ", ".join(sorted(map(str, lines["category"].dropna().unique())))
        raise DataError(f"The forecasts have the categories {found}, and none of them is commit.")
    return lines


def forecast_standing(review: Review, calls: pd.DataFrame) -> pd.Series[Any]:
    """Measure the forecast of a review's period.

    Parameters
    ----------
    review
        An open review.
    calls
        What :func:`forecast_calls` gave.

    Returns
    -------
    pandas.Series
        ``forecast_error``, ``forecast_wape``, ``forecast_bias`` and ``forecast_skill`` with their
        ``_n`` and ``_status``; ``forecast`` and ``actual`` of the reps who made a call;
        ``horizon_on``.
    """
    label = review.periods.now.label
    called = calls[(calls["period"] == label) & calls["forecast"].notna()]
    row = measure(called, _JUDGED).iloc[0]
    sums = called[["forecast", "actual"]].sum(min_count=1)
    day = pd.Series({"horizon_on": called["horizon_on"].max()})
    standing: pd.Series[Any] = pd.concat([row, sums, day])
    return standing


def bias_by_manager(calls: pd.DataFrame) -> pd.DataFrame:
    """To which side the forecasts of each manager's reps lean, over all periods that are known.

    Parameters
    ----------
    calls
        What :func:`forecast_calls` gave.

    Returns
    -------
    pandas.DataFrame
        What :func:`spmkit.bias_quotients` gives, with ``group`` for the manager; the highest
        first. Only managers of whom enough is known.
    """
    led = calls[calls["manager_id"].notna()].astype({"manager_id": "object"})
    found = bias_quotients(led, by="manager_id")
    latest = led.sort_values("period_start")  # a manager who changed the name goes by the last
    named = labelled(found["manager_id"], latest, "manager_id", "manager")
    known = found.assign(group=named)[found["bias_quotient"].notna()]
    return known.sort_values(["bias_quotient", "group"], ascending=[False, True], ignore_index=True)

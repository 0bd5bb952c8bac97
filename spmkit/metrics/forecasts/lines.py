"""What each rep forecast of a period at a stated horizon, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.identity import AS_WRITTEN
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.expressions import total
from spmkit.metrics.forecasts.sales import with_sales
from spmkit.periods import Grain, Period, as_date, refuse_other

Horizon: TypeAlias = Literal["first day", "first week", "mid", "last two weeks"] | int
_HORIZONS = ("first day", "first week", "mid", "last two weeks")
_REP = ["rep", "manager_id", "manager", "team", "region", "role", "segment"]
_KEY = ["rep_id", "period", "category"]
_MONEY = ["forecast", "commit", "actual", "naive"]
_DAYS = ["period_start", "period_end", "horizon_on", "called_on"]


def forecast_lines(
    data: SalesData, *, horizon: Horizon = "mid", grain: Grain = "quarter", actuals: Any = None
) -> pd.DataFrame:
    """Each rep's call on each complete period as of one horizon, beside what was sold.

    The call is the last one on or before the day of the horizon; calls get
    better as a period goes on, so numbers of two horizons are never compared.
    A call is counted for whoever made it and set against that rep's own sales:
    leave out the rows of managers who call for their team. Where there are
    several categories every one has its row: measure one of them, or by it.

    Parameters
    ----------
    data
        An open source with ``forecasts``.
    horizon
        The day on which the forecast is read: ``first day`` or ``first week`` (its seventh
        day) of the period, ``mid`` (its middle day), ``last two weeks`` (the day they begin),
        or a number of days before its last day.
    grain
        The kind of period that the calls are about; ``period_start`` must be the first day
        of one.
    actuals
        What was sold, with ``rep_id``, ``credited_on`` and ``amount``, such as
        ``spm.credit_lines(data)``: credited sales, of the owner at closing. None takes the
        amount of the opportunities that were won by their present owner.

    Returns
    -------
    pandas.DataFrame
        One row a rep, period and category in which the rep made any call: ``period``,
        ``period_start``, ``period_end``, ``rep_id``, ``category``, ``horizon_on``,
        ``called_on``, ``forecast`` (null where the first call came after the horizon),
        ``commit`` (the forecast where the category is commit), ``actual`` (0 of who sold
        nothing; null before the source's first sale), ``naive`` (the actual of the same period
        of the year before, else of the last period; null where the rep was not there), and the
        rep's ``rep``, ``manager_id``, ``manager``, ``team``, ``region``, ``role``, ``segment``
        at its end.

    Raises
    ------
    DataError
        Where the source has no forecasts, or a call is about no period of that grain.
    ValueError
        Where the horizon is not one of those above.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-07-11", "amount": 90.0}),
    ...     "forecasts": pd.DataFrame({"as_of": ["2026-07-01", "2026-09-01"], "rep_id": "ada",
    ...         "period_start": "2026-07-01", "amount": [120.0, 100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> forecast_lines(data, horizon="mid")[["period", "forecast", "actual"]].values.tolist()
    [['2026Q3', 120.0, 90.0]]
    """
    calls = completed(required(data, "forecasts"), "forecasts", "category")
    periods = _periods(calls, data, grain)
    lines = _called(calls, data, {p: horizon_day(p, horizon) for p in periods})
    called = lines["category"].astype("string").str.strip().str.lower()
    lines = lines.assign(commit=lines["forecast"].where(called.eq("commit").fillna(value=False)))
    lines = with_sales(lines, data, periods, actuals)
    return _described(lines, data, periods)


def horizon_day(period: Period, horizon: Horizon) -> date:
    """The day of a period on which a forecast is read.

    Raises
    ------
    ValueError
        Where the horizon is not known, or a number below 0.

    Examples
    --------
    >>> quarter = spm.Calendar().period("2026Q3")
    >>> [horizon_day(quarter, at).isoformat() for at in ("mid", "last two weeks", 30)]
    ['2026-08-15', '2026-09-17', '2026-08-31']
    """
    if isinstance(horizon, int):
        if horizon < 0:
            raise ValueError(
                f"horizon is {horizon}: write days before the period's end, such as 30."
            )
        return period.end - timedelta(days=horizon)
    refuse_other("horizon", horizon, _HORIZONS)
    passed = {"first day": 0, "first week": 6, "mid": (period.days - 1) // 2}
    return period.start + timedelta(days=passed.get(horizon, max(period.days - 14, 0)))


def _periods(calls: Any, data: SalesData, grain: Grain) -> list[Period]:
    """The complete periods that the calls are about.

    Raises
    ------
    DataError
        Where a call is about a day on which no period starts.
    """
    starts = to_pandas(calls.select("period_start").unique())["period_start"].dropna()
    days = sorted(day for day in map(as_date, starts) if day <= data.as_of)
    found = [data.calendar.containing(day, grain) for day in days]
    for day, period in zip(days, found, strict=True):
        if period.start != day:
            raise DataError(
                f"forecasts.period_start {day} is the first day of no {grain}: say grain='month' "
                "or 'year' if that is what the calls are about, or correct [calendar]."
            )
    return [period for period in found if data.calendar.is_complete(period, data.as_of)]


def _called(calls: Any, data: SalesData, cuts: dict[Period, date]) -> pd.DataFrame:
    """The last calls on or before the days of the horizon, reduced in the engine."""
    small = pd.DataFrame(
        {
            "period_start": [period.start for period in cuts],
            "period": [period.label for period in cuts],
            "horizon_on": list(cuts.values()),
        }
    ).astype({"period": "str"})
    if not cuts:
        return small.reindex(columns=[*small, *_KEY[::2], "called_on", "forecast"])
    calls = in_one_currency(data, calls, "period_start", ["amount"])
    dates = [nw.col(name).cast(nw.Date) for name in ("period_start", "horizon_on")]
    moved = like(small, calls, data.connection).with_columns(*dates)
    joined = calls.join(moved, on="period_start", how="inner")
    seen = nw.when(nw.col("as_of") <= nw.col("horizon_on")).then(nw.col("as_of"))
    # Reps who are not in reps share one rep_id, and are told apart by what was written.
    own = [*_KEY, *({"rep_id" + AS_WRITTEN} & set(joined.collect_schema().names()))]
    marked = joined.with_columns(seen.alias("_seen"))
    marked = marked.with_columns(nw.col("_seen").max().over(*own).alias("called_on"))
    last = nw.when(nw.col("_seen") == nw.col("called_on")).then(nw.col("amount"))
    grouped = marked.group_by(*_KEY, "period_start", "horizon_on").agg(
        nw.col("called_on").max(), total(last).alias("forecast")
    )
    return to_pandas(grouped)


def _described(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Add the end of the period and who the rep was then, and put the columns in order."""
    ends = {period.label: pd.Timestamp(period.end) for period in periods}
    dated = lines.assign(period_end=lines["period"].map(ends))
    for name in _DAYS:
        dated[name] = pd.to_datetime(dated[name]).astype("datetime64[s]")
    spells = assignment_spells(data)[["rep_id", "starts_on", "ends_on", *_REP]]
    known = dated[["rep_id", "period_end"]].drop_duplicates().merge(spells, on="rep_id")
    inside = known["period_end"].between(known["starts_on"], known["ends_on"])
    named = known[inside].drop(columns=["starts_on", "ends_on"])
    found = dated.merge(named, on=["rep_id", "period_end"], how="left")
    ordered = found.sort_values(["period_start", "rep_id", "category"], ignore_index=True)
    return ordered[["period", *_DAYS[:2], *_KEY[::2], *_DAYS[2:], *_MONEY, *_REP]]

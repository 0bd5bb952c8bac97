"""What each rep forecast of a period at a stated horizon, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.currency import in_one_currency
from spmkit.data.identity import AS_WRITTEN
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.expressions import total
from spmkit.metrics.forecasts.sales import with_sales
from spmkit.periods import Grain, Period, as_date, refuse_other

Horizon: TypeAlias = Literal["first day", "first week", "mid", "last two weeks"] | int
_HORIZONS = ("first day", "first week", "mid", "last two weeks")
_REP = ["rep", "manager_id", "manager", "team", "region", "role", "segment"]
_KEY = ["rep_id", "period_start", "category"]
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
    cuts = {period: horizon_day(period, horizon) for period in periods}
    lines = _ordered(_called(calls, data, cuts), periods)
    called = lines["category"].dropna().unique()
    commits = [name for name in called if name.strip().lower() == "commit"]
    lines = lines.assign(commit=lines["forecast"].where(lines["category"].isin(commits)))
    return _described(with_sales(lines, data, periods, actuals), data, cuts)


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
    """The last calls on or before the days of the horizon, reduced in the engine.

    Nothing is joined to the calls or filtered from them: after either DuckDB hashes every text
    again, which takes as long as all the rest.
    """
    calls = in_one_currency(data, calls, "period_start", ["amount"])
    cut = _cut(nw.col("period_start"), list(cuts.items()))
    seen = nw.when(nw.col("as_of") <= cut).then(nw.col("as_of"))
    # Reps who are not in reps share one rep_id, and are told apart by what was written.
    own = [*_KEY, *({"rep_id" + AS_WRITTEN} & set(calls.collect_schema().names()))]
    marked = calls.with_columns(seen.alias("_seen"))
    marked = marked.with_columns(nw.col("_seen").max().over(*own).alias("called_on"))
    last = nw.when(nw.col("_seen") == nw.col("called_on")).then(nw.col("amount"))
    grouped = marked.group_by(*_KEY).agg(nw.col("called_on").max(), total(last).alias("forecast"))
    return to_pandas(grouped)


def _cut(start: nw.Expr, cuts: Sequence[tuple[Period, date]]) -> nw.Expr:
    """The day of the horizon of the period that starts on a day; halves the periods each step."""
    if len(cuts) < 2:
        return nw.lit(cuts[0][1] if cuts else None, nw.Date)
    middle = len(cuts) // 2
    earlier, later = _cut(start, cuts[:middle]), _cut(start, cuts[middle:])
    return nw.when(start < nw.lit(cuts[middle][0].start)).then(earlier).otherwise(later)


def _ordered(lines: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """Sort those of some periods by period, rep and category; the first two as categories."""
    starts = pd.Index(np.array([period.start for period in periods], "datetime64[s]"))
    days = pd.to_datetime(lines["period_start"]).astype("datetime64[s]")
    number = starts.get_indexer(pd.Index(days))
    labels = pd.Index([period.label for period in periods], dtype="str")
    period = pd.Categorical.from_codes(number, labels, ordered=True)
    named = lines.assign(period=period, rep_id=lines["rep_id"].astype("category"))
    kept: pd.DataFrame = named[number >= 0]
    return kept.sort_values(["period", "rep_id", "category"], ignore_index=True)


def _described(lines: pd.DataFrame, data: SalesData, cuts: dict[Period, date]) -> pd.DataFrame:
    """Add the days of the period and who the rep was at its end; put the columns in order."""
    days = {
        "period_start": [period.start for period in cuts],
        "period_end": [period.end for period in cuts],
        "horizon_on": list(cuts.values()),
    }
    number = lines["period"].cat.codes.to_numpy()
    dated = lines.assign(
        called_on=pd.to_datetime(lines["called_on"]).astype("datetime64[s]"),
        **{name: np.array(known, "datetime64[s]")[number] for name, known in days.items()},
    )
    found = pd.concat([dated, _reps_at_end(dated, data)], axis="columns")
    texts = {name: found[name].cat.categories.dtype for name in ("rep_id", "period")}
    return found[["period", *_DAYS[:2], *_KEY[::2], *_DAYS[2:], *_MONEY, *_REP]].astype(texts)


def _reps_at_end(dated: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    """Each line's rep on the assignment that had begun last by the period's end."""
    reps = dated["rep_id"].cat
    spells = assignment_spells(data).dropna(subset=["starts_on"]).sort_values("starts_on")
    rep = reps.categories.get_indexer(pd.Index(spells["rep_id"])).astype("int64")
    known = spells[_REP].assign(_rep=rep, day=spells["starts_on"])
    asked = pd.DataFrame({"_rep": reps.codes.astype("int64"), "day": dated["period_end"]})
    return pd.merge_asof(asked, known, on="day", by="_rep")[_REP]

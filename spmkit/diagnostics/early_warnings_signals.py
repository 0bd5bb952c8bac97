"""What could have been seen of each rep in the middle of past periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.frames import distinct, like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.expressions import days_between, total
from spmkit.groups import counted_median
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.metrics.people.first_deal import credited_wins
from spmkit.periods import Period
from spmkit.review.opening import trend_lines

MOST_PERIODS = 8
KEY = ["rep_id", "period"]
_OLD = 2.0  # times the usual cycle
_EVER = date(1900, 1, 1)


def past_periods(diagnosis: Diagnosis) -> list[Period]:
    """The complete periods of the trend that have quotas and follow another: up to eight."""
    labels = set(_quotas(diagnosis)["period"])
    known = known_periods(diagnosis)
    return [one for one in known[1:] if one.label in labels][-MOST_PERIODS:]


def middle(period: Period) -> date:
    """The day in the middle of a period."""
    return period.start + timedelta(days=(period.end - period.start).days // 2)


def missed_quotas(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a rep and past period with a quota: ``quota``, ``credited`` and ``missed``.

    Raises
    ------
    DataError
        Where no rep has a quota in a past period.
    """
    found = _quotas(diagnosis)
    kept = found[found["period"].isin([one.label for one in past_periods(diagnosis)])]
    if kept.empty:
        raise DataError("No rep has a quota in a past period: no early warning can be judged.")
    return kept.reset_index(drop=True)


def _quotas(diagnosis: Diagnosis) -> pd.DataFrame:
    name = f"missed quotas up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _quota_rows(diagnosis))
    return found


def _quota_rows(diagnosis: Diagnosis) -> pd.DataFrame:
    known = {one.label for one in known_periods(diagnosis)}
    if not known or "quotas" not in diagnosis.data:
        return pd.DataFrame(columns=[*KEY, "quota", "credited", "missed"])
    lines = trend_lines(diagnosis.data, diagnosis.periods)
    lines = lines[lines["period"].isin(known)]
    own = lines.groupby(KEY)[["quota", "credited"]].sum(min_count=1).reset_index()
    own = own[(own["quota"] > 0) & (own["rep_id"] != "nobody")]
    short = own["credited"].fillna(0.0).round(2) < own["quota"].round(2)
    return own.assign(missed=short).reset_index(drop=True)


def pipeline_at(diagnosis: Diagnosis) -> pd.DataFrame:
    """What was open in the middle of each past period, by the owner of today.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``deals``, ``amount`` and ``old`` (deals open for longer than twice
        the median cycle of what had been won by then; null where nothing had).
    """
    name = f"pipeline in the middle of periods up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _pipeline(diagnosis))
    return found


def _pipeline(diagnosis: Diagnosis) -> pd.DataFrame:
    lines = nw.from_native(bare_opportunities(diagnosis)).lazy()
    narrow = lines.select("rep_id", "amount", "created_on", "closed_on", "open")
    created, closed = (nw.col(name).cast(nw.Date) for name in ("created_on", "closed_on"))
    day = nw.col("day").cast(nw.Date)
    there = narrow.join(_days(diagnosis, lines), how="cross").filter(
        created <= day, nw.col("open") | (closed > day), ~nw.col("rep_id").is_null()
    )
    old = days_between(created, day) > _OLD * nw.col("cycle")
    grouped = there.with_columns(old.alias("_old")).group_by(*KEY)
    found = grouped.agg(
        nw.len().cast(nw.Int64).alias("deals"),
        total(nw.col("amount")).alias("amount"),
        nw.col("_old").cast(nw.Int64).sum().alias("old"),
        nw.col("_old").count().alias("aged"),
    )
    sums = to_pandas(found).astype(dict.fromkeys(KEY, "object"))
    return sums.assign(old=sums["old"].astype("float64").where(sums["aged"] > 0)).drop(
        columns="aged"
    )


def cycles_by_middle(diagnosis: Diagnosis) -> pd.Series[Any]:
    """The median days to a win, of all that was won by the middle of each past period.

    Returns
    -------
    pandas.Series
        By label; null where nothing had been won by then.
    """
    found: pd.Series[Any] = diagnosis.found(_cycles)
    return found


def _cycles(diagnosis: Diagnosis) -> pd.Series[Any]:
    ends = [middle(one) for one in past_periods(diagnosis)]
    lines = nw.from_native(bare_opportunities(diagnosis)).lazy()
    days = nw.col("won_cycle_days")
    starts = [_EVER, *(end + timedelta(1) for end in ends)]
    spans = list(zip(starts, ends, strict=False))
    timed = lines.filter(~days.is_null()).select(days, span=_place(nw.col("closed_on"), spans))
    counted = timed.filter(~nw.col("span").is_null()).group_by("span", "won_cycle_days")
    found = to_pandas(counted.agg(nw.len().cast(nw.Int64).alias("rows")))
    medians = []
    for place in range(len(ends)):
        seen = found[found["span"] <= place]
        known = counted_median(seen["won_cycle_days"], seen["rows"]) if len(seen) else np.nan
        medians.append(known)
    return pd.Series(medians, [one.label for one in past_periods(diagnosis)], dtype="float64")


def bare_opportunities(diagnosis: Diagnosis) -> Any:
    """Every opportunity with its flags, without attributes of reps or accounts."""
    data = diagnosis.data
    return data.fact("bare opportunities", lambda: opportunity_lines(data, attributes=()))


def _days(diagnosis: Diagnosis, frame: Any) -> Any:
    """The middles of the past periods and the cycles by then, in the engine of a frame."""
    cycles = cycles_by_middle(diagnosis)
    rows = [(one.label, middle(one), cycles[one.label]) for one in past_periods(diagnosis)]
    small = pd.DataFrame(rows, columns=["period", "day", "cycle"])
    return like(small, frame, diagnosis.data.connection)


def credited_by_middle(diagnosis: Diagnosis) -> pd.DataFrame:
    """What each rep had been credited with by the middle of each past period.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``so_far``.
    """
    lines = credited_wins(diagnosis.data, diagnosis.credits)
    if "credit_type" in lines.collect_schema().names():
        lines = lines.filter(nw.col("credit_type").fill_null("owner") != "overlay")
    halves = [(one.start, middle(one)) for one in past_periods(diagnosis)]
    dated = lines.select("rep_id", "amount", span=_place(nw.col("credited_on"), halves))
    summed = dated.filter(~nw.col("span").is_null()).group_by("rep_id", "span")
    return _labelled(to_pandas(summed.agg(total(nw.col("amount")).alias("so_far"))), diagnosis)


def _place(day: nw.Expr, spans: Sequence[tuple[date, date]]) -> nw.Expr:
    """The number of the span in which a day lies; null outside of all."""
    cast, found = day.cast(nw.Date), nw.lit(None, nw.Int64)
    for place, (first, last) in enumerate(spans):
        inside = (cast >= nw.lit(first)) & (cast <= nw.lit(last))
        found = nw.when(inside).then(nw.lit(place)).otherwise(found)
    return found


def _labelled(found: pd.DataFrame, diagnosis: Diagnosis) -> pd.DataFrame:
    """The period's label in place of its number."""
    labels = pd.Series([one.label for one in past_periods(diagnosis)], dtype="object")
    period = labels.reindex(found["span"].astype("int64")).to_numpy()
    return found.drop(columns="span").assign(period=period).astype(dict.fromkeys(KEY, "object"))


def activity_change(diagnosis: Diagnosis) -> pd.DataFrame:
    """How the activities held in the first half of a period compare with as many days before.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``change`` (a ratio; null where there were none before).

    Raises
    ------
    DataError
        Where there are no activities.
    """
    now = [(one.start, middle(one)) for one in past_periods(diagnosis)]
    before = [(start - (end - start) - timedelta(1), start - timedelta(1)) for start, end in now]
    if not now:
        return pd.DataFrame(columns=[*KEY, "change"])
    day = nw.col("day").cast(nw.Date)
    lines = nw.from_native(diagnosis.activities).lazy().filter(nw.col("held"))
    # Days are compared before places: of many years few are read.
    lines = lines.filter(day >= nw.lit(before[0][0]), day <= nw.lit(now[-1][1]))
    placed = lines.select("rep_id", now=_place(day, now), before=_place(day, before))
    counted = placed.group_by("rep_id", "now", "before")
    found = to_pandas(counted.agg(nw.len().cast(nw.Int64).alias("rows")))
    sides = {}
    for side in ("now", "before"):
        own = found.dropna(subset=[side, "rep_id"]).rename(columns={side: "span"})
        sides[side] = _labelled(own, diagnosis).groupby(KEY)["rows"].sum()
    wide = pd.DataFrame(sides)
    change = wide["now"].fillna(0.0) / wide["before"].where(wide["before"] > 0)
    return change.rename("change").reset_index()


def pushed_deals(diagnosis: Diagnosis) -> pd.DataFrame:
    """How many of the deals open in the middle of a period had been put off in the half before.

    Of those that :func:`pipeline_at` counts, so that none is put off that is not there.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``pushed``.

    Raises
    ------
    DataError
        Where there is no log of changes.
    """
    log = required(diagnosis.data, "opportunity_history")
    log = completed(log, "opportunity_history", "old_value", "new_value")
    later = log.filter(
        nw.col("field") == "expected_close_on", nw.col("new_value") > nw.col("old_value")
    )
    spans = [
        (one.start - (middle(one) - one.start), middle(one)) for one in past_periods(diagnosis)
    ]
    dated = later.select("opportunity_id", span=_place(nw.col("changed_at"), spans))
    moved = distinct(dated.filter(~nw.col("span").is_null()))
    lines = nw.from_native(bare_opportunities(diagnosis)).lazy()
    deals = lines.select("opportunity_id", "rep_id", "created_on", "closed_on", "open")
    day = nw.lit(None, nw.Date)
    for place, (_, end) in enumerate(spans):
        day = nw.when(nw.col("span") == place).then(nw.lit(end).cast(nw.Date)).otherwise(day)
    joined = moved.join(deals, on="opportunity_id")
    still = joined.filter(
        nw.col("created_on").cast(nw.Date) <= day,
        nw.col("open") | (nw.col("closed_on").cast(nw.Date) > day),
    )
    counted = still.filter(~nw.col("rep_id").is_null()).group_by("rep_id", "span")
    return _labelled(to_pandas(counted.agg(nw.len().cast(nw.Int64).alias("pushed"))), diagnosis)

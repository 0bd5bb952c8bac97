"""What could have been seen of each rep in the middle of past periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment import quota_lines
from spmkit.data import DataError
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.diagnostics.ramping import given_credits
from spmkit.expressions import count, days_between, total
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.metrics.people.first_deal import credited_wins
from spmkit.periods import Period

MOST_PERIODS = 8
KEY = ["rep_id", "period"]
_OLD = 2.0  # times the usual cycle


def past_periods(diagnosis: Diagnosis) -> list[Period]:
    """The last complete periods that have quotas and follow another: up to eight."""
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
    labels = [one.label for one in known_periods(diagnosis)]
    if not labels or "quotas" not in diagnosis.data:
        return pd.DataFrame(columns=[*KEY, "quota", "credited", "missed"])
    lines = quota_lines(diagnosis.data, labels)
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
        the median cycle of all that was won).
    """
    name = f"pipeline in the middle of periods up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _pipeline(diagnosis))
    return found


def _pipeline(diagnosis: Diagnosis) -> pd.DataFrame:
    lines = nw.from_native(_opportunities(diagnosis)).lazy()
    days = _days(diagnosis, lines)
    cycle = diagnosis.data.fact("median cycle", lambda: None)  # found out when the lines were made
    narrow = lines.select("rep_id", "amount", "created_on", "closed_on", "open")
    created, closed = (nw.col(name).cast(nw.Date) for name in ("created_on", "closed_on"))
    day = nw.col("day").cast(nw.Date)
    there = narrow.join(days, how="cross").filter(
        created <= day, nw.col("open") | (closed > day), ~nw.col("rep_id").is_null()
    )
    age = days_between(created, day)
    old = age > _OLD * cycle if cycle else nw.lit(None, nw.Boolean)
    grouped = there.with_columns(old.alias("_old")).group_by(*KEY)
    found = grouped.agg(
        nw.len().cast(nw.Int64).alias("deals"),
        total(nw.col("amount")).alias("amount"),
        count(nw.col("_old")).alias("old"),
    )
    return to_pandas(found).astype(dict.fromkeys(KEY, "object"))


def _opportunities(diagnosis: Diagnosis) -> Any:
    data = diagnosis.data
    return data.fact("bare opportunities", lambda: opportunity_lines(data, attributes=()))


def _days(diagnosis: Diagnosis, frame: Any) -> Any:
    """The middles of the past periods, in the engine of a frame."""
    rows = [(one.label, middle(one)) for one in past_periods(diagnosis)]
    small = pd.DataFrame(rows, columns=["period", "day"])
    return like(small, frame, diagnosis.data.connection)


def credited_by_middle(diagnosis: Diagnosis) -> pd.DataFrame:
    """What each rep had been credited with by the middle of each past period.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``so_far``.
    """
    lines = credited_wins(diagnosis.data, given_credits(diagnosis))
    if "credit_type" in lines.collect_schema().names():
        lines = lines.filter(nw.col("credit_type").fill_null("owner") != "overlay")
    halves = [(one.label, one.start, middle(one)) for one in past_periods(diagnosis)]
    dated = lines.select("rep_id", "amount", _half(nw.col("credited_on"), halves).alias("period"))
    summed = dated.filter(~nw.col("period").is_null()).group_by(*KEY)
    found = to_pandas(summed.agg(total(nw.col("amount")).alias("so_far")))
    return found.astype(dict.fromkeys(KEY, "object"))


def _half(day: nw.Expr, spans: Sequence[tuple[str, date, date]]) -> nw.Expr:
    """The label of the span in which a day lies; null outside of all."""
    cast, found = day.cast(nw.Date), nw.lit(None, nw.String)
    for label, first, last in spans:
        inside = (cast >= nw.lit(first)) & (cast <= nw.lit(last))
        found = nw.when(inside).then(nw.lit(label)).otherwise(found)
    return found


def activity_change(diagnosis: Diagnosis) -> pd.DataFrame:
    """How the activities of the first half of a period compare with the half before it.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``change`` (a ratio; null where there were none before).

    Raises
    ------
    DataError
        Where there are no activities.
    """
    lines = nw.from_native(diagnosis.activities).lazy()
    spans = []
    for one in past_periods(diagnosis):
        length = middle(one) - one.start
        spans.append((f"{one.label} now", one.start, middle(one)))
        spans.append(
            (f"{one.label} before", one.start - length - timedelta(1), one.start - timedelta(1))
        )
    if spans:  # days are compared before labels: of many years few are read
        day, first = nw.col("day").cast(nw.Date), min(start for _, start, _ in spans)
        lines = lines.filter(day >= nw.lit(first), day <= nw.lit(spans[-2][2]))
    dated = lines.select("rep_id", _half(nw.col("day"), spans).alias("half"))
    counted = dated.filter(~nw.col("half").is_null()).group_by("rep_id", "half")
    found = to_pandas(counted.agg(nw.len().cast(nw.Int64).alias("rows")))
    parts = found["half"].str.rsplit(" ", n=1, expand=True)
    found = found.assign(period=parts[0], side=parts[1]).astype(dict.fromkeys(KEY, "object"))
    wide = found.pivot_table("rows", KEY, "side", "sum").reindex(columns=["now", "before"])
    change = wide["now"].fillna(0.0) / wide["before"].where(wide["before"] > 0)
    return change.rename("change").reset_index()


def pushed_deals(diagnosis: Diagnosis) -> pd.DataFrame:
    """How many of the deals open in the middle of a period had been put off in the half before.

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
        (one.label, one.start - (middle(one) - one.start), middle(one))
        for one in past_periods(diagnosis)
    ]
    dated = later.select("opportunity_id", _half(nw.col("changed_at"), spans).alias("period"))
    moved = dated.filter(~nw.col("period").is_null()).unique()
    lines = nw.from_native(_opportunities(diagnosis)).lazy()
    ends = {one.label: middle(one) for one in past_periods(diagnosis)}
    joined = moved.join(
        lines.select("opportunity_id", "rep_id", "closed_on", "open"), on="opportunity_id"
    )
    day = nw.lit(None, nw.Date)
    for label, end in ends.items():
        day = nw.when(nw.col("period") == label).then(nw.lit(end).cast(nw.Date)).otherwise(day)
    still = joined.filter(nw.col("open") | (nw.col("closed_on").cast(nw.Date) > day))
    counted = still.group_by(*KEY).agg(nw.len().cast(nw.Int64).alias("pushed"))
    return to_pandas(counted).astype(dict.fromkeys(KEY, "object"))


def value_win_rates(diagnosis: Diagnosis) -> pd.Series[Any]:
    """What share of decided value was won in the four periods before each past one.

    Returns
    -------
    pandas.Series
        By label; null where nothing was decided before.
    """
    known = [one.label for one in known_periods(diagnosis)]
    lines = nw.from_native(_opportunities(diagnosis)).lazy()
    closed = lines.filter(nw.col("closed_period").is_in(known), ~nw.col("amount").is_null())
    sums = to_pandas(
        closed.group_by("closed_period").agg(
            nw.col("amount").sum().alias("all"),
            nw.when(nw.col("won")).then(nw.col("amount")).sum().alias("won"),
        )
    ).set_index("closed_period")
    ordered = sums.astype("float64").reindex(known).fillna(0.0)
    before = ordered.rolling(4, min_periods=1).sum().shift(1)
    return (before["won"] / before["all"].where(before["all"] > 0)).replace(0.0, np.nan)

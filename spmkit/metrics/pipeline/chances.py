"""How likely each open opportunity is to be won by a period's end, given how old it is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.declared import running_period
from spmkit.data.frames import like
from spmkit.data.schema import CLOSED_OUTCOMES
from spmkit.data.tables import Lazy, completed, required
from spmkit.expressions import days_between, present, total
from spmkit.metrics.pipeline.snapshots import expected_within, pipeline_snapshot
from spmkit.periods import as_date
from spmkit.survival.competing import incidences
from spmkit.survival.counts import DAYS, ENDING, GROUP, Floats, counted
from spmkit.traits import Traits
from spmkit.units import Column, Multiple, Ratio

_SOURCE = "win curve"
_NOBODY = 1e-9  # of a share that is still open: less is what sums of floats leave
_LEVEL = 0.95  # of bounds that are not read here
_REQUIRED = Traits("chance_lines", "lower", "leading")


def chance_lines(data: SalesData, period: str | None = None, *, as_of: date | None = None) -> Any:
    """The open pipeline expected to close in a period, with the chance to be won by its end.

    The chance is that of opportunities that were still open at the same age: the share of
    them that was won within as many days as are left, by what was known on the day. Renewals
    have a curve of their own. It reads neither stage nor expected date: since those
    that are expected soon close sooner than others of their age, it promises rather too little
    (of the sample's last nine quarters, between 83 and 96 % of what was won).

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q4"``, of a period that has not ended on the day; none means the
        one that is running then.
    as_of
        The day, as for :func:`pipeline_snapshot`.

    Returns
    -------
    frame
        The columns of :func:`pipeline_snapshot` with ``age_days``, ``probability`` (null without
        a date of creation, and where none was ever open for so long) and
        ``probability_source`` (``win curve``). Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where the period has ended, opportunities have no dates or amounts, or how they stood on
        the day is not known.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": list("abcd"), "rep_id": "ada",
    ...         "outcome": ["won", "won", "lost", "open"], "amount": 90.0,
    ...         "created_on": ["2026-01-01", "2026-01-01", "2026-01-01", "2026-09-02"],
    ...         "closed_on": ["2026-01-11", "2026-03-02", "2026-03-02", None],
    ...         "expected_close_on": [None, None, None, "2026-12-01"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> chance_lines(data, "2026Q4").df()[["age_days", "probability"]].values.tolist()
    [[30.0, 0.5]]

    References
    ----------
    Catalogue W5 (the win curve) and W12 (what coverage has to be).
    """
    day = as_date(as_of or data.as_of)
    asked = data.calendar.period(period) if period else running_period(data, day)
    if asked.end <= day:
        raise DataError(
            f"{asked.label} ended on {asked.end}, and the day asked for is {day}: nothing can be "
            "won in it any more. Ask for a period that is running or to come."
        )
    required(data, "opportunities", "amount", "created_on", "expected_close_on")
    chances = _chances(_counts(data, day), (asked.end - day).days)
    within = expected_within(pipeline_snapshot(data, day), asked.start, asked.end)
    snapshot = completed(within, "opportunities", "type")
    age = days_between(nw.col("created_on"), nw.lit(day).cast(nw.Date)).cast(nw.Float64)
    aged = snapshot.with_columns(age.alias("age_days"), _renewal().alias("_renewal"))
    source = nw.lit(_SOURCE).alias("probability_source")
    if chances.empty:  # Spark makes no table of no rows
        unknown = nw.lit(None, nw.Float64).alias("probability")
        return aged.with_columns(unknown, source).drop("_renewal").to_native()
    known = like(chances, aged, data.connection)
    joined = aged.join(known, on=["_renewal", "age_days"], how="left")
    return joined.with_columns(source).drop("_renewal").to_native()


def required_coverage(amount: Column, probability: Column) -> Annotated[Multiple, _REQUIRED]:
    """How often the open pipeline has to hold what is to be won of it by the period's end.

    What stands in place of "three times the quota": at the chances of
    :func:`chance_lines`. What is still to be created and won within the period comes on
    top, so that less may do; early in a long period much less.

    Parameters
    ----------
    amount
        Amount of an open opportunity.
    probability
        The chance that it is won in time, from 0 to 1.

    Returns
    -------
    Multiple
        Over the rows in which both are known; null where nothing of it can be won.

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [100.0, 60.0, 10.0], "probability": [0.5, 0.25, None]})
    >>> spm.measure(lines, spm.required_coverage)["required_coverage"].round(2).tolist()
    [2.46]

    References
    ----------
    Catalogue W12 (one over W5 in place of a fixed rule); guides to pipeline metrics.
    """
    known = nw.when(present(probability)).then(amount)
    return Ratio(total(known), total(amount * probability))


def _renewal() -> nw.Expr:
    return nw.col("type").fill_null("new") == "renewal"


def _counts(data: SalesData, day: date) -> pd.DataFrame:
    """How many were open for how long by a day, and how they ended; renewals apart."""
    frame: Lazy = completed(required(data, "opportunities"), "opportunities", "type", "closed_on")
    until = nw.lit(day).cast(nw.Date)
    over = nw.col("outcome").is_in(CLOSED_OUTCOMES) & (nw.col("closed_on").cast(nw.Date) <= until)
    over = over.fill_null(value=False)
    last = nw.when(over).then(nw.col("closed_on").cast(nw.Date)).otherwise(until)
    seen = frame.filter(nw.col("outcome") != "void").with_columns(
        days_between(nw.col("created_on"), last).alias("_days"),
        nw.when(over).then(nw.col("outcome")).alias("_ending"),
        _renewal().alias("_renewal"),
    )
    ending = nw.col("_ending")
    counts, groups = counted(seen.to_native(), "_days", ending, ["_renewal"], "_ending")
    return counts.join(groups, on=GROUP)


def _chances(counts: pd.DataFrame, left: int) -> pd.DataFrame:
    """The share won within the days left, of those still open at each age that was seen."""
    dated = counts[counts[DAYS].notna()]
    kinds = [_of_kind(part, left) for _, part in dated.groupby("_renewal")]
    columns = ["_renewal", "age_days", "probability"]
    return pd.concat(kinds, ignore_index=True) if kinds else pd.DataFrame(columns=columns)


def _of_kind(part: pd.DataFrame, left: int) -> pd.DataFrame:
    endings = sorted({"won", *part[ENDING].dropna()})
    curve = incidences(part, endings, _LEVEL).pivot_table(
        index="days", columns="ending", values="incidence"
    )
    days, won = curve.index.to_numpy("float64"), curve["won"].to_numpy("float64")
    ages = np.arange(part[DAYS].max() + 1)
    still = 1 - _at(ages, days, curve.sum(axis=1).to_numpy("float64"))
    gained = _at(ages + left, days, won) - _at(ages, days, won)
    chance = np.divide(gained, still, out=np.full(len(ages), np.nan), where=still > _NOBODY)
    kind = bool(part["_renewal"].iloc[0])
    return pd.DataFrame({"_renewal": kind, "age_days": ages, "probability": chance})


def _at(ages: Floats, days: Floats, steps: Floats) -> Floats:
    """The value of a curve at some ages: that of its last step, nothing before the first."""
    found: Floats = np.r_[0.0, steps][np.searchsorted(days, ages, side="right")]
    return found

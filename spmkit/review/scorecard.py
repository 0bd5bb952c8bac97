"""Every rep by the same few metrics, each pulled towards its peers as far as it is noise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment import attainment
from spmkit.coverage import coverage_lines
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.declared import running_period
from spmkit.data.quality import to_pandas
from spmkit.measure import measure
from spmkit.metrics.activities import (
    deal_touches,
    meetings_per_rep_week,
    untouched_open_share,
)
from spmkit.metrics.opportunities import win_rate
from spmkit.metrics.productivity import productivity_lines
from spmkit.review.closings import closed_in
from spmkit.review.opening import Review
from spmkit.review.peers import peers_of
from spmkit.segmentation.shrinkage import FEWEST, shrunken
from spmkit.units import MONEY, MULTIPLE, NUMBER, PERCENT, Unit

_COLUMNS = ["rep_id", "metric", "value", "n", "error"]
_SURE = 1.6449  # standard deviations to each side of 90 %
_YEAR = 4  # quarters: of one alone a rep has too few closings for a rate


@dataclass(frozen=True)
class Score:
    """A metric of the scorecard: how it is called, its unit, and from which n it tells of a rep."""

    label: str
    unit: Unit
    better: str
    kind: str
    fewest: int
    found: Callable[[Review], pd.DataFrame]


def scorecard(review: Review) -> tuple[pd.DataFrame, list[str]]:
    """Measure every rep of a review by the metrics of :data:`SCORES`.

    Parameters
    ----------
    review
        An open review of the whole company: who is a peer is not known from a part of it.

    Returns
    -------
    scores
        One row a rep and metric: ``rep_id``, ``rep``, ``group`` (role and segment: who is a peer),
        ``metric``, ``value``, ``n``, ``shown`` (pulled towards the reps of the group by its share
        of noise; the value itself where it has no error), ``spread`` (the standard deviation that
        stays; null where there is no error) and ``enough``: whether n is large enough to tell.
    missing
        Why a metric is not there, a sentence each.
    """
    parts, missing = [], []
    for name, score in SCORES.items():
        try:
            parts.append(score.found(review).assign(metric=name)[_COLUMNS])
        except DataError as error:
            missing.append(f"{score.label}: {error}")
    found = pd.concat(parts, ignore_index=True).dropna(subset=["rep_id"])
    people = _people(review)
    known = found.merge(people, on="rep_id")
    fewest = known["metric"].map({name: score.fewest for name, score in SCORES.items()})
    known["enough"] = known["value"].notna() & (known["n"] >= fewest)
    groups = known.groupby(["group", "metric"], dropna=False, sort=False)
    pulled = [_pulled(group) for _, group in groups]
    return pd.concat(pulled or [known.assign(shown=[], spread=[])]).sort_index(), missing


def judged(scores: pd.DataFrame, own: Collection[str]) -> pd.DataFrame:
    """Some people's scores with a ``mark``: ▲ or ▼ where they lie off the peers' median for sure.

    The median is that of their group without them; ``▲`` is above it, better or not.
    """
    mine = scores[scores["rep_id"].isin(list(own))]
    medians = peers_of(scores, own)[["group", "metric", "median", "peers"]]
    known = mine.merge(medians, on=["group", "metric"], how="left")
    away = (known["shown"] - known["median"]) / known["spread"].where(known["spread"] > 0)
    sure = known["enough"] & (away.abs() > _SURE)
    mark = np.where(sure, np.where(away > 0, "▲", "▼"), "")
    return known.assign(mark=mark)


def _people(review: Review) -> pd.DataFrame:
    """Everybody with a quota or credit in the period, with role and segment at its end."""
    there = review.lines["rep_id"].dropna().unique()
    spells = assignment_spells(review.data)
    end = pd.Timestamp(review.periods.now.end)
    last = spells[spells["starts_on"] <= end].drop_duplicates("rep_id", keep="last")
    named: pd.DataFrame = last.loc[last["rep_id"].isin(there), ["rep_id", "rep"]]
    known = last[["role", "segment"]].astype("object").fillna("")
    group = (known["role"] + " · " + known["segment"]).str.strip(" ·")
    return named.assign(group=group.where(group != "", "all reps"))


def _pulled(group: pd.DataFrame) -> pd.DataFrame:
    """Pull what has an error towards the reps of one group; too few stay as they are."""
    usable = group["value"].notna() & (group["error"] > 0)
    shown, spread = group["value"].astype("float64"), group["error"].astype("float64")
    if usable.sum() >= FEWEST:
        values, errors = (group.loc[usable, name].to_numpy("float64") for name in _COLUMNS[2::2])
        middle, rest = shrunken(values, errors)
        shown.loc[usable], spread.loc[usable] = middle, rest
    return group.drop(columns="error").assign(shown=shown, spread=spread.where(usable))


def _coverage(review: Review) -> pd.DataFrame:
    period = running_period(review.data).label
    lines = coverage_lines(review.data, period)
    left = lines["remaining_quota"].where(lines["remaining_quota"] > 0)
    value = lines["open_amount"] / left
    if value.isna().all():
        raise DataError(f"no quota of {period} is known, or nothing of one is left.")
    return lines.assign(value=value, n=1, error=np.nan)


def refuse_individual_activity(data: SalesData) -> None:
    """Refuse what single people do with their time, where the source bars it.

    Raises
    ------
    DataError
        Where ``individual_activity`` is false.
    """
    if not data.settings.individual_activity:
        raise DataError("not shown of single people (individual_activity = false).")


def _meetings(review: Review) -> pd.DataFrame:
    refuse_individual_activity(review.data)
    lines = productivity_lines(review.data, review.periods.now.label)
    if lines["meetings"].isna().all():
        raise DataError("no activities were given that say which were meetings with a customer.")
    found = measure(lines, meetings_per_rep_week, by="rep_id")
    held = lines.groupby("rep_id")["meetings"].sum()
    meetings = found["rep_id"].map(held).astype("float64")
    value = found["meetings_per_rep_week"].astype("float64")
    # The number of meetings is a count: its error is its root.
    return found.assign(
        value=value, n=meetings, error=value / np.sqrt(meetings.where(meetings > 0))
    )


def _untouched(review: Review) -> pd.DataFrame:
    """Of today's open ones: what was open at the end of a period that is over is not asked."""
    refuse_individual_activity(review.data)
    found = measure(deal_touches(review.data, attributes=()), untouched_open_share, by="rep_id")
    return _rated(found, "untouched_open_share")


def _wins(review: Review) -> pd.DataFrame:
    return _rated(measure(_closed(review), win_rate, by="rep_id"), "win_rate")


def _rated(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """A share with its binomial error, taken at the rate of all so that 0 of 3 is not certain."""
    value, n = found[name].astype("float64"), found[f"{name}_n"].astype("float64")
    whole = float((value * n).sum() / n.sum()) if n.sum() else np.nan
    return found.assign(value=value, n=n, error=np.sqrt(whole * (1 - whole) / n.where(n > 0)))


def _sizes(review: Review) -> pd.DataFrame:
    won = nw.from_native(_closed(review)).lazy().filter(nw.col("won"))
    amount = nw.col("won_amount")
    found = to_pandas(
        won.group_by("rep_id").agg(
            amount.mean().alias("value"), amount.count().alias("n"), amount.std().alias("_apart")
        )
    )
    apart = found["_apart"].astype("float64")
    return found.assign(error=apart / np.sqrt(found["n"].where(found["n"] > 1)))


def _attainment(review: Review) -> pd.DataFrame:
    lines = review.lines[review.lines["quota"] > 0]
    if lines.empty:
        raise DataError(f"no quotas of {review.periods.now.label} were given.")
    found = measure(lines, attainment, by="rep_id")
    return found.assign(value=found["attainment"], n=1, error=np.nan)


def _closed(review: Review) -> Any:
    """What closed in the period and the three before it."""
    calendar, period = review.data.calendar, review.periods.now
    periods = [period]
    while len(periods) < _YEAR:
        try:
            period = calendar.previous(period)
        except ValueError:  # a calendar of the quota lines has a first period
            break
        periods.append(period)
    return closed_in(review.data, periods).to_native()


SCORES: Mapping[str, Score] = {
    "coverage": Score("Coverage", MULTIPLE, "higher", "leading", 1, _coverage),
    "meetings": Score("Meetings a week", NUMBER, "higher", "leading", 10, _meetings),
    "untouched": Score("Open and untouched", PERCENT, "lower", "leading", 10, _untouched),
    "win_rate": Score("Win rate, 4 quarters", PERCENT, "higher", "lagging", 20, _wins),
    "deal_size": Score("Deal won, 4 quarters", MONEY, "higher", "lagging", 10, _sizes),
    "attainment": Score("Attainment", PERCENT, "higher", "lagging", 1, _attainment),
}
"""The metrics of a scorecard, leading ones first."""

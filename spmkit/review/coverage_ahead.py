"""What the open pipeline has to cover in the running period, and how much of it may be won."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.coverage import coverage_lines, coverage_summary
from spmkit.data import DataError
from spmkit.data.declared import running_period
from spmkit.expressions import count, present
from spmkit.measure import measure
from spmkit.metrics.pipeline import chance_lines, required_coverage, weighted_pipeline
from spmkit.review.opening import Review
from spmkit.units import Column, Count

_BY_CHANCE = (weighted_pipeline, required_coverage)


def coverage_ahead(review: Review, reps: Collection[str] | None = None) -> pd.Series[Any]:
    """Open pipeline of the running period beside the quota that it has to cover.

    Parameters
    ----------
    review
        An open review.
    reps
        Whose pipeline and quotas count, by ``rep_id``; none: everybody's.

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
        Where opportunities have no amounts or dates, the quotas do not fit the period, or none
        is running.
    """
    period = running_period(review.data)
    lines = _lines(review, reps)
    sums = lines[["open_amount", "remaining_quota"]].sum(min_count=1)
    whole: pd.Series[Any] = coverage_summary(lines).iloc[0]
    asked = pd.Series({"period": period.label, "end": period.end})
    told: pd.Series[Any] = pd.concat([asked, sums, whole, _by_chance(review, reps).iloc[0]])
    return told


def coverage_by_rep(review: Review, reps: Collection[str]) -> pd.DataFrame:
    """The open pipeline of each of some reps, and what may be won of it in time.

    Parameters
    ----------
    review
        An open review.
    reps
        Whose, by ``rep_id``.

    Returns
    -------
    pandas.DataFrame
        Of the running period, the largest first: ``rep_id``, ``rep``, ``open_amount``,
        ``opportunities`` (how many) and ``weighted_pipeline`` (at the chances of
        :func:`spmkit.chance_lines`; both null without dates of creation), ``remaining_quota``
        and ``pipeline_coverage`` (null without a quota, and where nothing of it is left).

    Raises
    ------
    DataError
        As :func:`coverage_ahead`.
    """
    lines = _lines(review, reps)
    covered = coverage_summary(lines, "rep_id")[["rep_id", "pipeline_coverage"]]
    chances = _by_chance(review, reps, "rep_id")[["rep_id", "weighted_pipeline", "opportunities"]]
    found = lines.merge(covered, on="rep_id").merge(chances, on="rep_id", how="left")
    ordered = found.sort_values(["open_amount", "rep"], ascending=[False, True])
    told = ["rep_id", "rep", "open_amount", "opportunities", "weighted_pipeline"]
    return ordered[[*told, "remaining_quota", "pipeline_coverage"]].reset_index(drop=True)


def _lines(review: Review, reps: Collection[str] | None) -> pd.DataFrame:
    lines = coverage_lines(review.data, running_period(review.data).label)
    return lines if reps is None else lines[lines["rep_id"].isin(list(reps))]


def _by_chance(review: Review, reps: Collection[str] | None, by: str | None = None) -> pd.DataFrame:
    """What of it would be won by the end; on the last day of a period nothing is left to say."""
    try:
        lines = nw.from_native(chance_lines(review.data)).lazy()
    except DataError:  # coverage stands without it
        names = [metric.__name__ for metric in _BY_CHANCE]
        none = pd.DataFrame({name: [np.nan] for name in [*names, "opportunities"]})
        return none.assign(**{by: None}) if by else none
    own = lines if reps is None else lines.filter(nw.col("rep_id").is_in(list(reps)))
    found = measure(own.to_native(), [*_BY_CHANCE, _opportunities], by=by)
    return found.rename(columns={"_opportunities": "opportunities"})


def _opportunities(opportunity_id: Column) -> Count:
    return count(present(opportunity_id))

"""What activities are followed by: wins by activity, and the association within reps."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.frames import kept
from spmkit.data.tables import required
from spmkit.measure import measure
from spmkit.metrics.activities.lines import activity_lines, refuse_days
from spmkit.metrics.opportunities.conversion import sales_cycle
from spmkit.metrics.opportunities.lines import opportunity_lines
from spmkit.traits import Traits
from spmkit.units import Column, Percent


def yield_lines(data: SalesData, *, lag_days: int | None = None, activities: Any = None) -> Any:
    """Every held activity that had the time to be followed by a win, with its share of one.

    In it are the activities about an opportunity, up to the day on which it closed, and
    old enough that a win within ``lag_days`` would be known by ``as_of``. A win is shared
    evenly among the activities of the opportunity in the ``lag_days`` before it, so that
    the shares add up to wins, whatever one groups by.

    Parameters
    ----------
    data
        An open source with ``activities`` that name opportunities.
    lag_days
        How long after an activity a win still counts as its own; none takes the median cycle
        of the won opportunities. Too short a lag misses wins, too long a one ties them to
        what had nothing to do with them.
    activities
        Activity lines with categories or attributes of one's own; none takes the source's.

    Returns
    -------
    frame
        The columns of :func:`spmkit.activity_lines` with ``lag_days`` and ``outcome_share``
        (0 where no win followed). Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where activities name no opportunities, or no lag is given and nothing was won.
    ValueError
        Where the lag is not above zero.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "lost"], "closed_on": "2026-03-01"}),
    ...     "activities": pd.DataFrame({"activity_id": ["a1", "a2", "a3"], "rep_id": "ada",
    ...         "opportunity_id": ["o1", "o1", "o2"], "started_at": "2026-02-20 09:00:00"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> yield_lines(data, lag_days=30).df().sort_values("activity_id")["outcome_share"].tolist()
    [0.5, 0.5, 0.0]
    """
    required(data, "activities", "opportunity_id")
    lag = _lag(data, lag_days)
    given = activity_lines(data) if activities is None else activities
    held = nw.from_native(given).lazy().filter(nw.col("held"))
    deals = _deals(data, lag)
    # Kept, since an engine that guesses how many parts there are joins in the wrong order.
    parts = kept(_parts(held, deals), data.connection)
    deals = deals.join(parts, on="opportunity_id", how="left")
    cohort = held.filter(nw.col("day") <= nw.lit(data.as_of - timedelta(days=lag)))
    before = cohort.join(deals, on="opportunity_id", how="inner").filter(
        nw.col("_closed_on").is_null() | (nw.col("day") <= nw.col("_closed_on"))
    )
    share = nw.when(nw.col("day") >= nw.col("_since")).then(nw.col("_part")).otherwise(0.0)
    lines = before.with_columns(share.alias("outcome_share"), nw.lit(lag).alias("lag_days"))
    return lines.drop("_closed_on", "_since", "_part").to_native()


def activity_yield(
    outcome_share: Column,
) -> Annotated[Percent, Traits("yield_lines", "higher")]:
    """Wins divided by the activities that had the time to lead to one.

    Not what one more activity would bring: reps do more where a win is near, and what
    several activities did together is shared evenly. Dividing the wins of a period by the
    activities of the same period is wrong where either grows, which is why only
    activities that are old enough count. Whoever logs less has the higher yield.

    Parameters
    ----------
    outcome_share
        The share of a win that followed an activity; 0 where none did.

    Returns
    -------
    Percent
        1.0 is a win an activity; null where no activity is old enough.

    Examples
    --------
    >>> lines = pd.DataFrame({"outcome_share": [0.5, 0.5, 0.0, 0.0]})
    >>> spm.measure(lines, spm.activity_yield)["activity_yield"].tolist()
    [0.25]

    References
    ----------
    Catalogue P9; method after published guides to the return on incentives.
    """
    return outcome_share.mean()


def _lag(data: SalesData, lag_days: int | None) -> int:
    if lag_days is not None:
        refuse_days(lag_days=lag_days)
        return lag_days
    deals = opportunity_lines(data, attributes=())
    cycle = measure(deals, sales_cycle)["sales_cycle"].iloc[0]
    if pd.isna(cycle):
        raise DataError(
            "No opportunity was won of which the days from creation to closing are known, so "
            "there is no usual lag. Give lag_days, such as 90."
        )
    return max(1, math.ceil(float(cycle)))


def _deals(data: SalesData, lag: int) -> Any:
    """The day on which each opportunity closed, and of a won one that from which its lag ran.

    Without a day a closed one says nothing. The lag is taken from the deals, which are far
    fewer than their activities.
    """
    deals = required(data, "opportunities", "closed_on").filter(nw.col("outcome") != "void")
    is_open, closed = nw.col("outcome") == "open", nw.col("closed_on").cast(nw.Date)
    placed = deals.filter(is_open | ~closed.is_null())
    since = closed.dt.offset_by(f"-{lag}d").cast(nw.Date)
    return placed.select(
        "opportunity_id",
        nw.when(~is_open).then(closed).alias("_closed_on"),
        nw.when(nw.col("outcome") == "won").then(since).alias("_since"),
    )


def _parts(held: Any, deals: Any) -> Any:
    """The part of each win that one of its activities has."""
    won = deals.filter(~nw.col("_since").is_null())
    day = nw.col("day")
    within = (day >= nw.col("_since")) & (day <= nw.col("_closed_on"))
    sharers = held.join(won, on="opportunity_id", how="inner").filter(within)
    part = nw.lit(1.0) / nw.len().cast(nw.Float64)
    return sharers.group_by("opportunity_id").agg(part.alias("_part"))

"""How a team's logged time was spent."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.quality import to_pandas
from spmkit.expressions import total
from spmkit.metrics.activities import activity_lines
from spmkit.review.scorecard import refuse_individual_activity
from spmkit.review.team import Team

SHARES = {"selling": "selling_hours", "prospecting": "prospecting_hours", "admin": "admin_hours"}
"""What time was spent on, with the column of hours."""

_FEWEST_HOURS = 20


def time_mix(team: Team, scores: pd.DataFrame) -> pd.DataFrame:
    """Shares of the hours that each rep of the company logged in the period.

    Parameters
    ----------
    team
        An open team.
    scores
        What :func:`scorecard` gave: who is a peer.

    Returns
    -------
    pandas.DataFrame
        A row a rep and share, in the form of the scorecard: ``rep_id``, ``rep``, ``group``,
        ``metric``, ``value``, ``shown``, ``n`` (hours logged), ``enough`` (twenty hours).

    Raises
    ------
    DataError
        Where there are no activities, or those of single people may not be shown.
    """
    refuse_individual_activity(team.data)
    period = team.periods.now
    lines = nw.from_native(activity_lines(team.data)).lazy()
    day = nw.col("day")
    within = lines.filter(day >= nw.lit(period.start), day <= nw.lit(period.end))
    hours = {name: total(nw.col(column)).alias(name) for name, column in SHARES.items()}
    worked = total(nw.col("worked_hours")).alias("n")
    summed = to_pandas(within.group_by("rep_id").agg(*hours.values(), worked))
    people = scores[["rep_id", "rep", "group"]].drop_duplicates("rep_id")
    known = summed.merge(people, on="rep_id")
    known["n"] = known["n"].astype("float64")
    long = known.melt(["rep_id", "rep", "group", "n"], list(SHARES), "metric", "hours")
    value = long["hours"].astype("float64") / long["n"].where(long["n"] > 0)
    enough = value.notna() & (long["n"] >= _FEWEST_HOURS)
    return long.assign(value=value, shown=value, enough=enough).drop(columns="hours")

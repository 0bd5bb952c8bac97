"""How likely an open opportunity is to be won: by its score, or by what its stage has led to."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.frames import distinct, like
from spmkit.data.tables import Lazy, completed, required
from spmkit.engine import collected
from spmkit.expressions import count
from spmkit.intervals import wilson_interval
from spmkit.metrics.pipeline.histories import refuse_without_history
from spmkit.metrics.pipeline.snapshots import pipeline_snapshot
from spmkit.periods import as_date, refuse_other
from spmkit.traits import Traits
from spmkit.units import PERCENT

Source = Literal["score", "stage history"]
_READ = ("opportunity_id", "field", "new_value")
_MOST = 100.0  # the score that is certainty


def stage_win_shares(
    data: SalesData, as_of: date | None = None, *, confidence: float = 0.95
) -> Annotated[pd.DataFrame, PERCENT, Traits("opportunity_history", "higher", columns=_READ)]:
    """Share won of the closed opportunities that were ever in a stage, one row for each stage.

    Of those that closed by the day; open ones would look lost. Where the process has changed,
    the past of a stage says little of its present.

    Parameters
    ----------
    data
        An open source with ``opportunity_history``.
    as_of
        Only what was logged and closed by this day counts; none means the day of the data.
    confidence
        Level of Wilson's interval.

    Returns
    -------
    pandas.DataFrame
        ``stage`` (where ``stages`` are declared, those alone and in their order), ``n`` (closed
        opportunities that were in it, each once, however often it came back), ``won``,
        ``win_share``, ``low``, ``high``.

    Raises
    ------
    DataError
        Where there is no log of changes.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "lost"], "closed_on": "2026-08-20"}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": ["o1", "o2"],
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-06-02"]),
    ...         "field": "stage", "new_value": "Discovery"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> stage_win_shares(data)[["stage", "n", "win_share"]]
           stage  n  win_share
    0  Discovery  2        0.5

    References
    ----------
    Catalogue W13 (the stage's own share as probability); forecast pages of CRM vendors.
    """
    shares = _shares(data, as_date(as_of or data.as_of))
    stages = list(data.settings.stages)
    if stages:  # a name by which closed ones are filed is no stage of the process
        listed = shares[shares["stage"].isin(stages)]
        shares = listed.sort_values("stage", key=lambda names: names.map(stages.index))
    won, n = shares["won"].to_numpy(dtype=float), shares["n"].to_numpy(dtype=float)
    low, high = wilson_interval(won, n, confidence)
    return shares.assign(win_share=won / n, low=low, high=high).reset_index(drop=True)


def _shares(data: SalesData, day: date) -> pd.DataFrame:
    refuse_without_history(data)
    joined = _stages_been_in(data, day).join(_closed(data, day), on="opportunity_id", how="inner")
    counted = joined.group_by("stage").agg(
        nw.len().cast(nw.Int64).alias("n"), count(nw.col("_won")).alias("won")
    )
    return collected(counted).sort_values("stage", ignore_index=True)


def _stages_been_in(data: SalesData, day: date) -> Lazy:
    """Each stage that the log by a day names of an opportunity: what was left was one too."""
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    history = completed(history, "opportunity_history", "old_value")
    by_then = nw.col("changed_at").cast(nw.Date) <= nw.lit(day)
    changes = history.filter(nw.col("field") == "stage", by_then)
    sides = [
        changes.select("opportunity_id", nw.col(side).alias("stage"))
        for side in ("old_value", "new_value")
    ]
    return distinct(nw.concat(sides).filter(~nw.col("stage").is_null()))


def _closed(data: SalesData, day: date) -> Lazy:
    frame = required(data, "opportunities", "closed_on")
    closed = frame.filter(
        nw.col("outcome").is_in(["won", "lost", "no_decision"]),
        nw.col("closed_on").cast(nw.Date) <= nw.lit(day),
    )
    return closed.select("opportunity_id", (nw.col("outcome") == "won").alias("_won"))


def weighted_lines(
    data: SalesData, as_of: date | None = None, *, source: Source | None = None
) -> Any:
    """The open pipeline of a day, each opportunity with the probability that it is won.

    Parameters
    ----------
    data
        An open source.
    as_of
        The day, as for :func:`pipeline_snapshot`.
    source
        ``"score"``: the score over 100. ``"stage history"``: the share won of the closed
        opportunities that were ever in its stage (:func:`stage_win_shares`), by what was known
        on that day. None takes the score where ``opportunities`` has one and the day is that of
        the data, else the stage.

    Returns
    -------
    frame
        The columns of :func:`pipeline_snapshot` with ``probability`` (null where it has no score
        from 0 to 100, or nothing closed was ever in its stage) and ``probability_source``.

    Raises
    ------
    DataError
        Where the score of that day is not known, or there is no log of changes.
    ValueError
        Where the source is none of the two.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": ["open"], "amount": [90.0], "score": [40.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> weighted_lines(data).df()[["amount", "probability", "probability_source"]].values.tolist()
    [[90.0, 0.4, 'score']]
    """
    day = as_date(as_of or data.as_of)
    scored = _scored(data, day)
    if source is not None:
        refuse_other("source", source, get_args(Source))
    chosen = source or ("score" if scored else "stage history")
    if chosen == "score" and not scored:
        raise DataError(
            f"unavailable: needs opportunities.score, which is known on {data.as_of} alone. Ask "
            'for that day, or for source="stage history".'
        )
    frame: Lazy = nw.from_native(pipeline_snapshot(data, day)).lazy()
    if chosen == "score":
        score = nw.col("score")
        known = nw.when(score.is_between(0.0, _MOST)).then(score)
        likely = frame.with_columns((known / _MOST).alias("probability"))
    else:
        likely = _by_stage(data, day, frame)
    return likely.with_columns(nw.lit(chosen).alias("probability_source")).to_native()


def _scored(data: SalesData, day: date) -> bool:
    there = nw.from_native(data.opportunities).lazy().collect_schema().names()
    return day == data.as_of and "score" in there


def _by_stage(data: SalesData, day: date, frame: Lazy) -> Lazy:
    shares = _shares(data, day)
    shares = shares[["stage"]].assign(win_share=shares["won"] / shares["n"])
    if shares.empty:  # Spark makes no table of no rows
        return frame.with_columns(nw.lit(None, nw.Float64).alias("probability"))
    named = shares.rename(columns={"win_share": "probability"}).astype({"stage": "string"})
    return frame.join(like(named, frame, data.connection), on="stage", how="left")

"""Stage visits: what every metric of stages reads, told from the log of changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.owners import with_owner_on
from spmkit.data.quality import to_pandas
from spmkit.data.tables import Lazy
from spmkit.expressions import days_between, period_of
from spmkit.metrics.pipeline.histories import refuse_without_history
from spmkit.metrics.stages.moves import KEPT, VOID, log_begins, stage_moves
from spmkit.periods import as_date

_DEAL = ("opportunity_id",)
_ORDER = ["_moment", "_reach"]
_OWN = ("stage", "place", "entered_on", "entered_period", "left_on", "left_period", "to")
_FLAGS = ("entered", "advanced", "decided", "moved_on", "dropped")
_TOLD = ("to_place", "direction", "days", "left", "visit", *_FLAGS, "_day")


def stage_visits(data: SalesData, *, attributes: tuple[str, ...] | None = ()) -> Any:
    """Every visit of an opportunity to a stage: from when to when, and where it went from there.

    A stage that is visited twice has two visits, one that is skipped none. The stages
    are those declared in ``stages``, in their order; a name that is none of them and comes
    last (``Closed Won``) is the closing and no visit, one in between is a visit without a place.
    What the log says after an opportunity closed is not read, so of one that was closed and
    opened again only the last closing counts as one.

    Parameters
    ----------
    data
        An open source with ``opportunity_history`` and declared ``stages``.
    attributes
        Names of the attributes (``region``, …) to join of the owner on the day of entry; none
        are joined unless asked for, None joins all.

    Returns
    -------
    frame
        ``opportunity_id``, ``account_id``, ``rep_id`` (the owner on the day of entry), ``type``,
        ``product``, ``segment``, ``source``, ``amount`` (the latest, in the reporting currency);
        ``stage`` and ``place`` (1 is the first stage); ``entered_on`` (null where the log begins
        later), ``entered_period``; ``left_on`` and ``left_period`` (null while it is there);
        ``to`` (the next stage, or the outcome), ``to_place`` and ``direction``: ``forward``,
        ``skip`` (past at least one stage), ``back``, ``undeclared``, or the outcome; ``days``
        (to leaving, else to ``as_of``) and ``left``; ``visit`` (its number among those of the
        opportunity to this stage); and the flags that metrics read: ``entered`` (the first visit,
        begun on a known day), ``advanced`` (a later stage or a win came after), ``decided``
        (advanced, or closed without), ``moved_on`` and ``dropped`` (this visit ended in a later
        stage or a win; in a loss or no decision). Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "created_on": "2026-06-01", "closed_on": "2026-08-20"}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": "o1", "field": "stage",
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-07-01", "2026-08-20"]),
    ...         "old_value": [None, "Discovery", "Proposal"],
    ...         "new_value": ["Discovery", "Proposal", "Closed Won"]}),
    ... }, settings={"as_of": "2026-10-02", "stages": ["Discovery", "Proposal"]})
    >>> lines = stage_visits(data).df().sort_values("place")
    >>> lines[["stage", "days", "to", "direction"]].values.tolist()
    [['Discovery', 30, 'Proposal', 'forward'], ['Proposal', 50, 'won', 'won']]

    References
    ----------
    Catalogue W7, W8, W9 and W10 (their lines).
    """
    refuse_without_history(data)
    stages = declared_stages(data)
    dated = _dated_visits(stage_moves(data), data)
    owned = with_owner_on(_flagged(dated, stages), data, "_day")
    labelled = _labelled(owned, data).select(*KEPT, *_OWN, *_TOLD)
    day = nw.col("_day")
    return with_rep_attributes(labelled, data, day, attributes).drop("_day").to_native()


def won_visits(data: SalesData) -> Lazy:
    """The visits of what was won, dated: without owners, flags and periods, so for far less.

    Raises
    ------
    DataError
        As for :func:`stage_visits`.
    """
    refuse_without_history(data)
    won = stage_moves(data).filter(nw.col("_ending") == "won")
    return _dated_visits(won, data)


def visits_reaching(data: SalesData, start: date) -> Lazy:
    """The visits of what had not closed before a day, with periods and flags, without owners.

    All that can have begun a visit on that day or later is in it, for a fraction of
    :func:`stage_visits` where the log reaches back for years.

    Raises
    ------
    DataError
        As for :func:`stage_visits`.
    """
    refuse_without_history(data)
    alive = nw.col("closed_on").is_null() | (nw.col("closed_on") >= nw.lit(start))
    dated = _dated_visits(stage_moves(data).filter(alive), data)
    return _labelled(_flagged(dated, declared_stages(data)), data)


def _dated_visits(moves: Lazy, data: SalesData) -> Lazy:
    stages = declared_stages(data)
    visits = _visited(_followed(moves, stages), stages)
    return _dated(visits, data.as_of, log_begins(data))


def declared_stages(data: SalesData) -> Sequence[str]:
    """The stages in their order.

    Raises
    ------
    DataError
        Where none are declared.
    """
    if not data.settings.stages:
        raise DataError(
            'unavailable: needs the order of the stages. Write stages = ["Discovery", "Proposal"] '
            "(the open ones, in order) in spmkit.toml."
        )
    return data.settings.stages


def _place(stage: nw.Expr, stages: Sequence[str]) -> nw.Expr:
    """The place of a stage in the declared order, from 1; null of any other."""
    found = nw.lit(None, nw.Int64)
    for place, name in enumerate(stages, start=1):
        found = nw.when(stage == name).then(nw.lit(place)).otherwise(found)
    return found


def _followed(moves: Lazy, stages: Sequence[str]) -> Lazy:
    """Put beside each move what came before and after it: a move ends the visit before it.

    All of it is one window in one order: sorting is what costs.
    """
    ranked = moves.with_columns(_reach=_place(nw.col("to"), stages).fill_null(0))

    def neighbour(column: str, steps: int) -> nw.Expr:
        return nw.col(column).shift(steps).over(*_DEAL, order_by=_ORDER)

    moment = nw.col("_moment")
    beyond = {
        f"_beyond_{place}": nw.when(nw.col("_reach") > place).then(moment).max().over(*_DEAL)
        for place in range(1, len(stages))
    }
    first = {
        f"_first_{place}": nw.when(nw.col("_from") == stage).then(moment).min().over(*_DEAL)
        for place, stage in enumerate(stages, start=1)
    }
    return ranked.with_columns(
        _before=neighbour("to", 1),
        _before_on=neighbour("_on", 1),
        _before_from=neighbour("_from", 1),
        _second=neighbour("_final", 2),
        _next=neighbour("_final", -1),
        **beyond,
        **first,
    )


def _visited(moves: Lazy, stages: Sequence[str]) -> Lazy:
    """Name the stage that each move left; the last move leaves the stage that one is in."""
    final, closed = nw.col("_final") == 1, ~nw.col("_ending").is_null()
    was = nw.when(closed).then(nw.coalesce("_before", "_now"))
    here = nw.when(final).then(was.otherwise(nw.coalesce("_now", "_before")))
    named = moves.with_columns(stage=here.otherwise(nw.coalesce("_from", "_before")))
    placed = named.with_columns(place=_place(nw.col("stage"), stages))
    closing = final & closed & nw.col("place").is_null()
    void = (nw.col("_ending") == VOID).fill_null(value=False)
    visits = placed.filter(~nw.col("stage").is_null(), ~closing, ~void)
    # A name that is no stage and after which nothing comes is what the closing is called.
    ends = closed & (final | ((nw.col("_next") == 1) & (nw.col("_reach") == 0)))
    number = nw.col("_final").cum_count().over(*_DEAL, "stage", order_by=_ORDER)
    return visits.with_columns(
        _ends=ends.fill_null(value=False),
        to=nw.when(ends).then(nw.col("_ending")).otherwise(nw.col("to")),
        visit=number.cast(nw.Int64),
    )


def _of_place(prefix: str, places: Sequence[int]) -> nw.Expr:
    """Of the columns that there are one of for each place, that of the row's own."""
    found = nw.lit(None, nw.Datetime("us"))
    for place in places:
        found = nw.when(nw.col("place") == place).then(nw.col(f"{prefix}_{place}")).otherwise(found)
    return found


def _dated(visits: Lazy, as_of: date, began: date) -> Lazy:
    """Say from when to when each visit lasted; how long before the log began nobody knows."""
    created, before, left = nw.col("created_on"), nw.col("_before_on"), nw.col("_on")
    watched = created >= nw.lit(began)
    first = nw.when(watched & (left.is_null() | (created <= left))).then(created)
    # Where the log first finds an opportunity it may have been before, unless it was new then.
    found = nw.when(watched | (created.is_null() & (before > nw.lit(began)))).then(before)
    begins = nw.col("_before_from").is_null() & nw.col("_second").is_null()
    later = nw.when(begins).then(found).otherwise(before)
    entered = nw.when(before.is_null()).then(first).otherwise(later)
    until = nw.coalesce(left, nw.lit(as_of).cast(nw.Date))
    dated = visits.with_columns(entered_on=entered, left_on=left, left=~left.is_null())
    days = days_between(nw.col("entered_on"), until)
    known = nw.coalesce(nw.col("entered_on"), until)
    return dated.with_columns(days=nw.when(days >= 0).then(days), _day=known)


def _flagged(visits: Lazy, stages: Sequence[str]) -> Lazy:
    """Say where each visit led, and what the opportunity came to afterwards."""
    onward = nw.when(~nw.col("_ends")).then(_place(nw.col("to"), stages))
    placed = visits.with_columns(to_place=onward).with_columns(direction=_direction())
    there, way, moment = ~nw.col("place").is_null(), nw.col("direction"), nw.col("_moment")
    won = (nw.col("_ending") == "won").fill_null(value=False)
    after = _of_place("_beyond", range(1, len(stages))) >= moment
    advanced = nw.when(there).then(won | after.fill_null(value=False))
    first = _of_place("_first", range(1, len(stages) + 1))
    earlier = (first < moment).fill_null(value=False)
    return placed.with_columns(
        entered=there & ~earlier & ~nw.col("entered_on").is_null(),
        advanced=advanced,
        decided=advanced | ~nw.col("_ending").is_null(),
        moved_on=way.is_in(["forward", "skip", "won"]).fill_null(value=False),
        dropped=way.is_in(["lost", "no_decision"]).fill_null(value=False),
    )


def _direction() -> nw.Expr:
    step = nw.col("to_place") - nw.col("place")
    said = nw.when(step > 1).then(nw.lit("skip")).otherwise(nw.lit("back"))
    said = nw.when(step == 1).then(nw.lit("forward")).otherwise(said)
    said = nw.when(step.is_null()).then(nw.lit("undeclared")).otherwise(said)
    said = nw.when(nw.col("_ends")).then(nw.col("to")).otherwise(said)
    return nw.when(~nw.col("to").is_null()).then(said)


def _labelled(visits: Lazy, data: SalesData) -> Lazy:
    created = nw.from_native(data.opportunities).lazy()
    dates = [log_begins(data)]
    if "created_on" in created.collect_schema().names():
        first = to_pandas(created.select(nw.col("created_on").min()))["created_on"].iloc[0]
        dates += [] if pd.isna(first) else [as_date(first)]
    periods = data.calendar.between(min(dates), data.as_of)
    return visits.with_columns(
        entered_period=period_of(nw.col("entered_on"), periods),
        left_period=period_of(nw.col("left_on"), periods),
    )

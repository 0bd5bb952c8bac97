"""How many opportunities get further from a stage, and where they go instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.intervals import wilson_interval
from spmkit.traits import Traits
from spmkit.units import PERCENT, Column, Percent, Share

_FURTHER = Traits("stage_visits", "higher")
_MATURITY = Traits("stage_visits", "neither")
_FIGURES = ["n", "of", "share", "low", "high", "still_there"]
_STEP = ["place", "stage", "direction", "to_place", "to"]


def stage_conversion(advanced: Column, entered: Column) -> Annotated[Percent, _FURTHER]:
    """Opportunities that got past a stage as a share of those that came into it.

    Measure it by ``stage``, and by ``entered_period`` for cohorts. Past is any later stage or a
    win, so one that skips stages has got past them. What is still open counts as not yet past:
    a young cohort is low (:func:`stage_decided_share` says how young), and
    :func:`decided_stage_conversion` leaves it out. The product over the stages is no win rate,
    for not everyone passes through each: it was found off by more than ten times.

    Parameters
    ----------
    advanced
        Whether the opportunity came to a later stage, or was won, after the visit.
    entered
        Whether it is the first visit of its opportunity to the stage.

    Returns
    -------
    Percent
        With its Wilson interval; null where nothing came into the stage.

    Examples
    --------
    >>> visits = pd.DataFrame({"advanced": [True, False, False, True],
    ...     "entered": [True, True, True, False]})
    >>> spm.measure(visits, spm.stage_conversion)["stage_conversion"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue W7; Funnelcast, conversion rate conundrums; guides to pipeline metrics.
    """
    return Share(advanced, entered)


def decided_stage_conversion(
    advanced: Column, entered: Column, decided: Column
) -> Annotated[Percent, _FURTHER]:
    """Opportunities that got past a stage as a share of those of which it is decided.

    Leaves out what is still in the stage (or fell back and may yet return), so cohorts of any
    age can be measured; but the quick are decided first, and where they are the good ones, a
    young cohort is too high.

    Parameters
    ----------
    advanced
        Whether the opportunity came to a later stage, or was won, after the visit.
    entered
        Whether it is the first visit of its opportunity to the stage.
    decided
        Whether it advanced, or closed without.

    Returns
    -------
    Percent
        With its Wilson interval; null where nothing is decided.

    Examples
    --------
    >>> visits = pd.DataFrame({"advanced": [True, False, False], "entered": True,
    ...     "decided": [True, True, False]})
    >>> spm.measure(visits, spm.decided_stage_conversion)["decided_stage_conversion"].tolist()
    [0.5]

    References
    ----------
    Catalogue W7 (of those decided); guides to pipeline metrics.
    """
    return Share(advanced, entered & decided)


def stage_decided_share(decided: Column, entered: Column) -> Annotated[Percent, _MATURITY]:
    """Opportunities of which it is decided whether they get past a stage: how ripe a cohort is.

    Below about 80 % :func:`stage_conversion` will still rise. What nobody closes keeps it low
    for ever.

    Parameters
    ----------
    decided
        Whether the opportunity advanced, or closed without.
    entered
        Whether it is the first visit of its opportunity to the stage.

    Returns
    -------
    Percent
        With its Wilson interval; null where nothing came into the stage.

    Examples
    --------
    >>> visits = pd.DataFrame({"decided": [True, True, False, True], "entered": True})
    >>> spm.measure(visits, spm.stage_decided_share)["stage_decided_share"].tolist()
    [0.75]

    References
    ----------
    Catalogue W7 (its maturity); Varicent, on created win rates.
    """
    return Share(decided, entered)


def milestone_conversion(moved_on: Column, dropped: Column) -> Annotated[Percent, _FURTHER]:
    """Visits that ended in a later stage or a win, as a share of those that ended for good.

    Measure it by ``stage`` and by ``left_period``: it counts what happened in a period,
    whenever it began, so it answers at once but mixes cohorts, and a clean-up of old
    opportunities makes one bad quarter. Steps back are in neither side.

    Parameters
    ----------
    moved_on
        Whether the visit ended in a later stage or a win.
    dropped
        Whether it ended in a loss or no decision.

    Returns
    -------
    Percent
        With its Wilson interval; null where no visit ended so.

    Examples
    --------
    >>> visits = pd.DataFrame({"moved_on": [True, True, False, False],
    ...     "dropped": [False, False, True, False]})
    >>> spm.measure(visits, spm.milestone_conversion)["milestone_conversion"].round(3).tolist()
    [0.667]

    References
    ----------
    Catalogue W8; Kellblog, win rates, close rates, and milestone against cohort analysis.
    """
    return Share(moved_on, moved_on | dropped)


def stage_transitions(
    visits: Any, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[
    pd.DataFrame, PERCENT, Traits("stage_visits", "neither", columns=("stage", "to", "direction"))
]:
    """Where visits to each stage ended: the next stage (on, past some, back), or how it closed.

    The honest base of every conversion: what a single percentage hides (skips, returns)
    stands in it. It says where things go next, not where they end.

    Parameters
    ----------
    visits
        Rows of :func:`stage_visits`, of any engine.
    by
        A column or several to group by.
    confidence
        Level of Wilson's interval.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``place``, ``stage``, ``direction``, ``to_place``, ``to``, ``n``,
        ``of`` (visits of the stage that ended), ``share`` with ``low`` and ``high``, and
        ``still_there`` (visits that have not ended, in no share). In the order of the stages;
        the shares of a stage sum to 1.

    Examples
    --------
    >>> visits = pd.DataFrame({"place": 1, "stage": "Discovery", "to_place": [2, 2, None, None],
    ...     "direction": ["forward", "forward", "lost", None], "to": ["Offer", "Offer", "lost",
    ...     None]})
    >>> stage_transitions(visits)[["to", "n", "of", "still_there"]].values.tolist()
    [['Offer', 2, 3, 1], ['lost', 1, 3, 1]]

    References
    ----------
    Catalogue W9; Funnelcast, conversion rate conundrums.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    read = lazy_columns(visits, [*keys, *_STEP])
    counted = collected(read.group_by(*keys, *_STEP).agg(nw.len().alias("n")))
    counted = counted.astype({"place": "Int64", "to_place": "Int64", "n": "int64"})
    open_, ended = counted[counted["to"].isna()], counted[counted["to"].notna()]
    stage = [*keys, "stage"]
    waiting = open_.groupby(stage, dropna=False)["n"].sum().rename("still_there").reset_index()
    found = ended.merge(waiting, on=stage, how="left").fillna({"still_there": 0})
    found["of"] = found.groupby(stage, dropna=False)["n"].transform("sum")
    share = found["n"] / found["of"]
    low, high = wilson_interval(found["n"], found["of"], confidence)
    told = found.assign(share=share, low=low, high=high).astype({"still_there": "int64"})
    order = [*keys, "place", "stage", "to_place", "to"]
    columns = [*keys, *_STEP, *_FIGURES]
    return told.sort_values(order, na_position="last", ignore_index=True)[columns]

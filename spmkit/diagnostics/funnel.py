"""How far opportunities get through the stages, where they go, and how long each stage takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.data.frames import kept
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import wilson_interval
from spmkit.measure import measure
from spmkit.metrics.stages import (
    decided_stage_conversion,
    stage_conversion,
    stage_decided_share,
    stage_duration,
    stage_times,
    stage_transitions,
    total_stage_duration,
)
from spmkit.metrics.stages.visits import visits_reaching

CONFIDENCE = 0.95
_ONWARD = ("forward", "skip", "won")
_CONVERSIONS = (stage_conversion, decided_stage_conversion, stage_decided_share)
_READ = (
    *("opportunity_id", "place", "stage", "entered_on", "entered_period", "days", "left", "visit"),
    *("to", "to_place", "direction", "entered", "advanced", "decided"),
)


def visits_since(diagnosis: Diagnosis) -> Any:
    """Every visit to a declared stage that began in the window or after it, without renewals.

    The log is read once for all of the funnel: following each opportunity through it is what
    costs. What was renewed is left out, as of every win rate.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.
    """
    made = f"visits since {diagnosis.start.date()}"
    return diagnosis.data.fact(made, lambda: _visits(diagnosis))


def _visits(diagnosis: Diagnosis) -> Any:
    start = diagnosis.start.date()
    visits = visits_reaching(diagnosis.data, start)
    begun = nw.col("entered_on").cast(nw.Date) >= nw.lit(start)
    new = nw.col("type").fill_null("new") != "renewal"
    asked = visits.filter(~nw.col("place").is_null(), begun, new).select(*_READ)
    return kept(asked, diagnosis.data.connection).to_native()


def _begun(diagnosis: Diagnosis) -> Any:
    """The visits that began in the window; what came of them is known up to the data's day."""
    visits = nw.from_native(visits_since(diagnosis)).lazy()
    day = nw.col("entered_on").cast(nw.Date)
    return visits.filter(day <= nw.lit(diagnosis.end.date())).to_native()


def funnel_transitions(diagnosis: Diagnosis) -> pd.DataFrame:
    """Where the visits that began in the window ended: the honest base of every conversion.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.stage_transitions` gives it: ``place``, ``stage``, ``direction``,
        ``to_place``, ``to``, ``n``, ``of``, ``share`` with ``low`` and ``high`` (Wilson, 95 %),
        ``still_there``. The shares of a stage sum to 1.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.

    Examples
    --------
    >>> found = funnel_transitions(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.loc[0, ["stage", "to"]].tolist()
    ['Prospecting', 'Qualification']

    References
    ----------
    Catalogue W9.
    """
    return stage_transitions(_begun(diagnosis), confidence=CONFIDENCE)


def onward_shares(moves: pd.DataFrame) -> pd.DataFrame:
    """The share of each stage's ended visits that went on: to a later stage, or to a win.

    Parameters
    ----------
    moves
        What :func:`funnel_transitions` gives.

    Returns
    -------
    pandas.DataFrame
        ``stage``, ``of`` (visits that ended), ``share`` with ``low`` and ``high`` (Wilson, 95 %).

    Examples
    --------
    >>> moves = pd.DataFrame({"place": 1, "stage": "Offer", "n": [60, 18, 22], "of": 100,
    ...     "direction": ["forward", "won", "lost"]})
    >>> onward_shares(moves)["share"].tolist()
    [0.78]
    """
    onward = moves["n"].where(moves["direction"].isin(_ONWARD), 0)
    found = moves.assign(on=onward).groupby(["place", "stage"], as_index=False)
    shares = found.agg(of=("of", "first"), on=("on", "sum"))
    low, high = wilson_interval(shares["on"], shares["of"], CONFIDENCE)
    return shares.assign(share=shares["on"] / shares["of"], low=low, high=high)


def funnel_stages(diagnosis: Diagnosis) -> pd.DataFrame:
    """Conversion of each stage's cohort: of all that came into it, and of those decided.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``stage``, and ``stage_conversion``, ``decided_stage_conversion`` and
        ``stage_decided_share``, each with ``_n``, ``_low``, ``_high`` (Wilson, 95 %) and
        ``_status``; one row a stage, in order.

    Raises
    ------
    DataError
        As :func:`funnel_transitions`.

    Examples
    --------
    >>> found = funnel_stages(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.sort_values("stage_conversion")["stage"].iloc[0]
    'Proposal'

    References
    ----------
    Catalogue W7.
    """
    return _converted(diagnosis, ["place", "stage"])


def funnel_cohorts(diagnosis: Diagnosis) -> pd.DataFrame:
    """The conversion of each stage by the period in which opportunities came into it.

    Returns
    -------
    pandas.DataFrame
        ``entered_period`` and the columns of :func:`funnel_stages`. A young cohort is low until
        it is decided: ``stage_decided_share`` stands beside it.

    Raises
    ------
    DataError
        As :func:`funnel_transitions`.

    References
    ----------
    Catalogue W7 and its maturity.
    """
    found = _converted(diagnosis, ["place", "stage", "entered_period"])
    order = {label: number for number, label in enumerate(diagnosis.periods.trend)}
    rank = found["entered_period"].map(order)
    return found.assign(_rank=rank).sort_values(["place", "_rank"]).drop(columns="_rank")


def _converted(diagnosis: Diagnosis, by: Sequence[str]) -> pd.DataFrame:
    return measure(_begun(diagnosis), list(_CONVERSIONS), by=by, confidence=CONFIDENCE)


def stage_latency(diagnosis: Diagnosis, waiting: Sequence[str] = ()) -> pd.DataFrame:
    """Days in each stage with those still there counted, and which stage is surely the slowest.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    waiting
        Names of stages in which a deal only waits, such as an approval: they are marked, nothing
        else. Without a name no stage is taken for one.

    Returns
    -------
    pandas.DataFrame
        One row a stage, in order: ``place``, ``stage``, ``median`` days of a visit with ``low``
        and ``high`` (Kaplan and Meier, 95 %), ``n`` visits, ``still_there``, ``status``;
        ``total_median``, ``total_low``, ``total_high`` over all visits of an opportunity;
        ``waiting``; ``slowest``: true of one stage at most, whose interval lies above those of
        all the others.

    Raises
    ------
    DataError
        As :func:`funnel_transitions`, and where ``waiting`` names no declared stage.

    Examples
    --------
    >>> found = stage_latency(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.loc[found["slowest"], "stage"].tolist()
    ['Proposal']

    References
    ----------
    Catalogue W10.
    """
    _refuse_unknown(diagnosis, waiting)
    visits = _begun(diagnosis)
    found = stage_duration(visits, ["place", "stage"], CONFIDENCE)
    whole = total_stage_duration(stage_times(visits), ["place", "stage"], CONFIDENCE)
    totals = whole[["place", "median", "low", "high"]]
    totals = totals.rename(columns={n: f"total_{n}" for n in ("median", "low", "high")})
    told = found.merge(totals, on="place", how="left").sort_values("place", ignore_index=True)
    return told.assign(
        still_there=told["n"] - told["ended"],
        waiting=told["stage"].isin(list(waiting)),
        slowest=surely_longest(told),
    )


def _refuse_unknown(diagnosis: Diagnosis, waiting: Sequence[str]) -> None:
    stages = diagnosis.data.settings.stages
    unknown = [name for name in waiting if name not in stages]
    if unknown and stages:
        raise DataError(f"waiting: there is no stage {unknown[0]!r}.{nearest(unknown[0], stages)}")


def surely_longest(medians: pd.DataFrame) -> pd.Series[bool]:
    """Flag the row whose interval lies above the intervals of all the others; often none.

    Parameters
    ----------
    medians
        Rows with ``low`` and ``high``; a null ``high`` is open, a null ``low`` says nothing.

    Examples
    --------
    >>> surely_longest(pd.DataFrame({"low": [9.0, 21.0], "high": [12.0, None]})).tolist()
    [False, True]
    >>> surely_longest(pd.DataFrame({"low": [9.0, 11.0], "high": [12.0, 20.0]})).tolist()
    [False, False]
    >>> surely_longest(pd.DataFrame({"low": [9.0], "high": [12.0]})).tolist()
    [False]
    """
    low = medians["low"].astype("float64").fillna(-np.inf).to_numpy()
    high = medians["high"].astype("float64").fillna(np.inf).to_numpy()
    alone = len(medians) < 2
    above = [
        not alone and bool((low[row] > np.delete(high, row)).all()) for row in range(len(medians))
    ]
    return pd.Series(above, index=medians.index, dtype="bool")

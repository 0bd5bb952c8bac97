"""Whether those in a program came off the others with the same past, and what that can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spmkit.actions import FEWEST_REPS, action_effect
from spmkit.data import DataError
from spmkit.declaration import Metric, metric_name, metric_traits
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_course import trend_before, wave_course
from spmkit.diagnostics.programs_history import Wave, lapsed, moved_back, wave_history, waves
from spmkit.diagnostics.programs_panels import QUESTIONS, program_panel
from spmkit.diagnostics.programs_waves import (
    Program,
    in_another,
    known_periods,
    programs,
    window_days,
)
from spmkit.metrics.opportunities import win_rate

_PLACEBOS = (2, 1)  # so many periods early: the first that can be told
_LEVEL = 0.05
_NOTHING = ("value", "low", "high", "p", "before", "after", "drift", "detectable")
_COLUMNS = [
    *("program", "kind", "metric", "question", "started", "waves", "treated", "control"),
    *("detectable", "value", "low", "high", "p", "before", "after", "naive", "drift"),
    *("trend_p", "placebo", "placebo_low", "placebo_high", "placebo_p"),
    *("others", "aside", "lapsed", "lapsed_others", "verdict", "status"),
]


@dataclass(frozen=True)
class _Compared:
    """The waves of a program that can be compared, and who was set aside for another program."""

    waves: tuple[Wave, ...]
    others: str
    aside: int


def program_effects(diagnosis: Diagnosis) -> pd.DataFrame:
    """Compare those in each program to those who were not, given each one's own past.

    Per rep one value after the start and the past before it, in an analysis of covariance with a
    permutation test (:func:`spmkit.actions.action_effect`): people are sent to programs for a bad
    period, and would come back towards the middle anyway. All who started count, whether or not
    they went on. Waves are centred one by one. Who started another program around the same time
    is set aside on both sides, where ten reps remain on each; else ``status`` says that the two
    cannot be told apart.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        A row a program and metric: ``program``, ``kind``, ``metric``, ``question`` (``skill`` that
        leads, or ``volume``), ``started`` (reps), ``waves``, ``treated`` and ``control`` (reps
        compared), ``detectable`` (the smallest effect seen four times out of five), ``value``,
        ``low``, ``high``, ``p``, ``before`` and ``after`` (of those in it), ``naive``
        (their difference, and of it) ``drift`` (what the others with the same past moved by),
        ``trend_p`` (of the slopes before), ``placebo`` with bounds and p (the same sum as if it
        had started earlier; the earliest that can be told), ``others`` (programs at the same
        time), ``aside`` (reps set aside for them), ``lapsed`` and ``lapsed_others`` (reps of either
        side with a past and too few cases since for a value, so in no comparison), ``verdict`` and
        ``status``.

    Raises
    ------
    DataError
        Where the source has no table ``programs``.

    Examples
    --------
    >>> found = program_effects(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.loc[found["metric"] == "win_rate", ["program", "verdict"]].values.tolist()
    [['Discovery coaching', 'improved'], ['Social selling toolkit', 'cannot tell']]

    References
    ----------
    Van Breukelen 2006, doi 10.1016/j.jclinepi.2006.02.007; Bertrand, Duflo and Mullainathan 2004,
    doi 10.1162/003355304772839588 (collapse to before and after); Sun and Abraham 2021, doi
    10.1016/j.jeconom.2020.09.006 (waves apart).
    """
    name = f"program effects up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _effects(diagnosis))
    return found


def _effects(diagnosis: Diagnosis) -> pd.DataFrame:
    rows = []
    for program in programs(diagnosis):
        compared = _compared(diagnosis, program)
        for metric, question in QUESTIONS:
            own = {"metric": metric_name(metric), "question": question}
            rows.append(_named(program) | own | _row(diagnosis, program, metric, compared))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _named(program: Program) -> dict[str, Any]:
    size = {"started": len(program.starts), "waves": program.first.dropna().nunique()}
    return {"program": program.name, "kind": program.kind} | size


def _compared(diagnosis: Diagnosis, program: Program) -> _Compared:
    periods, everybody = known_periods(diagnosis), _sellers(diagnosis, program)
    found = waves(program.first, everybody, len(periods), parted=program.parted)
    places = [place for wave in found for place in (*wave.before, *wave.after)]
    if not places:
        return _Compared(tuple(found), "", 0)
    other = in_another(diagnosis, program, *window_days(periods, places))
    met = {one for wave in found for one in (*wave.treated, *wave.others)} & other
    names = [
        one.name
        for one in programs(diagnosis)
        if one.name != program.name and met & {*one.starts.index}
    ]
    kept = [_without(wave, other) for wave in found]
    if _enough(kept):
        return _Compared(tuple(kept), ", ".join(names), len(met))
    return _Compared(tuple(found), ", ".join(names), 0)


def _sellers(diagnosis: Diagnosis, program: Program) -> set[Any]:
    """Who closed anything in the periods, or is in the program: back offices are no peers."""
    return {*program_panel(diagnosis, win_rate)["rep_id"], *program.starts.index}


def _without(wave: Wave, people: set[Any]) -> Wave:
    treated, others = (
        tuple(one for one in side if one not in people) for side in (wave.treated, wave.others)
    )
    return replace(wave, treated=treated, others=others)


def _enough(several: Sequence[Wave]) -> bool:
    inside = {one for wave in several for one in wave.treated}
    others = {one for wave in several for one in wave.others}
    return min(len(inside), len(others)) >= FEWEST_REPS


def _row(
    diagnosis: Diagnosis, program: Program, metric: Metric, compared: _Compared
) -> dict[str, Any]:
    extra = {"others": compared.others, "aside": compared.aside}
    try:
        panel = program_panel(diagnosis, metric)
    except DataError as error:
        return extra | _untold(str(error))
    why = _unfit(diagnosis, program, compared)
    if why:
        return extra | _untold(why)
    history = wave_history(panel, compared.waves)
    better = metric_traits(metric).better
    effect = vars(action_effect(history, _inside(history), better))
    guards = _guards(panel, compared.waves)
    naive = {"naive": effect["after"] - effect["before"]}
    gone = dict(zip(("lapsed", "lapsed_others"), lapsed(panel, compared.waves), strict=True))
    return extra | gone | effect | naive | guards | _judged(effect, guards, compared)


def _inside(history: pd.DataFrame) -> list[str]:
    return list(history.loc[history["treated"].astype(bool), "rep_id"])


def _untold(why: str) -> dict[str, Any]:
    size = {"treated": 0, "control": 0, "lapsed": 0, "lapsed_others": 0}
    return dict.fromkeys(_NOTHING, np.nan) | size | {"verdict": "cannot tell", "status": why}


def _unfit(diagnosis: Diagnosis, program: Program, compared: _Compared) -> str:
    """Why a program cannot be compared at all: the first reason that holds."""
    last, never = (
        known_periods(diagnosis)[-1],
        _sellers(diagnosis, program) - {*program.starts.index},
    )
    if not any(wave.after for wave in compared.waves):
        if not never and len({*program.first}) == 1:
            return _NOBODY
        day = f"{program.starts.min():%Y-%m-%d}"
        return f"it starts on {day}; no whole period since up to {last.label}"
    if not any(wave.before for wave in compared.waves):
        return "no period before its start is known"
    usable = [wave for wave in compared.waves if wave.after and wave.before]
    return "" if any(wave.others for wave in usable) else _NOBODY


_NOBODY = "everybody was in it from the same time on: there is nobody to compare with"


def _guards(panel: pd.DataFrame, several: Sequence[Wave]) -> dict[str, float]:
    """What would show had the two sides moved apart before anything began."""
    return _placebo(panel, several) | {"trend_p": trend_before(panel, several)}


def _placebo(panel: pd.DataFrame, several: Sequence[Wave]) -> dict[str, float]:
    """The same sum at a date before the start: whatever it finds is no effect."""
    for by in _PLACEBOS:
        history = wave_history(panel, [moved_back(wave, by) for wave in several])
        told = action_effect(history, _inside(history))
        if not np.isnan(told.value):
            ends = {"placebo_low": told.low, "placebo_high": told.high}
            return {"placebo": told.value, "placebo_p": told.p} | ends
    return dict.fromkeys(("placebo", "placebo_low", "placebo_high", "placebo_p"), np.nan)


def _judged(
    effect: dict[str, Any], guards: dict[str, float], compared: _Compared
) -> dict[str, str]:
    """The verdict, which falls where the two sides had moved apart before."""
    verdict, status = effect["verdict"], effect["status"]
    if status != "ok":
        return {"verdict": verdict, "status": status}
    if compared.others and not compared.aside:
        status = f"it cannot be told apart from {compared.others}, at the same time"
    if np.nanmin([guards["trend_p"], guards["placebo_p"], 1.0]) < _LEVEL / 2:  # two looks
        status = "the two sides had moved apart before it began"
    return {"verdict": verdict if status == "ok" else "cannot tell", "status": status}


def program_course(diagnosis: Diagnosis, program: str, metric: Metric) -> pd.DataFrame:
    """How those in a program moved against the others, period by period around its start.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    program
        Its name.
    metric
        One of those that :func:`program_effects` asks of.

    Returns
    -------
    pandas.DataFrame
        ``relative`` (0 is the first whole period in it), ``value`` (each rep against the own mean
        before, those in it less those without), ``low``, ``high``, ``treated`` and ``control``.

    Raises
    ------
    DataError
        Where there is no such program, or a table is missing.

    Examples
    --------
    >>> found = program_course(spm.diagnostics.open_diagnosis(spm.open_data(
    ...     spm.shipped("datasets") / "sample")), "Discovery coaching", spm.win_rate)
    >>> found["relative"].tolist()
    [-4, -3, -2, -1, 0, 1, 2, 3]
    """
    named = next((one for one in programs(diagnosis) if one.name == program), None)
    if named is None:
        raise DataError(f"There is no program {program!r}.")
    compared = _compared(diagnosis, named)
    return wave_course(program_panel(diagnosis, metric), compared.waves)

"""Reps by two things at once: effort and outcome, skill and will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.engine import as_pandas
from spmkit.segmentation.tiers import FEWEST_RANKED, UNCLASSIFIED
from spmkit.traits import Traits
from spmkit.units import NUMBER

Sides: TypeAlias = NDArray[np.float64]

_WILL = {"high": 1.0, "low": -1.0}
_ERROR = "_error"
_BOTH = ("effort", "effort_error", "outcome", "outcome_error")
_SKILL = ("win_rate", "win_rate_error", "will")


def effort_outcome(
    frame: Any,
    effort: str = "effort",
    outcome: str = "outcome",
    *,
    within: str | Sequence[str] = (),
) -> Annotated[pd.DataFrame, NUMBER, Traits("any measured reps", "neither", columns=_BOTH)]:
    """Class of each rep by effort and outcome, both against the median of the peers.

    A rep within one standard error of either median stays unclassified: that
    grey cross is where the next quarter could turn the answer round. Much
    effort with little outcome asks for another look at skill and territory, not
    for more effort; what is logged is not all that is done.

    Parameters
    ----------
    frame
        One row a rep with both measures and their standard errors, in columns named as the
        measures with ``_error`` behind.
    effort, outcome
        The columns of the two measures, higher being more.
    within
        The column or columns that make peers; none takes all as peers.

    Returns
    -------
    pandas.DataFrame
        The frame with ``effort_cut`` and ``outcome_cut`` (the medians), ``peers``, ``quadrant``
        ("high effort, low outcome" and the other three, or "unclassified") and ``status``:
        ``ok``, ``insufficient n`` (below 8 peers), ``undefined: no value``, ``undefined: no
        standard error``.

    Raises
    ------
    ValueError
        Where a column is missing or a standard error is negative.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": list("abcdefgh"), "effort": [1, 2, 3, 4, 6, 7, 8, 9.0],
    ...     "outcome": [9, 8, 7, 4, 6, 3, 2, 1.0], "effort_error": 0.5, "outcome_error": 0.5})
    >>> found = effort_outcome(reps)
    >>> found["quadrant"].iloc[[0, 7]].tolist()
    ['low effort, high outcome', 'high effort, low outcome']

    References
    ----------
    Catalogue G2; ForceManager, conversion matrix.
    """
    frame = as_pandas(frame)
    found = _prepared(frame, [effort, outcome])
    found["_x"], found["effort_cut"] = _sides(found, effort, within)
    found["_y"], found["outcome_cut"] = _sides(found, outcome, within)
    known = found[[effort, outcome]].notna().all(axis=1)
    errors = found[[effort + _ERROR, outcome + _ERROR]].notna().all(axis=1)
    found["peers"] = _peers(found, known & errors, within)
    found["quadrant"] = _crossed(found, "effort", "outcome")
    reasons = {"undefined: no value": ~known, "undefined: no standard error": ~errors}
    return _judged(found, reasons)


def skill_will(
    frame: Any,
    skill: str = "win_rate",
    will: str = "will",
    *,
    within: str | Sequence[str] = (),
) -> Annotated[pd.DataFrame, NUMBER, Traits("any measured reps", "neither", columns=_SKILL)]:
    """Class of each rep by skill (a conversion rate) and by will as the manager sees it.

    Will is what a manager writes down after talking to the rep. It is never
    inferred: logs of activity do not show motivation, and a score made of them
    would pass for a fact.

    Parameters
    ----------
    frame
        One row a rep with the rate, its standard error (named as the rate with ``_error``
        behind) and the manager's "high" or "low".
    skill
        The column of a rate between 0 and 1, such as a win rate.
    will
        The column that the manager filled; null where not.
    within
        The column or columns that make peers; none takes all as peers.

    Returns
    -------
    pandas.DataFrame
        The frame with ``skill_cut`` (the median of the peers), ``peers``, ``quadrant`` ("high
        skill, low will" and the other three; "unclassified" within one standard error of the
        median) and ``status``: ``ok``, ``insufficient n`` (below 8 peers), ``undefined: no
        value``, ``undefined: no standard error``, ``undefined: no will entered``.

    Raises
    ------
    ValueError
        Where no will is entered at all, or it is neither "high" nor "low"; where the skill is no
        rate.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": list("abcdefgh"), "win_rate_error": 0.02, "will": "high",
    ...     "win_rate": [0.1, 0.12, 0.15, 0.2, 0.3, 0.35, 0.4, 0.5]})
    >>> skill_will(reps)["quadrant"].iloc[[0, 7]].tolist()
    ['low skill, high will', 'high skill, high will']

    References
    ----------
    Catalogue G3; ExecVision, the skill and will matrix; Association for Talent Development.
    """
    frame = as_pandas(frame)
    _refuse_will(frame, will)
    found = _prepared(frame, [skill])
    _refuse_skill(found[skill], skill)
    found["_x"], found["skill_cut"] = _sides(found, skill, within)
    found["_y"] = found[will].map(_WILL).astype("float64")
    known, errors = found[skill].notna(), found[skill + _ERROR].notna()
    found["peers"] = _peers(found, known & errors, within)
    found["quadrant"] = _crossed(found, "skill", "will")
    reasons = {
        "undefined: no value": ~known,
        "undefined: no standard error": ~errors,
        "undefined: no will entered": found[will].isna(),
    }
    return _judged(found, reasons)


def _refuse_will(frame: pd.DataFrame, will: str) -> None:
    if will not in frame or frame[will].isna().all():
        raise ValueError(
            f"{will!r} holds no will: it is entered by the manager, 'high' or 'low' a rep, and is "
            "not inferred from what is logged."
        )
    other = set(frame[will].dropna()) - set(_WILL)
    if other:
        raise ValueError(f"{will!r} is {sorted(map(str, other))}: write 'high' or 'low'.")


def _refuse_skill(values: pd.Series[float], skill: str) -> None:
    if not values.dropna().between(0, 1).all():
        raise ValueError(
            f"{skill!r} leaves the range from 0 to 1: skill is read from a rate of conversion, "
            "such as win_rate, not from amounts or counts."
        )


def _prepared(frame: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Take both measures and their errors as numbers; refuse what is missing or negative."""
    needed = [*measures, *(measure + _ERROR for measure in measures)]
    missing = [name for name in needed if name not in frame]
    if missing:
        raise ValueError(f"the frame has no column {', '.join(map(repr, missing))}.")
    found = frame.astype(dict.fromkeys(needed, "float64"))
    if any((found[measure + _ERROR] < 0).any() for measure in measures):
        raise ValueError("a standard error is negative in some rows: it is 0 or more.")
    return found


def _names(within: str | Sequence[str]) -> list[str]:
    return [within] if isinstance(within, str) else list(within)


def _sides(
    frame: pd.DataFrame, measure: str, within: str | Sequence[str]
) -> tuple[pd.Series[float], pd.Series[float]]:
    """1 above the peers' median, −1 below, 0 within one standard error; and the median."""
    values, errors = frame[measure], frame[measure + _ERROR]
    used = values.where(errors.notna())
    if _names(within):
        keys = [frame[name] for name in _names(within)]
        cut = used.groupby(keys, dropna=False).transform("median")
    else:
        cut = pd.Series(used.median(), index=frame.index)
    away = values - cut
    # The noise of floats must not decide about a rep that stands on the arm of the cross.
    grey = (away.abs() - errors).round(12) <= 0
    side = pd.Series(np.sign(away), index=frame.index).mask(grey, 0.0)
    return side.mask(errors.isna()), cut


def _peers(
    frame: pd.DataFrame, rated: pd.Series[bool], within: str | Sequence[str]
) -> pd.Series[int]:
    if not _names(within):
        return pd.Series(int(rated.sum()), index=frame.index)
    keys = [frame[name] for name in _names(within)]
    return rated.astype("int64").groupby(keys, dropna=False).transform("sum")


def _crossed(frame: pd.DataFrame, x: str, y: str) -> pd.Series[Any]:
    level = {1.0: "high", -1.0: "low"}
    names = frame["_x"].map(level).astype("object") + f" {x}, "
    names = names + frame["_y"].map(level).astype("object") + f" {y}"
    grey = (frame["_x"] == 0) | (frame["_y"] == 0)
    return names.mask(grey, UNCLASSIFIED)


def _judged(frame: pd.DataFrame, reasons: dict[str, pd.Series[bool]]) -> pd.DataFrame:
    reasons = reasons | {"insufficient n": frame["peers"] < FEWEST_RANKED}
    status = np.select(list(reasons.values()), list(reasons), "ok")
    found = frame.assign(status=pd.Series(status, index=frame.index, dtype="object"))
    found["quadrant"] = found["quadrant"].where(found["status"] == "ok", None)
    return found.drop(columns=["_x", "_y"])

"""Effort beside outcome, and the territory before either: who and what to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.drivers_lines import complete_window
from spmkit.diagnostics.effort_territories import potential_of_reps
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.productivity import worked_lines
from spmkit.diagnostics.time_use_lines import time_lines
from spmkit.review.opening import trend_lines
from spmkit.review.scorecard import refuse_individual_activity
from spmkit.segmentation import effort_outcome
from spmkit.segmentation.shrinkage import FEWEST, shrunken

EFFORT: Mapping[str, float] = {"touches": 1.0, "meetings": 1.0}
"""What effort is made of, each for a week on the payroll, with its weight."""

TERRITORY, UNTOLD = "look at the territory first", "cannot tell"
TO_DO: Mapping[str, str] = {
    "high effort, high outcome": "learn from it",
    "low effort, high outcome": "learn how it is done",
    "high effort, low outcome": "look at skill and support",
    "low effort, low outcome": "ask what keeps them from customers",
}
"""What follows from a quadrant where the territory does not explain it."""

TOLERANCE = 0.15
"""How far from its peers a territory's potential for its quota is still even: a convention."""

_CELL = ["rep_id", "period"]
_ANSWER = (
    *("rep_id", "rep", "kind", "effort_raw", "outcome_raw", "effort", "effort_error", "outcome"),
    *("outcome_error", "effort_cut", "outcome_cut", "peers", "quadrant", "potential"),
    *("potential_index", "to_do", "periods", "status"),
)


def effort_by_rep(diagnosis: Diagnosis) -> pd.DataFrame:
    """Each rep's effort and outcome, the territory beside them, and what to look at first.

    Effort is the mean of contacts and meetings a week, each less the mean of the segment and role,
    in standard deviations of all reps; outcome is the mean attainment of the periods, those of at
    least four weeks. Both are pulled towards all by their share of chance, which is learnt from how
    one rep's periods vary; of fewer than four reps nothing is. Where the territory has far less
    potential for its quota than those of peers, or it is not known, a low outcome is no judgement
    of a person, nor is a high one where it has far more: the territory comes first. What is logged
    is not all that is done; the classes are for a talk, not for a ranking.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        A row a rep with a quota in the last period: ``rep_id``, ``rep``, ``kind`` (segment,
        role);
        ``effort_raw``, ``outcome_raw``; ``effort``, ``outcome`` (shrunken) with ``_error`` and
        ``_cut`` (the median); ``peers``, ``quadrant`` (of :func:`spmkit.effort_outcome`);
        ``potential`` and ``potential_index`` (potential for each unit of quota, against the median
        of the kind); ``to_do``, ``periods``, ``status``.

    Raises
    ------
    DataError
        Where what single people do may not be shown, there are no activities or no quotas, or
        fewer than two complete periods.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> "look at the territory first" in set(effort_by_rep(diagnosis)["to_do"])
    True
    """
    refuse_individual_activity(diagnosis.data)
    made = f"effort by rep of {diagnosis.window} by {diagnosis.hours}"
    found: pd.DataFrame = diagnosis.data.fact(made, lambda: _effort_by_rep(diagnosis))
    return found


def _effort_by_rep(diagnosis: Diagnosis) -> pd.DataFrame:
    labels = [one.label for one in complete_window(diagnosis)]
    if len(labels) < 2:
        raise DataError(
            f"{labels[0]} is the only complete period: how far a rep's effort and outcome vary by "
            "chance is known from two on."
        )
    cells = _efforts(diagnosis, labels).merge(_outcomes(diagnosis, labels), on=_CELL)
    reps = cells.groupby("rep_id")
    found = reps.agg(rep=("rep", "last"), kind=("kind", "last"), quota=("quota", "sum"))
    found["periods"] = reps.size()
    effort = _measures(cells, found["kind"])
    outcome = _scored(cells, "outcome")
    found = found.join(_composite(effort)).join(
        outcome.set_axis(["outcome_raw", "outcome", "outcome_error"], axis=1)
    )
    there = found.index.isin(cells.loc[cells["period"] == labels[-1], "rep_id"])
    judged = effort_outcome(found[there].reset_index(names="rep_id"))
    beside = judged.merge(potential_of_reps(diagnosis), on="rep_id", how="left")
    index = _index(beside, len(labels))
    shown = beside.assign(potential_index=index, to_do=_to_do(beside["quadrant"], index))
    return shown.sort_values("outcome", ignore_index=True)[list(_ANSWER)]


def _efforts(diagnosis: Diagnosis, labels: list[str]) -> pd.DataFrame:
    """Contacts and meetings a week of each rep and period of at least four weeks."""
    heads = worked_lines(diagnosis)
    heads = heads[heads["period"].isin(labels) & heads["headcount"].gt(0)]
    kind = heads[["segment", "role"]].astype("object").fillna("").agg(" · ".join, axis=1)
    heads = heads.assign(kind=kind.str.strip(" ·"), meetings=heads["meetings"].astype("float64"))
    cells = heads.groupby(_CELL, as_index=False).agg(
        rep=("rep", "last"),
        kind=("kind", "last"),
        weeks=("active_weeks", "sum"),
        meetings=("meetings", "sum"),
    )
    touches = time_lines(diagnosis).groupby(_CELL, as_index=False)["touches"].sum()
    cells = cells[cells["weeks"] >= _FEWEST_WEEKS].merge(touches, on=_CELL, how="left")
    known = heads["meetings"].notna().any()
    rates = {"touches": cells["touches"].fillna(0.0) / cells["weeks"]}
    if known:
        rates["meetings"] = cells["meetings"] / cells["weeks"]
    return cells.drop(columns=["touches", "meetings", "weeks"]).assign(**rates)


_FEWEST_WEEKS = 4.0


def _outcomes(diagnosis: Diagnosis, labels: list[str]) -> pd.DataFrame:
    lines = trend_lines(diagnosis.data, diagnosis.periods)
    rated = lines[lines["period"].isin(labels) & lines["rep_quota"].gt(0)]
    if rated.empty:
        raise DataError(
            f"unavailable: no rep has a quota above 0 in {labels[0]} to {labels[-1]}, so outcomes "
            "of territories of different sizes cannot be compared. Add quotas."
        )
    return pd.DataFrame(
        {
            "rep_id": rated["rep_id"],
            "period": rated["period"],
            "quota": rated["rep_quota"].astype("float64"),
            "outcome": rated["rep_credited"].astype("float64") / rated["rep_quota"],
        }
    )


def _scored(cells: pd.DataFrame, name: str) -> pd.DataFrame:
    """A rep's mean, the same shrunken, and its error, from how one rep's periods vary."""
    values = cells.groupby("rep_id")[name]
    counts, mean = values.count(), values.mean()
    freedom = int((counts - 1).clip(lower=0).sum())
    spread = float(((counts - 1) * values.var().fillna(0.0)).sum())
    each = spread / freedom if freedom else np.nan
    error = (each / counts) ** 0.5
    known = mean.notna() & error.notna()
    middle, rest = mean.copy(), error.copy()
    if known.sum() >= FEWEST:
        pair = [np.asarray(one[known], np.float64) for one in (mean, error)]
        middle[known], rest[known] = shrunken(*pair)
    return pd.DataFrame({"raw": mean, "value": middle, "error": rest})


def _measures(cells: pd.DataFrame, kind: pd.Series[Any]) -> dict[str, pd.DataFrame]:
    """The measures of effort in which any two reps differ.

    Raises
    ------
    DataError
        Where there is none.
    """
    scored = {name: _standard(cells, name, kind) for name in EFFORT if name in cells}
    told = {name: one for name, one in scored.items() if one["raw"].notna().any()}
    if not told:
        raise DataError("unavailable: no two reps differ in contacts or meetings a week.")
    return told


def _standard(cells: pd.DataFrame, name: str, kind: pd.Series[Any]) -> pd.DataFrame:
    """A measure against the reps of the same kind, in standard deviations."""
    level = cells.groupby(cells["rep_id"].map(kind))[name].transform("mean")
    scored = _scored(cells.assign(_own=cells[name] - level), "_own")
    apart = float(scored["raw"].std(ddof=1))
    return scored / apart if apart > 0 else scored * np.nan


def _composite(measures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The weighted mean of the measures; their errors are taken to go together."""
    whole = sum(EFFORT[name] for name in measures)
    parts = [measures[name] * (EFFORT[name] / whole) for name in measures]
    summed = parts[0]
    for part in parts[1:]:
        summed = summed + part
    return summed.set_axis(["effort_raw", "effort", "effort_error"], axis=1)


def _index(found: pd.DataFrame, periods: int) -> pd.Series[float]:
    """Potential for each unit of a year's quota, against the median of the kind."""
    yearly = found["quota"] / found["periods"] * periods
    share = found["potential"] / yearly.where(yearly > 0)
    median = share.groupby(found["kind"]).transform("median")
    return share / median.where(median > 0)


def _to_do(quadrant: pd.Series[Any], index: pd.Series[float]) -> pd.Series[str]:
    """What to look at first: the territory where it is uneven or unknown, then people."""
    told = quadrant.map(TO_DO)
    low = quadrant.fillna("").str.endswith("low outcome")
    lean, rich = index < 1 - TOLERANCE, index > 1 + TOLERANCE
    first = told.notna() & ((low & (lean | index.isna())) | (~low & rich))
    return told.mask(first, TERRITORY).fillna(UNTOLD)


def effort_classes(found: pd.DataFrame) -> pd.DataFrame:
    """How many reps are in each class, and what to look at.

    Parameters
    ----------
    found
        What :func:`effort_by_rep` gives.

    Returns
    -------
    pandas.DataFrame
        ``to_do``, ``n`` (reps), ``share``, ``named`` (up to eight of them), the most first.

    Examples
    --------
    >>> found = pd.DataFrame({"rep": ["Ada", "Bo"], "to_do": "cannot tell"})
    >>> effort_classes(found)[["to_do", "n", "named"]].values.tolist()
    [['cannot tell', 2, 'Ada, Bo']]
    """
    grouped = found.groupby("to_do")["rep"]
    sizes = grouped.size().rename("n").reset_index()
    named = grouped.agg(lambda own: ", ".join(sorted(own.astype(str))[:_MOST_NAMED]))
    rows = sizes.assign(share=sizes["n"] / max(len(found), 1), named=sizes["to_do"].map(named))
    return rows.sort_values("n", ascending=False, ignore_index=True)


_MOST_NAMED = 8

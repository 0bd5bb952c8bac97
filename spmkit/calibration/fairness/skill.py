"""Skill against territory: what a rep sells beyond the territory, as far as it can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.fairness.attained import AT_WORK, refuse_panel
from spmkit.calibration.fairness.connected import (
    NOT_TOLD,
    Identifiability,
    connected_sets,
    identifiability,
)
from spmkit.calibration.fairness.crossed import Crossed, crossed_effects
from spmkit.calibration.fairness.equivalence import FEWEST_REPS
from spmkit.intervals import Floats, refuse_confidence

_DRAWS = 1_000
_REPS = [
    *("rep_id", "rep", "periods", "territories", "raw", "k", "effect", "low", "high"),
    *("rank", "rank_low", "rank_high", "top_tenth", "linked", "status"),
]
_PLACES = ["territory_id", "periods", "reps", "raw", "k", "effect", "low", "high"]


@dataclass(frozen=True)
class Skill:
    """Effects of reps and territories, how far each lies apart, and what can be told.

    Parameters
    ----------
    reps
        A row a rep: ``rep_id``, ``rep``, ``periods``, ``territories`` (held), ``raw`` (mean of the
        logarithm of sales after period, segment, potential and ramp), ``k`` (the part of it that
        would count were it known to be skill), ``effect`` (what counts), ``low``, ``high``,
        ``rank`` (1 sells most) with ``rank_low`` and ``rank_high``, ``top_tenth`` (probability
        to be in the best tenth), ``linked`` (number of the set of reps that moves and hand-overs
        link; 0 is the largest) and ``status``.
    territories
        The same of territories, without ranks; empty where they are not told from reps.
    parts
        ``part`` (``rep``, ``territory``, ``noise``), ``spread`` (standard deviation of the
        logarithm) and ``share`` (of the variance).
    identifiability
        Who moved, and which reps are linked.
    status
        ``ok``, or why there is nothing.
    """

    reps: pd.DataFrame
    territories: pd.DataFrame
    parts: pd.DataFrame
    identifiability: Identifiability
    status: str


def shrinkage_factor(between: float, within: float, n: Any) -> Any:
    """The part of a mean of n values that counts, the rest being chance: τ² ÷ (τ² + σ² ÷ n).

    Few values count less, which is why a small patch's history says little of it.

    Parameters
    ----------
    between
        Variance of what truly differs.
    within
        Variance of a single value about it.
    n
        Values behind a mean, or an array of such counts.

    Returns
    -------
    float or array
        0 counts nothing, 1 all; NaN where nothing differs at all.

    Examples
    --------
    >>> float(shrinkage_factor(0.04, 0.09, 4))
    0.64

    References
    ----------
    Efron and Morris 1975, doi 10.1080/01621459.1975.10479864.
    """
    noise = within / np.asarray(n, dtype=np.float64)
    whole = between + noise
    return np.divide(between, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def skill(panel: pd.DataFrame, confidence: float = 0.9) -> Skill:
    """Tell what reps sell beyond their territories from what territories sell beyond their reps.

    The logarithm of sales is taken apart into the period, the segment, the potential, the ramp,
    the rep and the territory; the last two are pulled towards none, the further the less is
    known. Who stayed on one territory alone shares what is seen with it, in proportion to how far
    reps and territories lie apart elsewhere. Ranks come with intervals: nobody is best for sure.
    Where nobody moved and no territory changed hands the two are one: the effect is then that of
    rep and territory together, and the status says so.

    Parameters
    ----------
    panel
        A row a rep and period, as ``quota_panel`` gives it. Periods mostly away from work count
        nothing, nor do sales of zero or less, which have no logarithm.
    confidence
        Of the intervals of effects and ranks.

    Returns
    -------
    Skill
        Frames of reps, of territories and of the parts; empty with fewer than 8 reps or no more
        rows than there is to tell.

    Raises
    ------
    ValueError
        Where the panel lacks a column.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> step, rep = np.divmod(np.arange(400), 40)
    >>> place = (rep + step // 5) % 40  # all move once
    >>> sold = np.exp(rng.normal(0, 0.3, 40)[rep] + rng.normal(0, 0.2, 40)[place])
    >>> panel = pd.DataFrame({"period": step, "step": step, "season": 1, "quota": 1.0,
    ...     "rep_id": rep, "territory_id": place,
    ...     "credited": sold * rng.lognormal(0, 0.2, 400)})
    >>> skill(panel).parts["spread"].round(1).tolist()
    [0.3, 0.2, 0.2]

    References
    ----------
    Cain 2003 (rep evaluation with territory effects and ranks); Abowd, Kramarz and Margolis 1999,
    doi 10.1111/1468-0262.00020; Goldstein and Spiegelhalter 1996, doi 10.2307/2983325 (ranks).
    """
    refuse_confidence(confidence)
    refuse_panel(panel)
    rows = _rows(panel)
    told = identifiability(rows, confidence)
    columns = _columns(rows)
    reps = int(rows["rep_id"].nunique())
    if reps < FEWEST_REPS or len(rows) <= columns.shape[1] + reps:
        return _nothing(told)
    groupings = _groupings(rows)
    outcome = np.log(rows["credited"].to_numpy("float64"))
    fit = crossed_effects(outcome, columns, [codes for codes, _ in groupings])
    rest = outcome - columns @ fit.slopes
    return _told(rows, rest, fit, groupings, (confidence, told))


def _rows(panel: pd.DataFrame) -> pd.DataFrame:
    known = panel["credited"] > 0
    if "present" in panel:
        known &= panel["present"].fillna(1.0) >= AT_WORK
    rows = panel[known].reset_index(drop=True)
    return rows if "territory_id" in rows else rows.assign(territory_id=None)


def _columns(rows: pd.DataFrame) -> Floats:
    """Period, segment, potential and ramp, without columns that follow from others."""
    parts = [pd.get_dummies(rows["step"]).to_numpy("float64")]
    if "segment" in rows:
        parts.append(pd.get_dummies(rows["segment"]).to_numpy("float64"))
    if "tenure_periods" in rows:
        early = rows["tenure_periods"].where(rows["tenure_periods"] < RAMPED_AFTER)
        parts.append(pd.get_dummies(early).to_numpy("float64"))
    if "potential" in rows:
        size = rows["potential"].astype("float64")
        known = (size > 0).to_numpy()
        parts.append(np.column_stack([np.log(size.where(size > 0, 1.0)), known]))
    return _independent(np.hstack(parts))


def _independent(columns: Floats) -> Floats:
    from scipy.linalg import qr

    _, upper, order = qr(columns, mode="economic", pivoting=True)
    size = np.abs(np.diag(upper))
    rank = int((size > 1e-9 * size.max(initial=1.0)).sum())
    return columns[:, np.sort(order[:rank])]


def _groupings(rows: pd.DataFrame) -> list[tuple[NDArray[np.intp], pd.Index[Any]]]:
    """Reps, and territories where they are not the same as reps."""
    found = [pd.factorize(rows["rep_id"], sort=True)]
    known = rows["territory_id"].astype("object")
    place = known.where(known.notna(), "rep " + rows["rep_id"].astype(str))
    cells = pd.DataFrame({"rep": rows["rep_id"], "place": place}).drop_duplicates()
    if len(cells) > min(cells["rep"].nunique(), cells["place"].nunique()):
        found.append(pd.factorize(place.astype(str), sort=True))
    return [(np.asarray(codes, dtype=np.intp), pd.Index(names)) for codes, names in found]


def _told(
    rows: pd.DataFrame,
    rest: Floats,
    fit: Crossed,
    groupings: list[tuple[NDArray[np.intp], pd.Index[Any]]],
    bounds: tuple[float, Identifiability],
) -> Skill:
    confidence, told = bounds
    draws = fit.drawn(_DRAWS)
    frames = [
        _effects(codes, names, rest, (fit, number, draws[number]), confidence)
        for number, (codes, names) in enumerate(groupings)
    ]
    reps = frames[0].assign(**_ranks(draws[0], fit.effects[0], confidence))
    places = pd.DataFrame(columns=_PLACES)
    if len(frames) > 1:
        held = rows.groupby(rows["territory_id"].astype(str))["rep_id"].nunique()
        places = frames[1].rename(columns={"group": "territory_id"})
        places = places.assign(reps=places["territory_id"].map(held)).dropna(subset=["reps"])
    return Skill(_described(reps, rows), places[_PLACES], _parts(fit), told, "ok")


def _effects(
    codes: NDArray[np.intp],
    names: pd.Index[Any],
    rest: Floats,
    found: tuple[Crossed, int, Floats],
    confidence: float,
) -> pd.DataFrame:
    """The raw mean of each group, the part that counts, the effect and its interval."""
    fit, number, draws = found
    periods = np.bincount(codes)
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return pd.DataFrame(
        {
            "group": names,
            "periods": periods,
            "raw": np.bincount(codes, rest) / periods,
            "k": shrinkage_factor(fit.variances[number], fit.noise, periods),
            "effect": fit.effects[number],
            "low": low,
            "high": high,
        }
    )


def _ranks(draws: Floats, effects: Floats, confidence: float) -> dict[str, Floats]:
    """Where each rep stands, between what places, and how surely among the best tenth."""
    from scipy.stats import rankdata

    ranks = rankdata(-draws, axis=1)
    low, high = np.quantile(ranks, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    best = max(len(effects) // 10, 1)
    return {
        "rank": rankdata(-effects),
        "rank_low": np.floor(low),
        "rank_high": np.ceil(high),
        "top_tenth": (ranks <= best).mean(axis=0),
    }


def _described(reps: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Name the reps; say of whom skill and territory are one."""
    reps = reps.rename(columns={"group": "rep_id"})
    by = rows.groupby("rep_id")
    names = by["rep"].last() if "rep" in rows else pd.Series(dtype="object")
    pairs = rows[["rep_id", "territory_id"]].dropna().drop_duplicates()
    sets = connected_sets(pairs)
    sizes = sets.map(sets.value_counts())
    linked = reps["rep_id"].map(sizes).fillna(1) > 1
    return reps.assign(
        rep=reps["rep_id"].map(names),
        territories=reps["rep_id"].map(by["territory_id"].nunique()),
        linked=reps["rep_id"].map(sets).astype("Int64"),
        status=np.where(linked, "ok", NOT_TOLD),
    )[_REPS]


def _parts(fit: Crossed) -> pd.DataFrame:
    values = np.array([*fit.variances, fit.noise])
    names = ["rep and territory", "noise"] if len(values) == 2 else ["rep", "territory", "noise"]
    return pd.DataFrame({"part": names, "spread": np.sqrt(values), "share": values / values.sum()})


def _nothing(told: Identifiability) -> Skill:
    parts = pd.DataFrame(columns=["part", "spread", "share"])
    return Skill(
        pd.DataFrame(columns=_REPS), pd.DataFrame(columns=_PLACES), parts, told, "insufficient n"
    )

"""How the methods of a back-test compare: misses, skill, fairness, and whether they were honest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.backtest import Backtest
from spmkit.calibration.expecting.history import RAMPED_AFTER, seats
from spmkit.correlations import spearman
from spmkit.intervals import Floats, wilson_interval
from spmkit.redraws import redrawn_interval

BASELINE, CALIBRATED = "last_year", "calibrated"
_NEAR = (0.8, 1.2)
_FEWEST_SCORED = 5
_BINS = 10


def method_scores(
    found: Backtest, *, probability: float = 0.6, confidence: float = 0.9
) -> pd.DataFrame:
    """One row a method, in the order in which they were given.

    All are scored on the same rows: those for which every method had a quota.
    Quotas are taken at the sum of what was sold (``error``), so that only who
    was given which part counts, or at the company's goal.

    Parameters
    ----------
    found
        What :func:`backtest` gave.
    probability
        That for which the back-test asked.
    confidence
        Of the bounds: territories redrawn with all their periods.

    Returns
    -------
    pandas.DataFrame
        ``method``, ``n`` (rows), ``seats``, ``periods``; ``error`` (sum of misses over sales),
        ``low``, ``high``; ``skill`` (1 less the error over that of last year's sales),
        ``skill_low``, ``skill_high``; ``pinball`` (of the quota that is to be reached with the
        probability, over the mean sale); ``spread`` (standard deviation of the logarithm of
        attainment), ``near`` (share within 80 to 120 %), ``of_potential`` (rank correlation of
        attainment with potential), ``reached``, ``reached_new`` (share of all and of new hires
        at the goal), ``covered`` (share within the 80 % range) and ``status``.

    Raises
    ------
    ValueError
        Where no row was scored by every method.

    Examples
    --------
    >>> from spmkit.calibration.expecting.backtest import backtest
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> found = backtest(simulated(World(reps=30, quarters=12)).panel)
    >>> method_scores(found).columns[:5].tolist()
    ['method', 'n', 'seats', 'periods', 'error']

    References
    ----------
    Koenker and Bassett 1978 (the pinball loss), doi 10.2307/1913643.
    """
    lines = scored_lines(found)
    base = _misses(lines[lines["method"] == BASELINE])
    rows = [
        {"method": name, **_scored(part, base, probability, confidence)}
        for name, part in lines.groupby("method", sort=False)
    ]
    return pd.DataFrame(rows)


def scored_lines(found: Backtest) -> pd.DataFrame:
    """The lines that every method had a quota for, with the quota at the sum of what was sold.

    A method that never had a quota, such as the company's own where it gave none, is left out.

    Raises
    ------
    ValueError
        Where nothing is left.
    """
    lines = found.lines.dropna(subset=["quota", "credited"])
    lines = lines[lines.groupby("method")["quota"].transform("size") >= _FEWEST_SCORED]
    count = lines.groupby(["step", "rep_id"])["method"].transform("nunique")
    whole = lines[count == lines["method"].nunique()]
    if whole.empty:
        raise ValueError("no row was scored by every method: the past is too short or too thin.")
    sums = whole.groupby(["method", "step"])[["quota", "credited"]].transform("sum")
    return whole.assign(even=whole["quota"] * sums["credited"] / sums["quota"])


def errors_by_period(found: Backtest) -> pd.DataFrame:
    """``method``, ``period``, ``n`` and ``error`` of each method in each period."""
    lines = scored_lines(found)
    missed = (lines["even"] - lines["credited"]).abs()
    keys = [lines["method"], lines["step"], lines["period"]]
    by = pd.DataFrame({"missed": missed, "sold": lines["credited"]}).groupby(keys, sort=False)
    sums = by.agg(missed=("missed", "sum"), sold=("sold", "sum"), n=("sold", "size")).reset_index()
    return sums.assign(error=sums["missed"] / sums["sold"])[["method", "period", "n", "error"]]


def picked_method(found: Backtest) -> pd.DataFrame:
    """For each period the method that had missed least in those before, and how it did.

    What is the best method over all is only known afterwards; this is what
    someone would have had who trusted the back-test each time.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``method`` (null in the first), ``error`` and ``baseline_error``.
    """
    errors = errors_by_period(found).pivot_table("error", "period", "method", sort=False)
    rows: list[dict[str, Any]] = []
    for place, period in enumerate(errors.index):
        before = errors.iloc[:place].mean()
        method = str(before.idxmin()) if place else None
        error = errors[method].iloc[place] if method else np.nan
        base = errors[BASELINE].iloc[place] if BASELINE in errors else np.nan
        rows.append({"period": period, "method": method, "error": error, "baseline_error": base})
    return pd.DataFrame(rows)


def method_ahead(found: Backtest, confidence: float = 0.9) -> str:
    """The method for the next quotas: the calibrated one, unless another is shown to miss less.

    Another one is taken where its misses in the back-test were less than those of
    the calibrated by more than chance (territories redrawn), the least of them. The
    company's own quotas are no method that could be asked for the next ones.

    Examples
    --------
    >>> from spmkit.calibration.expecting.backtest import backtest
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> method_ahead(backtest(simulated(World(reps=40, quarters=14)).panel))
    'calibrated'
    """
    lines = scored_lines(found)
    base = _misses(lines[lines["method"] == CALIBRATED])
    others = lines[~lines["method"].isin([CALIBRATED, "company"])]
    better = {}
    for name, part in others.groupby("method", sort=False):
        scored = _scored(part, base, 0.5, confidence)
        if scored["skill_low"] > 0:
            better[str(name)] = scored["error"]
    return min(better, key=lambda name: better[name]) if better else CALIBRATED


def reliability(
    found: Backtest, method: str = "calibrated", confidence: float = 0.95
) -> pd.DataFrame:
    """Whether what was said to be reached with a probability was: by tenths of the lines.

    Returns
    -------
    pandas.DataFrame
        ``said`` (mean probability of the tenth), ``reached``, ``low``, ``high``, ``n``.
    """
    lines = _probable(found, method)
    if lines.empty:
        return pd.DataFrame(columns=["said", "reached", "low", "high", "n"])
    tenth = pd.qcut(
        lines["probability"].rank(method="first"), _BINS, labels=False, duplicates="drop"
    )
    by = lines.assign(hit=lines["credited"] >= lines["quota"]).groupby(tenth)
    sums = by.agg(said=("probability", "mean"), hits=("hit", "sum"), n=("hit", "size"))
    low, high = wilson_interval(sums["hits"].to_numpy(), sums["n"].to_numpy(), confidence)
    shares = sums.assign(reached=sums["hits"] / sums["n"], low=low, high=high)
    return shares.reset_index(drop=True)[["said", "reached", "low", "high", "n"]]


def brier_skill(
    found: Backtest, method: str = "calibrated", confidence: float = 0.9
) -> tuple[float, float, float, int]:
    """How much better the probabilities were than one for all: 1 is perfect, 0 no better.

    Returns
    -------
    tuple
        The skill, its bounds (territories redrawn) and the lines behind it.
    """
    lines = _probable(found, method)
    hit = (lines["credited"] >= lines["quota"]).to_numpy("float64")
    if not len(lines) or hit.min() == hit.max():
        return np.nan, np.nan, np.nan, len(lines)
    said = lines["probability"].to_numpy("float64")
    by = pd.DataFrame({"hit": hit, "off": (said - hit) ** 2, "n": 1.0}).groupby(_seats(lines)).sum()
    sums = by.to_numpy("float64")

    def skill(counts: Floats) -> Floats:
        hits, off, n = (counts @ sums).T
        share = hits / n
        usual = share * (1 - share)
        return np.asarray(1 - off / n / np.where(usual > 0, usual, np.nan))

    low, high = redrawn_interval(skill, len(sums), confidence)
    return float(skill(np.ones((1, len(sums))))[0]), low, high, len(lines)


def _probable(found: Backtest, method: str) -> pd.DataFrame:
    lines = found.lines
    return lines[(lines["method"] == method) & lines["probability"].notna()]


def _seats(lines: pd.DataFrame) -> Any:
    return seats(lines).to_numpy()


def _misses(lines: pd.DataFrame) -> pd.DataFrame:
    """Misses and sales of each territory, in order of its name."""
    missed = (lines["even"] - lines["credited"]).abs()
    return pd.DataFrame({"missed": missed, "sold": lines["credited"]}).groupby(_seats(lines)).sum()


def _scored(
    lines: pd.DataFrame, base: pd.DataFrame, probability: float, confidence: float
) -> dict[str, Any]:
    own = _misses(lines)
    sums = own.to_numpy("float64")
    missed_before = base["missed"].reindex(own.index).to_numpy("float64")

    def error(counts: Floats) -> Floats:
        missed, sold = (counts @ sums).T
        return np.asarray(missed / np.where(sold > 0, sold, np.nan))

    def skill(counts: Floats) -> Floats:
        before = counts @ missed_before
        return np.asarray(1 - (counts @ sums)[:, 0] / np.where(before > 0, before, np.nan))

    once = np.ones((1, len(sums)))
    low, high = redrawn_interval(error, len(sums), confidence)
    skill_low, skill_high = redrawn_interval(skill, len(sums), confidence)
    counted = {"n": len(lines), "seats": len(own), "periods": lines["step"].nunique()}
    errors = {"error": float(error(once)[0]), "low": low, "high": high}
    skills = {"skill": float(skill(once)[0]), "skill_low": skill_low, "skill_high": skill_high}
    status = "ok" if not np.isnan(low) else "insufficient n"
    return {**counted, **errors, **skills, **_shape(lines, probability), "status": status}


def _shape(lines: pd.DataFrame, probability: float) -> dict[str, Any]:
    sold, quota = (lines[name].to_numpy("float64") for name in ("credited", "quota"))
    attainment = np.divide(sold, quota, out=np.full(len(sold), np.nan), where=quota > 0)
    even = np.divide(sold, lines["even"], out=np.full(len(sold), np.nan), where=lines["even"] > 0)
    reached = pd.Series(np.where(np.isnan(attainment), np.nan, attainment >= 1))
    new = (lines["tenure_periods"] < RAMPED_AFTER).to_numpy()
    inside = (sold >= lines["low"]) & (sold <= lines["high"])
    potential = lines["potential"].to_numpy("float64", na_value=np.nan)
    return {
        "pinball": _pinball(lines, probability),
        "spread": float(np.std(np.log(even[even > 0]), ddof=1)) if (even > 0).sum() > 1 else np.nan,
        "near": float(np.mean((even >= _NEAR[0]) & (even < _NEAR[1]))),
        "of_potential": spearman(attainment, potential).value,
        "reached": float(reached.mean()),
        "reached_new": float(reached[new].mean()) if new.any() else np.nan,
        "covered": float(inside.mean()),
    }


def _pinball(lines: pd.DataFrame, probability: float) -> float:
    """The loss of a quota that is to be reached with a probability, over the mean sale."""
    above = lines["credited"] - lines["quota_at"]
    place = 1 - probability
    loss = np.maximum(place * above, (place - 1) * above)
    return float(loss.mean() / lines["credited"].mean())

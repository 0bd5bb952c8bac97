"""How the methods of a back-test compare: misses, skill, fairness, and whether they were honest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.backtest import Backtest
from spmkit.calibration.expecting.history import RAMPED_AFTER, seats
from spmkit.calibration.expecting.two_way import by_seat_and_period, two_way_interval
from spmkit.correlations import spearman
from spmkit.intervals import Floats, wilson_interval

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
        Of the bounds: territories and periods redrawn; none with fewer than five periods.

    Returns
    -------
    pandas.DataFrame
        ``method``, ``n`` (rows), ``seats``, ``periods``; ``error`` (sum of misses over sales),
        ``low``, ``high``; ``skill`` (1 less the error over that of last year's sales),
        ``skill_low``, ``skill_high``, ``better`` (the share of the draws in which it is above 0);
        ``pinball`` (of the quota that is to be reached with the
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
    base = lines[lines["method"] == BASELINE]
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
    asked = errors.drop(columns="company", errors="ignore")  # of which there is none for the next
    rows: list[dict[str, Any]] = []
    for place, period in enumerate(errors.index):
        before = asked.iloc[:place].mean()
        method = str(before.idxmin()) if place else None
        error = errors[method].iloc[place] if method else np.nan
        base = errors[BASELINE].iloc[place] if BASELINE in errors else np.nan
        rows.append({"period": period, "method": method, "error": error, "baseline_error": base})
    return pd.DataFrame(rows)


def method_ahead(found: Backtest, confidence: float = 0.9) -> str:
    """The method for the next quotas: the calibrated one, unless another is shown to miss less.

    Another one is taken where its misses in the back-test were less than those of
    the calibrated by more than chance, however many were tried (Bonferroni), the
    least of them. With too few periods to show anything, the one that missed least
    so far is taken. The company's own quotas are no method that could be asked.

    Examples
    --------
    >>> from spmkit.calibration.expecting.backtest import backtest
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> method_ahead(backtest(simulated(World(reps=40, quarters=14)).panel))
    'calibrated'
    """
    lines = scored_lines(found)
    base = lines[lines["method"] == CALIBRATED]
    names = [str(name) for name in lines["method"].unique() if name != "company"]
    level = 1 - (1 - confidence) / max(len(names) - 1, 1)
    scored = {name: _scored(lines[lines["method"] == name], base, 0.5, level) for name in names}
    told = {name: one for name, one in scored.items() if one["status"] == "ok"}
    if not told:
        return min(scored, key=lambda name: scored[name]["error"])
    better = {name: one["error"] for name, one in told.items() if one["skill_low"] > 0}
    return min(better, key=lambda name: better[name]) if better else CALIBRATED


def reliability(
    found: Backtest, method: str = CALIBRATED, confidence: float = 0.95
) -> pd.DataFrame:
    """Whether what was said of the company's quotas was: the chance to reach them, and who did.

    The quotas that a method sets itself have one chance for all, which tells
    nothing apart; those that the company issued have many.

    Returns
    -------
    pandas.DataFrame
        By tenths of the lines, equal chances together: ``said`` (mean probability), ``reached``,
        ``low``, ``high`` (periods as they fell), ``n``.
    """
    lines = _probable(found, method)
    columns = ["said", "reached", "low", "high", "n"]
    if lines.empty:
        return pd.DataFrame(columns=columns)
    tenth = pd.qcut(lines["issued_probability"], _BINS, labels=False, duplicates="drop")
    rows = []
    for _, part in lines.groupby(tenth):
        hit = part["hit"].to_numpy(bool)
        low, high = wilson_interval(hit.sum(), len(hit), confidence)
        said = float(part["issued_probability"].mean())
        rows.append((said, float(hit.mean()), float(low), float(high), len(hit)))
    return pd.DataFrame(rows, columns=columns)


def brier_skill(
    found: Backtest, method: str = CALIBRATED, confidence: float = 0.9
) -> tuple[float, float, float, int]:
    """How much better the chances said of the company's quotas were than one for all.

    1 is perfect, 0 no better than the share that reached quota.

    Returns
    -------
    tuple
        The skill, its bounds (territories and periods redrawn; NaN with too few) and the lines.
    """
    lines = _probable(found, method)
    hit = lines["hit"].to_numpy("float64")
    if not len(lines) or hit.min() == hit.max():
        return np.nan, np.nan, np.nan, len(lines)
    off = (lines["issued_probability"] - hit) ** 2
    rows = lines.assign(hits=hit, off=off, one=1.0)
    sums = by_seat_and_period(rows, seats(rows), ["hits", "off", "one"])

    def skill(hits: Floats, off: Floats, n: Floats) -> Floats:
        share = hits / n
        return np.asarray(1 - off / n / (share * (1 - share)))

    drawn = two_way_interval(skill, sums, confidence)
    value = float(skill(*[matrix.sum() for matrix in sums]))
    return value, drawn.low, drawn.high, len(lines)


def _probable(found: Backtest, method: str) -> pd.DataFrame:
    lines = found.lines
    known = (lines["method"] == method) & lines["issued_probability"].notna()
    part = lines[known & (lines["issued"] > 0)]
    return part.assign(hit=part["credited"].round(2) >= part["issued"].round(2))


def _scored(
    lines: pd.DataFrame, base: pd.DataFrame, probability: float, confidence: float
) -> dict[str, Any]:
    """The error of a method, and how much less it is than that of a base on the same rows."""
    keys = ["step", "rep_id"]
    both = lines.merge(base[[*keys, "even"]], on=keys, suffixes=("", "_base"))
    both = both.assign(
        missed=(both["even"] - both["credited"]).abs(),
        missed_base=(both["even_base"] - both["credited"]).abs(),
    )
    seat = seats(both)
    missed, sold, before = by_seat_and_period(both, seat, ["missed", "credited", "missed_base"])
    error = two_way_interval(np.divide, [missed, sold], confidence)
    skill = two_way_interval(_less, [missed, before], confidence)
    counted = {"n": len(both), "seats": seat.nunique(), "periods": both["step"].nunique()}
    told = {
        "error": float(missed.sum() / sold.sum()) if sold.sum() > 0 else np.nan,
        "low": error.low,
        "high": error.high,
        "skill": float(_less(missed.sum(), before.sum())),
        "skill_low": skill.low,
        "skill_high": skill.high,
        "better": skill.above,
    }
    status = "insufficient n" if np.isnan(skill.low) else "ok"
    return {**counted, **told, **_shape(both, probability), "status": status}


def _less(missed: Any, before: Any) -> Any:
    return 1 - missed / before


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

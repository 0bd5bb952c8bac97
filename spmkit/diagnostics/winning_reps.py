"""Reps on a funnel plot: whose win rate lies outside what chance alone would make of it."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.data.quality import to_pandas
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.winning import closed_deals
from spmkit.measure import measure
from spmkit.metrics.opportunities import win_rate

Floats = NDArray[np.float64]
LIMITS = (0.95, 0.998)
"""Levels of the funnel's limits."""
_NOBODY = "nobody"


def rep_win_rates(diagnosis: Diagnosis) -> pd.DataFrame:
    """The win rate of each rep, with the limits within which chance alone would leave it.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep`` (the name), ``win_rate`` with ``low``, ``high`` (Wilson, 95 %) and
        ``n`` closed in the window, ``won``; ``overall`` (of them all); ``low_95``, ``high_95``,
        ``low_998``, ``high_998`` (exact binomial limits for that ``n``); ``outside``: ``""``,
        ``"95 %"`` or ``"99.8 %"``. The most deals first. Who is nobody is left out.

    Examples
    --------
    >>> found = rep_win_rates(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> bool((found["low_998"] <= found["low_95"]).all())
    True

    References
    ----------
    Spiegelhalter 2005, doi 10.1002/sim.1970.
    """
    known = nw.from_native(closed_deals(diagnosis)).lazy().filter(~nw.col("rep_id").is_null())
    found = measure(known.to_native(), win_rate, by="rep_id", confidence=0.95)
    ends = ("low", "high", "n")
    found = found.rename(columns={f"win_rate_{end}": end for end in ends}).dropna(
        subset=["win_rate"]
    )
    won = (found["win_rate"] * found["n"]).round().astype("int64")
    overall = float(won.sum() / found["n"].sum()) if len(found) else float("nan")
    told = found.assign(won=won, overall=overall, rep=_names(diagnosis, found["rep_id"]))
    return _limited(told).sort_values(["n", "rep_id"], ascending=[False, True], ignore_index=True)


def _names(diagnosis: Diagnosis, ids: pd.Series[Any]) -> pd.Series[Any]:
    reps = nw.from_native(diagnosis.data.reps).lazy()
    if "name" not in reps.collect_schema().names():
        return ids
    named = to_pandas(reps.select("rep_id", "name")).dropna().set_index("rep_id")["name"]
    return ids.map(named).fillna(ids)


def _limited(reps: pd.DataFrame) -> pd.DataFrame:
    if reps.empty:
        columns = ["low_95", "high_95", "low_998", "high_998", "outside"]
        return reps.reindex(columns=[*reps.columns, *columns])
    n, overall = reps["n"].to_numpy("float64"), float(reps["overall"].iloc[0])
    spans = [funnel_limits(n, overall, level) for level in LIMITS]
    named = zip(("95", "998"), spans, strict=True)
    told = reps.assign(
        **{f"{e}_{k}": s for k, ends in named for e, s in zip(_ENDS, ends, strict=True)}
    )
    rate = told["win_rate"]
    beyond = [(rate < told[f"low_{k}"]) | (rate > told[f"high_{k}"]) for k in ("998", "95")]
    return told.assign(outside=np.select(beyond, ["99.8 %", "95 %"], ""))


_ENDS = ("low", "high")


def funnel_limits(n: Floats, overall: float, level: float) -> tuple[Floats, Floats]:
    """Exact binomial limits around an overall rate, for groups of some sizes.

    Interpolated between counts, as Spiegelhalter has it, so that the limits narrow evenly. The
    upper one is the lower one of what was not won: else it would let in too few.

    Parameters
    ----------
    n
        How many cases each group has.
    overall
        The rate of them all.
    level
        Such as 0.95.

    Returns
    -------
    tuple of arrays
        Lower and upper limits, between 0 and 1.

    Examples
    --------
    >>> low, high = funnel_limits(np.array([10.0, 1000.0]), 0.5, 0.95)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.13, 0.47], [0.87, 0.53])

    References
    ----------
    Spiegelhalter 2005, doi 10.1002/sim.1970, appendix A.1.
    """
    tail = (1 - level) / 2
    return _limit(n, overall, tail), 1 - _limit(n, 1 - overall, tail)


def _limit(n: Floats, overall: float, share: float) -> Floats:
    from scipy.stats import binom

    count = binom.ppf(share, n, overall)
    up_to, exactly = binom.cdf(count, n, overall), binom.pmf(count, n, overall)
    part = np.where(exactly > 0, (up_to - share) / np.where(exactly > 0, exactly, 1.0), 0.0)
    return np.asarray(np.clip((count - part) / n, 0.0, 1.0), dtype="float64")


def limit_lines(reps: pd.DataFrame, most: int = 120) -> pd.DataFrame:
    """The limits over all numbers of deals that reps have: the lines of the funnel.

    Returns
    -------
    pandas.DataFrame
        ``n``, ``low_95``, ``high_95``, ``low_998``, ``high_998`` and ``overall``.
    """
    first, last = float(reps["n"].min()), float(reps["n"].max())
    sizes = np.unique(np.geomspace(max(first, 1.0), last, most).round())
    overall = float(reps["overall"].iloc[0])
    spans = {level: funnel_limits(sizes, overall, level) for level in LIMITS}
    columns = {
        f"{e}_{k}": s
        for k, at in (("95", 0.95), ("998", 0.998))
        for e, s in zip(_ENDS, spans[at], strict=True)
    }
    return pd.DataFrame({"n": sizes, "overall": overall, **columns})


def expected_outside(reps: pd.DataFrame) -> pd.DataFrame:
    """How many reps lie outside the limits, and how many chance alone would put there.

    Parameters
    ----------
    reps
        What :func:`rep_win_rates` gives.

    Returns
    -------
    pandas.DataFrame
        A row a level: ``level``, ``reps``, ``outside``, ``expected`` (from the exact chance of
        each rep, had all the overall rate) and ``p`` (the chance of so many or more).

    Examples
    --------
    >>> reps = pd.DataFrame({"n": [50, 50], "won": [25, 45], "overall": 0.5, "win_rate": [0.5, 0.9],
    ...     "low_95": 0.36, "high_95": 0.64, "low_998": 0.29, "high_998": 0.71})
    >>> expected_outside(reps)[["level", "outside"]].values.tolist()
    [[0.95, 1.0], [0.998, 1.0]]
    """
    from scipy.stats import binom

    rows = []
    n, overall = reps["n"].to_numpy("float64"), reps["overall"].to_numpy("float64")
    for level, key in zip(LIMITS, ("95", "998"), strict=True):
        low, high = (reps[f"{end}_{key}"].to_numpy("float64") * n for end in _ENDS)
        inside = binom.cdf(np.floor(high + _ROUND), n, overall) - binom.cdf(
            np.ceil(low - _ROUND) - 1, n, overall
        )
        chances = np.clip(1 - inside, 0.0, 1.0)
        won = reps["won"].to_numpy("float64")
        beyond = int(((won < low - _ROUND) | (won > high + _ROUND)).sum())
        p = _at_least(chances, beyond)
        row = {"level": level, "reps": len(reps), "outside": beyond, "expected": chances.sum()}
        rows.append(row | {"p": p})
    return pd.DataFrame(rows)


_ROUND = 1e-9


def _at_least(chances: Floats, count: int) -> float:
    """The chance that at least so many of independent things happen, each with its own chance."""
    shares = np.ones(1)
    for chance in chances:
        shares = np.convolve(shares, [1 - chance, chance])
    return float(np.clip(shares[count:].sum(), 0.0, 1.0))

"""How far those with an action came off what others with the same past reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.actions.history import compared, telling_past
from spmkit.intervals import Floats, refuse_confidence

FEWEST_REPS = 10
"""With fewer reps on either side nothing is told of a group."""

POWER = 0.8
_DRAWS = 9_999
_NUMBERS = 10_000_000  # that are dealt at most
_SIGNS = {"higher": 1, "lower": -1}
_FITTED = ("value", "low", "high", "p", "drift", "detectable")


@dataclass(frozen=True)
class Effect:
    """How far those with an action came off the others with the same past, and what that tells.

    Parameters
    ----------
    value, low, high
        The difference and its interval; null where it cannot be estimated.
    p
        Of a permutation test: how often chance alone parts the two groups as far.
    treated, control
        Reps with the action and without it who have a value after and a past.
    before, after
        Mean of the reps with the action in the last period before, and after.
    drift
        What those with the same past and no action moved by: regression to the mean, and whatever
        moved everybody. ``after - before`` is ``drift + value``.
    detectable
        The smallest effect that is seen four times out of five.
    verdict
        ``improved``, ``worse`` or ``cannot tell``.
    status
        ``ok``, or why it cannot be told.
    """

    value: float
    low: float
    high: float
    p: float
    treated: int
    control: int
    before: float
    after: float
    drift: float
    detectable: float
    verdict: str
    status: str


def action_effect(
    history: pd.DataFrame,
    treated: Collection[str],
    better: str = "higher",
    asked: float | None = None,
    confidence: float = 0.95,
) -> Effect:
    """Compare those with an action to those without, given each one's own past.

    An analysis of covariance: the value after on the last value before, the mean of the earlier
    ones, and whether there was an action. People are chosen for a bad last period, and would have
    come back towards the middle anyway; a change from before to after, or a difference of such
    changes, takes that for success. Given the past it is not: whoever stood there without an
    action moved too. Where people were chosen by something that is in nobody's past and goes on,
    no such comparison is fair; that the action caused the difference is not shown by it.

    All for whom an action was agreed count, also where it was dropped since: who gives up is not
    left to chance. The permutation is of 9,999 deals, of more than a thousand reps of fewer.

    Parameters
    ----------
    history
        Rows of :func:`rep_history`.
    treated
        ``rep_id`` of those with the action.
    better
        ``higher`` or ``lower``; any other gives no verdict.
    asked
        The change that the targets asked for; with less power than to see it, or what was seen,
        the verdict is ``cannot tell``.
    confidence
        Such as 0.95.

    Returns
    -------
    Effect
        Null with fewer than ten reps without the action.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> past = rng.normal(0.3, 0.05, 40)
    >>> history = pd.DataFrame({"rep_id": [f"r{i:02}" for i in range(40)], "last": past,
    ...     "earlier": np.nan, "after": past + rng.normal(0, 0.01, 40)})
    >>> history.loc[:11, "after"] += 0.1
    >>> found = action_effect(history, history["rep_id"][:12])
    >>> found.verdict, round(found.value, 2), found.treated, found.control
    ('improved', 0.1, 12, 28)

    References
    ----------
    Van Breukelen 2006, doi 10.1016/j.jclinepi.2006.02.007 (covariance against change); Freedman
    and Lane 1983, doi 10.1080/07350015.1983.10509354 (the permutation).
    """
    refuse_confidence(confidence)
    known = compared(history)
    flag = np.asarray(known["rep_id"].isin(list(treated)), dtype=np.float64)
    own = known[flag == 1]
    count, others = int(flag.sum()), int(len(flag) - flag.sum())
    seen = _means(own) | {"treated": count, "control": others}
    past = _past(known)
    why = _unfit(count, others, flag, past)
    if why:
        nothing: dict[str, Any] = dict.fromkeys(_FITTED, np.nan)
        return Effect(**seen, **nothing, verdict="cannot tell", status=why)
    found = _fitted(known["after"].to_numpy("float64"), flag, past, confidence)
    drift = seen["after"] - seen["before"] - found["value"]
    verdict, status = _judged(found, count, better, asked, 1 - confidence)
    return Effect(**seen, **found, drift=drift, verdict=verdict, status=status)


def _means(own: pd.DataFrame) -> dict[str, Any]:
    return {"before": float(own["last"].mean()), "after": float(own["after"].mean())}


def _few(count: int, side: str) -> str:
    return f"{count} {'rep' if count == 1 else 'reps'} {side} it; {FEWEST_REPS} are needed"


def _past(known: pd.DataFrame) -> Floats:
    """A column of ones, and what tells the reps' pasts apart."""
    own = known[telling_past(known)].to_numpy("float64")
    return np.column_stack([np.ones(len(known)), own])


def _unfit(count: int, others: int, flag: Floats, past: Floats) -> str:
    """Why nothing can be estimated at all."""
    if not count:
        return "no rep with it has a past and a value now"
    if others < FEWEST_REPS:
        return _few(others, "without")
    if np.abs(_rest(flag, past)).max() < 1e-9:
        return "nobody without it has a past like those with it"
    return ""


def _rest(values: Floats, past: Floats) -> Floats:
    """What the past does not explain."""
    return np.asarray(values - past @ np.linalg.lstsq(past, values)[0], dtype=np.float64)


def _fitted(after: Floats, flag: Floats, past: Floats, confidence: float) -> dict[str, Any]:
    """The covariance's coefficient with its interval, what it could detect, and the permutation."""
    from scipy.stats import t
    from statsmodels.regression.linear_model import OLS

    fit = OLS(after, np.column_stack([flag, past])).fit()
    value, error = float(fit.params[0]), float(fit.bse[0])
    sure, seen = (float(t.ppf(share, fit.df_resid)) for share in ((1 + confidence) / 2, POWER))
    return {
        "value": value,
        "low": value - sure * error,
        "high": value + sure * error,
        "detectable": (sure + seen) * error,
        "p": _permuted(_rest(after, past), _rest(flag, past), float(np.abs(after).max())),
    }


def _permuted(rest: Floats, flag: Floats, size: float) -> float:
    """Deal what the past does not explain to the reps anew, and see how often it parts them so."""
    from scipy.stats import permutation_test

    scale = np.abs(rest).max()
    if scale <= 1e-9 * size:  # the past explains all, but for the noise of sums
        return 1.0
    found = permutation_test(
        (rest / scale,),  # the same whatever the currency, to the last digit
        lambda dealt, axis: (dealt * flag).sum(axis=axis),
        permutation_type="pairings",
        vectorized=True,
        n_resamples=min(_DRAWS, _NUMBERS // len(rest)),
        batch=500,
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)


def _judged(
    found: dict[str, float], count: int, better: str, asked: float | None, level: float
) -> tuple[str, str]:
    """The verdict, or why there is none: the first reason that applies."""
    value = found["value"]
    clear = (found["low"] > 0 or found["high"] < 0) and found["p"] < level
    looked_for = max(abs(value), abs(asked)) if asked is not None else np.inf
    reasons = {
        _few(count, "with"): count < FEWEST_REPS,
        "of this metric neither end is better": better not in _SIGNS,
        "too little power for the change that was asked": found["detectable"] > looked_for,
        "within what chance explains": not clear,
    }
    why = next((reason for reason, holds in reasons.items() if holds), None)
    if why:
        return "cannot tell", why
    return ("improved" if value * _SIGNS[better] > 0 else "worse"), "ok"


def difference_in_differences(
    history: pd.DataFrame,
    treated: Collection[str],
    since: str = "earlier",
    confidence: float = 0.95,
) -> dict[str, float]:
    """The change of those with an action less the change of those without.

    Beside :func:`action_effect`, never instead of it: where people are chosen for a bad period,
    this takes their coming back for an effect. From the earlier periods, without the one by which
    they were chosen, it does so least.

    Parameters
    ----------
    history
        Rows of :func:`rep_history`.
    treated
        ``rep_id`` of those with the action.
    since
        What the value after is compared with: ``earlier`` or ``last``.
    confidence
        Such as 0.95.

    Returns
    -------
    dict
        ``value``, ``error`` (robust to unequal variances, HC1), ``low`` and ``high``; null with
        fewer than two reps on a side.

    Examples
    --------
    >>> history = pd.DataFrame({"rep_id": list("abcd"), "last": np.nan,
    ...     "earlier": [1.0, 2.0, 3.0, 4.0], "after": [3.0, 5.0, 3.0, 5.0]})
    >>> found = difference_in_differences(history, ["a", "b"])
    >>> round(found["value"], 6), round(found["error"], 3)
    (2.0, 0.707)

    References
    ----------
    Card and Krueger 1994, American Economic Review 84(4), table 4 (2.75, standard error 1.34).
    """
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.tools import add_constant

    refuse_confidence(confidence)
    known = history.dropna(subset=["after", since])
    flag = np.asarray(known["rep_id"].isin(list(treated)), dtype=np.float64)
    if min(flag.sum(), len(flag) - flag.sum()) < 2:
        return dict.fromkeys(("value", "error", "low", "high"), np.nan)
    change = (known["after"] - known[since]).to_numpy("float64")
    fit = OLS(change, add_constant(flag)).fit(cov_type="HC1", use_t=True)
    low, high = fit.conf_int(1 - confidence)[1]
    ends = {"low": float(low), "high": float(high)}
    return {"value": float(fit.params[1]), "error": float(fit.bse[1]), **ends}

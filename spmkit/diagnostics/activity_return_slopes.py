"""Across reps and within reps: two slopes of one activity, which may point two ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.diagnostics.activity_return_lags import kinds_of

_ENDS = ("", "_low", "_high")
_FEWEST_REPS = 10
_NOISE = 1e-9
_TURNS = 25  # of taking off means in turn; more change nothing that is shown


def pooled_and_within(panel: pd.DataFrame, lag: int = 1) -> pd.DataFrame:
    """The slope over all rep-months beside that within reps, one activity at a time.

    What all reps of a month have in common is taken off both.

    Over all rep-months, reps who do more are compared with others who do less, and with them
    their territories and skill; within reps each is compared with the same rep in other months.
    Where the two disagree, the first is about who does it and not about doing it (Simpson).

    Parameters
    ----------
    panel
        One row a rep and period, as from :func:`spmkit.activity_panel`.
    lag
        Periods from the activity to the win.

    Returns
    -------
    pandas.DataFrame
        A row an activity: ``activity``, ``pooled`` and ``within`` (of ln(1 + wins)), each with
        ``_low`` and ``_high`` (95 %, clustered by rep), ``n`` (rep-periods), ``reps``,
        ``disagree`` (neither interval holds the other's slope) and ``status``.

    Examples
    --------
    >>> few = pd.DataFrame({"rep_id": ["a", "a", "a"], "period": ["1", "2", "3"],
    ...     "wins": [0, 1, 2], "selling": [3, 4, 5]})
    >>> pooled_and_within(few)["status"].tolist()
    ['insufficient n: 1 reps, 10 are needed']

    References
    ----------
    Simpson 1951; Mundlak 1978 on slopes within and between.
    """
    order = {label: place for place, label in enumerate(sorted(panel["period"].unique()))}
    place = panel["period"].map(order)
    names = kinds_of(panel)
    earlier = panel[["rep_id", *names]].assign(_place=place + lag)
    later = panel[["rep_id", "wins"]].assign(_place=place)
    cells = later.merge(earlier, on=["rep_id", "_place"])
    outcome = pd.Series(np.log1p(cells["wins"].to_numpy("float64")), cells.index)
    when = cells["_place"]
    rows = [
        slopes(cells["rep_id"], cells[name], outcome, when) | {"activity": name} for name in names
    ]
    found = pd.DataFrame(rows)
    order_of = ["activity", *[f"{side}{end}" for side in ("pooled", "within") for end in _ENDS]]
    return found[[*order_of, "n", "reps", "disagree", "status"]]


def slopes(
    rep: pd.Series[Any],
    activity: pd.Series[Any],
    outcome: pd.Series[Any],
    period: pd.Series[Any] | None = None,
) -> dict[str, Any]:
    """Both slopes of one activity, with intervals clustered by rep.

    Parameters
    ----------
    rep, activity, outcome
        One value a rep and period.
    period
        The period of each; its own level is taken off both. None takes nothing off.

    Examples
    --------
    >>> rep = pd.Series(list("abcdefghijkl") * 2)
    >>> activity = pd.Series([*range(12), *range(1, 13)], dtype=float)
    >>> level = pd.Series([-2.0 * n for n in range(12)] * 2)
    >>> found = slopes(rep, activity, level + 0.5 * activity)
    >>> round(found["within"], 6), found["pooled"] < 0
    (0.5, True)
    """
    x, y = (one.astype("float64").reset_index(drop=True) for one in (activity, outcome))
    who = pd.Series(pd.factorize(rep)[0])  # numbers: names are looked up at every turn below
    reps = int(who.nunique())
    found: dict[str, Any] = {"n": len(x), "reps": reps, "disagree": False, "status": "ok"}
    nothing = {f"{side}{end}": np.nan for side in ("pooled", "within") for end in _ENDS}
    if reps < _FEWEST_REPS:
        reason = f"insufficient n: {reps} reps, {_FEWEST_REPS} are needed"
        return found | nothing | {"status": reason}
    when = pd.Series(0, x.index) if period is None else period.reset_index(drop=True)
    own = _levelled(x, [who, when])
    if own.abs().max() < _NOISE:
        return found | nothing | {"status": "undefined: the activity never differs within a rep"}
    within = _slope(own, _levelled(y, [who, when]), who)
    pooled = _slope(_levelled(x, [when]), _levelled(y, [when]), who)
    sides = {"pooled": pooled, "within": within}
    told = {
        f"{side}{end}": one
        for side, ends in sides.items()
        for end, one in zip(_ENDS, ends, strict=True)
    }
    apart = not _holds(pooled, within[0]) and not _holds(within, pooled[0])
    return found | told | {"disagree": apart}


def _levelled(values: pd.Series[float], by: Sequence[pd.Series[Any]]) -> pd.Series[float]:
    """Take off the means of each grouping in turn, until nothing is left of them."""
    left = values
    for _ in range(_TURNS if len(by) > 1 else 1):
        for group in by:
            left = left - left.groupby(group).transform("mean")
    return left


def _slope(x: pd.Series[float], y: pd.Series[float], who: pd.Series[Any]) -> tuple[float, ...]:
    """The slope through the means, with bounds clustered by rep."""
    from statsmodels.regression.linear_model import OLS

    groups = who.astype("category").cat.codes
    design = x.to_numpy()[:, None]
    fit = OLS(y.to_numpy(), design).fit(
        cov_type="cluster", cov_kwds={"groups": groups.to_numpy()}, use_t=True
    )
    low, high = fit.conf_int()[0]
    return float(fit.params[0]), float(low), float(high)


def _holds(side: tuple[float, ...], value: float) -> bool:
    return side[1] <= value <= side[2]

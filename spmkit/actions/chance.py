"""Where a rep would lie by chance: what others who stood there came to."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from spmkit.actions.effect import FEWEST_REPS
from spmkit.actions.history import compared, past_of, telling_past

_LEVEL = 0.8


def chance_band(history: pd.DataFrame, treated: Collection[str]) -> pd.DataFrame:
    """Where four of five reps with the same past and no action came to lie.

    Of one rep no effect can be estimated; what can be said is whether the value after lies where
    those without an action came to lie, too.

    Parameters
    ----------
    history
        Rows of :func:`rep_history`.
    treated
        ``rep_id`` of those with the action.

    Returns
    -------
    pandas.DataFrame
        One row a rep with the action: ``rep_id``, ``after``, ``last``, ``expected``, ``low`` and
        ``high``; the last three null where the rep has no past, or fewer than ten reps without
        the action have one.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> past = np.linspace(0.2, 0.4, 31)
    >>> history = pd.DataFrame({"rep_id": [f"r{i:02}" for i in range(31)], "last": past,
    ...     "earlier": np.nan, "after": past + rng.normal(0, 0.01, 31)})
    >>> chance_band(history, ["r15"])[["expected", "low", "high"]].round(2).values.tolist()
    [[0.3, 0.29, 0.31]]
    """
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.tools import add_constant

    chosen = history["rep_id"].isin(list(treated))
    own = history[chosen].sort_values("rep_id", ignore_index=True)
    known = compared(history)
    others = known[~known["rep_id"].isin(list(treated))]
    names = telling_past(others)
    ends = pd.DataFrame(np.nan, index=own.index, columns=["expected", "low", "high"])
    usable = own[["last", *past_of(known)]].notna().all(axis=1)
    if len(others) >= FEWEST_REPS and usable.any():
        past, mine = (
            add_constant(frame[names].to_numpy("float64"), has_constant="add")
            for frame in (others, own[usable])
        )
        told = OLS(others["after"].to_numpy("float64"), past).fit().get_prediction(mine)
        found = told.summary_frame(alpha=1 - _LEVEL)[["mean", "obs_ci_lower", "obs_ci_upper"]]
        ends.loc[usable] = found.to_numpy("float64")
    return pd.concat([own[["rep_id", "after", "last"]], ends], axis=1)

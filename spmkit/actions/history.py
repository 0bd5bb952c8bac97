"""A rep's value after an action, beside the rep's own values before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spmkit.intervals import Floats


def rep_history(panel: pd.DataFrame, before: Sequence[str], after: str) -> pd.DataFrame:
    """Put each rep's value after beside the last one before and the mean of the earlier ones.

    The last one is the value for which people are chosen: the worst of it come nearer to the
    middle with nobody doing anything. It stands apart from the earlier ones, so that
    :func:`action_effect` can compare people who had the same one.

    Parameters
    ----------
    panel
        Rows of :func:`rep_panel`.
    before
        Labels of the periods before the action, in order.
    after
        The label of the period in which it is judged.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``after``, ``last`` and ``earlier``; null where there is no such value. In
        order of the reps.

    Examples
    --------
    >>> panel = pd.DataFrame({"rep_id": "ada", "period": ["Q1", "Q2", "Q3", "Q4"],
    ...     "value": [0.2, 0.4, 0.1, 0.5]})
    >>> rep_history(panel, ["Q1", "Q2", "Q3"], "Q4").round(2).values.tolist()
    [['ada', 0.5, 0.1, 0.3]]
    """
    wide = panel.pivot_table("value", "rep_id", "period", "first")
    wide = wide.reindex(columns=[*before, after]).astype("float64")
    found = pd.DataFrame(index=wide.index, columns=["last", "earlier"], dtype="float64")
    if before:
        found["last"] = wide[before[-1]]
        found["earlier"] = wide[list(before[:-1])].mean(axis=1)
    return found.assign(after=wide[after]).reset_index()[["rep_id", "after", "last", "earlier"]]


def past_of(history: pd.DataFrame) -> list[str]:
    """The columns of the past that tell reps apart."""
    names = ["last", "earlier"]
    return [name for name in names if history[name].notna().any()]


def compared(history: pd.DataFrame) -> pd.DataFrame:
    """The reps who can be compared: with a value after, and the past that there is."""
    return history.dropna(subset=["after", "last", *past_of(history)]).sort_values(
        "rep_id", ignore_index=True
    )


def telling_past(known: pd.DataFrame) -> list[str]:
    """The columns of the past that tell reps apart: neither constant nor said by another."""
    kept: list[str] = []
    for name in past_of(known):
        if _rank(known[[*kept, name]].to_numpy("float64")) > len(kept):
            kept.append(name)
    return kept


def _rank(columns: Floats) -> int:
    """How many of some columns say something of their own, whatever their scale."""
    away = columns - columns.mean(axis=0)
    size = np.abs(columns).max(axis=0, initial=0.0)
    spread = np.abs(away).max(axis=0, initial=0.0)
    varied = spread > 1e-9 * size
    scaled = away[:, varied] / spread[varied]
    return int(np.linalg.matrix_rank(scaled, rtol=1e-9)) if varied.any() else 0

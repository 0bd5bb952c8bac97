"""How many reps are coached, how long ago the last time was, and which reviews are due."""

from __future__ import annotations

from functools import partial

import pandas as pd

from spmkit.diagnostics.opening import Diagnosis
from spmkit.measure import measure
from spmkit.metrics.people import coaching_coverage, coaching_lines
from spmkit.review.agreed import DONE, DROPPED, agreed_actions

_CONFIDENCE = 0.95
_OFTEN = 4  # sessions of the window: one a period, as it has up to four


def coaching_cadence(diagnosis: Diagnosis) -> pd.DataFrame:
    """Measure by team how many reps were coached in the window, and how often.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``team``, ``coached`` (the share of reps with a session) with ``low``, ``high`` (Wilson)
        and ``n``, ``often`` (the share with four or more), and ``since`` (the median of the days
        since the last session, of those who had one); the least coached team first, the whole
        (``All``) last.

    Raises
    ------
    DataError
        Where the source records no coaching.

    Examples
    --------
    >>> found = coaching_cadence(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["team"].tolist()[-1]
    'All'
    """
    name = f"coaching of {diagnosis.window}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _cadence(diagnosis))
    return found


def _cadence(diagnosis: Diagnosis) -> pd.DataFrame:
    lines = coaching_lines(diagnosis.data, diagnosis.start.date(), diagnosis.end.date())
    lines = lines.assign(team=lines["team"].astype("object").fillna("no team"))
    often = partial(coaching_coverage, at_least=_OFTEN)
    days = (diagnosis.end - lines["last_session_on"]).dt.days
    parts = []
    for frame in (lines, lines.assign(team="All")):
        found = measure(frame, [coaching_coverage, often], by="team", confidence=_CONFIDENCE)
        found["since"] = found["team"].map(days.groupby(frame["team"]).median())
        parts.append(found.sort_values(["coaching_coverage", "team"]))
    columns = {
        "team": "team",
        "coaching_coverage": "coached",
        "coaching_coverage_low": "low",
        "coaching_coverage_high": "high",
        "coaching_coverage_n": "n",
        f"coaching_coverage_{_OFTEN}": "often",
        "since": "since",
    }
    return pd.concat(parts, ignore_index=True)[list(columns)].rename(columns=columns)


def due_reviews(diagnosis: Diagnosis) -> pd.Series[int]:
    """Count the actions whose day of review has passed, and those of them that are still open.

    Returns
    -------
    pandas.Series
        ``passed`` and ``open``.

    Raises
    ------
    DataError
        Where there is no table ``actions``.
    """
    rows = agreed_actions(diagnosis.data)
    passed = rows[rows["review_on"] <= diagnosis.end]
    still = ~passed["state"].isin([DONE, DROPPED])
    return pd.Series({"passed": len(passed), "open": int(still.sum())})

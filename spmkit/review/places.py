"""Where a rep's own metrics lie on the middle half of the peers, right always the better side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spmkit.review.peers import peers_of
from spmkit.review.person import Person
from spmkit.review.scorecard import SCORES, judged, scorecard

FURTHEST = 2.5
"""Middle halves away from the median; what lies further out is placed there."""

_VALUES = ["shown", "low", "median", "high"]
_OF_PEERS = ["low", "median", "high", "peers"]
_MEASURED = ["metric", "shown", "n", "spread", "enough", "mark"]


def peer_places(person: Person) -> tuple[pd.DataFrame, list[str]]:
    """Every metric of the scorecard that is measured, with the rep's place among the peers.

    Parameters
    ----------
    person
        An open review of a rep.

    Returns
    -------
    places
        What :func:`placed` gives, in the order of the scorecard; a metric of which nothing is
        known of the rep has a row too. ``spread`` and ``mark`` as in the scorecard.
    missing
        Why a metric is not measured of anybody.
    """
    scores, missing = scorecard(person.company)
    own = judged(scores, [person.rep_id])[["group", *_MEASURED]]
    peers = peers_of(scores, [person.rep_id])[["group", "metric", *_OF_PEERS]]
    known = own.merge(peers, on=["group", "metric"]).drop(columns="group")
    measured = [name for name in SCORES if name in set(scores["metric"])]
    rows = known.set_index("metric").reindex(measured).rename_axis("metric").reset_index()
    rows["enough"] = rows["enough"].eq(other=True)
    rows["mark"] = rows["mark"].fillna("")
    return placed(rows), missing


def placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Place own values on the peers' middle half, which is as wide in every row.

    Parameters
    ----------
    rows
        ``metric``, ``shown``, ``n``, ``enough``, ``mark`` of one person and ``low``, ``median``,
        ``high``, ``peers`` of the others.

    Returns
    -------
    pandas.DataFrame
        The same with ``verdict`` (``better``, ``worse``; empty where neither is sure), ``start``
        and ``end`` of the middle half and ``at`` of the own value (counted from the peers' median
        in widths of their middle half, the better side positive), ``beyond`` (lies further out
        than ``at`` says) and ``untold``: why a row has no place (``unmeasured``, ``cases``,
        ``peers``, ``width``), empty where it has one.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": ["win_rate", "untouched"], "shown": [0.5, 0.1], "n": 40,
    ...     "enough": True, "mark": ["▲", ""], "low": [0.3, 0.1], "median": [0.4, 0.2],
    ...     "high": [0.5, 0.3], "peers": 9})
    >>> placed(rows)[["verdict", "start", "end", "at"]].round(2).to_dict("list")
    {'verdict': ['better', ''], 'start': [-0.5, -0.5], 'end': [0.5, 0.5], 'at': [0.5, 0.5]}
    """
    values = rows.astype(dict.fromkeys(_VALUES, "float64"))
    direction = rows["metric"].map(_direction).astype("float64")
    told = rows.assign(untold=_untold(values), verdict=_verdict(rows["mark"], direction))
    width = (values["high"] - values["low"]).where(told["untold"] == "")
    at, low, high = (
        (values[name] - values["median"]) * direction / width for name in ("shown", "low", "high")
    )
    return told.assign(
        at=at.clip(-FURTHEST, FURTHEST),
        start=low.where(direction > 0, high),
        end=high.where(direction > 0, low),
        beyond=at.abs() > FURTHEST,
    )


def _direction(metric: str) -> float:
    return 1.0 if SCORES[metric].better == "higher" else -1.0


def _verdict(mark: pd.Series[str], direction: pd.Series[float]) -> pd.Series[str]:
    good = np.where(direction > 0, "▲", "▼")
    verdict = pd.Series(np.where(mark == good, "better", "worse"), index=mark.index)
    return verdict.where(mark != "", "")


def _untold(rows: pd.DataFrame) -> pd.Series[str]:
    """The first reason that holds; two figures may make the middle half of peers one number."""
    reasons = {
        "unmeasured": rows["shown"].isna(),
        "cases": ~rows["enough"],
        "peers": rows["median"].isna(),
        "width": ~(rows["high"] > rows["low"]),
    }
    found = np.select(list(reasons.values()), list(reasons), default="")
    return pd.Series(found, index=rows.index)

"""Where each team is lowest against its peers, and whether the next driver makes up for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spmkit.diagnostics.drivers import CREDIT, QUOTA


def team_leaks(found: pd.DataFrame) -> pd.DataFrame:
    """Each team's driver that takes away most against its peers, with its interval.

    Parameters
    ----------
    found
        What :func:`driver_tree` gives.

    Returns
    -------
    pandas.DataFrame
        A row a group: the columns of the tree of its lowest ``factor`` (of those that a team
        has in hand: not quotas, not credit beside new business), ``outcome`` and
        ``peers_outcome``, and ``made_up``: the driver next to it that makes up for half of it or
        more, since the two share a count; else empty. The lowest factor first.

    Examples
    --------
    >>> found = pd.DataFrame({"group": "A", "driver": ["hours per rep", "win rate", "attainment"],
    ...     "factor": [1.0, 0.8, 0.8], "value": [9.0, 0.2, 0.8], "peers_value": [9.0, 0.25, 1.0]})
    >>> team_leaks(found)[["group", "driver", "factor"]].values.tolist()
    [['A', 'win rate', 0.8]]
    """
    rows = [_leak(own) for _, own in found.groupby("group", sort=False)]
    leaks = pd.DataFrame([row for row in rows if row is not None])
    return leaks.sort_values("factor", ignore_index=True) if len(leaks) else leaks


def _leak(own: pd.DataFrame) -> dict[str, object] | None:
    """The row of one group's lowest driver; None where it has none below its peers."""
    steps, outcome = own.iloc[:-1], own.iloc[-1]
    held = steps[~steps["driver"].isin([QUOTA, CREDIT])]
    if not held["factor"].lt(1).any():
        return None
    place = int(np.argmin(held["factor"]))
    logs = np.log(held["factor"].to_numpy("float64"))
    beside = [k for k in (place - 1, place + 1) if 0 <= k < len(logs) and logs[k] > 0]
    best = max(beside, key=lambda k: float(logs[k]), default=None)
    made_up = "" if best is None or logs[best] < -logs[place] / 2 else held["driver"].iloc[best]
    shown = {"outcome": outcome["value"], "peers_outcome": outcome["peers_value"]}
    row: dict[str, object] = {str(key): value for key, value in held.iloc[place].items()}
    return row | shown | {"made_up": made_up}

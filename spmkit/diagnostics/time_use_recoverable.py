"""Hours that come back if who spends more on what is not selling spent what peers do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.diagnostics.drivers_redrawn import Floats, discoveries, judged, redrawn_sums
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.time_use import NOT_GIVEN, grouped_time, refuse_by_rep
from spmkit.diagnostics.time_use_lines import NON_SELLING
from spmkit.diagnostics.time_use_people import SMALLER

_IDLE, _WORKED = "non_selling_hours", "worked_hours"
_COLUMNS = [_IDLE, _WORKED]


def recoverable_hours(diagnosis: Diagnosis, by: str = "region") -> pd.DataFrame:
    """Hours beyond the median share of the peers that a group spends on what is not selling.

    *If* the group spent on administration, internal work and travel the share of its hours that
    the other groups' median spends. No promise: a region that travels far, or that does the
    administration of others, will not get there. Hours of no category are in neither side. The
    hours of a region are those of its teams: never add the two.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        ``region``, ``team`` or ``manager``.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``group``, ``share`` (not selling, of the hours of known category),
        One row a group: ``group``, ``share`` (not selling, of the hours of known category),
        ``peers_share`` (median of the other groups), ``worked_hours``, ``hours`` (beyond that
        share; negative below it) with ``low`` and ``high`` (95 %, all groups' reps drawn anew),
        ``detectable`` (hours that would be told from none in four of five cases), ``largest``
        (the category that most of it is), ``n`` (reps), ``peers`` (groups), ``told`` (whether it
        is beyond chance, all groups counted) and ``status``. The most hours first.

    Raises
    ------
    DataError
        Where there are no activities or no durations.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> recoverable_hours(diagnosis)[["group", "told"]].values.tolist()[0]
    ['Southeast', True]
    """
    refuse_by_rep(diagnosis, by)
    people = grouped_time(diagnosis, by)
    people = people[people[_WORKED].gt(0)]
    sums = people.groupby("group")[[*_COLUMNS, *[f"{one}_hours" for one in NON_SELLING]]].sum()
    draws = redrawn_sums(people, _COLUMNS)
    reps = people.groupby("group")["rep_id"].nunique()
    rows = [_row(name, sums, draws, int(reps[name])) for name in sums.index]
    if not rows:
        return pd.DataFrame(columns=[*_ANSWER])
    found = pd.DataFrame(rows)
    found["told"] = discoveries(found["p"]) & (found["low"] > 0)
    ordered = found.sort_values("hours", ascending=False, ignore_index=True, na_position="last")
    return ordered[list(_ANSWER)]


_ANSWER = (
    *("group", "share", "peers_share", _WORKED, "hours", "low", "high"),
    *("detectable", "largest", "n", "peers", "told", "status"),
)


def _row(name: str, sums: pd.DataFrame, draws: dict[str, Floats], reps: int) -> dict[str, Any]:
    peers = [other for other in sums.index if other not in (name, NOT_GIVEN, SMALLER)]
    worked = float(sums[_WORKED][name])
    shares = sums[_IDLE] / sums[_WORKED]
    row = {"group": name, "share": shares[name], _WORKED: worked, "n": reps, "peers": len(peers)}
    if not peers:
        empty = dict.fromkeys(_UNSAID, np.nan)
        return row | empty | {"largest": "", "status": "nobody to compare with"}
    median = float(shares[peers].median())
    beyond = (shares[name] - median) * worked
    drawn = (_share(draws[name]) - np.median([_share(draws[one]) for one in peers], 0)) * worked
    bounds = judged(beyond, drawn, reps)
    status = "ok" if np.isfinite(bounds["low"]) else "insufficient n: too few reps for an interval"
    found = {"peers_share": median, "hours": beyond, **bounds, "status": status}
    return row | found | {"largest": _largest(name, peers, sums)}


_UNSAID = ("peers_share", "hours", "low", "high", "p", "detectable")


def _share(sums: Floats) -> Floats:
    with np.errstate(all="ignore"):
        shares: Floats = sums[:, 0] / sums[:, 1]
    return shares


def _largest(name: str, peers: list[str], sums: pd.DataFrame) -> str:
    """The category whose share is furthest beyond the peers' median."""
    shares = sums[[f"{one}_hours" for one in NON_SELLING]].div(sums[_WORKED], axis=0)
    beyond = shares.loc[name] - shares.loc[peers].median()
    return str(beyond.idxmax()).removesuffix("_hours")

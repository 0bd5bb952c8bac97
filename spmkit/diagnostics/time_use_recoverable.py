"""Hours that come back if who spends more on what is not selling spent what peers do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.diagnostics.drivers_redrawn import Floats, discoveries, judged, redrawn_sums
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.peer_medians import apart_from_peers
from spmkit.diagnostics.time_use import grouped_time, refuse_by_rep
from spmkit.diagnostics.time_use_lines import NON_SELLING
from spmkit.diagnostics.time_use_people import SMALLER
from spmkit.review.frames import NOT_GIVEN

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
    sums = people.groupby("group")[[*_COLUMNS, *_KINDS]].sum()
    if sums.empty:
        return pd.DataFrame(columns=[*_ANSWER])
    reps = people.groupby("group")["rep_id"].nunique()
    named = [name for name in sums.index if name not in (NOT_GIVEN, SMALLER)]
    peers = {one: [other for other in named if other != one] for one in sums.index}
    shares = sums[[_IDLE, *_KINDS]].div(sums[_WORKED], axis=0).to_numpy("float64")
    far = apart_from_peers(dict(zip(sums.index, shares, strict=True)), peers)
    drawn = {name: own[:, 0] / own[:, 1] for name, own in redrawn_sums(people, _COLUMNS).items()}
    drawn = apart_from_peers(drawn, peers)
    own = sums.reset_index()[["group", _WORKED]].assign(
        share=shares[:, 0], n=reps.to_numpy(), peers=[len(peers[name]) for name in sums.index]
    )
    found = pd.DataFrame([row | _beyond(row, far, drawn) for row in own.to_dict("records")])
    found["told"] = discoveries(found["p"]) & (found["low"] > 0)
    ordered = found.sort_values("hours", ascending=False, ignore_index=True, na_position="last")
    return ordered[list(_ANSWER)]


_ANSWER = (
    *("group", "share", "peers_share", _WORKED, "hours", "low", "high"),
    *("detectable", "largest", "n", "peers", "told", "status"),
)


_KINDS = [f"{one}_hours" for one in NON_SELLING]
_UNSAID = ("peers_share", "hours", "low", "high", "p", "detectable")


def _beyond(
    row: Mapping[Any, Any], far: Mapping[str, Floats], drawn: Mapping[str, Floats]
) -> dict[str, Any]:
    """The hours of a group beyond its peers' median share, and which category they mostly are."""
    name, worked = row["group"], row[_WORKED]
    if name not in far:
        empty = dict.fromkeys(_UNSAID, np.nan)
        return {**empty, "largest": "", "status": "nobody to compare with"}
    whole, *kinds = far[name]
    bounds = judged(whole * worked, drawn[name] * worked, row["n"])
    status = "ok" if np.isfinite(bounds["low"]) else "insufficient n: too few reps for an interval"
    return {
        "peers_share": row["share"] - whole,
        "hours": whole * worked,
        "largest": NON_SELLING[int(np.argmax(kinds))],
        **bounds,
        "status": status,
    }

"""Quota lines under every leader above a rep, for roll-ups along the hierarchy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import assignment_spells


def leader_lines(data: SalesData, lines: pd.DataFrame) -> pd.DataFrame:
    """Repeat each quota line under every leader above its rep: measured by leader, a roll-up.

    The first leader is the manager on the line's own assignment, so a transfer
    within the period goes to both; the leaders above are those at the period's
    end. A leader's personal quota is in the leader's own roll-up. Lines of
    different leaders overlap and are never summed together.

    Parameters
    ----------
    data
        The source of the lines.
    lines
        What :func:`quota_lines` gave.

    Returns
    -------
    pandas.DataFrame
        The columns of the lines with ``leader_id``, ``leader`` and ``level``: 0 the leader's own
        lines, 1 those of direct reports, and so on. A line stands once under a leader, in a ring
        of managers too; lines without a manager stand under nobody.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo", "cy"], "manager_id": ["bo", "cy", None]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": ["ada", "bo"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0, 10.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> found = leader_lines(data, spm.quota_lines(data, "2026Q3"))
    >>> found.groupby("leader")["credited"].sum().to_dict()
    {'bo': 100.0, 'cy': 100.0}
    """
    spells = assignment_spells(data)
    above = {end: _managers_on(spells, end) for end in lines["period_end"].unique()}
    leading = set(lines["manager_id"].dropna()).union(*(m.values() for m in above.values()))
    keys = zip(lines["rep_id"], lines["manager_id"], lines["period_end"], strict=True)
    chains = [_chain(rep, manager, above[end], leading) for rep, manager, end in keys]
    leaders = pd.Series(chains, index=lines.index, dtype="object")
    found = lines.assign(_leaders=leaders).explode("_leaders").dropna(subset=["_leaders"])
    found = found.reset_index(drop=True)
    found[["level", "leader_id"]] = pd.DataFrame(
        found.pop("_leaders").tolist(), columns=["level", "leader_id"]
    )
    names = dict(zip(spells["rep_id"], spells["rep"], strict=True))
    return found.assign(leader=[names.get(leader, leader) for leader in found["leader_id"]])


def _managers_on(spells: pd.DataFrame, day: pd.Timestamp) -> Mapping[str, str]:
    current = spells[(spells["starts_on"] <= day) & (spells["ends_on"] >= day)]
    known = current.dropna(subset=["manager_id"])
    return dict(zip(known["rep_id"], known["manager_id"], strict=True))


def _chain(
    rep: Any, manager: Any, above: Mapping[str, str], leading: set[str]
) -> list[tuple[int, str]]:
    """The leaders of a line from the rep up, each once."""
    path = [(0, rep)] if rep in leading else []
    level = 1
    while isinstance(manager, str) and manager not in [leader for _, leader in path]:
        path.append((level, manager))
        manager, level = above.get(manager), level + 1
    return path

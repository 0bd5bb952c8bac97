"""Whether skill can be told from territory: who moved, and which reps are linked by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.intervals import wilson_interval
from spmkit.units import whole_percent

NOT_TOLD = "cannot tell skill from territory"
_ENOUGH = 0.5  # of the reps linked, so that most can be compared with most


@dataclass(frozen=True)
class Identifiability:
    """What the moves of reps between territories let one tell.

    Parameters
    ----------
    reps, territories
        In the panel, where the territory is known.
    moved
        Reps who held more than one territory.
    moved_share, low, high
        As a share of all reps, with its Wilson interval.
    handed_over
        Territories held by more than one rep, one after the other.
    sets
        Sets of reps that are linked, by a territory that both held, or over others.
    largest
        Reps of the largest set; only within a set can reps be compared whatever the territories.
    largest_share
        As a share of all reps.
    verdict
        ``pass`` where moves link at least half of the reps, else ``cannot tell``.
    sentence
        The same in words.
    """

    reps: int
    territories: int
    moved: int
    moved_share: float
    low: float
    high: float
    handed_over: int
    sets: int
    largest: int
    largest_share: float
    verdict: str
    sentence: str


def identifiability(panel: pd.DataFrame, confidence: float = 0.95) -> Identifiability:
    """Say how far skill and territory can be told apart in a panel.

    A rep who sells well on a good territory may be good or lucky; only one who sold on two, or a
    territory on which two sold, tells which. Where nobody moved, what is called skill is the
    territory as well.

    Parameters
    ----------
    panel
        A row a rep and period with ``rep_id`` and ``territory_id``; rows without one are left out.
    confidence
        Of the share of reps who moved.

    Returns
    -------
    Identifiability
        With the verdict and a sentence.

    Examples
    --------
    >>> panel = pd.DataFrame({"rep_id": ["ada", "ada", "bo", "cy"],
    ...     "territory_id": ["T1", "T2", "T2", "T3"]})
    >>> found = identifiability(panel)
    >>> found.moved, found.sets, found.largest
    (1, 2, 2)

    References
    ----------
    Abowd, Kramarz and Margolis 1999, doi 10.1111/1468-0262.00020 (moves, and connected sets).
    """
    pairs = panel[["rep_id", "territory_id"]].dropna().drop_duplicates()
    held, holders = (pairs.groupby(name).size() for name in ("rep_id", "territory_id"))
    reps, moved = len(held), int((held > 1).sum())
    sizes = connected_sets(pairs).value_counts()
    largest = int(sizes.max()) if reps else 0
    low, high = wilson_interval([moved], [reps], confidence)
    return Identifiability(
        reps=reps,
        territories=len(holders),
        moved=moved,
        moved_share=moved / reps if reps else np.nan,
        low=float(low[0]),
        high=float(high[0]),
        handed_over=int((holders > 1).sum()),
        sets=len(sizes),
        largest=largest,
        largest_share=largest / reps if reps else np.nan,
        verdict="pass" if moved and largest >= _ENOUGH * reps else "cannot tell",
        sentence=_sentence(reps, moved, largest),
    )


def connected_sets(pairs: pd.DataFrame) -> pd.Series[int]:
    """The number of the set in which each rep is, the largest set being 0.

    Reps are linked where they held the same territory, one after the other or together; several
    that are held as one are joined by "+".

    Examples
    --------
    >>> pairs = pd.DataFrame({"rep_id": ["a", "b", "c"], "territory_id": ["T1", "T2", "T2"]})
    >>> connected_sets(pairs).to_dict()
    {'a': 1, 'b': 0, 'c': 0}
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if pairs.empty:
        return pd.Series(dtype="int64")
    each = pairs.assign(territory_id=pairs["territory_id"].astype(str).str.split("+"))
    each = each.explode("territory_id")
    rep, reps = pd.factorize(each["rep_id"], sort=True)
    place, places = pd.factorize(each["territory_id"], sort=True)
    size = len(reps) + len(places)
    links = coo_array((np.ones(len(rep)), (rep, place + len(reps))), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    label = labels[: len(reps)]
    order = np.argsort(-np.bincount(label), kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return pd.Series(number[label], index=pd.Index(reps, name="rep_id"), dtype="int64")


def _sentence(reps: int, moved: int, largest: int) -> str:
    if not reps:
        return f"No territory is known: {NOT_TOLD}."
    if not moved:
        return f"No rep of {reps} held more than one territory: {NOT_TOLD}."
    return (
        f"{moved} of {reps} reps ({whole_percent(moved / reps)}) held more than one territory; "
        f"{largest} ({whole_percent(largest / reps)}) are linked with one another, and only among "
        "those can skill be compared whatever the territory."
    )

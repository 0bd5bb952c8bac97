"""One row a rep and start: the value after beside the rep's own past, centred wave by wave."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spmkit.actions import FEWEST_REPS
from spmkit.diagnostics.programs_panels import pooled
from spmkit.diagnostics.programs_waves import AROUND

_VALUES = ["after", "last", "earlier"]


@dataclass(frozen=True)
class Wave:
    """Those who started together, whom they are compared with, and over which periods.

    ``before`` and ``after`` are places of periods, in order.
    """

    first: int
    treated: tuple[Any, ...]
    others: tuple[Any, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def waves(
    first: pd.Series[Any],
    everybody: Collection[Any],
    periods: int,
    around: int = AROUND,
    parted: Collection[int] = (),
) -> list[Wave]:
    """Part those in a program into waves, each with those who are not in it yet, or never.

    With ten reps or more who never are in it, a wave is followed for ``around`` periods, and
    compared with them and with those who start after all of these. With fewer, each wave is
    followed until the last one starts, and compared with those of later waves: a staged start is
    its own comparison. The last wave then has none.

    Parameters
    ----------
    first
        ``rep_id`` to the place of the first whole period in the program.
    everybody
        Every rep that there is.
    periods
        How many periods are known.
    around
        How many to look at on either side.
    parted
        Places of waves some of whom began within the period before: it is in neither side, being
        partly in the program.

    Examples
    --------
    >>> found = waves(pd.Series({"a": 2, "b": 3}), ["a", "b"], 6)
    >>> [(wave.treated, wave.others, wave.before, wave.after) for wave in found]
    [(('a',), ('b',), (0, 1), (2,)), (('b',), (), (0, 1, 2), (3, 4, 5))]
    """
    known = first.dropna().astype(int)
    never = [one for one in everybody if one not in first.index]
    last = int(known.max()) if len(known) else 0
    found = []
    for start, own in known.groupby(known):
        until = min(start - (start in set(parted)), periods)
        end = min(start + around, periods)
        if len(never) < FEWEST_REPS and start < last:
            end = min(end, last)
        later: list[Any] = list(known.index[known >= end]) if end > start else []
        found.append(
            Wave(
                start,
                tuple(own.index),
                (*never, *later),
                tuple(range(max(until - around, 0), max(until, 0))),
                tuple(range(start, end)),
            )
        )
    return found


def moved_back(wave: Wave, by: int) -> Wave:
    """The same people as if they had started earlier: no period in the program is looked at."""
    start = wave.first - by
    until = (wave.before[-1] + 1 if wave.before else 0) - by
    before = tuple(range(max(until - AROUND, 0), max(until, 0)))
    after = tuple(place for place in wave.before if place >= until)
    return Wave(start, wave.treated, wave.others, before, after)


def wave_history(panel: pd.DataFrame, several: Sequence[Wave]) -> pd.DataFrame:
    """Put each rep's value after a start beside the last one before and those before that.

    What everybody moved by between two waves is taken out: each wave is centred on those it is
    compared with. Whoever is compared with several waves is one row, the mean of them, for one
    person is no two.

    Parameters
    ----------
    panel
        Rows of :func:`program_panel`.
    several
        Waves of one program.

    Returns
    -------
    pandas.DataFrame
        ``rep_id`` (the row's own name), ``rep``, ``treated``, ``after``, ``last``, ``earlier``:
        as :func:`spmkit.actions.action_effect` takes them.
    """
    rows = [_wave_rows(panel, number, wave) for number, wave in enumerate(several)]
    joined = pd.concat(rows) if rows else pd.DataFrame(columns=["rep", "wave", "treated", *_VALUES])
    found = one_row_each(joined, _VALUES)
    names = found["rep"].astype(str) + found["treated"].map({True: " in it", False: " without"})
    return found.assign(rep_id=names)[["rep_id", "rep", "treated", *_VALUES]]


def _wave_rows(panel: pd.DataFrame, number: int, wave: Wave) -> pd.DataFrame:
    found = people(number, wave)
    found["after"] = pooled(panel, wave.after).reindex(found.index)
    found["last"] = pooled(panel, wave.before[-1:]).reindex(found.index)
    found["earlier"] = pooled(panel, wave.before[:-1]).reindex(found.index)
    past = ["last"] if found["earlier"].isna().all() else ["last", "earlier"]
    return found.dropna(subset=["after", *past]).reset_index()


def lapsed(panel: pd.DataFrame, several: Sequence[Wave]) -> tuple[int, int]:
    """How many in a program, and of the others, have a past and no value after the start.

    They closed too little after it, or left: in no comparison, and perhaps not by chance.
    """
    gone: dict[bool, set[Any]] = {True: set(), False: set()}
    for number, wave in enumerate(several):
        if not wave.after:
            continue
        own = people(number, wave)
        past, since = (pooled(panel, part).index for part in (wave.before[-1:], wave.after))
        lost = own[own.index.isin(past) & ~own.index.isin(since)]
        for side, names in gone.items():
            names.update(lost.index[lost["treated"] == side])
    return len(gone[True]), len(gone[False])


def people(number: int, wave: Wave) -> pd.DataFrame:
    """Those of a wave and those they are compared with, by name."""
    names = pd.Index([*wave.treated, *wave.others], name="rep", dtype="object")
    return pd.DataFrame({"wave": number, "treated": names.isin(wave.treated)}, index=names)


def one_row_each(joined: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Centre each wave on those it is compared with, and put the rows of a person together.

    A wave in which nobody is left to compare with falls away.
    """
    names = list(columns)
    joined = joined.astype(dict.fromkeys(names, "float64")).reset_index(drop=True)
    middle = joined[~joined["treated"].astype(bool)].groupby("wave")[names].mean()
    kept = joined[joined["wave"].isin(middle.index)]
    size = kept.groupby("wave")["treated"].sum().astype("float64")
    weights = middle.notna().mul(size, axis=0)
    whole = middle.mul(size, axis=0).sum() / weights.sum()
    shift = (middle - whole).reindex(kept["wave"]).set_axis(kept.index)
    centred = kept.assign(**(kept[names] - shift))
    return centred.groupby(["rep", "treated"])[names].mean().reset_index()

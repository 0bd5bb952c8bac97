"""Groups of reps who work alike, named only where they come out again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.engine import as_pandas
from spmkit.segmentation.clusters import (
    cloud_silhouette,
    group_choices,
    grouped,
    scaled,
    silhouettes,
)
from spmkit.traits import Traits
from spmkit.units import NUMBER

FEWEST = 20
STABLE = 0.8
SEPARATE = 0.25
"""Below this silhouette no structure to speak of was found."""

_MARKED = 0.5  # of an interquartile range away from the middle: what a name is made of


@dataclass(frozen=True)
class Archetypes:
    """Reps by archetype, what each is like, and what was tried.

    Parameters
    ----------
    members
        One row a rep: the rep, ``archetype`` (its name, null without one), ``silhouette`` (from
        −1 to 1; near 0 the rep stands between two) and ``status``.
    profiles
        One row an archetype: ``archetype``, ``n``, ``share``, and the median of each column.
    choices
        One row a method and number of groups: ``method``, ``groups``, ``silhouette``,
        ``stability`` (mean adjusted Rand index of the resamples), ``inertia`` or ``bic``, ``n``,
        ``chosen``.
    status
        ``ok``, ``not stable``, ``one cloud`` (the groups stand no more apart than those into
        which a single normal cloud of this shape would be cut), ``insufficient n`` or
        ``undefined: all equal``.
    """

    members: pd.DataFrame
    profiles: pd.DataFrame
    choices: pd.DataFrame
    status: str


def archetypes(
    frame: Any, columns: Sequence[str], *, group: str = "rep_id", most: int = 6
) -> Annotated[Archetypes, NUMBER, Traits("any measured reps", "neither")]:
    """Groups of reps that are alike in several measures, if there are such groups.

    Any method cuts any cloud of reps into groups: they are given, and named,
    only where resampled reps give the same groups again (mean adjusted Rand
    index of 0.8 and more), they stand apart (mean silhouette of 0.25 and more)
    and further than one single cloud would be cut. Give shrunken measures; a
    raw rate of four deals makes a group of its own. They describe ways of
    working, not worth: no pay follows from them.

    Parameters
    ----------
    frame
        One row a rep with the measures.
    columns
        The measures; a rep without one of them is in no group.
    group
        The column that says who.
    most
        The largest number of groups to try, from 2 up.

    Returns
    -------
    Archetypes
        Members, profiles, what was tried, and a status; without labels where it is not ``ok``.

    Raises
    ------
    ValueError
        Where a column is missing, a rep has two rows, or ``most`` is below 2.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": range(30), "win_rate": [0.2] * 15 + [0.5] * 15,
    ...     "calls": [60 + i % 5 for i in range(15)] + [20 + i % 5 for i in range(15)]})
    >>> found = archetypes(reps, ["win_rate", "calls"], most=3)
    >>> found.status, sorted(found.profiles["archetype"])
    ('ok', ['high calls, low win_rate', 'high win_rate, low calls'])

    References
    ----------
    Catalogue G2 (of several measures at once); Rousseeuw 1987 (silhouettes),
    doi 10.1016/0377-0427(87)90125-7; Hennig 2007 (stability by resampling),
    doi 10.1016/j.csda.2006.11.025.
    """
    frame = as_pandas(frame)
    _refuse(frame, columns, group, most)
    known = frame[frame[list(columns)].notna().all(axis=1)].sort_values(group, kind="stable")
    features = scaled(known[list(columns)])
    if len(known) < FEWEST:
        return _nothing(frame, columns, group, "insufficient n")
    if features.shape[1] == 0:
        return _nothing(frame, columns, group, "undefined: all equal")
    different = len(np.unique(features, axis=0))
    tried = group_choices(features, range(2, min(most, different - 1, len(known) // 5) + 1))
    fit = tried[(tried["stability"] >= STABLE) & (tried["silhouette"] >= SEPARATE)]
    if fit.empty:
        return _nothing(frame, columns, group, "not stable", tried.assign(chosen=False))
    best = fit["silhouette"].to_numpy("float64").argmax()
    method, groups = str(fit["method"].iloc[best]), int(fit["groups"].iloc[best])
    if fit["silhouette"].iloc[best] <= cloud_silhouette(features, method, groups):
        return _nothing(frame, columns, group, "one cloud", tried.assign(chosen=False))
    labels = grouped(features, method, groups)
    return _found(
        frame[[group]],
        known[[group, *columns]].assign(_label=labels, silhouette=silhouettes(features, labels)),
        tried.assign(chosen=(tried["method"] == method) & (tried["groups"] == groups)),
    )


def _refuse(frame: pd.DataFrame, columns: Sequence[str], group: str, most: int) -> None:
    missing = [name for name in [group, *columns] if name not in frame]
    if missing or not columns:
        raise ValueError(f"the frame needs the columns {', '.join(missing) or 'to group by'}.")
    if frame[group].duplicated().any():
        raise ValueError(f"{group!r} has several rows for one rep: measure by rep first.")
    if most < 2:
        raise ValueError(f"most is {most}: two groups are the fewest.")


def _nothing(
    frame: pd.DataFrame,
    columns: Sequence[str],
    group: str,
    status: str,
    tried: pd.DataFrame | None = None,
) -> Archetypes:
    missing = frame[list(columns)].isna().any(axis=1)
    members = frame[[group]].assign(
        archetype=None,
        silhouette=np.nan,
        status=np.where(missing, "undefined: no value", status),
    )
    profiles = pd.DataFrame(columns=["archetype", "n", "share", *columns])
    empty = group_choices(np.empty((0, 1)), []).assign(chosen=pd.Series(dtype="bool"))
    return Archetypes(members, profiles, empty if tried is None else tried, status)


def _found(reps: pd.DataFrame, known: pd.DataFrame, tried: pd.DataFrame) -> Archetypes:
    group = str(reps.columns[0])
    columns = [name for name in known if name not in (group, "_label", "silhouette")]
    medians = known.groupby("_label")[columns].median()
    names = _names(medians, known[columns])
    counts = known["_label"].value_counts().reindex(medians.index)
    profiles = medians.assign(archetype=names, n=counts, share=counts / len(known))
    named = known.assign(archetype=known["_label"].map(names), status="ok")
    members = reps.join(named[["archetype", "silhouette", "status"]])
    members["status"] = members["status"].fillna("undefined: no value")
    profiles = profiles[["archetype", "n", "share", *columns]]
    largest = profiles.sort_values(["n", "archetype"], ascending=[False, True], ignore_index=True)
    return Archetypes(members, largest, tried, "ok")


def _names(medians: pd.DataFrame, measures: pd.DataFrame) -> pd.Series[str]:
    """Name each group by the measures in which it stands out; equal names get a number."""
    spread = measures.quantile(0.75) - measures.quantile(0.25)
    spread = spread.where(spread > 0, measures.std(ddof=0))
    away = ((medians - measures.median()) / spread.where(spread > 0)).round(9)
    names = pd.Series([_name(row) for _, row in away.iterrows()], index=medians.index)
    again = names.groupby(names).cumcount() + 1
    return names.where(~names.duplicated(keep=False), names + " " + again.astype("str"))


def _name(away: pd.Series[float]) -> str:
    marked = away[away.abs() >= _MARKED]
    order = marked.abs().sort_values(ascending=False, kind="stable").index[:2]
    texts = sorted(f"{'high' if marked[name] > 0 else 'low'} {name}" for name in order)
    return ", ".join(texts) or "in the middle"

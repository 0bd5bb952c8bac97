"""Who is meant: every reference to a rep resolves through rep_id, email, name or alias."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from spmkit.data.errors import DataError

NOT_IN_REPS = "not in reps"
AS_WRITTEN = "_as_written"
"""Ends the name of a column that tells those apart who are not in reps."""


def identities(reps: pd.DataFrame) -> dict[str, set[str]]:
    """Every way to write a rep (lower case), and the rep_ids that it may mean.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["r1"], "name": ["Ada Byron"], "aliases": [["A. Byron"]]})
    >>> sorted(identities(reps))
    ['a. byron', 'ada byron']
    """
    found: dict[str, set[str]] = defaultdict(set)
    for rep in reps.to_dict("records"):
        for word in _words(rep):
            found[written(word)].add(str(rep["rep_id"]))
    return dict(found)


def written(word: str) -> str:
    r"""One way to write a name, whatever its case, blanks and composition of accents.

    Examples
    --------
    >>> written(" Jose\u0301  GARCI\u0301A ") == written("José García")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def _words(rep: Mapping[Any, Any]) -> Iterable[str]:
    for column in ("email", "name"):
        if isinstance(rep.get(column), str):
            yield str(rep[column])
    aliases = rep.get("aliases")
    if aliases is not None and not isinstance(aliases, float):
        yield from (str(alias) for alias in aliases)


def resolve(references: Iterable[str], reps: pd.DataFrame) -> dict[str, str]:
    """Say whom each reference means; one that reps does not know is "not in reps".

    A rep_id counts before an e-mail, a name or an alias, and a case-sensitive
    id of 18 characters is that of 15 which it begins with.

    Raises
    ------
    DataError
        Where a reference may mean several reps; it lists them.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["005A0000001abcD"], "email": ["ada@x.com"]})
    >>> resolve(["005A0000001abcDEAZ", "ADA@x.com", "bob"], reps)
    {'005A0000001abcDEAZ': '005A0000001abcD', 'ADA@x.com': '005A0000001abcD', 'bob': 'not in reps'}
    """
    ids = {str(rep) for rep in reps["rep_id"]}
    asked = list(references)
    if ids.issuperset(asked):  # most are ids: nobody's names need be read
        return {reference: reference for reference in asked}
    short, words = _short_ids(ids), identities(reps)
    return {reference: _meant(reference, ids, short, words) for reference in asked}


def _short_ids(ids: Iterable[str]) -> dict[str, str]:
    return {rep[:15]: rep for rep in ids if len(rep) in (15, 18) and rep.isalnum()}


def _meant(
    reference: str, ids: set[str], short: Mapping[str, str], words: Mapping[str, set[str]]
) -> str:
    if reference in ids:
        return reference
    if len(reference) in (15, 18) and reference[:15] in short:
        return short[reference[:15]]
    candidates = words.get(written(reference), set())
    if len(candidates) > 1:
        raise DataError(
            f"{reference!r} may mean any of the reps {', '.join(sorted(candidates))}. Refer to "
            "reps by rep_id or e-mail, or make the name or alias unique."
        )
    return next(iter(candidates), NOT_IN_REPS)


def manager_loops(reps: pd.DataFrame) -> list[str]:
    """Every ring of managers, written ``a → b → a``; a roll-up along it has no top.

    Examples
    --------
    >>> manager_loops(pd.DataFrame({"rep_id": ["a", "b", "c"], "manager_id": ["b", "a", "a"]}))
    ['a → b → a']
    """
    if "manager_id" not in reps.columns:
        return []
    known = reps.dropna(subset=["manager_id"])
    above = dict(zip(known["rep_id"], known["manager_id"], strict=True))
    rings = {_ring(rep, above) for rep in above}
    return sorted(" → ".join([*ring, ring[0]]) for ring in rings if ring)


def _ring(rep: str, above: Mapping[str, str]) -> tuple[str, ...]:
    """Follow the managers of a rep until one comes again; give the ring from its least member."""
    path: list[str] = []
    while rep in above and rep not in path:
        path.append(rep)
        rep = above[rep]
    if rep not in path:
        return ()
    ring = path[path.index(rep) :]
    start = ring.index(min(ring))
    return (*ring[start:], *ring[:start])

"""How far each group is from the median of its peers: all groups at once, each left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from spmkit.diagnostics.drivers_redrawn import Floats


def apart_from_peers(
    values: Mapping[str, Floats], peers: Mapping[str, Sequence[str]]
) -> dict[str, Floats]:
    """Each group's numbers less the medians of its peers' numbers.

    Parameters
    ----------
    values
        Group to its numbers, of one shape in all groups.
    peers
        Group to those that it is compared with; who has none is left out.

    Returns
    -------
    dict
        Group to the distances, of the shape of the values; NaN where a peer's number is.

    Examples
    --------
    >>> values = {name: np.array([number]) for name, number in zip("abc", (1.0, 2.0, 6.0))}
    >>> far = apart_from_peers(values, {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]})
    >>> {name: float(found[0]) for name, found in far.items()}
    {'a': -3.0, 'b': -1.5, 'c': 4.5}
    """
    asked: dict[frozenset[str], list[str]] = {}
    for group, others in peers.items():
        if others:
            asked.setdefault(frozenset((group, *others)), []).append(group)
    found: dict[str, Floats] = {}
    for pool, groups in asked.items():
        places = {name: place for place, name in enumerate(sorted(pool))}
        medians = medians_of_others(np.stack([values[name] for name in places]))
        with np.errstate(invalid="ignore"):
            found |= {group: values[group] - medians[places[group]] for group in groups}
    return {group: found[group] for group in peers if group in found}


def medians_of_others(values: Floats) -> Floats:
    """For each row the median of all other rows; NaN where one of these is.

    Sorted once for all rows, where a median for each would sort as often as there are rows.

    Parameters
    ----------
    values
        At least two rows.

    Examples
    --------
    >>> medians_of_others(np.array([1.0, 2.0, 6.0, 7.0])).tolist()
    [6.0, 6.0, 2.0, 2.0]
    """
    others = len(values) - 1
    middle = sorted({(others - 1) // 2, others // 2})
    ordered = np.partition(values, sorted({*middle, *(place + 1 for place in middle)}), axis=0)
    # Without a number that stands before it, or on it, the next one moves to a place.
    kept = [
        np.where(values <= ordered[place], ordered[place + 1], ordered[place]) for place in middle
    ]
    unknown = np.isnan(values)
    with np.errstate(invalid="ignore"):
        median: Floats = (kept[0] + kept[-1]) / 2
    return np.where(unknown.sum(axis=0) - unknown > 0, np.nan, median)

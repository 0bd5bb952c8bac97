"""Which dimension tells reps apart most, and whether more than chance would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.data.assignments import dimensions
from spmkit.intervals import Floats
from spmkit.review.frames import KEYS

_NEAR = 0.02  # shares this close are alike: the one with fewer groups says it more simply
_SHUFFLES = 499
_ALPHA = 0.05


@dataclass(frozen=True)
class Telling:
    """The dimension to look at first.

    ``share`` is the part of the reps' differences that lies between its groups, less what as
    many groups would take by chance; ``beyond_chance`` whether shuffled reps hardly ever reach
    as much in any of the dimensions that were compared.
    """

    dimension: str
    share: float
    beyond_chance: bool


def telling_dimensions(lines: pd.DataFrame, wanted: Sequence[str]) -> list[str]:
    """The dimensions that part some lines, without one that parts them as an earlier one does.

    Parameters
    ----------
    lines
        Quota lines.
    wanted
        Names of dimensions in the order of preference.

    Examples
    --------
    >>> lines = pd.DataFrame({"region": ["N", "S", "S"], "team": ["1", "2", "2"], "role": "AE"})
    >>> telling_dimensions(lines, ["region", "team", "role"])
    ['region']
    """
    names = [name for name in wanted if name in dimensions(lines)]
    parted = {name: tuple(_codes(lines, name)) for name in names}
    first = {codes: name for name, codes in reversed(parted.items())}
    return [name for name in names if first[parted[name]] == name]


def telling_apart(units: pd.DataFrame, names: Sequence[str], *, seed: int = 0) -> Telling | None:
    """Choose the dimension between whose groups most of the reps' differences lie.

    The share is R² adjusted for the number of groups, so that many small groups do not win by
    their number. Chance is what the best of all the dimensions reaches when the reps are
    shuffled, so that having chosen the best one is no proof of itself.

    Parameters
    ----------
    units
        A row a rep: ``value``, ``weight`` above zero, and the dimensions.
    names
        The dimensions to compare, in the order of preference.
    seed
        Of the shuffles.

    Returns
    -------
    Telling or None
        None where there is no dimension; the first one, with a share of 0, where the reps are
        too few or do not differ.

    Examples
    --------
    >>> units = pd.DataFrame({"value": [1.0, 1.1, 1.2, 0.5, 0.6, 0.7] * 3, "weight": 1.0,
    ...     "region": ["N", "N", "N", "S", "S", "S"] * 3})
    >>> telling_apart(units, ["region"])
    Telling(dimension='region', share=0.897..., beyond_chance=True)
    """
    if not names:
        return None
    weight, value = (units[name].to_numpy("float64") for name in ("weight", "value"))
    groups = {name: _codes(units, name) for name in names}
    numbers = {name: len(np.unique(codes)) for name, codes in groups.items()}
    groups = {name: codes for name, codes in groups.items() if 1 < numbers[name] < len(codes)}
    if not groups or np.ptp(value) == 0:
        return Telling(names[0], 0.0, beyond_chance=False)
    residual = np.sqrt(weight) * (value - np.average(value, weights=weight))
    shares = _shares(residual, weight, groups)
    best = max(shares.values())
    likely = _reached_by_chance(best, residual, weight, groups, seed)
    near = [name for name, share in shares.items() if share >= best - _NEAR]
    chosen = min(near, key=lambda name: groups[name].max())
    if best <= 0 or likely > _ALPHA:
        return Telling(names[0], shares.get(names[0], 0.0), beyond_chance=False)
    return Telling(chosen, shares[chosen], beyond_chance=True)


def _codes(lines: pd.DataFrame, name: str) -> Floats:
    """Number the groups; null is a group of its own."""
    key = KEYS.get(name, name)
    return pd.factorize(lines[key if key in lines else name], use_na_sentinel=False)[0]  # type: ignore[return-value]


def _shares(residual: Floats, weight: Floats, groups: Mapping[str, Floats]) -> dict[str, float]:
    whole, reps = float(residual @ residual), len(residual)
    found = {}
    for name, codes in groups.items():
        sums = np.bincount(codes, np.sqrt(weight) * residual)
        within = 1 - float((sums**2 / np.bincount(codes, weight)).sum()) / whole
        found[name] = float(1 - within * (reps - 1) / (reps - codes.max() - 1))
    return found


def _reached_by_chance(
    best: float, residual: Floats, weight: Floats, groups: Mapping[str, Floats], seed: int
) -> float:
    """How often shuffled reps reach the best share in any of the dimensions."""
    random = np.random.default_rng(seed)
    reached = sum(
        max(_shares(random.permutation(residual), weight, groups).values()) >= best
        for _ in range(_SHUFFLES)
    )
    return (reached + 1) / (_SHUFFLES + 1)

"""Why a product changed: each driver's part of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial
from typing import Annotated, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.traits import Traits
from spmkit.units import MONEY

Floats: TypeAlias = NDArray[np.float64]

MOST_DRIVERS = 6  # Shapley's orders grow as n!, its subsets as 2^n


def driver_effects(
    now: pd.DataFrame,
    before: pd.DataFrame,
    drivers: Sequence[str],
    by: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """How much each driver of a product moved it, group by group.

    Bookings, say, are opportunities × win rate × deal size. The additive logarithmic mean
    Divisia index (LMDI-I) splits the change without a remainder and without an order of the
    drivers; groups in which a driver is zero or negative are split by Shapley's mean over all
    orders instead, which needs no logarithm.

    Parameters
    ----------
    now, before
        One row a group, a column a driver.
    drivers
        The columns whose product is the value; two to six.
    by
        The group columns; None where each frame has one row.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``driver``, ``contribution`` (in the unit of the product) and ``method``
        (``LMDI-I`` or ``Shapley``), a row a group and driver.

    Raises
    ------
    ValueError
        Where a group stands twice, or a driver is null although no other one of the group is zero.

    Examples
    --------
    >>> before = pd.DataFrame({"opportunities": [100.0], "win_rate": [0.2], "deal_size": [10.0]})
    >>> now = pd.DataFrame({"opportunities": [100.0], "win_rate": [0.3], "deal_size": [10.0]})
    >>> driver_effects(now, before, ["opportunities", "win_rate", "deal_size"])["contribution"]
    0      0.0
    1    100.0
    2      0.0
    Name: contribution, dtype: float64

    References
    ----------
    Ang (2004), Decomposition analysis for policymaking in energy; Shapley (1953).
    """
    drivers = _usable(drivers)
    keys = [by] if isinstance(by, str) else list(by or [])
    both = _aligned(now, before, drivers, keys)
    later, earlier = _filled(both, drivers)
    logarithmic = np.minimum(later, earlier).min(axis=1) > 0
    with np.errstate(all="ignore"):
        effects = np.where(logarithmic[:, None], _lmdi(later, earlier), _shapley(later, earlier))
    wide = both[keys].assign(method=np.where(logarithmic, "LMDI-I", "Shapley"))
    named = [wide.assign(driver=name, contribution=effects[:, k]) for k, name in enumerate(drivers)]
    order = [*keys, "driver", "contribution", "method"]
    return pd.concat(named).sort_index(kind="stable")[order].reset_index(drop=True)


def driver_bridge(
    now: pd.DataFrame,
    before: pd.DataFrame,
    drivers: Sequence[str],
    by: str | Sequence[str] | None = None,
) -> Annotated[pd.DataFrame, MONEY, Traits("any measured frames", "neither")]:
    """From the value before to the value now, a step a driver; the steps add up exactly.

    Takes what :func:`driver_effects` takes and sums its effects over the groups. With a driver
    that is the share of each group (mix), give the groups: the same drivers over the whole say
    nothing of a shift between groups. Chained periods do not add up to the direct comparison
    driver by driver, though their totals do.

    Returns
    -------
    pandas.DataFrame
        ``step`` (``before``, the drivers in order, ``now``) and ``value`` in the unit of the
        product; of a driver, what it added.

    Examples
    --------
    >>> before = pd.DataFrame({"reps": [10.0], "bookings_per_rep": [50.0]})
    >>> now = pd.DataFrame({"reps": [12.0], "bookings_per_rep": [0.0]})
    >>> driver_bridge(now, before, ["reps", "bookings_per_rep"])
                   step  value
    0            before  500.0
    1              reps   50.0
    2  bookings_per_rep -550.0
    3               now    0.0

    References
    ----------
    Ang (2004), LMDI-I; Wood and Lenzen (2006) on zeros; Shapley (1953).
    """
    drivers = _usable(drivers)
    effects = driver_effects(now, before, drivers, by)
    keys = [by] if isinstance(by, str) else list(by or [])
    both = _aligned(now, before, drivers, keys)
    later, earlier = (side.prod(axis=1).sum() for side in _filled(both, drivers))
    summed = effects.groupby("driver")["contribution"].sum().reindex(drivers)
    steps = ["before", *drivers, "now"]
    return pd.DataFrame({"step": steps, "value": [earlier, *summed, later]})


def _usable(drivers: Sequence[str]) -> list[str]:
    if not 2 <= len(drivers) <= MOST_DRIVERS or len(set(drivers)) < len(drivers):
        raise ValueError(f"name two to {MOST_DRIVERS} different drivers, not {list(drivers)}.")
    return list(drivers)


def _aligned(
    now: pd.DataFrame, before: pd.DataFrame, drivers: list[str], keys: list[str]
) -> pd.DataFrame:
    sides = [_read(frame, keys, drivers) for frame in (now, before)]
    if not keys and max(len(side) for side in sides) > 1:
        raise ValueError("several rows and no by: name the columns that tell the rows apart.")
    if not keys:
        return sides[0].merge(sides[1], how="cross", suffixes=("", "_before"))
    for side in sides:
        if side.duplicated(keys).any():
            twice = side.loc[side.duplicated(keys), keys].iloc[0].tolist()
            raise ValueError(f"{twice} stands twice: one row a group.")
    return sides[0].merge(sides[1], on=keys, how="outer", suffixes=("", "_before"))


def _read(frame: pd.DataFrame, keys: list[str], drivers: list[str]) -> pd.DataFrame:
    for name in [*keys, *drivers]:
        if name not in frame:
            raise ValueError(
                f"a frame has no column {name!r}; it has {', '.join(map(str, frame))}."
            )
    if np.isinf(frame[drivers].to_numpy("float64")).any():
        raise ValueError("a driver is infinite: give null where it is not known.")
    return frame[[*keys, *drivers]]


def _filled(both: pd.DataFrame, drivers: list[str]) -> tuple[Floats, Floats]:
    """The drivers now and before.

    A group that is missing on one side had a value of zero there: its first driver (how many)
    was zero. A driver that is undefined where another is zero (the size of no deals) did not
    change, as far as one can tell.
    """
    later = both[drivers].to_numpy("float64", copy=True)
    earlier = both[[f"{name}_before" for name in drivers]].to_numpy("float64", copy=True)
    for side in (later, earlier):
        side[np.isnan(side).all(axis=1), 0] = 0.0
    for side, other in ((later, earlier), (earlier, later)):
        nothing = (side == 0).any(axis=1)[:, None] & np.isnan(side)
        side[nothing] = np.nan_to_num(other)[nothing]
    if np.isnan(later).any() or np.isnan(earlier).any():
        raise ValueError("a driver is null although no other driver of its group is zero.")
    return later, earlier


def _lmdi(later: Floats, earlier: Floats) -> Floats:
    value, base = later.prod(axis=1), earlier.prod(axis=1)
    ratio = np.log1p((value - base) / base)
    mean = np.where(value == base, base, (value - base) / ratio)
    effects: Floats = mean[:, None] * np.log(later / earlier)
    return effects


def _shapley(later: Floats, earlier: Floats) -> Floats:
    number = later.shape[1]
    effects = np.zeros_like(later)
    for k in range(number):
        others = [other for other in range(number) if other != k]
        for size in range(number):
            weight = factorial(size) * factorial(number - size - 1) / factorial(number)
            for moved in combinations(others, size):
                rest = [other for other in others if other not in moved]
                side = later[:, list(moved)].prod(axis=1) * earlier[:, rest].prod(axis=1)
                effects[:, k] += weight * side * (later[:, k] - earlier[:, k])
    return effects

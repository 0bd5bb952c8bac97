"""A regression with effects of groups that may cross, each pulled towards none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spmkit.intervals import Floats

_LEAST, _MOST = -16.0, 10.0  # of the logarithm of a variance over the noise: none, and all
_AT_ONCE = 4_000_000  # numbers
_SYMMETRIC: dict[str, Any] = {"permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.0}


@dataclass(frozen=True)
class Crossed:
    """What was found: slopes, the effects of each grouping, and how far each lies apart.

    Parameters
    ----------
    slopes
        Of the columns that were asked for.
    effects
        For each grouping an effect a group.
    variances
        For each grouping how far its groups truly lie apart.
    noise
        The variance that is left within.
    deviance
        Minus twice the restricted likelihood, as lme4 prints it.
    """

    slopes: Floats
    effects: tuple[Floats, ...]
    variances: tuple[float, ...]
    noise: float
    deviance: float
    equations: Any
    solver: Any

    def drawn(self, count: int, seed: int = 0) -> list[Floats]:
        """Draws of what the effects may truly be: for each grouping a row a draw.

        The variances are taken as found; with few groups they are not known that well.
        """
        rng = np.random.default_rng(seed)
        columns, flags, sizes = (getattr(self.equations, n) for n in ("columns", "flags", "sizes"))
        scale = np.repeat(np.sqrt(self.variances), sizes)[:, None]
        found = np.concatenate(self.effects)[:, None]
        parts = []
        for first in range(0, count, at_once := max(1, _AT_ONCE // len(columns))):
            many = min(at_once, count - first)
            world = scale * rng.normal(size=(len(scale), many))
            outcome = flags @ world + np.sqrt(self.noise) * rng.normal(size=(len(columns), many))
            _, seen = self.solver.solved(columns.T @ outcome, flags.T @ outcome)
            parts.append(found + world - seen)
        return np.split(np.hstack(parts).T, np.cumsum(sizes)[:-1], axis=1)


def crossed_effects(
    outcome: Floats, columns: Floats, groupings: Sequence[NDArray[np.intp]]
) -> Crossed:
    """Fit slopes together with effects of one grouping or several, by restricted likelihood.

    Groups may cross in any way: reps who hold several territories, territories with several reps.
    Everything is solved at once and sparsely, so ten thousand of each cost seconds.

    Parameters
    ----------
    outcome
        A value a row.
    columns
        Columns of numbers, of which none follows from the others; an intercept among them.
    groupings
        For each grouping the number of each row's group, from 0 and without gaps.

    Examples
    --------
    >>> group = np.repeat(np.arange(6), 4)
    >>> rng = np.random.default_rng(0)
    >>> outcome = np.array([8.0, 9.0, 10.0, 10.0, 11.0, 12.0])[group] + rng.normal(0, 0.1, 24)
    >>> found = crossed_effects(outcome, np.ones((24, 1)), [group])
    >>> round(found.variances[0], 1), round(float(found.effects[0][0]))
    (2.0, -2)

    References
    ----------
    Henderson 1975, doi 10.2307/2529430 (the equations); Patterson and Thompson 1971,
    doi 10.1093/biomet/58.3.545 (restricted likelihood).
    """
    from scipy import optimize
    from scipy.sparse import hstack

    flags = [_flags(group) for group in groupings]
    sizes = [part.shape[1] for part in flags]
    equations = _Equations(columns, hstack(flags, format="csc"), outcome, sizes)
    minimize: Any = optimize.minimize
    best = minimize(
        lambda log: equations.solved(log).deviance,
        np.full(len(groupings), -1.0),
        method="Nelder-Mead",
        bounds=[(_LEAST, _MOST)] * len(groupings),
        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 2_000},
    )
    found = equations.solved(best.x)
    ratios = np.where(best.x <= _LEAST + 1e-3, 0.0, np.exp(best.x))
    variances = tuple(float(ratio * found.noise) for ratio in ratios)
    effects = tuple(np.split(found.effects, np.cumsum(sizes)[:-1]))
    return Crossed(
        found.slopes, effects, variances, found.noise, found.deviance, equations, found.solver
    )


def _flags(group: NDArray[np.intp]) -> Any:
    from scipy.sparse import csr_array

    rows = len(group)
    return csr_array((np.ones(rows), (np.arange(rows), group)), shape=(rows, int(group.max()) + 1))


@dataclass(frozen=True)
class _Solver:
    """The equations at given variances: groups sparsely, columns on what the groups leave."""

    groups: Any
    told: Floats
    rest: Floats
    across: Floats

    def solved(self, columns: Floats, groups: Floats) -> tuple[Floats, Floats]:
        """Slopes and effects for what stands on the right of the equations."""
        slopes = np.linalg.solve(self.rest, columns - self.told.T @ groups)
        effects = self.groups.solve(groups - self.across @ slopes)
        return np.asarray(slopes, dtype=np.float64), np.asarray(effects, dtype=np.float64)

    def size(self) -> float:
        """The logarithm of the determinant of the equations."""
        groups = np.log(np.abs(self.groups.U.diagonal())).sum()
        return float(groups + np.linalg.slogdet(self.rest)[1])


@dataclass(frozen=True)
class _Solved:
    deviance: float
    noise: float
    slopes: Floats
    effects: Floats
    solver: _Solver


class _Equations:
    """The mixed model equations: all that rows add to them is summed once."""

    def __init__(self, columns: Floats, flags: Any, outcome: Floats, sizes: Sequence[int]) -> None:
        self.columns, self.flags, self.sizes = columns, flags, sizes
        self._square = columns.T @ columns
        self._across = np.asarray(flags.T @ columns, dtype=np.float64)
        self._groups = (flags.T @ flags).tocsc()
        self._right = columns.T @ outcome, flags.T @ outcome
        self._outcome = float(outcome @ outcome)
        self._free = len(outcome) - columns.shape[1]

    def solved(self, log: Floats) -> _Solved:
        """Deviance, noise and effects for given variances over the noise, as logarithms."""
        solver = self._solver(np.repeat(np.exp(-log), self.sizes))
        slopes, effects = solver.solved(*self._right)
        told = float(slopes @ self._right[0] + effects @ self._right[1])
        noise = max(self._outcome - told, 1e-300) / self._free
        size = solver.size() + float(log @ np.asarray(self.sizes, dtype=np.float64))
        deviance = self._free * (1 + float(np.log(2 * np.pi * noise))) + size
        return _Solved(deviance, noise, slopes, effects, solver)

    def _solver(self, pull: Floats) -> _Solver:
        from scipy.sparse import diags_array
        from scipy.sparse.linalg import splu

        square: Any = self._groups + diags_array(pull)
        groups = splu(square.tocsc(), **_SYMMETRIC)
        told = np.asarray(groups.solve(self._across), dtype=np.float64)
        return _Solver(groups, told, self._square - self._across.T @ told, self._across)

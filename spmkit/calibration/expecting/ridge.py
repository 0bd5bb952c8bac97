"""Expected amounts from many small effects: a log-linear model, each effect pulled towards none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spmkit.intervals import Floats

POWER = 1.5
"""Sales are a number of deals of varying size: their variance grows with this power of the mean."""
_STEPS, _HALVINGS, _TURNS, _CLOSE = 50, 30, 500, 1e-9
_STEEPEST = 12.0  # of a logarithm: what e to the 12th cannot be is no expectation


@dataclass(frozen=True)
class Fit:
    """The effects on the logarithm of the expected amount, and what stands before them."""

    intercept: float
    effects: Floats
    scale: float

    def expected(self, design: Any, exposure: Floats) -> Floats:
        """The amounts to expect of the rows of a design."""
        log = np.clip(self.intercept + design @ self.effects, -_STEEPEST, _STEEPEST)
        return np.asarray(self.scale * exposure * np.exp(log))


def fit(
    design: Any, amounts: Floats, exposure: Floats, penalty: float, start: Fit | None = None
) -> Fit:
    """Fit a log-linear model of amounts with a ridge on every effect but the intercept.

    The ridge is what shrinks: an effect with little behind it stays near none,
    as an empirical Bayes estimate would. The design is sparse, so that ten
    thousand reps with as many territories cost seconds; for as many columns
    scikit-learn's ``TweedieRegressor``, which minimises the same, needs the
    square of their number in memory.

    Parameters
    ----------
    design
        A sparse matrix (CSR), a row an amount and a column an effect.
    amounts
        At or above zero, some above.
    exposure
        How much of a full period stands behind each amount, above zero.
    penalty
        Half of it times the sum of squared effects is added to half the summed Tweedie deviance
        of the amounts as multiples of their mean. It stands for the variance of a row over that
        of an effect, so the same one suits few rows and many.
    start
        An earlier fit of the same columns, from which fewer steps are needed.

    Raises
    ------
    ValueError
        Where no amount is above zero, or one is below.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> found = fit(csr_matrix([[1.0], [1.0], [0.0], [0.0]]), np.array([3.0, 5.0, 1.0, 1.0]),
    ...     np.ones(4), penalty=0.0)
    >>> found.expected(csr_matrix([[1.0], [0.0]]), np.ones(2)).round(3).tolist()
    [4.0, 1.0]

    References
    ----------
    Jørgensen 1987 (exponential dispersion models), doi 10.1111/j.2517-6161.1987.tb01685.x.
    """
    if not (amounts >= 0).all() or not amounts.sum() > 0:
        raise ValueError("amounts must be at or above zero, and some above.")
    scale = float(amounts.sum() / exposure.sum())
    problem = _Problem(design, amounts / scale, exposure, penalty / len(amounts))
    found = problem.started(start, scale)
    value = problem.value(found)
    for _ in range(_STEPS):
        step = problem.step(found)
        found, reached = problem.along(found, step, value)
        if value - reached <= _CLOSE * max(abs(value), 1.0):
            break
        value = reached
    return Fit(float(found[0]), found[1:], scale)


@dataclass
class _Problem:
    design: Any
    amounts: Floats
    exposure: Floats
    penalty: float

    def started(self, start: Fit | None, scale: float) -> Floats:
        if start is None or len(start.effects) != self.design.shape[1]:
            return np.zeros(self.design.shape[1] + 1)
        moved = start.intercept + np.log(start.scale / scale)
        return np.concatenate([[moved], start.effects])

    def means(self, found: Floats) -> Floats:
        log = np.clip(found[0] + self.design @ found[1:], -_STEEPEST, _STEEPEST)
        return np.asarray(self.exposure * np.exp(log))

    def value(self, found: Floats) -> float:
        """Half the mean deviance, but for what no effect changes, and the penalty."""
        means = self.means(found)
        fits = means ** (2 - POWER) / (2 - POWER) - self.amounts * means ** (1 - POWER) / (
            1 - POWER
        )
        return float(fits.mean() + self.penalty / 2 * found[1:] @ found[1:])

    def step(self, found: Floats) -> Floats:
        """One step of Fisher's scoring."""
        from scipy.sparse import diags_array

        means, rows = self.means(found), len(self.amounts)
        slope = (means - self.amounts) * means ** (1 - POWER) / rows
        weight = means ** (2 - POWER) / rows
        design = self.with_intercept
        ridge = np.full(design.shape[1], max(self.penalty, 1e-12))
        ridge[0] = 0.0
        curve = (design.T @ (diags_array(weight) @ design) + diags_array(ridge)).tocsc()
        return -_solved(curve, design.T @ slope + ridge * found)

    def along(self, found: Floats, step: Floats, value: float) -> tuple[Floats, float]:
        """Go as far along a step as it leads down."""
        for halving in range(_HALVINGS):
            moved = found + step / 2**halving
            reached = self.value(moved)
            if reached <= value:
                return moved, reached
        return found, value

    @cached_property
    def with_intercept(self) -> Any:
        from scipy.sparse import csr_array, hstack

        return hstack([csr_array(np.ones((len(self.amounts), 1))), self.design], format="csr")


def _solved(curve: Any, right: Floats) -> Floats:
    """Solve by conjugate gradients, guided by the diagonal; by factors where these do not end.

    A ridge keeps the curve near its diagonal, so that some dozens of turns do. Where thousands of
    reps have swapped territories its factors are nearly full.
    """
    from scipy.sparse.linalg import LinearOperator, cg, splu

    diagonal = curve.diagonal()
    guide = LinearOperator(curve.shape, matvec=lambda vector: vector / diagonal)
    found, failed = cg(curve, right, M=guide, rtol=1e-10, maxiter=_TURNS)
    return np.asarray(splu(curve).solve(right) if failed else found)

"""A regression whose rows belong to reps: slopes with bounds that hold for few reps too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spmkit.calibration.fairness.left_out import left_out_error, left_out_freedom
from spmkit.intervals import Floats


@dataclass(frozen=True)
class Clustered:
    """The slopes of a regression, and by how much they move if each cluster is left out in turn."""

    slopes: Floats
    moved: Floats

    @property
    def clusters(self) -> int:
        """How many clusters stand behind the slopes."""
        return len(self.moved)

    @property
    def covariance(self) -> Floats:
        """How the slopes covary."""
        return (self.clusters - 1) / self.clusters * (self.moved.T @ self.moved)

    def told(self, contrast: Sequence[float], confidence: float) -> tuple[float, ...]:
        """A sum of slopes with its bounds and its p (Student's t of the clusters).

        The contrast names the first slopes; the others count nothing.

        Examples
        --------
        >>> fit = Clustered(np.array([1.0, 2.0]), np.tile([0.1, -0.1], (2, 16)).T)
        >>> [round(one, 2) for one in fit.told([1.0], 0.95)]
        [1.0, -0.14, 2.14, 0.08]
        """
        from scipy.special import stdtr, stdtrit

        weights = np.zeros(len(self.slopes))
        weights[: len(contrast)] = contrast
        value, moved = float(weights @ self.slopes), self.moved @ weights
        error, freedom = left_out_error(moved), left_out_freedom(moved)
        half = float(stdtrit(freedom, (1 + confidence) / 2)) * error
        size = abs(value) / error if error > 0 else np.inf
        return value, value - half, value + half, float(2 * stdtr(freedom, -size))


def clustered_regression(outcome: Floats, design: Floats, clusters: NDArray[np.intp]) -> Clustered:
    """Regress on the columns of a design, each cluster left out in turn for the errors.

    The usual clustered errors take the residuals as they are, which a fit has made too small: of
    35 reps they find nine false slopes in a hundred at 5 %. The jackknife is on the safe side.

    Parameters
    ----------
    outcome
        A value a row.
    design
        The columns, an intercept among them.
    clusters
        The number of each row's cluster, from 0.

    Examples
    --------
    >>> x = np.arange(12.0)
    >>> fit = clustered_regression(2 * x, np.column_stack([x, np.ones(12)]), np.arange(12))
    >>> fit.slopes.round(6).tolist(), fit.clusters
    ([2.0, 0.0], 12)

    References
    ----------
    MacKinnon, Nielsen and Webb 2023, doi 10.1016/j.jeconom.2022.04.001 (CV3); Satterthwaite 1946,
    doi 10.2307/3002019 (fewer degrees of freedom where few clusters decide).
    """
    inverse: Floats = np.asarray(np.linalg.pinv(design.T @ design), dtype=np.float64)
    slopes = inverse @ (design.T @ outcome)
    rest = outcome - design @ slopes
    order = np.argsort(clusters, kind="stable")
    ends = np.flatnonzero(np.diff(clusters[order])) + 1
    moved = [_moved(design[rows], rest[rows], inverse) for rows in np.split(order, ends)]
    return Clustered(slopes, np.array(moved))


def _moved(design: Floats, rest: Floats, inverse: Floats) -> Floats:
    """By how much the slopes move where a cluster is left out."""
    own = np.eye(len(rest)) - design @ inverse @ design.T
    return np.asarray(
        inverse @ design.T @ (np.linalg.pinv(own, rcond=1e-9) @ rest), dtype="float64"
    )

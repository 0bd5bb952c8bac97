"""Draws of what all seats are paid together, whose sales rise and fall together in part."""

from __future__ import annotations

import numpy as np

from spmkit.intervals import Floats

_MOST_ALIKE = 0.999


class Draws:
    """Totals of payouts, seats added a few at a time.

    Each seat has the errors of its own expectation and no others; a normal draw
    that all share, and one of its own, say which. How much the shared one weighs
    follows from the common shock: it is what the shock makes of the seat's spread.

    Parameters
    ----------
    sizes
        Common shocks (standard deviations of logarithms) to draw with; what each seat draws on
        its own is the same for all of them, so that they differ by the shock alone.
    draws
        How many.
    seed
        The same seed gives the same draws.

    Examples
    --------
    >>> drawn = Draws(np.array([0.0, 10.0]), 1000, 0)
    >>> errors, paid = np.array([-1.0, 1.0]), np.tile([[0.0], [1.0]], 50)
    >>> drawn.add(errors, np.full(50, 0.5), paid)
    >>> drawn.totals.std(axis=1).round().tolist()
    [4.0, 24.0]
    """

    def __init__(self, sizes: Floats, draws: int, seed: int) -> None:
        from scipy.special import ndtri

        self.sizes = sizes
        self.totals = np.zeros((len(sizes), draws))
        self._rng = np.random.default_rng([seed, 161803])
        self._common = ndtri((np.arange(draws) + 0.5) / draws)[:, None]

    def add(self, errors: Floats, relative: Floats, paid: Floats) -> None:
        """Add seats.

        Parameters
        ----------
        errors
            Past errors in spreads, sorted.
        relative
            The spread of each seat over what is expected of it.
        paid
            What each seat is paid at each error: a row an error.
        """
        from scipy.special import ndtr

        own = self._rng.standard_normal((len(self._common), len(relative)))
        seats = np.arange(len(relative))
        for place, size in enumerate(self.sizes):
            alike = shared(float(size), relative * errors.std())
            normal = alike * self._common + np.sqrt(1 - alike**2) * own
            which = np.minimum((ndtr(normal) * len(errors)).astype(np.intp), len(errors) - 1)
            self.totals[place] += paid[which, seats].sum(axis=1)


def shared(size: float, relative: Floats) -> Floats:
    """The correlation of each seat with the common shock.

    Examples
    --------
    A shock that moves sales by 10 % is a quarter of a spread of 40 %, and all of one of 8 %.

    >>> shared(0.1, np.array([0.4, 0.08])).round(3).tolist()
    [0.251, 0.999]
    """
    moved = np.sqrt(np.expm1(size**2))
    wide = np.maximum(relative, 1e-12)
    return np.asarray(np.minimum(moved / wide, _MOST_ALIKE))

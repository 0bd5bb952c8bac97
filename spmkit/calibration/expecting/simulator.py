"""A company of which the truth is known: what a method of setting quotas is held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from spmkit.intervals import Floats

SEASON = np.array([0.90, 1.00, 0.95, 1.15])
RAMP = np.array([0.25, 0.55, 0.80, 1.0])
_DEAL = 20_000.0
_DRAWS = 400


@dataclass(frozen=True)
class World:
    """What the simulated company is like.

    Each rep works one territory. What it sells in a quarter is a number of
    deals (negative binomial) of lognormal size; the mean number is ``deals``
    times potential, skill, ramp, season and a shock common to all.

    Parameters
    ----------
    reps, quarters
        Seats, and quarters after each other.
    deals
        Mean number of deals a quarter of a usual seat: the fewer, the more luck.
    potential_spread, potential_error, skill_spread
        Standard deviations of logarithms; the error is that of the potential that is seen.
    elasticity
        How sales grow with potential.
    moves, leaves
        Shares of the reps who swap territories, and who leave, a year.
    common_shock
        Standard deviation of the yearly innovation of the shock common to all.
    own_shock, persistence
        Of shocks of a territory alone: standard deviation, and how much of one lasts a year;
        0 has none.
    seed
        The same seed gives the same company.
    """

    reps: int = 80
    quarters: int = 24
    deals: float = 6.0
    potential_spread: float = 0.5
    potential_error: float = 0.25
    skill_spread: float = 0.3
    elasticity: float = 1.0
    moves: float = 0.15
    leaves: float = 0.12
    common_shock: float = 0.05
    own_shock: float = 0.0
    persistence: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Simulated:
    """The panel of a simulated company, and the truth of each of its rows.

    Parameters
    ----------
    panel
        As :func:`spmkit.calibration.quota_panel` gives it; quotas are last year's sales of the
        territory plus 5 %.
    expected
        The true mean of each row, the common shock of its quarter not known yet.
    outcomes
        Draws of what each row might have sold, sorted, a column a draw.
    """

    panel: pd.DataFrame
    expected: Floats
    outcomes: Floats

    def reached(self, quotas: Floats) -> Floats:
        """The true probability of each row that a quota is reached."""
        return np.asarray((self.outcomes >= np.asarray(quotas)[:, None]).mean(axis=1))

    def quantile(self, place: float) -> Floats:
        """The true quantile of each row."""
        return np.asarray(np.quantile(self.outcomes, place, axis=1))


def simulated(world: World) -> Simulated:
    """Draw a company.

    Examples
    --------
    >>> company = simulated(World(reps=10, quarters=8))
    >>> len(company.panel), company.panel["season"].unique().tolist()
    (80, [1, 2, 3, 4])
    >>> bool(np.isclose(company.reached(np.zeros(80)), 1).all())
    True
    """
    return _Company(world).simulated()


class _Company:
    """Seats are numbered; who sits in them changes by swaps and by leavers' replacements."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = np.random.default_rng([world.seed, 271828])

    def simulated(self) -> Simulated:
        mean = self._mean()
        common = self._common()
        ahead = mean * np.exp(common.known)[None, :]
        sold = self._sales(mean * np.exp(common.whole)[None, :])
        rows = self._rows(sold)
        order = np.lexsort((rows["rep_id"].to_numpy(), rows["step"].to_numpy()))
        draws = self._draws(ahead.T.ravel(), common.innovation)
        panel = rows.iloc[order].reset_index(drop=True)
        return Simulated(panel, (ahead.T.ravel() * _DEAL)[order], np.sort(draws[order], axis=1))

    @cached_property
    def people(self) -> tuple[np.ndarray, np.ndarray]:
        """Who sits in each seat in each quarter, and for how many quarters they are there."""
        world, rng = self.world, self.rng
        sitting, tenure = np.arange(world.reps), rng.integers(0, 24, world.reps)
        people, tenures, hired = [], [], world.reps
        for quarter in range(world.quarters):
            if quarter:
                tenure = tenure + 1
                swap = np.flatnonzero(rng.random(world.reps) < world.moves / 4)
                turned = np.roll(swap, 1)
                sitting[swap], tenure[swap] = sitting[turned].copy(), tenure[turned].copy()
                gone = np.flatnonzero(rng.random(world.reps) < world.leaves / 4)
                sitting[gone] = hired + np.arange(len(gone))
                tenure[gone] = 0
                hired += len(gone)
            people.append(sitting.copy())
            tenures.append(tenure.copy())
        return np.column_stack(people), np.column_stack(tenures)

    @cached_property
    def potential(self) -> Floats:
        return self.rng.lognormal(0, self.world.potential_spread, self.world.reps)

    @cached_property
    def seen(self) -> Floats:
        error = self.rng.lognormal(0, self.world.potential_error, self.world.reps)
        return np.asarray(self.potential * error * 1e6)

    def _mean(self) -> Floats:
        """The mean number of deals of each seat and quarter, without the common shock."""
        world = self.world
        people, tenure = self.people
        skill = self.rng.normal(0, world.skill_spread, people.max() + 1)[people]
        ramp = RAMP[np.clip(tenure, 0, 3)]
        season = SEASON[np.arange(world.quarters) % 4]
        pull = self.potential[:, None] ** world.elasticity
        return np.asarray(world.deals * pull * np.exp(skill + self._own()) * ramp * season)

    def _own(self) -> Floats:
        """Shocks of each territory, of which a part lasts."""
        world = self.world
        lasting = world.persistence**0.25
        shocks = np.zeros((world.reps, world.quarters))
        if not world.own_shock:
            return shocks
        shocks[:, 0] = self.rng.normal(0, world.own_shock, world.reps)
        for quarter in range(1, world.quarters):
            new = self.rng.normal(0, world.own_shock * np.sqrt(1 - lasting**2), world.reps)
            shocks[:, quarter] = lasting * shocks[:, quarter - 1] + new
        return shocks

    def _common(self) -> _Common:
        innovation = self.world.common_shock / 2
        new = self.rng.normal(0, innovation, self.world.quarters)
        whole = np.zeros(self.world.quarters)
        known = np.zeros(self.world.quarters)
        for quarter in range(self.world.quarters):
            known[quarter] = 0.8 * whole[quarter - 1] if quarter else 0.0
            whole[quarter] = known[quarter] + new[quarter]
        return _Common(whole, known, innovation)

    def _sales(self, mean: Floats) -> Floats:
        counts = self._counts(mean)
        sizes = self.rng.lognormal(-0.18, 0.6, int(counts.sum()))
        edges = np.concatenate([[0.0], np.cumsum(sizes)])
        ends = np.cumsum(counts.ravel())
        sums = edges[ends] - edges[ends - counts.ravel()]
        return np.asarray(np.round(sums.reshape(counts.shape) * _DEAL, 2))

    def _counts(self, mean: Floats) -> np.ndarray:
        """Negative binomial: the variance of a number of deals is a bit above its mean."""
        return self.rng.poisson(mean * self.rng.gamma(20, 1 / 20, mean.shape))

    def _draws(self, mean: Floats, innovation: float) -> Floats:
        shock = np.exp(self.rng.normal(0, innovation, _DRAWS))
        return self._sales(mean[:, None] * shock)

    def _rows(self, sold: Floats) -> pd.DataFrame:
        world = self.world
        people, tenure = self.people
        seats = np.tile(np.arange(world.reps), world.quarters)
        steps = np.repeat(np.arange(world.quarters), world.reps)
        reps = [f"R{number:05d}" for number in people.T.ravel()]
        quotas = np.full(sold.shape, np.nan)
        quotas[:, 4:] = sold[:, :-4] * 1.05
        return pd.DataFrame(
            {
                "period": [f"{2020 + step // 4}Q{step % 4 + 1}" for step in steps],
                "step": steps,
                "season": steps % 4 + 1,
                "rep_id": reps,
                "rep": reps,
                "territory_id": [f"T{seat:05d}" for seat in seats],
                **dict.fromkeys(("region", "segment", "role", "manager_id", "manager")),
                "quota": quotas.T.ravel(),
                "issued_quota": quotas.T.ravel(),
                "credited": sold.T.ravel(),
                "potential": self.seen[seats],
                "tenure_periods": tenure.T.ravel().astype("float64"),
                "present": 1.0,
            }
        )


@dataclass(frozen=True)
class _Common:
    whole: Floats
    known: Floats
    innovation: float

"""Methods that fit a model to the past; they share the design of a panel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.design import FIRM, Design, design_of
from spmkit.calibration.expecting.history import History
from spmkit.calibration.expecting.ridge import Fit, fit
from spmkit.intervals import Floats

_LOOSE = 0.1  # a penalty that leaves the common effects all but free
_LATELY = 0.10  # what a seat that sold nothing counts as, of what it was to sell


@dataclass
class Regressions:
    """The methods that fit a model; they share the design of the panel and start from each other.

    Parameters
    ----------
    panel
        All rows that will be asked about.
    """

    panel: pd.DataFrame
    _fits: dict[tuple[Any, ...], Fit] = field(default_factory=dict)
    _design: Design | None = None
    _joined: dict[float, Any] = field(default_factory=dict)

    @property
    def design(self) -> Design:
        """The design of the panel, made once."""
        if self._design is None:
            self._design = design_of(self.panel)
        return self._design

    def effects(self, history: History, penalty: float, weight: float) -> Fit:
        """Fit the past of a history; each fit starts from the one of the step before."""
        at = self.places(history.past)
        start = self._fits.get((penalty, weight))
        found = self._fits.get((penalty, weight, history.until)) or fit(
            self.columns(weight)[at], *_sold(history.past), penalty, start
        )
        self._fits[penalty, weight] = self._fits[penalty, weight, history.until] = found
        return found

    def columns(self, weight: float) -> Any:
        """The columns at a weight of territories; below zero those common to all alone."""
        from scipy.sparse import csr_array

        if weight not in self._joined:
            common = csr_array(self.design.common * FIRM)
            self._joined[weight] = common if weight < 0 else self.design.joined(weight)
        return self._joined[weight]

    def calibrated(
        self, history: History, penalty: float, weight: float, residual_share: float = 1.0
    ) -> Floats:
        """Common effects, and those of reps and territories as far as the past bears them out.

        ``residual_share`` is how much of a rep's own effect goes into the quota: 1 gives all an
        even chance, 0 leaves the reward of skill with the rep.
        """
        found = self.effects(history, penalty, weight)
        effects = found.effects.copy()
        effects[self.design.reps] *= residual_share
        shared = Fit(found.intercept, effects, found.scale)
        at, present = self.places(history.ahead), history.ahead["present"].to_numpy("float64")
        return shared.expected(self.columns(weight)[at], np.maximum(present, 1e-6))

    def on_drivers(self, history: History) -> Floats:
        """Season, ramp, potential, trend, role and segment alone: all skill stays in the rest."""
        at, present = self.places(history.ahead), history.ahead["present"].to_numpy("float64")
        found = self.effects(history, _LOOSE, -1.0)
        return found.expected(self.columns(-1.0)[at], np.maximum(present, 1e-6))

    def empirical_bayes(self, history: History) -> Floats:
        """The drivers times each territory's own ratio, as far as its past is long enough."""
        past = history.past.assign(expected=self._fitted(history))
        sums = past.groupby("seat")[["credited", "expected"]].sum()
        ratio = credible(sums["credited"], sums["expected"], past)
        own = history.ahead["seat"].map(ratio).fillna(1.0).to_numpy("float64")
        return self.on_drivers(history) * own

    def dynamic(self, history: History) -> Floats:
        """The drivers, and how far last year and the years before it were above them."""
        past = history.past.assign(expected=self._fitted(history))
        columns = self._lagged(past, past, history), self._lagged(past, history.ahead, history)
        before, ahead = (
            _with_common(lagged, self.columns(-1.0), self.places(rows))
            for lagged, rows in zip(columns, (past, history.ahead), strict=True)
        )
        found = fit(before, *_sold(history.past), _LOOSE)
        present = history.ahead["present"].to_numpy("float64")
        return found.expected(ahead, np.maximum(present, 1e-6))

    def _fitted(self, history: History) -> Floats:
        found = self.effects(history, _LOOSE, -1.0)
        present = history.past["present"].to_numpy("float64")
        return found.expected(self.columns(-1.0)[self.places(history.past)], present)

    def _lagged(self, past: pd.DataFrame, rows: pd.DataFrame, history: History) -> Floats:
        """Of each row the logarithm of sales over expectation a year before, and before that."""
        sums = past.groupby(["seat", "step"])[["credited", "expected"]].sum().sort_index()
        running = sums.groupby("seat").cumsum()
        steps = rows["step"].to_numpy()
        found = []
        upto = {
            lag: self._until(running, rows["seat"], steps - lag) for lag in (1, 1 + history.cycle)
        }
        recent = upto[1] - upto[1 + history.cycle]
        for sold, expected in (recent.T, upto[1 + history.cycle].T):
            floor = _LATELY * expected
            with np.errstate(divide="ignore", invalid="ignore"):
                log = np.log((np.maximum(sold, 0) + floor) / (expected + floor))
            found.append(np.where(expected > 0, log, 0.0))
        return np.column_stack(found)

    @staticmethod
    def _until(running: pd.DataFrame, seat: pd.Series[Any], steps: Any) -> Floats:
        """Sums of each seat up to a step, 0 before its first."""
        known = running.reset_index().sort_values("step")
        asked = pd.DataFrame({"seat": seat.to_numpy(), "step": steps, "row": range(len(seat))})
        found = pd.merge_asof(asked.sort_values("step"), known, on="step", by="seat")
        ordered = found.sort_values("row")[["credited", "expected"]]
        return ordered.fillna(0.0).to_numpy("float64")

    def places(self, rows: pd.DataFrame) -> Any:
        """Where rows of the panel stand in it."""
        return self.panel.index.get_indexer(rows.index)


def credible(
    sold: pd.Series[float], expected: pd.Series[float], past: pd.DataFrame
) -> pd.Series[float]:
    """Each seat's ratio of sales to expectation, pulled to 1 by its share of chance.

    Bühlmann and Straub 1970: the credibility of a seat is ``expected / (expected + k)``, k the
    variance within seats over that between them.
    """
    if len(sold) < 2:
        return pd.Series(1.0, index=sold.index)
    ratio = (sold / expected.where(expected > 0)).clip(lower=0)
    own = past["seat"].map(ratio)
    free = max(len(past) - len(sold), 1)
    within = float(
        (past["expected"] * (past["credited"] / past["expected"] - own) ** 2).sum() / free
    )
    spread = float((expected * (ratio - 1) ** 2).sum()) - len(sold) * within
    total = float(expected.sum())
    between = spread / (total - float((expected**2).sum()) / total) if total > 0 else 0.0
    if between <= 0:
        return pd.Series(1.0, index=sold.index)
    share = expected / (expected + within / between)
    return (1 + share * (ratio - 1)).fillna(1.0)


def _sold(past: pd.DataFrame) -> tuple[Floats, Floats]:
    """Sales, reversals beyond them as none, with the share of a period that each row stands for."""
    amounts = np.maximum(past["credited"].to_numpy("float64"), 0.0)
    return amounts, past["present"].to_numpy("float64")


def _with_common(lagged: Floats, common: Any, places: Any) -> Any:
    from scipy.sparse import csr_array, hstack

    return hstack([csr_array(lagged), common[places]], format="csr")

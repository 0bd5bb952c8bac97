"""What the metrics of actions came to, of everybody: each measured once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.actions import asked_metric, chance_band, rep_history
from spmkit.data import DataError
from spmkit.data.identity import NOT_IN_REPS
from spmkit.declaration import metric_traits, metric_unit
from spmkit.review.agreed import due_period
from spmkit.review.opening import Review
from spmkit.review.panels import panels_of
from spmkit.units import NUMBER

MEASURED = ("value", "last", "low", "high")
_SIGNS = {"higher": 1.0, "lower": -1.0}


class ActionValues:
    """Panels, pasts and bands of the metrics that actions name.

    Parameters
    ----------
    review
        An open review of the whole company.
    every
        All actions that were agreed, as :func:`agreed_actions` gives them.
    """

    def __init__(self, review: Review, every: pd.DataFrame) -> None:
        self.review, self.every = review, every
        self._bands: dict[tuple[str, str], pd.DataFrame] = {}

    def history(self, metric: str, due: str) -> pd.DataFrame:
        """Each rep's past before the period in which an action was due, and the value now."""
        periods = list(self.review.periods.trend)
        return rep_history(self._panel(metric), periods[: periods.index(due)], periods[-1])

    def had_one(self, metric: str) -> set[str]:
        """Everybody for whom an action on a metric has been due: none of them is a comparison."""
        begun = ~(self.every["due_on"] > pd.Timestamp(self.review.periods.now.end))
        own = self.every[(self.every["metric"] == metric) & begun]
        return set(own["rep_id"].dropna())

    def of(self, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Unit, values and band of one action, and why nothing is said of its target."""
        found: dict[str, Any] = dict.fromkeys(MEASURED, np.nan) | {"unit": NUMBER}
        if pd.isna(row["metric"]):
            return found | {"why": "it names no metric"}
        try:
            found["unit"] = metric_unit(asked_metric(row["metric"]))
            band = self._band(row["metric"], due_period(row["due_on"], self.review))
        except DataError as error:
            return found | {"why": str(error)}
        if row["rep_id"] in band.index:
            found |= band.loc[row["rep_id"], list(MEASURED)].to_dict()
        return found | {"why": self._untold(row, found["value"])}

    def _untold(self, row: Mapping[Any, Any], value: float) -> str:
        """Why nothing is said of a target, the first reason that applies."""
        reasons = {
            "it names no rep": pd.isna(row["rep_id"]),
            "its rep is not in reps": row["rep_id"] == NOT_IN_REPS,
            f"the rep has no value in {self.review.periods.now.label}": pd.isna(value),
            "it has no target": pd.isna(row["target"]),
            "its target is no better than its baseline": not wanted(row),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _band(self, metric: str, due: str) -> pd.DataFrame:
        if (metric, due) not in self._bands:
            own = self.every[self.every["metric"] == metric]
            named = set(own["rep_id"].dropna())
            band = chance_band(self.history(metric, due), named)
            band = band.rename(columns={"after": "value"}).drop_duplicates("rep_id")
            self._bands[metric, due] = band.set_index("rep_id")
        return self._bands[metric, due]

    def _panel(self, metric: str) -> pd.DataFrame:
        """Values by rep and period; raises why there are none."""
        periods = self.review.periods
        if not periods.complete:
            raise DataError(f"{periods.spoken} is running: values are said when it is over.")
        return panels_of(self.review).of(asked_metric(metric))


def wanted(row: Mapping[Any, Any]) -> float:
    """Whether an action wants its metric to rise (1) or to fall (−1).

    0 where that cannot be told: the target is no better than the baseline, or, of a metric of
    which neither end is better, there is no baseline to tell from.
    """
    sign = _SIGNS.get(metric_traits(asked_metric(row["metric"])).better)
    asked = float(np.sign(row["target"] - row["baseline"]))
    if np.isnan(asked):
        return sign or 0.0
    return asked if sign in (None, asked) else 0.0

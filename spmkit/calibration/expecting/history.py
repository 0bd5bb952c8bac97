"""What is known on the day on which the quotas of a period are set: the past, and who is ahead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from spmkit.intervals import Floats

RAMPED_AFTER = 3
"""Whole periods after hire from which on a rep counts as ramped."""
_LONG = 3  # years that a long mean looks back
_FEWEST = 5  # rows from which a mean of its own is taken


@dataclass(frozen=True)
class History:
    """A panel up to a step: its past with what was credited, and the rows of the step without.

    Parameters
    ----------
    panel
        As :func:`quota_panel` gives it; what was credited at the step or after is never read.
    step
        The period for which quotas are set.
    between
        How many periods lie between the last one that is known and it.
    """

    panel: pd.DataFrame
    step: int
    between: int = 0

    @property
    def until(self) -> int:
        """The first step that is not known when the quotas are set."""
        return self.step - self.between

    @cached_property
    def past(self) -> pd.DataFrame:
        """The rows before the step with what was credited, a period's share of work above zero."""
        known = (self.panel["step"] < self.until) & self.panel["credited"].notna()
        rows = self.panel[known & (self.panel["present"] > 0)]
        return rows.assign(seat=seats(rows), strength=strength(rows, self.ramp))

    @cached_property
    def ahead(self) -> pd.DataFrame:
        """The rows of the step."""
        rows = self.panel[self.panel["step"] == self.step].drop(columns="credited")
        return rows.assign(seat=seats(rows), strength=strength(rows, self.ramp))

    @cached_property
    def cycle(self) -> int:
        """The periods of a year."""
        return int(self.panel["season"].max())

    @cached_property
    def ramp(self) -> Floats:
        """What new hires sold of what ramped reps do, by whole periods since hire."""
        known = self.panel[(self.panel["step"] < self.until) & (self.panel["present"] > 0)]
        rate = known["credited"] / known["present"]
        place = known["tenure_periods"].clip(upper=RAMPED_AFTER).fillna(RAMPED_AFTER)
        means, counts = rate.groupby(place).mean(), rate.groupby(place).count()
        full = means.get(RAMPED_AFTER, np.nan)
        shares = [
            means[tenure] / full if counts.get(tenure, 0) >= _FEWEST and full > 0 else np.nan
            for tenure in range(RAMPED_AFTER)
        ]
        return np.append(pd.Series(shares).bfill().fillna(1.0).clip(0.05, 1.0), 1.0)

    @cached_property
    def season(self) -> Floats:
        """What each season sells of the mean one, by its place from 1; 1 where a year is short."""
        rate = self.past["credited"] / self.past["strength"].where(self.past["strength"] > 0)
        by = rate.groupby(self.past["season"]).mean().reindex(range(1, self.cycle + 1))
        whole = by.notna().all() and by.mean() > 0
        share = by / by.mean() if whole else pd.Series(1.0, index=by.index)
        return np.concatenate([[np.nan], share.clip(lower=0.05)])

    def of_seats(self, first: int, *, seasonal: bool) -> pd.Series[Any]:
        """Sales of each seat at full strength, a period's mean since a step."""
        rows = self.past[self.past["step"] >= first]
        weight = rows["strength"]
        if seasonal:
            weight = weight * self.season[rows["season"]]
        sums = (
            pd.DataFrame({"sold": rows["credited"], "weight": weight}).groupby(rows["seat"]).sum()
        )
        found: pd.Series[Any] = (sums["sold"] / sums["weight"].where(sums["weight"] > 0)).clip(
            lower=0
        )
        return found

    def in_usual(self, by_seat: pd.Series[Any]) -> Floats:
        """A seat's value for each row ahead; where it has none that of its usual peers."""
        found = self.ahead["seat"].map(by_seat).astype("float64")
        peers = self.past.drop_duplicates("seat", keep="last").set_index("seat")
        known = peers.assign(value=by_seat).dropna(subset=["value"])
        usual = known.groupby(["segment", "role"], dropna=False)["value"].median()
        keys = pd.MultiIndex.from_frame(self.ahead[["segment", "role"]])
        fallback = pd.Series(usual.reindex(keys).to_numpy(), index=found.index)
        return np.asarray(found.fillna(fallback).fillna(known["value"].median()), "float64")


def seats(rows: pd.DataFrame) -> pd.Series[Any]:
    """The territory of each row; where none is known the rep stands for it."""
    own = "rep " + rows["rep_id"].astype("object")
    return rows["territory_id"].astype("object").where(rows["territory_id"].notna(), own)


def strength(rows: pd.DataFrame, ramp: Floats) -> pd.Series[float]:
    """How much of a ramped rep's full period each row is."""
    place = rows["tenure_periods"].clip(upper=RAMPED_AFTER).fillna(RAMPED_AFTER).astype(int)
    return rows["present"] * ramp[place.to_numpy()]


def long_ago(history: History) -> int:
    """The step at which a long mean begins: three years back, or at the start."""
    return max(history.until - _LONG * history.cycle, 0)

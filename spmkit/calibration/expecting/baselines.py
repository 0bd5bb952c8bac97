"""Simple ways to set quotas: what companies do today, and what they could do in a spreadsheet."""

from __future__ import annotations

import numpy as np

from spmkit.calibration.expecting.history import History, long_ago
from spmkit.intervals import Floats


def issued(history: History) -> Floats:
    """The company's own quotas of the period, as they were issued."""
    return np.asarray(history.ahead["quota"], "float64")


def flat(history: History) -> Floats:
    """The same for everyone at full strength."""
    return _strength(history) * _season(history)


def last_year(history: History) -> Floats:
    """What the territory sold in the last year; growth is common to all, so it is in the level."""
    rate = history.of_seats(max(history.until - history.cycle, 0), seasonal=True)
    return history.in_usual(rate) * _strength(history) * _season(history)


def years_mean(history: History) -> Floats:
    """What the territory sold in the mean of up to three years."""
    rate = history.of_seats(long_ago(history), seasonal=True)
    return history.in_usual(rate) * _strength(history) * _season(history)


def potential_share(history: History) -> Floats:
    """In proportion to potential; unknown potential counts as that of the usual peers."""
    by = history.ahead.groupby(["segment", "role"], dropna=False)["potential"]
    usual = history.ahead["potential"].fillna(by.transform("median"))
    share = usual.fillna(history.ahead["potential"].median()).to_numpy("float64")
    return share * _strength(history) * _season(history)


def hybrid(history: History, weight: float) -> Floats:
    """A share of the plan by history and the rest by potential."""
    parts = [years_mean(history), potential_share(history)]
    shares = [part / np.nansum(part) if np.nansum(part) > 0 else part * np.nan for part in parts]
    return np.asarray(weight * shares[0] + (1 - weight) * shares[1])


def _season(history: History) -> Floats:
    return np.asarray(history.season[history.ahead["season"].to_numpy(int)], "float64")


def _strength(history: History) -> Floats:
    return np.asarray(history.ahead["strength"], "float64")

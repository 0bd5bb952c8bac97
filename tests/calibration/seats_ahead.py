"""Seats of a period ahead for tests: random, but the same each time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.expectation import Expectation


def seats_ahead(count=12, seed=0, **columns):
    """An expectation of some seats, lumpy ones among them."""
    rng = np.random.default_rng(seed)
    expected = rng.lognormal(11, 0.5, count).round(2)
    seats = pd.DataFrame(
        {
            "rep_id": [f"r{place:03}" for place in range(count)],
            "rep": [f"Rep {place}" for place in range(count)],
            "territory_id": [f"t{place:03}" for place in range(count)],
            "region": ["North", "South", "West"] * (count // 3) + ["North"] * (count % 3),
            "manager_id": [f"m{place % 4}" for place in range(count)],
            "potential": rng.lognormal(12, 0.5, count),
            "tenure_periods": rng.integers(0, 12, count).astype("float64"),
            "expected": expected,
            "spread": (expected * rng.uniform(0.1, 0.6, count)).round(2),
        }
    ).assign(**columns)
    return Expectation(seats, np.sort(rng.gamma(2.0, 1.0, 200) - 2.0))


def last_of(ahead, seed=1):
    """Last quotas about what is expected; some not known, one of zero."""
    rng = np.random.default_rng(seed)
    reps = ahead.seats["rep_id"].dropna()
    quotas = rng.lognormal(11, 0.4, len(reps)).round(2)
    quotas[rng.random(len(reps)) < 0.2] = np.nan
    quotas[0] = 0.0
    return pd.DataFrame({"rep_id": list(reps), "last_quota": quotas})


def fact(found, name):
    """The value of a fact of a frame of facts."""
    return found.set_index("fact")["value"][name]

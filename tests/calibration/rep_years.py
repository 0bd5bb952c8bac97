"""Panels for tests of quotas: reps who sell with luck through years, under a rule of quotas."""

from __future__ import annotations

import numpy as np
import pandas as pd


def rep_years(sold, quotas, **columns):
    """A panel of years: a row of amounts a year, a column a rep; one more column a keyword."""
    years, reps = np.shape(sold)
    each = {
        name: np.broadcast_to(values, (years, reps)).ravel() for name, values in columns.items()
    }
    return pd.DataFrame(
        {
            "period": np.repeat([str(2020 + year) for year in range(years)], reps),
            "step": np.repeat(np.arange(years), reps),
            "season": 1,
            "rep_id": np.tile([f"r{rep:03}" for rep in range(reps)], years),
            "quota": np.broadcast_to(quotas, (years, reps)).ravel(),
            "credited": np.ravel(sold),
        }
        | each
    )


def last_years_sales(sold, first=100.0, follow=1.0):
    """Quotas that follow last year's sales by a share, from a first one on."""
    sold = np.asarray(sold, "float64")
    quotas = np.full(sold.shape, first)
    for year in range(1, len(sold)):
        quotas[year] = quotas[year - 1] * (sold[year - 1] / quotas[year - 1]) ** follow
    return quotas


def company(reps=60, years=4, seed=0, unfair=1.0, **columns):
    """Fair quotas but for one region of four, where they are higher by a factor."""
    rng = np.random.default_rng(seed)
    region = np.array(["North", "East", "South", "West"])[np.arange(reps) % 4]
    size = rng.lognormal(0, 0.5, reps)
    skill = rng.normal(0, 0.15, reps)
    sold = 100 * size * np.exp(skill + rng.normal(0, 0.25, (years, reps)))
    quotas = 100 * size * np.where(region == "South", unfair, 1.0)
    own = {"region": region, "potential": size, "tenure_periods": 9.0, "win_rate": skill}
    return rep_years(sold, quotas, **(own | columns))

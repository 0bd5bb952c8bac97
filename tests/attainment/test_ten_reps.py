"""Seven published sets of ten reps: bands, participation, realisation and inequality.

Figures: Kellblog, lessons from playing with a simple quota attainment model (14 December 2023),
the sheet to it: each rep's quota is 1,000, the plan is 8,000. The sheet counts who is at exactly
50 % among those below it; here 50 % is at 50 %.
"""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

import spmkit as spm

SOLD = {
    1: (300, 650, 1500, 1050, 950, 900, 850, 1250, 2250, 300),
    2: (300, 800, 800, 850, 1125, 325, 900, 1100, 1000, 800),
    3: (250, 650, 4000, 250, 650, 750, 750, 250, 250, 200),
    4: (800,) * 10,
    5: (1800, 350, 250, 500, 900, 700, 500, 1400, 1200, 400),
    6: (400, 500, 700, 750, 250, 500, 150, 850, 300, 600),
    7: (1000, 1000, 300, 1000, 1000, 1000, 1200, 1000, 1000, 300),
}
# of the sheet: at 100 %, at 80 %, up to and with 50 %, all sales over all quotas
PUBLISHED = {
    1: (0.4, 0.7, 0.2, 1.0),
    2: (0.3, 0.8, 0.2, 0.8),
    3: (0.1, 0.1, 0.5, 0.8),
    4: (0.0, 1.0, 0.0, 0.8),
    5: (0.3, 0.4, 0.5, 0.8),
    6: (0.0, 0.1, 0.6, 0.5),
    7: (0.8, 0.8, 0.2, 0.88),
}
EXACTLY_HALF = {5: 2, 6: 2}


def lines_of(number):
    sold = pd.Series(SOLD[number], dtype="float64")
    return pd.DataFrame(
        {
            "rep_id": [f"r{place}" for place in range(10)],
            "quota": 1000.0,
            "credited": sold,
            "rep_quota": 1000.0,
            "rep_credited": sold,
            "complete": True,
        }
    )


@pytest.mark.parametrize("number", SOLD)
def test_the_published_shares_are_found(number):
    metrics = [
        spm.attainment,
        spm.participation_rate,
        partial(spm.participation_rate, at=0.8),
        partial(spm.share_between, low=0.0, high=0.5),
    ]
    found = spm.measure(lines_of(number), metrics).iloc[0]
    at_quota, at_80, below_half, realised = PUBLISHED[number]
    assert found["participation_rate"] == pytest.approx(at_quota)
    assert found["participation_rate_0.8"] == pytest.approx(at_80)
    assert found["attainment"] == pytest.approx(realised)
    half = EXACTLY_HALF.get(number, 0) / 10
    assert found["share_between_0.0_0.5"] == pytest.approx(below_half - half)


@pytest.mark.parametrize(
    ("number", "mean", "median"), [(1, 1.0, 0.925), (2, 0.8, 0.825), (5, 0.8, 0.6)]
)
def test_mean_and_median(number, mean, median):
    found = spm.measure(lines_of(number), [spm.mean_attainment, spm.median_attainment]).iloc[0]
    assert found["mean_attainment"] == pytest.approx(mean)
    assert found["median_attainment"] == pytest.approx(median)


@pytest.mark.parametrize(("number", "gini"), [(1, 0.296), (4, 0.0), (5, 0.334)])
def test_how_unequal_the_ten_are(number, gini):
    found = spm.credit_gini(lines_of(number)).iloc[0]
    assert found["gini"] == pytest.approx(gini, abs=0.0005)

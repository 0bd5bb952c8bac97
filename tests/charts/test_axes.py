"""Axes say amounts as one says them, and an outlier does not flatten a curve."""

from __future__ import annotations

import pandas as pd

from spmkit import charts
from spmkit.charts.theme import MONEY_LABELS


def test_billions_are_no_giga():
    past = pd.DataFrame(
        {
            "period": ["2026Q2", "2026Q3"],
            "credited": [4e9, 5e9],
            "quota": [5e9, 5e9],
            "attainment": [0.8, 1.0],
            "at_quota": [0.4, 0.5],
            "same_season": [False, True],
        }
    )
    told = str(charts.attainment_trend(past, "Title", "Subtitle").to_dict())
    assert MONEY_LABELS in told
    assert "'~s'" not in told.replace(MONEY_LABELS, "")


def test_a_reversal_of_years_of_credit_does_not_flatten_the_curve():
    reps = pd.DataFrame({"attainment": [9.0, 1.0, -6.0], "share": [1 / 3, 2 / 3, 1.0]})
    spec = charts.attainment_curve(reps, "Title", "Subtitle").to_dict()
    drawn = [row["attainment"] for row in max(spec["datasets"].values(), key=len)]
    assert (min(drawn), max(drawn)) == (-0.5, 2.5)

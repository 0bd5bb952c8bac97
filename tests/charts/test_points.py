"""A company of thousands is drawn as a curve of hundreds of points, its ends among them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit import charts

MANY = 12_000  # more rows than altair would take
SHARES = np.arange(1, MANY + 1) / MANY


@pytest.mark.parametrize(
    ("chart", "curve"),
    [
        (
            charts.attainment_curve,
            pd.DataFrame({"attainment": 1.5 - SHARES, "share": SHARES}),
        ),
        (charts.concentration_curve, pd.DataFrame({"reps": SHARES, "credit": SHARES**0.5})),
    ],
)
def test_a_curve_of_thousands_keeps_its_ends(chart, curve):
    spec = chart(curve, "Title", "Subtitle").to_dict()
    drawn = max(spec["datasets"].values(), key=len)
    assert 100 < len(drawn) < 1000
    for place in (0, -1):
        kept = {name: drawn[place][name] for name in curve}
        assert kept == pytest.approx(curve.iloc[place].to_dict())

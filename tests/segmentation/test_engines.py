"""What is done in pandas takes the lines of every engine."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spmkit as spm

REPS = pd.DataFrame(
    {
        "rep_id": [f"r{number:02d}" for number in range(16)],
        "attainment": np.linspace(0.3, 1.9, 16),
        "activities": np.tile([10.0, 30.0, 20.0, 40.0], 4),
        "error": 0.05,
        "activities_error": 0.1,
        "attainment_error": 0.05,
        "tenure_days": np.arange(16.0) * 100,
        "amount": np.arange(16.0) * 1000,
        "sales": np.arange(16.0),
        "will": np.tile([1.0, 4.0, 2.0, 5.0], 4),
    }
)
TERRITORIES = pd.DataFrame(
    {
        "territory_id": ["t1", "t2", "t3"],
        "workload": [10.0, 20.0, 30.0],
        "potential": [1.0, 2.0, 3.0],
        "sales": [5.0, 5.0, 5.0],
    }
)
WAYS = {
    "account_tier": lambda frame: spm.account_tier(frame, "sales"),
    "performance_tier": lambda frame: spm.performance_tier(frame, standard_error="error"),
    "tenure_band": spm.tenure_band,
    "size_band": lambda frame: spm.size_band(frame, "amount", edges=(5000, 10000)),
    "effort_outcome": lambda frame: spm.effort_outcome(frame, "activities", "attainment"),
    "balance_index": spm.balance_index,
    "archetypes": lambda frame: spm.archetypes(frame, ["attainment", "activities"], most=2).members,
}


@pytest.mark.parametrize("name", WAYS)
def test_the_answer_is_that_of_pandas(engine, name):
    frame = TERRITORIES if name == "balance_index" else REPS
    key = frame.columns[0]
    found, expected = WAYS[name](engine(frame)), WAYS[name](frame)
    if key in expected:
        found, expected = (f.sort_values(key, ignore_index=True) for f in (found, expected))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)

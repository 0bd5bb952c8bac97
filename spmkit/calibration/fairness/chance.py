"""How much of the spread of attainment is chance, which no quota takes away."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.attainment.quota_quality import noise_floor_ratio
from spmkit.calibration.fairness.attained import attained_rows
from spmkit.calibration.fairness.equivalence import band_verdict


def noise_floor(
    panel: pd.DataFrame, most: float = 1.25, confidence: float = 0.95
) -> dict[str, Any]:
    """The spread of attainment as a multiple of what chance within a territory makes.

    Near 1 quotas cannot be made better; what is above it is lasting, in quotas or in skill, and
    which of them a spread does not say. Quotas that follow last year's sales move with chance and
    look good here: read it beside :func:`spmkit.calibration.fairness.ratchet.ratchet`.

    Parameters
    ----------
    panel
        A row a rep and period.
    most
        The multiple up to which the spread is as chance has it.
    confidence
        Of the bounds (reps redrawn).

    Returns
    -------
    dict
        ``ratio``, ``low``, ``high``, ``spread`` and ``noise`` (standard deviations of the
        logarithm of attainment), ``n`` (reps), ``left_out`` (rows without a logarithm),
        ``verdict`` and ``status``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> panel = pd.DataFrame({"rep_id": [f"r{i:02}" for i in range(30)] * 8, "quota": 100.0,
    ...     "step": np.repeat(range(8), 30), "season": 1, "credited": rng.lognormal(4.6, 0.3, 240)})
    >>> found = noise_floor(panel.assign(period=panel["step"].astype(str)))
    >>> round(float(found["ratio"]), 1), found["verdict"]
    (1.0, 'pass')

    References
    ----------
    Catalogue Q10.
    """
    if not most >= 1:
        raise ValueError(f"most is {most}: attainment never spreads less than chance; write 1.25.")
    rows = attained_rows(panel).rename(columns={"quota": "rep_quota", "credited": "rep_credited"})
    floor = noise_floor_ratio(rows, confidence=confidence).iloc[0]
    found = {str(name): value for name, value in floor.items()}
    found["ratio"] = found.pop("noise_floor_ratio")
    return found | {"verdict": band_verdict(found["low"], found["high"], (0.0, most))}

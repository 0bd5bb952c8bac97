"""The battery of fairness: attainment should follow effort and skill, not what a rep was given."""

from __future__ import annotations

import pandas as pd

from spmkit.calibration.fairness.earned import persistence, ratchets, skill
from spmkit.calibration.fairness.fairness_lines import LINE_COLUMNS, Asked, FairnessEvidence
from spmkit.calibration.fairness.given import groups, potential, sensitive, tenure
from spmkit.calibration.fairness.pooled import RANK_MARGIN
from spmkit.calibration.fairness.shape import overrides, shape
from spmkit.calibration.fairness.years import last_year
from spmkit.intervals import refuse_confidence

_TESTS = (potential, last_year, tenure, groups, sensitive, skill, persistence, ratchets, shape)


def fairness_tests(
    panel: pd.DataFrame,
    evidence: FairnessEvidence | None = None,
    *,
    margin: float = RANK_MARGIN,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Ten tests of whether a company's quotas are fair, over all periods of a panel.

    T1 potential, T2 last year, T3 tenure, T4 region, segment and manager, T5 sensitive attributes,
    T6 skill, T7 persistence, T8 the ratchet, T9 the shape, T10 changes by hand. Attainment is held
    against what reps were given, never against quota: it is divided by quota, which alone makes
    the two go together. A test passes where its interval lies within the margin, fails where it
    leaves out zero and reaches beyond the margin, and else cannot tell: few reps are no proof of
    fairness. Each test is wrong in one case of twenty on its own; of twenty lines one may fail by
    chance. Quotas can pass all of them and be poor: last year's sales plus growth is fair to size.

    Parameters
    ----------
    panel
        A row a rep and period, as ``quota_panel`` gives it.
    evidence
        What T5, T6, T9 and T10 need beyond the panel; without it they say what they need.
    margin
        A rank correlation this small does not matter. Slopes, gaps and shares have margins of
        their own; every line prints its margin.
    confidence
        Of the intervals. 0.9 makes the usual pair of one-sided tests at 5 %; 0.95 is stricter.

    Returns
    -------
    pandas.DataFrame
        ``test`` (T1 to T10), ``name`` (of what), ``statistic`` (what the effect is), ``effect``,
        ``low``, ``high``, ``n`` (rows), ``reps``, ``margin``, ``verdict`` (``pass``, ``fail``,
        ``cannot tell``), ``status`` (``ok``, or why there is no effect) and ``note``.

    Raises
    ------
    ValueError
        Where the panel or the evidence lacks a column.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> size = rng.lognormal(0, 0.5, 60)
    >>> panel = pd.DataFrame({"period": "2026", "step": 0, "season": 1, "potential": size,
    ...     "rep_id": [f"r{i:02}" for i in range(60)], "quota": 100.0,
    ...     "credited": 100 * size * rng.lognormal(0, 0.3, 60)})
    >>> found = fairness_tests(panel)
    >>> found.loc[0, ["test", "name", "verdict"]].tolist()
    ['T1', 'potential', 'fail']

    References
    ----------
    Schuirmann 1987, doi 10.1007/BF01068419 (equivalence); ZS, fairness of goals; Aurochs, quota
    fairness.
    """
    refuse_confidence(confidence)
    if not 0 < margin < 1:
        raise ValueError(f"margin is {margin}; write a correlation, such as 0.3.")
    asked = Asked(panel, evidence or FairnessEvidence(), margin, confidence)
    lines = [line for test in (*_TESTS, overrides) for line in test(asked)]
    return pd.DataFrame(lines, columns=LINE_COLUMNS)


def given_strictly(panel: pd.DataFrame, margin: float = RANK_MARGIN) -> pd.DataFrame:
    """T1 to T4 with intervals so wide that all together fail a fair company in one case of twenty.

    Parameters
    ----------
    panel, margin
        As :func:`fairness_tests` takes them.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> panel = pd.DataFrame({"period": "2026", "step": 0, "season": 1, "potential": np.arange(60),
    ...     "rep_id": [f"r{i:02}" for i in range(60)], "quota": 100.0,
    ...     "credited": 100 * rng.lognormal(0, 0.3, 60)})
    >>> "fail" in set(given_strictly(panel)["verdict"])
    False
    """
    known = int(_given(panel, margin, 0.95)["effect"].notna().sum())
    return _given(panel, margin, 1 - 0.05 / max(known, 1))


def _given(panel: pd.DataFrame, margin: float, confidence: float) -> pd.DataFrame:
    asked = Asked(panel, FairnessEvidence(), margin, confidence)
    lines = [line for test in (potential, last_year, tenure, groups) for line in test(asked)]
    return pd.DataFrame(lines, columns=LINE_COLUMNS)

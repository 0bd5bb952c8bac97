"""What the quotas of a period are judged by, and the three numbers that decide participation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spmkit.calibration.costing.cost import PayoutCost
from spmkit.calibration.expecting.backtest import Backtest
from spmkit.calibration.expecting.scores import CALIBRATED
from spmkit.calibration.proposing.arithmetic import implied_participation
from spmkit.calibration.proposing.policy import Criteria


@dataclass(frozen=True)
class Evidence:
    """What the quotas of a period are judged by.

    Parameters
    ----------
    panel
        As :func:`quota_panel` gives it.
    period
        The label of the period whose quotas are judged.
    tested
        What :func:`backtest` gave; None where the past is too short.
    fairness, strict
        What :func:`fairness_tests` gave; and with intervals so wide that all lines of one
        criterion together fail a fair company in one case of twenty. None takes the former.
    method
        Whose expectations the level and the honesty are judged by.
    criteria
        What the company has declared.
    plan, assigned
        The company's plan of the period, and the rep quotas and those of vacant seats below it;
        NaN where none is known.
    unassigned
        The share of the potential that belongs to nobody; NaN where potential is not known.
    unknown, accounts
        How many accounts have no potential given, and how many there are; without one none.
    changed
        How many quotas of the period were changed after their release; NaN where not known.
    cost, cost_of
        What quotas cost, and of which period those are; None: not known.
    """

    panel: pd.DataFrame
    period: str
    tested: Backtest | None
    fairness: pd.DataFrame
    criteria: Criteria = field(default_factory=Criteria)
    plan: float = np.nan
    assigned: float = np.nan
    unassigned: float = np.nan
    unknown: int = 0
    accounts: int = 0
    changed: float = np.nan
    cost: PayoutCost | None = None
    cost_of: str = ""
    method: str = CALIBRATED
    strict: pd.DataFrame | None = None

    @property
    def now(self) -> pd.DataFrame:
        """The reps with a quota above zero in the period."""
        rows = self.panel[self.panel["period"] == self.period]
        return rows[(rows["quota"] > 0) & rows["credited"].notna()]


def three_numbers(evidence: Evidence) -> dict[str, float]:
    """What quotas ask of the reps, what the reps are expected to sell, and how far luck spreads.

    Returns
    -------
    dict
        ``coverage`` (quotas over expected sales) with ``low`` and ``high``, ``periods`` behind
        them, ``expected`` (sales), ``spread`` (standard deviation of the logarithm of attainment
        of those who sold), ``implied`` (the participation that both imply, with ``implied_low``
        and ``implied_high`` at the bounds of the coverage) and ``over_assignment`` (quotas over
        plan, less 1).
    """
    now = evidence.now
    lines = own_lines(evidence)
    mine = lines[lines["period"] == evidence.period]
    both = mine.merge(now[["rep_id", "quota"]], on="rep_id", suffixes=("_of", ""))
    asked, expected = both["quota"].sum(), both["expected"].sum()
    coverage = asked / expected if expected > 0 else np.nan
    low, high, periods = level_bounds(lines, evidence.period)
    spread = _spread(now)
    ends = {"": coverage, "_low": coverage * high, "_high": coverage * low}
    implied = {f"implied{end}": _implied(level, spread) for end, level in ends.items()}
    over = evidence.assigned / evidence.plan - 1 if evidence.plan > 0 else np.nan
    found = {"coverage": coverage, "low": coverage * low, "high": coverage * high}
    more = {"periods": periods, "expected": expected, "spread": spread, "over_assignment": over}
    return {**found, **more, **implied}


def _implied(coverage: float, spread: float) -> float:
    known = coverage > 0 and spread > 0
    return implied_participation(coverage, spread) if known else np.nan


def own_lines(evidence: Evidence) -> pd.DataFrame:
    """The back-test lines of the method, of which something was expected."""
    if evidence.tested is None:
        money = ["expected", "spread", "credited", "low", "high"]
        empty = pd.DataFrame(columns=["method", "period", "step", "rep_id", *money])
        return empty.astype(dict.fromkeys(money, "float64"))
    lines = evidence.tested.lines
    return lines[(lines["method"] == evidence.method) & (lines["expected"] > 0)]


def level_bounds(lines: pd.DataFrame, period: str) -> tuple[float, float, int]:
    """How far sums of other periods were off: factors for the bounds of a sum, with 95 %."""
    from scipy.stats import t

    others = lines[lines["period"] != period]
    sums = others.groupby("period")[["expected", "credited"]].sum()
    sums = sums[sums["credited"] > 0]
    off = np.log(np.asarray(sums["expected"] / sums["credited"], "float64"))
    if len(off) < 3:
        return np.nan, np.nan, len(off)
    reach = (
        float(t.ppf(0.975, len(off) - 1)) * float(np.std(off, ddof=1)) * np.sqrt(1 + 1 / len(off))
    )
    return float(np.exp(-reach)), float(np.exp(reach)), len(off)


def _spread(now: pd.DataFrame) -> float:
    attainment = (now["credited"] / now["quota"])[now["credited"] > 0]
    return float(np.log(attainment).std(ddof=1)) if len(attainment) > 2 else np.nan

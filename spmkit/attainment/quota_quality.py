"""How good a set of quotas is: against pay, plan, sales, chance and the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.expressions import present, total
from spmkit.groups import each_group, group_keys
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval
from spmkit.traits import Traits
from spmkit.units import MULTIPLE, PERCENT, Column, Days, Multiple, Percent, Ratio

_REP = ("rep_quota", "rep_credited")
_ALLOCATION = Traits("quota_lines", "lower", columns=("rep_id", "quota", "credited"))
_NOISE = Traits("quota_lines", "lower", columns=("rep_id", "period", *_REP))
_FEWEST = 5


def quota_to_ote(
    quota: Column, target_earnings: Column
) -> Annotated[Multiple, Traits("pay_lines", "target", "leading")]:
    """Quota as a multiple of the on-target earnings of the same period.

    The often quoted 5 is a rule of one industry: what a quota can carry depends
    on the margin. It says what is asked, not whether it can be reached.

    Parameters
    ----------
    quota
        The quota of the period.
    target_earnings
        OTE of the same period.

    Returns
    -------
    Multiple
        Of the reps with both; null when their OTE is zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"quota": [150.0, 100.0], "target_earnings": [30.0, None]})
    >>> spm.measure(lines, spm.quota_to_ote)["quota_to_ote"].tolist()
    [5.0]

    References
    ----------
    Catalogue Q1; Qobra, on the rule of five.
    """
    both = present(quota, target_earnings)
    return Ratio(*[total(nw.when(both).then(column)) for column in (quota, target_earnings)])


def over_assignment(
    assigned: Column, plan: Column
) -> Annotated[Percent, Traits("plan_lines", "target", "leading")]:
    """How far the reps' quotas sum to more than the plan above them.

    10 to 20 % is usual. More makes the plan safer and participation lower, so
    the two are read together. Vacant seats count as assigned, though nobody
    sells there. Measure it by level: a team's plan may itself be over-assigned
    against the company's.

    Parameters
    ----------
    assigned
        The quotas issued to reps and vacant seats below a plan.
    plan
        The plan.

    Returns
    -------
    Percent
        Negative where quotas fall short of the plan; null without a plan.

    Examples
    --------
    >>> plans = pd.DataFrame({"assigned": [120.0], "plan": [100.0]})
    >>> spm.measure(plans, spm.over_assignment)["over_assignment"].tolist()
    [0.2]

    References
    ----------
    Catalogue Q2; TigerEye, over-assignment.
    """
    both = present(assigned, plan)
    planned = total(nw.when(both).then(plan))
    return Ratio(total(nw.when(both).then(assigned)) - planned, planned)


def publication_lead_time(
    lead_days: Column,
) -> Annotated[Days, Traits("quota_releases", "higher", "leading")]:
    """Median days by which quotas were published before their period began.

    Negative where they came out late: reps then sell without knowing what for.
    More is better, so it is the reverse of a delay. The median hides those who
    got theirs last.

    Parameters
    ----------
    lead_days
        Days from the first release of a quota line to the first day of its period.

    Returns
    -------
    Days
        Null when no release is known.

    Examples
    --------
    >>> releases = pd.DataFrame({"lead_days": [14.0, -3.0, -10.0]})
    >>> spm.measure(releases, spm.publication_lead_time)["publication_lead_time"].tolist()
    [-3.0]

    References
    ----------
    Catalogue Q11; Alexander Group, quotas diagnostics and solutions.
    """
    return lead_days.median()


def allocation_error(
    lines: pd.DataFrame, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, PERCENT, _ALLOCATION]:
    """Sum of the reps' misses as a share of all sales, had the quotas summed to just these sales.

    Quotas are scaled to the same total first, so that neither a hard plan nor
    an easy one counts, only who was given which part. Chance is in it too, so no
    set of quotas brings it to 0 (see :func:`noise_floor_ratio`). A quota of zero
    stays zero: all that was sold on it is error.

    Parameters
    ----------
    lines
        With ``rep_id``, ``quota`` (0 is one, null is none and left out) and ``credited``; a rep's
        lines are summed.
    by
        A column or several to group by; each group is scaled on its own.
    confidence
        Of the bounds, reps redrawn.

    Returns
    -------
    pandas.DataFrame
        The group, ``allocation_error`` (Percent; 0 is perfect), ``n``, ``zero_quotas``, ``low``,
        ``high`` and ``status``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": ["ada", "bo"], "quota": [100.0, 100.0],
    ...     "credited": [150.0, 50.0]})
    >>> allocation_error(lines)["allocation_error"].tolist()
    [0.5]

    References
    ----------
    Catalogue Q7; weighted absolute percentage error of quotas at equal total.
    """
    rows = []
    for key, group in each_group(lines.dropna(subset=["rep_id", "quota", "credited"]), by):
        sums = group.groupby("rep_id")[["quota", "credited"]].sum()
        quota, credited = sums.to_numpy("float64").T
        value, low, high, status = _misallocated(quota, credited, confidence)
        found = {"allocation_error": value, "n": len(quota), "zero_quotas": int((quota == 0).sum())}
        rows.append({**key, **found, "low": low, "high": high, "status": status})
    columns = ["allocation_error", "n", "zero_quotas", "low", "high", "status"]
    return pd.DataFrame(rows, columns=[*group_keys(by), *columns])


def noise_floor_ratio(
    lines: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    noise: float | None = None,
    confidence: float = 0.95,
) -> Annotated[pd.DataFrame, MULTIPLE, _NOISE]:
    """Spread of attainment as a multiple of the spread that chance within a territory makes.

    Near 1 no quota setting can narrow it further. Above 1 the rest is lasting
    difference between reps: of quotas and of skill, which it cannot tell apart.
    Quotas that chase last year's sales hide lasting differences in the noise.

    Parameters
    ----------
    lines
        A line a rep and period with ``rep_id``, ``period``, ``rep_quota`` and ``rep_credited``;
        reps at or below zero are left out (``left_out``), as they have no logarithm.
    by
        A column or several to group by.
    noise
        Standard deviation of the logarithm of a territory's sales around what was to be
        expected; none estimates it from how each rep's attainment moves about the rep's own
        mean, the periods' ups and downs for all taken off (nearly so where reps come and go).
    confidence
        Of the bounds, reps redrawn with all their periods.

    Returns
    -------
    pandas.DataFrame
        The group, ``noise_floor_ratio`` (Multiple), ``spread``, ``noise``, ``n`` (reps),
        ``left_out`` (lines), ``low``, ``high`` and ``status`` (``insufficient n`` below 5 reps or,
        for the estimate, without a second period).

    Raises
    ------
    ValueError
        Where the noise given is not above zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcde"), "period": "2026Q3",
    ...     "rep_quota": 1.0, "rep_credited": [0.5, 0.8, 1.0, 1.25, 2.0]})
    >>> noise_floor_ratio(lines, noise=0.25)["noise_floor_ratio"].round(2).tolist()
    [2.06]

    References
    ----------
    Catalogue Q10; the spread of attainment over the spread of chance, as simulated quotas show
    it.
    """
    if noise is not None and not noise > 0:
        raise ValueError(f"noise is {noise}: give a standard deviation above zero, such as 0.25.")
    rows = []
    for key, group in each_group(lines.dropna(subset=[*_REP]), by):
        positive = (group["rep_quota"] > 0) & (group["rep_credited"] > 0)
        parts = _parts(group[positive])
        rows.append({**key, **_floor(parts, noise, confidence), "left_out": int((~positive).sum())})
    columns = ["noise_floor_ratio", "spread", "noise", "n", "left_out", "low", "high", "status"]
    return pd.DataFrame(rows, columns=[*group_keys(by), *columns])


def _misallocated(
    quota: Floats, credited: Floats, confidence: float
) -> tuple[float, float, float, str]:
    if not len(quota):
        return np.nan, np.nan, np.nan, "undefined: no rows"
    if min(quota.min(), credited.min()) < 0:
        return np.nan, np.nan, np.nan, "undefined: negative amounts"
    if not min(quota.sum(), credited.sum()) > 0:
        return np.nan, np.nan, np.nan, "undefined: zero total"

    def error(counts: Floats) -> Floats:
        sold, asked = counts @ credited, counts @ quota
        scale = sold / np.where(asked > 0, asked, np.nan)
        missed = np.abs(scale[:, None] * quota - credited)
        share: Floats = (counts * missed).sum(axis=1) / np.where(sold > 0, sold, np.nan)
        return share

    low, high = redrawn_interval(error, len(quota), confidence)
    return float(error(np.ones((1, len(quota))))[0]), low, high, "ok"


def _parts(lines: pd.DataFrame) -> pd.DataFrame:
    """For each rep the periods and the squares about the period's mean and about the own one."""
    ratio = lines["rep_credited"].astype("float64") / lines["rep_quota"].astype("float64")
    log = pd.Series(np.log(ratio.to_numpy()), index=lines.index)
    apart = log - log.groupby(lines["period"]).transform("mean")
    own = apart - apart.groupby(lines["rep_id"]).transform("mean")
    squares = pd.DataFrame({"rep_id": lines["rep_id"], "all": apart**2, "own": own**2})
    found = squares.groupby("rep_id").agg(all=("all", "sum"), own=("own", "sum"), n=("all", "size"))
    return found.assign(periods=lines["period"].nunique())


def _floor(parts: pd.DataFrame, noise: float | None, confidence: float) -> dict[str, Any]:
    reps = len(parts)
    nothing = dict.fromkeys(("noise_floor_ratio", "spread", "noise", "low", "high"), np.nan)
    periods = int(parts["periods"].iloc[0]) if reps else 0
    lines = int(parts["n"].sum())
    again = lines - reps - periods + 1  # what is left to estimate chance from
    if reps < _FEWEST or lines <= periods or (noise is None and again < 1):
        return {**nothing, "n": reps, "status": "insufficient n"}

    def spreads(counts: Floats) -> tuple[Floats, Floats]:
        everything, within, n = (counts @ parts[c].to_numpy("float64") for c in ("all", "own", "n"))
        free = np.maximum(n - counts.sum(axis=1) - periods + 1, 1e-300)
        chance = np.sqrt(within / free) if noise is None else np.full(len(n), noise)
        return np.sqrt(everything / np.maximum(n - periods, 1e-300)), chance

    def ratio(counts: Floats) -> Floats:
        spread, chance = spreads(counts)
        divided: Floats = spread / np.where(chance > 1e-9, chance, np.nan)
        return divided

    once = np.ones((1, reps))
    (spread,), (chance,), (value,) = *spreads(once), ratio(once)
    found = {"noise_floor_ratio": value, "spread": spread, "noise": chance, "n": reps}
    if np.isnan(value):
        return {**nothing, **found, "status": "undefined: no noise"}
    low, high = redrawn_interval(ratio, reps, confidence)
    return {**found, "low": low, "high": high, "status": "ok"}

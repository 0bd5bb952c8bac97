"""Who moved from one period to the next, beside what chance alone brings back to the middle."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from spmkit.review.opening import Review, trend_lines
from spmkit.review.team import Team

FEWEST_PAIRS = 30
"""Below so many pairs of periods how far reps fall back to the middle is not estimated."""

_LEVEL = 0.8


def movement(team: Team) -> pd.DataFrame:
    """Attainment of each of a team's reps in the period before and in this one.

    Whoever was far from the middle is nearer to it the next time, with nobody doing anything.
    How near is estimated from all pairs of consecutive periods of all reps before this one.

    Parameters
    ----------
    team
        An open team.

    Returns
    -------
    pandas.DataFrame
        A row a rep with a quota in both: ``rep_id``, ``rep``, ``before``, ``now``, ``change``,
        ``expected``, ``low`` and ``high`` (80 % of the reps who stood where this one did came to
        lie between them; null with fewer than thirty pairs) and ``beyond``: whether now lies
        outside. The largest rise first.
    """
    lines, company = team.lines, team.company
    # The whole of each period, of a rep who was in another team for a part of it too.
    now, before = rep_attainments(company.lines), rep_attainments(company.before)
    both = pd.DataFrame({"now": now, "before": before}).dropna()
    found = both[both.index.isin(team.reps)]
    expected = _expected(found["before"], _pairs(company))
    found = found.join(expected)
    beyond = (found["now"] < found["low"]) | (found["now"] > found["high"])
    names = dict(zip(lines["rep_id"], lines["rep"], strict=True))
    moved = found.assign(change=found["now"] - found["before"], beyond=beyond)
    moved = moved.rename_axis("rep_id").reset_index()
    moved = moved.assign(rep=moved["rep_id"].map(names))
    columns = ["rep_id", "rep", "before", "now", "change", "expected", "low", "high", "beyond"]
    return moved.sort_values(["change", "rep"], ascending=[False, True])[columns].reset_index(
        drop=True
    )


def rep_attainments(lines: pd.DataFrame) -> pd.Series[float]:
    """The attainment of each rep over some quota lines, by ``rep_id``; who has no quota is out."""
    with_quota = lines[lines["quota"].notna() & lines["rep_id"].notna()]
    sums = with_quota.groupby("rep_id")[["credited", "quota"]].sum()
    rated = sums[sums["quota"] > 0]
    found: pd.Series[float] = rated["credited"] / rated["quota"]
    return found


def _pairs(company: Review) -> pd.DataFrame:
    """Every rep's attainment in a period before this one, and in the period after that one."""
    labels = [label for label in company.periods.trend if label != company.periods.now.label]
    if len(labels) < 2:
        return pd.DataFrame({"first": [], "second": []})
    lines = trend_lines(company.data, company.periods)
    by_period = {label: rep_attainments(part) for label, part in lines.groupby("period")}
    ordered = [by_period[label] for label in labels if label in by_period]
    pairs = [pd.DataFrame({"first": one, "second": two}).dropna() for one, two in pairwise(ordered)]
    return pd.concat(pairs, ignore_index=True)


def _expected(before: pd.Series[float], pairs: pd.DataFrame) -> pd.DataFrame:
    """What a straight line through the pairs says of each, and where most of them came to lie."""
    none = pd.DataFrame(np.nan, index=before.index, columns=["expected", "low", "high"])
    if len(pairs) < FEWEST_PAIRS or before.empty or not pairs["first"].std():
        return none
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.tools import add_constant

    fit: Any = OLS(pairs["second"], add_constant(pairs["first"])).fit()
    told = fit.get_prediction(add_constant(before, has_constant="add"))
    summary = told.summary_frame(alpha=1 - _LEVEL)
    columns = {"mean": "expected", "obs_ci_lower": "low", "obs_ci_upper": "high"}
    band: pd.DataFrame = summary[list(columns)].rename(columns=columns).set_axis(before.index)
    return band

"""Actions that the numbers would carry: a gap that is real, on what reps control, worth money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.attainment import attainment
from spmkit.data import DataError
from spmkit.declaration import Metric, metric_traits
from spmkit.measure import measure
from spmkit.review.agreed import DONE, DROPPED, agreed_actions, left_reps
from spmkit.review.opening import Review, trend_lines
from spmkit.review.panels import LEVERS, panels_of
from spmkit.review.peers import peer_quartiles

_PERIODS = 4
_FEWEST = 30
_SIGNS = {"higher": 1.0, "lower": -1.0}
_LEVEL = 0.05
_COLUMNS = [
    *("rep_id", "rep", "manager", "metric", "baseline", "target"),
    *("gap", "low", "high", "worth", "worth_low", "worth_high"),
]


def proposed_actions(review: Review) -> tuple[pd.DataFrame, list[str]]:
    """Propose where an action would be worth it: one row a rep and metric, or why there is none.

    A gap is a rep's mean of the last four periods off the median of the role and segment. It is
    real where its interval, from how the periods of one rep vary, excludes that median; among the
    many gaps that are looked at, at most one of twenty that are called real is chance
    (Benjamini and Hochberg). It is worth money where reps of one role and segment with a better
    value had more attainment in the periods after, the interval excluding none; that they go
    together is no proof that one brings the other.

    Parameters
    ----------
    review
        An open review of the whole company.

    Returns
    -------
    proposals
        ``rep_id``, ``rep``, ``manager``, ``metric``, ``baseline`` (the mean), ``target``
        (the peers' median, to two figures), ``gap`` (above zero) with ``low`` and ``high``,
        ``worth`` a period with ``worth_low`` and ``worth_high``. One a rep, the largest worth
        first; none on a metric on which the rep has an action open.
    missing
        Why a metric proposes nothing, a sentence each.
    """
    if not (review.has_quotas and review.periods.complete):
        return pd.DataFrame(columns=_COLUMNS), [_without(review)]
    people, parts, missing = _people(review), [], []
    for metric in LEVERS:
        try:
            parts.append(_gaps(review, metric, people))
        except DataError as error:
            missing.append(str(error))
    gaps = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    real = gaps[_real(gaps)] if len(gaps) else gaps
    paid = real[real["worth_low"] > 0]
    missing += _reasons(gaps, real, real.drop(paid.index))
    paid = _free(paid, review)
    ordered = paid.sort_values(["worth", "rep_id", "metric"], ascending=[False, True, True])
    kept = ordered.drop_duplicates("rep_id")  # an hour gained is not to be counted twice
    return kept[_COLUMNS].reset_index(drop=True), missing


def _without(review: Review) -> str:
    label = review.periods.spoken
    return f"{label} is running" if review.has_quotas else f"no quota of {label} is known"


def _reasons(gaps: pd.DataFrame, real: pd.DataFrame, unpaid: pd.DataFrame) -> list[str]:
    """Why metrics that were measured propose nothing, those of one reason together."""
    nobody = [name for name in gaps["metric"].unique() if name not in set(real["metric"])]
    told = [f"nobody is surely short of the peers' median in {_spoken(nobody)}"] if nobody else []
    if len(unpaid):
        metrics = _spoken(list(unpaid["metric"].unique()))
        count = "is one gap" if len(unpaid) == 1 else f"are {len(unpaid)} gaps"
        told.append(
            f"there {count} beyond chance to the peers' median in {metrics}, but whether a better "
            "value goes with more attainment cannot be told"
        )
    return told


def _spoken(metrics: Sequence[str]) -> str:
    names = [name.replace("_", " ") for name in metrics]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _people(review: Review) -> pd.DataFrame:
    """The reps with a quota: their peers, and what they reached of late."""
    lines = review.people[review.people["quota"] > 0]
    last = lines.drop_duplicates("rep_id", keep="last").set_index("rep_id")
    quota = lines.groupby("rep_id")["quota"].sum()
    texts = last[["role", "segment"]].astype("object").fillna("")
    known = last[["rep", "manager"]].assign(quota=quota, peers=texts["role"] + texts["segment"])
    lines = trend_lines(review.data, review.periods)
    recent = lines["period"].isin(review.periods.trend[-_PERIODS:])
    rated = lines[recent & (lines["quota"] > 0) & lines["rep_id"].notna()]
    reached = measure(rated, attainment, by="rep_id").set_index("rep_id")["attainment"]
    return known.assign(reached=reached)


def _gaps(review: Review, metric: Metric, people: pd.DataFrame) -> pd.DataFrame:
    """Each rep's gap to the median of the peers, and what such a gap went with."""
    from scipy.stats import t

    trend = review.periods.trend
    panel = panels_of(review).of(metric)
    recent = panel[panel["period"].isin(trend[-_PERIODS:])].groupby("rep_id")["value"]
    sign = _SIGNS[metric_traits(metric).better]
    error, freedom = _error(recent)
    found = people.join(recent.mean().rename("baseline"), how="inner")
    medians = {
        name: peer_quartiles(own)["median"] for name, own in found.groupby("peers")["baseline"]
    }
    target = found["peers"].map(medians)
    gap = (target - found["baseline"]) * sign
    errors = error.reindex(found.index)
    reach = t.ppf(1 - _LEVEL / 2, freedom) * errors
    found = found.assign(target=target, gap=gap, low=gap - reach, high=gap + reach)
    found["p"] = 2 * t.sf((gap / errors).abs(), freedom)
    earlier = panel[panel["period"].isin(trend[-_PERIODS - 1 : -1])].groupby("rep_id")["value"]
    slope = _slope(people.assign(value=earlier.mean() * sign))
    for name, per_unit in zip(("worth", "worth_low", "worth_high"), slope, strict=True):
        found[name] = per_unit * found["gap"] * found["quota"]
    there = found[~found.index.isin(left_reps(review.data))]
    return there.assign(metric=metric.__name__).reset_index(names="rep_id")


def _error(values: Any) -> tuple[pd.Series[float], int]:
    """The error of a rep's mean, from how the periods of one rep vary; alike for all reps."""
    counts = values.count()
    freedom = int(counts.sum() - len(counts))
    spread = float(((counts - 1) * values.var().fillna(0.0)).sum())
    if freedom < 1:
        raise DataError("There is one period only: how far a rep's values vary is not known.")
    return np.sqrt(spread / freedom / counts), freedom


def _slope(people: pd.DataFrame) -> tuple[float, float, float]:
    """More attainment in the periods after, by one unit of the metric better, among peers."""
    from statsmodels.regression.linear_model import OLS

    known = people.dropna(subset=["value", "reached"])
    if len(known) < _FEWEST:
        return np.nan, np.nan, np.nan
    within = known[["value", "reached"]].astype("float64")
    within -= within.groupby(known["peers"]).transform("mean")
    fit = OLS(within["reached"], within["value"]).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(_LEVEL).iloc[0]
    return float(fit.params.iloc[0]), float(low), float(high)


def _real(gaps: pd.DataFrame) -> pd.Series[bool]:
    """The gaps that are told from chance, all that were looked at counted."""
    from scipy.stats import false_discovery_control

    known = gaps["p"].notna()
    held = pd.Series(1.0, index=gaps.index)
    if known.any():
        held[known] = false_discovery_control(gaps.loc[known, "p"])
    return (held < _LEVEL) & (gaps["low"] > 0)


def _free(gaps: pd.DataFrame, review: Review) -> pd.DataFrame:
    """Without those for whom an action on the metric is open already."""
    if "actions" not in review.data:
        return gaps
    agreed = agreed_actions(review.data)
    still = agreed[~agreed["state"].isin([DONE, DROPPED])]
    open_ones = set(zip(still["rep_id"], still["metric"], strict=True))
    pairs = zip(gaps["rep_id"], gaps["metric"], strict=True)
    free = [pair not in open_ones for pair in pairs]
    return gaps[pd.Series(free, index=gaps.index, dtype=bool)]

"""What a rep's wins have in common that the losses have not: stated only where it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.intervals import wilson_interval
from spmkit.metrics.stages import stage_visits
from spmkit.review.closings import closed_in
from spmkit.review.course import Course
from spmkit.review.timelines import LOGGED
from spmkit.units import DAYS, MONEY, NUMBER, Unit

LEAST_CLOSED = 5
"""Of fewer wins, or losses, nothing is compared."""
CERTAIN = 0.05
"""Chance at which a difference, of all that were looked at, would be only chance."""

MEASURES: Mapping[str, tuple[str, Unit]] = {
    "cycle_days": ("days from creation to close", DAYS),
    "amount": ("amount", MONEY),
    "touches": ("touches with the customer", NUMBER),
    "pushes": ("pushes to a later quarter", NUMBER),
}
"""What is compared in numbers: how it is said, and its unit."""
KINDS: Mapping[str, str] = {"source": "lead source", "segment": "segment"}
"""What is compared by shares."""


@dataclass(frozen=True)
class WinsAndLosses:
    """What closed in some periods, compared.

    ``measures`` has a row a measure: ``measure``, ``wins`` and ``losses`` (medians; of touches and
    pushes means), ``wins_n``,
    ``losses_n``, ``p`` (by permutation, Holm's correction for all that is compared) and ``holds``.
    ``kinds`` has a row a value of a source or segment: ``kind``, ``value``, ``won`` of
    ``closed``, ``rate``, ``low``, ``high`` (95 %), ``p`` and ``holds``, both of the whole kind.
    ``endings`` has a row a stage or reason in which losses ended: ``ending``, ``value``,
    ``losses`` of ``of``, ``share``, ``low``, ``high``, ``holds`` (surely more than an even
    share). ``missing`` says what could not be looked at, and which table would open it.
    """

    wins: int
    losses: int
    measures: pd.DataFrame
    kinds: pd.DataFrame
    endings: pd.DataFrame
    missing: list[str]


def wins_and_losses(course: Course, labels: Sequence[str]) -> WinsAndLosses:
    """Compare what the rep won with what was lost in some periods; renewals are left out.

    Parameters
    ----------
    course
        What :func:`open_course` gave.
    labels
        Periods, by label.

    Returns
    -------
    WinsAndLosses
        A loss is an opportunity lost or without a decision. Nothing is compared of fewer than
        five wins or five losses. A difference is no cause: what a customer was likely to buy
        anyway also draws more touches.

    References
    ----------
    Holm 1979; Wilson 1927; Good 2005 (permutation tests).
    """
    deals, uncounted = _deals(course, labels)
    lost = deals[~deals["won"]]
    enough = min(len(lost), len(deals) - len(lost)) >= LEAST_CLOSED
    compared = deals if enough else deals.head(0)
    measures, kinds = _corrected(_measures(compared), _kinds(compared))
    endings, untold = _endings(course, lost)
    missing = _by_reason(uncounted | untold)
    return WinsAndLosses(len(deals) - len(lost), len(lost), measures, kinds, endings, missing)


def _by_reason(untold: Mapping[str, str]) -> list[str]:
    """Each reason once, after all that it closes."""
    closed: dict[str, list[str]] = {}
    for what, reason in untold.items():
        closed.setdefault(reason, []).append(what)
    return [f"{'; '.join(what).capitalize()}: {reason}" for reason, what in closed.items()]


def _deals(course: Course, labels: Sequence[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """What closed, with what the logs count of each; and what they cannot count."""
    data, rep = course.person.data, course.person.rep_id
    closed = closed_in(data, [data.calendar.period(label) for label in labels])
    own = closed.filter(nw.col("rep_id") == rep, ~nw.col("renewal"))
    there = [name for name in _READ if name in own.collect_schema().names()]
    found = to_pandas(own.select(*there)).reindex(columns=[*_READ])
    found = found.sort_values("opportunity_id", ignore_index=True)
    ids, missing = found["opportunity_id"].tolist(), {}
    for name, way in LOGGED.items():
        try:
            found[name] = found["opportunity_id"].map(way(course.person, ids))
        except DataError as error:
            missing[MEASURES[name][0]] = str(error)
    return found.assign(won=found["won"].astype(bool)), missing


_READ = ("opportunity_id", "won", "amount", "cycle_days", "loss_reason", *KINDS)


def _measures(deals: pd.DataFrame) -> pd.DataFrame:
    rows = [_compared(deals, name) for name in MEASURES if name in deals]
    columns = ["measure", "wins", "losses", "wins_n", "losses_n", "p"]
    return pd.DataFrame([row for row in rows if row], columns=columns)


def _compared(deals: pd.DataFrame, name: str) -> dict[str, object]:
    """The middles of wins and losses, and how often chance alone would rank them so far apart."""
    from scipy.stats import PermutationMethod, mannwhitneyu

    values = deals[name].astype("float64")
    wins, losses = values[deals["won"]].dropna(), values[~deals["won"]].dropna()
    if min(len(wins), len(losses)) < LEAST_CLOSED or values.nunique() < 2:
        return {}
    way = PermutationMethod(n_resamples=_DRAWS, rng=np.random.default_rng(0))
    p = float(mannwhitneyu(wins, losses, method=way).pvalue)
    middle = "mean" if name in LOGGED else "median"  # most of a few counts are 0
    middles = {"wins": float(wins.agg(middle)), "losses": float(losses.agg(middle))}
    return {"measure": name, **middles, "wins_n": len(wins), "losses_n": len(losses), "p": p}


_DRAWS = 1999


def _kinds(deals: pd.DataFrame) -> pd.DataFrame:
    found = [_rates(deals, name) for name in KINDS if len(deals[name].dropna().unique()) > 1]
    columns = ["kind", "value", "won", "closed", "rate", "low", "high", "p"]
    return (
        pd.concat([pd.DataFrame(columns=columns), *found])
        if found
        else pd.DataFrame(columns=columns)
    )


def _rates(deals: pd.DataFrame, name: str) -> pd.DataFrame:
    """Won of closed by value, and how often chance alone would spread them so."""
    from scipy.stats import PermutationMethod, chi2_contingency

    known = deals.dropna(subset=[name])
    counts = known.groupby(name)["won"].agg(won="sum", closed="size").reset_index()
    table = np.array([counts["won"], counts["closed"] - counts["won"]])
    way = PermutationMethod(n_resamples=_DRAWS, rng=np.random.default_rng(0))
    varied = bool((table.sum(axis=1) > 0).all())
    p = float(chi2_contingency(table, correction=False, method=way).pvalue) if varied else np.nan
    low, high = wilson_interval(counts["won"], counts["closed"], 0.95)
    rates = counts.rename(columns={name: "value"}).assign(kind=name, low=low, high=high, p=p)
    return rates.assign(rate=rates["won"] / rates["closed"])


def _corrected(measures: pd.DataFrame, kinds: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correct each chance for how many were looked at, and say which differences hold."""
    from statsmodels.stats.multitest import multipletests

    whole = kinds.drop_duplicates("kind")
    looked = [*measures["p"], *whole["p"]]
    if not looked:
        return measures.assign(holds=False), kinds.assign(holds=False)
    raised = multipletests(
        np.nan_to_num(np.array(looked, dtype="float64"), nan=1.0), method="holm"
    )[1]
    of_measures, of_kinds = raised[: len(measures)], raised[len(measures) :]
    by_kind = kinds["kind"].map(dict(zip(whole["kind"], of_kinds, strict=True))).astype("float64")
    return (
        measures.assign(p=of_measures, holds=of_measures < CERTAIN),
        kinds.assign(p=by_kind, holds=by_kind < CERTAIN),
    )


def _endings(course: Course, lost: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """In which stage, and for which reason given, losses ended."""
    reasons = _shares("reason", lost["loss_reason"])
    try:
        stages = _shares("stage", _last_stages(course, lost["opportunity_id"].tolist()))
    except DataError as error:
        return reasons, {"stages in which losses end": str(error)}
    return pd.concat([stages, reasons], ignore_index=True), {}


def _last_stages(course: Course, ids: Sequence[str]) -> pd.Series[Any]:
    visits = nw.from_native(stage_visits(course.person.data)).lazy()
    ended = visits.filter(nw.col("opportunity_id").is_in(list(ids)), nw.col("dropped"))
    found = to_pandas(ended.select("opportunity_id", "stage"))
    return found.drop_duplicates("opportunity_id", keep="last")["stage"]


def _shares(name: str, values: pd.Series[Any]) -> pd.DataFrame:
    """How many losses ended in each way, the most frequent first, and which are more than even."""
    counts = values.dropna().value_counts()
    of = int(counts.sum())
    # Each of several ways is looked at: the interval is as wide as all of them together need.
    low, high = wilson_interval(counts, np.full(len(counts), of), 1 - CERTAIN / max(len(counts), 1))
    rows = pd.DataFrame({"value": counts.index, "losses": counts.to_numpy()})
    told = rows.assign(ending=name, of=of, share=rows["losses"] / max(of, 1), low=low, high=high)
    even = 1 / max(len(counts), 1)
    told = told.assign(holds=(told["low"] > even) & (len(counts) > 1) & (of >= LEAST_CLOSED))
    return told.sort_values(["losses", "value"], ascending=[False, True], ignore_index=True)

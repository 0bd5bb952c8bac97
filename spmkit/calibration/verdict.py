"""The verdict on a set of quotas: ten criteria, each with its interval, and no single score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.costing.affordability import affordability
from spmkit.calibration.evidence import Evidence, own_lines, three_numbers
from spmkit.calibration.expecting.scores import brier_skill, method_scores
from spmkit.calibration.expecting.two_way import share_interval
from spmkit.calibration.fairness.chance import noise_floor
from spmkit.calibration.fairness.equivalence import band_verdict
from spmkit.calibration.proposing.arithmetic import implied_coverage
from spmkit.calibration.proposing.consistency import policy_consistency
from spmkit.calibration.verdict_lines import (
    FAIL,
    NOT_DECLARED,
    OPEN,
    PASS,
    VERDICT_COLUMNS,
    Line,
    percent,
    together,
    verdict_line,
)
from spmkit.calibration.verdict_shape import shape
from spmkit.intervals import wilson_interval

_LUCK = (
    "last year's growth",
    "last year's surprise",
    "above less below",
    "next quota on last year's surprise",
)
_WIDEST = 0.1  # half an interval of participation: what is wider says little
_SHORT = "The past is too short for a back-test."


def verdict(evidence: Evidence) -> pd.DataFrame:
    """Judge the quotas of a period by the criteria C1 to C10.

    A criterion passes where its interval lies within what is wanted, fails where it lies outside
    and else cannot tell: few reps are no proof of anything. There is no score on purpose: one
    number would hide which of them failed.

    Returns
    -------
    pandas.DataFrame
        ``criterion`` (C1 to C10), ``name``, ``measure`` (what the value is), ``value``, ``low``,
        ``high``, ``n``, ``wanted`` (in words), ``verdict`` (``pass``, ``fail``, ``cannot tell``)
        and ``note``.

    Examples
    --------
    >>> from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> panel = simulated(World(reps=20, quarters=8)).panel
    >>> found = verdict(Evidence(panel, "2021Q4", None, fairness_tests(panel)))
    >>> found["criterion"].drop_duplicates().tolist()
    ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10']
    """
    parts = (_level, _participation, _discrimination, _dispersion, _fairness, _luck)
    more = (_honesty, _affordability, shape, _stability, _reconciliation)
    lines = [line for part in (*parts, *more) for line in part(evidence)]
    return pd.DataFrame(lines, columns=list(VERDICT_COLUMNS))


def _level(evidence: Evidence) -> Iterator[Line]:
    found, target = three_numbers(evidence), evidence.criteria.participation
    bounds = (found["low"], found["high"])
    own = (
        "C1",
        "level",
        "quotas over expected sales",
        found["coverage"],
        *bounds,
        found["periods"],
    )
    if target is None or np.isnan(found["spread"]):
        note = NOT_DECLARED.format("participation") if target is None else ""
        yield verdict_line(own, "", OPEN, note)
        return
    middle, margin = implied_coverage(target, found["spread"]), evidence.criteria.coverage_margin
    told = band_verdict(*bounds, (middle - margin, middle + margin))
    words = f"about {percent(middle)} ± {margin * 100:.0f} points for {percent(target)} at quota"
    yield verdict_line(own, words, told, _consistency(evidence, found))


def _consistency(evidence: Evidence, found: Mapping[str, float]) -> str:
    """Whether the declared participation can hold beside over-assignment and what is expected."""
    at = f"At a spread of {found['spread']:.2f}."
    if np.isnan(found["over_assignment"]) or not found["expected"] > 0:
        return at
    sales = found["expected"] / evidence.plan
    target, over = evidence.criteria.participation, found["over_assignment"]
    return policy_consistency(target, over, found["spread"], sales).sentence


def _participation(evidence: Evidence) -> Iterator[Line]:
    now, target = evidence.now, evidence.criteria.participation
    hits, n = int((now["credited"].round(2) >= now["quota"].round(2)).sum()), len(now)
    low, high = (float(end) for end in wilson_interval(hits, n, 0.95)) if n else (np.nan, np.nan)
    own = ("C1", "participation", "reps at quota", hits / n if n else np.nan, low, high, n)
    if target is None:
        yield verdict_line(own, "", OPEN, NOT_DECLARED.format("participation"))
    elif not low <= target <= high:
        yield verdict_line(own, f"about {percent(target)}", FAIL if n else OPEN)
    else:
        told, note = (OPEN, "Too few reps.") if (high - low) / 2 > _WIDEST else (PASS, "")
        yield verdict_line(own, f"about {percent(target)}", told, note)


def _discrimination(evidence: Evidence) -> Iterator[Line]:
    wanted = "above 0: better than last year plus growth at the same sum"
    name = ("C2", "discrimination", "skill of the company's quotas")
    try:
        if evidence.tested is None:
            raise ValueError("The past is too short for a back-test.")
        scores = method_scores(evidence.tested, confidence=evidence.criteria.skill_confidence)
    except ValueError as error:
        yield verdict_line((*name, *_nothing()), wanted, OPEN, str(error))
        return
    rows = scores[scores["method"] == "company"]
    if rows.empty:
        yield verdict_line(
            (*name, *_nothing()), wanted, OPEN, "The company gave no quotas to compare."
        )
        return
    own = rows.iloc[0]
    values = (own["skill"], own["skill_low"], own["skill_high"], int(own["n"]))
    yield verdict_line((*name, *values), wanted, _signed(own["skill_low"], own["skill_high"]))


def _dispersion(evidence: Evidence) -> Iterator[Line]:
    most = evidence.criteria.noise_floor
    found = noise_floor(evidence.panel, most)
    own = (
        "C3",
        "dispersion",
        "spread over that of chance",
        found["ratio"],
        found["low"],
        found["high"],
    )
    note = "" if found["status"] == "ok" else str(found["status"])
    yield verdict_line((*own, found["n"]), f"at most {most:g}", str(found["verdict"]), note)


def _fairness(evidence: Evidence) -> Iterator[Line]:
    yield together("C4", "fairness", evidence, _given, "T1 to T4 too small to matter")


def _given(tests: pd.DataFrame) -> pd.Series[bool]:
    return tests["test"].isin(["T1", "T2", "T3", "T4"]) & tests["effect"].notna()


def _luck(evidence: Evidence) -> Iterator[Line]:
    yield together("C5", "no luck tax", evidence, _of_luck, "last year's luck too small to matter")


def _of_luck(tests: pd.DataFrame) -> pd.Series[bool]:
    return tests["name"].isin(_LUCK) & tests["effect"].notna()


def _honesty(evidence: Evidence) -> Iterator[Line]:
    wanted = "above 0: better than one probability for all"
    name = ("C6", "honest probabilities", "Brier skill of the chances said")
    if evidence.tested is None:
        yield verdict_line(
            (*name, *_nothing()), wanted, OPEN, "The past is too short for a back-test."
        )
    else:
        value, low, high, n = brier_skill(evidence.tested, evidence.method)
        yield verdict_line((*name, value, low, high, n), wanted, _signed(low, high))
    lines = own_lines(evidence).dropna(subset=["low"])
    band = evidence.criteria.interval_coverage
    hits = lines["credited"].between(lines["low"], lines["high"]).to_numpy(bool)
    periods = lines["step"].to_numpy("float64")
    ends = share_interval(hits, periods) if len(lines) else (np.nan, np.nan)
    share = float(hits.mean()) if len(lines) else np.nan
    own = ("C6", "honest ranges", "sales within the 80 % range", share, *map(float, ends))
    told = band_verdict(float(ends[0]), float(ends[1]), band)
    yield verdict_line((*own, len(lines)), f"from {band[0] * 100:.0f} to {percent(band[1])}", told)


def _affordability(evidence: Evidence) -> Iterator[Line]:
    measure = f"payout at P90 of the quotas of {evidence.cost_of or 'the next period'}"
    name, wanted = ("C7", "affordability", measure), "within budget and reserve"
    criteria = evidence.criteria
    if evidence.cost is None:
        yield verdict_line((*name, *_nothing()), wanted, OPEN, "No pay curve is declared: [pay].")
        return
    if not evidence.cost.shock.known:
        yield verdict_line((*name, *_nothing()), wanted, OPEN, str(evidence.cost.shock.status))
        return
    found = affordability(evidence.cost, criteria.budget, criteria.reserve)
    own = (*name, found.bad, found.low, found.high, found.n)
    note = NOT_DECLARED.format("budget") if criteria.budget is None else found.sentence
    yield verdict_line(own, wanted, found.verdict, note)


def _stability(evidence: Evidence) -> Iterator[Line]:
    """How far half of the quotas moved from the same part of the year before, and by hand."""
    cap, panel = evidence.criteria.stability_cap, evidence.panel
    cycle = int(panel["season"].max())
    now = evidence.now
    before = panel[(panel["step"] == now["step"].max() - cycle) & (panel["quota"] > 0)]
    both = now.merge(before, on="rep_id", suffixes=("", "_before"))
    both = both[(both["present"] > 0.999) & (both["present_before"] > 0.999)]
    moved = np.abs(np.log(np.asarray(both["quota"] / both["quota_before"], "float64")))
    value = float(np.median(moved)) if len(moved) else np.nan
    own = ("C9", "stability", "median change of a quota on the year before", value, np.nan, np.nan)
    told = OPEN if cap is None or np.isnan(value) else PASS if value <= cap else FAIL
    note = NOT_DECLARED.format("stability_cap") if cap is None else ""
    yield verdict_line(
        (*own, len(moved)), "" if cap is None else f"at most {percent(cap)}", told, note
    )
    yield from _exceptions(evidence)


def _exceptions(evidence: Evidence) -> Iterator[Line]:
    most, n = evidence.criteria.exception_share, len(evidence.now)
    share = evidence.changed / n if n else np.nan
    own = ("C9", "exceptions", "quotas changed after release", share, np.nan, np.nan, n)
    told = OPEN if most is None or np.isnan(share) else PASS if share <= most else FAIL
    note = NOT_DECLARED.format("exception_share") if most is None else ""
    yield verdict_line(own, "" if most is None else f"at most {percent(most)}", told, note)


def _reconciliation(evidence: Evidence) -> Iterator[Line]:
    over = evidence.assigned / evidence.plan - 1 if evidence.plan > 0 else np.nan
    own: tuple[Any, ...] = (
        "C10",
        "reconciliation",
        "quotas over plan",
        over,
        np.nan,
        np.nan,
        len(evidence.now),
    )
    note = "No plan of the company is given." if np.isnan(over) else ""
    told = OPEN if np.isnan(over) else PASS if round(over, 4) >= 0 else FAIL
    yield verdict_line(own, "not below 0: every part of the plan is in a quota", told, note)
    share = evidence.unassigned
    own = (
        "C10",
        "unassigned potential",
        "share of potential without a rep",
        share,
        np.nan,
        np.nan,
        np.nan,
    )
    told = OPEN if np.isnan(share) else PASS if share == 0 else FAIL
    note = "No potential is given." if np.isnan(share) else _partly_known(evidence)
    yield verdict_line(own, "none", told, note)


def _partly_known(evidence: Evidence) -> str:
    """An empty potential is not none: what is summed is the least that there is."""
    few, whole = evidence.unknown, evidence.accounts
    if not few:
        return ""
    return (
        f"Potential of {few:,} of {whole:,} accounts ({percent(few / whole)}) is not known: "
        "sums of it, here and in T1, are the least they can be."
    )


def _signed(low: float, high: float) -> str:
    return PASS if low > 0 else FAIL if high < 0 else OPEN


def _nothing() -> tuple[float, float, float, float]:
    return np.nan, np.nan, np.nan, np.nan


def counts(found: pd.DataFrame) -> Mapping[str, int]:
    """How many lines of a verdict pass, fail and cannot be told."""
    by = found["verdict"].value_counts()
    return {name: int(by.get(name, 0)) for name in (PASS, FAIL, OPEN)}

"""T9 and T10: the shape of attainment against what is declared, and what changes by hand did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.fairness.attained import relative_attainment
from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, band_verdict, no_effect
from spmkit.calibration.fairness.fairness_lines import Asked, Line, Question, line
from spmkit.calibration.fairness.humps import two_humps
from spmkit.calibration.proposing.adjustment_scores import score_adjustments
from spmkit.intervals import Floats, wilson_interval
from spmkit.redraws import redrawn_interval
from spmkit.units import whole_percent

PARTICIPATION_MARGIN = 0.05
"""A share at quota within 5 points of the declared one is as declared."""

_ENOUGH = 40  # reps from which two humps would be seen


def shape(asked: Asked) -> Iterator[Line]:
    """T9: the shares at quota, below the threshold and at excellence, and two humps."""
    declared = asked.evidence.criteria
    goal, margin = declared.participation, PARTICIPATION_MARGIN
    band = None if goal is None else (goal - margin, goal + margin)
    cents = (asked.rows["credited"].round(2) >= asked.rows["quota"].round(2)).to_numpy()
    level = asked.rows["attainment"].to_numpy("float64")
    below, above = declared.threshold, declared.excellence
    for name, hits, wanted in (
        ("at quota", cents, band),
        (f"below {whole_percent(below)}", level < below, declared.below_threshold),
        (f"at {whole_percent(above)} or more", level >= above, declared.at_excellence),
    ):
        yield _share(asked, name, hits.astype("float64"), wanted)
    yield _humps(asked)


def _share(asked: Asked, name: str, hits: Floats, wanted: tuple[float, float] | None) -> Line:
    rep = pd.factorize(asked.rows["rep_id"])[0]
    reps = int(rep.max(initial=-1)) + 1
    test = Question("T9", name, "share of reps and periods", np.nan)
    if reps < FEWEST_REPS:
        return line(test, no_effect("insufficient n", len(hits), reps))
    low, high = _share_bounds(rep, hits, asked.confidence)
    found = Effect(float(hits.mean()), low, high, len(hits), reps)
    if wanted is None:
        return line(test, found, "cannot tell", "No share is declared.")
    ends = " to ".join(whole_percent(end) for end in wanted)
    return line(test, found, band_verdict(low, high, wanted), f"Declared: {ends}.")


def _share_bounds(rep: NDArray[np.intp], hits: Floats, confidence: float) -> tuple[float, float]:
    """Reps redrawn; where all rows are alike every redraw is too, and reps are counted instead."""
    hit, all_of = np.bincount(rep, hits), np.bincount(rep)
    if hits.min() < hits.max():
        return redrawn_interval(
            lambda counts: counts @ hit / (counts @ all_of), len(hit), confidence
        )
    low, high = wilson_interval([len(hit) * hits[0]], [len(hit)], confidence)
    return float(low[0]), float(high[0])


def _humps(asked: Asked) -> Line:
    """Two humps are two kinds of quotas, or of reps; a mean speaks for neither."""
    relative = relative_attainment(asked.rows)["relative"].to_numpy("float64")
    reps = len(relative)
    test = Question("T9", "two humps", "probability if there were one", np.nan)
    if reps < FEWEST_REPS:
        return line(test, no_effect("insufficient n", reps, reps))
    chance = two_humps(relative)
    verdict = "fail" if chance < 1 - asked.confidence else "pass"
    if verdict == "pass" and reps < _ENOUGH:
        verdict = "cannot tell"
    return line(test, Effect(chance, np.nan, np.nan, reps, reps), verdict, "Reps over all periods.")


def overrides(asked: Asked) -> Iterator[Line]:
    """T10: whether quotas that were changed by hand came nearer to sales than they had been."""
    test = Question("T10", "changes by hand", "change of the misses as a share of sales", np.nan)
    log = asked.evidence.adjustments
    if log is None:
        yield line(test, no_effect("needs the trail of the quotas that were changed by hand"))
        return
    actuals = asked.rows[["rep_id", "period", "credited"]]
    scores = score_adjustments(log, actuals, asked.confidence)
    found = scores[scores["of"] == "seats decided"].to_dict("records")[0]
    told = [found[name] for name in ("difference", "low", "high", "quotas", "n", "status")]
    yield line(
        test, Effect(*told), found["verdict"], "Wanted below zero: quotas came nearer to sales."
    )

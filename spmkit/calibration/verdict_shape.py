"""C8 of the verdict: how attainment spreads over the reps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spmkit.calibration.evidence import Evidence
from spmkit.calibration.fairness.equivalence import band_verdict
from spmkit.calibration.verdict_lines import NOT_DECLARED, OPEN, Line, percent, verdict_line
from spmkit.intervals import wilson_interval


def shape(evidence: Evidence) -> Iterator[Line]:
    """C8: the shares at the ends of attainment, and whether it has one hump."""
    yield from _ends(evidence)
    yield _humps(evidence)


def _ends(evidence: Evidence) -> Iterator[Line]:
    now, criteria = evidence.now, evidence.criteria
    attainment = now["credited"] / now["quota"]
    below, above = criteria.threshold, criteria.excellence
    sides = [
        ("below_threshold", f"reps below {percent(below)}", attainment < below),
        ("at_excellence", f"reps at {percent(above)} or more", attainment >= above),
    ]
    for key, measure, hits in sides:
        wanted, n = getattr(criteria, key), len(hits)
        ends = wilson_interval(int(hits.sum()), n, 0.95) if n else (np.nan, np.nan)
        low, high = (float(end) for end in ends)
        own = ("C8", "shape", measure, float(hits.mean()) if n else np.nan, low, high, n)
        if wanted is None:
            yield verdict_line(own, "", OPEN, NOT_DECLARED.format(key))
        else:
            words = f"from {wanted[0] * 100:.0f} to {percent(wanted[1])}"
            yield verdict_line(own, words, band_verdict(low, high, wanted))


def _humps(evidence: Evidence) -> Line:
    """The humps of T9: two are two kinds of quotas, or of reps, and no share speaks for both."""
    tests = evidence.fairness
    found = tests[(tests["test"] == "T9") & (tests["name"] == "two humps")].to_dict("records")
    own = ("C8", "one hump", "probability of such humps if there were one")
    if not found or not np.isfinite(found[0]["effect"]):
        note = found[0]["status"] if found else "The shape was not tested."
        return verdict_line((*own, np.nan, np.nan, np.nan, np.nan), "one hump", OPEN, note)
    line = found[0]
    values = (line["effect"], np.nan, np.nan, line["reps"])
    return verdict_line((*own, *values), "one hump", line["verdict"], line["note"])

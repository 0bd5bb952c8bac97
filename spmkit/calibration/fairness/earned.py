"""T6, T7 and T8: whether attainment follows skill, lasts as it should, and is not ratcheted."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from spmkit.calibration.fairness.equivalence import Effect, band_verdict, no_effect
from spmkit.calibration.fairness.fairness_lines import Asked, Line, Question, line
from spmkit.calibration.fairness.pooled import RANKS, pooled_spearman
from spmkit.calibration.fairness.ratchet import SLOPE_MARGIN, ratchet

MODERATE = (0.0, 0.7)
"""Attainment should last, for skill does; more than this is territory, or a quota never mended."""

_TOLD = {
    ("attainment", "above"): "next quota on attainment above quota",
    ("attainment", "below"): "next quota on attainment below quota",
    ("attainment", "difference"): "above less below",
    ("surprise", "all"): "next quota on last year's surprise",
}
_NO_SKILL = (
    "needs opportunities that were lost beside those won, for a win_rate; or a column that tells "
    "skill by other means"
)
_BOTH_SIDES = "Last year's quota stands on both sides: quotas put right have such a slope too."


def skill(asked: Asked) -> Iterator[Line]:
    """T6: whether attainment follows skill, by evidence that is not attainment."""
    column = asked.evidence.skill
    test = Question("T6", column or "skill", RANKS, asked.margin)
    if column is None:
        yield line(test, no_effect(_NO_SKILL))
        return
    if column not in asked.rows or not pd.api.types.is_numeric_dtype(asked.rows[column]):
        raise ValueError(f"{column!r} is no column of numbers in the panel: add it, as skill.")
    found = pooled_spearman(asked.rows, "attainment", column, confidence=asked.confidence)
    shared = "" if "other periods" in column else "; sold in the same period, the two share luck"
    note = f"Wanted above zero{shared}."
    yield line(test, found, _rewarded(found, asked.margin), note)


def _rewarded(found: Effect, margin: float) -> str:
    """Above zero skill pays; below the margin, and not above zero, it does not."""
    if found.low > 0:
        return "pass"
    return "fail" if found.high < margin else "cannot tell"


def persistence(asked: Asked) -> Iterator[Line]:
    """T7: whether attainment lasts from period to period and year to year."""
    now = asked.rows[["rep_id", "step", "attainment"]]
    before = now.assign(step=now["step"] + 1)
    pairs = now.merge(before, on=["rep_id", "step"], suffixes=("", "_before"))
    for name, rows, columns, within in (
        ("period to period", pairs, ("attainment", "attainment_before"), "step"),
        ("year to year", asked.changes, ("attained", "attained_before"), "year"),
    ):
        test = Question("T7", name, RANKS, MODERATE[1])
        found = no_effect(f"needs a second {name.split()[0]}")
        if len(rows):
            found = pooled_spearman(rows, *columns, within, asked.confidence)
        note = f"Wanted from {MODERATE[0]:.0f} to {MODERATE[1]}: skill lasts, luck does not."
        yield line(test, found, band_verdict(found.low, found.high, MODERATE), note)


def ratchets(asked: Asked) -> Iterator[Line]:
    """T8: by how much quotas follow results, and whether up more than down."""
    found = ratchet(asked.panel, confidence=asked.confidence)
    for row in found.to_dict("records"):
        name = _TOLD.get((row["follows"], row["part"]))
        if name:
            effect = Effect(*(row[key] for key in ("slope", "low", "high", "n", "reps", "status")))
            test = Question("T8", name, "slope of the change of ln quota", SLOPE_MARGIN)
            if row["follows"] == "attainment" and row["part"] != "difference":
                yield line(test, effect, "cannot tell", _BOTH_SIDES)
            else:
                yield line(test, effect)

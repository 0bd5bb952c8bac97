"""T1, T3, T4 and T5: whether attainment follows what a rep was given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.fairness.attained import relative_attainment
from spmkit.calibration.fairness.clustered import clustered_regression
from spmkit.calibration.fairness.equivalence import FEWEST_REPS, Effect, no_effect
from spmkit.calibration.fairness.fairness_lines import Asked, Line, Question, line
from spmkit.calibration.fairness.group_gaps import GAP_MARGIN, group_gaps
from spmkit.calibration.fairness.group_share import group_share
from spmkit.calibration.fairness.part_gap import part_gap
from spmkit.calibration.fairness.pooled import RANKS, pooled_spearman

SHARE_MARGIN = 0.1
"""Of all differences: where groups make less than a tenth of them, they are no matter."""

ELASTICITY_MARGIN = 0.15
"""Of a slope on logarithms: twice the potential makes a tenth more attainment."""

_LOG_GAP = "gap of ln attainment"


def potential(asked: Asked) -> Iterator[Line]:
    """T1: whether attainment follows the potential of the territory."""
    ranks = Question("T1", "potential", RANKS, asked.margin)
    slope = Question("T1", "potential", "slope of ln attainment on ln potential", ELASTICITY_MARGIN)
    if not asked.known("potential"):
        needed = no_effect("needs the potential of territories")
        yield from (line(test, needed) for test in (ranks, slope))
        return
    note = "Potential is an estimate: its errors pull this towards zero."
    yield line(
        ranks,
        pooled_spearman(asked.rows, "attainment", "potential", confidence=asked.confidence),
        note=note,
    )
    yield line(slope, _elasticity(asked), note=note)


def _elasticity(asked: Asked) -> Effect:
    rows = asked.rows[asked.rows["potential"] > 0]
    by = [name for name in ("territory_id",) if asked.known(name)]
    units = relative_attainment(rows, by)
    size = rows.groupby(["rep_id", *by], observed=True)["potential"].mean().reset_index()
    units = units.merge(size, on=["rep_id", *by])
    reps = int(units["rep_id"].nunique())
    if reps < FEWEST_REPS:
        return no_effect("insufficient n", len(units), reps)
    log = np.log(units["potential"].to_numpy("float64"))
    if np.ptp(log) < 1e-9:
        return no_effect("undefined: no variation", len(units), reps)
    weight = np.sqrt(units["periods"].to_numpy("float64"))
    design = np.column_stack([log, np.ones(len(log))]) * weight[:, None]
    value = units["relative"].to_numpy("float64") * weight
    fit = clustered_regression(value, design, pd.factorize(units["rep_id"])[0])
    slope, low, high, _ = fit.told([1.0], asked.confidence)
    return Effect(slope, low, high, len(units), reps)


def tenure(asked: Asked) -> Iterator[Line]:
    """T3: whether ramping reps attain less, and whether tenure matters after the ramp."""
    gap = Question("T3", "ramping against ramped", _LOG_GAP, GAP_MARGIN)
    ranks = Question("T3", "tenure after ramp", RANKS, asked.margin)
    if not asked.known("tenure_periods"):
        needed = no_effect("needs the dates of hire")
        yield from (line(test, needed) for test in (gap, ranks))
        return
    rows = asked.rows.dropna(subset=["tenure_periods"])
    ramping = (rows["tenure_periods"] < RAMPED_AFTER).to_numpy()
    yield line(gap, part_gap(rows, ramping, asked.confidence))
    found = pooled_spearman(
        rows[~ramping], "attainment", "tenure_periods", confidence=asked.confidence
    )
    yield line(ranks, found, note="Tenure may also show skill: who sells little leaves.")


def groups(asked: Asked) -> Iterator[Line]:
    """T4: whether regions, segments and managers attain alike, and which does not."""
    region = [name for name in ("region",) if asked.known(name)]
    for name, column, given in (
        ("region", "region", []),
        ("segment", "segment", region),
        ("manager", "manager_id", region),
    ):
        test = Question("T4", name, "share of the differences between groups", SHARE_MARGIN)
        if not asked.known(column):
            yield line(test, no_effect(f"needs the {name} of reps"))
            continue
        note = "Within regions." if given else ""
        yield line(test, group_share(asked.rows, column, given, asked.confidence), note=note)
        yield from _named(asked, name, column, given)


def _named(asked: Asked, name: str, column: str, given: list[str]) -> Iterator[Line]:
    """A line for each group whose quotas are told to be too high or too low."""
    gaps = group_gaps(asked.rows, column, given, confidence=asked.confidence)
    spelt = _spelt(asked, column)
    for row in gaps[gaps["verdict"] == "fail"].to_dict("records"):
        test = Question("T4", f"{name} {spelt.get(row[column], row[column])}", _LOG_GAP, GAP_MARGIN)
        effect = Effect(row["gap"], row["low"], row["high"], row["periods"], row["reps"])
        yield line(test, effect, note=f"Quotas are {row['told']} against the others.")


def _spelt(asked: Asked, column: str) -> dict[str, str]:
    if column != "manager_id" or not asked.known("manager"):
        return {}
    named = asked.rows.dropna(subset=[column, "manager"]).drop_duplicates(column, keep="last")
    return dict(zip(named[column], named["manager"], strict=True))


def sensitive(asked: Asked) -> Iterator[Line]:
    """T5: whether attainment follows what was named as sensitive; no group is ever named."""
    for column in asked.evidence.sensitive:
        if column not in asked.rows:
            raise ValueError(f"{column!r} is no column of the panel: add it, or leave it out.")
        values = asked.rows[column]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            test = Question("T5", column, RANKS, asked.margin)
            found = pooled_spearman(asked.rows, "attainment", column, confidence=asked.confidence)
        else:
            test = Question("T5", column, "share of the differences between groups", SHARE_MARGIN)
            found = group_share(asked.rows, column, confidence=asked.confidence)
        yield line(test, found, note="Groups of fewer than 5 reps are left out.")
    if not asked.evidence.sensitive:
        test = Question("T5", "sensitive attributes", "share of the differences", SHARE_MARGIN)
        note = "No table holds such attributes: in Python, FairnessEvidence(sensitive=...)."
        yield line(test, no_effect("needs a column named on purpose"), note=note)

"""Skill against territory: who stands apart, and how far it can be told from the patch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit import charts, tables
from spmkit.calibration.fairness.skill import Skill, skill
from spmkit.calibration.study import Study
from spmkit.reports import page
from spmkit.reports.printed import brief
from spmkit.reports.review_parts.sections import Stack
from spmkit.units import COUNT, NUMBER, PERCENT

_MOST_DRAWN = 30


def skill_parts(study: Study) -> Any:
    """What reps sell beyond their territories, with the ranks that are possible for each."""
    found = skill(study.panel)
    told = page.note(found.identifiability.sentence)
    if found.reps.empty:
        return Stack([page.note("Too few reps or periods to tell skill from territory."), told])
    return Stack([_chart(found), told, _table(found)])


def _chart(found: Skill) -> Any:
    ranked = found.reps.dropna(subset=["effect"]).sort_values("rank")
    apart = (ranked["low"] > 0) | (ranked["high"] < 0)
    told = found.identifiability.verdict == "pass"
    half = _MOST_DRAWN // 2
    shown = (
        ranked if len(ranked) <= _MOST_DRAWN else pd.concat([ranked.head(half), ranked.tail(half)])
    )
    effects = pd.DataFrame(
        {
            "label": shown["rep"],
            "effect": np.expm1(shown["effect"]),
            "low": np.expm1(shown["low"]),
            "high": np.expm1(shown["high"]),
            "verdict": np.where(told & apart[shown.index], "pass", "cannot tell"),
            "told": [f"rank {low:.0f} to {high:.0f}" for low, high in _ranks(shown)],
            "band_low": np.nan,
            "band_high": np.nan,
        }
    )
    title = f"{int(apart.sum())} of {len(ranked)} reps stand apart from what their territories sell"
    if not told:
        title = "Skill and territory cannot be told apart: too few reps moved"
    some = f"; the first and the last {half} of {len(ranked)}" if len(shown) < len(ranked) else ""
    subtitle = (
        "Sales beyond territory, potential and season (dot), pulled towards none by how little is "
        f"known, 90 % interval; possible ranks at the right{some}"
    )
    return charts.effect_intervals(effects.reset_index(drop=True), title, subtitle, "+.0%")


def _ranks(shown: pd.DataFrame) -> Any:
    return shown[["rank_low", "rank_high"]].to_numpy("float64")


def _table(found: Skill) -> page.Part:
    labels = {
        "rep": "Rep",
        "periods": "Periods",
        "territories": "Territories",
        "raw": "As seen",
        "k": "Of it counts",
        "effect": "Counted",
        "rank_low": "Rank from",
        "rank_high": "to",
        "top_tenth": "In the best tenth",
        "status": "",
    }
    units = {
        **dict.fromkeys(("periods", "territories", "rank_low", "rank_high"), COUNT),
        **dict.fromkeys(("raw", "effect"), NUMBER),
        **dict.fromkeys(("k", "top_tenth"), PERCENT),
    }
    ranked = found.reps.sort_values("rank")
    table = tables.unit_table(ranked, units, "", labels)
    return brief(f"{len(ranked):,} reps in figures", table)

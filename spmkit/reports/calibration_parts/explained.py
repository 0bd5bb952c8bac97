"""Why quotas came out as they did: causes, shape against policy, what attainment follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spmkit import charts, tables
from spmkit.calibration.evidence import three_numbers
from spmkit.calibration.explaining.causes import causes
from spmkit.calibration.explaining.followed import (
    GROWTH,
    POTENTIAL,
    TENURE,
    given_points,
    smooth_lines,
)
from spmkit.calibration.explaining.how_set import named_test
from spmkit.calibration.explaining.policy_curve import (
    declared_curve,
    declared_shares,
    reached_curve,
)
from spmkit.calibration.explaining.size_buckets import size_buckets
from spmkit.calibration.explaining.slow_down import early_credit, slow_down
from spmkit.calibration.fairness.group_gaps import GAP_MARGIN
from spmkit.calibration.study import Study
from spmkit.narrative import explained as said
from spmkit.reports import page
from spmkit.reports.calibration_parts.written import interval, number
from spmkit.reports.printed import cards
from spmkit.units import COUNT, MINUS, whole_percent

_TESTS = {
    POTENTIAL: ("T1", "potential", "money"),
    GROWTH: ("T2", "last year's growth", "ratio"),
    TENURE: ("T3", "tenure after ramp", "count"),
}
_CAUSE = {
    "measure": "What is measured",
    "value": "Value",
    "interval": "95 % interval",
    "n": "n",
    "matters": "Matters",
    "found": "Found",
    "note": "",
}


def causes_table(study: Study) -> Any:
    """Every known cause of poor quotas and results, measured: there, ruled out, cannot tell."""
    found = causes(study)
    percent = found["unit"] == "percent"
    rows = list(zip(found["value"], found["low"], found["high"], percent, strict=True))
    shown = found.assign(
        measure=found["cause"].str.capitalize() + ": " + found["measure"],
        value=[number(value, share=share) for value, _, _, share in rows],
        interval=np.where(
            found["counted"],
            "counted",
            [interval(low, high, share=share) for _, low, high, share in rows],
        ),
        value_value=found["value"],
    )
    table = tables.unit_table(shown, {"n": COUNT}, said.causes_title(found), _CAUSE)
    return cards(table, "causes")


def policy_chart(study: Study) -> Any:
    """How many reps reached how much, beside the shares that are declared."""
    reached = reached_curve(study.evidence.now)
    if reached.empty:
        return page.note("Of fewer than 8 reps no curve is drawn against the policy.")
    criteria, judged = study.policy.criteria, study.judged
    lines = judged[judged["name"].isin(["participation", "shape"])]
    declared = declared_curve(criteria, three_numbers(study.evidence)["spread"])
    shares = declared_shares(criteria)
    dashed = "; as declared, at the spread there is (dashed)" if len(declared) else ""
    n = len(study.evidence.now)
    subtitle = f"Share of {n:,} reps at or above, {study.period}, 95 % (band){dashed}"
    return charts.policy_curve(reached, declared, shares, said.policy_title(lines), subtitle)


def followed_chart(study: Study) -> Any:
    """Attainment over potential, last year's growth and time since hire: no relation is wanted."""
    points = given_points(study.panel)
    if points.empty:
        return page.note("Attainment over what reps were given needs eight reps with any of it.")
    tests = {name: _ranked(study, *_TESTS[name][:2]) for name in points["given"].unique()}
    panels = [(name, _TESTS[name][2], said.relation(test)) for name, test in tests.items()]
    missing = [name for name in _TESTS if name not in tests]
    subtitle = (
        "Attainment against everybody's in the same periods; a smooth line, 95 % (band); rank "
        "correlation with its interval above each"
        + (f"; not known: {', '.join(missing)}" if missing else "")
    )
    lines = smooth_lines(points)
    title = said.followed_title(tests)
    return charts.attainment_followed(points, lines, panels, title, subtitle)


def _ranked(study: Study, test: str, name: str) -> Mapping[Any, Any] | None:
    """The rank correlation of a test; of those with several lines the first is one."""
    row = named_test(study, test, name)
    return None if row is None or np.isnan(row["effect"]) else row


def buckets_chart(study: Study) -> Any:
    """Attainment of the smallest fifth of territories, the middle, and the largest fifth."""
    groups = size_buckets(given_points(study.panel))
    if groups.empty:
        return page.note(
            "Boxes by size of territory need the potential of 25: five in each fifth at the ends."
        )
    told = [
        f"{whole_percent(row['p50'])} ({_ends(row)}), n {row['n']:,}"
        for row in groups.to_dict("records")
    ]
    subtitle = (
        "Attainment of everybody's by size of territory: middle half (box), eight of ten (line), "
        "median with 95 %"
    )
    title = said.buckets_title(groups, POTENTIAL)
    return charts.attainment_boxes(groups.assign(told=told), title, subtitle)


def _signed(share: float) -> str:
    return f"{share * 100:+.0f} %".replace("-", MINUS)


def _ends(row: Mapping[Any, Any]) -> str:
    return f"{row['low'] * 100:.0f}–{whole_percent(row['high'])}"


def slow_down_chart(study: Study) -> Any:
    """Whether reps who are ahead of quota sell less in what is left of the year or period."""
    labels = study.panel["period"].drop_duplicates().tolist()
    found = slow_down(study.panel, early_credit(study.data, labels))
    known = found[found["low"].notna()]
    if known.empty:
        return page.note(
            "Whether reps slow down once they are ahead of quota takes eight reps on each side, "
            "with five periods of their own."
        )
    told = [
        f"{_signed(row['effect'])}, {row['ahead']:,} of {row['n']:,} ahead"
        for row in known.to_dict("records")
    ]
    margin = {"band_low": -GAP_MARGIN, "band_high": GAP_MARGIN}
    few = ", ".join(found.loc[found["low"].isna(), "label"])
    subtitle = (
        "Sales of reps ahead of quota by then, as a part of usual ones, against all others (dot), "
        "95 % interval; a tenth would matter (band)" + (f"; too few for: {few}" if few else "")
    )
    effects = known.assign(told=told, **margin).reset_index(drop=True)
    return charts.effect_intervals(effects, said.slow_down_title(known), subtitle, "+.0%")

"""How attainment spreads over the reps, stands by group, and moves over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.points import thinned
from spmkit.charts.theme import ACCENT, BAND, CONTEXT, MUTED
from spmkit.units import whole_percent

_PERCENT = ".0%"
_FLOOR, _CAP = -0.5, 2.5  # where the histogram's outer bins end, which hold whoever is further out
_FLOOR = -0.5
_MANY = 12


def attainment_histogram(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the reps by attainment, those at or above quota in the accent colour.

    Attainment beyond 250 % is drawn in the last bar, which says so.

    Parameters
    ----------
    reps
        One row a band of ten points: ``low``, ``high``, ``reps``, ``at_quota``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> bins = pd.DataFrame({"low": [0.9, 1.0], "high": [1.0, 1.1], "reps": [3, 2],
    ...     "at_quota": [False, True]})
    >>> attainment_histogram(bins, "2 of 5 reached quota", "2026Q3").to_dict()["description"]
    '2 of 5 reached quota. 2026Q3. 90 % to 100 %: 3 reps; 100 % to 110 %: 2 reps.'
    """
    colour = alt.Color(
        field="at_quota",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT]),
    )
    bars = (
        alt.Chart(reps)
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X(
                field="low",
                type="quantitative",
                bin="binned",
                scale=alt.Scale(nice=False),
                axis=alt.Axis(
                    format=_PERCENT, title="attainment of quota", tickCount=8, labelFlush=False
                ),
            ),
            x2=alt.X2(field="high"),
            y=alt.Y(
                field="reps",
                type="quantitative",
                title="reps",
                axis=alt.Axis(tickMinStep=1, tickCount=4, grid=True),
            ),
            color=colour,
            tooltip=[
                alt.Tooltip(field="low", type="quantitative", format=_PERCENT, title="from"),
                alt.Tooltip(field="high", type="quantitative", format=_PERCENT, title="to"),
                alt.Tooltip(field="reps", type="quantitative", title="reps"),
            ],
        )
    )
    counted = reps[reps["reps"] > 0].to_dict("records")
    spoken = "; ".join(f"{_bin_words(row)}: {_reps(row['reps'])}" for row in counted)
    return alt.LayerChart(layer=[bars, at_quota_rule()]).properties(
        width=430,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )


def _bin_words(row: Mapping[Any, Any]) -> str:
    if row["high"] >= _CAP:
        return f"{whole_percent(row['low'])} and more"
    if row["low"] <= _FLOOR:
        return f"below {whole_percent(row['high'])}"
    return f"{whole_percent(row['low'])} to {whole_percent(row['high'])}"


def _reps(count: int) -> str:
    return "1 rep" if count == 1 else f"{count} reps"


def at_quota_rule() -> alt.Chart:
    """Draw the line at 100 % of quota.

    Examples
    --------
    >>> at_quota_rule().to_dict()["mark"]["type"]
    'rule'
    """
    at = alt.Chart(pd.DataFrame({"x": [1.0]}))
    rule: alt.Chart = at.mark_rule(strokeDash=[3, 3]).encode(
        x=alt.X(field="x", type="quantitative")
    )
    return rule


def attainment_curve(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share of reps who reached at least each attainment: "X % at Y %".

    Parameters
    ----------
    reps
        One row a rep in falling order: ``attainment`` and ``share``, the share of reps at or
        above it.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curve = pd.DataFrame({"attainment": [1.2, 0.8], "share": [0.5, 1.0]})
    >>> attainment_curve(curve, "Half reach 120 %", "2026Q3").to_dict()["layer"][0]["mark"]["type"]
    'line'
    """
    points = thinned(reps[["attainment", "share"]])
    shown = points.assign(attainment=points["attainment"].clip(_FLOOR, _CAP))
    x = alt.X(
        field="attainment",
        type="quantitative",
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format=_PERCENT, title="attainment of quota", tickCount=6, labelFlush=False),
    )
    y = alt.Y(
        field="share",
        type="quantitative",
        title="reps at or above",
        axis=alt.Axis(format=_PERCENT, tickCount=5, grid=True),
        scale=alt.Scale(domain=[0, 1]),
    )
    tips = [
        alt.Tooltip(field="attainment", type="quantitative", format=_PERCENT),
        alt.Tooltip(field="share", type="quantitative", format=_PERCENT, title="reps at or above"),
    ]
    line = alt.Chart(shown).mark_line(interpolate="step-before").encode(x=x, y=y)
    dots = alt.Chart(shown).mark_circle(size=26, opacity=0.01).encode(x=x, y=y, tooltip=tips)
    return alt.LayerChart(layer=[line, dots, at_quota_rule()]).properties(
        width=430,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. Share of reps at or above each attainment.",
    )


def attainment_bullets(groups: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw attainment by group: now as a dot, before as a tick, the interval as a band.

    Parameters
    ----------
    groups
        One row a group, in the order of drawing: ``group``, ``now``, ``before``, ``low``,
        ``high``; ``before``, ``low`` and ``high`` may be null.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> teams = pd.DataFrame({"group": ["North"], "now": [1.06], "before": [0.98],
    ...     "low": [0.97], "high": [1.15]})
    >>> attainment_bullets(teams, "North is above quota", "2026Q3").to_dict()["description"]
    'North is above quota. 2026Q3. North: 106 %, before 98 %.'
    """
    # Quota itself is one of the ends, so that the rule at 100 % is never off the chart.
    ends = pd.concat([groups[name].dropna() for name in ("now", "before", "low", "high")])
    low, high = min(1.0, ends.min()), max(1.0, ends.clip(upper=_CAP).max())
    scale = alt.Scale(domain=[max(0.0, low - 0.04), high + 0.04], nice=False, clamp=True)
    step = 30 if len(groups) <= _MANY else 20
    axis = alt.Axis(format=_PERCENT, title=None, grid=True, tickCount=5)
    y = alt.Y(
        field="group",
        type="nominal",
        sort=list(groups["group"]),  # a layer without an interval would else come last
        title=None,
        axis=alt.Axis(labelLimit=150),
    )
    shown = groups.assign(label=[whole_percent(value) for value in groups["now"]])
    base = alt.Chart(shown).encode(y=y)
    picked = alt.selection_point(fields=["group"], name="picked")  # a click greys the others
    layers = [
        base.mark_bar(height=8, color=BAND, cornerRadius=4).encode(
            x=alt.X(field="low", type="quantitative", scale=scale, axis=axis),
            x2=alt.X2(field="high"),
        ),
        at_quota_rule(),
        base.mark_tick(size=min(16, step - 6), color=MUTED).encode(
            x=alt.X(field="before", type="quantitative")
        ),
        base.mark_circle(size=90 if step > 20 else 55, color=ACCENT)
        .encode(
            x=alt.X(field="now", type="quantitative"),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.25)),
            tooltip=_bullet_tips(),
        )
        .add_params(picked),
        base.mark_text(align="left", dx=8, fontWeight=600).encode(
            x=alt.value("width"), text=alt.Text(field="label")
        ),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=step * max(len(groups), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_bullet_words(shown)}.",
    )


def _bullet_tips() -> list[alt.Tooltip]:
    named = {"now": "attainment", "before": "before", "low": "interval from", "high": "interval to"}
    return [alt.Tooltip(field="group", type="nominal", title=" ")] + [
        alt.Tooltip(field=field, type="quantitative", format=".1%", title=name)
        for field, name in named.items()
    ]


def _bullet_words(groups: pd.DataFrame) -> str:
    words = []
    for row in groups.to_dict("records"):
        before = "" if pd.isna(row["before"]) else f", before {whole_percent(row['before'])}"
        words.append(f"{row['group']}: {whole_percent(row['now'])}{before}")
    return "; ".join(words)

"""Effort beside outcome: each rep as seen, and without its share of chance."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, COLOURS, CONTEXT, INK, TOTAL, WORSE

_GOLD = COLOURS["gold"][0]
_TONES = {
    "cannot tell": TOTAL,
    "look at the territory first": _GOLD,
    "a low outcome": WORSE,
    "a high outcome": ACCENT,
}


def effort_scatter(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each rep as a dot, with a line from where it was seen, over the cross of the medians.

    Parameters
    ----------
    reps
        ``rep``, ``effort_raw`` and ``outcome_raw`` (as seen), ``effort`` and ``outcome``
        (shrunken), ``effort_cut`` and ``outcome_cut`` (the same in every row), ``effort_error``,
        ``outcome_error``, ``side`` (``cannot tell``, ``look at the territory first``, ``a low
        outcome``, ``a high outcome``) and ``name`` (written beside the dot; empty for none).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> reps = pd.DataFrame({"rep": ["Ada"], "effort_raw": [1.0], "outcome_raw": [0.6],
    ...     "effort": [0.7], "outcome": [0.8], "effort_cut": 0.0, "outcome_cut": 1.0,
    ...     "effort_error": 0.3, "outcome_error": 0.1, "side": ["a low outcome"], "name": ["Ada"]})
    >>> effort_scatter(reps, "Ada", "Effort").to_dict()["description"]
    'Ada. Effort. 1 reps: 1 a low outcome. Named: Ada (a low outcome).'
    """
    first = reps.head(1)
    grey = {
        "x": first["effort_cut"].iloc[0],
        "y": first["outcome_cut"].iloc[0],
        "w": float(reps["effort_error"].median()),
        "h": float(reps["outcome_error"].median()),
    }
    cross = pd.DataFrame(
        [
            {
                "left": grey["x"] - grey["w"],
                "right": grey["x"] + grey["w"],
                "low": grey["y"] - grey["h"],
                "high": grey["y"] + grey["h"],
            }
        ]
    )
    layers = [*_cross(cross), *_dots(reps)]
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=380,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(reps)}.",
    )


def _axes() -> dict[str, alt.X | alt.Y]:
    percent = alt.Axis(format=".0%", title="attainment, mean of the periods", titleAnchor="end")
    plain = alt.Axis(title="effort, in standard deviations of the peers", format="~g")
    scale = alt.Scale(zero=False)
    x = {
        name: alt.X(field=name, type="quantitative", axis=plain, scale=scale)
        for name in ("left", "effort_raw", "effort")
    }
    y = {
        name: alt.Y(field=name, type="quantitative", axis=percent, scale=scale)
        for name in ("low", "outcome_raw", "outcome")
    }
    return x | y


def _cross(cross: pd.DataFrame) -> list[alt.Chart]:
    """The grey cross of one standard error on both sides of the medians."""
    axes = _axes()
    mark = alt.Chart(cross).mark_rect(color=BAND, opacity=0.6)
    return [
        mark.encode(x=axes["left"], x2=alt.X2("right")),
        mark.encode(y=axes["low"], y2=alt.Y2("high")),
    ]


def _dots(reps: pd.DataFrame) -> list[alt.Chart]:
    axes = _axes()
    there = {side: tone for side, tone in _TONES.items() if reps["side"].eq(side).any()}
    scale = alt.Scale(domain=list(there), range=list(there.values()))
    legend = alt.Legend(title=None, orient="top", columns=2)
    tone = alt.Color(field="side", type="nominal", scale=scale, legend=legend)
    tips = [
        alt.Tooltip(field="rep", type="nominal", title=" "),
        alt.Tooltip(field="side", type="nominal"),
        alt.Tooltip(field="effort", type="quantitative", format=".2f"),
        alt.Tooltip(field="outcome", type="quantitative", format=".0%"),
    ]
    base = alt.Chart(reps)
    ends = {"x": axes["effort_raw"], "y": axes["outcome_raw"]}
    to = {"x2": alt.X2("effort"), "y2": alt.Y2("outcome")}
    place = {"x": axes["effort"], "y": axes["outcome"]}
    return [
        base.mark_rule(color=CONTEXT, strokeWidth=1).encode(**ends, **to),
        base.mark_circle(size=60).encode(**place, color=tone, tooltip=tips),
        base.mark_text(align="left", dx=7, color=INK).encode(**place, text=alt.Text(field="name")),
    ]


def _words(reps: pd.DataFrame) -> str:
    sizes = reps["side"].value_counts()
    said = f"{len(reps):,} reps: " + ", ".join(f"{n} {side}" for side, n in sizes.items())
    named = reps[reps["name"].ne("")]
    if named.empty:
        return said
    listed = [f"{row['name']} ({row['side']})" for row in named.to_dict("records")]
    return f"{said}. Named: {', '.join(listed)}"

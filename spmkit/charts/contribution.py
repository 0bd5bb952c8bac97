"""What each group adds to a whole."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, LINE, TOTAL

_ROOM = 0.42  # of the bars' reach, for the label at the right of the longest


def contribution_bars(parts: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw parts as bars from zero, those that make up the whole in colour.

    Parameters
    ----------
    parts
        In the order in which they are drawn: ``group``, ``part``, ``label`` and ``along``
        (whether the part goes the way of the whole).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> parts = pd.DataFrame({"group": ["East", "West"], "part": [9e5, -1e5],
    ...     "label": ["900 k short", "100 k over"], "along": [True, False]})
    >>> contribution_bars(parts, "East fell short", "Gap to quota").to_dict()["description"]
    'East fell short. Gap to quota. East: 900 k short; West: 100 k over.'
    """
    ends = [min(float(parts["part"].min()), 0.0), max(float(parts["part"].max()), 0.0)]
    room = (ends[1] - ends[0] or 1.0) * _ROOM
    scale = alt.Scale(domain=[ends[0], ends[1] + room], nice=False)
    shown = parts.assign(far=parts["part"].clip(lower=0.0), zero=0.0)
    y = alt.Y(field="group", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=150))
    x = {
        name: alt.X(field=name, type="quantitative", title=None, axis=None, scale=scale)
        for name in ("part", "far", "zero")
    }
    colour = alt.condition("datum.along", alt.value(ACCENT), alt.value(TOTAL))
    tips = [
        alt.Tooltip(field="group", type="nominal", title=" "),
        alt.Tooltip(field="part", type="quantitative", format=",.2f"),
    ]
    base = alt.Chart(shown).encode(y=y)
    layers = [
        base.mark_bar(height=14).encode(x=x["zero"], x2=alt.X2("part"), color=colour, tooltip=tips),
        alt.Chart(shown.head(1)).mark_rule(color=LINE).encode(x=x["zero"]),
        base.mark_text(align="left", dx=6).encode(x=x["far"], text=alt.Text(field="label")),
    ]
    words = "; ".join(f"{row['group']}: {row['label']}" for row in shown.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=28 * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

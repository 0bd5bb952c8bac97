"""Quotas by month and group as a heat map with the amounts in it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, PAPER
from spmkit.units import MONEY, format_value

_DARK = 0.55  # of the way to the largest: from there on the ground is too dark for ink


def quota_heatmap(cells: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw amounts by month and group, the larger the darker, each written in its cell.

    Parameters
    ----------
    cells
        In the order of drawing: ``group``, ``part`` (the month) and ``quota``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> cells = pd.DataFrame({"group": ["East", "West"], "part": "2026M10", "quota": [1e6, 2e6]})
    >>> quota_heatmap(cells, "October", "Quotas").to_dict()["description"]
    'October. Quotas. East: 2026M10 1.00 M; West: 2026M10 2.00 M.'
    """
    most = float(cells["quota"].max()) or 1.0
    told = [format_value(value, MONEY) for value in cells["quota"]]
    shown = cells.assign(told=told, dark=cells["quota"] > _DARK * most)
    top = alt.Axis(orient="top", labelAngle=0)
    x = alt.X(field="part", type="ordinal", sort=None, title=None, axis=top)
    y = alt.Y(field="group", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=150))
    scale = alt.Scale(domain=[0, most], range=[BAND, ACCENT])
    tone = alt.Color(field="quota", type="quantitative", legend=None, scale=scale)
    ink = alt.condition("datum.dark", alt.value(PAPER), alt.value(INK))
    base = alt.Chart(shown).encode(x=x, y=y)
    groups = cells["group"].drop_duplicates()
    words = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{r['part']} {r['told']}" for r in shown[shown["group"] == name].to_dict("records")
        )
        for name in groups
    )
    return alt.LayerChart(
        layer=[
            base.mark_rect(stroke=PAPER, strokeWidth=2).encode(color=tone),
            base.mark_text(fontWeight=600).encode(text=alt.Text(field="told"), color=ink),
        ]
    ).properties(
        width=860,
        height=34 * max(len(groups), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

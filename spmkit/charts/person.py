"""A rep's page: the way of a deal through its stages."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, INK, WORSE


def stage_ways(visits: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw through which stages some deals went, and for how long.

    Parameters
    ----------
    visits
        ``label`` (the deal), ``stage``, ``start``, ``end``, ``days`` and ``won``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> visits = pd.DataFrame({"label": ["Biggest win"], "stage": ["Proposal"], "days": [20],
    ...     "start": pd.to_datetime(["2026-08-01"]), "end": pd.to_datetime(["2026-08-21"]),
    ...     "won": [True]})
    >>> stage_ways(visits, "Twenty days", "Days by stage").to_dict()["description"]
    'Twenty days. Days by stage. Biggest win, Proposal: 20 days.'
    """
    shown = visits.assign(row=visits["label"] + " · " + visits["stage"])
    y = alt.Y(field="row", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X(
        field="start",
        type="temporal",
        title=None,
        axis=alt.Axis(format="%d %b", tickCount=6, labelOverlap=True),
    )
    scale = alt.Scale(domain=[True, False], range=[ACCENT, WORSE])
    colour = alt.Color(field="won", type="nominal", legend=None, scale=scale)
    base = alt.Chart(shown.assign(told=shown["days"].astype(str) + " d")).encode(y=y)
    bars = base.mark_bar(height=12).encode(x=x, x2=alt.X2("end"), color=colour)
    text = base.mark_text(align="left", dx=5, color=INK).encode(
        x=alt.X(field="end", type="temporal"), text=alt.Text(field="told")
    )
    words = "; ".join(
        f"{row['label']}, {row['stage']}: {row['days']} days" for row in shown.to_dict("records")
    )
    return alt.LayerChart(layer=[bars, text]).properties(
        width=900,
        height=22 * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

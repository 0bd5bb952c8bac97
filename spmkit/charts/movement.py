"""From where to where each rep moved, on the band that chance alone explains."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, MUTED, TOTAL
from spmkit.units import whole_percent


def movement_dumbbells(moves: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each rep's attainment before (ring) and now (dot), over the band that was expected.

    Parameters
    ----------
    moves
        In the order in which they are drawn: ``rep``, ``before``, ``now``, ``low``, ``high``
        (null where no band is known) and ``beyond``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> moves = pd.DataFrame({"rep": ["Ada"], "before": [1.4], "now": [1.1], "low": [0.7],
    ...     "high": [1.5], "beyond": [False]})
    >>> movement_dumbbells(moves, "Nobody moved beyond chance", "Attainment").to_dict()[
    ...     "description"]
    'Nobody moved beyond chance. Attainment. Ada: 140 % to 110 %.'
    """
    label = moves["now"].map(whole_percent)
    shown = moves.assign(label=label.astype(str), far=moves[["now", "before", "high"]].max(axis=1))
    y = alt.Y(field="rep", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=180))
    scale = alt.Scale(domain=[0, max(float(shown["far"].max()) * 1.12, 1.0)], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5)
    base = alt.Chart(shown).encode(y=y)
    at = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=axis)
        for name in ("low", "before", "now", "far")
    }
    colour = alt.condition("datum.beyond", alt.value(ACCENT), alt.value(TOTAL))
    layers = [
        base.mark_bar(height=12, color=BAND, cornerRadius=6).encode(x=at["low"], x2=alt.X2("high")),
        base.mark_rule(color=TOTAL).encode(x=at["before"], x2=alt.X2("now")),
        base.mark_point(color=MUTED, filled=False, size=50).encode(x=at["before"]),
        base.mark_circle(size=70).encode(x=at["now"], color=colour),
        base.mark_text(align="left", dx=8).encode(x=at["far"], text=alt.Text(field="label")),
    ]
    words = "; ".join(
        f"{row['rep']}: {whole_percent(row['before'])} to {row['label']}"
        for row in shown.to_dict("records")
    )
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=24 * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

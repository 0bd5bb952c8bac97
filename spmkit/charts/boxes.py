"""How attainment spreads within groups: boxes of quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.attainment import at_quota_rule
from spmkit.charts.theme import ACCENT, BAND, TOTAL
from spmkit.units import whole_percent

_PERCENT = "replace(format(datum.value, '.0%'), '%', ' %')"


def attainment_boxes(groups: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each group's middle half as a box, its middle eight of ten as a line, its median.

    Parameters
    ----------
    groups
        In the order of drawing: ``bucket``, ``p10``, ``p25``, ``p50``, ``p75``, ``p90``, ``n`` and
        ``told`` (what is written at the right).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> groups = pd.DataFrame({"bucket": ["smallest fifth"], "p10": [0.7], "p25": [0.8],
    ...     "p50": [0.9], "p75": [1.0], "p90": [1.1], "n": [12], "told": ["90 %, 12 reps"]})
    >>> attainment_boxes(groups, "Small ones less", "Attainment").to_dict()["description"]
    'Small ones less. Attainment. smallest fifth: half from 80 % to 100 %, 90 %, 12 reps.'
    """
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=5, grid=True)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=axis)
        for name in ("p10", "p25", "p50")
    }
    y = alt.Y(field="bucket", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=170))
    base = alt.Chart(groups).encode(y=y)
    layers = [
        at_quota_rule(),
        base.mark_rule(color=TOTAL).encode(x=x["p10"], x2=alt.X2("p90")),
        base.mark_bar(height=18, color=BAND).encode(x=x["p25"], x2=alt.X2("p75")),
        base.mark_tick(color=ACCENT, thickness=3, size=22).encode(x=x["p50"]),
        base.mark_text(align="left", dx=10).encode(
            x=alt.value("width"), text=alt.Text(field="told")
        ),
    ]
    words = "; ".join(_said(row) for row in groups.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=42 * max(len(groups), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _said(row: Mapping[Any, Any]) -> str:
    half = f"{whole_percent(row['p25'])} to {whole_percent(row['p75'])}"
    return f"{row['bucket']}: half from {half}, {row['told']}"

"""To which side forecasts lean."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, MUTED, TOTAL
from spmkit.units import PERCENT, format_value

_MINUS = "replace(format(datum.value, '.0%'), '-', '−')"


def bias_dots(groups: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each group's expected bias as a dot on its interval, and the raw one as a ring.

    Parameters
    ----------
    groups
        In the order in which they are drawn: ``group``, ``bias`` (raw), ``bias_quotient``,
        ``low``, ``high`` and ``clear`` (whether the interval leaves out zero).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["Kim"], "bias": [0.08], "bias_quotient": [0.06],
    ...     "low": [0.02], "high": [0.1], "clear": [True]})
    >>> bias_dots(groups, "Kim's reps forecast too high", "Bias").to_dict()["description"]
    "Kim's reps forecast too high. Bias. Kim: 6.0 %."
    """
    shown = groups.assign(label=[format_value(v, PERCENT) for v in groups["bias_quotient"]], zero=0)
    ends = shown[["low", "high", "bias"]].to_numpy("float64")
    scale = alt.Scale(domain=[min(ends.min(), 0.0), max(ends.max(), 0.0)], nice=True)
    axis = alt.Axis(labelExpr=_MINUS, tickCount=5, grid=True)
    y = alt.Y(field="group", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=180))
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=axis)
        for name in ("low", "bias", "bias_quotient", "zero")
    }
    colour = alt.condition("datum.clear", alt.value(ACCENT), alt.value(TOTAL))
    base = alt.Chart(shown).encode(y=y)
    layers = [
        base.mark_bar(height=8, color=BAND, cornerRadius=4).encode(x=x["low"], x2=alt.X2("high")),
        alt.Chart(shown.head(1)).mark_rule(color=INK, strokeDash=[3, 3]).encode(x=x["zero"]),
        base.mark_point(color=MUTED, filled=False, size=45).encode(x=x["bias"]),
        base.mark_circle(size=80).encode(x=x["bias_quotient"], color=colour),
        base.mark_text(align="left", dx=8, fontWeight=600).encode(
            x=alt.value("width"), text=alt.Text(field="label")
        ),
    ]
    words = "; ".join(f"{row['group']}: {row['label']}" for row in shown.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=28 * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

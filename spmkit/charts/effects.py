"""Effects on their intervals, over the band in which they would not matter."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, TOTAL, WORSE

_TONES = {"pass": ACCENT, "fail": WORSE, "cannot tell": TOTAL}
_ROW = 26


def effect_intervals(
    effects: pd.DataFrame, title: str, subtitle: str, axis: str = ".1f"
) -> alt.LayerChart:
    """Draw each effect as a dot on its interval, over the band that does not matter.

    Parameters
    ----------
    effects
        In the order in which they are drawn: ``label``, ``effect``, ``low``, ``high``, ``verdict``
        (``pass``, ``fail``, ``cannot tell``), ``told`` (what is written at the right), and
        ``band_low`` and ``band_high`` (the same in every row; null draws none).
    title
        The finding.
    subtitle
        What is drawn.
    axis
        How the numbers of the axis are written, in d3's format.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> effects = pd.DataFrame({"label": ["Potential"], "effect": [0.02], "low": [-0.1],
    ...     "high": [0.1], "verdict": ["pass"], "told": ["+0.02"], "band_low": [-0.3],
    ...     "band_high": [0.3]})
    >>> effect_intervals(effects, "Fair to size", "Correlations").to_dict()["description"]
    'Fair to size. Correlations. Potential: +0.02, pass.'
    """
    shown = effects.assign(zero=0.0)
    ends = shown[["low", "high", "effect", "band_low", "band_high"]].to_numpy("float64")
    known = ends[~pd.isna(ends)]
    scale = alt.Scale(domain=[min(known.min(), 0.0), max(known.max(), 0.0)], nice=True)
    ticks = alt.Axis(labelExpr=f"replace(format(datum.value, '{axis}'), '-', '−')", tickCount=5)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=ticks)
        for name in ("low", "effect", "zero", "band_low")
    }
    y = alt.Y(field="label", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=190))
    colour = alt.Color(
        field="verdict",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=list(_TONES), range=list(_TONES.values())),
    )
    base, first = alt.Chart(shown).encode(y=y), alt.Chart(shown.head(1))
    text = {"x": alt.value("width"), "text": alt.Text(field="told")}
    layers = [
        *_band(first, x["band_low"], shown),
        first.mark_rule(color=INK, strokeDash=[3, 3]).encode(x=x["zero"]),
        base.mark_rule(strokeWidth=2).encode(x=x["low"], x2=alt.X2("high"), color=colour),
        base.mark_circle(size=70).encode(x=x["effect"], color=colour),
        base.mark_text(align="left", dx=10).encode(**text),
    ]
    rows = shown.to_dict("records")
    words = "; ".join(f"{row['label']}: {row['told']}, {row['verdict']}" for row in rows)
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=_ROW * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _band(first: alt.Chart, low: alt.X, shown: pd.DataFrame) -> list[alt.Chart]:
    if shown["band_low"].isna().all():
        return []
    return [first.mark_rect(color=BAND, opacity=0.6).encode(x=low, x2=alt.X2("band_high"))]

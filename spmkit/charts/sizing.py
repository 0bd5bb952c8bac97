"""Leaks on their intervals: what is told from chance in colour."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import CONTEXT, INK, TOTAL, WORSE

_TONES = {"told from chance": WORSE, "cannot tell": TOTAL}
_ROW = 32  # px, for two lines: of one line each, a telephone would have no room for the bars


def leak_intervals(
    leaks: pd.DataFrame, title: str, subtitle: str, axis: str = "~s"
) -> alt.LayerChart:
    """Draw each leak as a bar from zero with its interval, what is told from chance in colour.

    Parameters
    ----------
    leaks
        In the order in which they are drawn: ``label`` (what follows a colon stands below it),
        ``value`` with ``low`` and ``high`` (null where there is none), ``told`` and ``words`` (what
        is written at the right; what is in brackets stands below it).
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
    >>> leaks = pd.DataFrame({"label": ["East: admin"], "value": [160.0], "low": [120.0],
    ...     "high": [200.0], "told": [True], "words": ["160 hours"]})
    >>> leak_intervals(leaks, "East", "Hours").to_dict()["description"]
    'East. Hours. East: admin: 160 hours, told from chance.'
    """
    verdict = ["told from chance" if told else "cannot tell" for told in leaks["told"]]
    shown = leaks[["label", "value", "low", "high", "words"]].assign(verdict=verdict, zero=0.0)
    shown["beside"] = shown["words"].str.replace(" (", "\n", regex=False).str.rstrip(")")
    ends = shown[["value", "low", "high", "zero"]].to_numpy("float64")
    known = ends[~pd.isna(ends)]
    scale = alt.Scale(domain=[float(known.min()), float(known.max())], nice=True)
    ticks = alt.Axis(labelExpr=_signed(axis), tickCount=5, grid=True)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=ticks)
        for name in ("zero", "low", "value")
    }
    rows_of = alt.Axis(labelLimit=260, labelExpr="split(datum.label, ': ')")
    y = alt.Y(field="label", type="nominal", sort=None, title=None, axis=rows_of)
    colours = alt.Scale(domain=list(_TONES), range=list(_TONES.values()))
    colour = alt.Color(field="verdict", type="nominal", legend=None, scale=colours)
    base = alt.Chart(shown).encode(y=y)
    spans = alt.Chart(shown[shown["low"].notna()]).encode(y=y)
    layers = [
        base.mark_bar(height=12, opacity=0.85).encode(
            x=x["zero"], x2=alt.X2("value"), color=colour
        ),
        spans.mark_rule(color=INK, strokeWidth=1.2).encode(x=x["low"], x2=alt.X2("high")),
        alt.Chart(shown.head(1)).mark_rule(color=CONTEXT).encode(x=x["zero"]),
        base.mark_text(align="left", dx=10, dy=-6, lineBreak="\n").encode(
            x=alt.value("width"), text=alt.Text(field="beside")
        ),
    ]
    rows = shown.to_dict("records")
    words = "; ".join(f"{row['label']}: {row['words']}, {row['verdict']}" for row in rows)
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=_ROW * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _signed(axis: str) -> str:
    """Labels with a real minus, and B for a thousand million."""
    return f"replace(replace(format(datum.value, '{axis}'), 'G', 'B'), '-', '−')"

"""What hours were spent on, group by group."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import COLOURS, INK, PAPER
from spmkit.units import whole_percent

_TONES = {
    "selling": "accent",
    "prospecting": "teal",
    "admin": "worse",
    "internal": "gold",
    "travel": "violet",
    "unknown": "context",
}
_ROW = 32  # px
_NAMES = alt.Axis(labelLimit=190)
_NARROWEST = 0.05  # of the hours, for a label to fit in


def time_bars(shares: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each group's hours as one bar, a part a category, its share written in it.

    Parameters
    ----------
    shares
        In the order in which they are drawn: ``group``, ``category``, ``share``, ``start`` and
        ``end`` (between which shares the part lies).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> shares = pd.DataFrame({"group": "East", "category": ["selling", "admin"],
    ...     "share": [0.6, 0.4], "start": [0.0, 0.6], "end": [0.6, 1.0]})
    >>> time_bars(shares, "East sells", "Shares of hours").to_dict()["description"]
    'East sells. Shares of hours. East: selling 60 %, admin 40 %.'
    """
    shown = _labelled(shares[shares["share"] > 0])
    base = alt.Chart(shown).encode(
        y=alt.Y(field="group", type="nominal", sort=None, title=None, axis=_NAMES)
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, axis=None, scale=scale)
        for name in ("start", "middle")
    }
    tips = [alt.Tooltip(field=name, type="nominal") for name in ("group", "category", "told")]
    bars = base.mark_bar(height=20).encode(
        x=x["start"], x2=alt.X2("end"), color=_coloured(shown), tooltip=tips
    )
    on_colour = alt.condition("datum.category == 'unknown'", alt.value(INK), alt.value(PAPER))
    labels = base.mark_text(fontWeight=600).encode(
        x=x["middle"], text=alt.Text(field="written"), color=on_colour
    )
    return alt.LayerChart(layer=[bars, labels]).properties(
        width=860,
        height=_ROW * max(shown["group"].nunique(), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(shown)}.",
    )


def _labelled(shown: pd.DataFrame) -> pd.DataFrame:
    """Where each share is written, and whether it has the room."""
    told = pd.Series([whole_percent(share) for share in shown["share"]], shown.index, dtype=object)
    return shown.assign(
        told=told,
        middle=(shown["start"] + shown["end"]) / 2,
        written=told.where(shown["share"] >= _NARROWEST),
    )


def _coloured(shown: pd.DataFrame) -> alt.Color:
    there = set(shown["category"])
    tones = {name: COLOURS[tone][0] for name, tone in _TONES.items() if name in there}
    scale = alt.Scale(domain=list(tones), range=list(tones.values()))
    legend = alt.Legend(title=None, orient="top", symbolType="square")
    return alt.Color(field="category", type="nominal", scale=scale, legend=legend, sort=None)


def _words(shown: pd.DataFrame) -> str:
    groups = shown.groupby("group", sort=False)
    parts = {
        name: ", ".join(f"{c} {t}" for c, t in zip(own["category"], own["told"], strict=True))
        for name, own in groups
    }
    return "; ".join(f"{name!s}: {words}" for name, words in parts.items())

"""What came into each stage and was lost there, where it went, and how much is won by which age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.points import thinned
from spmkit.charts.theme import ACCENT, BAND, CONTEXT, INK, LINE, PAPER, TOTAL, WORSE
from spmkit.units import whole_percent

PERCENT_LABELS = "datum.value > 1 ? '' : replace(format(datum.value, '.0%'), '%', ' %')"
"""Labels of an axis of shares, 40 %; none beyond 100 %, where there is only room for words."""

_PARTS: Mapping[str, tuple[str, str]] = {
    "past": ("got past", CONTEXT),
    "open": ("still open", BAND),
    "lost": ("lost there", WORSE),
}
_POINTS = 160
_ROOM = 1.5  # of the longest bar, for the words at its right
_CROWDED = 0.5  # from here on a tile is too dark for dark figures


def funnel_bars(stages: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw what came into each stage as a bar of what got past, is open and was lost there.

    Parameters
    ----------
    stages
        In order: ``name``, ``past``, ``open``, ``lost`` (amounts that add up to what came in),
        ``label`` (what is written at the right) and ``told`` (the same in full, in words).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> stages = pd.DataFrame({"name": ["Offer"], "past": [6e6], "open": [1e6], "lost": [3e6],
    ...     "label": ["3.00 M"], "told": ["3.00 M lost of 10.0 M"]})
    >>> funnel_bars(stages, "A third is lost", "Amounts").to_dict()["description"]
    'A third is lost. Amounts. Offer: 3.00 M lost of 10.0 M.'
    """
    shown = stages.assign(first=0.0, whole=stages[list(_PARTS)].sum(axis=1))
    shown = shown.assign(to_open=shown["past"] + shown["open"])
    ends = {"past": ("first", "past"), "open": ("past", "to_open"), "lost": ("to_open", "whole")}
    base = alt.Chart(shown).encode(y=_names("name"))
    scale = alt.Scale(domain=[0, float(shown["whole"].max()) * _ROOM or 1.0], nice=False)
    bars = [
        base.mark_bar(height=18, color=_PARTS[part][1]).encode(
            x=alt.X(field=low, type="quantitative", axis=None, scale=scale), x2=alt.X2(high)
        )
        for part, (low, high) in ends.items()
    ]
    end = alt.X(field="whole", type="quantitative", axis=None, scale=scale)
    text = base.mark_text(align="left", dx=8).encode(x=end, text=alt.Text(field="label"))
    return _described([*bars, text], shown, title, subtitle, 30 * len(shown))


def transition_tiles(moves: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw where the visits to each stage went, as a matrix of shares.

    Parameters
    ----------
    moves
        A row a way, in the order of the stages: ``stage``, ``to``, ``share``, ``n``, and ``rank``,
        by which the ends stand from left to right.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> moves = pd.DataFrame({"stage": "Offer", "to": ["won", "lost"], "share": [0.8, 0.2],
    ...     "n": [8, 2], "rank": [1, 2]})
    >>> transition_tiles(moves, "Most are won", "Shares").to_dict()["description"]
    'Most are won. Shares. Offer to won: 80 % (n 8); Offer to lost: 20 % (n 2).'
    """
    labels = [whole_percent(share) if share >= 0.005 else "< 1 %" for share in moves["share"]]
    counts = [f"{label} (n {n:,})" for label, n in zip(labels, moves["n"], strict=True)]
    shown = moves.assign(label=labels, name=moves["stage"] + " to " + moves["to"], told=counts)
    order = shown.sort_values("rank", kind="stable")["to"].drop_duplicates().tolist()
    axis = alt.Axis(labelLimit=110)
    x = alt.X(field="to", type="nominal", sort=order, title=None, axis=axis)
    stages = shown["stage"].drop_duplicates().tolist()
    base = alt.Chart(shown).encode(x=x, y=_names("stage", stages))
    scale = alt.Scale(domain=[0, 1], range=[BAND, ACCENT])
    fill = alt.Color(field="share", type="quantitative", legend=None, scale=scale)
    dark = alt.condition(f"datum.share > {_CROWDED}", alt.value(PAPER), alt.value(INK))
    tips = [alt.Tooltip(field="name", type="nominal", title=" "), _tip("n", ",")]
    layers = [
        base.mark_rect(stroke=PAPER, strokeWidth=2).encode(color=fill, tooltip=tips),
        base.mark_text().encode(text=alt.Text(field="label"), color=dark),
    ]
    return _described(layers, shown, title, subtitle, 30 * len(stages))


def incidence_lines(curve: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share that was won, and the share that was lost, by age.

    Parameters
    ----------
    curve
        ``days``, ``ending`` (``won``, ``lost``), ``incidence``, ``low`` and ``high``, in order of
        the days.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curve = pd.DataFrame({"days": [10, 20], "ending": "won", "incidence": [0.2, 0.4],
    ...     "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> incidence_lines(curve, "Two in five", "Won by age").to_dict()["description"]
    'Two in five. Won by age. won: 40 % by day 20.'
    """
    parts = [thinned(part, _POINTS) for _, part in curve.groupby("ending", sort=False)]
    shown = pd.concat(parts, ignore_index=True)
    ends = shown.groupby("ending", sort=False).tail(1)
    shares = [whole_percent(share) for share in ends["incidence"]]
    told = [f"{s} by day {day:,.0f}" for s, day in zip(shares, ends["days"], strict=True)]
    labels = [f"{name} {s}" for name, s in zip(ends["ending"], shares, strict=True)]
    ends = ends.assign(label=labels, name=ends["ending"], told=told)
    tones = alt.Scale(domain=["won", "lost"], range=[ACCENT, TOTAL])
    colour = alt.Color(field="ending", type="nominal", legend=None, scale=tones)
    base, x = alt.Chart(shown).encode(color=colour), _days(float(shown["days"].max()))
    y = {name: _shares(name) for name in ("incidence", "low")}
    line = base.mark_line(interpolate="step-after").encode(x=x, y=y["incidence"])
    band = base.mark_area(interpolate="step-after", opacity=0.15)
    text = alt.Chart(ends).mark_text(align="left", dx=6, fontWeight=600)
    layers = [
        band.encode(x=x, y=y["low"], y2=alt.Y2("high")),
        line,
        text.encode(x=x, y=y["incidence"], text=alt.Text(field="label"), color=colour),
    ]
    return _described(layers, ends, title, subtitle, 220)


def interval_dots(
    rows: pd.DataFrame, title: str, subtitle: str, axis: str = PERCENT_LABELS
) -> alt.LayerChart:
    """Draw each value as a dot on its interval, one in colour, over a yardstick where there is one.

    Parameters
    ----------
    rows
        In the order in which they are drawn: ``name``, ``value``, ``low``, ``high`` (null where
        there is none), ``label`` (what is written at the right), ``told`` (the same in full, in
        words), ``tone`` (``accent``, ``worse`` or ``total``) and ``yardstick`` (the same in every
        row; null draws none).
    title
        The finding.
    subtitle
        What is drawn.
    axis
        How the numbers of the axis are written, as an expression of Vega's.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["Event"], "value": [0.2], "low": [0.1], "high": [0.3],
    ...     "label": ["20 %"], "told": ["20 % (n 60)"], "tone": ["worse"], "yardstick": [0.4]})
    >>> interval_dots(rows, "Events are lost", "Win rate").to_dict()["description"]
    'Events are lost. Win rate. Event: 20 % (n 60).'
    """
    reach = rows[["value", "high", "yardstick"]].astype("float64")
    shown = rows.assign(far=reach[["value", "high"]].max(axis=1))
    scale = alt.Scale(domain=[0.0, float(reach.max().max()) * _ROOM or 1.0], nice=False)
    marks = alt.Axis(labelExpr=axis, tickCount=5, grid=True)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=marks)
        for name in ("low", "value", "far", "yardstick")
    }
    tones = alt.Scale(domain=["accent", "worse", "total"], range=[ACCENT, WORSE, TOTAL])
    colour = alt.Color(field="tone", type="nominal", legend=None, scale=tones)
    base = alt.Chart(shown).encode(y=_names("name"))
    drawn = shown["yardstick"].notna().any()
    rule = alt.Chart(shown.head(1)).mark_rule(color=INK, strokeDash=[3, 3])
    layers = [
        *([rule.encode(x=x["yardstick"])] if drawn else []),
        base.mark_rule(strokeWidth=2).encode(x=x["low"], x2=alt.X2("high"), color=colour),
        base.mark_circle(size=70).encode(x=x["value"], color=colour),
        base.mark_text(align="left", dx=10).encode(x=x["far"], text=alt.Text(field="label")),
    ]
    return _described(layers, shown, title, subtitle, 26 * len(shown))


def _names(field: str, order: list[str] | None = None) -> alt.Y:
    """Names down the side, in the order of the rows unless another is given."""
    axis = alt.Axis(labelLimit=190)
    return alt.Y(field=field, type="nominal", sort=order, title=None, axis=axis)


def _days(last: float) -> alt.X:
    axis = alt.Axis(title="days since creation", tickCount=8)
    scale = alt.Scale(domain=[0, last * 1.12 or 1.0], nice=False)
    return alt.X(field="days", type="quantitative", axis=axis, scale=scale)


def _shares(field: str) -> alt.Y:
    axis = alt.Axis(labelExpr=PERCENT_LABELS, tickCount=4, grid=True, gridColor=LINE)
    return alt.Y(field=field, type="quantitative", title=None, axis=axis)


def _tip(field: str, form: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format=form)


def _described(
    layers: list[Any], shown: pd.DataFrame, title: str, subtitle: str, height: int
) -> alt.LayerChart:
    """Put layers together under a title; in words each row's name and what is told of it."""
    words = "; ".join(f"{row['name']}: {row['told']}" for row in shown.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=max(height, 30),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

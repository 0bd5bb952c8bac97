"""Reps on a funnel plot: win rate over number of deals, with the limits of chance."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.funnel import PERCENT_LABELS
from spmkit.charts.theme import ACCENT, CONTEXT, INK, MUTED, TOTAL, WORSE
from spmkit.units import whole_percent

_SIDES = {"above": ACCENT, "inside": TOTAL, "below": WORSE}
_LIMITS = ("low_95", "high_95", "low_998", "high_998")


def rep_funnel(
    reps: pd.DataFrame, limits: pd.DataFrame, title: str, subtitle: str
) -> alt.LayerChart:
    """Draw each rep's win rate over the number of deals, inside the limits of chance.

    Parameters
    ----------
    reps
        ``rep``, ``n``, ``win_rate``, ``side`` (``above``, ``inside``, ``below`` the limits) and
        ``label`` (the name where it is to be written, else empty).
    limits
        In order of ``n``: ``n``, ``overall``, ``low_95``, ``high_95``, ``low_998``, ``high_998``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> reps = pd.DataFrame({"rep": ["Ada"], "n": [50], "win_rate": [0.8], "side": ["above"],
    ...     "label": ["Ada"]})
    >>> limits = pd.DataFrame({"n": [10, 60], "overall": 0.5, "low_95": [0.2, 0.4],
    ...     "high_95": [0.8, 0.6], "low_998": [0.1, 0.3], "high_998": [0.9, 0.7]})
    >>> rep_funnel(reps, limits, "One lies outside", "Win rates").to_dict()["description"]
    'One lies outside. Win rates. All: 50 %. Outside: Ada 80 % of 50.'
    """
    ends = [float(reps["n"].min()), float(reps["n"].max())]
    room = (ends[1] - ends[0] or 1.0) * 0.12
    scale = alt.Scale(domain=[max(ends[0] - room, 0.0), ends[1] + room], nice=False)
    x = alt.X(field="n", type="quantitative", title="deals closed", scale=scale)
    layers = [
        *[_limit(limits, x, name) for name in _LIMITS],
        _line(limits, x, "overall", INK, []),
        _dots(reps, x),
        _names(reps, x),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=320,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(reps, limits)}",
    )


def _y(field: str) -> alt.Y:
    axis = alt.Axis(labelExpr=PERCENT_LABELS, tickCount=5)
    scale = alt.Scale(domain=[0, 1], zero=False)
    return alt.Y(field=field, type="quantitative", title=None, axis=axis, scale=scale)


def _line(limits: pd.DataFrame, x: alt.X, field: str, colour: str, dash: list[int]) -> alt.Chart:
    line = alt.Chart(limits).mark_line(color=colour, strokeWidth=1.2, strokeDash=dash)
    encoded: alt.Chart = line.encode(x=x, y=_y(field))
    return encoded


def _limit(limits: pd.DataFrame, x: alt.X, field: str) -> alt.Chart:
    wide = field.endswith("998")
    return _line(limits, x, field, CONTEXT if wide else MUTED, [] if wide else [4, 3])


def _dots(reps: pd.DataFrame, x: alt.X) -> alt.Chart:
    tones = alt.Scale(domain=list(_SIDES), range=list(_SIDES.values()))
    tips = [
        alt.Tooltip(field="rep", type="nominal", title=" "),
        alt.Tooltip(field="win_rate", type="quantitative", format=".1%", title="win rate"),
        alt.Tooltip(field="n", type="quantitative", format=",", title="deals closed"),
    ]
    dots: alt.Chart = (
        alt.Chart(reps)
        .mark_circle(size=45)
        .encode(
            x=x,
            y=_y("win_rate"),
            color=alt.Color(field="side", type="nominal", legend=None, scale=tones),
            tooltip=tips,
        )
    )
    return dots


def _names(reps: pd.DataFrame, x: alt.X) -> alt.Chart:
    text = alt.Chart(reps[reps["label"] != ""]).mark_text(align="left", dx=7, dy=-4)
    names: alt.Chart = text.encode(x=x, y=_y("win_rate"), text=alt.Text(field="label"))
    return names


def _words(reps: pd.DataFrame, limits: pd.DataFrame) -> str:
    beyond = reps[reps["side"] != "inside"]
    told = [
        f"{row['rep']} {whole_percent(row['win_rate'])} of {int(row['n']):,}"
        for row in beyond.to_dict("records")
    ]
    said = "; ".join(told) if told else "nobody"
    return f"All: {whole_percent(limits['overall'].iloc[0])}. Outside: {said}."

"""How soon leads are answered: the share answered by hours, a line a source."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.funnel import PERCENT_LABELS
from spmkit.charts.points import thinned
from spmkit.charts.theme import INK, TOTAL, WORSE
from spmkit.units import whole_percent

_POINTS = 120
_FIRST = 0.1  # hours: what is answered sooner stands at the left edge
_HOURS = (
    "datum.value < 1 ? format(datum.value * 60, '.0f') + ' min' : format(datum.value, ',') + ' h'"
)


def response_lines(
    curves: pd.DataFrame, promised: float, title: str, subtitle: str
) -> alt.LayerChart:
    """Draw which share of each source's leads was answered by how many hours.

    Parameters
    ----------
    curves
        In order of the hours: ``source``, ``hours``, ``answered``, ``slowest`` (whether the source
        is the slow one).
    promised
        The hours within which an answer is promised: drawn as a line.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curves = pd.DataFrame({"source": "Event", "hours": [1.0, 40.0], "answered": [0.1, 0.6],
    ...     "slowest": True})
    >>> response_lines(curves, 1.0, "Event waits", "Answered").to_dict()["description"]
    'Event waits. Answered. Event: 60 % answered by 40 hours.'
    """
    parts = [_spaced(part) for _, part in curves.groupby("source", sort=False)]
    shown = pd.concat(parts, ignore_index=True)
    ends = shown.groupby("source", sort=False).tail(1)
    shares = [whole_percent(share) for share in ends["answered"]]
    labels = [f"{name} {share}" for name, share in zip(ends["source"], shares, strict=True)]
    told = zip(ends["source"], shares, ends["hours"], strict=True)
    words = "; ".join(
        f"{name}: {share} answered by {hours:,.0f} hours" for name, share, hours in told
    )
    x, y = _hours(float(shown["hours"].max())), _answered()
    tones = alt.Scale(domain=[False, True], range=[TOTAL, WORSE])
    colour = alt.Color(field="slowest", type="nominal", legend=None, scale=tones)
    line = alt.Chart(shown).mark_line(interpolate="step-after")
    text = alt.Chart(ends.assign(label=labels)).mark_text(align="left", dx=6, fontWeight=600)
    rule = alt.Chart(pd.DataFrame({"hours": [promised]})).mark_rule(color=INK, strokeDash=[3, 3])
    layers = [
        line.encode(x=x, y=y, color=colour, detail=alt.Detail(field="source", type="nominal")),
        rule.encode(x=x),
        text.encode(x=x, y=y, color=colour, text=alt.Text(field="label")),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=220,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _spaced(part: pd.DataFrame) -> pd.DataFrame:
    """As many points as can be seen, from the left edge on."""
    kept = thinned(part, _POINTS)
    return kept.assign(hours=kept["hours"].clip(lower=_FIRST))


def _hours(last: float) -> alt.X:
    reach = max(last, 1.0) * 6  # on this scale the room for the names at the right
    scale = alt.Scale(type="log", domain=[_FIRST, reach], nice=False)
    ticks = [tick for tick in (0.1, 1, 10, 100, 1000, 10000) if tick <= reach]
    axis = alt.Axis(title="hours since the lead came", labelExpr=_HOURS, values=ticks)
    return alt.X(field="hours", type="quantitative", axis=axis, scale=scale)


def _answered() -> alt.Y:
    axis = alt.Axis(labelExpr=PERCENT_LABELS, tickCount=4, grid=True)
    scale = alt.Scale(domain=[0, 1])
    return alt.Y(field="answered", type="quantitative", title=None, axis=axis, scale=scale)

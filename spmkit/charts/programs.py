"""How those in a program moved against the others, around its start."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT, INK, MONEY_LABELS, MUTED
from spmkit.units import PERCENT, Unit, format_difference

_POINTS = (
    "(datum.value == 0 ? '0' : replace(format(datum.value * 100, '+.0f'), '-', '−')) + ' points'"
)


def program_course(
    course: pd.DataFrame, title: str, subtitle: str, unit: Unit = PERCENT
) -> alt.LayerChart:
    """Draw a difference by period around a start, with its intervals.

    Parameters
    ----------
    course
        In order: ``relative`` (0 is the first period in the program), ``value``, ``low`` and
        ``high``.
    title
        The finding.
    subtitle
        What is drawn.
    unit
        Of the two numbers whose difference it is.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> course = pd.DataFrame({"relative": [-1, 0], "value": [0.0, 0.1], "low": [-0.1, 0.02],
    ...     "high": [0.1, 0.2]})
    >>> program_course(course, "Higher since", "Win rate").to_dict()["description"]
    'Higher since. Win rate. 1 before: 0.0 points; first in it: +10.0 points.'
    """
    names = [_named(int(step)) for step in course["relative"]]
    told = [format_difference(value, unit) for value in course["value"]]
    shown = course[["value", "low", "high"]].assign(
        step=names, since=course["relative"] >= 0, zero=0.0
    )
    shown["told"] = [value.removesuffix(" points") for value in told]  # the axis has the unit
    axis = alt.Axis(labelExpr=_POINTS if unit == PERCENT else MONEY_LABELS, tickCount=4, grid=True)
    spoken = "; ".join(f"{name}: {value}" for name, value in zip(names, told, strict=True))
    return alt.LayerChart(layer=_layers(shown, axis)).properties(
        width=860,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )


def _named(step: int) -> str:
    if step < 0:
        return f"{-step} before"
    return "first in it" if step == 0 else f"{step} later"


def _layers(shown: pd.DataFrame, axis: alt.Axis) -> list[Any]:
    x = alt.X(field="step", type="ordinal", title=None, sort=None, axis=alt.Axis(labelAngle=0))
    colours = alt.Scale(domain=[False, True], range=[MUTED, ACCENT])
    colour = alt.Color(field="since", type="nominal", legend=None, scale=colours)
    y = {
        name: alt.Y(field=name, type="quantitative", title=None, axis=axis)
        for name in ("low", "value", "high", "zero")
    }
    base = alt.Chart(shown).encode(x=x)
    return [
        alt.Chart(shown.head(1)).mark_rule(color=INK, strokeDash=[3, 3]).encode(y=y["zero"]),
        base.mark_line(color=CONTEXT, strokeWidth=1).encode(y=y["value"]),
        base.mark_rule(strokeWidth=2).encode(y=y["low"], y2=alt.Y2("high"), color=colour),
        base.mark_circle(size=70, opacity=1).encode(y=y["value"], color=colour),
        alt.Chart(shown[shown["since"]])
        .mark_text(dy=-8)
        .encode(x=x, y=y["high"], text=alt.Text(field="told")),
    ]

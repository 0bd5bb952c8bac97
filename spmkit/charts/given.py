"""What reps were given beside what they were asked for, with the lines through them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, MONEY_LABELS, MUTED, TOTAL, WORSE

_ROUND = [step * 10**power for power in range(3, 12) for step in (1, 2, 5)]
"""Amounts at which an axis of ratios has a tick."""
_RATIOS = [math.log(ratio) for ratio in (0.25, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4)]


def quota_potential_points(
    seats: pd.DataFrame, lines: pd.DataFrame, title: str, subtitle: str
) -> alt.LayerChart:
    """Draw each rep's quota over potential, both on scales of ratios, with lines through them.

    Parameters
    ----------
    seats
        ``rep``, ``potential`` and ``quota``, both above zero.
    lines
        The ends of the lines: ``line`` (its name), ``potential`` and ``quota``; the first is
        drawn in colour.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> seats = pd.DataFrame({"rep": ["Ada"], "potential": [2e6], "quota": [3e5]})
    >>> lines = pd.DataFrame({"line": "fitted", "potential": [1e6, 3e6], "quota": [2e5, 4e5]})
    >>> quota_potential_points(seats, lines, "Fair", "Quotas").to_dict()["description"]
    'Fair. Quotas. 1 reps; lines: fitted.'
    """
    axis = alt.Axis(labelExpr=MONEY_LABELS, values=_ROUND)
    scale = alt.Scale(type="log", nice=False, padding=8)
    x = alt.X(field="potential", type="quantitative", title="potential", scale=scale, axis=axis)
    y = alt.Y(field="quota", type="quantitative", title="quota", scale=scale, axis=axis)
    names = lines["line"].drop_duplicates().tolist()
    tips = [
        alt.Tooltip(field="rep", type="nominal", title=" "),
        _money("quota"),
        _money("potential"),
    ]
    points = alt.Chart(seats).mark_circle(size=45, opacity=0.75, color=TOTAL)
    return alt.LayerChart(
        layer=[
            points.encode(x=x, y=y, tooltip=tips),
            alt.Chart(lines).mark_line().encode(x=x, y=y, color=_colour("line", names)),
            *_named(lines, names, x, y),
        ]
    ).properties(
        width=430,
        height=300,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {len(seats):,} reps; lines: {', '.join(names)}.",
    )


def ratchet_points(
    changes: pd.DataFrame, lines: pd.DataFrame, title: str, subtitle: str
) -> alt.LayerChart:
    """Draw how each quota changed over how far the year before was above or below expectation.

    Parameters
    ----------
    changes
        ``rep``, ``cause`` and ``change``, both logarithms.
    lines
        The ends of the lines: ``line``, ``cause``, ``change``; the first is drawn in colour.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> changes = pd.DataFrame({"rep": ["Ada"], "cause": [0.1], "change": [0.1]})
    >>> lines = pd.DataFrame({"line": "fitted", "cause": [-0.1, 0.1], "change": [-0.1, 0.1]})
    >>> ratchet_points(changes, lines, "Luck is taxed", "Changes").to_dict()["description"]
    'Luck is taxed. Changes. 1 changes; lines: fitted.'
    """
    percent = "replace(format(round(100 * exp(datum.value) - 100) / 100, '+.0%'), '-', '−')"
    axis = alt.Axis(labelExpr=percent, values=_RATIOS)
    x = alt.X(field="cause", type="quantitative", title="sales over expectation", axis=axis)
    y = alt.Y(field="change", type="quantitative", title="next quota", axis=axis)
    names = lines["line"].drop_duplicates().tolist()
    tip = alt.Tooltip(field="rep", type="nominal", title=" ")
    points = alt.Chart(changes).mark_circle(size=45, opacity=0.75, color=TOTAL)
    return alt.LayerChart(
        layer=[
            points.encode(x=x, y=y, tooltip=tip),
            alt.Chart(lines).mark_line().encode(x=x, y=y, color=_colour("line", names)),
            *_named(lines, names, x, y),
        ]
    ).properties(
        width=430,
        height=300,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {len(changes):,} changes; lines: {', '.join(names)}.",
    )


def _money(field: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format=",.0f")


def _colour(field: str, names: Sequence[str]) -> alt.Color:
    tones = [ACCENT, MUTED, WORSE][: len(names)]
    scale = alt.Scale(domain=list(names), range=tones)
    return alt.Color(field=field, type="nominal", legend=None, scale=scale)


def _named(lines: pd.DataFrame, names: Sequence[str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Each line's name at its right end."""
    ends = lines.drop_duplicates("line", keep="last")
    above = ends.iloc[:, -1].to_numpy().argmax()
    return [
        alt.Chart(ends[ends["line"] == name])
        .mark_text(align="right", dy=-12 if place == above else 14, dx=-4, fontWeight=600)
        .encode(x=x, y=y, text=alt.Text(field="line"), color=_colour("line", names))
        for place, name in enumerate(names)
    ]

"""How productivity moved over the periods."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT, INK, MONEY_LABELS
from spmkit.units import MONEY, format_value


def productivity_bars(periods: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw an amount by period as bars, each with its interval.

    Parameters
    ----------
    periods
        One row a period, in order: ``period``, ``value`` with ``low`` and ``high``,
        ``same_season`` (whether it is of the last period's season).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> periods = pd.DataFrame({"period": ["2025Q3", "2026Q3"], "value": [3e5, 2e5],
    ...     "low": [2e5, 1e5], "high": [4e5, 3e5], "same_season": [True, True]})
    >>> productivity_bars(periods, "Down on a year ago", "Bookings").to_dict()["description"]
    'Down on a year ago. Bookings. 2025Q3: 300 k; 2026Q3: 200 k.'
    """
    labels = [format_value(value, MONEY) for value in periods["value"]]
    columns = ["period", "value", "low", "high", "same_season"]
    shown = periods[columns].assign(label=labels, top=periods[["value", "high"]].max(axis=1))
    spoken = "; ".join(f"{p}: {v}" for p, v in zip(shown["period"], labels, strict=True))
    return alt.LayerChart(layer=[_bars(shown), _spans(shown), _labels(shown)]).properties(
        width=900,
        height=200,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )


def _base(shown: pd.DataFrame) -> alt.Chart:
    axis = alt.Axis(labelOverlap=True)
    x = alt.X(field="period", type="ordinal", title=None, sort=None, axis=axis)
    base: alt.Chart = alt.Chart(shown).encode(x=x)
    return base


def _bars(shown: pd.DataFrame) -> alt.Chart:
    colours = alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT])
    axis = alt.Axis(labelExpr=MONEY_LABELS, grid=True, tickCount=4)
    tips = [
        alt.Tooltip(field=name, type="quantitative", format=",.0f")
        for name in ("value", "low", "high")
    ]
    bars: alt.Chart = (
        _base(shown)
        .mark_bar(width={"band": 0.62})
        .encode(
            y=alt.Y(field="value", type="quantitative", title=None, axis=axis),
            color=alt.Color(field="same_season", type="nominal", legend=None, scale=colours),
            tooltip=[alt.Tooltip(field="period", type="nominal"), *tips],
        )
    )
    return bars


def _spans(shown: pd.DataFrame) -> alt.Chart:
    rule = _base(shown).mark_rule(color=INK, strokeWidth=1)
    low, high = alt.Y(field="low", type="quantitative"), alt.Y2(field="high")
    spans: alt.Chart = rule.encode(y=low, y2=high)
    return spans


def _labels(shown: pd.DataFrame) -> alt.Chart:
    text = _base(shown).mark_text(dy=-9, fontWeight=600)
    top = alt.Y(field="top", type="quantitative")
    labels: alt.Chart = text.encode(y=top, text=alt.Text(field="label"))
    return labels

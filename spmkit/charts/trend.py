"""How credited sales and attainment moved over the periods."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT, INK, MONEY_LABELS
from spmkit.units import MONEY, format_value, whole_percent


def attainment_trend(periods: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw credited sales against quota by period, and the attainment that they make.

    Bars of the season of the last period are in the accent colour, so that the
    same quarter of earlier years is compared with itself.

    Parameters
    ----------
    periods
        One row a period, in order: ``period``, ``credited``, ``quota``, ``attainment``,
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
    >>> trend = pd.DataFrame({"period": ["2025Q3", "2026Q3"], "credited": [9.0, 8.0],
    ...     "quota": [10.0, 10.0], "attainment": [0.9, 0.8], "same_season": [True, True]})
    >>> attainment_trend(trend, "Down on a year ago", "Credited sales").to_dict()["description"]
    'Down on a year ago. Credited sales. 2025Q3: 90 %; 2026Q3: 80 %.'
    """
    shown = periods.assign(
        label=[whole_percent(value) for value in periods["attainment"]],
        top=periods[["credited", "quota"]].max(axis=1),
    )
    quota = _base(shown).mark_tick(color=INK, thickness=2, width={"band": 0.8})
    line = quota.encode(y=alt.Y(field="quota", type="quantitative"))
    return _described([_bars(shown), line, _labels(shown)], shown, title, subtitle)


def credited_trend(periods: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw credited sales by period, where there are no quotas to hold them against.

    Parameters
    ----------
    periods
        One row a period, in order: ``period``, ``credited``, ``same_season``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> trend = pd.DataFrame({"period": ["2017Q4"], "credited": [4e6], "same_season": [True]})
    >>> credited_trend(trend, "4.00 M in 2017Q4", "Credited sales").to_dict()["description"]
    '4.00 M in 2017Q4. Credited sales. 2017Q4: 4.00 M.'
    """
    kept = periods[["period", "credited", "same_season"]]
    labels = [format_value(value, MONEY) for value in periods["credited"]]
    shown = kept.assign(label=labels, top=periods["credited"])
    return _described([_bars(shown), _labels(shown)], shown, title, subtitle)


def _base(shown: pd.DataFrame) -> alt.Chart:
    axis = alt.Axis(labelOverlap=True)
    x = alt.X(field="period", type="ordinal", title=None, sort=None, axis=axis)
    base: alt.Chart = alt.Chart(shown).encode(x=x)
    return base


def _bars(shown: pd.DataFrame) -> alt.Chart:
    colours = alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT])
    axis = alt.Axis(labelExpr=MONEY_LABELS, grid=True, tickCount=4)
    forms = {"credited": ",.0f", "quota": ",.0f", "attainment": ".1%"}
    tips = [
        alt.Tooltip(field=name, type="quantitative", format=form)
        for name, form in forms.items()
        if name in shown
    ]
    bars = _base(shown).mark_bar(width={"band": 0.62})
    encoded: alt.Chart = bars.encode(
        y=alt.Y(field="credited", type="quantitative", title=None, axis=axis),
        color=alt.Color(field="same_season", type="nominal", legend=None, scale=colours),
        tooltip=[alt.Tooltip(field="period", type="nominal"), *tips],
    )
    return encoded


def _labels(shown: pd.DataFrame) -> alt.Chart:
    text = _base(shown).mark_text(dy=-9, fontWeight=600)
    top = alt.Y(field="top", type="quantitative")
    encoded: alt.Chart = text.encode(y=top, text=alt.Text(field="label"))
    return encoded


def _described(
    layers: list[alt.Chart], shown: pd.DataFrame, title: str, subtitle: str
) -> alt.LayerChart:
    spoken = "; ".join(f"{p}: {v}" for p, v in zip(shown["period"], shown["label"], strict=True))
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=210,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )

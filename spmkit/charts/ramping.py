"""How hires ramp: the share of each cohort, and the fan of what they sell."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, CATEGORIES, INK
from spmkit.units import whole_percent

_WHOLE = "format(datum.value, '.0%')"


def ramp_curves(curves: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share of each cohort that has ramped, month by month.

    Parameters
    ----------
    curves
        ``cohort``, ``months`` and ``ramped``, in order; each starts at month 0.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curves = pd.DataFrame({"cohort": "2025", "months": [0, 6], "ramped": [0.0, 0.5]})
    >>> ramp_curves(curves, "Half by month 6", "Hires").to_dict()["description"]
    'Half by month 6. Hires. 2025: 50 % by month 6.'
    """
    shown = curves[["cohort", "months", "ramped"]]
    last = shown.groupby("cohort", sort=False).tail(1)
    last = last.assign(label=[f"hired {name}" for name in last["cohort"]])
    names = list(last["cohort"])
    scale = alt.Scale(domain=names, range=CATEGORIES[: len(names)][::-1])
    colour = alt.Color(field="cohort", type="nominal", legend=None, scale=scale)
    x, y = _x("months"), _y("ramped", 1.0)
    label = {"x": x, "y": y, "color": colour, "text": alt.Text(field="label")}
    layers = [
        alt.Chart(shown).mark_line(interpolate="step-after").encode(x=x, y=y, color=colour),
        alt.Chart(last).mark_text(align="left", dx=5, dy=-4).encode(**label),
    ]
    rows = last.to_dict("records")
    words = "; ".join(
        f"{row['cohort']}: {whole_percent(row['ramped'])} by month {row['months']}" for row in rows
    )
    return _named(layers, title, subtitle, words)


def ramp_fan(months: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw what hires sell of what a ramped rep does, with the quartiles of all of them.

    Parameters
    ----------
    months
        In order: ``month`` since hiring, ``lower``, ``median`` and ``upper``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> months = pd.DataFrame({"month": [3, 4], "lower": [0.2, 0.3], "median": [0.4, 0.5],
    ...     "upper": [0.6, 0.7]})
    >>> ramp_fan(months, "Half by month 4", "Hires").to_dict()["description"]
    'Half by month 4. Hires. Month 3: 40 %; month 4: 50 %.'
    """
    shown = months[["month", "lower", "median", "upper"]].assign(whole=1.0)
    top = max(float(shown["upper"].max()), 1.0)
    x, y, lower, whole = _x("month"), *(_y(name, top) for name in ("median", "lower", "whole"))
    first = alt.Chart(shown.tail(1).assign(label="ramped rep"))
    layers = [
        alt.Chart(shown).mark_area(color=BAND, opacity=1).encode(x=x, y=lower, y2=alt.Y2("upper")),
        alt.Chart(shown.head(1)).mark_rule(color=INK, strokeDash=[3, 3]).encode(y=whole),
        alt.Chart(shown).mark_line(color=ACCENT, point=True).encode(x=x, y=y),
        first.mark_text(align="right", dy=-8).encode(x=x, y=whole, text=alt.Text(field="label")),
    ]
    words = "; ".join(
        f"month {row['month']}: {whole_percent(row['median'])}" for row in shown.to_dict("records")
    )
    return _named(layers, title, subtitle, f"{words[:1].upper()}{words[1:]}")


def _x(name: str) -> alt.X:
    months = alt.Axis(tickMinStep=1, labelExpr="'month ' + datum.label", labelOverlap=True)
    scale = alt.Scale(nice=False, zero=False)
    return alt.X(field=name, type="quantitative", title=None, axis=months, scale=scale)


def _y(name: str, top: float) -> alt.Y:
    shares = alt.Axis(labelExpr=_WHOLE, tickCount=4, grid=True)
    scale = alt.Scale(domain=[0.0, top])
    return alt.Y(field=name, type="quantitative", title=None, axis=shares, scale=scale)


def _named(layers: list[Any], title: str, subtitle: str, words: str) -> alt.LayerChart:
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

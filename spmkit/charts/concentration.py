"""How much hangs on few reps and few deals."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.points import thinned
from spmkit.charts.theme import CONTEXT
from spmkit.units import PERCENT, format_value, whole_percent

_PERCENT = ".0%"


def credit_bars(largest: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the largest credits as bars with their owners.

    Parameters
    ----------
    largest
        One row a credit in falling order: ``label``, ``amount``, ``share``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> deals = pd.DataFrame({"label": ["O-1 · Ada"], "amount": [5e5], "share": [0.1]})
    >>> credit_bars(deals, "One deal is a tenth", "2026Q3").to_dict()["description"]
    'One deal is a tenth. 2026Q3. O-1 · Ada: 500,000, 10 %.'
    """
    shown = largest.assign(text=[format_value(value, PERCENT) for value in largest["share"]])
    y = alt.Y(field="label", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=230))
    room = alt.Scale(domain=[0, float(largest["amount"].max()) * 1.2 or 1], nice=False)
    x = alt.X(field="amount", type="quantitative", title=None, axis=None, scale=room)
    tips = [
        alt.Tooltip(field="label", type="nominal", title=" "),
        alt.Tooltip(field="amount", type="quantitative", format=",.0f"),
        alt.Tooltip(field="share", type="quantitative", format=".1%", title="of all credit"),
    ]
    base = alt.Chart(shown).encode(y=y, x=x)
    words = "; ".join(
        f"{r['label']}: {r['amount']:,.0f}, {whole_percent(r['share'])}"
        for r in largest.to_dict("records")
    )
    bars = base.mark_bar(height=14).encode(tooltip=tips)
    text = base.mark_text(align="left", dx=6).encode(text=alt.Text(field="text"))
    return alt.LayerChart(layer=[bars, text]).properties(
        width=430,
        height=24 * max(len(largest), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def credited_bars(groups: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw credited sales by group, for data without quotas.

    Parameters
    ----------
    groups
        One row a group: ``group``, ``credited``, ``share`` of all.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> regions = pd.DataFrame({"group": ["East"], "credited": [5e5], "share": [1.0]})
    >>> credited_bars(regions, "East alone", "2017Q4").to_dict()["description"]
    'East alone. 2017Q4. East: 500,000, 100 %.'
    """
    named = {"group": "label", "credited": "amount"}
    return credit_bars(
        groups[["group", "credited", "share"]].rename(columns=named), title, subtitle
    )


def concentration_curve(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share of all credit that the best reps bring, against all bringing the same.

    Parameters
    ----------
    reps
        One row a rep from the largest credit down, after a row of zeros: ``reps`` (share of
        reps) and ``credit`` (share of credit).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curve = pd.DataFrame({"reps": [0.0, 0.5, 1.0], "credit": [0.0, 0.8, 1.0]})
    >>> concentration_curve(curve, "Half bring 80 %", "2026Q3").to_dict()["description"]
    'Half bring 80 %. 2026Q3. Cumulative share of credit by share of reps, the largest first.'
    """
    x = alt.X(
        field="reps",
        type="quantitative",
        title="reps, the largest first",
        axis=alt.Axis(format=_PERCENT, tickCount=5),
    )
    y = alt.Y(
        field="credit",
        type="quantitative",
        title="share of credit",
        axis=alt.Axis(format=_PERCENT, tickCount=5, grid=True),
    )
    tips = [
        alt.Tooltip(field="reps", type="quantitative", format=_PERCENT),
        alt.Tooltip(field="credit", type="quantitative", format=_PERCENT),
    ]
    points = thinned(reps)
    even = pd.DataFrame({"reps": [0.0, 1.0], "credit": [0.0, 1.0]})
    layers = [
        alt.Chart(even).mark_line(color=CONTEXT, strokeDash=[3, 3], strokeWidth=1).encode(x=x, y=y),
        alt.Chart(points).mark_line().encode(x=x, y=y),
        alt.Chart(points).mark_circle(size=30, opacity=0.01).encode(x=x, y=y, tooltip=tips),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=210,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. Cumulative share of credit by share of reps, "
        "the largest first.",
    )

"""How one amount became another, step by step."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, TOTAL, WORSE
from spmkit.units import MONEY, format_difference, format_value

_KINDS = {"whole": TOTAL, "gain": ACCENT, "loss": WORSE}


def money_waterfall(steps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the steps that lead from one amount to another.

    Parameters
    ----------
    steps
        In order: ``step``, ``value``, ``start`` and ``end`` (between which a bar stands),
        ``kind`` (``whole``, ``gain`` or ``loss``).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> steps = pd.DataFrame({"step": ["2026Q2", "win rate", "2026Q3"], "value": [9e6, -1e6, 8e6],
    ...     "start": [0.0, 9e6, 0.0], "end": [9e6, 8e6, 8e6], "kind": ["whole", "loss", "whole"]})
    >>> money_waterfall(steps, "Win rate fell", "Credited sales").to_dict()["description"]
    'Win rate fell. Credited sales. 2026Q2: 9.00 M; win rate: −1.00 M; 2026Q3: 8.00 M.'
    """
    shown = steps.assign(label=_labels(steps), far=steps[["start", "end"]].max(axis=1))
    y = alt.Y(field="step", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=230))
    reach = steps[["start", "end"]].to_numpy()
    room = alt.Scale(domain=[min(reach.min(), 0), reach.max() * 1.32 or 1], nice=False)
    colours = alt.Scale(domain=list(_KINDS), range=list(_KINDS.values()))
    tips = [
        alt.Tooltip(field="step", type="nominal", title=" "),
        alt.Tooltip(field="value", type="quantitative", format=",.0f"),
    ]
    base = alt.Chart(shown).encode(y=y)
    bars = base.mark_bar(height=16).encode(
        x=alt.X(field="start", type="quantitative", title=None, axis=None, scale=room),
        x2=alt.X2("end"),
        color=alt.Color(field="kind", type="nominal", legend=None, scale=colours),
        tooltip=tips,
    )
    text = base.mark_text(align="left", dx=6).encode(
        x=alt.X(field="far", type="quantitative"), text=alt.Text(field="label")
    )
    words = "; ".join(f"{r['step']}: {r['label']}" for r in shown.to_dict("records"))
    return alt.LayerChart(layer=[bars, text]).properties(
        width=900,
        height=28 * max(len(steps), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _labels(steps: pd.DataFrame) -> list[str]:
    """A whole as an amount, a step with its sign."""
    return [
        format_value(value, MONEY) if kind == "whole" else format_difference(value, MONEY)
        for value, kind in zip(steps["value"], steps["kind"], strict=True)
    ]

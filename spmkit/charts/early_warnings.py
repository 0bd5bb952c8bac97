"""How often a warning came true, beside how often it would have without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, INK, TOTAL, WORSE
from spmkit.units import whole_percent

_TONES = {"tells": ACCENT, "misleads": WORSE, "cannot tell": TOTAL}
_ROW = 34


def warning_precision(warnings: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each warning's precision on its interval, with the base rate as a tick.

    Parameters
    ----------
    warnings
        ``warning``, ``precision`` with ``precision_low`` and ``precision_high``, ``base`` and
        ``verdict``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> warnings = pd.DataFrame({"warning": ["ageing"], "precision": [0.5], "base": [0.45],
    ...     "precision_low": [0.4], "precision_high": [0.6], "verdict": ["cannot tell"]})
    >>> warning_precision(warnings, "None tells", "Missed").to_dict()["description"]
    'None tells. Missed. Ageing: 50 % of the warned missed, 45 % of all, cannot tell.'
    """
    columns = ["warning", "precision", "precision_low", "precision_high", "base", "verdict"]
    shown = warnings[columns].assign(told=[whole_percent(one) for one in warnings["precision"]])
    y = alt.Y(field="warning", type="nominal", sort=None, title=None)
    axis = alt.Axis(labelExpr="format(datum.value, '.0%')", tickCount=5, grid=True)
    x = {
        name: alt.X(
            field=name, type="quantitative", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])
        )
        for name in ("precision", "precision_low", "base")
    }
    scale = alt.Scale(domain=list(_TONES), range=list(_TONES.values()))
    colour = alt.Color(field="verdict", type="nominal", legend=None, scale=scale)
    base = alt.Chart(shown).encode(y=y)
    layers = [
        base.mark_tick(color=INK, thickness=2, size=20).encode(x=x["base"]),
        base.mark_rule(strokeWidth=2).encode(
            x=x["precision_low"], x2=alt.X2("precision_high"), color=colour
        ),
        base.mark_circle(size=70, opacity=1).encode(x=x["precision"], color=colour),
        base.mark_text(dy=-11).encode(x=x["precision"], text=alt.Text(field="told")),
    ]
    words = "; ".join(_said(row) for row in shown.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=780,
        height=_ROW * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _said(row: Mapping[Any, Any]) -> str:
    name = str(row["warning"]).capitalize()
    base = whole_percent(row["base"])
    return f"{name}: {row['told']} of the warned missed, {base} of all, {row['verdict']}"

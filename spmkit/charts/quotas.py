"""Quotas that were and that are proposed, on the range in which sales are expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, MONEY_LABELS, MUTED, TOTAL
from spmkit.units import MONEY, format_value


def quota_dumbbells(seats: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each seat's last quota (ring) and proposed one (dot) over what it is expected to sell.

    Parameters
    ----------
    seats
        In the order in which they are drawn: ``rep``, ``last_quota`` (null draws none), ``quota``,
        ``low``, ``high`` and ``told`` (what is written at the right).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> seats = pd.DataFrame({"rep": ["Ada"], "last_quota": [1e5], "quota": [1.2e5], "low": [9e4],
    ...     "high": [1.5e5], "told": ["58 %"]})
    >>> quota_dumbbells(seats, "Ada is asked for more", "Quotas").to_dict()["description"]
    'Ada is asked for more. Quotas. Ada: 100 k to 120 k.'
    """
    shown = seats.assign(far=seats[["last_quota", "quota", "high"]].max(axis=1))
    y = alt.Y(field="rep", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=180))
    top = float(shown["far"].max()) * 1.02
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(labelExpr=MONEY_LABELS, tickCount=5)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=axis)
        for name in ("low", "last_quota", "quota")
    }
    base = alt.Chart(shown).encode(y=y)
    both = alt.Chart(shown[shown["last_quota"].notna()]).encode(y=y)
    layers = [
        base.mark_bar(height=10, color=BAND, cornerRadius=5).encode(x=x["low"], x2=alt.X2("high")),
        both.mark_rule(color=TOTAL).encode(x=x["last_quota"], x2=alt.X2("quota")),
        both.mark_point(color=MUTED, filled=False, size=45).encode(x=x["last_quota"]),
        base.mark_circle(size=65, color=ACCENT).encode(x=x["quota"]),
        base.mark_text(align="left", dx=10).encode(
            x=alt.value("width"), text=alt.Text(field="told")
        ),
    ]
    words = "; ".join(_said(row) for row in shown.to_dict("records"))
    return alt.LayerChart(layer=layers).properties(
        width=840,
        height=22 * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _said(row: Mapping[Any, Any]) -> str:
    new = format_value(row["quota"], MONEY)
    if pd.isna(row["last_quota"]):
        return f"{row['rep']}: {new}"
    return f"{row['rep']}: {format_value(row['last_quota'], MONEY)} to {new}"


def swing_bars(swings: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw how far a sum moves with each assumption, the farthest first.

    Parameters
    ----------
    swings
        In the order in which they are drawn: ``assumption``, ``low``, ``high``, ``base`` (the
        same in every row) and ``told``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> swings = pd.DataFrame({"assumption": ["spread"], "low": [1e6], "high": [1.2e6],
    ...     "base": [1.1e6], "told": ["0.2 to 0.4"]})
    >>> swing_bars(swings, "Spread costs most", "Cost").to_dict()["description"]
    'Spread costs most. Cost. spread: 1.00 M to 1.20 M.'
    """
    ends = swings[["low", "high", "base"]].to_numpy("float64")
    scale = alt.Scale(domain=[ends.min(), ends.max()], nice=True, zero=False)
    axis = alt.Axis(labelExpr=MONEY_LABELS, tickCount=5)
    x = {
        name: alt.X(field=name, type="quantitative", title=None, scale=scale, axis=axis)
        for name in ("low", "base")
    }
    y = alt.Y(field="assumption", type="nominal", sort=None, title=None)
    base = alt.Chart(swings).encode(y=y)
    rows = swings.to_dict("records")
    words = "; ".join(
        f"{r['assumption']}: {format_value(r['low'], MONEY)} to {format_value(r['high'], MONEY)}"
        for r in rows
    )
    return alt.LayerChart(
        layer=[
            base.mark_bar(height=14, color=ACCENT).encode(x=x["low"], x2=alt.X2("high")),
            alt.Chart(swings.head(1)).mark_rule().encode(x=x["base"]),
            base.mark_text(align="left", dx=10).encode(
                x=alt.value("width"), text=alt.Text(field="told")
            ),
        ]
    ).properties(
        width=430,
        height=30 * max(len(swings), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )

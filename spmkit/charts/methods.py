"""How methods of setting quotas did in the past, and whether their probabilities were honest."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, CONTEXT, INK, MUTED, WORSE

_PERCENT = "replace(format(datum.value, '.0%'), '%', ' %')"


def error_lines(errors: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the error of methods period by period, the ones that matter in colour and named.

    Parameters
    ----------
    errors
        In order: ``period``, ``method`` (in words), ``error`` and ``tone`` (``accent``, ``worse``
        or ``context``).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> errors = pd.DataFrame({"period": ["2026Q2", "2026Q3"], "method": "calibrated",
    ...     "error": [0.2, 0.18], "tone": "accent"})
    >>> error_lines(errors, "Less was missed", "Errors").to_dict()["description"]
    'Less was missed. Errors. In 2026Q3 calibrated: 18 %.'
    """
    order = errors["period"].drop_duplicates().tolist()
    x = alt.X(
        field="period",
        type="ordinal",
        title=None,
        sort=order,
        axis=alt.Axis(labelOverlap=True),
    )
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=4)
    y = alt.Y(field="error", type="quantitative", title=None, axis=axis)
    tones = {"accent": ACCENT, "worse": WORSE, "context": CONTEXT}
    scale = alt.Scale(domain=list(tones), range=list(tones.values()))
    colour = alt.Color(field="tone", type="nominal", legend=None, scale=scale)
    line = alt.Chart(errors).mark_line(point=alt.OverlayMarkDef(size=30))
    last = errors[errors["period"] == order[-1]]
    named = last[last["tone"] != "context"]
    text = alt.Chart(named).mark_text(align="left", dx=8, fontWeight=600)
    words = "; ".join(
        f"{m}: {e * 100:.0f} %" for m, e in zip(last["method"], last["error"], strict=True)
    )
    tip = [alt.Tooltip(field="method", type="nominal", title=" "), _share("error")]
    return alt.LayerChart(
        layer=[
            line.encode(x=x, y=y, color=colour, detail=alt.Detail(field="method"), tooltip=tip),
            text.encode(x=x, y=y, text=alt.Text(field="method"), color=colour),
        ]
    ).properties(
        width=430,
        height=260,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. In {order[-1]} {words}.",
    )


def reliability_points(tenths: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share that was reached over the probability that was said, on its interval.

    Parameters
    ----------
    tenths
        ``said``, ``reached``, ``low``, ``high`` and ``n``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> tenths = pd.DataFrame({"said": [0.4], "reached": [0.5], "low": [0.3], "high": [0.7],
    ...     "n": [20]})
    >>> reliability_points(tenths, "Honest", "Tenths").to_dict()["description"]
    'Honest. Tenths. Said 40 %, reached 50 %.'
    """
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=5)
    scale = alt.Scale(domain=[0, 1])
    x = alt.X(field="said", type="quantitative", title="said", axis=axis, scale=scale)
    y = {
        name: alt.Y(field=name, type="quantitative", title="reached", axis=axis, scale=scale)
        for name in ("reached", "low")
    }
    even = pd.DataFrame({"said": [0.0, 1.0], "reached": [0.0, 1.0]})
    base = alt.Chart(tenths)
    tip = [_share("said"), _share("reached"), alt.Tooltip(field="n", type="quantitative")]
    words = "; ".join(
        f"Said {s * 100:.0f} %, reached {r * 100:.0f} %"
        for s, r in zip(tenths["said"], tenths["reached"], strict=True)
    )
    return alt.LayerChart(
        layer=[
            alt.Chart(even).mark_line(color=MUTED, strokeDash=[3, 3]).encode(x=x, y=y["reached"]),
            base.mark_rule(color=BAND, strokeWidth=6).encode(x=x, y=y["low"], y2=alt.Y2("high")),
            base.mark_circle(size=60, color=ACCENT).encode(x=x, y=y["reached"], tooltip=tip),
        ]
    ).properties(
        width=430,
        height=260,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def payout_curve(corners: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw what is paid of target for which attainment of quota.

    Parameters
    ----------
    corners
        In order: ``attainment`` and ``payout``, shares.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> corners = pd.DataFrame({"attainment": [0.0, 1.0, 2.0], "payout": [0.0, 1.0, 3.0]})
    >>> payout_curve(corners, "Twice above quota", "Pay").to_dict()["description"]
    'Twice above quota. Pay. 200 % of quota pays 300 % of target.'
    """
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=5)
    x = alt.X(field="attainment", type="quantitative", title="attainment", axis=axis)
    y = alt.Y(field="payout", type="quantitative", title="payout of target", axis=axis)
    quota = alt.Chart(pd.DataFrame({"attainment": [1.0]})).mark_rule(color=INK, strokeDash=[3, 3])
    last = corners.iloc[-1]
    ends = f"{last['attainment'] * 100:.0f} % of quota pays {last['payout'] * 100:.0f} % of target"
    return alt.LayerChart(
        layer=[quota.encode(x=x), alt.Chart(corners).mark_line().encode(x=x, y=y)]
    ).properties(
        width=430,
        height=220,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {ends}.",
    )


def _share(field: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="quantitative", format=".0%")

"""How attainment spreads over the reps, stands by group, and moves over time."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, CONTEXT, INK, MUTED
from spmkit.units import PERCENT, format_value

_PERCENT = ".0%"
_CAP = 2.5


def attainment_histogram(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the reps by attainment, those at or above quota in the accent colour.

    Attainment beyond 250 % is drawn in the last bar, which says so.

    Parameters
    ----------
    reps
        One row a band of ten points: ``low``, ``high``, ``reps``, ``at_quota``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> bins = pd.DataFrame({"low": [0.9, 1.0], "high": [1.0, 1.1], "reps": [3, 2],
    ...     "at_quota": [False, True]})
    >>> attainment_histogram(bins, "2 of 5 reached quota", "2026Q3").to_dict()["description"]
    '2 of 5 reached quota. 2026Q3. 90 % to 100 %: 3 reps; 100 % to 110 %: 2 reps.'
    """
    colour = alt.Color(
        field="at_quota",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT]),
    )
    bars = (
        alt.Chart(reps)
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X(
                field="low",
                type="quantitative",
                bin="binned",
                scale=alt.Scale(nice=False),
                axis=alt.Axis(format=_PERCENT, title="attainment of quota", tickCount=8),
            ),
            x2=alt.X2(field="high"),
            y=alt.Y(
                field="reps",
                type="quantitative",
                title="reps",
                axis=alt.Axis(tickMinStep=1, tickCount=4, grid=True),
            ),
            color=colour,
            tooltip=[
                alt.Tooltip(field="low", type="quantitative", format=_PERCENT, title="from"),
                alt.Tooltip(field="high", type="quantitative", format=_PERCENT, title="to"),
                alt.Tooltip(field="reps", type="quantitative", title="reps"),
            ],
        )
    )
    spoken = "; ".join(
        f"{low:.0%} to {high:.0%}: {count} reps".replace("%", " %")
        for low, high, count in zip(reps["low"], reps["high"], reps["reps"], strict=True)
        if count
    )
    return alt.LayerChart(layer=[bars, at_quota_rule()]).properties(
        width=430,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )


def at_quota_rule() -> alt.Chart:
    """Draw the line at 100 % of quota.

    Examples
    --------
    >>> at_quota_rule().to_dict()["mark"]["type"]
    'rule'
    """
    at = alt.Chart(pd.DataFrame({"x": [1.0]}))
    return at.mark_rule(strokeDash=[3, 3]).encode(x=alt.X(field="x", type="quantitative"))


def attainment_curve(reps: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw the share of reps who reached at least each attainment: "X % at Y %".

    Parameters
    ----------
    reps
        One row a rep in falling order: ``attainment`` and ``share``, the share of reps at or
        above it.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> curve = pd.DataFrame({"attainment": [1.2, 0.8], "share": [0.5, 1.0]})
    >>> attainment_curve(curve, "Half reach 120 %", "2026Q3").to_dict()["layer"][0]["mark"]["type"]
    'line'
    """
    shown = reps[["attainment", "share"]].assign(attainment=reps["attainment"].clip(upper=_CAP))
    x = alt.X(
        field="attainment",
        type="quantitative",
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format=_PERCENT, title="attainment of quota", tickCount=6),
    )
    y = alt.Y(
        field="share",
        type="quantitative",
        title="reps at or above",
        axis=alt.Axis(format=_PERCENT, tickCount=5, grid=True),
        scale=alt.Scale(domain=[0, 1]),
    )
    tips = [
        alt.Tooltip(field="attainment", type="quantitative", format=_PERCENT),
        alt.Tooltip(field="share", type="quantitative", format=_PERCENT, title="reps at or above"),
    ]
    line = alt.Chart(shown).mark_line(interpolate="step-before").encode(x=x, y=y)
    dots = alt.Chart(shown).mark_circle(size=26, opacity=0.01).encode(x=x, y=y, tooltip=tips)
    return alt.LayerChart(layer=[line, dots, at_quota_rule()]).properties(
        width=430,
        height=190,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. Share of reps at or above each attainment.",
    )


def attainment_bullets(groups: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw attainment by group: now as a dot, before as a tick, the interval as a band.

    Parameters
    ----------
    groups
        One row a group, in the order of drawing: ``group``, ``now``, ``before``, ``low``,
        ``high``; ``before``, ``low`` and ``high`` may be null.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> teams = pd.DataFrame({"group": ["North"], "now": [1.06], "before": [0.98],
    ...     "low": [0.97], "high": [1.15]})
    >>> attainment_bullets(teams, "North is above quota", "2026Q3").to_dict()["description"]
    'North is above quota. 2026Q3. North: 106 %, before 98 %.'
    """
    # Quota itself is one of the ends, so that the rule at 100 % is never off the chart.
    ends = pd.concat(
        [groups[c].dropna() for c in ("now", "before", "low", "high")] + [pd.Series([1.0])]
    )
    room = max((ends.max() - ends.min()) * 0.16, 0.05)
    scale = alt.Scale(domain=[max(0.0, ends.min() - 0.04), ends.max() + room], nice=False)
    axis = alt.Axis(format=_PERCENT, title=None, grid=True, tickCount=5)
    y = alt.Y(field="group", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=150))
    # Right of everything drawn on the row, the rule at quota included, so that nothing touches.
    edge = groups[["now", "before", "high"]].max(axis=1)
    close = (edge < 1) & (edge > 1 - room * 0.9)
    shown = groups.assign(
        label_at=edge.mask(close, 1.0),
        label=[format_value(v, PERCENT).replace(".0 %", " %") for v in groups["now"]],
    )
    base = alt.Chart(shown).encode(y=y)
    layers = [
        base.mark_bar(height=8, color=BAND, cornerRadius=4).encode(
            x=alt.X(field="low", type="quantitative", scale=scale, axis=axis),
            x2=alt.X2(field="high"),
        ),
        at_quota_rule(),
        base.mark_tick(size=16, color=MUTED).encode(x=alt.X(field="before", type="quantitative")),
        base.mark_circle(size=90, color=ACCENT).encode(
            x=alt.X(field="now", type="quantitative"), tooltip=_bullet_tips()
        ),
        base.mark_text(align="left", dx=10, fontWeight=600).encode(
            x=alt.X(field="label_at", type="quantitative"), text=alt.Text(field="label")
        ),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=alt.Step(30),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_bullet_words(shown)}.",
    )


def _bullet_tips() -> list[alt.Tooltip]:
    named = {"now": "attainment", "before": "before", "low": "interval from", "high": "interval to"}
    return [alt.Tooltip(field="group", type="nominal", title=" ")] + [
        alt.Tooltip(field=field, type="quantitative", format=".1%", title=name)
        for field, name in named.items()
    ]


def _bullet_words(groups: pd.DataFrame) -> str:
    words = []
    for row in groups.to_dict("records"):
        before = "" if pd.isna(row["before"]) else f", before {row['before']:.0%}"
        now = "no quota" if pd.isna(row["now"]) else f"{row['now']:.0%}"
        words.append(f"{row['group']}: {now}{before}".replace("%", " %"))
    return "; ".join(words)


def attainment_trend(periods: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw credited sales against quota by period, and the attainment that they make.

    Bars of the season of the last period are in the accent colour, so that the
    same quarter of earlier years is compared with itself.

    Parameters
    ----------
    periods
        One row a period, in order: ``period``, ``credited``, ``quota``, ``attainment``,
        ``same_season`` (whether it is the last period's season).
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
        label=[
            f"{v:.0%}".replace("%", " %") if pd.notna(v) else "–" for v in periods["attainment"]
        ],
        top=periods[["credited", "quota"]].max(axis=1),
    )
    x = alt.X(
        field="period", type="ordinal", title=None, sort=None, axis=alt.Axis(labelOverlap=True)
    )
    colour = alt.Color(
        field="same_season",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT]),
    )
    y = alt.Y(
        field="credited",
        type="quantitative",
        title=None,
        axis=alt.Axis(format="~s", grid=True, tickCount=4),
    )
    tips = [
        alt.Tooltip(field="period", type="nominal"),
        alt.Tooltip(field="credited", type="quantitative", format=",.0f"),
        alt.Tooltip(field="quota", type="quantitative", format=",.0f"),
        alt.Tooltip(field="attainment", type="quantitative", format=".1%"),
    ]
    base = alt.Chart(shown).encode(x=x)
    layers = [
        base.mark_bar(width={"band": 0.62}).encode(y=y, color=colour, tooltip=tips),
        base.mark_tick(color=INK, thickness=2, width={"band": 0.8}).encode(
            y=alt.Y(field="quota", type="quantitative")
        ),
        base.mark_text(dy=-9, fontWeight=600).encode(
            y=alt.Y(field="top", type="quantitative"), text=alt.Text(field="label")
        ),
    ]
    spoken = "; ".join(f"{p}: {v}" for p, v in zip(shown["period"], shown["label"], strict=True))
    return alt.LayerChart(layer=layers).properties(
        width=900,
        height=210,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {spoken}.",
    )

"""Attainment over what reps were given: points, a smooth line and its band, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, TOTAL

_RATIO = (
    "abs(datum.value) < 0.005 ? '0%' : "
    "replace(format(round(100 * exp(datum.value) - 100) / 100, '+.0%'), '-', '−')"
)
_MONEY = "replace(format(exp(datum.value), '.2~s'), 'G', 'B')"
_LABELS = {"money": _MONEY, "ratio": _RATIO, "count": "format(datum.value, 'd')"}
_REACH = 0.8  # of a logarithm: who is further off stands at the edge


def attainment_followed(
    points: pd.DataFrame,
    lines: pd.DataFrame,
    panels: Sequence[tuple[str, str, str]],
    title: str,
    subtitle: str,
) -> alt.HConcatChart:
    """Draw a panel for each thing given: attainment against everybody's over it.

    Parameters
    ----------
    points
        ``given``, ``rep``, ``value`` and ``relative`` (a logarithm; 0 is everybody's attainment).
    lines
        ``given``, ``value``, ``relative``, ``low`` and ``high``.
    panels
        Of each panel: what was given, how its axis is written (``money`` and ``ratio`` of
        logarithms, ``count``), and what was found.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.HConcatChart

    Examples
    --------
    >>> points = pd.DataFrame({"given": "potential", "rep": ["Ada"], "value": [14.0],
    ...     "relative": [0.1]})
    >>> lines = points.assign(low=0.0, high=0.2)
    >>> panels = [("potential", "money", "no relation")]
    >>> attainment_followed(points, lines, panels, "Fair", "Points").to_dict()["description"]
    'Fair. Points. potential: no relation, 1 points.'
    """
    shown = [_panel(points, lines, *panel) for panel in panels]
    counts = points["given"].value_counts()
    words = "; ".join(f"{given}: {found}, {counts[given]:,} points" for given, _, found in panels)
    return alt.HConcatChart(hconcat=shown).properties(
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}.",
    )


def _panel(
    points: pd.DataFrame, lines: pd.DataFrame, given: str, form: str, found: str
) -> alt.LayerChart:
    own, line = (frame[frame["given"] == given] for frame in (points, lines))
    x = alt.X(
        field="value",
        type="quantitative",
        title=given,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=alt.Axis(labelExpr=_LABELS[form], tickCount=4, labelFlush=False),
    )
    y = {
        name: alt.Y(
            field=name,
            type="quantitative",
            title=None,
            scale=alt.Scale(domain=[-_REACH, _REACH], clamp=True, nice=False),
            axis=alt.Axis(labelExpr=_RATIO, values=[-0.693, -0.357, 0, 0.336, 0.693], grid=True),
        )
        for name in ("relative", "low")
    }
    tips = [alt.Tooltip(field="rep", type="nominal", title=" ")]
    dots = alt.Chart(own).mark_circle(size=24, opacity=0.5, color=TOTAL)
    even = alt.Chart(pd.DataFrame({"relative": [0.0]})).mark_rule(color=INK, strokeDash=[3, 3])
    layers = [
        alt.Chart(line)
        .mark_area(color=BAND, opacity=0.8)
        .encode(x=x, y=y["low"], y2=alt.Y2("high")),
        dots.encode(x=x, y=y["relative"], tooltip=tips),
        even.encode(y=y["relative"]),
        alt.Chart(line).mark_line(color=ACCENT).encode(x=x, y=y["relative"]),
    ]
    head = {"text": found, "fontSize": 12, "fontWeight": 600, "offset": 6}
    return alt.LayerChart(layer=layers).properties(width=260, height=200, title=head)

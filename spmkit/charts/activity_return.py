"""What more of an activity goes with: dots on intervals, and the way over the lags."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT, INK, MUTED, TOTAL

_ROW = 28  # px
_TONES = {"told from chance": ACCENT, "cannot tell": TOTAL}


def return_dots(effects: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each activity's coefficient on its interval, and where it lies once it is shrunken.

    Parameters
    ----------
    effects
        In the order in which they are drawn: ``activity``, ``effect`` with ``low`` and ``high``,
        ``shrunken`` (null where it is not), ``told`` and ``words`` (written at the right).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> effects = pd.DataFrame({"activity": ["demo"], "effect": [0.5], "low": [0.1],
    ...     "high": [0.9], "shrunken": [0.4], "told": [True], "words": ["+0.5 wins"]})
    >>> return_dots(effects, "Demos", "Wins").to_dict()["description"]
    'Demos. Wins. demo: +0.5 wins, told from chance.'
    """
    shown = _judged(effects)
    x = {name: _x(name) for name in ("zero", "low", "effect", "shrunken")}
    y = alt.Y(field="activity", type="nominal", sort=None, title=None, axis=_NAMES)
    base = alt.Chart(shown).encode(y=y)
    pulled = alt.Chart(shown[shown["shrunken"].notna()]).encode(y=y)
    layers = [
        alt.Chart(shown.head(1)).mark_rule(color=CONTEXT).encode(x=x["zero"]),
        base.mark_rule(strokeWidth=2).encode(x=x["low"], x2=alt.X2("high"), color=_tone()),
        pulled.mark_tick(color=INK, size=14, thickness=2).encode(x=x["shrunken"]),
        base.mark_circle(size=70).encode(x=x["effect"], color=_tone()),
        base.mark_text(align="left", dx=10).encode(
            x=alt.value("width"), text=alt.Text(field="words")
        ),
    ]
    rows = shown.to_dict("records")
    said = "; ".join(f"{row['activity']}: {row['words']}, {row['verdict']}" for row in rows)
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=_ROW * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {said}.",
    )


def lag_curves(effects: pd.DataFrame, title: str, subtitle: str) -> alt.FacetChart:
    """Draw each activity's coefficient over the lags, with intervals, one small picture each.

    Parameters
    ----------
    effects
        ``activity``, ``lag``, ``effect`` with ``low`` and ``high``, ``told`` and ``words``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.FacetChart

    Examples
    --------
    >>> effects = pd.DataFrame({"activity": "demo", "lag": [1, 2], "effect": [0.5, 0.2],
    ...     "low": [0.1, -0.1], "high": [0.9, 0.5], "told": [True, False],
    ...     "words": ["+0.5", "+0.2"]})
    >>> lag_curves(effects, "Demos", "Wins by lag").to_dict()["description"]
    'Demos. Wins by lag. demo: 1 months +0.5, told from chance, 2 months +0.2, cannot tell.'
    """
    shown = _judged(effects)
    x = alt.X(field="lag", type="ordinal", title="months after", axis=alt.Axis(labelAngle=0))
    axis = alt.Axis(tickCount=3, labelExpr="replace(format(datum.value, '~g'), '-', '−')")
    y = {
        name: alt.Y(field=name, type="quantitative", title=None, axis=axis)
        for name in ("zero", "low", "effect")
    }
    base = alt.Chart().encode(x=x)
    layers = [
        alt.Chart().mark_rule(color=CONTEXT).encode(y=y["zero"]),
        base.mark_line(color=MUTED, strokeWidth=1).encode(y=y["effect"]),
        base.mark_rule(strokeWidth=2).encode(y=y["low"], y2=alt.Y2("high"), color=_tone()),
        base.mark_circle(size=46).encode(y=y["effect"], color=_tone()),
    ]
    header = alt.Header(title=None, labelAnchor="start", labelFontWeight="bold")
    names = list(dict.fromkeys(shown["activity"]))
    facet = alt.Facet(field="activity", type="nominal", sort=names, header=header, title=None)
    layered = alt.LayerChart(data=shown, layer=layers).properties(width=190, height=90)
    return layered.facet(facet=facet, columns=4).properties(
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_by_activity(shown)}.",
    )


_NAMES = alt.Axis(labelLimit=190)


def _judged(effects: pd.DataFrame) -> pd.DataFrame:
    known = effects[effects["effect"].notna()]
    verdict = ["told from chance" if told else "cannot tell" for told in known["told"]]
    return known.assign(verdict=verdict, zero=0.0)


def _x(name: str) -> alt.X:
    axis = alt.Axis(tickCount=5, labelExpr="replace(format(datum.value, '~g'), '-', '−')")
    return alt.X(field=name, type="quantitative", title=None, axis=axis)


def _tone() -> alt.Color:
    scale = alt.Scale(domain=list(_TONES), range=list(_TONES.values()))
    return alt.Color(field="verdict", type="nominal", legend=None, scale=scale)


def _by_activity(shown: pd.DataFrame) -> str:
    said = []
    for name, own in shown.groupby("activity", sort=False):
        lags = [
            f"{row['lag']} months {row['words']}, {row['verdict']}"
            for row in own.to_dict("records")
        ]
        said.append(f"{name!s}: {', '.join(lags)}")
    return "; ".join(said)

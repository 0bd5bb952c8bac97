"""Every team's drivers beside its peers', from hours to the outcome."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT, INK, TOTAL, WORSE

_TONES = {"below its peers": WORSE, "above its peers": ACCENT, "cannot tell": TOTAL}
_ROW = 17  # px
_BESIDE = 3  # teams next to each other on a wide page
_TICKS = [0.5, 0.7, 1, 1.4, 2]
_FAR = 4.0  # further off than this an interval says nothing, and would squeeze all others


def driver_dots(cells: pd.DataFrame, title: str, subtitle: str) -> alt.FacetChart:
    """Draw each team's drivers as dots on their intervals, one small picture a team.

    Parameters
    ----------
    cells
        In the order in which they are drawn: ``group``, ``driver``, ``factor`` with ``low`` and
        ``high`` (null where there is none), ``cell`` (the factor in words), ``side`` (``below its
        peers``, ``above its peers``, ``cannot tell``), ``own`` and ``peers`` (in words).
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.FacetChart

    Examples
    --------
    >>> cells = pd.DataFrame({"group": ["East"], "driver": ["win rate"], "factor": [0.7],
    ...     "low": [0.6], "high": [0.8], "cell": ["×0.70"], "side": ["below its peers"],
    ...     "own": ["21 %"], "peers": ["30 %"]})
    >>> driver_dots(cells, "East", "Drivers").to_dict()["description"]
    'East. Drivers. East: win rate ×0.70 (21 %, peers 30 %; below its peers).'
    """
    ends = cells[["low", "high"]].clip(1 / _FAR, _FAR)
    told = cells["side"].ne("cannot tell")
    shown = cells[cells["factor"].notna()].assign(
        **ends, one=1.0, written=cells["cell"].where(told, "")
    )
    shown["far"] = shown[["factor", "high"]].max(axis=1)
    layered = alt.LayerChart(data=shown, layer=_layers(shown)).properties(
        width=190, height=_ROW * max(shown["driver"].nunique(), 1)
    )
    groups = list(dict.fromkeys(shown["group"]))
    header = alt.Header(title=None, labelAnchor="start", labelFontWeight="bold")
    facet = alt.Facet(field="group", type="nominal", sort=groups, header=header, title=None)
    return layered.facet(facet=facet, columns=_BESIDE).properties(
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(shown)}.",
    )


def _layers(shown: pd.DataFrame) -> list[alt.Chart]:
    numbers = shown[["factor", "low", "high"]].to_numpy("float64")
    known = numbers[~pd.isna(numbers)]
    domain = [min(float(known.min()), 0.7), max(float(known.max()), 1.4)]
    scale = alt.Scale(type="log", domain=domain, nice=False)
    axis = alt.Axis(values=_TICKS, format="~g", grid=False, title=None)
    x = {
        name: alt.X(field=name, type="quantitative", scale=scale, axis=axis, title=None)
        for name in ("one", "low", "factor", "far")
    }
    y = alt.Y(
        field="driver",
        type="nominal",
        sort=list(dict.fromkeys(shown["driver"])),
        title=None,
        axis=alt.Axis(labelLimit=190, labelFontSize=11),
    )
    tones = alt.Scale(domain=list(_TONES), range=list(_TONES.values()))
    tone = alt.Color(field="side", type="nominal", scale=tones, legend=None)
    tips = [alt.Tooltip(field=name, type="nominal") for name in ("driver", "cell", "own", "peers")]
    base = alt.Chart().encode(y=y)
    return [
        alt.Chart().mark_rule(color=CONTEXT).encode(x=x["one"]),
        base.mark_rule(strokeWidth=2).encode(x=x["low"], x2=alt.X2("high"), color=tone),
        base.mark_circle(size=46).encode(x=x["factor"], color=tone, tooltip=tips),
        base.mark_text(align="left", dx=6, fontWeight=600, color=INK).encode(
            x=x["far"], text=alt.Text(field="written")
        ),
    ]


def _words(cells: pd.DataFrame) -> str:
    said = []
    for name, own in cells.groupby("group", sort=False):
        drivers = [
            f"{row['driver']} {row['cell']} ({row['own']}, peers {row['peers']}; {row['side']})"
            for row in own.to_dict("records")
        ]
        said.append(f"{name!s}: {', '.join(drivers)}")
    return "; ".join(said)

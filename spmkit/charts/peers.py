"""A rep's own metrics on the middle half of the peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, MUTED, TOTAL, WORSE

_TONES = {"better": ACCENT, "worse": WORSE, "cannot be told": TOTAL}
_SHAPES = {"in scale": "circle", "further left": "triangle-left", "further right": "triangle-right"}
_ROW = 30  # px
_EDGE = 12  # px between the outermost dot and the names
_LEAST = 0.6  # middle halves to each side of the median that are drawn at least

_PLACES = {"start": "bar from", "end": "bar to", "at": "dot at", "far": "label at"}
_SAID = {
    "label": "metric",
    "own": "own value",
    "verdict": "surely",
    "median": "peers' median",
    "middle": "peers' middle half",
    "peers": "peers",
}


def peer_dots(places: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw each own value as a dot over the peers' middle half (bar) and median (tick).

    Nothing of a single peer is in it: quartiles in words, and the places that follow from them.

    Parameters
    ----------
    places
        In the order in which they are drawn: ``label``, ``own``, ``median`` and ``middle`` (in
        words), ``peers``, ``verdict``, ``start``, ``end``, ``at`` and ``beyond``.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> places = pd.DataFrame({"label": ["Win rate"], "own": ["44.0 % (n 90)"],
    ...     "median": ["40.0 %"], "middle": ["38.0 % to 43.0 %"], "peers": [23],
    ...     "verdict": ["better"], "start": [-0.4], "end": [0.6], "at": [0.8], "beyond": [False]})
    >>> peer_dots(places, "Win rate", "Bar: peers").to_dict()["description"]
    'Win rate. Bar: peers. Win rate: 44.0 % (n 90), better; median of 23 peers 40.0 %, middle ...'
    """
    placed = places[[*_SAID, "start", "end", "at"]].round(2)
    shown = placed.assign(
        far=placed[["end", "at"]].max(axis=1),
        verdict=places["verdict"].replace("", "cannot be told"),
        scale=[_form(*row) for row in places[["beyond", "at"]].itertuples(index=False)],
    )
    words = " ".join(_words(row) for row in shown.to_dict("records"))
    return alt.LayerChart(layer=_layers(shown)).properties(
        width=900,
        height=_ROW * max(len(shown), 1),
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {words}",
    )


def _layers(shown: pd.DataFrame) -> list[alt.Chart]:
    axis = alt.Axis(title=None, labelLimit=180)
    y = alt.Y(field="label", type="nominal", sort=None, axis=axis, title=_SAID["label"])
    tooltip = [alt.Tooltip(field=name, title=title) for name, title in _SAID.items()]
    base = alt.Chart(shown).encode(y=y, tooltip=tooltip)
    x = _places(shown)
    median = alt.XDatum(0, type="quantitative", axis=None)
    x2 = alt.X2("end", title=_PLACES["end"])
    dots = {"color": _coded("verdict", _TONES), "shape": _coded("scale", _SHAPES)}
    text = alt.Text(field="own", title=_SAID["own"])
    bar, tick, dot = (base.encode(detail=_meant(n)) for n in ("middle", "median", "peers"))
    return [
        bar.mark_bar(height=12, color=BAND, cornerRadius=6).encode(x=x["start"], x2=x2),
        tick.mark_tick(color=MUTED, size=18, thickness=2).encode(x=median),
        dot.mark_point(filled=True, size=90, opacity=1).encode(x=x["at"], **dots),
        base.mark_text(align="left", dx=10, color=INK).encode(x=x["far"], text=text),
    ]


def _meant(field: str) -> alt.Detail:
    """What a mark stands for: it is not drawn, but told in the table of the chart's data."""
    return alt.Detail(field=field, type="nominal", title=_SAID[field])


def _places(shown: pd.DataFrame) -> dict[str, alt.X]:
    left = min(-_LEAST, float(shown["start"].min()), float(shown["at"].min()))
    right = max(_LEAST, float(shown["far"].max()))
    scale = alt.Scale(domain=[left, right], nice=False, padding=_EDGE)
    return {
        name: alt.X(field=name, type="quantitative", title=title, scale=scale, axis=None)
        for name, title in _PLACES.items()
    }


def _coded(field: str, codes: Mapping[str, str]) -> dict[str, Any]:
    scale = {"domain": list(codes), "range": list(codes.values())}
    title = _SAID.get(field, "drawn")
    return {"field": field, "type": "nominal", "title": title, "legend": None, "scale": scale}


def _form(beyond: object, at: float) -> str:
    if not beyond:
        return "in scale"
    return "further right" if at > 0 else "further left"


def _words(row: Mapping[Any, Any]) -> str:
    peers = f"median of {row['peers']:.0f} peers {row['median']}, middle half {row['middle']}"
    return f"{row['label']}: {row['own']}, {row['verdict']}; {peers}."

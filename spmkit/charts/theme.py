"""The one look of every chart, and the form in which a chart leaves the kernel.

A colour is used by its name (``ACCENT``), never as a new number: the page turns
exactly these into their dark partners, and its own CSS is made of them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

MIME = "application/vnd.vegalite.v5+json"
"""What JupyterLab 4 draws offline; Altair's own newer type is ignored there."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e6eaee"),
    "muted": ("#5b6570", "#a4aeb9"),
    "line": ("#d9dee4", "#343c46"),
    "accent": ("#1f5fa8", "#6cb0f5"),
    "worse": ("#b3541e", "#f09b62"),
    "total": ("#8a96a3", "#7d8996"),
    "context": ("#b9c3ce", "#55606d"),
    "band": ("#dfe5ec", "#2d3742"),
    "paper": ("#ffffff", "#14181d"),
    "wash": ("#f5f7f9", "#1c2229"),
    "teal": ("#2a8a7f", "#5cc4b7"),
    "gold": ("#a67c00", "#dcb548"),
    "violet": ("#6f5aa8", "#b3a1e6"),
}
"""Each colour of the house by name: on a light page, on a dark one."""

INK, MUTED, LINE = (COLOURS[name][0] for name in ("ink", "muted", "line"))
ACCENT, WORSE = (COLOURS[name][0] for name in ("accent", "worse"))
TOTAL, CONTEXT, BAND, PAPER = (COLOURS[name][0] for name in ("total", "context", "band", "paper"))
CATEGORIES = [COLOURS[n][0] for n in ("accent", "worse", "teal", "gold", "violet", "muted")]
"""For more than two groups; told apart with any colour vision, never by colour alone."""

MONEY_LABELS = "replace(format(datum.value, '~s'), 'G', 'B')"
"""Labels of an axis of money: 1.5k, 20M and, as one says of money, 4B."""

FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"


def _axes() -> dict[str, Any]:
    return {
        "axis": {
            "domain": False,
            "ticks": False,
            "gridColor": LINE,
            "gridWidth": 0.7,
            "labelColor": MUTED,
            "labelFontSize": 11,
            "labelPadding": 6,
            "titleColor": MUTED,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
        },
        "axisX": {"grid": False, "labelAngle": 0},
        "axisYDiscrete": {"grid": False, "labelColor": INK, "labelFontSize": 12},
        "axisXDiscrete": {"grid": False, "labelColor": INK},
    }


def _marks() -> dict[str, Any]:
    return {
        "mark": {"color": ACCENT, "tooltip": True},
        "area": {"color": ACCENT, "opacity": 0.18},
        "line": {"color": ACCENT, "strokeWidth": 2},
        "circle": {"opacity": 1},
        "rule": {"color": INK, "strokeWidth": 1, "tooltip": None},
        "text": {"color": INK, "fontSize": 11, "tooltip": None},
        "tick": {"color": MUTED, "thickness": 2},
        "range": {
            "category": CATEGORIES,
            "ordinal": [BAND, ACCENT],
            "ramp": [BAND, ACCENT],
            "heatmap": [BAND, ACCENT],
            "diverging": [WORSE, BAND, ACCENT],
        },
    }


def _words() -> dict[str, Any]:
    return {
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": 14,
            "fontWeight": 600,
            "offset": 10,
            "subtitleColor": MUTED,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
        },
        "header": {"labelColor": INK, "labelFontSize": 12, "title": None},
        "legend": {
            "labelColor": INK,
            "orient": "top",
            "symbolType": "circle",
            "title": None,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
        },
    }


def theme() -> dict[str, Any]:
    """Look of every chart as a Vega-Lite configuration.

    Returns
    -------
    dict
        ``{"config": …}``, the form in which Altair keeps a theme.

    Examples
    --------
    >>> theme()["config"]["mark"]["color"]
    '#1f5fa8'
    """
    page = {
        "background": PAPER,
        "font": FONT,
        "padding": {"left": 2, "right": 8, "top": 4, "bottom": 2},
        "view": {"stroke": None, "continuousWidth": 440, "continuousHeight": 200},
    }
    return {"config": page | _axes() | _marks() | _words()}


def chart_text(spec: Mapping[str, Any]) -> str:
    """Say in words what a chart shows: its description, else its title.

    Parameters
    ----------
    spec
        A Vega-Lite specification.

    Returns
    -------
    str
        Never empty: ``"Chart"`` where the specification says nothing.

    Examples
    --------
    >>> chart_text({"description": "Attainment of 58 reps"})
    'Attainment of 58 reps'
    >>> chart_text({"title": {"text": ["South fell,", "East too"]}})
    'South fell, East too'
    """
    title = spec.get("title") or ""
    words = spec.get("description") or (title.get("text") if isinstance(title, dict) else title)
    return " ".join(words) if isinstance(words, list) else str(words or "Chart")


def render(spec: dict[str, Any], **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make of a chart what both JupyterLab and the page can draw.

    Parameters
    ----------
    spec
        A Vega-Lite specification.

    Returns
    -------
    tuple of dict
        The output's data and its metadata, by MIME type.

    Examples
    --------
    >>> data, _ = render({"description": "Attainment by team", "mark": "bar"})
    >>> data["text/plain"]
    'Attainment by team'
    """
    return (
        {MIME: spec, "text/plain": chart_text(spec)},
        {MIME: {"embed_options": {"actions": False}}},
    )


def use_theme() -> None:
    """Turn the theme and the renderer on for every chart that follows.

    Calling it again changes nothing.

    Examples
    --------
    >>> use_theme()
    >>> import altair as alt
    >>> alt.theme.active, alt.renderers.active
    ('spmkit', 'spmkit')
    """
    import altair as alt

    alt.theme.register("spmkit", enable=True)(cast("Any", theme))
    alt.renderers.register("spmkit", render)
    alt.renderers.enable("spmkit")

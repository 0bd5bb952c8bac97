"""One output of a cell → one piece of the page. Charts leave their data behind in a payload."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import mistune

from spmkit.charts.theme import MIME, chart_text
from spmkit.reports.clean import clean

ORDER = (MIME, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg")
_PANEL = "application/vnd.jupyter.widget-view+json"
_ADDRESS = re.compile(r"^<.* at 0x[0-9a-f]+>$", re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PLUGINS = ["table", "strikethrough"]
_markdown = mistune.create_markdown(escape=False, plugins=_PLUGINS)
_computed_markdown = mistune.create_markdown(escape=True, plugins=_PLUGINS)


class Charts:
    """The charts of a page: their specifications, and each data set once."""

    def __init__(self) -> None:
        self.specs: list[dict[str, Any]] = []
        self.datasets: dict[str, Any] = {}

    def add(self, spec: Mapping[str, Any]) -> int:
        """Keep a chart and return its number on the page."""
        kept = dict(spec)
        sets = kept.pop("datasets", {})
        kept["datasets"] = {name: self._keep(rows) for name, rows in sets.items()}
        self.specs.append(kept)
        return len(self.specs) - 1

    def _keep(self, rows: object) -> str:
        """Name data by what they are: two charts may use one name for different rows."""
        text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.datasets[key] = rows
        return key


def markdown(text: str) -> str:
    """Harmless HTML of a Markdown text.

    Parameters
    ----------
    text
        Markdown, with HTML in it or not. A dollar sign is a dollar sign.

    Returns
    -------
    str
        Cleaned HTML.

    Examples
    --------
    >>> markdown("**$5** of $6<script>x</script>").strip()
    '<p><strong>$5</strong> of $6</p>'
    """
    return clean(str(_markdown(text)))


def computed_markdown(text: str) -> str:
    """Harmless HTML of a Markdown text that a program put together, names and all.

    Parameters
    ----------
    text
        Markdown; HTML in it is shown as text, for an account may be called so.

    Returns
    -------
    str
        Cleaned HTML.

    Examples
    --------
    >>> computed_markdown("**East** <b>").strip()
    '<p><strong>East</strong> &lt;b&gt;</p>'
    """
    return clean(str(_computed_markdown(text)))


def _caption(title: object) -> str:
    """Take a chart's title out of the picture: text wraps, and can be read aloud."""
    words = title if isinstance(title, dict) else {"text": title}
    lines = [chart_text({"title": {"text": words.get(part)}}) for part in ("text", "subtitle")]
    first, second = (escape(line) if line != "Chart" else "" for line in lines)
    return f"<figcaption><b>{first}</b>{f'<span>{second}</span>' if second else ''}</figcaption>"


def with_own_title(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Find the title where altair leaves it: small multiples and layers keep it inside."""
    own = dict(spec)
    inside = own.get("spec") or (own.get("layer") or [{}])[0]
    if "title" not in own and _is_plain(inside.get("title")):
        rest = {key: value for key, value in inside.items() if key != "title"}
        own["title"] = inside["title"]
        own |= {"spec": rest} if "spec" in own else {"layer": [rest, *own["layer"][1:]]}
    return own


def _is_plain(title: object) -> bool:
    words = title.get("text") if isinstance(title, dict) else title
    return isinstance(words, str) or (
        isinstance(words, list) and all(isinstance(line, str) for line in words)
    )


def figure(spec: Mapping[str, Any], charts: Charts) -> str:
    """Place of a chart on the page, with its caption, its words and its data.

    Parameters
    ----------
    spec
        A Vega-Lite specification.
    charts
        Where the specification is kept until the page draws it.

    Returns
    -------
    str
        A ``<figure>``; the drawing and the table are added when the page opens.

    Examples
    --------
    >>> figure({"title": "East fell", "description": "Bars"}, Charts())[:55]
    '<figure class="chart"><figcaption><b>East fell</b></fig'
    """
    drawn = with_own_title(spec)
    words = chart_text(drawn)
    caption = _caption(drawn.pop("title")) if _is_plain(drawn.get("title")) else ""
    height = drawn.get("height")
    room = f' style="min-height:{height}px"' if isinstance(height, int) else ""
    return (
        f'<figure class="chart">{caption}<div class="plot" role="img" '
        f'aria-label="{escape(words)}" data-chart="{charts.add(drawn)}"{room}></div>'
        '<details class="chart-data"><summary>Data of this chart</summary></details></figure>'
    )


def _picture(kind: str) -> Callable[[str, Charts], str]:
    def shown(data: str, _: Charts) -> str:
        text = data if kind != "svg+xml" else base64.b64encode(data.encode()).decode()
        text = re.sub(r"[^A-Za-z0-9+/=]", "", text)
        return f'<img alt="" src="data:image/{kind};base64,{text}">'

    return shown


def _text(data: str, _: Charts) -> str:
    """Plain text; an object that can only say where in memory it lies says nothing."""
    plain = _ANSI.sub("", data).strip()
    return "" if not plain or _ADDRESS.match(plain) else f"<pre>{escape(plain)}</pre>"


_SHOWN: Mapping[str, Callable[[Any, Charts], str]] = {
    MIME: figure,
    "text/html": lambda data, _: clean(data),
    "text/markdown": lambda data, _: computed_markdown(data),
    **{f"image/{kind}": _picture(kind) for kind in ("svg+xml", "png", "jpeg")},
}


def _bundle(data: Mapping[str, Any], charts: Charts) -> str:
    if _PANEL in data:  # a panel needs its kernel; a page has none
        return ""
    for kind in ORDER:
        if kind in data:
            return _SHOWN[kind](data[kind], charts)
    return _text(str(data.get("text/plain", "")), charts)


def shown(output: Mapping[str, Any], charts: Charts) -> str:
    """Piece of the page that one output of a cell becomes.

    Parameters
    ----------
    output
        An output of the notebook format: displayed data, printed text, an error.
    charts
        Where specifications of charts are kept.

    Returns
    -------
    str
        Harmless HTML; empty for what has no place on a page (warnings,
        panels, bare objects).

    Examples
    --------
    >>> shown({"output_type": "stream", "name": "stdout", "text": "a < b"}, Charts())
    '<pre>a &lt; b</pre>'
    >>> shown({"output_type": "stream", "name": "stderr", "text": "Warning"}, Charts())
    ''
    """
    kind = output["output_type"]
    if kind == "stream":
        return _text(output["text"], charts) if output["name"] == "stdout" else ""
    if kind == "error":
        words = f"{output['ename']}: {output['evalue']}"
        return f'<p class="failed">{escape(words)}</p>'
    return _bundle(output["data"], charts)

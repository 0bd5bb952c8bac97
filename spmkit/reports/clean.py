"""What of a notebook's HTML may stand on a page: words and tables, nothing that runs."""

from __future__ import annotations

import re

import nh3

from spmkit.charts.theme import COLOURS
from spmkit.reports.table_boxes import boxed

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del"),
    *("details", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "header", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre", "s"),
    *("section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "time", "tr", "u", "ul"),
}
ATTRIBUTES = {
    "*": {"class", "title", "style", "lang", "dir", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start"},
    "details": {"open"},
    "time": {"datetime"},
}
STYLES = {
    *("color", "background-color", "text-align", "font-weight", "font-style"),
    *("white-space", "vertical-align", "padding-left", "text-indent"),
}
WITHOUT_CONTENT = {
    *("script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math"),
}
PICTURES = tuple(f"data:image/{kind};base64," for kind in ("png", "jpeg", "gif"))
LINKS = ("https://", "mailto:", "#")
_PAGE = re.compile(r"\./(?:(?!\.)[\w.%-]+/)*(?!\.)[\w.%-]+\.html")  # one that lies below this one

_BY_NUMBER = {light: f"var(--{name})" for name, (light, _) in COLOURS.items()}
_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)


def _in_house_colours(style: str) -> str:
    """Name the house's colours, so that a dark page can give their dark partners."""
    return _COLOUR.sub(lambda found: _BY_NUMBER.get(found[0].lower(), found[0]), style)


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if "<" in value or ">" in value:  # what looks for tags afterwards is not to find them here
        return None
    if (tag, attribute) == ("img", "src"):
        return value if value.startswith(PICTURES) else None
    if attribute == "href":
        there = value.lower().startswith(LINKS) or _PAGE.fullmatch(value)
        return value if there else None
    return _in_house_colours(value) if attribute == "style" else value


def clean(html: str) -> str:
    """Harmless copy of a piece of HTML.

    Scripts, styles, frames, forms, foreign pictures, handlers and ids go; text
    stays text. Tables get a box of their own to scroll in, and their head
    cells say what they head.

    Parameters
    ----------
    html
        HTML of any origin, an account's name in it included.

    Returns
    -------
    str
        HTML that neither runs nor loads anything.

    Examples
    --------
    >>> clean('<b onclick="x()">East</b><script>alert(1)</script>')
    '<b>East</b>'
    >>> clean('<span style="color:#1f5fa8">+8</span>')
    '<span style="color:var(--accent)">+8</span>'
    """
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        clean_content_tags=WITHOUT_CONTENT,
        filter_style_properties=STYLES,
        url_schemes={"https", "mailto", "data"},
    )
    return boxed(safe)

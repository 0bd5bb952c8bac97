"""Parts of a page that are lists: blank fields to fill in, names that lead to other pages."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from spmkit.reports.page import Part, inline


def fields(*labels: object) -> Part:
    """Blank fields, to be filled in by hand.

    Parameters
    ----------
    labels
        What each field is for.

    Returns
    -------
    Part
        A label and three ruled lines each.

    Examples
    --------
    >>> str(fields("What I need"))
    '<div class="fields"><p>What I need</p><div></div><div></div><div></div></div>'
    """
    blank = "<div></div>" * 3
    inner = "".join(f"<p>{inline([label])}</p>{blank}" for label in labels)
    return Part(f'<div class="fields">{inner}</div>')


def links(*rows: tuple[str, str, str]) -> Part:
    """List of names that lead to other pages.

    Parameters
    ----------
    rows
        Name, path of the page from this one (empty: there is none) and what is to be said.

    Returns
    -------
    Part
        A list.

    Examples
    --------
    >>> str(links(("Ada", "Ada/page.html", ""), ("Bo", "", "no credit")))
    '<ul class="links"><li><a href="./Ada/page.html">Ada</a></li><li>Bo: no credit</li></ul>'
    """
    items = (
        f"<li>{_link(name, path)}{inline([f': {said}' if said else ''])}</li>"
        for name, path, said in rows
    )
    return Part(f'<ul class="links">{"".join(items)}</ul>')


def _link(name: str, path: str) -> str:
    text = inline([name])
    return f'<a href="./{escape(quote(path))}">{text}</a>' if path else text

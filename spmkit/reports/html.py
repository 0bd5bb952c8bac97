"""A notebook that has run → one page that needs nothing else: no network, no code, no kernel."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import default

from spmkit.charts.theme import COLOURS, FONT
from spmkit.reports.bundle import vega_bundle
from spmkit.reports.layout import Section, page_title, sections, with_masthead
from spmkit.reports.outputs import Charts

TEMPLATE = Path(__file__).parent / "template"
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "img-src data:; style-src 'unsafe-inline'; script-src {scripts}"
)


def packed(text: str) -> str:
    """Text in the form that ``boot.js`` unpacks: compressed, in letters that need no escape.

    Parameters
    ----------
    text
        Anything; nothing of it can end the tag around it.

    Returns
    -------
    str
        Base64 of gzip, the same for the same text.

    Examples
    --------
    >>> gzip.decompress(base64.b64decode(packed("</script>"))).decode()
    '</script>'
    """
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _payload(charts: Charts) -> str:
    dark = dict(COLOURS.values())
    content = {"dark": dark, "datasets": charts.datasets, "charts": charts.specs}
    return packed(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _palette() -> str:
    """Colours of the charts' theme for the page: one truth, light and dark."""
    plain = "".join(f"--{name}:{light};" for name, (light, _) in COLOURS.items())
    both = "".join(f"--{n}:light-dark({light},{dark});" for n, (light, dark) in COLOURS.items())
    return (
        f":root{{--font:{FONT};{plain}}}@supports (color:light-dark(#000,#fff)){{:root{{{both}}}}}"
    )


def _scripts(charts: Charts) -> dict[str, str]:
    boot = (TEMPLATE / "boot.js").read_text("utf-8")
    bundle = vega_bundle() if charts.specs else ""
    allowed = [_hash(script) for script in (bundle, boot) if script]
    return {
        "boot": boot,
        "policy": POLICY.format(scripts=" ".join(allowed)),
        "bundle": packed(bundle) if bundle else "",
        "payload": _payload(charts) if bundle else "",
    }


def _title(nb: Mapping[str, Any], found: list[Section]) -> str:
    """Title of the page: the masthead's, else the notebook's with the period it was run for."""
    own = page_title([part for part in found[0].parts if 'class="masthead"' in part])
    named = nb["metadata"].get("title") or page_title(found[0].parts) or "Report"
    given = nb["metadata"].get("papermill", {}).get("parameters", {})
    period = given.get("period")
    return own or (f"{named} · {period}" if period else str(named))


def page(nb: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the template puts in its places.

    Parameters
    ----------
    nb
        A notebook that has run.

    Returns
    -------
    dict
        title, sections, style, and the scripts with the policy that allows them.

    Examples
    --------
    >>> page({"cells": [], "metadata": {"title": "Review"}})["title"]
    'Review'
    """
    charts = Charts()
    found = sections(nb["cells"], charts)
    title = _title(nb, found)
    found[0].parts = with_masthead(found[0].parts, escape(title))
    style = _palette() + (TEMPLATE / "page.css").read_text("utf-8")
    return {"title": title, "sections": found, "style": style} | _scripts(charts)


class ReportExporter(TemplateExporter):
    """Writes a notebook that has run as one self-contained page.

    ``jupyter nbconvert --to spmkit notebook.ipynb`` uses it too.
    """

    export_from_notebook = "Report page"
    output_mimetype = "text/html"

    @default("file_extension")
    def _page_extension(self) -> str:
        return ".html"

    @default("template_name")
    def _page_template(self) -> str:
        return "template"

    @default("extra_template_basedirs")
    def _page_folder(self) -> list[str]:
        return [str(TEMPLATE.parent)]

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Page of a notebook.

        Parameters
        ----------
        nb
            A notebook that has run.
        resources
            What nbconvert hands from step to step.
        kw
            Passed on to nbconvert.

        Returns
        -------
        tuple
            The page, and the resources.
        """
        given: dict[str, Any] = self._init_resources(resources)  # type: ignore[no-untyped-call]
        given["page"] = page(nb)
        html, given = super().from_notebook_node(nb, given, **kw)
        return html, given


def render_page(nb: Any) -> str:
    """Page of a notebook that has run, as text.

    Parameters
    ----------
    nb
        A notebook that has run, with what papermill noted of it.

    Returns
    -------
    str
        HTML that needs nothing else.

    Examples
    --------
    >>> import nbformat.v4
    >>> book = nbformat.v4.new_notebook(metadata={"title": "Review"})
    >>> "<h1>Review</h1>" in render_page(book)
    True
    """
    html, _ = ReportExporter().from_notebook_node(nb)  # type: ignore[no-untyped-call]
    return str(html)

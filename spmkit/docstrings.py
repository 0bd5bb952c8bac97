"""A docstring in the numpy style, taken apart."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

_HEADING = re.compile(r"^([A-Z][\w ]*)\n-{3,}\n", re.MULTILINE)
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def docstring_parts(function: object) -> Mapping[str, str]:
    """Split a docstring into its sections, in Markdown's marks for code.

    Parameters
    ----------
    function
        Anything with a docstring.

    Returns
    -------
    Mapping
        ``definition`` (the first line), ``reading`` (the paragraphs after it) and each section by
        its heading; a section that is not there is missing.

    Examples
    --------
    >>> docstring_parts(spm.win_rate)["definition"]
    'Won opportunities as a share of all that closed, renewals left out.'
    """
    text = inspect.getdoc(function) or ""
    head, *rest = _HEADING.split(text)
    definition, _, reading = head.partition("\n\n")
    sections = {"definition": definition, "reading": reading}
    sections |= dict(zip(rest[::2], rest[1::2], strict=True))
    return {name: _marked(found).strip() for name, found in sections.items() if found.strip()}


def _marked(text: str) -> str:
    return _ROLE.sub(r"`\1`", text).replace("``", "`")

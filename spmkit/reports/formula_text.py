"""Text that a spreadsheet would take for a formula: a customer can be called ``=HYPERLINK(…)``."""

from __future__ import annotations

import re
import unicodedata

_STARTS = re.compile(r"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff\x00-\x1f]*[=+\-@]")


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text instead of showing it.

    Parameters
    ----------
    text
        A cell's text.

    Returns
    -------
    bool
        Whether it begins with ``=``, ``+``, ``-`` or ``@``, behind spaces and
        in full width too, or with a tab or the end of a line.

    Examples
    --------
    >>> [is_like_formula(text) for text in ("=1+1", "  @SUM(A1)", "＝1", "East", "7-1", "−4 %")]
    [True, True, True, False, False, False]
    """
    return bool(_STARTS.match(unicodedata.normalize("NFKC", text)) or _STARTS.match(text))


def neutral(text: str) -> str:
    """Text that is shown as it is, with an apostrophe before what looks like a formula.

    Parameters
    ----------
    text
        A cell's text.

    Examples
    --------
    >>> neutral("=1+1"), neutral("East")
    ("'=1+1", 'East')
    """
    return f"'{text}" if is_like_formula(text) else text

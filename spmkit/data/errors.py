"""The one exception of the data door."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class DataError(ValueError):
    """Data that cannot be used as given; the message names the file, the place and the remedy."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant.

    Examples
    --------
    >>> nearest("ammount", ["amount", "stage"])
    " Did you mean 'amount'?"
    >>> nearest("x", ["amount", "stage"])
    ' Known: amount, stage.'
    """
    words = list(known)
    close = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known: {', '.join(words)}." if words else ""

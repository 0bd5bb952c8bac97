"""From what a report was told to plain values, and to a file name that nothing can steer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any


def plain(name: str, value: object) -> Any:
    """Value as the notebook format can hold it.

    Parameters
    ----------
    name
        Name of the parameter, for the message.
    value
        Text, number, flag, date, path, numpy scalar, or lists and dicts of them.

    Returns
    -------
    object
        Text, number, flag, None, list or dict. Paths become absolute.

    Raises
    ------
    ValueError
        If the value is none of these.

    Examples
    --------
    >>> plain("as_of", date(2026, 10, 2))
    '2026-10-02'
    """
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Path):
        return str(value.resolve())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(name, item) for item in value]
    return _from_numpy(name, value)


def _from_numpy(name: str, value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain(name, item) for key, item in value.items()}
    item = getattr(value, "item", lambda: value)()
    if item is not value and getattr(value, "ndim", None) == 0:
        return plain(name, item)
    raise ValueError(
        f"parameter {name}: {type(value).__name__} cannot be handed to a notebook; "
        "give text, a number, a date, a path or a list of these"
    )


def short_hash(value: object) -> str:
    """Eight letters that stand for a value.

    Parameters
    ----------
    value
        Plain values.

    Returns
    -------
    str
        The same for the same value, on every machine.

    Examples
    --------
    >>> short_hash({"team": "East"}) == short_hash({"team": "East"})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def slug(text: str) -> str:
    """Text as a part of a file name.

    Parameters
    ----------
    text
        Anything, ``../../x`` and 300 letters included.

    Returns
    -------
    str
        Letters, digits, ``_`` and ``-``, at most 69; where something was lost a
        hash keeps different texts apart.

    Examples
    --------
    >>> slug("2026Q3")
    '2026Q3'
    >>> slug("../../x")
    'x-b34ad871'
    """
    kept = re.sub(r"[^A-Za-z0-9_]+", "-", text)[:60].strip("-")
    return kept if kept == text else f"{kept}-{short_hash(text)}".strip("-")


def file_name(report: str, parameters: Mapping[str, Any]) -> str:
    """File name of a report's page.

    Parameters
    ----------
    report
        Name of the report.
    parameters
        What it is told, as plain values.

    Returns
    -------
    str
        Report and period; parameters other than ``data`` and ``period`` add a
        hash, so that East's page does not take the place of West's.

    Examples
    --------
    >>> file_name("quarterly_review", {"period": "2026Q3", "data": "/data"})
    'quarterly_review-2026Q3.html'
    """
    others = {key: given for key, given in parameters.items() if key not in ("data", "period")}
    period = parameters.get("period")
    parts = [slug(report), *([slug(str(period))] if period else [])]
    return "-".join([*parts, *([short_hash(others)] if others else [])]) + ".html"

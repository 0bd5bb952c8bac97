"""Every number that spmkit defines, read from the functions themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from spmkit.declaration import (
    is_metric,
    metric_columns,
    metric_traits,
    metric_unit,
    traits_of,
)
from spmkit.docstrings import docstring_parts

FAMILIES: Mapping[str, str] = {
    "A": "Quota attainment",
    "P": "Productivity and activity",
    "W": "Pipeline, win rate and conversion",
    "V": "Leads",
    "F": "Forecasting",
    "H": "People",
    "G": "Segments and territories",
    "I": "Incentives",
    "K": "Concentration",
    "Q": "Quota quality",
}
_ID = re.compile(r"\b([A-Z]\d{1,2})\b")


@dataclass(frozen=True)
class Entry:
    """One number of the catalogue.

    Parameters
    ----------
    name
        The function's public name in spmkit.
    ids
        Its places in the catalogue, such as ``W2``; the first letter is the family.
    gives
        ``one number`` where :func:`spmkit.measure` takes it, else ``a table``.
    unit, better, timing, controllable
        See :class:`spmkit.units.Unit` and :class:`spmkit.traits.Traits`.
    lines, columns, options
        The rows that it reads, their columns, and what can be set with its default.
    definition, reading
        Its first line, and when it misleads.
    example
        Its worked example, as one types it.
    source
        Who defines it so.
    """

    name: str
    ids: tuple[str, ...]
    gives: str
    unit: str
    better: str
    timing: str
    controllable: bool
    lines: str
    columns: tuple[str, ...]
    needs: tuple[str, ...]
    options: Mapping[str, Any]
    definition: str
    reading: str
    example: str
    source: str


def catalogue() -> tuple[Entry, ...]:
    """List every number that spmkit defines, in the order of the catalogue.

    Nothing is registered: a public function whose return annotation says its
    traits is in the list.

    Returns
    -------
    tuple of Entry

    Examples
    --------
    >>> [entry.name for entry in catalogue() if "W2" in entry.ids]
    ['win_rate']
    """
    package = import_module("spmkit")
    public = [getattr(package, name) for name in package.__all__]
    functions = [found for found in public if inspect.isfunction(found)]
    described = [_entry(function) for function in functions if traits_of(function)]
    return tuple(sorted(described, key=_place))


def _entry(function: Callable[..., Any]) -> Entry:
    traits = metric_traits(function)
    parts = docstring_parts(function)
    ids, source = _cited(parts.get("References", ""))
    one = is_metric(function)
    return Entry(
        name=function.__name__,
        ids=ids,
        gives="one number" if one else "a table",
        unit=metric_unit(function).name,
        better=traits.better,
        timing=traits.timing,
        controllable=traits.controllable,
        lines=traits.lines,
        columns=metric_columns(function) if one else traits.columns,
        needs=() if one else _needs(function),
        options=_options(function),
        definition=parts["definition"],
        reading=parts.get("reading", ""),
        example=inspect.cleandoc(parts.get("Examples", "")),
        source=source,
    )


def _cited(references: str) -> tuple[tuple[str, ...], str]:
    """Split "Catalogue W1 and W2; the source" into the ids and the source."""
    text = " ".join(references.split())
    if not text.startswith("Catalogue "):
        return (), text
    ids, _, source = text.removeprefix("Catalogue ").partition("; ")
    return tuple(_ID.findall(ids.split("(")[0])), source or ids


def _needs(function: Callable[..., Any]) -> tuple[str, ...]:
    """What is to be given beside the lines."""
    _, *rest = inspect.signature(function).parameters.values()
    return tuple(p.name for p in rest if p.default is p.empty)


def _options(function: Callable[..., Any]) -> dict[str, Any]:
    own = inspect.signature(function).parameters.values()
    return {p.name: _plain(p.default) for p in own if p.default is not p.empty}


def _plain(value: Any) -> Any:
    """A default as JSON can hold it."""
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _place(entry: Entry) -> tuple[int, int, str]:
    first = entry.ids[0] if entry.ids else "Z0"
    order = "".join(FAMILIES)
    family = order.index(first[0]) if first[0] in order else len(order)
    return family, int(first[1:]), entry.name

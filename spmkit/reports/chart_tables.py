"""The data that a chart draws as tables: what “Data of this chart” on the page unfolds to.

The page's script (``template/boot.js``) does the same for a reader; here the
numbers stay numbers, and every row is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from spmkit.carried import DataTable, Value, plain_value
from spmkit.charts.theme import chart_text
from spmkit.reports.outputs import with_own_title


def _nodes(part: Any) -> Iterator[Mapping[str, Any]]:
    """Each object of a specification, from outside to inside; data are none."""
    if isinstance(part, Mapping):
        yield part
        children = [child for name, child in part.items() if name not in ("datasets", "values")]
        for child in children:
            yield from _nodes(child)
    elif isinstance(part, list):
        for child in part:
            yield from _nodes(child)


def _encodings(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each channel that draws a field, small multiples included."""
    for node in _nodes(spec):
        facet = node.get("facet")
        parts = facet if isinstance(facet, Mapping) else {}
        channels = {"facet": facet, **parts, **(node.get("encoding") or {})}
        for channel, how in channels.items():
            if isinstance(how, Mapping) and isinstance(how.get("field"), str):
                yield channel, how


class _Drawn:
    """What the encodings of a chart say of its fields."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.titles: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self._sides: dict[str, str] = {}
        self._formats: dict[str, str] = {}  # fields that share an axis print alike
        for channel, how in _encodings(spec):
            self._add(channel, how)

    def _add(self, channel: str, how: Mapping[str, Any]) -> None:
        field = str(how["field"])
        side = channel[0] if channel[0] in "xy" else channel + field
        self._sides.setdefault(field, side)
        said = [how, how.get("axis") or {}, how.get("legend") or {}]
        title = next((part["title"] for part in said if part.get("title")), "")
        form = next((part["format"] for part in said if part.get("format")), "")
        text = " ".join(title) if isinstance(title, list) else str(title)
        self.titles[field] = self.titles.get(field) or text
        self.types[field] = self.types.get(field) or str(how.get("type", ""))
        self._formats[side] = self._formats.get(side) or str(form)

    def heading(self, field: str) -> str:
        return self.titles.get(field) or field.replace("_", " ")

    def is_share(self, field: str) -> bool:
        return self._formats.get(self._sides.get(field, ""), "").endswith("%")

    def value(self, field: str, value: Any) -> Value:
        if self.types.get(field) == "temporal":
            return _moment(value)
        return plain_value(value)


def _moment(value: Any) -> Value:
    """Day or moment of a text or of milliseconds, as Vega counts them."""
    if isinstance(value, int | float):
        return plain_value(datetime.fromtimestamp(value / 1000, UTC).replace(tzinfo=None))
    try:
        return plain_value(datetime.fromisoformat(str(value)))
    except ValueError:
        return plain_value(value)


def _datasets(spec: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    inside = (
        node["data"].get("values") for node in _nodes(spec) if isinstance(node.get("data"), Mapping)
    )
    for rows in [*spec.get("datasets", {}).values(), *inside]:
        # What only places a line, such as the one at quota, is no data of the chart.
        if isinstance(rows, list) and rows and len(rows[0]) > 1:
            yield rows


def chart_tables(spec: Mapping[str, Any]) -> list[DataTable]:
    """Tables of the data that a chart draws.

    Parameters
    ----------
    spec
        A Vega-Lite specification.

    Returns
    -------
    list of DataTable
        One a data set; of its columns those that are drawn, under the names
        that the chart gives them. Empty where there is nothing to draw.

    Examples
    --------
    >>> spec = {"title": "East fell", "encoding": {"x": {"field": "now", "title": "Attainment"}},
    ...         "datasets": {"a": [{"now": 0.9, "not_drawn": 1}]}}
    >>> [(table.title, table.headings, table.rows) for table in chart_tables(spec)]
    [('East fell', ['Attainment'], [[0.9]])]
    """
    drawn = _Drawn(spec)
    title = chart_text({"title": with_own_title(spec).get("title")})
    tables: list[DataTable] = []
    for table in (_table(title, rows, drawn) for rows in _datasets(spec)):
        if not any(_is_part(table, whole) for whole in tables):
            tables.append(table)
    return tables


def _is_part(table: DataTable, whole: DataTable) -> bool:
    """Whether rows are only drawn again, so that they stand out."""
    return table.headings == whole.headings and all(row in whole.rows for row in table.rows)


def _table(title: str, rows: list[Mapping[str, Any]], drawn: _Drawn) -> DataTable:
    fields = [name for name in rows[0] if name in drawn.titles] or list(rows[0])
    return DataTable(
        title,
        [drawn.heading(field) for field in fields],
        [[drawn.value(field, row.get(field)) for field in fields] for row in rows],
        [number for number, field in enumerate(fields) if drawn.is_share(field)],
    )

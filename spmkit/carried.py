"""The numbers behind a table on their way out of the kernel, where a run is asked for them.

They lie in a comment of the table's own style sheet. Every page drops the
style sheets of its tables, so it is the same to the byte with them; and they
go where the table goes, so that a table which no page shows is nobody's.
"""

from __future__ import annotations

import base64
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from numbers import Integral, Number
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from spmkit.units import Unit

if TYPE_CHECKING:
    from great_tables import GT

Value: TypeAlias = str | bool | int | float | date | None
ASKED = "SPMKIT_CARRY_TABLES"
"""The environment variable that asks for the numbers; a run sets it for its own kernel."""

_COMMENT = re.compile(r"/\* spmkit-table:([A-Za-z0-9+/=]*) \*/")


@dataclass(frozen=True)
class DataTable:
    """A table as values: a heading a column, rows of numbers, dates, texts and nulls.

    ``percents`` are the places of the columns whose numbers are shares.
    """

    title: str
    headings: list[str]
    rows: list[list[Value]]
    percents: list[int]


def plain_value(value: Any) -> Value:
    """Give a value as a number, date, text or null; midnight is a date, infinite is null.

    Parameters
    ----------
    value
        A cell of a pandas frame.

    Examples
    --------
    >>> [plain_value(v) for v in (0.5, float("nan"), pd.Timestamp("2026-07-01"), pd.NA, "=1")]
    [0.5, None, datetime.date(2026, 7, 1), None, '=1']
    """
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, date):
        return _day_or_moment(value)
    return _number(value) if isinstance(value, Number | np.bool_) else _text(value)


def _number(value: Any) -> Value:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if math.isfinite(value) else None


def _day_or_moment(value: date) -> date:
    if not isinstance(value, datetime):
        return value
    moment = pd.Timestamp(value).to_pydatetime(warn=False).replace(tzinfo=None)
    return moment.date() if moment.time() == time() else moment


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8")


def carrying(table: GT, title: str, frame: pd.DataFrame, units: Mapping[str, Unit]) -> GT:
    """Let a table carry its numbers, where the run asks for them.

    Parameters
    ----------
    table
        The table as it is shown.
    title
        Its title.
    frame
        What it shows and nothing else, under the headings that it shows.
    units
        Heading to unit.

    Returns
    -------
    great_tables.GT
        The table; untouched where nothing was asked for.

    Examples
    --------
    >>> from great_tables import GT
    >>> frame = pd.DataFrame({"Team": ["North"]})
    >>> "spmkit-table" in carrying(GT(frame), "", frame, {}).as_raw_html()
    False
    """
    if ASKED not in os.environ:
        return table
    headings = [str(name) for name in frame]
    percents = [n for n, name in enumerate(frame) if _is_share(units.get(str(name)))]
    rows = [
        [plain_value(value) for value in row] for row in frame.itertuples(index=False, name=None)
    ]
    return table.tab_options(
        table_additional_css=[written(DataTable(title, headings, rows, percents))]
    )


def _is_share(unit: Unit | None) -> bool:
    return unit is not None and unit.name in ("percent", "points")


def written(table: DataTable) -> str:
    """Write a table as a comment of a style sheet, in letters that end nothing.

    Examples
    --------
    >>> written(DataTable("", ["Team"], [["</style>"]], []))[:20]
    '/* spmkit-table:eyJ0'
    """
    text = json.dumps(asdict(table), default=lambda day: {"at": day.isoformat()})
    return f"/* spmkit-table:{base64.b64encode(text.encode()).decode()} */"


def read(style: str) -> DataTable | None:
    """Read the table in a style sheet, where there is one.

    Examples
    --------
    >>> read(written(DataTable("Reps", ["On"], [[date(2026, 7, 1)], [None]], []))).rows
    [[datetime.date(2026, 7, 1)], [None]]
    >>> read("td { color: red }")
    """
    found = _COMMENT.search(style)
    if not found:
        return None
    return DataTable(**json.loads(base64.b64decode(found[1]), object_hook=_dated))


def _dated(found: dict[str, Any]) -> Any:
    if set(found) != {"at"}:
        return found
    text = found["at"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
